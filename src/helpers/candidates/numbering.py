"""Numbers for what articles may share: runs of words, unordered pairs of content words."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.keys import Coded, CorpusKeys, Numbers, Places

# Odd multiplier of the polynomial hash (a prime near 2^64 / golden ratio).
HASH_FACTOR = 0x9E3779B97F4A7C55
CONTENT_SHARE = 0.4
"""Of the words of English news that are not among the 400 commonest of the corpus (measured .39)."""

_FEW, _SOME, _MANY = 1 << 10, 1 << 20, 1 << 18
"""Up to so many numbers are sought in a table of them, or with a table of what cannot be one, in so many or more."""
_UPPER, _MIDDLE = np.uint64(48), np.uint64(40)
"""Bits above these are scattered in numbers of words; codes of pairs of articles have none."""


class Numbered(NamedTuple):
    """Numbers and the place (index of a word in the corpus) of each."""

    numbers: Numbers
    places: Places


class Numbering(NamedTuple):
    """How the words of a range [first, stop) of articles are numbered, and how many numbers a word has on average."""

    of: Callable[[CorpusKeys, int, int], Numbered]
    per_word: float = 1.0

    def __call__(self, keys: CorpusKeys, first: int, stop: int) -> Numbered:
        """The numbers of the articles [first, stop)."""
        return self.of(keys, first, stop)


def word_runs(n: int) -> Numbering:
    """A number for every run of `n` words inside an article."""

    def numbered(keys: CorpusKeys, first: int, stop: int) -> Numbered:
        offsets = keys.offsets[first : stop + 1]
        numbers = run_numbers(np.asarray(keys.numbers[offsets[0] : offsets[-1]]), n)
        inside = np.ones(offsets[-1] - offsets[0], dtype=bool)
        tails = np.maximum(offsets[1:, None] - np.arange(1, n), offsets[:-1, None]) - offsets[0]
        inside[tails[keys.lengths[first:stop] > 0]] = False
        places = np.flatnonzero(inside)
        return Numbered(numbers[places], places + offsets[0])

    return Numbering(numbered)


def run_numbers(numbers: Numbers, n: int) -> Numbers:
    """A number for each `n` successive numbers, by doubling (an 8-word run takes three steps)."""
    count = max(0, len(numbers) - n + 1)
    result, done = np.zeros(count, np.uint64), 0
    power, length, factor = numbers, 1, HASH_FACTOR
    while done < n:
        if n & length:
            result = result * np.uint64(factor) + power[done : done + count]
            done += length
        power = power[:-length] * np.uint64(factor) + power[length:]
        length, factor = 2 * length, factor * factor % (1 << 64)
    return result


def word_pairs(common: Numbers, reach: int) -> Numbering:
    """A number for every unordered pair of content words at most `reach` content words apart.

    Args:
        common: numbers of the words that are left out, ascending.
        reach: each word is paired with this many next ones of its article.
    """

    def numbered(keys: CorpusKeys, first: int, stop: int) -> Numbered:
        begin, end = keys.offsets[[first, stop]]
        numbers = np.asarray(keys.numbers[begin:end])
        content = np.flatnonzero(~is_among(numbers, common))
        numbers, places = numbers[content], content + begin
        articles = np.repeat(np.arange(first, stop), keys.lengths[first:stop])[content]
        found = []
        for lag in range(1, reach + 1):
            one = articles[lag:] == articles[:-lag]
            found.append(Numbered((numbers[lag:] + numbers[:-lag])[one], places[:-lag][one]))
        return Numbered(*(np.concatenate(column) for column in zip(*found, strict=True)))

    return Numbering(numbered, reach * CONTENT_SHARE)


def is_among(numbers: Numbers, ascending: Numbers) -> NDArray[np.bool_]:
    """Which numbers are in a sorted array."""
    if not len(ascending):
        return np.zeros(len(numbers), dtype=bool)
    if ascending[-1] >> _UPPER:
        if len(ascending) <= _FEW:
            return _is_among_few(numbers, ascending)
        if len(ascending) <= _SOME and len(numbers) >= _MANY:
            return _is_among_some(numbers, ascending)
    return _is_among_any(numbers, ascending)


def _is_among_any(numbers: Numbers, ascending: Numbers) -> NDArray[np.bool_]:
    at = np.minimum(np.searchsorted(ascending, numbers), len(ascending) - 1)
    found: NDArray[np.bool_] = ascending[at] == numbers
    return found


def _is_among_few(numbers: Numbers, few: Numbers) -> NDArray[np.bool_]:
    """The same, looked up by the upper 16 bits: ten times as fast for the words of a corpus."""
    table = ~np.arange(1 << 16, dtype=np.uint64) << _UPPER
    table[few >> _UPPER] = few
    found = table[numbers >> _UPPER] == numbers
    for number in few[table[few >> _UPPER] != few]:
        found |= numbers == number
    return found


def _is_among_some(numbers: Numbers, some: Numbers) -> NDArray[np.bool_]:
    """The same, most of the others being told by their upper 24 bits."""
    table = np.zeros(1 << 24, dtype=bool)
    table[some >> _MIDDLE] = True
    found = table[numbers >> _MIDDLE]
    likely = np.flatnonzero(found)
    found[likely] = _is_among_any(numbers[likely], some)
    return found


def commonest(keys: CorpusKeys, n: int) -> Numbers:
    """The `n` commonest words of the corpus, ascending; of equally common ones those of lower number."""
    if isinstance(keys.numbers, Coded):
        values, counts = keys.numbers.different, np.zeros(len(keys.numbers.different), np.int64)
        for span in keys.ranges():
            codes = keys.numbers.codes[slice(*keys.offsets[[*span]])]
            counts += np.bincount(codes, minlength=len(counts))
    else:
        values, counts = np.unique(keys.numbers, return_counts=True)
    return np.sort(values[np.lexsort((values, -counts))[:n]])
