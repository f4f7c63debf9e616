# mypy: disable-error-code="no-untyped-def"
"""`summary` as machine code."""

import numpy as np
from numba import njit

from helpers.alignment import summary as plain
from helpers.alignment.compiled.refine import best_stretch
from helpers.alignment.refine import SCORE_STEP


@njit
def find_summary(types, frequencies, priors, other_types, other_counts):
    """As `summary.find_summary` of lines that are not wrapped, whatever was found already.

    Returns:
        First word and the word after the last, both 0 if there is none.
    """
    n_words, n_other = len(types), len(other_types)
    if n_words < plain.LEAST_WORDS or n_other < plain.LEAST_RATIO * plain.LEAST_WORDS:
        return 0, 0
    weights, telling = _weights(frequencies, other_counts, n_other)
    if telling < plain.LEAST_DISTINCT:
        return 0, 0
    total, hits = _running_totals(types, weights, other_counts)
    width = min(plain.WINDOW_WORDS, n_words)
    first, coverage = _best_window(total, hits, width)
    if coverage < plain.LEAST_WINDOW_COVERAGE:
        return 0, 0
    values = _word_scores(types, weights, other_counts, total, hits, first, first + width)
    start, stop, score = best_stretch(values, priors, first, first + width)
    if score < plain.LEAST_EVIDENCE or stop - start < plain.LEAST_WORDS or n_other < plain.LEAST_RATIO * (stop - start):
        return 0, 0
    if _coverage(total, hits, start, stop) < plain.LEAST_COVERAGE:
        return 0, 0
    return (start, stop) if _is_drawn_from_all_over(types[start:stop], weights, other_counts, other_types) else (0, 0)


@njit
def _weights(frequencies, other_counts, n_other):
    """As `summary._weights`, and how many matched types tell something."""
    weights, telling = np.empty(len(frequencies)), 0
    for t in range(len(frequencies)):
        rate = plain.SPREAD * n_other * max(frequencies[t], plain.LEAST_FREQUENCY)
        weight = min(-np.log(max(1 - np.exp(-rate), plain.MIN_CHANCE)), plain.MAX_WEIGHT)
        weights[t] = np.rint(weight / SCORE_STEP) * SCORE_STEP
        telling += other_counts[t] > 0 and weights[t] >= plain.DISTINCT_WEIGHT
    return weights, telling


@njit
def _running_totals(types, weights, other_counts):
    """Weight before each word, and that of the matched ones."""
    total, hits = np.zeros(len(types) + 1), np.zeros(len(types) + 1)
    for i in range(len(types)):
        weight = weights[types[i]]
        total[i + 1] = total[i] + weight
        hits[i + 1] = hits[i] + (weight if other_counts[types[i]] > 0 else 0.0)
    return total, hits


@njit
def _best_window(total, hits, width):
    """As `summary._best_window`: its first word and coverage."""
    first, best = 0, -1.0
    for i in range(len(total) - width):
        coverage = (hits[i + width] - hits[i]) / max(total[i + width] - total[i], 1e-9)
        if coverage > best:
            first, best = i, coverage
    return first, best


@njit
def _coverage(total, hits, start, stop):
    """As `summary._coverage`."""
    weight = total[stop] - total[start]
    return (hits[stop] - hits[start]) / weight if weight > 0 else 0.0


@njit
def _word_scores(types, weights, other_counts, total, hits, start, stop):
    """As `summary._word_scores`."""
    p_in = min(max(_coverage(total, hits, start, stop), plain.MIN_INSIDE), plain.MAX_INSIDE)
    low, high = max(0, start - plain.MARGIN_WORDS), min(len(types), stop + plain.MARGIN_WORDS)
    outside, found = total[-1] - (total[high] - total[low]), hits[-1] - (hits[high] - hits[low])
    p_out = (found + plain.PRIOR_OUTSIDE * plain.PRIOR_WEIGHT) / (outside + plain.PRIOR_WEIGHT)
    p_out = min(max(p_out, plain.MIN_OUTSIDE), plain.MAX_OUTSIDE)
    matched, unmatched = np.log(p_in / p_out), np.log((1 - p_in) / (1 - p_out))
    values = np.empty(len(types))
    for i in range(len(types)):
        ratio = matched if other_counts[types[i]] > 0 else unmatched
        values[i] = np.rint(weights[types[i]] / plain.WEIGHT_SCALE * ratio / SCORE_STEP) * SCORE_STEP
    return values


@njit
def _is_drawn_from_all_over(types, weights, other_counts, other_types):
    """As the end of `summary._is_summary`, and `summary._is_spread`."""
    weight, telling = np.zeros(len(weights) + 1), 0
    for t in types:
        if other_counts[t] > 0 and weight[t] == 0:
            weight[t] = weights[t]
            telling += weights[t] >= plain.DISTINCT_WEIGHT
    if telling < plain.LEAST_DISTINCT:
        return False
    parts = np.zeros(plain.PARTS, np.bool_)
    for j in range(len(other_types)):
        if weight[other_types[j]] >= plain.DISTINCT_WEIGHT:
            parts[j * plain.PARTS // len(other_types)] = True
    if parts.sum() < plain.LEAST_PARTS:
        return False
    width = int(plain.STRETCH * len(types))
    return _best_stretch_weight(other_types, weight, width) <= plain.STRETCH_SHARE * weight.sum()


@njit
def _best_stretch_weight(other_types, weight, width):
    """As `summary._best_stretch_weight`."""
    step, best = max(1, width // 4), 0.0
    last = np.full(len(weight), -1)
    for start in range(0, max(1, len(other_types) - width + step), step):
        gathered = 0.0
        for j in range(start, min(start + width, len(other_types))):
            if last[other_types[j]] != start:
                last[other_types[j]] = start
                gathered += weight[other_types[j]]
        best = max(best, gathered)
    return best
