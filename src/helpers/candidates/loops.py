"""Which implementation of the search's loops runs: numpy, or machine code for large corpora."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.keys import Numbers, Places

COMPILED_WORDS = 1 << 22
"""Words of a corpus from which machine code pays: loading it takes half a second."""
SPREAD_BITS = np.uint64(12)


class Loops(NamedTuple):
    """What takes the search's time; the functions of this module say what each does."""

    dealt: Callable[[Numbers, Numbers, np.uint64, NDArray[np.uint16]], tuple[Numbers, Places]]
    ascending: Callable[[Numbers], Numbers]
    repeated: Callable[[Numbers], Numbers]
    encounters: Callable[[Numbers, Places, Numbers, slice, np.uint64], Numbers]
    promising: Callable[[Numbers, np.uint64, int, float], Numbers]


def dealt(values: Numbers, by: Numbers, shift: np.uint64, part_of: NDArray[np.uint16]) -> tuple[Numbers, Places]:
    """The values part by part, each in the order in which they came, and where each part ends.

    Args:
        values: of any kind.
        by: as many numbers.
        shift: bits of these that do not matter.
        part_of: the part of each number that is left, ascending.
    """
    parts = part_of[by >> shift]
    stops = np.cumsum(np.bincount(parts, minlength=int(part_of[-1]) + 1))
    return values[np.argsort(parts, kind="stable")], stops  # of 16 bits: a radix sort


def repeated(values: Numbers) -> Numbers:
    """The values, sorted; some that share their upper half with no other may be left out, if the upper bits differ."""
    return np.sort(values)


def encounters(present: Numbers, after: Places, spread: Numbers, some: slice, bits: np.uint64) -> Numbers:
    """Records of `some` articles, each with those `after` it: the lower, the higher, the articles of the group."""
    counts, own = after[some], np.arange(some.start, some.stop)
    ends = np.cumsum(counts)
    others = present[np.arange(ends[-1]) + np.repeat(own + 1 - ends + counts, counts)]
    return (np.repeat(present[some] << bits, counts) | others) << SPREAD_BITS | np.repeat(spread[some], counts)


def promising(records: Numbers, bits: np.uint64, least: int, least_rarity: float) -> Numbers:
    """The records, perhaps without some of pairs that have fewer than `least`, or less than this rarity in all."""
    return records


PLAIN = Loops(dealt, np.sort, repeated, encounters, promising)


def fastest(n_words: int) -> Loops:
    """The implementation for a corpus of so many words."""
    if n_words < COMPILED_WORDS or find_spec("numba") is None:
        return PLAIN
    from helpers.candidates import compiled

    return Loops(*(getattr(compiled, name) for name in Loops._fields))
