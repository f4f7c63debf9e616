"""The five articles' lineage; which dates and credits decide; what the text alone may say."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import lineage, overlap, similarity
from helpers.credits import credits_table
from helpers.dating import precedes
from helpers.lineage import COLUMNS, Tables, common_agency, groups, lineage_table, wordings
from helpers.lineage_figure import lineage_figure
from helpers.passages import passages_table
from helpers.prose import ProseWords, corpus_words, prose_texts
from helpers.spoken import by_pair
from helpers.versions import NAMES, Cues, Version, _parts, cues, earlier, halves


def tables(clean):
    """All that lineage reads, of a cleaned corpus."""
    prose = prose_texts(clean.articles, clean.sentences)
    cosine = similarity.cosine_matrix(similarity.word_vectors(prose), prose.index)
    alike = similarity.similarity_table(cosine, cosine)
    corpus = corpus_words(clean.articles, clean.sentences)
    text = dict(zip(clean.articles["article_id"], clean.articles["text"], strict=True))
    pairs = [(a, b) for a in text for b in text if a < b]
    passages = passages_table(text, corpus, pairs)
    shares = overlap.overlap_table(corpus, passages)
    copying = overlap.copying_table(corpus, passages, shares, alike, prose)
    credits = credits_table(clean.articles, clean.sentences)
    return Tables(clean.articles, clean.sentences, passages, shares, copying, credits, clean.cleaning_log, corpus)


@pytest.fixture(scope="module")
def data(cleaned):
    found = tables(cleaned)
    assert len(found.passages)
    return found


def by_number(table):
    return table.assign(number=table["article_id"].str[:3]).set_index("number")


def with_dates(data, **dates):
    """The five articles with these dates (d001="2022-09-10 08:00"), and without credits."""
    told = {key[1:]: pd.Timestamp(value) for key, value in dates.items()}
    published = pd.to_datetime(pd.Series([told.get(a[:3], pd.NaT) for a in data.articles["article_id"]]))
    return replace(data, articles=data.articles.assign(published=published), credits=data.credits.iloc[:0])


def test_three_descend_from_one_reuters_story_and_two_stand_apart(data):
    table = by_number(lineage_table(data))
    assert table["relation"].to_dict() == {
        "000": "apart", "003": "apart", "001": "common source", "002": "common source", "004": "common source",
    }  # fmt: skip
    assert set(table.loc[["001", "002", "004"], "parent_id"]) == {"agency:Reuters"}
    assert table.loc["002", "nearest_id"].startswith("001")
    assert table.loc["002", "nearest_share"] == pytest.approx(0.96, abs=0.005)
    assert table["confidence"].isna().all()
    assert list(lineage_table(data).columns) == [c.name for c in COLUMNS]


def test_the_evidence_names_what_a_reader_would_check(data):
    evidence = by_number(lineage_table(data))["evidence"]
    assert "dates: dated 2022-09-11" in evidence["002"]
    assert "credits: runs Reuters (1)" in evidence["004"]
    assert "here kharksiv, in 001_754b26462f8bc4f8 kharkiv" in evidence["002"]
    assert "damage: wrongly decoded" in evidence["001"]
    assert "damage" not in evidence["002"]
    assert "nothing is decided by it" in evidence["002"]
    assert all(line.split(" ")[0].rstrip(":").isalpha() for text in evidence for line in text.splitlines())


def test_of_an_agencys_copies_the_order_of_publication_is_told_where_dates_do(data):
    dated = replace(with_dates(data, d001="2022-09-10 08:00", d002="2022-09-10 09:30"), credits=data.credits)
    table = by_number(lineage_table(dated))
    names = table["article_id"]
    assert set(table.loc[["001", "002"], "relation"]) == {"common source"}
    assert not table["evidence"]["004"].count("published")
    assert f"\ndates: published 1.5 h after {names['001']}\n" in table.loc["002", "evidence"]
    assert f"\ndates: published 1.5 h before {names['002']}\n" in table.loc["001", "evidence"]
    near = replace(dated, articles=with_dates(data, d001="2022-09-10 08:00", d002="2022-09-11").articles)
    assert not lineage_table(near)["evidence"].str.contains("published").any()


def test_what_the_wording_told_before_is_told_again_without_reading_it(data, monkeypatch):
    dated = with_dates(data, d001="2022-09-10 08:00", d004="2022-09-10 12:00", d002="2022-09-11 09:00")
    for own in (data, dated):
        table = lineage_table(own)
        rows = wordings(table)
        assert len(rows) == 3
        keys = zip(rows["article_id"], rows["other_id"], rows["relation"], strict=True)
        known = dict(zip(keys, zip(rows["confidence"], rows["lines"], strict=True), strict=True))
        with monkeypatch.context() as patch:
            patch.setattr(lineage, "halves", lambda *given: pytest.fail("read again"))
            pd.testing.assert_frame_equal(lineage_table(own, known), table)


def test_evidence_that_an_id_makes_ambiguous_is_not_told_again(data):
    table = lineage_table(data)
    hostile = table.assign(evidence=table["evidence"].str.replace("damage:", "damage: a\ncontainment b"))
    assert len(wordings(hostile)) == 3 - hostile["evidence"].str.contains("damage: a").sum() < 3


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 11)), max_size=40))
def test_sentences_of_the_other_are_counted_as_word_by_word(words):
    block, place = (
        (np.array(column, dtype=np.int64) for column in zip(*sorted(words), strict=True))
        if words
        else (np.empty((2, 0), np.int64))
    )
    sentence = np.repeat([0, 2, 5], 4).astype(np.int32)
    other = ProseWords(*(np.arange(12, dtype=np.int32),) * 2, sentence, np.zeros(12, dtype=bool))
    told = [[sentence[p] for b, p in zip(block, place, strict=True) if b == own and p >= 0] for own in range(4)]
    want = [sum(found.count(s) >= 4 for s in set(found)) for found in told][: int(block.max(initial=-1)) + 1]
    assert _parts(block, other, place).tolist() == want


def test_of_articles_that_stand_apart_and_of_none_no_wording_is_told(data):
    table = lineage_table(data)
    assert not len(wordings(table[table["group"] == 0]))
    assert not len(wordings(table.iloc[:0]))
    assert groups(data.overlap.iloc[:0], data.copying) == groups(data.overlap.iloc[:0], data.copying.iloc[:0]) == []


def decided_slowly(name, share, dates):
    """Of all that share, those known to be older; none if one that shares more may be older, too."""
    later = {k: precedes(dates[k], dates[name]) for k in share if share[k] > 0}
    older = [k for k, known in later.items() if known]
    unknown = [share[k] for k, known in later.items() if known is None]
    if older and max(unknown, default=0) <= max(share[k] for k in older):
        return max(older, key=lambda k: (share[k], k)), "before"
    return None, "first" if later and not older and not unknown else "undecided"


STAMPS = ("2022-09-10 08:00", "2022-09-11 09:00", "2022-09-15", "2022-09-16")
DATES = st.sampled_from([pd.NaT, *map(pd.Timestamp, STAMPS)])


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5]), DATES), min_size=1, max_size=5), DATES)
def test_the_parent_is_the_nearest_that_dates_call_older(others, date):
    share = {f"a{i}": own for i, (own, _) in enumerate(others)}
    dates = {"own": date} | {f"a{i}": own for i, (_, own) in enumerate(others)}
    group = SimpleNamespace(agency=None, pages=set(), dates=dates)
    assert lineage._decided("own", share, group) == decided_slowly("own", share, dates)


def test_without_credits_and_dates_it_is_undecided(data):
    table = by_number(lineage_table(with_dates(data, d002="2022-09-11")))
    assert set(table.loc[["001", "002", "004"], "relation"]) == {"undecided"}
    assert table["parent_id"].isna().all()
    assert table.loc["002", "nearest_id"].startswith("001")


def test_dates_decide_where_all_are_stated(data):
    dated = with_dates(data, d001="2022-09-10 08:00", d004="2022-09-10 12:00", d002="2022-09-11 09:00")
    table = by_number(lineage_table(dated))
    assert table["relation"][["001", "004", "002"]].tolist() == ["first", "before", "before"]
    for number in ("004", "002"):
        assert f" after {table.loc[number, 'parent_id']}\n" in table.loc[number, "evidence"]
    assert table["parent_id"][["004", "002"]].str[:3].tolist() == ["001", "001"]
    assert table["confidence"][["004", "002"]].between(0, 1).all()


def test_an_undated_article_that_shares_more_leaves_it_undecided(data):
    table = by_number(lineage_table(with_dates(data, d004="2022-09-10 12:00", d002="2022-09-11 09:00")))
    assert table.loc["002", "relation"] == "undecided"


def test_a_page_of_the_agency_is_the_parent(data):
    page = data.articles["article_id"].str.startswith("001")
    articles = data.articles.assign(url=data.articles["url"].astype(object).where(~page, "https://www.reuters.com/x"))
    table = by_number(lineage_table(replace(data, articles=articles, credits=credits_table(articles, data.sentences))))
    assert table["parent_id"][["002", "004"]].str[:3].tolist() == ["001", "001"]
    assert table["relation"][["002", "004"]].tolist() == ["before", "before"]
    assert pd.isna(table.loc["001", "parent_id"])


def test_an_agency_needs_a_credit_and_its_name_in_shared_copy(data):
    ids = sorted(a for a in data.articles["article_id"] if a[:3] in ("001", "002", "004"))
    assert common_agency(ids, data.credits, data.passages) == "Reuters"
    assert common_agency(ids, data.credits[data.credits["kind"] != "runs"], data.passages) is None
    assert common_agency([*ids, "000"], data.credits, data.passages) is None
    assert common_agency(ids, data.credits, data.passages.iloc[:0]) is None


def test_groups_do_not_chain_through_little():
    names = ["a", "b", "c"]
    copying = pd.DataFrame({"article_id": names, "floor": 0.05, "label": "partially derived"})
    pairs = {("a", "b"): 0.6, ("b", "c"): 0.1, ("c", "b"): 0.14}
    shares = [(x, y, pairs.get((x, y), 0.0), 0.0) for x in names for y in names if x != y]
    table = pd.DataFrame(shares, columns=["article_id", "source_id", "reused_share", "quoted_share"])
    table = table.assign(without_formulae=table["reused_share"])
    assert groups(table, copying) == [["a", "b"]]
    assert groups(table.assign(without_formulae=0.1), copying) == []
    assert groups(table.assign(quoted_share=0.5), copying) == []
    assert groups(table, copying.assign(floor=0.7)) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2022-09-10 08:00", "2022-09-10 08:01", True),
        ("2022-09-10 08:01", "2022-09-10 08:00", False),
        ("2022-09-10", "2022-09-11 09:00", None),
        ("2022-09-10", "2022-09-12", True),
        ("2022-09-10 21:53", "2022-09-11", None),
        ("2022-09-10 21:53", "2022-09-12", True),
        ("2022-09-10 08:00", "2022-09-10 08:00", None),
        (None, "2022-09-10", None),
    ],
)
def test_dates_too_near_to_tell_tell_nothing(first, second, expected):
    assert precedes(pd.Timestamp(first), pd.Timestamp(second)) is expected


def pair_cues(data, first, second):
    """Cues of two of the five articles."""
    names = {a[:3]: a for a in data.articles["article_id"]}
    text = data.articles.set_index("article_id")["text"]
    a, b = (
        Version.of(text[names[n]], data.corpus[names[n]], data.sentences[data.sentences["article_id"] == names[n]])
        for n in (first, second)
    )
    spans = by_pair(data.passages)
    sides = [spans[names[x], names[y]] for x, y in ((first, second), (second, first))]
    return cues(a, b, *halves(a, b, *sides))


def test_cues_change_sign_when_the_versions_change_places(data):
    there, back = pair_cues(data, "001", "002"), pair_cues(data, "002", "001")
    assert there == pytest.approx([-v for v in back])
    assert earlier(there) == pytest.approx(1 - earlier(back))


@given(st.lists(st.floats(-3, 3), min_size=len(NAMES), max_size=len(NAMES)))
def test_odds_are_those_of_the_mirror(values):
    p = earlier(Cues(*values))
    assert math.isclose(p + earlier(Cues(*(-v for v in values))), 1.0)


def test_the_figure_names_every_article_and_dashes_what_is_not_credited(data):
    table = lineage_table(data)
    fig, rows = lineage_figure(table)
    pd.testing.assert_frame_equal(rows, table)
    words = [text.get_text() for text in fig.axes[0].texts]
    assert {"000", "001", "002", "003", "004", "Reuters story", "not in the corpus"} <= set(words)
    assert words.count("from Reuters: named in shared copy") == 2
    assert "from Reuters: by its credit" in words
    dashed = [line for line in fig.axes[0].lines if line.get_linestyle() == "--"]
    assert len(dashed) == 2
    undecided, _ = lineage_figure(lineage_table(with_dates(data)))
    assert [t.get_text() for t in undecided.axes[0].texts].count("undecided who was first") == 3


def test_the_figure_of_many_articles_is_cut_and_says_so(data):
    one = lineage_table(data).query("group == 0").iloc[[0]]
    many = pd.concat([one.assign(article_id=f"x{i}") for i in range(60)], ignore_index=True)
    assert "40 of 60 articles; 60 stand apart" in lineage_figure(many)[0].axes[0].get_title(loc="left")


def test_of_many_groups_those_that_share_most_are_drawn(data):
    kept = lineage_table(data).query("group == 1").head(2).assign(relation="undecided", parent_id=None)
    names = [f"x{i:02}" for i in range(60)]
    rows = [kept.iloc[[0]].assign(article_id=name, group=i // 2 + 1) for i, name in enumerate(names)]
    table = pd.concat(rows, ignore_index=True).assign(nearest_id=[names[i ^ 1] for i in range(60)])
    table["nearest_share"] = [0.2 + i / 100 for i in range(60)]
    figure, rows = lineage_figure(table)
    axes = figure.axes[0]
    drawn = {text.get_text() for text in axes.texts} & set(names)
    assert drawn == set(names[20:])
    pd.testing.assert_frame_equal(rows, table[20:])
    assert "40 of 60 articles, of the groups that share most" in axes.get_title(loc="left")
    threes = table.assign(group=[i // 3 + 1 for i in range(60)])
    assert "39 of 60 articles" in lineage_figure(threes)[0].axes[0].get_title(loc="left")
    assert "40 of 60 articles" in lineage_figure(table.assign(group=1))[0].axes[0].get_title(loc="left")


def test_the_figure_leaves_what_the_text_alone_says_to_the_table(data):
    table = lineage_table(with_dates(data, d001="2022-09-10 08:00", d004="2022-09-10 12:00", d002="2022-09-11 09:00"))
    assert table["confidence"].notna().any()
    shown = [text.get_text() for text in lineage_figure(table)[0].axes[0].texts]
    assert shown.count("after 001") == 2


def test_a_corpus_without_copying_stands_apart(data):
    names = data.articles["article_id"].str[:3].isin(["000", "003"])
    kept = data.articles.loc[names, "article_id"]
    copying = data.copying[data.copying["article_id"].isin(kept)]
    alone = replace(data, articles=data.articles[names], copying=copying, overlap=data.overlap.iloc[:0])
    assert lineage_table(alone)["relation"].tolist() == ["apart", "apart"]
