"""Where a passage might be: windows of both texts that share more than common words."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from helpers.alignment.documents import WINDOW_STEP, WINDOW_WORDS, Document
from helpers.alignment.pairing import Box, Side

Cells = tuple[NDArray[np.intp], NDArray[np.intp]]

# Squared weights are rounded to this step, so that float32 sums of 40 of them are exact in any order:
# the same candidates on every machine and number of threads.
WEIGHT_STEP = 1 / 1024
# Windows of general English added to those of both texts, so that short texts have weights too.
PSEUDO_WINDOWS = 10.0
# Hot cells at most this far apart (a mask dilated 3 by 3 and labelled with diagonals) are one candidate.
JOIN_CELLS = 3
# Beyond this many products, or cells, the cosine matrix is made in strips, from sparse rows (long texts only).
DENSE_PRODUCTS = 50_000_000
DENSE_CELLS = 1_000_000
STRIP_ROWS = 256
COMMON_SHARE = 0.05  # of the windows: types this frequent are multiplied densely
MOST_CELLS_PER_ROW = 12  # on average; more than that is repetition


def candidate_boxes(sides: tuple[Side, Side], min_cosine: float) -> list[Box]:
    """Boxes of window pairs that are alike, in words of both texts.

    Windows are sets of types, weighted ln(windows / windows with the type) over both texts; hot cells of the
    cosine matrix that lie near each other form one box.
    """
    rows, columns = _hot_cells(sides, min_cosine)
    groups = _groups(rows.tolist(), columns.tolist())
    return sorted(
        Box(*_words(rows, sides[0].document), *_words(columns, sides[1].document)) for rows, columns in groups
    )


def _words(windows: Sequence[int], document: Document) -> tuple[int, int]:
    """First word of the first window, and the word after the last of the last."""
    return min(windows) * WINDOW_STEP, min(max(windows) * WINDOW_STEP + WINDOW_WORDS, document.n_words)


def _hot_cells(sides: tuple[Side, Side], min_cosine: float) -> Cells:
    """Rows and columns of the window pairs whose cosine exceeds `min_cosine`."""
    document, other = sides[0].document, sides[1].document
    counts = [np.bincount(d.window_types.numbers, minlength=len(d.types)) for d in (document, other)]
    n_windows = document.n_windows + other.n_windows
    weights = _weights(sides[0], counts[0], counts[1], n_windows)
    other_weights = _weights(sides[1], counts[1], counts[0], n_windows)
    norms = _norms(document, weights)[:, None]
    least = min_cosine * _norms(other, other_weights)[None, :]
    shared = np.flatnonzero(sides[1].types_of_other < len(other.types))
    column_of = np.full(len(document.types) + 1, -1)
    column_of[shared] = np.arange(len(shared))
    cells = _shared_incidence(document, column_of[:-1])
    other_cells = _shared_incidence(other, column_of[sides[0].types_of_other])
    shape, other_shape = (document.n_windows, len(shared)), (other.n_windows, len(shared))
    n_cells = shape[0] * other_shape[0]
    if n_cells <= DENSE_CELLS and n_cells * len(shared) <= DENSE_PRODUCTS:
        dense = _dense(cells, shape) * weights[shared]
        # einsum, not @: many processes that each start BLAS threads for small products slow each other down
        dots = np.einsum("ij,kj->ik", dense, _dense(other_cells, other_shape))
        return _sparing_nonzero(dots > norms * least)
    factors = _sparse(cells, weights[shared], shape), _sparse(other_cells, np.ones_like(weights[shared]), other_shape)
    rows, columns = [], []
    for start, strip in _strips(*factors):
        hot_rows, hot_columns = _sparing_nonzero(strip > norms[start : start + STRIP_ROWS] * least)
        rows.append(hot_rows + start)
        columns.append(hot_columns)
    return np.concatenate(rows), np.concatenate(columns)


def _weights(
    side: Side, counts: NDArray[np.intp], other_counts: NDArray[np.intp], n_windows: int
) -> NDArray[np.float32]:
    """Squared weight of each type of one side, rounded to a multiple of WEIGHT_STEP.

    Args:
        side: One text and the other as seen from it.
        counts: Windows of this text with each of its types.
        other_counts: Windows of the other with each of its types.
        n_windows: Windows of both.
    """
    df = np.append(counts, 0)
    df[side.types_of_other] += other_counts
    expected = 1 - np.exp(-WINDOW_WORDS * side.document.frequencies)
    squared = np.log((n_windows + PSEUDO_WINDOWS) / (df[:-1] + PSEUDO_WINDOWS * expected)) ** 2
    return (np.rint(squared / WEIGHT_STEP) * WEIGHT_STEP).astype(np.float32)


def _norms(document: Document, weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Length of each window's vector; infinite (no cosine) where all its types are everywhere."""
    rows, types = document.window_types
    squares = np.bincount(rows, weights=weights[types], minlength=document.n_windows)
    return np.where(squares > 0, np.sqrt(squares), np.inf)


def _shared_incidence(document: Document, column_of: NDArray[np.intp]) -> Cells:
    """Window and column of each incidence of a shared type."""
    rows, types = document.window_types
    columns = column_of[types]
    kept = columns >= 0
    return rows[kept].astype(np.intp), columns[kept]


def _dense(cells: Cells, shape: tuple[int, int]) -> NDArray[np.float32]:
    matrix = np.zeros(shape, dtype=np.float32)
    matrix[cells] = 1
    return matrix


def _sparse(cells: Cells, weights: NDArray[np.float32], shape: tuple[int, int]) -> csr_array:
    return csr_array((weights[cells[1]], cells), shape=shape, dtype=np.float32)


def _sparing_nonzero(hot: NDArray[np.bool_]) -> Cells:
    """Rows and columns of hot cells; of a text that repeats itself the first few of each row."""
    if np.count_nonzero(hot) > MOST_CELLS_PER_ROW * len(hot):
        hot = hot & (np.cumsum(hot, axis=1) <= MOST_CELLS_PER_ROW)
    rows, columns = np.nonzero(hot)
    return rows, columns


def _strips(own: csr_array, others: csr_array) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """First row and dot products of strips of the matrix, in memory that does not grow with its size."""
    df = np.bincount(own.indices, minlength=own.shape[1]) + np.bincount(others.indices, minlength=own.shape[1])
    is_common = df > COMMON_SHARE * (own.shape[0] + others.shape[0])
    common, rare = np.flatnonzero(is_common), np.flatnonzero(~is_common)
    own_common, own_rare = own[:, common], own[:, rare]
    dense_others, rare_others = others[:, common].toarray().T, others[:, rare].T.tocsr()
    for start in range(0, own.shape[0], STRIP_ROWS):
        here = slice(start, start + STRIP_ROWS)
        yield start, (own_rare[here] @ rare_others).toarray() + own_common[here].toarray() @ dense_others


def _groups(rows: Sequence[int], columns: Sequence[int]) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Rows and columns of the hot cells of each connected group."""
    stride = max(columns, default=0) + JOIN_CELLS + 1
    reach = range(-JOIN_CELLS, JOIN_CELLS + 1)
    steps = [row * stride + column for row in reach for column in reach]
    left = {row * stride + column for row, column in zip(rows, columns, strict=True)}
    while left:
        group = [left.pop()]
        for cell in group:
            near = left.intersection([cell + step for step in steps])
            left -= near
            group += near
        yield [cell // stride for cell in group], [cell % stride for cell in group]
