"""Adding articles to a finished run: the tables are those of a run on all of them, or nothing has changed."""

import html
import os
import random
import re
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import report, size, switch, tables
from helpers.__main__ import main
from helpers.archive import adding as whole
from helpers.archive import grow, index, known, pairs, splice, texts, views
from helpers.archive.told import _members, interpreted
from helpers.candidates import CandidateSettings, CorpusKeys, candidates, select
from helpers.errors import CorpusError, RunError
from helpers.pipeline import write_report
from helpers.prose import CorpusProse, JoinedWords, ProseSentences, Spans, corpus_words, prose_words, word_counts
from helpers.record import Inputs, find_run, locate, read_record, write_record
from helpers.sources import RawArticle, Reading, read_corpus
from helpers.steps import PAGES, program

FEW = CandidateSettings(
    formula_articles=4,
    joined_articles=9,
    rare_articles=5,
    pair_articles=4,
    common_words=6,
    least_shared=2,
    per_article=1.5,
)
"""Limits that a corpus of some twenty articles crosses."""
WIDE = {"per_article": 1.5, "rare_articles": 20, "formula_articles": 30}


def corpus_of(rng, n):
    """Articles of few different words and shared runs, as lists of numbers."""
    runs = [rng.integers(1, 60, rng.integers(8, 14)) for _ in range(6)]
    found = []
    for _ in range(n):
        parts = [rng.integers(1, 400, rng.integers(0, 30))]
        for run in runs:
            if rng.random() < 0.35:
                parts += [run, rng.integers(1, 80, rng.integers(0, 9))]
        found.append(np.concatenate(parts))
    return found


def keys_of(articles):
    mixed = [
        np.array([int(word) * 0x9E3779B97F4A7C15 % (1 << 64) for word in own], dtype=np.uint64) for own in articles
    ]
    return CorpusKeys(np.concatenate([np.empty(0, np.uint64), *mixed]), np.cumsum([0, *map(len, mixed)]))


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_pairs_that_are_changed_are_those_of_the_whole_corpus(seed):
    rng = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_SETTINGS", FEW)
        n = int(rng.integers(12, 24))
        articles, live = corpus_of(rng, n), np.ones(n, dtype=bool)
        known = pairs.Pairs.of(keys_of(articles))
        for _ in range(2):
            gone = np.flatnonzero(live & (rng.random(len(live)) < rng.choice([0, 0.1])))
            come = corpus_of(rng, int(rng.integers(1, 8)))
            known = known.changed(keys_of(come), gone)
            live[gone] = False
            articles, live = articles + come, np.append(live, np.ones(len(come), dtype=bool))
            order = rng.permutation(np.flatnonzero(live))  # the names' order is another than that of arrival
            rank = np.zeros(len(live), dtype=np.int64)
            rank[order] = np.arange(len(order))
            keys = keys_of([articles[i] for i in order])
            want = candidates(keys, FEW)
            pd.testing.assert_frame_equal(known.candidates(rank), want.candidates, check_exact=True)
            found, own, ranks = known.formulae(rank)
            assert [list(column) for column in found[1:]] == [list(column) for column in want.formulae[1:]]
            assert ranks[own.articles_at(found.places)].tolist() == keys.articles_at(want.formulae.places).tolist()


PIECES = st.sampled_from(
    ["Rain ", "“it fell,” she said. ", "it's ", "\n\n", "--- ", 300 * "-", "東京は雨だ", "w" * 260 + " "]
)


@given(st.lists(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=6), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_stored_words_are_those_that_a_text_is_split_into(texts, n):
    ends = [[place for place in range(len(text)) if place % 7 == 5] for text in texts]
    rows = [
        (f"a{i}", number, *span, "caption" if number % 3 == 2 else "body")
        for i, (text, cuts) in enumerate(zip(texts, ends, strict=True))
        for number, span in enumerate(zip([0, *cuts], [*cuts, len(text)], strict=True))
    ]
    columns = ["article_id", "sentence", "start", "end", "kind"]
    sentences = pd.DataFrame(rows, columns=columns)
    articles = pd.DataFrame({"article_id": [f"a{i}" for i in range(len(texts))], "text": texts})
    want = {name: prose_words(text, sentences[sentences["article_id"] == name]) for name, text in articles.to_numpy()}
    corpus = corpus_words(articles, sentences[::-1])
    own = list(want.values())
    spans = Spans.joined([Spans.of(own[:n]), Spans.of(own[n:])])
    turned = articles[::-1].reset_index(drop=True)
    stored = CorpusProse(turned, spans, ProseSentences.of_table(turned, sentences), np.arange(len(own))[::-1])
    for name, words in want.items():
        for found in (stored[name], corpus[name]):
            assert found.text == words.text
            for column in ("start", "end", "sentence", "quoted"):
                given, kept = getattr(words, column), getattr(found, column)
                assert given.dtype == kept.dtype
                assert given.tolist() == kept.tolist()
    assert word_counts(corpus) == {name: len(words) for name, words in want.items()}
    some = [*want][::-2]
    focus = stored.focus(some)
    assert word_counts(focus) == {name: len(want[name]) for name in some}
    assert [*focus] == some
    assert focus["a0"].text == texts[0]
    given = JoinedWords.of([want[name] for name in some])
    for joined in (JoinedWords.among(corpus, some), JoinedWords.among(focus, some)):
        for column in ("start", "end", "quoted", "lengths"):
            assert getattr(joined, column).tolist() == getattr(given, column).tolist()


NOTICE = "Quotes are delayed by fifteen minutes at least and belong to the exchange itself."
FOOT = {"A": "Follow our newsroom for more", "B": "Share this story with friends today"}
PLAIN = ["the", "of", "and", "to", "in", "a", "said", "was", "for", "on"]


def made_up(seed, n=44, noticed=0.8):
    """Articles that share sentences, a notice, a foot for some of each outlet; some are repeated."""
    rng = random.Random(seed)
    vocabulary = [f"w{i}" for i in range(900)]

    def sentence():
        words = [rng.choice(PLAIN if rng.random() < 0.4 else vocabulary) for _ in range(13)]
        return " ".join(words).capitalize() + "."

    pool = [sentence() for _ in range(60)]
    found = []
    for number in range(n):
        parts = [rng.choice(pool) if rng.random() < 0.25 else sentence() for _ in range(rng.randint(3, 5))]
        outlet = rng.choice([None, "A", "B"])
        parts[-1] += f" {NOTICE}" * (rng.random() < noticed)
        parts += [FOOT.get(outlet, "")] * (outlet is not None and rng.random() < 0.3)
        name = f"x{rng.randrange(1000):03}-{number}"
        found.append(RawArticle(name, f"{name}.txt", outlet, "\n\n".join(parts) + "\n", "utf-8"))
    for number, again in enumerate(rng.sample(found, 4)):
        found.append(RawArticle(f"d{number}", f"d{number}.txt", rng.choice([None, "A"]), again.text, "utf-8"))
    rng.shuffle(found)
    return found


@pytest.fixture
def small(monkeypatch):
    """Twenty articles make a corpus large, and thirty a formula."""
    few = CandidateSettings(**WIDE)
    monkeypatch.setattr(size, "LARGE", 20)
    monkeypatch.setattr(pairs, "_SETTINGS", few)
    monkeypatch.setattr(select, "CandidateSettings", lambda: few)


def everything(articles):
    return whole.everything(Reading(list(articles)), grow.Settings(processes=1))


@pytest.mark.parametrize("seed", [1])
def test_an_archive_that_grew_has_the_tables_of_a_full_run(tmp_path, small, seed):
    articles = made_up(seed)
    old, days = articles[:30], (articles[30:38], articles[38:])
    for name, table in everything(old).items():
        splice.write(table, name, tmp_path)
    read = {name: tables.read(name, tmp_path) for name in ("articles", "sentences", "passages")}
    index = grow.index_of(Reading(list(old)), read, grow.Settings(), 1)
    for day in days:
        growth = grow.Growth(tmp_path, index, Reading(list(day)), grow.Settings(processes=1))
        made = growth.made()
        made |= interpreted(growth, made)
        index = growth.new_index()
        for name, table in made.items():
            splice.write(table, name, tmp_path)
    wanted = everything(articles)
    assert set(made) == set(tables.TABLES)
    assert wanted["formulae"].num_rows == 1
    assert {name for name in wanted if not wanted[name].equals(made[name])} == set()
    files = {name: (tmp_path / f"{name}.parquet").read_bytes() for name in made}
    for name, table in wanted.items():
        tables.write(table.to_pandas(), name, tmp_path)
        assert (tmp_path / f"{name}.parquet").read_bytes() == files[name]


def test_the_articles_of_a_group_are_held_once():
    n = 2000
    names = [f"a{i:04}" for i in range(n)]
    lineage = pd.DataFrame({"article_id": [*names[::-1], "b0", "b1", "c"], "group": [1] * n + [2, 2, 0]})
    tracemalloc.start()
    try:
        found = _members(lineage)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == {tuple(names), ("b0", "b1")}
    assert most < 1000 * n  # a set for each article of the group would hold n * n places


def test_a_line_that_becomes_boilerplate_is_taken_out_of_old_articles(tmp_path):
    foot = FOOT["A"]
    told = ["Divers raised the bell.", "The mill burnt down.", "Snow closed both passes.", "A ferry ran aground."]
    told += ["Bakers asked for rye.", "The choir sang at noon.", "Two bridges were painted."]
    articles = [RawArticle(f"a{i}", f"a{i}.txt", "A", f"{own}\n\n{foot}\n", "utf-8") for i, own in enumerate(told)]
    first = texts.grown(texts.Texts.none(), articles[:3], texts.Rules(language="en"))
    assert first.texts.learnt.get("A", set()) == set()
    assert all(foot in own.text for own in first.split)
    text = [own.text for own in first.split]
    second = texts.grown(first.texts, articles[3:], texts.Rules(language="en"), lambda place: text[place])
    assert second.touched == [*range(7)]
    assert not any(foot in own.text for own in second.split)


@pytest.fixture
def archive(tmp_path, small, monkeypatch):
    """A finished run on thirty articles, without its pages, and a folder with a day's eight."""
    monkeypatch.setattr(whole, "renew", lambda run: None)
    monkeypatch.setattr(whole, "write_pages", lambda *place: None)
    articles = made_up(5)
    for folder, some in (("raw", articles[:30]), ("day", articles[30:38]), ("next", articles[38:])):
        for article in some:
            path = tmp_path / folder / (article.outlet or "") / article.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(article.text, encoding="utf-8")
    here = locate(tmp_path / "raw", tmp_path / "out")
    here.processed.mkdir(parents=True)
    for name, table in whole.everything(read_corpus(here.raw), grow.Settings(processes=1)).items():
        splice.write(table, name, here.processed)
    write_record(here, Inputs.of(here.raw), {}, finished=True, program=program())
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.parquet")}


def union(*folders):
    """The tables of a full run on several folders, one after another."""
    both = Reading()
    for folder in folders:
        both.articles += read_corpus(folder, least=1).articles
    return whole.everything(both, grow.Settings(processes=1))


def remade(archive, monkeypatch, large):
    """Let corpora of `large` articles count as large, and the archive be as a run of its kind makes it."""
    monkeypatch.setattr(size, "LARGE", large)
    if large > 20:
        for name, table in union(archive / "raw").items():
            splice.write(table, name, archive / "out" / "processed")


def indexed(said):
    """How often an index was made."""
    return sum(" index " in line and "reused" not in line for line in said)


@pytest.mark.parametrize("large", [20, 1000])
def test_additions_make_the_tables_of_a_full_run(archive, monkeypatch, large):
    remade(archive, monkeypatch, large)
    said = []
    for day in ("day", "next"):
        done = whole.add(archive / "out", archive / day, said.append, processes=1)
    assert indexed(said) == (large == 20)
    stages = whole.LARGE if large == 20 else whole.SMALL
    told = [line.split("] ")[1].split("  ")[0] for line in said if line.startswith("[")]
    assert told == 2 * list(stages)
    assert len(done.articles) == 10
    wanted = union(*(archive / name for name in ("raw", "day", "next")))
    made = {name: tables.conform(done.run.table(name), name) for name in wanted}
    assert {name for name in wanted if not wanted[name].equals(made[name])} == set()
    record = read_record(done.run.reports)
    assert len(record["inputs"]) == 48
    assert [Path(one["raw"]).name for one in record["added"]] == ["day", "next"]
    assert whole.add(archive / "out", archive / "next", said.append, processes=1).articles == done.articles
    assert "10 of 10 articles are skipped: the run has them, with the same text" in said
    assert read_record(done.run.reports) == record


@pytest.mark.parametrize("stopped", ["interpreted", "write_record"])
def test_a_stopped_addition_leaves_the_run_as_it_was_and_is_completed_by_the_next(archive, monkeypatch, stopped):
    processed = archive / "out" / "processed"
    before = contents(processed)
    with monkeypatch.context() as patch:
        patch.setattr(whole, stopped, lambda *given, **named: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            whole.add(archive / "out", archive / "day", processes=1)
    assert contents(processed) == before
    assert len(find_run(archive / "out").table("articles")) == 30
    whole.add(archive / "out", archive / "day", processes=1)
    assert len(find_run(archive / "out").table("articles")) == 38
    assert not (processed / switch.FOLDER).exists()


def test_an_addition_killed_between_two_moves_is_finished_by_whoever_opens_the_run(tmp_path, monkeypatch):
    processed, reports = tmp_path / "processed", tmp_path / "reports"
    for folder in (processed / "index", reports):
        folder.mkdir(parents=True)
    names = ("a.parquet", "b.parquet", "index/c.npy")
    for name in names:
        (processed / name).write_text("old")
    (reports / "run.json").write_text("old")
    (reports / "steps.json").write_text("old")
    staged = switch.staging(processed)
    for name in (*names, "reports/run.json"):
        (staged / name).parent.mkdir(exist_ok=True)
        (staged / name).write_text("new")
    moved, replace = [], os.replace

    def killed(source, target):
        if len(moved) == 3:
            raise KeyboardInterrupt
        moved.append(source)
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            switch.commit(processed, reports, [reports / "steps.json"])
    assert (processed / "a.parquet").read_text() == "new"
    assert (reports / "run.json").read_text() == "old"
    assert switch.finish(processed)
    assert {(processed / name).read_text() for name in names} == {"new"}
    assert (reports / "run.json").read_text() == "new"
    assert not (reports / "steps.json").exists()
    assert not switch.finish(processed)


def test_the_command_shows_the_new_articles_and_renews_pages_figures_and_lists(archive, monkeypatch, capsys):
    monkeypatch.setattr(whole, "renew", views.renew)
    monkeypatch.setattr(whole, "write_pages", report.write)
    reports = archive / "out" / "reports"
    for name in ("notebooks/01_cleaning.ipynb", "figures/old.png", "steps.json"):
        (reports / name).parent.mkdir(exist_ok=True)
        (reports / name).write_text("of the archive alone")
    assert main(["add", str(archive / "out"), str(archive / "day")]) in (0, 1)
    told = capsys.readouterr().out
    new = {article.article_id for article in read_corpus(archive / "day").articles}
    assert all(name in told for name in new)
    assert sum(line.strip().startswith(("x", "d")) for line in told.splitlines()) == len(new)
    assert len([*(reports / "articles").glob("*.html")]) == 38
    page = (reports / "index.html").read_text(encoding="utf-8")
    named = page[page.index('<details id="added" open>') : page.index("</details>")]
    assert f"Added last: {len(new)} articles" in named
    labels = re.findall('<th scope="row"><a [^>]*><bdi>(.*?)</bdi>', named)
    assert {html.unescape(label) for label in labels} == new
    assert 'href="pairs/' in named
    drawn = {path.name for path in (reports / "figures").glob("*.png")}
    assert drawn >= {"similarity.png", "overlap.png", "copying.png", "lineage.png"}
    assert "old.png" not in drawn
    assert {path.name for path in reports.glob("*.csv")} == {"evidence.csv", "passed_off.csv", "changes.csv"}
    assert not (reports / "notebooks" / "01_cleaning.ipynb").exists()
    assert not (reports / "steps.json").exists()
    assert main(["add", str(archive / "out"), str(archive / "day")]) in (0, 1)
    assert f"nothing: all {len(new)} articles were there" in capsys.readouterr().out
    assert main(["run", str(archive / "raw"), "--out", str(archive / "out")]) == 2
    assert "also holds articles added from" in capsys.readouterr().err
    assert not new - set(tables.column("articles", "article_id", archive / "out" / "processed"))


def test_after_an_addition_all_pages_are_those_of_a_full_run_and_few_are_written(archive, monkeypatch):
    out = archive / "out"
    write_report(find_run(out))
    before = [*(out / "reports").rglob("*.html")]
    for path in before:
        os.utime(path, (1, 1))
    monkeypatch.setattr(whole, "write_pages", report.write)
    done = whole.add(out, archive / "day", processes=1).run
    for name, table in union(archive / "raw", archive / "day").items():
        splice.write(table, name, archive / "full")
    report.write(report.Results(archive / "full", archive / "anew", read_record(done.reports)))
    pages = [
        {path.relative_to(top).as_posix(): path.read_bytes() for name in PAGES for path in (top / name).iterdir()}
        for top in (done.reports, archive / "anew")
    ]
    assert pages[0] == pages[1]
    assert any(path.stat().st_mtime == 1 for path in before)


@pytest.mark.parametrize("large", [20, 1000])
def test_articles_that_the_run_has_are_skipped(archive, monkeypatch, large):
    remade(archive, monkeypatch, large)
    shutil.copytree(archive / "day", archive / "growing")
    whole.add(archive / "out", archive / "growing", processes=1)
    said = []
    shutil.copytree(archive / "next", archive / "growing", dirs_exist_ok=True)
    done = whole.add(archive / "out", archive / "growing", said.append, processes=1)
    assert "8 of 18 articles are skipped: the run has them, with the same text" in said
    assert done.articles == tuple(sorted(a.article_id for a in read_corpus(archive / "next").articles))
    wanted = union(*(archive / name for name in ("raw", "day", "next")))
    made = {name: tables.conform(done.run.table(name), name) for name in wanted}
    assert {name for name in wanted if not wanted[name].equals(made[name])} == set()


@pytest.mark.parametrize("large", [20, 1000])
def test_an_article_with_the_id_but_not_the_text_of_a_known_one_is_refused(archive, monkeypatch, large):
    monkeypatch.setattr(size, "LARGE", large)
    shutil.copytree(archive / "raw", archive / "again")
    changed = next((archive / "again").rglob("*.txt"))
    changed.write_text(changed.read_text() + "More.")
    name = changed.relative_to(archive / "again").as_posix()
    before = contents(archive / "out" / "processed")
    with pytest.raises(RunError) as refused:
        whole.add(archive / "out", archive / "again")
    assert f"{archive / 'again'}: {name} has the id" in str(refused.value)
    assert f"of {name} in {archive / 'raw'}, and another text: give it another name" in str(refused.value)
    assert contents(archive / "out" / "processed") == before


def test_what_an_addition_changed_is_told(archive):
    before = find_run(archive / "out")
    old = {name: before.table(name) for name in ("articles", "outlet_habits")}
    done = whole.add(archive / "out", archive / "day", processes=1)
    passages, new = done.run.table("passages"), set(done.articles)
    ends = passages[passages["article_id"].isin(new) & passages["source_id"].isin(old["articles"]["article_id"])]
    assert done.sharing == ends["article_id"].nunique() > 0
    shares = [
        frame.set_index("outlet")["copied_share"] for frame in (old["outlet_habits"], done.run.table("outlet_habits"))
    ]
    assert {outlet for outlet, *_ in done.moved} <= {"A", "B"}
    assert [list(own) for own in done.moved] == sorted(
        ([o, shares[0][o], shares[1][o]] for o in ("A", "B")), key=lambda own: -abs(own[2] - own[1])
    )


def test_a_folder_without_articles_is_refused(archive):
    (archive / "none").mkdir()
    with pytest.raises(CorpusError, match="holds no article: put at least one text there"):
        whole.add(archive / "out", archive / "none")


def test_a_run_of_another_version_is_refused(archive, monkeypatch):
    monkeypatch.setattr(known, "program", lambda: "another")
    with pytest.raises(RunError, match="was made by another version"):
        whole.add(archive / "out", archive / "day")


def test_the_advice_is_the_commands_to_type(archive, monkeypatch):
    whole.add(archive / "out", archive / "day")
    monkeypatch.setattr(known, "program", lambda: "another")
    with pytest.raises(RunError) as refused:
        whole.add(archive / "out", archive / "day")
    out = archive / "out"
    commands = f"source-overlap run {archive / 'raw'} --out {out} --fresh && source-overlap add {out} {archive / 'day'}"
    assert str(refused.value).endswith(f": run `{commands}` first")


def test_the_advice_names_parameters_and_quotes_what_a_shell_would_read_otherwise(tmp_path):
    here = locate(tmp_path / "raw", tmp_path / "my results")
    told = known.Known(here, {"parameters": {"columns": "{text: story}"}, "added": []}).advice()
    out = f"--out '{tmp_path / 'my results'}'"
    assert told == f"run `source-overlap run {tmp_path / 'raw'} {out} -p 'columns={{text: story}}'` first"
    plain = known.Known(locate(tmp_path / "raw"), {"parameters": {}}).advice()
    assert plain == f"run `source-overlap run {tmp_path / 'raw'}` first"


def test_an_archive_that_has_changed_is_refused(archive):
    changed = next((archive / "raw").rglob("*.txt"))
    changed.write_text(changed.read_text() + "More.")
    with pytest.raises(RunError, match="has changed since it was compared"):
        whole.add(archive / "out", archive / "day")


def test_an_index_of_other_tables_is_not_used(archive):
    said = []
    whole.add(archive / "out", archive / "day", said.append, processes=1)
    processed = archive / "out" / "processed"
    tables.write(tables.read("copying", processed).assign(floor=0.0), "copying", processed)
    whole.add(archive / "out", archive / "next", said.append, processes=1)
    assert indexed(said) == 2


def test_raw_texts_are_read_from_where_they_stand(tmp_path):
    texts = [f"text {n}" for n in range(7)]
    for piece, own in enumerate((texts[:5], texts[5:])):
        pq.write_table(pa.table({"text": pa.array(own, pa.large_string())}), tmp_path / f"raw-{piece:05}.parquet", 2)
    places = [6, 0, 4, 5, 1, 3, 2, 4]
    assert index._Raw(tmp_path)(places) == [texts[place] for place in places]
    assert index._Raw(tmp_path)([]) == []


@pytest.mark.parametrize("cut", [0, 100])
@pytest.mark.parametrize(("articles", "new"), [("bd", "bde"), ("e", "e"), ("", ""), ("abcd", ""), ("d", "")])
def test_rows_are_replaced(cut, articles, new, tmp_path, monkeypatch):
    def rows(names, rule):
        pairs = [(name, rule, start, start + 1, "a", "b") for name in names for start in (1, 2)]
        kinds = dict.fromkeys(("article_id", "rule", "raw_start", "raw_end", "before", "after"), "str")
        kinds |= {"raw_start": "int64", "raw_end": "int64"}
        return pd.DataFrame(pairs, columns=[*kinds]).astype(kinds)

    monkeypatch.setattr(splice, "_CUT", cut)
    old, more = rows("abcd", "old"), rows(new, "new")
    tables.write(old, "cleaning_log", tmp_path)
    made = splice.Stored("cleaning_log", tmp_path).with_rows(set(articles), more)
    plain = pd.concat([old[~old["article_id"].isin(list(articles))], more])
    assert made.equals(tables.conform(plain, "cleaning_log"))
