"""What stands in more than one article: numbers of word runs or word pairs, grouped by sorting.

Numbers are sorted packed: the upper bits of a number with an article or an index in the lower ones, as one 64-bit
value, because numpy sorts values many times as fast as it finds the order of values. Those of a large corpus are dealt
into parts by their upper bits, and sorted part by part: memory stays bounded.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.buckets import Bins
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.loops import Loops, fastest
from helpers.candidates.numbering import Numbered, Numbering

_Whole = TypeVar("_Whole", Numbers, Places)
PART_NUMBERS = 1 << 20
"""Numbers sorted at once, at most."""


class Gatherings(NamedTuple):
    """Which articles hold the same number.

    Attributes:
        articles: Group by group, ascending in each, without repetition.
        spread: Articles of each group, at least two.
    """

    articles: Places
    spread: Places


class Runs(NamedTuple):
    """Where the same runs of words stand, group by group; each group spans at least two articles.

    Attributes:
        places: Where the runs begin (index of a word in the corpus), ascending in each group.
        articles: The article of each place.
        sizes: Places of each group.
        spread: Articles of each group.
    """

    places: Places
    articles: Places
    sizes: Places
    spread: Places

    def only(self, chosen: NDArray[np.bool_]) -> "Runs":
        """Some of the groups."""
        inside = np.repeat(chosen, self.sizes)
        return Runs(self.places[inside], self.articles[inside], self.sizes[chosen], self.spread[chosen])

    def gatherings(self) -> Gatherings:
        """The articles of each group."""
        return Gatherings(self.articles[new_values(self.articles, starts(self.sizes))], self.spread)


def gatherings(
    keys: CorpusKeys, numbering: Numbering, most_articles: int, part_numbers: int = PART_NUMBERS
) -> Iterator[Gatherings]:
    """The articles of every number that stands in 2 to `most_articles` articles, in parts.

    Numbers are compared by some 45 bits: one in a million pairs of articles may seem to share one number too many.
    """
    article_bits = np.uint64(keys.n_articles.bit_length())
    mask = (np.uint64(1) << article_bits) - np.uint64(1)
    loops, bits = fastest(keys.n_words), _part_bits(keys, numbering, part_numbers)
    shift, part_of = np.uint64(64 - bits), np.arange(1 << bits, dtype=np.uint16)
    with Bins(keys.n_words) as parts:
        for span in keys.ranges():
            numbers, places = numbering(keys, *span)
            articles = np.repeat(np.arange(*span, dtype=np.uint64), keys.lengths[slice(*span)])
            packed = numbers << np.uint64(bits)
            packed &= ~mask
            packed |= articles[places - keys.offsets[span[0]]]
            parts.deal(loops.dealt(packed, numbers, shift, part_of))
        for part in range(1 << bits):
            values = loops.repeated(parts.taken(part))
            values = values[new_values(values)]
            spread = np.diff(np.append(np.flatnonzero(new_values(values >> article_bits)), len(values)))
            shared = (spread > 1) & (spread <= most_articles)
            yield Gatherings((values[np.repeat(shared, spread)] & mask).astype(np.int64), spread[shared])


def recurring_runs(keys: CorpusKeys, numbering: Numbering, part_numbers: int = PART_NUMBERS) -> Iterator[Runs]:
    """The places of every number that stands in at least two articles, in parts; compared by all 64 bits."""
    loops, bits = fastest(keys.n_words), _part_bits(keys, numbering, part_numbers)
    shift, part_of = np.uint64(64 - bits), np.arange(1 << bits, dtype=np.uint16)
    with Bins(keys.n_words) as numbers, Bins(keys.n_words) as places:
        for span in keys.ranges():
            found = numbering(keys, *span)
            numbers.deal(loops.dealt(found.numbers, found.numbers, shift, part_of))
            places.deal(loops.dealt(found.places.view(np.uint64), found.numbers, shift, part_of))
        for part in range(1 << bits):
            yield _grouped(keys, Numbered(numbers.taken(part), places.taken(part).view(np.int64)), bits, loops)


def starts(sizes: Places) -> Places:
    """Where each group begins.

    >>> starts(np.array([2, 3, 1])).tolist()
    [0, 2, 5]
    """
    return np.cumsum(sizes) - sizes


def new_values(values: NDArray[np.generic], begins: Places | None = None) -> NDArray[np.bool_]:
    """Which values differ from the one before, or begin a group.

    >>> new_values(np.array([4, 4, 7])).tolist()
    [True, False, True]
    """
    new = np.ones(len(values), dtype=bool)
    new[1:] = values[1:] != values[:-1]
    if begins is not None:
        new[begins] = True
    return new


def different(numbers: _Whole) -> _Whole:
    """The different numbers, ascending: ten times as fast as `numpy.unique`, which hashes, for millions of them."""
    numbers = np.sort(numbers)
    return numbers[new_values(numbers)]


def _part_bits(keys: CorpusKeys, numbering: Numbering, part_numbers: int) -> int:
    """By how many upper bits of the numbers parts are told apart."""
    return max(1, int(keys.n_words * numbering.per_word / part_numbers).bit_length())


def _grouped(keys: CorpusKeys, numbered: Numbered, bits: int, loops: Loops) -> Runs:
    order = _order_of_repeated(numbered.numbers, bits, loops)
    numbers, places = numbered.numbers[order], numbered.places[order]
    articles = keys.articles_at(places)
    begins = np.flatnonzero(new_values(numbers))
    sizes = np.diff(np.append(begins, len(numbers)))
    new = new_values(articles, begins)
    spread = np.add.reduceat(new, begins, dtype=np.int64) if len(begins) else sizes
    return Runs(places, articles, sizes, spread).only(spread > 1)


def _order_of_repeated(numbers: Numbers, bits: int, loops: Loops) -> NDArray[np.intp]:
    """Indices of the numbers that occur more than once, sorted by number, then index; some others may be among them.

    Args:
        numbers: of any order.
        bits: that many upper bits are the same for all numbers.
        loops: to be used.
    """
    index_bits = np.uint64(len(numbers).bit_length())
    mask = (np.uint64(1) << index_bits) - np.uint64(1)
    packed = numbers << np.uint64(bits) & ~mask
    packed |= np.arange(len(numbers), dtype=np.uint64)
    packed = loops.repeated(packed)
    new = new_values(packed >> index_bits)
    packed = packed[~(new & np.append(new[1:], True)[: len(new)])]
    order, prefix = (packed & mask).astype(np.intp), packed >> index_bits
    full = numbers[order]
    among = np.flatnonzero(np.isin(prefix, prefix[1:][(prefix[1:] == prefix[:-1]) & (full[1:] != full[:-1])]))
    order[among] = order[among][np.lexsort((order[among], full[among]))]
    return order
