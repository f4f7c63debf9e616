"""From two linked sentences to tight rows: what one adds and the other has not is cut away."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.pairing import Box
from helpers.alignment.select import best_run

# Set looking at the five articles on Kharkiv.
LEAST_ANCHOR = 1.0  # nats of equal successive words that count as a counterpart: not "of the" alone
MATCH_VALUE = 2.0  # words without counterpart that one word with a counterpart makes up for
LEAST_ROW_INFORMATION = 5.0  # nats of counterparts that a row holds at least (as the weakest link rule)
LEAST_ROW_MATCHES = 3  # words with a counterpart in a row that holds a whole unit
LEAST_PART_MATCHES = 5  # and in one that holds parts of both
OPPOSED_DISCOUNT = 0.5  # a stretch that stands in for another may be longer by half of that one's words


@dataclass(frozen=True)
class Row:
    """A tight row.

    Attributes:
        box: Words of both texts.
        score: Share of the information of both sides that has a counterpart, 0 to 1.
        in_order: Share of the words of both sides that recur in order on the other.
    """

    box: Box
    score: float
    in_order: float


@dataclass(frozen=True, eq=False)
class LinkedWords:
    """Two linked units, word by word: type numbers in common numbering, and weights in nats."""

    types: NDArray[np.int32]
    other_types: NDArray[np.int32]
    weights: NDArray[np.float64]
    other_weights: NDArray[np.float64]


def tight_rows(words: LinkedWords, max_gap_words: int) -> list[Row]:
    """Rows of two linked units, in words counted from their starts.

    A stretch of about `max_gap_words` words without counterpart, at the start, the end or in the middle, is
    left out; a changed word or short phrase stays in.
    """
    matches = match_words(words)
    whole = Box(0, len(words.types), 0, len(words.other_types))
    boxes = _tighten(whole, matches, words, max_gap_words)
    return [_row(words, box, matches) for box in sorted(set(boxes))]


def match_words(words: LinkedWords) -> NDArray[np.intp]:
    """One-to-one counterparts, (n, 2) places in both units: weightiest common stretches first.

    Each word is used once, so that a word repeated in an added clause has no counterpart there. Common words
    have one only in a common stretch of some weight, or in order between two that have.
    """
    used = np.zeros(len(words.types), dtype=bool)
    other_used = np.zeros(len(words.other_types), dtype=bool)
    matches: list[tuple[int, int]] = []
    for start, other_start, length in _common_stretches(words):
        cells = [
            (start + k, other_start + k) for k in range(length) if not (used[start + k] or other_used[other_start + k])
        ]
        if sum(float(words.weights[i]) for i, _ in cells) < LEAST_ANCHOR:
            continue
        for i, j in cells:
            used[i] = other_used[j] = True
        matches += cells
    matches.sort()
    filled = [
        cell
        for (i, j), (next_i, next_j) in pairwise(matches)
        for cell in _in_order_between(words, slice(i + 1, next_i), slice(j + 1, next_j))
        if not other_used[cell[1]]
    ]
    return np.array(sorted(matches + filled), dtype=np.intp).reshape(-1, 2)


def _in_order_between(words: LinkedWords, here: slice, there: slice) -> list[tuple[int, int]]:
    """Equal words of two gaps, each matched with the next equal one."""
    cells = []
    reached = there.start
    others = words.other_types.tolist()
    for i in range(here.start, here.stop):
        value = words.types[i]
        if value in others[reached : there.stop]:
            j = others.index(value, reached)
            cells.append((i, j))
            reached = j + 1
    return cells


def _common_stretches(words: LinkedWords) -> list[tuple[int, int, int]]:
    """Maximal equal stretches (start, other start, length), the weightiest first."""
    rows, columns = np.nonzero(words.types[:, None] == words.other_types[None, :])
    shifts = columns - rows
    order = np.lexsort((rows, shifts))
    rows, shifts = rows[order], shifts[order]
    if not len(rows):
        return []
    breaks = np.flatnonzero((np.diff(shifts) != 0) | (np.diff(rows) != 1)) + 1
    starts = np.concatenate([[0], breaks])
    lengths = np.diff(np.concatenate([starts, [len(rows)]]))
    weights = np.add.reduceat(words.weights[rows], starts)
    weighty = weights >= LEAST_ANCHOR
    firsts, lengths, weights = rows[starts][weighty], lengths[weighty], weights[weighty]
    others = firsts + shifts[starts][weighty]
    ranked = np.lexsort((firsts, firsts + others, np.abs(others - firsts), -weights))
    return [(int(firsts[k]), int(others[k]), int(lengths[k])) for k in ranked]


def _tighten(box: Box, matches: NDArray[np.intp], words: LinkedWords, max_gap_words: int) -> list[Box]:
    """Cut a box until no side of any part holds a stretch without counterpart."""
    inside = _inside(box, matches)
    if not _holds_enough(box, inside, words):
        return []
    parts = _kept_parts((box.start, box.stop), (box.other_start, box.other_stop), inside, max_gap_words)
    mirrored = inside[np.argsort(inside[:, 1]), ::-1]
    other_parts = _kept_parts((box.other_start, box.other_stop), (box.start, box.stop), mirrored, max_gap_words)
    cut = [Box(*part, *other) for part in parts for other in other_parts]
    if cut == [box]:
        return [box]
    return [row for part in cut for row in _tighten(part, inside, words, max_gap_words)]


def _holds_enough(box: Box, inside: NDArray[np.intp], words: LinkedWords) -> bool:
    """Whether a box has enough counterparts to stay; scraps of both units need more of them."""
    whole = (box.start, box.stop) == (0, len(words.types))
    whole = whole or (box.other_start, box.other_stop) == (0, len(words.other_types))
    information = float(words.weights[inside[:, 0]].sum())
    enough = len(inside) >= (LEAST_ROW_MATCHES if whole else LEAST_PART_MATCHES)
    return enough and information >= LEAST_ROW_INFORMATION


def _inside(box: Box, matches: NDArray[np.intp]) -> NDArray[np.intp]:
    here = (box.start <= matches[:, 0]) & (matches[:, 0] < box.stop)
    return matches[here & (box.other_start <= matches[:, 1]) & (matches[:, 1] < box.other_stop)]


def _kept_parts(
    span: tuple[int, int], other_span: tuple[int, int], inside: NDArray[np.intp], max_gap_words: int
) -> list[tuple[int, int]]:
    """What remains of one side of a box without the stretches that have no counterpart.

    Args:
        span: Words of this side.
        other_span: Words of the other.
        inside: Counterparts (place here, place there), in order of this side.
        max_gap_words: See `AlignSettings`.
    """
    start, stop = span
    values = np.full(stop - start, 1.0)
    values[inside[:, 0] - start] = -MATCH_VALUE
    kept, reached = [], start
    for low, high in sorted(_heavy_stretches(values, start, float(max_gap_words))):
        opposed = min(_opposed_words(low, high, other_span, inside), max_gap_words)
        if values[low - start : high - start].sum() < max_gap_words + OPPOSED_DISCOUNT * opposed:
            continue
        if low > reached:
            kept.append((reached, low))
        reached = high
    if reached < stop:
        kept.append((reached, stop))
    return kept


def _opposed_words(low: int, high: int, other_span: tuple[int, int], inside: NDArray[np.intp]) -> int:
    """Words without counterpart that stand on the other side where the stretch [low, high) stands on this."""
    before, after = inside[inside[:, 0] < low], inside[inside[:, 0] >= high]
    start = before[-1, 1] + 1 if len(before) else other_span[0]
    stop = after[0, 1] if len(after) else other_span[1]
    matched = ((start <= inside[:, 1]) & (inside[:, 1] < stop)).sum()
    return max(0, int(stop - start - matched))


def _heavy_stretches(values: NDArray[np.float64], offset: int, least: float) -> list[tuple[int, int]]:
    """Disjoint stretches whose values sum to at least `least`: the greatest, then those on either side of it."""
    if len(values) < least:
        return []
    start, stop = best_run(values)
    if values[start:stop].sum() < least:
        return []
    found = [(offset + start, offset + stop)]
    found += _heavy_stretches(values[:start], offset, least)
    return found + _heavy_stretches(values[stop:], offset + stop, least)


def _row(words: LinkedWords, box: Box, matches: NDArray[np.intp]) -> Row:
    inside = _inside(box, matches)
    here, there = slice(box.start, box.stop), slice(box.other_start, box.other_stop)
    matched = words.weights[inside[:, 0]].sum() + words.other_weights[inside[:, 1]].sum()
    total = words.weights[here].sum() + words.other_weights[there].sum()
    common = common_subsequence(words.types[here].tolist(), words.other_types[there].tolist())
    both = box.stop - box.start + box.other_stop - box.other_start
    return Row(box, min(1.0, float(matched / total)), 2 * common / both)


def common_subsequence(first: list[int], second: list[int]) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004).

    >>> common_subsequence([1, 2, 3, 4], [2, 9, 4, 1])
    2
    """
    masks: dict[int, int] = {}
    for place, value in enumerate(first):
        masks[value] = masks.get(value, 0) | 1 << place
    full = (1 << len(first)) - 1
    state = full
    for value in second:
        mask = state & masks.get(value, 0)
        state = (state + mask | state - mask) & full
    return len(first) - state.bit_count()
