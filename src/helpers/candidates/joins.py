"""Every pair of articles that shares something, found without comparing every pair."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.buckets import Buckets
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.loops import SPREAD_BITS, Loops, fastest
from helpers.candidates.recurring import Gatherings, Runs, new_values, starts

RECORDS = 1 << 21
"""Records made at once."""
_SPREADS = (np.uint64(1) << SPREAD_BITS) - np.uint64(1)
BUCKET_WORDS = 1 << 20
"""Words of the articles whose records are counted at once."""


class SharedWords(NamedTuple):
    """Ordered pairs of articles and the words of the first that lie in runs shared with the second.

    Attributes:
        articles: The article whose words are counted.
        others: The article they are shared with.
        words: Words in shared runs.
        own_words: The same without formulae.
    """

    articles: NDArray[Any]
    others: NDArray[Any]
    words: NDArray[Any]
    own_words: NDArray[Any]


class PairCounts(NamedTuple):
    """Unordered pairs of articles, the lower first, and how many different numbers they share; ascending.

    `rarity` sums 1 / (articles - 1) over these numbers: one that no third article has counts 1.
    """

    articles: NDArray[Any]
    others: NDArray[Any]
    counts: NDArray[Any]
    rarity: NDArray[np.float64]


def shared_words(
    keys: CorpusKeys, found: Iterable[Runs], n: int, formula_articles: int, joined_articles: int
) -> SharedWords:
    """How many words of each article lie in runs of `n` words that another article has too.

    Args:
        keys: the corpus.
        found: its recurring runs of `n` words (`recurring_runs`).
        n: words of a run.
        formula_articles: runs that stand in more articles are formulae.
        joined_articles: runs that stand in more articles are left out altogether: each takes time and space
            quadratic in its articles.

    Returns:
        All ordered pairs that share a run, by other article, then article.
    """
    return SharedWords(*joined(shared_by_range(keys, found, n, formula_articles, joined_articles)))


def shared_by_range(
    keys: CorpusKeys, found: Iterable[Runs], n: int, formula_articles: int, joined_articles: int
) -> Iterator[SharedWords]:
    """The same, for some other articles at a time."""
    bits = np.uint64(keys.n_words.bit_length() + 1)
    with _buckets(keys, bits) as buckets:
        for runs in found:
            for records in _meetings(runs.only(runs.spread <= joined_articles), formula_articles, bits):
                buckets.add(records)
        for records in buckets.sorted():
            yield counted_words(keys, records, n, bits)


def pairs_sharing(keys: CorpusKeys, found: Iterable[Gatherings], least: int, least_rarity: float = 0.0) -> PairCounts:
    """Pairs of articles that share at least `least` different numbers of at least this rarity in all."""
    bits, loops = np.uint64(keys.n_articles.bit_length()), fastest(keys.n_words)
    with _buckets(keys, bits + SPREAD_BITS) as buckets:
        for groups in found:
            for records in encounters(groups, bits, loops):
                buckets.add(records)
        some = buckets.sorted(lambda records: loops.promising(records, bits, least, least_rarity))
        return PairCounts(*joined(counted_pairs(records, bits, least, least_rarity) for records in some))


def joined(parts: Iterable[Iterable[NDArray[Any]]]) -> Iterator[NDArray[Any]]:
    """The columns of tables that follow each other; there are never two copies of more than one column.

    >>> [column.tolist() for column in joined([(np.array([1]), np.array([2])), (np.array([3]), np.array([4]))])]
    [[1, 3], [2, 4]]
    """
    columns = [list(column) for column in zip(*parts, strict=True)]
    while columns:
        yield np.concatenate(columns.pop(0))


def _buckets(keys: CorpusKeys, bits: np.uint64) -> Buckets:
    """Buckets for some articles each: records hold the article in the bits above `bits`."""
    return Buckets(np.array([stop for _, stop in keys.ranges(BUCKET_WORDS)] or [1], np.int64), bits, keys.n_words)


def _meetings(runs: Runs, formula_articles: int, bits: np.uint64) -> Iterator[Numbers]:
    """For each place and each other article of its group: the article above, the place and "formula" below."""
    present, articles = runs.gatherings().articles.astype(np.uint64), runs.articles.astype(np.uint64)
    firsts = np.repeat(starts(runs.spread), runs.sizes)
    spread = np.repeat(runs.spread, runs.sizes)
    below = runs.places.astype(np.uint64) << np.uint64(1) | (spread > formula_articles)
    for some in slices(spread):
        counts = spread[some]
        others = present[np.repeat(firsts[some], counts) + within(counts)]
        apart = others != np.repeat(articles[some], counts)
        yield (others << bits | np.repeat(below[some], counts))[apart]


def encounters(groups: Gatherings, bits: np.uint64, loops: Loops) -> Iterator[Numbers]:
    """For each two articles of each group: the lower, the higher, the articles of the group."""
    present = groups.articles.astype(np.uint64)
    spread = np.repeat(groups.spread, groups.spread).astype(np.uint64)
    after = np.repeat(np.cumsum(groups.spread), groups.spread) - np.arange(len(present)) - 1
    for some in slices(after):
        yield loops.encounters(present, after, spread, some, bits)


def within(counts: Places) -> Places:
    """0, 1, ... for each count.

    >>> within(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def slices(counts: Places) -> Iterator[slice]:
    """Successive slices whose counts sum up to some `RECORDS`."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    cuts = np.unique(np.append(np.searchsorted(ends, np.arange(0, total, RECORDS)), len(counts)))
    yield from (slice(int(start), int(stop)) for start, stop in pairwise(cuts))


def counted_pairs(records: Numbers, bits: np.uint64, least: int, least_rarity: float = 0.0) -> PairCounts:
    """Pairs with at least `least` of the sorted records that `encounters` gives, of at least this rarity in all."""
    pairs = records >> SPREAD_BITS
    first = pairs[: max(0, len(pairs) - least + 1)] == pairs[least - 1 :]  # `least` records from here are of one pair
    enough = np.zeros(len(pairs), dtype=bool)
    for lag in range(least):  # most pairs have one record
        enough[lag : lag + len(first)] |= first
    records, pairs = records[enough], pairs[enough]
    begins = np.flatnonzero(new_values(pairs))
    rarities = 1 / ((records & _SPREADS) - np.uint64(1))
    rarity = np.add.reduceat(rarities, begins) if len(begins) else rarities
    kept = rarity >= least_rarity
    articles, others = (x.astype(np.int32) for x in np.divmod(pairs[begins[kept]], np.uint64(1) << bits))
    counts = np.diff(np.append(begins, len(pairs)))[kept]
    return PairCounts(articles, others, counts.astype(np.int32), rarity[kept])


def counted_words(keys: CorpusKeys, records: Numbers, n: int, bits: np.uint64) -> SharedWords:
    """Words under runs of `n` words, with and without formulae, from sorted records of `_meetings`."""
    others = (records >> bits).astype(np.int64)
    formula = (records & np.uint64(1)).astype(bool)
    places = (records << (np.uint64(64) - bits) >> (np.uint64(65) - bits)).astype(np.int64)
    articles = keys.articles_at(places)
    new = new_values(articles) | new_values(others)
    begins = np.flatnonzero(new)
    pair = (np.cumsum(new) - 1)[~formula]
    own = np.bincount(pair, newly_covered(places[~formula], new_values(pair), n), minlength=len(begins))
    words = newly_covered(places, new, n)
    words = np.add.reduceat(words, begins) if len(begins) else words
    return SharedWords(articles[begins], others[begins], words, own.astype(np.int64))


def newly_covered(places: Places, new: NDArray[np.bool_], n: int) -> Places:
    """Words under each run of `n` words that no earlier run of its pair covers.

    >>> newly_covered(np.array([3, 5, 30, 2]), np.array([True, False, False, True]), 8).tolist()
    [8, 2, 8, 8]
    """
    words = np.full(len(places), n)
    words[1:] = np.minimum(np.diff(places), n)
    words[new] = n
    return words
