# mypy: disable-error-code="no-untyped-def"
"""What the compiled aligner reads of a text, and of two side by side."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from helpers.alignment.documents import WINDOW_STEP, WINDOW_WORDS, Document
from helpers.alignment.plausibility import number_characters


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


def words_of(document: Document, n: int, incidences: Callable[..., Any]) -> Words:
    """The arrays of a document and its runs of `n` words, made once by `incidences`."""
    known = document.prepared.get(n)
    if isinstance(known, Words):
        return known
    d, found = document, document.ngrams(n)
    rows = incidences(d.word_types, d.word_pairs, d.unit_starts, len(d.types), len(d.pairs), d.n_windows)
    known = Words(
        starts=np.ascontiguousarray(d.starts),  # one type for all texts
        ends=np.ascontiguousarray(d.ends),
        keys=d.keys,
        types=d.types,
        word_types=d.word_types,
        type_counts=d.type_counts,
        frequencies=d.frequencies,
        pairs=d.pairs,
        word_pairs=d.word_pairs,
        opening=d.opening,
        wrapped=d.wrapped,
        priors=d.priors,
        summary_priors=d.summary_priors,
        n_windows=d.n_windows,
        unit_starts=d.unit_starts,
        window_types=rows[0],
        unit_types=rows[1],
        unit_pairs=rows[2],
        ngrams=found.ordered,
        ngram_places=found.order,
        numbers=Numbers(*number_characters(d.text)),
    )
    document.prepared[n] = known
    return known


def kept(made_of: int) -> Callable[..., Any]:
    """The compiled entry, kept on disk under the number `made_of` (numba looks for changes in this file alone)."""

    @njit(cache=True, nogil=True)
    def incidences(word_types, word_pairs, unit_starts, n_types, n_pairs, n_windows):
        """As `Document.window_types`, `unit_types` and `unit_pairs`, numbers in order of appearance."""
        _ = made_of
        windows = np.arange(n_windows) * WINDOW_STEP
        of_windows = _incidence(windows, windows + WINDOW_WORDS, word_types, n_types)
        of_units = _incidence(unit_starts[:-1], unit_starts[1:], word_types, n_types)
        return of_windows, of_units, _incidence(unit_starts[:-1], unit_starts[1:], word_pairs, n_pairs)

    return incidences


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
