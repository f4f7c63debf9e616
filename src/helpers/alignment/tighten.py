"""From two linked sentences to tight rows: what one adds and the other has not is cut away."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.pairing import Box
from helpers.alignment.select import best_run

Match = tuple[int, int]
NO_TYPE = -1

# Set looking at the five articles on Kharkiv.
LEAST_ANCHOR = 1.0  # nats of equal successive words that count as a counterpart: not "of the" alone
ALONE = 1.0  # value of a word without counterpart
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

    types: list[int]
    other_types: list[int]
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


def match_words(words: LinkedWords) -> list[Match]:
    """One-to-one counterparts, places in both units, ascending: weightiest common stretches first.

    Each word is used once, so that a word repeated in an added clause has no counterpart there. Common words
    have one only in a common stretch of some weight, or in order between two that have.
    """
    weights = words.weights.tolist()
    used: set[int] = set()
    other_used: set[int] = set()
    matches: list[Match] = []
    for start, other_start, length in _common_stretches(words):
        cells = zip(range(start, start + length), range(other_start, other_start + length), strict=True)
        free = [(i, j) for i, j in cells if i not in used and j not in other_used]
        if sum(weights[i] for i, _ in free) < LEAST_ANCHOR:
            continue
        used.update(i for i, _ in free)
        other_used.update(j for _, j in free)
        matches += free
    matches.sort()
    filled = [
        cell
        for (i, j), (next_i, next_j) in pairwise(matches)
        for cell in _in_order_between(words, range(i + 1, next_i), range(j + 1, next_j))
        if cell[1] not in other_used
    ]
    return sorted(matches + filled)


def _in_order_between(words: LinkedWords, here: range, there: range) -> list[Match]:
    """Equal words of two gaps, each matched with the next equal one."""
    cells = []
    reached = there.start
    for i in here:
        value = words.types[i]
        if value in words.other_types[reached : there.stop]:
            j = words.other_types.index(value, reached)
            cells.append((i, j))
            reached = j + 1
    return cells


def _common_stretches(words: LinkedWords) -> list[tuple[int, int, int]]:
    """Maximal equal stretches (start, other start, length), the weightiest first."""
    places: dict[int, list[int]] = {}
    for j, value in enumerate(words.other_types):
        places.setdefault(value, []).append(j)
    ended: list[tuple[int, int, int]] = []
    growing: dict[int, int] = {}  # length of the stretch that reaches to each place of the other unit
    for i, value in enumerate([*words.types, NO_TYPE]):
        grown = {j: growing.pop(j - 1, 0) + 1 for j in places.get(value, ())}
        if growing:
            ended += [(i - length, j + 1 - length, length) for j, length in growing.items()]
        growing = grown
    bounds = [edge for start, _, length in ended for edge in (start, start + length)]
    weights = np.add.reduceat(np.append(words.weights, 0.0), bounds)[::2].tolist() if ended else []
    ranked = [
        (-weight, abs(other_start - start), start + other_start, start, other_start, length)
        for weight, (start, other_start, length) in zip(weights, ended, strict=True)
        if weight >= LEAST_ANCHOR
    ]
    return [stretch[-3:] for stretch in sorted(ranked)]


def _tighten(box: Box, matches: Sequence[Match], words: LinkedWords, max_gap_words: int) -> list[Box]:
    """Cut a box until no side of any part holds a stretch without counterpart."""
    inside = _inside(box, matches)
    if not _holds_enough(box, inside, words):
        return []
    parts = _kept_parts((box.start, box.stop), (box.other_start, box.other_stop), inside, max_gap_words)
    mirrored = sorted((j, i) for i, j in inside)
    other_parts = _kept_parts((box.other_start, box.other_stop), (box.start, box.stop), mirrored, max_gap_words)
    cut = [Box(*part, *other) for part in parts for other in other_parts]
    if cut == [box]:
        return [box]
    return [row for part in cut for row in _tighten(part, inside, words, max_gap_words)]


def _holds_enough(box: Box, inside: Sequence[Match], words: LinkedWords) -> bool:
    """Whether a box has enough counterparts to stay; scraps of both units need more of them."""
    whole = (box.start, box.stop) == (0, len(words.types))
    whole = whole or (box.other_start, box.other_stop) == (0, len(words.other_types))
    if len(inside) < (LEAST_ROW_MATCHES if whole else LEAST_PART_MATCHES):
        return False
    return float(words.weights[[i for i, _ in inside]].sum()) >= LEAST_ROW_INFORMATION


def _inside(box: Box, matches: Sequence[Match]) -> list[Match]:
    start, stop, other_start, other_stop = box
    return [(i, j) for i, j in matches if start <= i < stop and other_start <= j < other_stop]


def _kept_parts(
    span: tuple[int, int], other_span: tuple[int, int], inside: Sequence[Match], max_gap_words: int
) -> list[tuple[int, int]]:
    """What remains of one side of a box without the stretches that have no counterpart.

    Args:
        span: Words of this side.
        other_span: Words of the other.
        inside: Counterparts (place here, place there), in order of this side.
        max_gap_words: See `AlignSettings`.
    """
    start, stop = span
    if stop - start - len(inside) < max_gap_words:
        return [span]
    values = [ALONE] * (stop - start)
    for i, _ in inside:
        values[i - start] = -MATCH_VALUE
    kept, reached = [], start
    for low, high in sorted(_heavy_stretches(values, start, max_gap_words)):
        opposed = min(_opposed_words(low, high, other_span, inside), max_gap_words)
        if sum(values[low - start : high - start]) < max_gap_words + OPPOSED_DISCOUNT * opposed:
            continue
        if low > reached:
            kept.append((reached, low))
        reached = high
    if reached < stop:
        kept.append((reached, stop))
    return kept


def _opposed_words(low: int, high: int, other_span: tuple[int, int], inside: Sequence[Match]) -> int:
    """Words without counterpart that stand on the other side where the stretch [low, high) stands on this."""
    start = next((j + 1 for i, j in reversed(inside) if i < low), other_span[0])
    stop = next((j for i, j in inside if i >= high), other_span[1])
    matched = sum(start <= j < stop for _, j in inside)
    return max(0, stop - start - matched)


def _heavy_stretches(values: Sequence[float], offset: int, least: int) -> list[tuple[int, int]]:
    """Disjoint stretches whose values sum to at least `least`: the greatest, then those on either side of it."""
    if values.count(ALONE) < least:
        return []
    start, stop = best_run(values)
    if sum(values[start:stop]) < least:
        return []
    found = [(offset + start, offset + stop)]
    found += _heavy_stretches(values[:start], offset, least)
    return found + _heavy_stretches(values[stop:], offset + stop, least)


def _row(words: LinkedWords, box: Box, matches: Sequence[Match]) -> Row:
    here, there = slice(box.start, box.stop), slice(box.other_start, box.other_stop)
    places, other_places = map(list, zip(*_inside(box, matches), strict=True))
    matched = words.weights[places].sum() + words.other_weights[other_places].sum()
    total = words.weights[here].sum() + words.other_weights[there].sum()
    common = common_subsequence(words.types[here], words.other_types[there])
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
