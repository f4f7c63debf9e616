"""Every sort of input, good and bad: what is read, and what is told of the rest."""

import io
import json
import os
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.corpus import article_problems, clean_corpus, problems_table
from helpers.errors import CorpusError, SettingsError
from helpers.pipeline import PROJECT
from helpers.sources import RawArticle, Reading, guess_columns, input_files, read_corpus
from helpers.sources.dates import stated_date, stated_dates
from helpers.sources.files import named as named_uniquely

RAIN = "Heavy rain fell on the old town. The river rose until dawn."
PAGE = """<html><head><title>Rain floods harbour - The Post</title><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2024-05-06T10:00:00Z"></head>
<body><nav>Home News Sport</nav><article><h1>Rain floods harbour</h1>
<p>Heavy rain flooded the old harbour on Monday and stopped all trains.</p>
<p>The mayor said that the pumps had failed &amp; the water rose for twelve hours.</p></article>
<footer>(c) 2019 The Post</footer></body></html>"""


def write(folder, **files):
    """Files by name; two underscores stand for a dot, three for a slash."""
    for name, content in files.items():
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("___", "/").replace("__", "."), content)
    return target.getvalue()


def told(reading):
    return [str(problem) for problem in reading.problems]


def test_a_folder_of_everything(tmp_path):
    rows = pd.DataFrame({"Headline": ["One", "Two"], "Body": [RAIN, "Other words."], "Source": ["A", "B"]})
    lines = "\n".join(json.dumps({"id": f"k{i}", "text": f"Line {i} of words.", "date": "2022-09-10"}) for i in (1, 2))
    write(tmp_path, a__txt=RAIN, Post___b__md="# Flood\n\nWords.", Post___c__html=PAGE, d__jsonl=lines)
    rows.to_csv(tmp_path / "e.csv", sep=";", index=False)
    rows.to_csv(tmp_path / "f.tsv", sep="\t", index=False)
    rows.rename(columns={"Body": "content"}).to_parquet(tmp_path / "g.parquet")
    write(tmp_path, h__zip=zipped(Mail___in__txt="Words in an archive.", t__csv="text\nWords in its table.\n"))
    reading = read_corpus(tmp_path)
    found = {article.article_id: article for article in reading.articles}
    assert sorted(found) == ["a", "b", "c", "e-1", "e-2", "f-1", "f-2", "g-1", "g-2", "in", "k1", "k2", "t-1"]
    assert not reading.problems
    assert (found["b"].outlet, found["in"].outlet, found["e-2"].outlet) == ("Post", "Mail", "B")
    assert found["e-1"].text == f"One\n\n{RAIN}"
    assert (found["in"].path, found["t-1"].path) == ("h.zip/Mail/in.txt", "h.zip/t.csv#1")
    assert found["k1"].published == pd.Timestamp("2022-09-10")
    assert reading.columns["e.csv"] == {"text": "Body", "title": "Headline", "outlet": "Source"}
    page = found["c"]
    assert (page.title, page.author, page.published) == ("Rain floods harbour", "Jane Doe", pd.Timestamp("2024-05-06"))
    assert page.text.split("\n\n")[1:] == [
        "Heavy rain flooded the old harbour on Monday and stopped all trains.",
        "The mayor said that the pumps had failed & the water rose for twelve hours.",
    ]
    rows = clean_corpus(reading.articles).articles.set_index("article_id")
    assert rows.loc["c", "author"] == "Jane Doe"
    assert rows.loc["e-1", "title"] == "One"


def test_a_table_or_an_archive_may_be_the_corpus(tmp_path):
    write(tmp_path, t__csv="text,id\nSome words.,x\nOther words.,y\n", z__zip=zipped(a__txt="One.", b__txt="Two."))
    assert [a.article_id for a in read_corpus(tmp_path / "t.csv").articles] == ["x", "y"]
    assert [a.article_id for a in read_corpus(tmp_path / "z.zip").articles] == ["a", "b"]
    with pytest.raises(CorpusError, match="neither a folder nor a table"):
        read_corpus(write(tmp_path, one__txt="x") / "one.txt")


def test_a_column_can_be_named(tmp_path):
    write(tmp_path, t__csv="text,story\nteaser,The whole story.\nteaser,The other story.\n")
    assert [a.text for a in read_corpus(tmp_path, {"text": "story"}).articles] == [
        "The whole story.",
        "The other story.",
    ]
    with pytest.raises(SettingsError, match="'texts' is not one of"):
        read_corpus(tmp_path, {"texts": "story"})


GOOD = {"x__txt": RAIN, "y__txt": "Other words of another report."}


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a__txt": " \n"}, "a.txt: holds no text; left out"),
        ({"a__txt": bytes(range(32)) * 9}, "a.txt: is not text; left out"),
        ({"a__txt": b"x" * 3_000_000}, "a.txt: is larger than 2 MB"),
        ({"a__zip": b"PK no zip"}, "a.zip: is no zip archive or a damaged one"),
        ({"a__zip": zipped(b__txt="x" * 3_000_000)}, "a.zip/b.txt: is larger than 2 MB"),
        ({"a__zip": zipped(**{f"b{i}__txt": "x" * 1_900_000 for i in range(25)})}, "a.zip: would unpack to 48 MB"),
        ({"a__zip": zipped(**{".._/": "x", "..___evil__txt": "Evil words."})}, "its name leads out of the archive"),
        ({"a__zip": zipped(b__zip="x")}, "is an archive inside an archive"),
        (
            {"a__csv": "foo,bar\n1,2\n"},
            "a.csv: has no column of texts among foo, bar: name it",
        ),
        (
            {"a__csv": "text,b\nwords,1\nwords,1,2,3\n"},
            "a.csv, line 3: a row has 4 cells instead of 2",
        ),
        ({"a__csv": 'text\n""\nwords\n'}, "a.csv, row 1: holds no text; left out"),
        ({"a__csv": ""}, "a.csv: cannot be read as a table"),
        ({"a__jsonl": '{"text": "words"}\n[1]\n'}, "a.jsonl, line 2: is no JSON object; left out"),
        ({"a__jsonl": "[" * 100_000}, "a.jsonl, line 1: is no JSON object; left out"),
        ({"a__parquet": b"PAR1"}, "a.parquet: cannot be read as a table"),
        ({"a__html": "<html><body></body></html>"}, "a.html: holds no main text"),
        ({"a__csv": "id,text\nk,words\nk,others\n"}, "a.csv#2: the id 'k' repeats; renamed 'k~2'"),
        ({"manifest__csv": "file,outlet\n../x.txt,Post\n"}, "manifest.csv, row 1: names a file outside the corpus"),
        ({"manifest__csv": "file,outlet\n/etc/passwd,Post\n"}, "manifest.csv, row 1: names a file outside the corpus"),
        ({"manifest__csv": "file,outlet\ngone.txt,Post\n"}, "manifest.csv, row 1: names a file that is not there"),
        ({"manifest__csv": "name,outlet\nx.txt,Post\n"}, "manifest.csv: has no column 'file'"),
    ],
)
def test_bad_input_is_told_and_the_rest_goes_on(tmp_path, files, problem):
    reading = read_corpus(write(tmp_path, **GOOD, **files), max_megabytes=2)
    assert {"x", "y"} <= {article.article_id for article in reading.articles}
    assert any(problem in line for line in told(reading)), told(reading)
    table = problems_table(reading.problems)
    assert table["problem"].tolist() == list(range(1, len(table) + 1))


def test_a_manifest_says_more_of_files(tmp_path):
    manifest = "file,id,outlet,published,author,title,url\nx.txt,first,Gazette,2022-09-10,Doe,Flood,news/1\n"
    first = read_corpus(write(tmp_path, **GOOD, manifest__csv=manifest)).articles[0]
    assert (first.article_id, first.outlet, first.author, first.title, first.url) == (
        "first", "Gazette", "Doe", "Flood", "news/1",
    )  # fmt: skip
    assert first.published == pd.Timestamp("2022-09-10")


def test_links_that_go_in_circles_and_hidden_files_are_left_alone(tmp_path):
    write(tmp_path, **GOOD, in___z__txt="Inner words.", __hidden__txt="Hidden words.")
    os.symlink(tmp_path, tmp_path / "in" / "loop")
    os.symlink("nowhere.txt", tmp_path / "broken.txt")
    assert [path.name for path in input_files(tmp_path)] == ["broken.txt", "z.txt", "x.txt", "y.txt"]
    reading = read_corpus(tmp_path)
    assert len(reading.articles) == 3
    assert told(reading) == ["broken.txt: cannot be read (No such file or directory); left out"]


def test_strange_names_are_only_names(tmp_path):
    names = ["new\nline.txt", "UPPER.txt", "upper.txt", "quote'\"<b>.txt", "=1+1.txt"]
    for name in names:
        (tmp_path / name).write_text(f"Words of {len(name)}.")
    assert len({article.article_id for article in read_corpus(tmp_path).articles}) == len(names)


def test_one_article_is_not_enough_and_the_reasons_are_given(tmp_path):
    with pytest.raises(CorpusError, match="only one article"):
        read_corpus(write(tmp_path, a__txt=RAIN, b__txt=""))
    with pytest.raises(CorpusError, match=r"b\.txt: holds no text"):
        read_corpus(tmp_path)


cells = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_every_row_of_a_table_is_an_article_or_a_problem(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("table")
    pd.DataFrame(rows, columns=["id", "text"]).to_parquet(folder / "t.parquet")
    write(folder, **GOOD)
    reading = read_corpus(folder)
    from_table = [article for article in reading.articles if article.path.startswith("t.parquet#")]
    left_out = [problem for problem in reading.problems if problem.done == "left out"]
    assert len(from_table) + len(left_out) == len(rows)
    assert len({article.article_id for article in reading.articles}) == len(reading.articles)


def test_columns_are_guessed_by_name():
    assert guess_columns(["A", "Publication Date", "URL", "full-text"]) == {
        "text": "full-text",
        "published": "Publication Date",
        "url": "URL",
    }
    assert isinstance(Reading().articles, list)


def test_the_template_is_read_without_a_problem():
    reading = read_corpus(PROJECT / "data" / "raw" / "template")
    assert not reading.problems
    outlets = {article.article_id: article.outlet for article in reading.articles}
    assert outlets == {
        "gazette/flood": "gazette",
        "post/flood": "The Post",
        "radio-1": "Radio Nord",
        "radio-2": "Radio Nord",
    }


def test_an_article_of_millions_of_words_is_left_out_and_the_rest_goes_on(tmp_path):
    (tmp_path / "huge.txt").write_text("word and word\n" * 100_000)
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("A short article.")
    reading = read_corpus(tmp_path)
    assert [a.article_id for a in reading.articles] == ["a", "b"]
    assert [(p.file, p.what.split(",")[0]) for p in reading.problems] == [("huge.txt", "has 300000 words")]
    assert len(read_corpus(tmp_path, max_words=300_000).articles) == 3


def test_a_repeated_id_takes_no_id_that_another_article_has(tmp_path):
    rows = [{"id": name, "text": f"{name} article number {i}"} for i, name in enumerate(["a", "a", "a~2", "a"])]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert [a.article_id for a in read_corpus(tmp_path).articles] == ["a", "a~3", "a~2", "a~4"]


@pytest.mark.parametrize("value", ["now", "today", "yesterday evening", "", None])
def test_a_word_states_no_date(value):
    assert stated_date(value) is None


@pytest.mark.parametrize(
    "value", ["2009", "2009-06", "06/2009", "June 2009", "10:30 June 2009", "June 2009 6pm", "June 9", "2009.5"]
)
def test_a_month_states_no_day(value):
    assert stated_date(value) is None


@pytest.mark.parametrize(
    "value",
    ["2009-06-01", "20090601", "June 1, 2009", "1 Jun 2009", "Mon, 01 Jun 2009", "2009/6/1", "1.6.2009", "1-Jun-2009"],
)
@pytest.mark.parametrize(
    ("time", "told"), [("", "00:00"), (" 10:30", "10:30"), (" 10:30:05 +0200", "08:30"), (" 6:15pm -04:00", "22:15")]
)
def test_dates_are_read_however_they_are_written(value, time, told):
    assert str(stated_date(value + time))[:16] == f"2009-06-01 {told}"


@pytest.mark.parametrize(
    ("zone", "utc"),
    [("EDT", "22:15"), ("EST", "23:15"), ("PST ", "02:15"), ("CEST", "16:15"), ("MSK", "15:15"), ("GMT", "18:15")],
)
def test_zones_by_their_letters(zone, utc):
    assert str(stated_date(f"Fri Oct 20, 2006 6:15pm {zone}"))[11:16] == utc
    assert str(stated_date(f"2006-10-20 18:15 {zone}"))[11:16] == utc


def test_letters_of_several_zones_tell_none():
    assert stated_dates(["Fri Oct 20, 2006 6:15pm IST", "Fri Oct 20, 2006 6:15pm BST"]) == [None, None]


def write_all(folder, **texts):
    for name, text in texts.items():
        (folder / name.replace("__", "/").replace("_dot_", ".")).write_text(text, encoding="utf-8")


def test_dates_whose_order_is_not_sure_are_left_out_and_told(tmp_path):
    rows = ["id,text,published", "a,First text.,03/02/2026", "b,Second text.,02/03/2026", "c,Third.,2026-02-30"]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    reading = read_corpus(tmp_path)
    assert [a.published for a in reading.articles] == [None, None, None]
    assert [(p.place, p.done) for p in reading.problems] == [("row 1 and 2 others", "left without a date")]


def test_one_sure_date_tells_the_order_of_a_column(tmp_path):
    (tmp_path / "t.csv").write_text("text,date\nOne.,03/02/2026\nTwo.,13/02/2026\nThree.,7.2.2026\n")
    assert [str(a.published)[:10] for a in read_corpus(tmp_path).articles] == ["2026-02-03", "2026-02-13", "2026-02-07"]


def test_files_of_other_kinds_and_links_that_lead_out_are_told(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_all(folder, a_dot_txt="One article.", b_dot_txt="Another one.", c_dot_docx="x", d_dot_docx="y")
    (tmp_path / "secret.txt").write_text("Nobody's business.")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    reading = read_corpus(folder)
    assert [a.article_id for a in reading.articles] == ["a", "b"]
    told = {(p.file, p.place) for p in reading.problems}
    assert told == {("c.docx", "and 1 others"), ("link.txt", "")}


def test_a_table_without_a_column_of_texts_is_told_which_is_longest(tmp_path):
    (tmp_path / "t.csv").write_text("Artikeltext,Erschienen\nEin langer Text.,2026-02-03\n")
    write_all(tmp_path, a_dot_txt="One article.", b_dot_txt="Another one.")
    (problem,) = read_corpus(tmp_path).problems
    assert "{text: Artikeltext}" in problem.what


def test_a_column_must_be_named_by_one_name(tmp_path):
    with pytest.raises(SettingsError, match="one column"):
        read_corpus(tmp_path, columns={"text": ["a", "b"]})


def test_articles_without_words_and_in_a_wrong_encoding_are_told():
    russian = "Во вторник город закрыл старый мост через реку, инженер рассказал о трещинах в двух опорах из семи"
    arabic = "أغلقت المدينة يوم الثلاثاء الجسر القديم فوق النهر وتحدث المهندس سالم عن شقوق في اثنين من الأعمدة"
    arabic += " وعلى المشاة أن يسلكوا حتى الربيع طريقا أطول بثلاثة كيلومترات"
    wrong = arabic.encode("cp1256").decode("cp1251", "replace").replace("\ufffd", "")
    raw = [RawArticle(n, f"{n}.txt", None, t, "utf-8") for n, t in (("a", russian), ("b", wrong), ("c", "..."))]
    told = {p.file: p.what for p in article_problems(clean_corpus(raw, "ru").articles)}
    assert set(told) == {"b.txt", "c.txt"}
    assert "wrong encoding" in told["b.txt"]
    assert "no words" in told["c.txt"]


NAMES, PATHS = st.sampled_from(["a", "a~2", "x/a", "x/a~2"]), st.sampled_from(["a.txt", "x/a.txt", "t.csv#1"])


@given(st.lists(st.tuples(NAMES, PATHS)))
def test_whatever_ids_and_paths_there_are_no_two_articles_have_one_name(drawn):
    articles = [RawArticle(name, path, None, "text", "utf-8") for name, path in drawn]
    named = named_uniquely(articles, [])
    assert [a.path for a in named] == [a.path for a in articles]
    assert len({a.article_id for a in named}) == len(named)
