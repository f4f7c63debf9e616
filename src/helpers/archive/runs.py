"""Shared runs of words, kept so that they can be changed: words of pairs that lie in runs, and the runs of formulae."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.formulae import numbers_at
from helpers.candidates.joins import SharedWords, counted_words, shared_words, slices, within
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import is_among, word_runs
from helpers.candidates.recurring import Runs, different, new_values, recurring_runs, starts
from helpers.candidates.settings import CandidateSettings

EVERY = 1 << 40
_ARTICLE = np.int64(26)  # bits of an article's number: 67 million articles, those that were replaced among them
_TABLE = np.uint64(24)  # bits of a number by which most of those that are not sought are told
_ABOVE = np.uint64(64) - _TABLE


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


class Shared(NamedTuple):
    """Unordered pairs by code, ascending; of each article its words in runs shared with the other: (pairs, 2).

    `own` are those outside formulae.
    """

    codes: Places
    words: Places
    own: Places


class Frequent(NamedTuple):
    """The runs that stand in so many articles that they are formulae: number and place of each, by number, place."""

    numbers: Numbers
    places: Places


def of_ordered(found: SharedWords) -> Shared:
    """The two directions of each pair in one row."""
    codes, at = np.unique(codes_of(found.articles, found.others), return_inverse=True)
    side = (found.articles > found.others).astype(np.int64)
    words, own = (np.zeros((len(codes), 2), dtype=np.int64) for _ in range(2))
    words[at, side], own[at, side] = found.words, found.own_words
    return Shared(codes, words, own)


def ordered(shared: Shared) -> SharedWords:
    """One row for each direction that shares words, the pairs as numbered."""
    low, high = articles_of(shared.codes)
    both = (np.concatenate(pair) for pair in ((low, high), (high, low), shared.words.T, shared.own.T))
    return SharedWords(*both)


def merged(known: Shared, dropped: NDArray[np.bool_], more: Shared) -> Shared:
    """Rows that are not dropped, and more; of a pair in both the later row."""
    kept = ~dropped
    at = np.searchsorted(known.codes, more.codes)
    at = at[np.append(known.codes, -1)[at] == more.codes]
    kept[at] = False
    codes = known.codes[kept]
    pairs = zip(known, more, strict=True)
    return Shared(*(inserted(old[kept], more.codes, new, codes) for old, new in pairs))


def sought_runs(keys: CorpusKeys, first: int, gone: Places, n: int) -> Numbers:
    """The different runs of articles that are gone, and of those from `first` on."""
    own = subset(keys, np.concatenate([gone, np.arange(first, keys.n_articles)]))
    return different(np.concatenate([word_runs(n)(own, *span).numbers for span in own.ranges()] or [own.numbers[:0]]))


def held_runs(keys: CorpusKeys, numbers: Numbers, n: int) -> Frequent:
    """Every place of some runs, ascending and different, by number, then place."""
    known = np.zeros(1 << int(_TABLE), dtype=bool)
    known[numbers >> _ABOVE] = True
    ranks, places = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for span in keys.ranges():
        own = word_runs(n)(keys, *span)
        likely = np.flatnonzero(known[own.numbers >> _ABOVE])
        at = np.minimum(np.searchsorted(numbers, own.numbers[likely]), len(numbers) - 1)
        sought = numbers[at] == own.numbers[likely]
        ranks.append(at[sought])
        places.append(own.places[likely[sought]])
    rank, place = np.concatenate(ranks), np.concatenate(places)
    order = np.lexsort((place, rank))
    return Frequent(numbers[rank[order]], place[order])


def grouped(keys: CorpusKeys, held: Frequent, live: NDArray[np.bool_]) -> tuple[Runs, Numbers]:
    """The runs of live articles as groups, those of a single article among them, and the number of each group."""
    articles = keys.articles_at(held.places)
    alive = live[articles]
    numbers, places, articles = held.numbers[alive], held.places[alive], articles[alive]
    begins = np.flatnonzero(new_values(numbers))
    sizes = np.diff(np.append(begins, len(numbers)))
    new = new_values(articles, begins)
    spread = np.add.reduceat(new, begins, dtype=np.int64) if len(begins) else sizes
    return Runs(places, articles, sizes, spread), numbers[begins]


def of_new(keys: CorpusKeys, runs: Runs, first: int, settings: CandidateSettings) -> Shared:
    """What pairs share that have an article from `first` on.

    Args:
        keys: the corpus.
        runs: all places of each run of words that such an article has.
        first: see above.
        settings: words of a run; spread of formulae and of runs that join no pair.
    """
    bits = np.uint64(keys.n_words.bit_length() + 1)
    runs = runs.only((runs.spread > 1) & (runs.spread <= settings.joined_articles))
    parts = [np.empty(0, np.uint64), *_meetings(runs, first, settings.formula_articles, bits)]
    return of_ordered(counted_words(keys, np.sort(np.concatenate(parts)), settings.run_words, bits))


def _meetings(runs: Runs, first: int, formula_articles: int, bits: np.uint64) -> Iterator[Numbers]:
    """For each place and each other article, one of them new: the other article above, place and "formula" below."""
    present = runs.gatherings().articles
    groups = np.repeat(np.arange(len(runs.spread)), runs.spread)
    new = np.bincount(groups[present >= first], minlength=len(runs.spread))
    is_new = runs.articles >= first
    ends = np.repeat(np.cumsum(runs.spread), runs.sizes)
    counts = np.where(is_new, np.repeat(runs.spread, runs.sizes), np.repeat(new, runs.sizes))
    formula = np.repeat(runs.spread > formula_articles, runs.sizes)
    below = runs.places.astype(np.uint64) << np.uint64(1) | formula
    for some in slices(counts):
        own = np.repeat(np.arange(some.start, some.stop), counts[some])
        others = present[np.repeat(ends[some] - counts[some], counts[some]) + within(counts[some])]
        apart = others != runs.articles[own]
        yield others[apart].astype(np.uint64) << bits | below[own[apart]]


def of_crossing(
    keys: CorpusKeys, articles: Places, frequent: tuple[Numbers, Places], settings: CandidateSettings
) -> Shared:
    """What all pairs of some articles share, by the spread that runs have in the whole corpus.

    Args:
        keys: the corpus.
        articles: ascending.
        frequent: the runs that are formulae, ascending, and the articles each stands in.
        settings: see `of_new`.
    """
    own = subset(keys, articles)
    numbers, spread = frequent
    often = (numbers, numbers[spread > settings.joined_articles])
    n = settings.run_words
    found = []
    for left_out in often:
        runs = list(_without(own, left_out, n))
        found.append(of_ordered(shared_words(own, runs, n, EVERY, EVERY)))
    plain, every = found
    own_words = np.zeros_like(every.words)
    own_words[np.searchsorted(every.codes, plain.codes)] = plain.words
    low, high = (articles[side] for side in articles_of(every.codes))
    return Shared(codes_of(low, high), every.words, own_words)


def _without(keys: CorpusKeys, left_out: Numbers, n: int) -> Iterator[Runs]:
    """The recurring runs of words but for some."""
    for runs in recurring_runs(keys, word_runs(n)):
        numbers = numbers_at(keys, runs.places[starts(runs.sizes)], n)
        yield runs.only(~is_among(numbers, left_out))


def renewed(keys: CorpusKeys, known: Frequent, sought: Numbers, runs: Runs, most: int) -> Frequent:
    """The formulae's runs after a change: those sought are now as `runs` says."""
    kept = ~is_among(known.numbers, sought)
    places = runs.only(runs.spread > most).places
    n = CandidateSettings().run_words
    numbers = np.concatenate([known.numbers[kept], numbers_at(keys, places, n)])
    places = np.concatenate([known.places[kept], places])
    order = np.lexsort((places, numbers))
    return Frequent(numbers[order], places[order])


def crossing(
    was: Runs, old_numbers: Numbers, runs: Runs, numbers: Numbers, settings: CandidateSettings
) -> NDArray[np.bool_]:
    """Which groups of before are now formulae or none, or join pairs or do not, as they did not."""
    at = np.minimum(np.searchsorted(numbers, old_numbers), max(0, len(numbers) - 1))
    now = np.zeros(len(old_numbers), dtype=np.int64)
    if len(numbers):
        now = np.where(numbers[at] == old_numbers, runs.spread[at], 0)
    limits = (settings.formula_articles, settings.joined_articles)
    return np.logical_or.reduce([(was.spread > limit) != (now > limit) for limit in limits])


def spread(keys: CorpusKeys, frequent: Frequent) -> tuple[Numbers, Places]:
    """The different runs, ascending, and the articles each stands in."""
    begins = np.flatnonzero(new_values(frequent.numbers))
    new = new_values(keys.articles_at(frequent.places), begins)
    return frequent.numbers[begins], np.add.reduceat(new, begins, dtype=np.int64) if len(begins) else begins


def subset(keys: CorpusKeys, articles: Places) -> CorpusKeys:
    """The words of some articles, in the order named."""
    lengths = keys.lengths[articles]
    places = np.repeat(keys.offsets[articles] - starts(lengths), lengths) + np.arange(lengths.sum())
    return CorpusKeys(np.asarray(keys.numbers[places]), np.concatenate([[0], np.cumsum(lengths)]))


def inserted(column: NDArray[Any], codes: Places, more: NDArray[Any], own: Places) -> NDArray[Any]:
    """A column with more rows, each where its code belongs among those of the column, `own`."""
    at = np.searchsorted(own, codes) + np.arange(len(codes))
    old = np.ones(len(column) + len(more), dtype=bool)
    old[at] = False
    result = np.empty((len(old), *column.shape[1:]), column.dtype)
    result[at], result[old] = more, column
    return result


def codes_of(articles: Places, others: Places) -> Places:
    """A number for each pair of articles, the lower first."""
    low, high = np.minimum(articles, others), np.maximum(articles, others)
    return low << _ARTICLE | high


def among(codes: Places, ascending: Places) -> NDArray[np.bool_]:
    """Which pairs are among others."""
    return is_among(codes.astype(np.uint64), ascending.astype(np.uint64))


def articles_of(codes: Places) -> tuple[Places, Places]:
    """The two articles of each pair."""
    return codes >> _ARTICLE, codes & ((np.int64(1) << _ARTICLE) - 1)
