"""From passages to shares."""

from itertools import combinations, pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import overlap, shares, spoken
from helpers.calibration import derived_score
from helpers.candidates import corpus_keys
from helpers.comparison import compare
from helpers.passages import KEY, ROW, no_rows, passages_table
from helpers.passages import KINDS as KINDS_OF_ROWS
from helpers.passages import _table as rows_in_table
from helpers.prose import JoinedWords, ProseWords, corpus_words, prose_texts, prose_words
from helpers.segmentation import sentences, word_keys
from helpers.similarity import containment
from helpers.spoken import Reused


def words_of(n, sentence_length=5, quoted=()):
    """`n` words of 3 letters and a blank, in sentences of equal length."""
    start = np.arange(n) * 4
    flags = np.isin(np.arange(n), list(quoted))
    return ProseWords(start, start + 3, np.arange(n) // sentence_length, flags)


def passages_of(*rows):
    table = pd.DataFrame(
        [
            {
                "article_id": "a",
                "source_id": source,
                "start": 4 * i,
                "end": 4 * j - 1,
                "source_start": 4 * i,
                "source_end": 4 * j - 1,
                "kind": kind,
                "n_words": j - i,
            }
            for source, i, j, kind in rows
        ]
    )
    return table.reindex(columns=no_rows().columns)


def test_the_stronger_kind_wins_and_a_word_counts_once():
    rows = passages_of(("b", 0, 10, "edited"), ("b", 2, 6, "verbatim"), ("b", 8, 12, "paraphrased"))
    kinds = shares.word_kinds(words_of(20), rows)
    assert [shares.KINDS[k][0] for k in kinds] == list("eevvvveeeepp" + "o" * 8)


def test_a_word_cut_by_a_span_is_not_in_it():
    rows = pd.DataFrame({"start": [1], "end": [10], "kind": ["verbatim"]})
    assert shares.word_kinds(words_of(4), rows).tolist() == [0, 3, 0, 0]


def copying_of(corpus, passages, cosine=0.5, same=()):
    """The table `copying` of articles that have no text, all as alike as `cosine`."""
    pairs = [(a, b, cosine, cosine) for a, b in permutations(sorted(corpus), 2)]
    similarity = pd.DataFrame(pairs, columns=["article_id", "other_id", "cosine_words", "cosine_chars"])
    table = overlap.overlap_table(corpus, passages)
    prose = dict.fromkeys(corpus, "no words in common")
    return overlap.copying_table(corpus, passages, table, similarity, prose, same)


spans = st.lists(
    st.tuples(
        st.sampled_from("bc"),
        st.integers(0, 29),
        st.integers(1, 30),
        st.sampled_from(["verbatim", "edited", "paraphrased"]),
    ).map(lambda r: (r[0], min(r[1], r[2]), max(r[1], r[2]) + 1, r[3])),
    max_size=6,
)


@settings(deadline=None)
@given(spans)
def test_shares_sum_to_one_and_the_union_bounds_every_source(rows):
    corpus = {"a": words_of(31), "b": words_of(31), "c": words_of(31)}
    passages = passages_of(*rows) if rows else no_rows()
    table = overlap.overlap_table(corpus, passages)
    copying = copying_of(corpus, passages).set_index("article_id").loc["a"]
    kinds = ["verbatim_share", "edited_share", "paraphrased_share", "original_share"]
    assert copying[kinds].sum() == pytest.approx(1)
    assert copying["copied_share"] == pytest.approx(1 - copying["original_share"])
    own = table[table["article_id"] == "a"]["reused_share"]
    assert own.max() <= copying["copied_share"] + 1e-12 <= own.sum() + 1e-9
    assert 0 <= copying["ci_low"] <= copying["ci_high"] <= 1


def test_speech_that_both_have_in_quotation_marks_is_reported_apart():
    corpus = {"a": words_of(10, quoted=[0, 1, 9]), "b": words_of(10, quoted=[1, 2])}
    row = overlap.overlap_table(corpus, passages_of(("b", 0, 5, "verbatim"))).iloc[0]
    assert (row["reused_share"], row["quoted_share"]) == (0.5, 0.1)
    assert copying_of(corpus, passages_of(("b", 0, 5, "verbatim")))["quoted_share"][0] == 0.1
    told = {"a": corpus["a"], "b": words_of(10)}
    assert overlap.overlap_table(told, passages_of(("b", 0, 5, "verbatim")))["quoted_share"].tolist() == [0, 0]
    clipped = JoinedWords.of([corpus["a"]]).clipped(*(np.array([value]) for value in (0, 0, 20)))
    assert (*clipped.n_words, *clipped.quoted_words) == (5, 2)


def test_captions_and_credits_do_not_count(cleaned):
    articles = cleaned.articles.set_index("article_id")
    name = next(a for a in articles.index if a.startswith("001"))
    own = prose_words(articles.loc[name, "text"], cleaned.sentences[cleaned.sentences["article_id"] == name])
    text = articles.loc[name, "text"]
    assert len(own) == articles.loc[name, "n_words"]
    assert not any(text[s:e] == "Handout" for s, e in zip(own.start, own.end, strict=True))
    assert "KYIV" not in {text[s:e] for s, e in zip(own.start, own.end, strict=True)}


def test_an_interval_does_not_depend_on_the_other_articles():
    corpus = {name: words_of(50) for name in "ab"}
    rows = passages_of(("b", 0, 12, "edited"))
    few = copying_of(corpus, rows)
    many = copying_of({**corpus, "c": words_of(20)}, rows)
    columns = ["ci_low", "ci_high"]
    assert few[columns].iloc[0].tolist() == many[columns].iloc[0].tolist()


def test_outlets_are_weighted_by_words():
    articles = pd.DataFrame({"article_id": ["a", "a2", "b"], "outlet": ["X", "X", None], "duplicate_of": None})
    corpus = {"a": words_of(30), "a2": words_of(70), "b": words_of(10)}
    table = overlap.source_overlap_table(articles, corpus, passages_of(("b", 0, 15, "edited")))
    shares = table.set_index(["outlet", "source_outlet"])["reused_share"]
    assert shares["X", "b"] == pytest.approx(0.15)
    assert shares["b", "X"] == 0
    assert table.set_index(["outlet", "source_outlet"])["articles"]["X", "b"] == 2


def test_an_article_its_outlet_published_twice_counts_once_and_is_no_source_of_itself():
    articles = pd.DataFrame(
        {"article_id": ["a", "a2", "b"], "outlet": ["X", "X", "Y"], "duplicate_of": [None, "a", None]}
    )
    corpus = {"a": words_of(30), "a2": words_of(31), "b": words_of(40)}
    both = passages_of(("a2", 0, 30, "verbatim"), ("b", 0, 15, "edited"))
    assert overlap.same_article(articles) == [["a", "a2"], ["b"]]
    table = overlap.source_overlap_table(articles, corpus, both).set_index(["outlet", "source_outlet"])
    assert table.loc[("X", "Y")].tolist() == [1, 0.5]
    row = copying_of(corpus, both, same=overlap.same_article(articles)).set_index("article_id").loc["a"]
    assert (row["copied_share"], row["top_source"], row["verbatim_share"]) == (0.5, "b", 0)
    alone = (
        copying_of({k: corpus[k] for k in ("a", "a2")}, both[:1], same=[["a", "a2"]]).set_index("article_id").loc["a"]
    )
    assert (alone["copied_share"], alone["top_source"], alone["label"]) == (0, None, "non-derived")


def test_the_same_text_at_two_outlets_or_at_none_is_copying():
    articles = pd.DataFrame(
        {"article_id": ["a", "b", "c"], "outlet": ["X", "Y", None], "duplicate_of": [None, "a", "a"]}
    )
    assert overlap.same_article(articles) == [["a"], ["b"], ["c"]]
    articles = articles.assign(outlet=["X", "Y", "Y"])
    assert overlap.same_article(articles) == [["a"], ["b", "c"]], "duplicates of an article elsewhere"


def test_same_short_articles_are_copies_of_each_other():
    from helpers.alignment import align

    assert [p.kind for p in align("Heavy rain fell today.", "Heavy rain fell today.")] == ["verbatim"]


def test_passages_are_cut_to_prose():
    """A dateline or a credit is no evidence, and a passage does not begin inside one."""
    text = (
        "OSLO (Reuters) - Heavy rain fell on the city on Monday and flooded the old tunnel.\n\n(Reporting by Jane Doe)"
    )
    rows = [(i, *s) for i, s in enumerate(sentences(text))]
    own = prose_words(text, pd.DataFrame(rows, columns=["sentence", "start", "end", "kind", "quoted_words"]))
    pair = [("a", "b")]
    found = passages_table({"a": text, "b": text}, {"a": own, "b": own}, pair)
    assert [text[r.start : r.end] for r in found.itertuples()] == [text[17:81]] * 2


NUMBERS = st.tuples(*[st.integers(0, 2)] * len(ROW))


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.integers(0, 2), st.booleans())
def test_the_table_holds_each_row_once_in_the_order_of_its_key(drawn, cut, compact):
    names, rows = np.array(["a", "b", "c"]), np.array(drawn, dtype=ROW)
    first, second = rows[rows["article_id"] < cut], rows[rows["article_id"] >= cut]
    want = pd.DataFrame(np.concatenate([first, second])).drop_duplicates(KEY).sort_values(KEY, ignore_index=True)
    named = {side: names[want[side]] for side in ("article_id", "source_id")}
    want = want.assign(**named, kind=np.array(KINDS_OF_ROWS)[want["kind"]]).astype(no_rows().dtypes)
    found = rows_in_table([[first[:1], first[1:]], [second]], names.tolist(), compact)
    pd.testing.assert_frame_equal(found.astype(want.dtypes) if compact else found, want)


def test_an_article_without_words_is_all_original():
    corpus = {"a": words_of(0), "b": words_of(5)}
    row = copying_of(corpus, no_rows()).set_index("article_id").loc["a"]
    assert (row["copied_share"], row["original_share"], row["top_source"]) == (0, 1, None)


def test_many_articles_are_ordered_so_that_those_that_share_stand_together():
    names = [f"a{i:02}" for i in range(20)]
    group = {name: i % 3 for i, name in enumerate(names)}
    shares = pd.DataFrame([[0.9 if group[a] == group[b] else 0.0 for b in names] for a in names], names, names)
    ordered = [group[name] for name in overlap.cluster_order(shares)]
    assert sum(a != b for a, b in pairwise(ordered)) == 2
    assert overlap.cluster_order(shares.iloc[:5, :5]) == names[:5]


def test_a_block_counts_what_stands_between_its_passages_once():
    corpus = {"a": words_of(20), "b": words_of(20)}
    rows = passages_of(("b", 0, 4, "verbatim"), ("b", 2, 8, "edited"), ("b", 12, 16, "edited"))
    bridged = overlap.bridged_table(corpus, rows.assign(block=0)).iloc[0]
    assert (bridged["reused_share"], bridged["bridged_share"]) == (12 / 20, 16 / 20)
    apart = overlap.bridged_table(corpus, rows.assign(block=[0, 0, 1])).iloc[0]
    assert (apart["reused_share"], apart["bridged_share"]) == (12 / 20, 12 / 20)


KINDS = ("verbatim", "edited", "paraphrased")
DRAWN = st.tuples(st.sampled_from("bc"), st.integers(0, 19), st.integers(1, 9), st.sampled_from(KINDS))


@given(st.lists(DRAWN, max_size=8))
def test_shares_of_all_pairs_at_once_equal_counting_word_by_word(drawn):
    corpus = {name: words_of(20) for name in "abc"}
    rows = passages_of(*[(s, a, min(20, a + n), kind) for s, a, n, kind in drawn]) if drawn else no_rows()
    table = overlap.overlap_table(corpus, rows).set_index(["article_id", "source_id"])
    for source in "bc":
        kinds = shares.word_kinds(corpus["a"], rows[rows["source_id"] == source])
        slow = shares.kind_shares(kinds)
        row = table.loc[("a", source)]
        assert row["reused_words"] == (kinds > 0).sum()
        assert all(row[f"{kind}_share"] == slow[kind] for kind in KINDS)


PLACED = st.tuples(st.sampled_from("abcde"), st.integers(0, 99), st.integers(0, 40))


@given(st.lists(PLACED, max_size=12))
def test_the_words_of_passages_of_many_articles_equal_those_of_each(drawn):
    words = {name: words_of(6 * i, quoted=range(2, 30, 3)) for i, name in enumerate("abcde")}
    formulaic = {name: np.arange(len(words[name])) % 4 == 0 for name in "bd"}
    rows = pd.DataFrame([(name, a, a + n) for name, a, n in drawn], columns=["article_id", "start", "end"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "_ARTICLES", 2)
        places = shares.word_places(words, rows, formulaic)
    for row, place in zip(rows.itertuples(), places.itertuples(), strict=True):
        own = words[row.article_id]
        inside = own.inside(row.start, row.end)
        assert place.first == inside.start
        assert place.stop == max(inside.start, inside.stop)
        plain = ~formulaic.get(row.article_id, np.zeros(len(own), dtype=bool))
        assert place.quoted_stop - place.quoted_first == own.quoted[inside].sum()
        assert place.plain_stop - place.plain_first == plain[inside].sum()
        assert place.plain_first == plain[: place.first].sum()


def test_what_is_known_already_or_counted_in_ranges_gives_the_same_tables(cleaned, monkeypatch):
    corpus = corpus_words(cleaned.articles, cleaned.sentences)
    prose = prose_texts(cleaned.articles, cleaned.sentences)
    text = dict(zip(cleaned.articles["article_id"], cleaned.articles["text"], strict=True))
    passages = passages_table(text, corpus, [*combinations(sorted(text), 2)])
    formulaic = {name: np.arange(len(own)) % 7 == 0 for name, own in corpus.items()}
    found, keys = Reused.of(corpus, passages, formulaic), corpus_keys(prose)
    table = overlap.overlap_table(corpus, passages, formulaic)
    seldom = overlap.overlap_table(corpus, passages, every_pair=False, found=found)
    pd.testing.assert_frame_equal(overlap.overlap_table(corpus, passages, found=found), table)
    similarity, same = compare(prose).similarity, [sorted(text)[:2]]
    given = corpus, passages, table, similarity, prose, same
    copying = overlap.copying_table(*given, formulaic)
    pd.testing.assert_frame_equal(overlap.copying_table(*given, found=found, keys=keys), copying)
    apart = overlap.between_articles(passages, same)
    alone = overlap.copying_table(corpus, apart, table, similarity, prose, same, formulaic)
    pd.testing.assert_frame_equal(alone, copying)
    shared = overlap.source_overlap_table(cleaned.articles, corpus, passages)
    monkeypatch.setattr(shares, "_ROWS", 3)
    monkeypatch.setattr(overlap, "_SCORED", 2)
    monkeypatch.setattr(spoken, "_AT_ONCE", 2)
    assert len(shares.row_ranges(passages)) > 2
    for rows in (passages, passages.sample(frac=1, random_state=1)):
        pd.testing.assert_frame_equal(overlap.overlap_table(corpus, rows, formulaic), table)
        pd.testing.assert_frame_equal(overlap.overlap_table(corpus, rows, formulaic, every_pair=False), seldom)
        pd.testing.assert_frame_equal(overlap.copying_table(corpus, rows, *given[2:], formulaic), copying)
        pd.testing.assert_frame_equal(overlap.source_overlap_table(cleaned.articles, corpus, rows), shared)
    near = overlap.nearest(table, similarity, same)
    for row in copying.itertuples():
        words = [word_keys(prose[name]) for name in (row.article_id, near[row.article_id].source_id)]
        assert row.derived_score == derived_score(*(containment(*words, n) for n in (1, 3)))


ALIKE = st.tuples(st.sampled_from([0.0, 0.2, 0.5]), st.sampled_from([0.0, 0.1]), st.sampled_from([0.3, 0.6]))


@given(st.lists(ALIKE, min_size=20, max_size=20), st.sampled_from([[], [["a", "c"]], [["b", "d", "e"]]]))
def test_the_nearest_other_is_that_of_the_greatest_share_then_of_the_greatest_likeness(drawn, same):
    names = [*permutations("abcde", 2)]
    rows = [(*pair, *own) for pair, own in zip(names, drawn, strict=True)]
    table = pd.DataFrame(rows, columns=["article_id", "source_id", "reused_share", "quoted_share", "cosine_words"])
    similarity = table.rename(columns={"source_id": "other_id"})[["article_id", "other_id", "cosine_words"]]
    near = overlap.nearest(table[table["reused_share"] > 0], similarity[::-1], same)
    for name in "abcde":
        others = [row for row in rows if row[0] == name and not any({*row[:2]} <= {*prints} for prints in same)]
        best = min(others, key=lambda row: (-row[2], -row[4] if row[2] == 0 else 0.0, row[1]))
        assert near[name].source_id == best[1]
        assert near[name].quoted_share == (best[3] if best[2] > 0 else 0.0)
