"""Which refined passages become blocks: exact edges for copied ones, one of two that overlap."""

from collections.abc import Iterable

import numpy as np

from helpers.alignment.documents import Indices
from helpers.alignment.pairing import Box, Side
from helpers.alignment.refine import Refined

# Snap to one diagonal when the longer side says "copied word for word" (tuned on PAN 2013 training pairs).
SNAP_FIDELITY = 0.9
SNAP_COHESION = 0.8
SNAP_REACH_WORDS = 40
SNAP_MISMATCH = -3.0  # against +1 for an equal word
SNAP_LEAST_SHARE = 0.8  # of the box that the run must cover
MAX_OVERLAP = 0.3  # share of the smaller of two passages, on both texts


def snap(side: Side, other: Side, refined: Refined) -> Box:
    """Edges of the run of equal words that fills a passage, or those it has if none does."""
    box = refined.box
    if refined.longer.fidelity < SNAP_FIDELITY or refined.longer.cohesion < SNAP_COHESION:
        return box
    n_words, n_others = side.document.n_words, other.document.n_words
    low, high = max(0, box.start - SNAP_REACH_WORDS), min(n_words, box.stop + SNAP_REACH_WORDS)
    other_low = max(0, box.other_start - SNAP_REACH_WORDS)
    other_high = min(n_others, box.other_stop + SNAP_REACH_WORDS)
    shift = _commonest_shift(side.document.word_pairs[low : high - 1], side.other_pairs[other_low : other_high - 1])
    if shift is None:
        return box
    shift += other_low - low
    low, high = max(low, other_low - shift), min(high, other_high - shift)
    equal = side.document.word_types[low:high] == side.other_types[low + shift : high + shift]
    start, stop = best_run(np.where(equal, 1.0, SNAP_MISMATCH).tolist())
    if stop - start < SNAP_LEAST_SHARE * min(box.stop - box.start, box.other_stop - box.other_start):
        return box
    return Box(low + start, low + stop, low + start + shift, low + stop + shift)


def _commonest_shift(pairs: Indices, other_pairs: Indices) -> int | None:
    """Commonest distance between the places of the pairs that occur once on each side."""
    values, places, counts = np.unique(pairs, return_index=True, return_counts=True)
    others, other_places, other_counts = np.unique(other_pairs, return_index=True, return_counts=True)
    _, here, there = np.intersect1d(
        values[counts == 1], others[other_counts == 1], assume_unique=True, return_indices=True
    )
    if not len(here):
        return None
    shifts = other_places[other_counts == 1][there] - places[counts == 1][here]
    distinct, times = np.unique(shifts, return_counts=True)
    return int(distinct[times.argmax()])


def best_run(values: Iterable[float]) -> tuple[int, int]:
    """The contiguous stretch [start, stop) of greatest sum, the first of equals (Bentley 1984).

    >>> best_run([1, -3, 2, -1, 2, -3])
    (2, 5)
    """
    total = best = lowest = 0.0
    start = stop = lowest_at = 0
    for place, value in enumerate(values, 1):
        total += value
        if total - lowest > best:
            best, start, stop = total - lowest, lowest_at, place
        elif total < lowest:
            lowest, lowest_at = total, place
    return start, stop


def overlaps_much(box: Box, other: Box) -> bool:
    """Whether two passages share too much on both texts to be kept both."""
    return all(
        _overlap_share(*spans) > MAX_OVERLAP
        for spans in (
            (box.start, box.stop, other.start, other.stop),
            (box.other_start, box.other_stop, other.other_start, other.other_stop),
        )
    )


def drop_overlapping(scored: list[tuple[float, Box]]) -> list[tuple[float, Box]]:
    """Keep the passages of highest score that do not overlap a kept one much."""
    kept: list[tuple[float, Box]] = []
    for score, box in sorted(scored, key=lambda item: (-item[0], item[1])):
        if not any(overlaps_much(box, other) for _, other in kept):
            kept.append((score, box))
    return kept


def _overlap_share(start: int, stop: int, other_start: int, other_stop: int) -> float:
    shared = min(stop, other_stop) - max(start, other_start)
    return shared / max(1, min(stop - start, other_stop - other_start))
