"""Verbatim runs: the longest stretches of words that two texts share letter for letter."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

# Odd multiplier of the polynomial hash (a prime near 2^64 / golden ratio).
HASH_FACTOR = np.uint64(0x9E3779B97F4A7C55)
# Pairs of equal n-grams that are looked at: per word of both texts, and at least. Beyond it the n-th occurrence
# in one text is compared with the n-th in the other only ("the the the", tables).
PAIRS_PER_WORD = 8
LEAST_PAIRS = 100_000


class Run(NamedTuple):
    """Equal words: [start, start + length) of one text, [other_start, other_start + length) of the other."""

    length: int
    start: int
    other_start: int


class Ngrams(NamedTuple):
    """The n-grams of a text: the number of each, their places in ascending order of it, and the numbers so ordered."""

    numbers: Numbers
    order: NDArray[np.intp]
    ordered: Numbers


def ngrams(keys: Numbers, n: int) -> Ngrams:
    """A number for each n successive keys."""
    count = max(0, len(keys) - n + 1)
    numbers = np.zeros(count, dtype=np.uint64)
    for offset in range(n):
        numbers = numbers * HASH_FACTOR + keys[offset : offset + count]
    order = np.argsort(numbers, kind="stable")
    return Ngrams(numbers, order, numbers[order])


def verbatim_runs(found: Ngrams, other: Ngrams, least_words: int) -> list[Run]:
    """Maximal runs of at least `least_words` equal words that together cover all there are.

    Where text is repeated the choice is greedy, longest first: runs that are new on both texts, then those that
    cover words of either text that no run covers yet. Equally long ones are taken in text order.

    Args:
        found: the n-grams of `least_words` words of a text.
        other: those of the other.
        least_words: words of the shortest run.

    Returns:
        Runs in text order. Each word of either text that lies in any common run lies in one of them.
    """
    runs = _maximal_runs(*_equal_ngrams(found, other), least_words)
    runs.sort(key=lambda run: (-run.length, run.start + run.other_start, run.start))
    covered, other_covered = (np.zeros(len(some.numbers) + least_words, dtype=bool) for some in (found, other))
    kept, rest = [], []
    for run in runs:
        here, there = _slices(run)
        if max(covered[here].sum(), other_covered[there].sum()) * 2 > run.length:
            rest.append(run)
            continue
        kept.append(run)
        covered[here] = other_covered[there] = True
    for run in rest:
        here, there = _slices(run)
        if not (covered[here].all() and other_covered[there].all()):
            kept.append(run)
            covered[here] = other_covered[there] = True
    return sorted(kept, key=lambda run: run[1:])


def _slices(run: Run) -> tuple[slice, slice]:
    return slice(run.start, run.start + run.length), slice(run.other_start, run.other_start + run.length)


def _equal_ngrams(found: Ngrams, other: Ngrams) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of equal n-grams: in one text, and in the other."""
    ordered, other_ordered = found.ordered, other.ordered
    first = np.searchsorted(ordered, other_ordered)  # both in order: several times as fast
    common = np.flatnonzero(np.append(ordered, np.uint64(0))[first] == other_ordered) if len(ordered) else first[:0]
    common = common[first[common] < len(ordered)]
    places = np.sort(other.order[common])
    first = np.searchsorted(ordered, other.numbers[places], side="left")
    counts = np.searchsorted(ordered, other.numbers[places], side="right") - first
    total = int(counts.sum())
    if total > max(LEAST_PAIRS, PAIRS_PER_WORD * (len(ordered) + len(other_ordered))):
        return _in_turn(found.numbers, other.numbers)
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return found.order[np.repeat(first, counts) + within], np.repeat(places, counts)


def _in_turn(numbers: Numbers, other_numbers: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of equal n-grams, the n-th occurrence with the n-th, beginning again where one text has fewer."""
    pairs = []
    for here, there, swap in ((numbers, other_numbers, False), (other_numbers, numbers, True)):
        order = np.argsort(there, kind="stable")
        ordered = there[order]
        first = np.searchsorted(ordered, here, side="left")
        counts = np.searchsorted(ordered, here, side="right") - first
        shared = np.flatnonzero(counts)
        turn = _occurrence(here)[shared]
        # a power of two, so that n-grams that differ by one in number begin again at the same place
        again = 2 ** np.floor(np.log2(counts[shared])).astype(np.intp)
        places = order[first[shared] + np.where(turn < counts[shared], turn, turn % again)]
        pairs.append(np.stack([places, shared] if swap else [shared, places]))
    unique = np.unique(np.concatenate(pairs, axis=1), axis=1)
    return unique[0], unique[1]


def _occurrence(numbers: Numbers) -> NDArray[np.intp]:
    """How many times each number occurred before.

    >>> _occurrence(np.array([7, 5, 7, 7], np.uint64)).tolist()
    [0, 0, 1, 2]
    """
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    rank = np.empty(len(numbers), dtype=np.intp)
    rank[order] = np.arange(len(numbers)) - np.searchsorted(ordered, ordered, side="left")
    return rank


def _maximal_runs(places: NDArray[np.intp], other_places: NDArray[np.intp], n: int) -> list[Run]:
    """Equal n-grams on one diagonal and next to each other, joined."""
    if not len(places):
        return []
    shifts = other_places - places
    order = np.lexsort((places, shifts))
    places, shifts = places[order], shifts[order]
    breaks = np.flatnonzero((np.diff(shifts) != 0) | (np.diff(places) != 1)) + 1
    starts = np.concatenate([[0], breaks])
    lengths = np.diff(np.concatenate([starts, [len(places)]])) + n - 1
    firsts = places[starts]
    columns = (lengths.tolist(), firsts.tolist(), (firsts + shifts[starts]).tolist())
    return [Run(*values) for values in zip(*columns, strict=True)]
