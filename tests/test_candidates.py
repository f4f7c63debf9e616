"""Candidates and formulae against slow, obviously right versions: dicts and sets of tuples."""

from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.alignment.lexicon import stable_number
from helpers.candidates import CandidateSettings, CorpusKeys, candidates, corpus_keys, formulae, pair_share, read_words
from helpers.candidates import buckets as buckets_module
from helpers.candidates import joins as joins_module
from helpers.candidates import numbering as numbering_module
from helpers.candidates import sieve as sieve_module
from helpers.candidates.formulae import frequent_places
from helpers.candidates.joins import pairs_sharing, shared_words
from helpers.candidates.loops import PLAIN
from helpers.candidates.numbering import commonest, is_among, run_numbers, word_pairs, word_runs
from helpers.candidates.recurring import _order_of_repeated, gatherings, recurring_runs
from helpers.candidates.sieve import RUN_WEIGHT, Weak, nearest, sieved
from helpers.errors import SettingsError
from helpers.segmentation import words

Corpus = list[list[int]]

phrases = [[1, 2, 3, 4], [5, 6, 7], [1, 2, 1, 2], [8], [9, 3, 4, 5, 6]]
articles = st.lists(st.sampled_from(phrases) | st.lists(st.integers(1, 9), max_size=3), max_size=6).map(
    lambda parts: [word for part in parts for word in part]
)
corpora = st.lists(articles, max_size=7)
texts = st.lists(
    st.text(alphabet="aB'’“ .-\n\t7éß中ァ\u0301\u200d\ud800_İ", max_size=30) | st.sampled_from(["Don't 'go'", "a’b"]),
    max_size=5,
)
fast = settings(deadline=None, max_examples=80)


def keys_of(corpus: Corpus) -> CorpusKeys:
    """The corpus, its words as scattered 64-bit numbers."""
    numbers = np.array([stable_number(str(word)) for article in corpus for word in article], dtype=np.uint64)
    return CorpusKeys(numbers, np.cumsum([0, *map(len, corpus)]))


def grams(article: list[int], n: int) -> list[tuple[int, ...]]:
    return [tuple(article[i : i + n]) for i in range(len(article) - n + 1)]


def spread(corpus: Corpus, n: int) -> Counter[tuple[int, ...]]:
    """In how many articles each run of n words stands."""
    return Counter(gram for article in corpus for gram in set(grams(article, n)))


def naive_words(article: list[int], counted: set[tuple[int, ...]], n: int) -> int:
    return len({i + k for i, gram in enumerate(grams(article, n)) if gram in counted for k in range(n)})


def naive_shared(corpus: Corpus, n: int, formula: int, joined: int) -> set[tuple[int, int, int, int]]:
    known, found = spread(corpus, n), set()
    for a, article in enumerate(corpus):
        for b, other in enumerate(corpus):
            common = {g for g in set(grams(article, n)) & set(grams(other, n)) if known[g] <= joined}
            own = {g for g in common if known[g] <= formula}
            if a != b and common:
                found.add((a, b, naive_words(article, common, n), naive_words(article, own, n)))
    return found


def word_pair_set(content: list[int], reach: int) -> set[tuple[int, ...]]:
    return {tuple(sorted((word, other))) for i, word in enumerate(content) for other in content[i + 1 : i + 1 + reach]}


def naive_rarity(sets: list[set], most: int, a: int, b: int) -> float:
    known = Counter(item for items in sets for item in items)
    return sum(1 / (known[item] - 1) for item in sets[a] & sets[b] if known[item] <= most)


def naive_counts(sets: list[set], most: int, least: int) -> dict[tuple[int, int], int]:
    known = Counter(item for items in sets for item in items)
    counts = Counter(
        pair
        for item, articles in known.items()
        if articles <= most
        for pair in combinations([i for i, items in enumerate(sets) if item in items], 2)
    )
    return {pair: count for pair, count in counts.items() if count >= least}


def naive_formulae(corpus: Corpus, n: int, formula: int, longest: int) -> dict[tuple[int, ...], tuple[int, int]]:
    found = {}
    for length in range(n, longest + 1):
        known, longer = spread(corpus, length), spread(corpus, length + 1)
        total = Counter(g for article in corpus for g in grams(article, length))
        for gram, articles in known.items():
            held = [longer[g] for g in longer if longer[g] > formula and gram in (g[1:], g[:-1])]
            if articles > formula and not any(2 * count >= articles for count in held):
                found[gram] = (articles, total[gram])
    return found


# Tokens


@fast
@given(texts)
def test_key_numbers_are_those_of_the_words(made: list[str]) -> None:
    keys = corpus_keys(made)
    expected = [[stable_number(word.key) for word in words(text)] for text in made]
    assert [keys.numbers[a:b].tolist() for a, b in pairwise(keys.offsets)] == expected


def test_key_numbers_over_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [f"Article {i} don’t care." for i in range(7)]
    whole = corpus_keys(made)
    monkeypatch.setattr("helpers.candidates.keys.BATCH", 3)
    assert np.array_equal(corpus_keys(iter(made)).numbers, whole.numbers)
    assert corpus_keys([]).n_articles == 0


# Joins


@fast
@given(corpora, st.integers(2, 4), st.integers(2, 3), st.integers(3, 5), st.integers(1, 40))
def test_shared_words(corpus: Corpus, n: int, formula: int, joined: int, part: int) -> None:
    keys = keys_of(corpus)
    found = shared_words(keys, recurring_runs(keys, word_runs(n), part), n, formula, joined)
    rows = list(zip(*(column.tolist() for column in found), strict=True))
    assert set(rows) == naive_shared(corpus, n, formula, joined)
    assert rows == sorted(rows, key=lambda row: (row[1], row[0]))


@fast
@given(corpora, st.integers(2, 4), st.integers(2, 4), st.integers(1, 3), st.integers(1, 40))
def test_shared_rare_runs(corpus: Corpus, n: int, most: int, least: int, part: int) -> None:
    keys = keys_of(corpus)
    found = pairs_sharing(keys, gatherings(keys, word_runs(n), most, part), least)
    counted = {(a, b): count for a, b, count in zip(*(column.tolist() for column in found[:3]), strict=True)}
    sets = [set(grams(article, n)) for article in corpus]
    assert counted == naive_counts(sets, most, least)
    assert list(counted) == sorted(counted)
    assert found.rarity.tolist() == pytest.approx([naive_rarity(sets, most, a, b) for a, b in counted])


@fast
@given(corpora, st.integers(1, 3), st.integers(2, 4), st.integers(0, 3))
def test_shared_content_pairs(corpus: Corpus, reach: int, most: int, n_common: int) -> None:
    keys = keys_of(corpus)
    counts = Counter(word for article in corpus for word in article)
    common = sorted(counts, key=lambda word: (-counts[word], stable_number(str(word))))[:n_common]
    assert commonest(keys, n_common).tolist() == sorted(stable_number(str(word)) for word in common)
    content = [[word for word in article if word not in common] for article in corpus]
    sets = [word_pair_set(own, reach) for own in content]
    found = pairs_sharing(keys, gatherings(keys, word_pairs(commonest(keys, n_common), reach), most), 1)
    counted = {(a, b): count for a, b, count in zip(*(column.tolist() for column in found[:3]), strict=True)}
    assert counted == naive_counts(sets, most, 1)


@given(corpora)
@fast
def test_records_in_buckets_and_on_disk_give_the_same(corpus: Corpus) -> None:
    keys = keys_of(corpus)
    results = []
    for memory_words, bucket_words in ((1 << 26, 1 << 21), (1 << 26, 2), (4, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(buckets_module, "MEMORY_WORDS", memory_words)
            patch.setattr(buckets_module, "AT_ONCE", bucket_words)
            patch.setattr(joins_module, "BUCKET_WORDS", bucket_words)
            patch.setattr(joins_module, "RECORDS", 3 if bucket_words == 2 else joins_module.RECORDS)
            shared = shared_words(keys, recurring_runs(keys, word_runs(2)), 2, 3, 9)
            counted = pairs_sharing(keys, gatherings(keys, word_runs(2), 9), 1)
            results.append([column.tolist() for column in (*shared, *counted)])
    assert results[0] == results[1] == results[2]


@given(st.lists(st.integers(0, (1 << 64) - 1)), st.lists(st.integers(0, (1 << 64) - 1)), st.integers(0, 2000))
def test_which_numbers_are_among_few_or_many_others(values: list[int], others: list[int], more: int) -> None:
    near = [value ^ 1 for value in values[::2]] + values[::3]  # the same upper bits, and the same numbers
    ascending = np.unique(np.array([*others, *near, *range(more)], np.uint64))
    known = set(ascending.tolist())
    for many in (0, len(values) + 1):  # from so many values on, most are told by their upper bits
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(numbering_module, "_MANY", many)
            assert is_among(np.array(values, np.uint64), ascending).tolist() == [value in known for value in values]


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(1, 6))
def test_run_numbers(values: list[int], n: int) -> None:
    numbers = run_numbers(np.array(values, np.uint64), n).tolist()
    assert [numbers.index(x) for x in numbers] == [grams(values, n).index(g) for g in grams(values, n)]


def test_numbers_with_equal_upper_bits_are_told_apart() -> None:
    numbers = np.array([7, 5, 7, 1 << 60, 5, 6, 9], np.uint64)
    order = _order_of_repeated(numbers, 0, PLAIN)
    chosen = [(int(numbers[i]), int(i)) for i in order]
    assert [row for row in chosen if row[0] in (5, 7)] == [(5, 1), (5, 4), (7, 0), (7, 2)]


# Formulae


@fast
@given(corpora, st.integers(2, 3), st.integers(1, 3), st.integers(3, 30))
def test_formulae(corpus: Corpus, n: int, most: int, longest: int) -> None:
    keys = keys_of(corpus)
    flat = [word for article in corpus for word in article]
    found = formulae(keys, frequent_places(recurring_runs(keys, word_runs(n)), most), n, most, longest)
    listed = {tuple(flat[p : p + k]): (a, o) for p, k, a, o in zip(*(c.tolist() for c in found), strict=True)}
    expected = naive_formulae(corpus, n, most, longest)
    whole = {run: counts for run, counts in expected.items() if len(run) < longest}
    assert {run: counts for run, counts in listed.items() if len(run) < longest} == whole
    assert all(spread(corpus, longest)[run] > most for run in listed if len(run) == longest)
    assert len(listed) == len(found.places)


def test_a_formula_within_formulae_is_listed_where_it_is_much_commoner() -> None:
    opening, notice = list(range(1, 9)), list(range(50, 60))
    corpus = [[*opening, 900 + i] for i in range(9)] + [[*opening, *notice, 800 + i] for i in range(4)]
    keys = keys_of(corpus)
    found = formulae(keys, frequent_places(recurring_runs(keys, word_runs(8)), 3), 8, 3)
    assert found.n_words.tolist() == [8, 18]
    assert found.articles.tolist() == [13, 4]


# The table


def naive_shares(corpus: Corpus, a: int, b: int, options: CandidateSettings) -> list[float]:
    shared = {
        (x, y): (words / len(corpus[x]), own / len(corpus[x]))
        for x, y, words, own in naive_shared(
            corpus, options.run_words, options.formula_articles, options.joined_articles
        )
    }
    here, there = shared.get((a, b), (0, 0)), shared.get((b, a), (0, 0))
    return [here[0], there[0], here[1], there[1]]


SMALL = CandidateSettings(
    run_words=3,
    formula_articles=2,
    joined_articles=4,
    least_share=0.3,
    rare_words=2,
    rare_articles=3,
    common_words=1,
    pair_articles=3,
    least_shared=1,
    least_rarity=0.4,
    least_score=0.1,
    nearest=1,
    per_article=1.5,
)


@fast
@given(corpora)
def test_candidates(corpus: Corpus) -> None:
    found = candidates(keys_of(corpus), SMALL)
    common = commonest(keys_of(corpus), SMALL.common_words).tolist()
    rows = found.candidates
    assert list(zip(rows["article"], rows["other"], strict=True)) == sorted(
        {(a, b) for a, b in zip(rows["article"], rows["other"], strict=True) if a < b}
    )
    strong = set()
    for a, b in combinations(range(len(corpus)), 2):
        shares = naive_shares(corpus, a, b, SMALL)
        if max(shares[2:]) >= SMALL.least_share or max(shares[:2]) >= 2 * SMALL.least_share:
            strong.add((a, b))
    assert strong == {(r.article, r.other) for r in rows.itertuples() if r.reason == "shared runs"}
    for row in rows.itertuples():
        shares = [row.share, row.other_share, row.own_share, row.other_own_share]
        assert shares == pytest.approx(naive_shares(corpus, row.article, row.other, SMALL))
        content = [[word for word in article if stable_number(str(word)) not in common] for article in corpus]
        pairs = [word_pair_set(own, SMALL.reach) for own in content]
        runs = [set(grams(article, SMALL.rare_words)) for article in corpus]
        rarity = naive_rarity(runs, SMALL.rare_articles, row.article, row.other)
        other = naive_rarity(pairs, SMALL.pair_articles, row.article, row.other)
        rarity, other = (0 if r < SMALL.least_rarity - 1e-9 else r for r in (rarity, other))
        shorter = min(len(corpus[row.article]), len(corpus[row.other]))
        assert row.score == pytest.approx((RUN_WEIGHT * rarity + other) / shorter**0.5)
    assert len(rows) <= max(len(strong), round(SMALL.per_article * len(corpus)))
    assert (rows["score"][rows["reason"] != "shared runs"] >= SMALL.least_score).all()


@settings(deadline=None, max_examples=20)
@given(corpora)
def test_words_by_code_a_few_articles_at_a_time_and_on_disk_give_the_same(corpus: Corpus) -> None:
    made = [" ".join(f"w{word}" for word in article) for article in corpus]
    whole, ranges = candidates(corpus_keys(made), SMALL), CorpusKeys.ranges
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CorpusKeys, "ranges", lambda keys, n_words=0: ranges(keys, 2))
        patch.setattr(buckets_module, "MEMORY_WORDS", 4)
        patch.setattr(buckets_module, "AT_ONCE", 2)
        found = candidates(read_words(made).keys, SMALL)
    pd.testing.assert_frame_equal(found.candidates, whole.candidates, check_exact=True)
    assert [column.tolist() for column in found.formulae] == [column.tolist() for column in whole.formulae]


@fast
@given(st.lists(articles, min_size=2, max_size=5))
def test_share_of_one_pair(corpus: Corpus) -> None:
    keys = keys_of(corpus)
    pairs = list(combinations(range(len(corpus)), 2))
    expected = [naive_shares(corpus, a, b, CandidateSettings(run_words=3))[0] for a, b in pairs]
    assert pair_share(keys, pairs, 3).tolist() == pytest.approx(expected)


def test_a_reworded_and_shuffled_copy_is_a_candidate_and_a_stranger_is_not() -> None:
    rng = np.random.default_rng(5)
    vocabulary = [f"word{i}" for i in range(3000)]
    corpus = [rng.choice(vocabulary, 300).tolist() for _ in range(30)]
    copy = [rng.choice(vocabulary) if rng.random() < 0.3 else word for word in corpus[3][:120]]
    for start in range(0, 120, 20):
        rng.shuffle(copy[start : start + 20])
    keys = corpus_keys([" ".join(article) for article in [*corpus, copy]])
    options = CandidateSettings(common_words=0, least_score=0.5)
    assert set(zip(*(candidates(keys, options).candidates[c] for c in ("article", "other")), strict=True)) == {(3, 30)}


@fast
@given(
    st.dictionaries(st.tuples(st.integers(0, 6), st.integers(7, 12)), st.integers(1, 4), max_size=30), st.integers(1, 4)
)
def test_the_nearest_pairs_of_an_article_have_few_closer_ones(closeness: dict[tuple[int, int], int], n: int) -> None:
    expected = [
        any(sum(end in pair and other > own for pair, other in closeness.items()) < n for end in ends)
        for ends, own in closeness.items()
    ]
    ends = np.array([*closeness], dtype=np.int64).reshape(-1, 2)
    for at_once in (1 << 21, 3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sieve_module, "PAIRS", at_once)
            assert nearest(*ends.T, np.array([*closeness.values()], dtype=float), n).tolist() == expected


def test_a_copy_comes_before_pairs_of_higher_score_of_articles_that_have_closer_ones() -> None:
    def cut(n: int) -> set[tuple[int, int]]:
        ends = np.array([[0, 0, 1, 3], [1, 2, 2, 4]])
        values = np.array([5.0, 4.0, 3.0, 1.0])
        return set(zip(*ends[:, sieved(Weak(*ends, values, values), 3, n)].tolist(), strict=True))

    assert cut(1) == {(0, 1), (0, 2), (3, 4)}
    assert cut(4) == {(0, 1), (0, 2), (1, 2)}


def test_pairs_of_equal_score_are_kept_together_or_not_at_all() -> None:
    corpus = [[1, 2, 3, 90 + i] for i in range(4)]
    options = {"run_words": 4, "rare_words": 2, "common_words": 0, "least_shared": 1, "least_score": 0.1}
    assert len(candidates(keys_of(corpus), CandidateSettings(**options)).candidates) == 6
    assert candidates(keys_of(corpus), CandidateSettings(**options, per_article=1)).candidates.empty


@pytest.mark.parametrize("corpus", [[], [[]], [[], []], [[1]], [[1, 2], []]])
def test_tiny_corpora(corpus: Corpus) -> None:
    found = candidates(keys_of(corpus))
    assert found.candidates.empty
    assert len(found.formulae.places) == 0


def test_one_word_a_hundred_thousand_times_stays_cheap() -> None:
    keys = keys_of([[1] * 20_000, [1] * 15_000, [2] * 9])
    [row] = candidates(keys, CandidateSettings(common_words=0)).candidates.itertuples()
    assert (row.share, row.other_share, row.reason) == (1.0, 1.0, "shared runs")


@pytest.mark.parametrize(
    "wrong",
    [
        {"run_words": 1},
        {"formula_articles": 1},
        {"joined_articles": 10},
        {"least_share": 0.0},
        {"least_shared": 0},
        {"per_article": 0},
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        CandidateSettings(**wrong)
