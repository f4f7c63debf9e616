# mypy: disable-error-code="no-untyped-def"
"""`windows` as machine code."""

import numpy as np
from numba import njit

from helpers.alignment import windows as plain
from helpers.alignment.compiled.words import ascending, by_number
from helpers.alignment.documents import WINDOW_STEP, WINDOW_WORDS


@njit
def needs_strips(n_windows, n_others, types_in_other, n_other_types):
    """Whether `windows` would go through the matrix in strips: a matter for the plain functions."""
    n_cells = n_windows * n_others
    return n_cells > plain.DENSE_CELLS or n_cells * (types_in_other < n_other_types).sum() > plain.DENSE_PRODUCTS


@njit
def candidate_boxes(own, others, in_other, in_own, sizes, other_sizes, frequencies, other_frequencies, min_cosine):
    """As `windows.candidate_boxes`.

    Args:
        own: The types of the windows of one text.
        others: Those of the other.
        in_other: Each type as one of the other text, or the number of these.
        in_own: The same for the types of the other text.
        sizes: Windows and words of one text.
        other_sizes: Those of the other.
        frequencies: Of the types.
        other_frequencies: Of the types of the other text.
        min_cosine: See `AlignSettings`.
    """
    counts, other_counts = _counts(own, len(in_other)), _counts(others, len(in_own))
    n_windows = sizes[0] + other_sizes[0]
    weights = _weights(frequencies, counts, in_other, other_counts, n_windows)
    other_weights = _weights(other_frequencies, other_counts, in_own, counts, n_windows)
    norms, least = _norms(own, weights, sizes[0]), min_cosine * _norms(others, other_weights, other_sizes[0])
    dots = np.zeros((sizes[0], other_sizes[0]))
    add_products(dots, own, by_number(others, len(in_own)), in_other, weights)
    hot = np.zeros(dots.shape, np.bool_)
    for row in range(sizes[0]):
        for column in range(other_sizes[0]):
            hot[row, column] = dots[row, column] > norms[row] * least[column]
    _spare(hot)
    return _groups(hot, sizes[1], other_sizes[1])


@njit
def add_products(table, own, others, in_other, weights):
    """Add up the weights of the numbers that each row of one incidence shares with each of another (by number)."""
    first, ordered = others
    rows, numbers = own
    for k in range(len(rows)):
        other = in_other[numbers[k]]
        if other + 1 < len(first):
            for place in range(first[other], first[other + 1]):
                table[rows[k], ordered[place]] += weights[numbers[k]]


@njit
def _counts(incidence, n_numbers):
    """How many rows hold each number."""
    counts = np.zeros(n_numbers, np.int64)
    for number in incidence.numbers:
        counts[number] += 1
    return counts


@njit
def _weights(frequencies, counts, types_in_other, other_counts, n_windows):
    """As `windows._weights`."""
    weights = np.empty(len(counts))
    for t in range(len(counts)):
        df, other = counts[t], types_in_other[t]
        if other < len(other_counts):
            df += other_counts[other]
        expected = 1 - np.exp(-WINDOW_WORDS * frequencies[t])
        root = np.log((n_windows + plain.PSEUDO_WINDOWS) / (df + plain.PSEUDO_WINDOWS * expected))
        weights[t] = np.rint(root * root / plain.WEIGHT_STEP) * plain.WEIGHT_STEP
    return weights


@njit
def _norms(incidence, weights, n_windows):
    """As `windows._norms`."""
    squares = np.zeros(n_windows)
    for k in range(len(incidence.rows)):
        squares[incidence.rows[k]] += weights[incidence.numbers[k]]
    return np.where(squares > 0, np.sqrt(squares), np.inf)


@njit
def _spare(hot):
    """As `windows._sparing_nonzero`."""
    if hot.sum() <= plain.MOST_CELLS_PER_ROW * len(hot):
        return
    for row in range(hot.shape[0]):
        left = plain.MOST_CELLS_PER_ROW
        for column in range(hot.shape[1]):
            if hot[row, column]:
                hot[row, column] = left > 0
                left -= 1


@njit
def _groups(hot, n_words, n_others):
    """As `windows._groups` and `windows._words`: the boxes of connected groups, ascending; `hot` is used up."""
    boxes, n, reach, width = np.empty((hot.sum(), 4), np.int64), 0, plain.JOIN_CELLS, hot.shape[1]
    for first in range(hot.size):
        if not hot[first // width, first % width]:
            continue
        low = high = first // width
        left = right = first % width
        hot[low, left] = False
        todo = [first]
        while todo:
            cell = todo.pop()
            i, j = cell // width, cell % width
            low, high, left, right = min(low, i), max(high, i), min(left, j), max(right, j)
            for near in range(max(0, i - reach), min(hot.shape[0], i + reach + 1)):
                for beside in range(max(0, j - reach), min(width, j + reach + 1)):
                    if hot[near, beside]:
                        hot[near, beside] = False
                        todo.append(near * width + beside)
        boxes[n, 0], boxes[n, 1] = low * WINDOW_STEP, min(high * WINDOW_STEP + WINDOW_WORDS, n_words)
        boxes[n, 2], boxes[n, 3] = left * WINDOW_STEP, min(right * WINDOW_STEP + WINDOW_WORDS, n_others)
        n += 1
    return boxes[ascending(boxes[:n])]
