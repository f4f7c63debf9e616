"""What pairs of articles share, kept so that it can be changed: one sorted record for each number two articles share.

A record packs the lower article, the higher one, and in how many articles the number stands. Articles have numbers
in the order in which they came, so that new ones need no renumbering.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.joins import SPREAD_BITS, PairCounts, counted_pairs, encounters, within
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import Numbering, is_among
from helpers.candidates.recurring import Gatherings, different, new_values, starts

ARTICLE = np.uint64(26)
"""Bits of an article's number: 67 million articles, those that were replaced among them."""
_ARTICLES = (np.uint64(1) << ARTICLE) - np.uint64(1)
_TABLE = np.uint64(24)  # bits of a number by which most of those that are not sought are told


class Members(NamedTuple):
    """Numbers and the article each stands in, of any order; what repeats counts once."""

    numbers: Numbers
    articles: Places


class Words(NamedTuple):
    """The different words of the live articles, ascending, and how often each occurs."""

    numbers: Numbers
    counts: Places

    def common(self, n: int) -> Numbers:
        """The `n` commonest, as `numbering.commonest` has them."""
        return np.sort(self.numbers[np.lexsort((self.numbers, -self.counts))[:n]])

    def changed(self, gone: Numbers, come: Numbers) -> "Words":
        """The words after some occurrences went and others came."""
        numbers, at = np.unique(np.concatenate([self.numbers, gone, come]), return_inverse=True)
        signs = np.repeat([-1, 1], [len(gone), len(come)])
        counts = np.bincount(at, np.concatenate([self.counts, signs])).astype(np.int64)
        return Words(numbers[counts > 0], counts[counts > 0])


def subset(keys: CorpusKeys, articles: Places) -> CorpusKeys:
    """The words of some articles, in the order named."""
    lengths = keys.lengths[articles]
    places = np.repeat(keys.offsets[articles] - starts(lengths), lengths) + np.arange(lengths.sum())
    return CorpusKeys(np.asarray(keys.numbers[places]), np.concatenate([[0], np.cumsum(lengths)]))


def holding(keys: CorpusKeys, words: Numbers) -> NDArray[np.bool_]:
    """Which articles hold one of a few words."""
    found = np.zeros(keys.n_articles, dtype=bool)
    for word in words:
        found[keys.articles_at(np.flatnonzero(keys.numbers == word))] = True
    return found


def members(keys: CorpusKeys, articles: Places, numbering: Numbering, shift: int) -> tuple[Members, Places]:
    """The numbers of some articles without their lowest `shift` bits, and where among their words each stands."""
    own = subset(keys, articles)
    found = [numbering(own, *span) for span in own.ranges()]
    numbers = np.concatenate([np.empty(0, np.uint64), *(numbers for numbers, _ in found)]) >> np.uint64(shift)
    places = np.concatenate([np.empty(0, np.int64), *(places for _, places in found)])
    return Members(numbers, articles[own.articles_at(places)]), places


class Sought:
    """Numbers that are looked for in a whole corpus."""

    def __init__(self, numbers: Numbers, shift: int) -> None:
        """Numbers without their lowest `shift` bits, ascending and different."""
        self.numbers, self._shift = numbers, np.uint64(shift)
        self._above = np.uint64(64 - shift) - _TABLE
        self._known = np.zeros(1 << int(_TABLE), dtype=bool)
        self._known[numbers >> self._above] = True

    def found(self, numbers: Numbers) -> tuple[Places, Places]:
        """Which of some numbers, shifted, are sought: their indices, and the index of each among those sought."""
        likely = np.flatnonzero(self._known[numbers >> self._above])
        among = numbers[likely]
        at = np.minimum(np.searchsorted(self.numbers, among), len(self.numbers) - 1)
        known = self.numbers[at] == among
        return likely[known], at[known]

    def places(self, keys: CorpusKeys, numbering: Numbering, n_articles: int) -> Iterator[tuple[Places, Places]]:
        """Where the numbers sought stand in the first `n_articles`: index of the number, place."""
        for first, stop in CorpusKeys(keys.numbers, keys.offsets[: n_articles + 1]).ranges():
            numbers, places = numbering(keys, first, stop)
            rows, ranks = self.found(numbers >> self._shift)
            yield ranks, places[rows]


def holders(keys: CorpusKeys, numbering: Numbering, sought: Sought, apart: NDArray[np.bool_]) -> Numbers:
    """Which articles hold the numbers sought, but for those that are set apart: packed (see `packed`).

    Args:
        keys: the corpus.
        numbering: what is sought among.
        sought: the numbers.
        apart: of each of the first articles, whether it is left out; later articles are not looked at.
    """
    parts = [np.empty(0, np.uint64)]
    for ranks, places in sought.places(keys, numbering, len(apart)):
        articles = keys.articles_at(places)
        wanted = ~apart[articles]
        parts.append(_packed(ranks[wanted], articles[wanted]))
    return np.concatenate(parts)


def packed(sought: Sought, held: Members) -> Numbers:
    """Index of a number sought, and the article that holds it, in one value each."""
    rows, ranks = sought.found(held.numbers)
    return _packed(ranks, held.articles[rows])


def _packed(ranks: Places, articles: Places) -> Numbers:
    return ranks.astype(np.uint64) << ARTICLE | articles.astype(np.uint64)


def records(held: Numbers, most: int) -> Numbers:
    """The sorted records of the numbers that 2 to `most` articles hold, from what `packed` gives, of any order."""
    held = different(held)
    spread = np.diff(np.append(np.flatnonzero(new_values(held >> ARTICLE)), len(held)))
    chosen = (spread > 1) & (spread <= most)
    articles = (held[np.repeat(chosen, spread)] & _ARTICLES).astype(np.int64)
    return of_groups([Gatherings(articles, spread[chosen])])


def of_groups(found: Iterable[Gatherings]) -> Numbers:
    """The sorted records of groups of articles that hold one number."""
    parts = [np.empty(0, np.uint64), *(part for groups in found for part in encounters(groups, ARTICLE))]
    return np.sort(np.concatenate(parts))


def replaced(known: Numbers, gone: Numbers, come: Numbers, block: int = 1 << 19) -> Numbers:
    """Sorted records without those that are gone, each taken away once, and with those that came; all sorted.

    Records are moved a block at a time, which stays in the processor's cache.
    """
    times = np.diff(np.append(np.flatnonzero(new_values(gone)), len(gone)))
    away = np.searchsorted(known, gone) + within(times)
    at = np.searchsorted(known, come)
    result = np.empty(len(known) - len(gone) + len(come), np.uint64)
    edges = np.append(np.arange(0, len(known), block), len(known))
    left, right = np.searchsorted(away, edges), np.append(np.searchsorted(at, edges[:-1]), len(come))
    for i, (start, stop) in enumerate(pairwise(edges.tolist())):
        kept = np.delete(known[start:stop], away[left[i] : left[i + 1]] - start)
        new = come[right[i] : right[i + 1]]
        place = start - left[i] + right[i]
        result[place : place + len(kept) + len(new)] = inserted(kept, new, new)
    return result if len(known) else come


def inserted(
    column: NDArray[Any], keys: NDArray[Any], more: NDArray[Any], own: NDArray[Any] | None = None
) -> NDArray[Any]:
    """A column with more rows, each where its key belongs among those of the column, `own` (by default itself)."""
    at = np.searchsorted(column if own is None else own, keys) + np.arange(len(keys))
    old = np.ones(len(column) + len(more), dtype=bool)
    old[at] = False
    result = np.empty((len(old), *column.shape[1:]), column.dtype)
    result[at], result[old] = more, column
    return result


def codes_of(articles: Places, others: Places) -> Places:
    """A number for each pair of articles, the lower first."""
    low, high = np.minimum(articles, others), np.maximum(articles, others)
    return low << np.int64(ARTICLE) | high


def among(codes: Places, ascending: Places) -> NDArray[np.bool_]:
    """Which pairs are among others."""
    return is_among(codes.astype(np.uint64), ascending.astype(np.uint64))


def articles_of(codes: Places) -> tuple[Places, Places]:
    """The two articles of each pair."""
    return codes >> np.int64(ARTICLE), codes & np.int64(_ARTICLES)


def pair_counts(known: Numbers, pairs: Numbers | None, least: int, least_rarity: float) -> PairCounts:
    """Pairs with at least `least` records of enough rarity: of all, or of some, ascending (see `joins.PairCounts`)."""
    if pairs is not None:
        first = np.searchsorted(known, pairs << SPREAD_BITS)
        last = np.minimum(first + least, len(known)) - 1
        enough = (first + least <= len(known)) & (known[last] >> SPREAD_BITS == pairs)
        first, pairs = first[enough], pairs[enough]
        counts = np.searchsorted(known, (pairs + np.uint64(1)) << SPREAD_BITS) - first
        known = known[np.repeat(first, counts) + within(counts)]
    return counted_pairs(known, ARTICLE, least, least_rarity)
