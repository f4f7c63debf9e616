"""Which of two implementations of the aligner's inner loops runs: numpy, or machine code for large corpora."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

from helpers.alignment.pairing import Box, Side
from helpers.alignment.refine import Refined, refine
from helpers.alignment.tighten import LinkedWords, Row, tight_rows

COMPILED_PAIRS = 10_000
"""From this many pairs on, loading machine code (once after an update: compiling it, half a minute) pays."""


class Loops(NamedTuple):
    """The inner loops of the aligner; what they give does not depend on the implementation."""

    refine: Callable[[Side, Side, Box], Refined] = refine
    tight_rows: Callable[[LinkedWords, int], list[Row]] = tight_rows


PLAIN = Loops()


def fastest(n_pairs: int) -> Loops:
    """The loops to align so many pairs with."""
    if n_pairs < COMPILED_PAIRS or find_spec("numba") is None:
        return PLAIN
    from helpers.alignment import compiled

    return Loops(compiled.refine, compiled.tight_rows)
