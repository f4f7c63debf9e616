"""Two documents side by side: each one's words and word pairs in the other's numbering."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.documents import Document, Indices, Numbers

# Constants of the design, tuned on PAN 2013 training pairs (see `refine`).
PSEUDO_WORDS = 20.0  # words of general English added to the rest of the text when chance is estimated
MIN_RATE = 1e-5


class Box(NamedTuple):
    """A passage of both texts, in words: [start, stop) of each."""

    start: int
    stop: int
    other_start: int
    other_stop: int

    def mirrored(self) -> "Box":
        """The same box seen from the other text."""
        return Box(self.other_start, self.other_stop, self.start, self.stop)


class Background(NamedTuple):
    """What is known of each word of one document before any passage is looked at.

    Attributes:
        types: Its type.
        counts: Words of that type in this document.
        other_counts: And in the other.
        pseudo_counts: And in `PSEUDO_WORDS` words of general English.
        least_rates: Least share of that type in the rest of the other document.
    """

    types: NDArray[np.intp]
    counts: Indices
    other_counts: NDArray[np.intp]
    pseudo_counts: NDArray[np.float64]
    least_rates: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Side:
    """One document of a pair, and the other as seen from it.

    What the other document has and this one has not gets the number after the last.

    Attributes:
        document: This document.
        types_of_other: Each type of the other document, as a type of this one.
        pairs_of_other: Each adjacent pair of the other document, as a pair of this one.
        other_types: Each word of the other document, as a type of this one.
        other_counts: Words of the other document by type of this one (last: none of them).
        other_pairs: Each place of an adjacent pair in the other document, as a pair of this one.
        other_wrapped: Whether the other document's lines are wrapped.
    """

    document: Document
    types_of_other: Indices
    pairs_of_other: Indices
    other_types: Indices
    other_counts: NDArray[np.intp]
    other_pairs: Indices
    other_wrapped: bool

    @cached_property
    def background(self) -> Background:
        """See `Background`; only what is refined needs it."""
        types = self.document.word_types.astype(np.intp)
        counts = self.document.type_counts[types], self.other_counts[types]
        frequencies = self.document.frequencies[types]
        return Background(types, *counts, PSEUDO_WORDS * frequencies, frequencies / 2 + MIN_RATE)


def pair_sides(document: Document, other: Document) -> tuple[Side, Side]:
    """Both documents, each with the other in its own numbering."""
    types, other_types = match_sorted(document.types, other.types)
    pairs, other_pairs = match_sorted(document.pairs, other.pairs)
    return _side(document, other, types, pairs), _side(other, document, other_types, other_pairs)


def match_sorted(first: Numbers, second: Numbers) -> tuple[Indices, Indices]:
    """For each element of `second` its place in `first` (or len(first)), and the reverse.

    >>> a, b = match_sorted(np.array([2, 5], np.uint64), np.array([1, 5, 7], np.uint64))
    >>> a.tolist(), b.tolist()
    ([2, 1, 2], [3, 1])
    """
    if len(second) > len(first):  # search for the fewer
        return match_sorted(second, first)[::-1]
    in_first = np.full(len(second), len(first), dtype=np.int32)
    in_second = np.full(len(first), len(second), dtype=np.int32)
    if len(first) and len(second):
        place = np.searchsorted(first, second)
        place[place == len(first)] = 0
        common = np.flatnonzero(first[place] == second)
        in_first[common] = place[common]
        in_second[place[common]] = common
    return in_first, in_second


def _side(document: Document, other: Document, types: Indices, pairs: Indices) -> Side:
    other_types = types[other.word_types]
    counts = np.bincount(other_types, minlength=len(document.types) + 1)
    return Side(document, types, pairs, other_types, counts, pairs[other.word_pairs], other.wrapped)
