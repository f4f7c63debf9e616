# mypy: disable-error-code="no-untyped-def"
"""What the compiled aligner reads of a text, and of two side by side."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from helpers.alignment.boundaries import (
    BLANKS,
    EDGE,
    LEAST_UNIT_WORDS,
    LINE,
    LOWER_AFTER_MARK,
    MARK,
    MIN_LINE_ENDS,
    MOST_UNIT_WORDS,
    NONE,
    OPENING_WORD,
    PRIORS,
    SOFT_LINE,
    SOFT_LINE_LOWER,
    SOFT_OPENING_WORD,
    SUMMARY_PRIORS,
    WRAPPED_SHARE,
)
from helpers.alignment.documents import PAIR_FACTOR, WINDOW_STEP, WINDOW_WORDS
from helpers.alignment.verbatim import HASH_FACTOR as NGRAM_FACTOR
from helpers.segmentation import APOSTROPHE, LETTER, OTHER, PLAIN

STOP, COMMA = ord("."), ord(",")
MIXER, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)  # mixes a number with the next character


class Incidence(NamedTuple):
    """As `documents.Incidence`, numbers in order of appearance."""

    rows: NDArray[np.int32]
    numbers: NDArray[np.int32]


class Numbers(NamedTuple):
    """The characters of the numbers in figures: see `plausibility.number_characters`."""

    places: NDArray[np.int32]
    codes: NDArray[np.int32]


class Words(NamedTuple):
    """What is read of a `Document`, with one type each so that one compiled version serves all texts."""

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    keys: NDArray[np.uint64]
    types: NDArray[np.uint64]
    word_types: NDArray[np.int32]
    type_counts: NDArray[np.int32]
    frequencies: NDArray[np.float64]
    pairs: NDArray[np.uint64]
    word_pairs: NDArray[np.int32]
    opening: NDArray[np.bool_]
    wrapped: bool
    priors: NDArray[np.float64]
    summary_priors: NDArray[np.float64]
    n_windows: int
    unit_starts: NDArray[np.int64]
    window_types: Incidence
    unit_types: Incidence
    unit_pairs: Incidence
    ngrams: NDArray[np.uint64]
    ngram_places: NDArray[np.int64]
    numbers: Numbers


class Seen(NamedTuple):
    """The other document as seen from this one; see `pairing.Side`."""

    types_of_other: NDArray[np.int32]
    pairs_of_other: NDArray[np.int32]
    other_types: NDArray[np.int32]
    other_counts: NDArray[np.int32]
    other_pairs: NDArray[np.int32]


def kept(made_of: int) -> tuple[Callable[..., Any], ...]:
    """The compiled entries, kept on disk under the number `made_of` (numba looks for changes in this file alone)."""

    @njit(cache=True, nogil=True)
    def spans(codes, kinds, decimals):
        """As `segmentation.word_spans` and `plausibility.number_characters`.

        Returns:
            Whether the text has nothing but plain characters (of others only the patterns know); starts and ends
            of words; places and codes of the characters of numbers in figures.
        """
        _ = made_of
        last, n, n_numbers, inside = len(codes) - 1, 0, 0, False
        edges, numbers = np.empty((2, len(codes) // 2 + 1), np.int32), np.empty((2, len(codes)), np.int32)
        for i in range(len(codes)):
            kind = kinds[min(codes[i], PLAIN)]
            if kind == OTHER:
                return False, edges[0], edges[1], numbers[0], numbers[1]
            within = 0 < i < last
            letter = kind == LETTER
            if kind == APOSTROPHE and within:
                letter = kinds[min(codes[i - 1], PLAIN)] == LETTER and kinds[min(codes[i + 1], PLAIN)] == LETTER
            if letter != inside:
                edges[int(inside), n] = i
                n += inside
                inside = letter
            figure = decimals[min(codes[i], PLAIN)]
            if within and (codes[i] == STOP or codes[i] == COMMA):
                figure = decimals[min(codes[i - 1], PLAIN)] and decimals[min(codes[i + 1], PLAIN)]
            if figure:
                numbers[0, n_numbers], numbers[1, n_numbers] = i, codes[i]
                n_numbers += 1
        if inside:
            edges[1, n] = len(codes)
            n += 1
        starts, ends = edges[0, :n].copy(), edges[1, :n].copy()
        return True, starts, ends, numbers[0, :n_numbers].copy(), numbers[1, :n_numbers].copy()

    @njit(cache=True, nogil=True)
    def rows(codes, starts, ends, slots, slot_rows):
        """Rows of strings in a table of 2^k slots, -1 where it has none; and the numbers of the strings."""
        _ = made_of
        found, numbers = np.empty(len(starts), np.int32), np.empty(len(starts), np.uint64)
        for i in range(len(starts)):
            number = np.uint64(ends[i] - starts[i])
            for k in range(starts[i], ends[i]):
                number = (number ^ np.uint64(codes[k])) * MIXER
                number ^= number >> SHIFT
            numbers[i] = number
            found[i] = slot_rows[_slot(number, slots, slot_rows)]
        return found, numbers

    @njit(cache=True, nogil=True)
    def enter(numbers, rows, slots, slot_rows):
        """Put rows into a table that has room."""
        _ = made_of
        for i in range(len(numbers)):
            slot = _slot(numbers[i], slots, slot_rows)
            slots[slot], slot_rows[slot] = numbers[i], rows[i]

    @njit(cache=True, nogil=True)
    def words(starts, ends, rows, gap_rows, spelled, gaps, language_known, n, places, codes):
        """As `Document.from_text`, of rows of what is known of words and gaps; and the runs of `n` words."""
        _ = made_of
        keys, stems, known = spelled.keys[rows], spelled.stems[rows], spelled.frequencies[rows]
        types, word_types = _numbered(stems)
        counts = np.zeros(len(types), np.int32)
        frequencies = np.zeros(len(types))
        for i in range(len(rows)):
            counts[word_types[i]] += 1
            frequencies[word_types[i]] = max(frequencies[word_types[i]], known[i])
        if not language_known:
            frequencies = counts / len(rows)
        pairs, word_pairs = _numbered(stems[:-1] * PAIR_FACTOR + stems[1:])
        kinds = np.full(len(rows) + 1, EDGE, np.int8)
        kinds[1:-1] = gaps.kinds[gap_rows]
        opening = np.ones(len(rows) + 1, np.bool_)
        opening[:-1] = spelled.opening[rows]
        wrapped = _is_wrapped(kinds, spelled.lower[rows])
        units = _unit_starts(kinds, spelled.abbreviation[rows], wrapped)
        ngrams, ngram_places = _ngrams(keys, n)
        n_windows = 1 + max(0, -(-(len(rows) - WINDOW_WORDS) // WINDOW_STEP))
        windows = np.arange(n_windows) * WINDOW_STEP
        return Words(
            starts,
            ends,
            keys,
            types,
            word_types,
            counts,
            frequencies,
            pairs,
            word_pairs,
            opening,
            wrapped,
            _priors(kinds, opening, wrapped),
            SUMMARY_PRIORS[kinds],
            n_windows,
            units,
            _incidence(windows, windows + WINDOW_WORDS, word_types, len(types)),
            _incidence(units[:-1], units[1:], word_types, len(types)),
            _incidence(units[:-1], units[1:], word_pairs, len(pairs)),
            ngrams,
            ngram_places,
            Numbers(places, codes),
        )

    return spans, rows, enter, words


@njit
def _slot(number, slots, rows):
    """Where a number stands among 2^k slots, or would stand."""
    slot = np.int64(number & np.uint64(len(slots) - 1))
    while rows[slot] >= 0 and slots[slot] != number:
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@njit
def _numbered(numbers):
    """The distinct numbers, ascending, and the place of each number among them."""
    order = np.argsort(numbers)
    distinct, places, n = np.empty_like(numbers), np.empty(len(numbers), np.int32), 0
    for i in order:
        if not n or distinct[n - 1] != numbers[i]:
            distinct[n] = numbers[i]
            n += 1
        places[i] = n - 1
    return distinct[:n].copy(), places


@njit
def _ngrams(keys, n):
    """As `verbatim.ngrams`: numbers in ascending order, and their places."""
    numbers = np.zeros(max(0, len(keys) - n + 1), np.uint64)
    for offset in range(n):
        numbers = numbers * NGRAM_FACTOR + keys[offset : offset + len(numbers)]
    order = np.argsort(numbers, kind="mergesort")
    return numbers[order], order


@njit
def _is_wrapped(kinds, lower):
    """As `boundaries.is_wrapped`."""
    lines = within = 0
    for i in range(len(lower)):
        if kinds[i] == LINE:
            lines += 1
            within += lower[i]
    return lines >= MIN_LINE_ENDS and within > WRAPPED_SHARE * lines


@njit
def _priors(kinds, opening, wrapped):
    """As `boundaries.boundary_priors`."""
    priors = PRIORS[kinds]
    for i in range(len(kinds)):
        if kinds[i] == NONE and opening[i]:
            priors[i] = SOFT_OPENING_WORD if wrapped else OPENING_WORD
        elif kinds[i] == MARK and not opening[i]:
            priors[i] += LOWER_AFTER_MARK
        elif kinds[i] == LINE and wrapped:
            priors[i] = SOFT_LINE if opening[i] else SOFT_LINE_LOWER
    return priors


@njit
def _unit_starts(kinds, abbreviation, wrapped):
    """As `boundaries.unit_starts`."""
    starts, n = np.zeros(len(kinds) + 1, np.int64), 1
    for place in range(1, len(kinds)):
        kind, length = kinds[place], place - starts[n - 1]
        if kind in (NONE, BLANKS) or (kind == LINE and wrapped):
            continue
        if kind == MARK and (length < LEAST_UNIT_WORDS or abbreviation[place - 1]):
            continue
        for start in range(starts[n - 1] + MOST_UNIT_WORDS, place, MOST_UNIT_WORDS):
            starts[n] = start
            n += 1
        starts[n] = place
        n += 1
    return starts[:n].copy()


@njit
def _incidence(starts, stops, numbers, n_numbers):
    """As `documents.incidence`; row k holds the numbers of [starts[k], stops[k])."""
    found, seen, n = np.empty((2, 2 * len(numbers)), np.int32), np.full(n_numbers, -1), 0
    for row in range(len(starts)):
        for number in numbers[starts[row] : stops[row]]:
            if seen[number] < row:
                seen[number] = row
                found[0, n], found[1, n] = row, number
                n += 1
    return Incidence(found[0, :n].copy(), found[1, :n].copy())


@njit
def match_sorted(first, second):
    """As `pairing.match_sorted`, by merging."""
    in_first = np.full(len(second), len(first), np.int32)
    in_second = np.full(len(first), len(second), np.int32)
    i = j = 0
    while i < len(first) and j < len(second):
        if first[i] == second[j]:
            in_first[j], in_second[i] = i, j
        less = first[i] <= second[j]
        j += first[i] >= second[j]
        i += less
    return in_first, in_second


@njit
def seen_from(n_types, types_of_other, pairs_of_other, word_types, type_counts, word_pairs):
    """As `pairing._side`; the last three are of the other document."""
    counts = np.zeros(n_types + 1, np.int32)
    for t in range(len(types_of_other)):
        counts[types_of_other[t]] += type_counts[t]
    return Seen(types_of_other, pairs_of_other, types_of_other[word_types], counts, pairs_of_other[word_pairs])


@njit
def ascending(table):
    """Places of the rows of a table of whole numbers, in ascending order."""
    order = np.arange(len(table))
    for column in range(table.shape[1] - 1, -1, -1):
        order = order[np.argsort(table[:, column][order], kind="mergesort")]
    return order


@njit
def mirrored(boxes):
    """The boxes seen from the other text."""
    turned = np.empty_like(boxes)
    turned[:, :2], turned[:, 2:] = boxes[:, 2:], boxes[:, :2]
    return turned


@njit
def characters(boxes, starts, ends, other_starts, other_ends):
    """The edges of boxes in characters, of both texts."""
    edges = np.empty_like(boxes)
    for k in range(len(boxes)):
        edges[k, 0], edges[k, 1] = starts[boxes[k, 0]], ends[boxes[k, 1] - 1]
        edges[k, 2], edges[k, 3] = other_starts[boxes[k, 2]], other_ends[boxes[k, 3] - 1]
    return edges


@njit
def by_number(incidence, n_numbers):
    """Rows of each number: those of number k are `ordered[first[k] : first[k + 1]]`, ascending."""
    rows, numbers = incidence
    first = np.zeros(n_numbers + 1, np.int64)
    for k in range(len(numbers)):
        first[numbers[k] + 1] += 1
    for k in range(n_numbers):
        first[k + 1] += first[k]
    free, ordered = first.copy(), np.empty(len(rows), rows.dtype)
    for k in range(len(numbers)):
        ordered[free[numbers[k]]] = rows[k]
        free[numbers[k]] += 1
    return first, ordered
