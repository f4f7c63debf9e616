"""The search for candidates finds the same by machine code as by numpy."""

from collections import Counter
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.candidates import CandidateSettings, CorpusKeys, candidates, loops
from helpers.candidates.joins import counted_pairs
from helpers.candidates.loops import COMPILED_WORDS, PLAIN, SPREAD_BITS, fastest

values = st.lists(st.integers(0, (1 << 64) - 1) | st.integers(0, 40).map(lambda n: n << 58 | n), max_size=60)
fast = settings(deadline=None, max_examples=60)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> ModuleType:
    assert fastest(COMPILED_WORDS) is not PLAIN, "numba is not installed: install the extra 'large'"
    from helpers.candidates import compiled

    return compiled


@fast
@given(values, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_values_are_dealt(compiled: ModuleType, made: list[int], parts: list[int]) -> None:
    by, part_of = np.array(made, np.uint64), np.sort(np.array(parts, np.uint16))
    for own in (by, np.arange(len(by), dtype=np.uint64)):
        (found, stops), (expected, ends) = (f(own, by, np.uint64(61), part_of) for f in (compiled.dealt, loops.dealt))
        assert found.tolist() == expected.tolist()
        assert stops.tolist() == ends.tolist()


@fast
@given(values)
def test_values_are_sorted_and_those_that_repeat_are_kept(compiled: ModuleType, made: list[int]) -> None:
    found = compiled.repeated(np.array(made, np.uint64)).tolist()
    upper = [value >> 32 for value in made]
    kept = [value for value in found if upper.count(value >> 32) > 1]
    assert kept == sorted(value for value in made if upper.count(value >> 32) > 1)
    assert found == sorted(found)
    assert set(found) <= set(made)
    assert compiled.ascending(np.array(made, np.uint64)).tolist() == sorted(made)


def test_many_values_that_differ_in_lower_bits_alone_are_sorted_soon(compiled: ModuleType) -> None:
    many = np.arange(300_000, dtype=np.uint64)[::-1].copy()
    assert np.array_equal(compiled.repeated(many), many[::-1])


@fast
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(4, 7), st.sampled_from([2, 2, 3, 4, 20])), max_size=60),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.5, 1.0, 1.5]),
)
def test_pairs_that_share_enough_are_counted_alike(
    compiled: ModuleType, made: list[tuple[int, int, int]], least: int, rarity: float
) -> None:
    bits = np.uint64(3)
    columns = np.array(made, np.uint64).reshape(-1, 3).T
    records = (columns[0] << bits | columns[1]) << SPREAD_BITS | columns[2]
    expected = counted_pairs(np.sort(records), bits, least, rarity)
    some = compiled.promising(records.copy(), bits, least, rarity)
    found = counted_pairs(np.sort(some), bits, least, rarity)
    assert [column.tolist() for column in found] == [column.tolist() for column in expected]
    assert min(Counter((some >> SPREAD_BITS).tolist()).values(), default=least) >= least


@pytest.mark.parametrize("least", [2, 1000])
def test_of_pairs_that_share_thousands_of_numbers_nothing_is_lost(compiled: ModuleType, least: int) -> None:
    records = np.repeat(np.array([9 << 12 | 2, 10 << 12 | 4095], np.uint64), [3000, 2000])
    assert len(compiled.promising(records.copy(), np.uint64(3), least, 0.25)) == 5000
    assert len(compiled.promising(records[2999:3001].copy(), np.uint64(3), least, 0.25)) == 0


words = st.lists(st.integers(0, 30), max_size=30)


@settings(deadline=None, max_examples=40)
@given(st.lists(words, max_size=6), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6))
def test_candidates_are_the_same(articles: list[list[int]], copies: list[tuple[int, int]]) -> None:
    for own, other in copies:
        if max(own, other) < len(articles):
            articles[own] = articles[own] + articles[other][:12]
    numbers = np.random.default_rng(0).integers(0, 1 << 63, 31, np.uint64) * np.uint64(2)
    keys = CorpusKeys(numbers[[word for own in articles for word in own]], np.cumsum([0, *map(len, articles)]))
    few = CandidateSettings(run_words=3, formula_articles=2, rare_words=2, common_words=2, least_score=0.01)
    plain = candidates(keys, few)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "COMPILED_WORDS", 0)
        found = candidates(keys, few)
    pd.testing.assert_frame_equal(found.candidates, plain.candidates, check_exact=True)
    assert [column.tolist() for column in found.formulae] == [column.tolist() for column in plain.formulae]


def test_a_small_corpus_or_one_without_numba_is_searched_by_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fastest(COMPILED_WORDS - 1) is PLAIN
    monkeypatch.setattr(loops, "find_spec", lambda name: None)
    assert fastest(COMPILED_WORDS) is PLAIN
