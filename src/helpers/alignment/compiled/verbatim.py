# mypy: disable-error-code="no-untyped-def"
"""`verbatim` as machine code."""

import numpy as np
from numba import njit

from helpers.alignment import verbatim as plain
from helpers.alignment.compiled.words import ascending


@njit
def most_pairs(n, n_others):
    """Equal n-grams of two texts that are looked at each with each; of more see the plain functions."""
    return max(plain.LEAST_PAIRS, plain.PAIRS_PER_WORD * (n + n_others))


@njit
def verbatim_runs(here, there, n):
    """As `verbatim.verbatim_runs`, of the places of equal n-grams: boxes."""
    stride = here.max() + 1 if len(here) else 1
    codes = (there - here + stride) * stride + here  # by diagonal, then by place
    codes = codes[np.argsort(codes, kind="mergesort")]
    runs, n_runs, first = np.empty((len(codes), 5), np.int64), 0, 0
    for k in range(len(codes)):
        if k + 1 == len(codes) or codes[k + 1] != codes[k] + 1 or codes[k + 1] % stride == 0:
            start, length = codes[first] % stride, k - first + n
            other = start + codes[first] // stride - stride
            run = runs[n_runs]
            run[0], run[1], run[2], run[3], run[4] = -length, start + other, start, other, length
            n_runs, first = n_runs + 1, k + 1
    runs = runs[ascending(runs[:n_runs])]
    return _covering(runs[:, 2], runs[:, 3], runs[:, 4])


@njit
def equal_ngrams(numbers, places, others, other_places):
    """As `verbatim._equal_ngrams`: places of equal n-grams, each with each (of more than `most_pairs` some)."""
    most, n, i, j = most_pairs(len(numbers), len(others)), 0, 0, 0
    found = np.empty((2, min(len(numbers), len(others)) + 1), np.int64)
    while i < len(numbers) and j < len(others) and n <= most:
        if numbers[i] < others[j]:
            i += 1
        elif numbers[i] > others[j]:
            j += 1
        else:
            after = j
            while after < len(others) and others[after] == numbers[i] and n <= most:
                if n == found.shape[1]:
                    found = np.concatenate((found, np.empty_like(found)), axis=1)
                found[0, n], found[1, n] = places[i], other_places[after]
                after, n = after + 1, n + 1
            i += 1
    return found[0, :n], found[1, :n]


@njit
def _covering(starts, others, lengths):
    """As the choice among runs, longest first, in `verbatim.verbatim_runs`."""
    n_words, n_others = (starts + lengths).max() if len(starts) else 0, (others + lengths).max() if len(starts) else 0
    covered, other_covered = np.zeros(n_words, np.bool_), np.zeros(n_others, np.bool_)
    kept = np.zeros(len(starts), np.bool_)
    for again in range(2):
        for k in range(len(starts)):
            here = covered[starts[k] : starts[k] + lengths[k]]
            there = other_covered[others[k] : others[k] + lengths[k]]
            much, least = max(here.sum(), there.sum()), min(here.sum(), there.sum())
            if not kept[k] and (least < lengths[k] if again else much * 2 <= lengths[k]):
                kept[k] = True
                here[:] = True
                there[:] = True
    boxes = np.stack((starts, starts + lengths, others, others + lengths), axis=1)[kept]
    return boxes[ascending(boxes)]


@njit
def covered_before(starts, stops, n_words):
    """As one side of `rows._covered_before`."""
    before = np.zeros(n_words + 1, np.int64)
    for k in range(len(starts)):
        before[starts[k] + 1 : stops[k] + 1] = 1
    return before.cumsum()


@njit
def is_verbatim(box, before, other_before):
    """As `rows._is_verbatim`."""
    here, there = before[box[1]] - before[box[0]], other_before[box[3]] - other_before[box[2]]
    return here == box[1] - box[0] and there == box[3] - box[2]
