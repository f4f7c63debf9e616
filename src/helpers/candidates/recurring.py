"""What stands in more than one article: numbers of word runs or word pairs, grouped by sorting.

Numbers are sorted packed: the upper bits of a number with an article or an index in the lower ones, as one 64-bit
value, because numpy sorts values many times as fast as it finds the order of values. A large corpus is read several
times, each time for a part of the numbers: memory stays bounded, and nothing but the words is read from disk.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import Numbered, Numbering

PART_NUMBERS = 1 << 23
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
    for part, bits in _parts(keys, numbering, part_numbers):
        packed = [_packed(keys, numbering, span, (part, bits), mask) for span in keys.ranges()]
        values = np.concatenate(packed or [np.empty(0, np.uint64)])
        del packed
        values.sort()
        values = values[new_values(values)]
        spread = np.diff(np.append(np.flatnonzero(new_values(values >> article_bits)), len(values)))
        chosen = (spread > 1) & (spread <= most_articles)
        yield Gatherings((values[np.repeat(chosen, spread)] & mask).astype(np.int64), spread[chosen])


def recurring_runs(keys: CorpusKeys, numbering: Numbering, part_numbers: int = PART_NUMBERS) -> Iterator[Runs]:
    """The places of every number that stands in at least two articles, in parts; compared by all 64 bits."""
    for part, bits in _parts(keys, numbering, part_numbers):
        found = [_of_part(numbering(keys, *span), part, bits) for span in keys.ranges()]
        found = found or [Numbered(np.empty(0, np.uint64), np.empty(0, np.int64))]
        yield _grouped(keys, Numbered(*(np.concatenate(column) for column in zip(*found, strict=True))), bits)


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


def _parts(keys: CorpusKeys, numbering: Numbering, part_numbers: int) -> Iterator[tuple[int, int]]:
    """Number of each part, and by how many upper bits of the numbers parts are told apart."""
    bits = int(keys.n_words * numbering.per_word / part_numbers).bit_length()
    yield from ((part, bits) for part in range(1 << bits))


def _of_part(numbered: Numbered, part: int, bits: int) -> Numbered:
    if not bits:
        return numbered
    chosen = np.flatnonzero(numbered.numbers >> np.uint64(64 - bits) == np.uint64(part))
    return Numbered(numbered.numbers[chosen], numbered.places[chosen])


def _packed(
    keys: CorpusKeys, numbering: Numbering, span: tuple[int, int], part: tuple[int, int], mask: np.uint64
) -> Numbers:
    """The numbers of a range of articles, those of the part, with the article in the lower bits."""
    numbers, places = _of_part(numbering(keys, *span), *part)
    articles = np.repeat(np.arange(*span, dtype=np.uint64), keys.lengths[slice(*span)])
    return (numbers << np.uint64(part[1]) & ~mask) | articles[places - keys.offsets[span[0]]]


def _grouped(keys: CorpusKeys, numbered: Numbered, bits: int) -> Runs:
    order = _order_of_repeated(numbered.numbers, bits)
    numbers, places = numbered.numbers[order], numbered.places[order]
    articles = keys.articles_at(places)
    begins = np.flatnonzero(new_values(numbers))
    sizes = np.diff(np.append(begins, len(numbers)))
    new = new_values(articles, begins)
    spread = np.add.reduceat(new, begins, dtype=np.int64) if len(begins) else sizes
    return Runs(places, articles, sizes, spread).only(spread > 1)


def _order_of_repeated(numbers: Numbers, bits: int) -> NDArray[np.intp]:
    """Indices of the numbers that occur more than once, sorted by number, then index; some others may be among them.

    Args:
        numbers: of any order.
        bits: that many upper bits are the same for all numbers.
    """
    index_bits = np.uint64(len(numbers).bit_length())
    mask = (np.uint64(1) << index_bits) - np.uint64(1)
    packed = numbers << np.uint64(bits) & ~mask
    packed |= np.arange(len(numbers), dtype=np.uint64)
    packed.sort()
    new = new_values(packed >> index_bits)
    packed = packed[~(new & np.append(new[1:], True)[: len(new)])]
    order, prefix = (packed & mask).astype(np.intp), packed >> index_bits
    full = numbers[order]
    among = np.flatnonzero(np.isin(prefix, prefix[1:][(prefix[1:] == prefix[:-1]) & (full[1:] != full[:-1])]))
    order[among] = order[among][np.lexsort((order[among], full[among]))]
    return order
