# mypy: disable-error-code="no-untyped-def"
"""`refine` as machine code: what depends on a word's type alone is worked out once for each type."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from helpers.alignment import refine as plain
from helpers.alignment.pairing import MIN_RATE, PSEUDO_WORDS


class Edges(NamedTuple):
    """What is read of one text and the other as seen from it; see `Document` and `pairing.Side`."""

    word_types: NDArray[np.int32]
    type_counts: NDArray[np.int32]
    frequencies: NDArray[np.float64]
    word_pairs: NDArray[np.int32]
    n_pairs: int
    priors: NDArray[np.float64]
    other_types: NDArray[np.int32]
    other_counts: NDArray[np.int32]
    other_pairs: NDArray[np.int32]


@njit
def refine(longer, shorter, box):
    """As `refine.refine`: two fits, each start, stop, score, fidelity, cohesion."""
    long_fit = _fit(longer, box[0], box[1], box[2], box[3])
    short_fit = _fit(shorter, box[2], box[3], long_fit[0], long_fit[1])
    for _ in range(plain.MAX_ROUNDS - 1):
        moved = (long_fit[0], long_fit[1], short_fit[0], short_fit[1])
        if moved == box:
            break
        box = moved
        long_fit = _fit(longer, box[0], box[1], box[2], box[3])
        short_fit = _fit(shorter, box[2], box[3], long_fit[0], long_fit[1])
    return long_fit, short_fit


@njit
def _fit(side, start, stop, other_start, other_stop):
    """As `refine.fit_side`."""
    low, high = max(0, start - plain.REACH_WORDS), min(len(side.word_types), stop + plain.REACH_WORDS)
    chance, found = _chance_and_matches(side, start, stop, other_start, other_stop, low, high)
    supported = _supported(side, other_start, other_stop, low, high)
    weight = matched = beside = 0.0
    for i in range(start, stop):
        t = side.word_types[i]
        weight += 1 - chance[t]
        if found[t]:
            matched += 1 - chance[t]
            if supported[i - low]:
                beside += 1 - chance[t]
    fidelity = min(max(matched / weight if weight > 0 else 0.0, plain.MIN_FIDELITY), plain.MAX_FIDELITY)
    cohesion = min(max(beside / matched if matched > 0 else 0.0, plain.MIN_COHESION), plain.MAX_COHESION)
    values = _word_scores(side.word_types[low:high], chance, found, supported, fidelity, cohesion)
    first, after, score = best_stretch(values, side.priors[low : high + 1], start - low, stop - low)
    return low + first, low + after, score, fidelity, cohesion


@njit
def _chance_and_matches(side, start, stop, other_start, other_stop, low, high):
    """As `refine._chance_and_matches`, of each type (chance 0: none of it in [low, high))."""
    n_types = len(side.type_counts)
    there, here = np.zeros(n_types + 1, np.int32), np.zeros(n_types, np.int32)
    for j in range(other_start, other_stop):
        there[side.other_types[j]] += 1
    for i in range(start, stop):
        here[side.word_types[i]] += 1
    length = other_stop - other_start
    rest = len(side.other_types) - length + PSEUDO_WORDS
    own_rest = len(side.word_types) - (stop - start) + PSEUDO_WORDS
    chance = np.zeros(n_types)
    for i in range(low, high):
        t = side.word_types[i]
        if chance[t] == 0:
            rate = (side.other_counts[t] - there[t] + PSEUDO_WORDS * side.frequencies[t]) / rest
            rate = max(rate, side.frequencies[t] / 2 + MIN_RATE, (side.type_counts[t] - here[t]) / own_rest)
            chance[t] = min(max(1 - np.exp(-rate * length), plain.MIN_CHANCE), plain.MAX_CHANCE)
    return chance, there > 0


@njit
def _supported(side, other_start, other_stop, low, high):
    """As `refine._supported`."""
    known = np.zeros(side.n_pairs + 1, np.bool_)
    for j in range(other_start, other_stop - 1):
        known[side.other_pairs[j]] = True
    supported = np.zeros(high - low, np.bool_)
    for i in range(low, high - 1):
        if known[side.word_pairs[i]]:
            supported[i - low] = supported[i - low + 1] = True
    return supported


@njit
def _word_scores(types, chance, found, supported, fidelity, cohesion):
    """As `refine.word_scores`."""
    alone = np.log((1 - cohesion) / (1 - plain.CHANCE_COHESION))
    beside = np.log(cohesion / plain.CHANCE_COHESION)
    of_type = np.full(len(chance), np.nan)
    scores = np.empty(len(types))
    for k in range(len(types)):
        t = types[k]
        if np.isnan(of_type[t]):
            unlikely = 1 - chance[t]
            if_copied = max(fidelity, chance[t] + 0.5 * unlikely)
            of_type[t] = min(np.log(if_copied / chance[t] if found[t] else (1 - if_copied) / unlikely), plain.MAX_GAIN)
        score = of_type[t] + (beside if supported[k] else alone if found[t] else 0.0)
        scores[k] = np.rint(score * (plain.SCALE / plain.SCORE_STEP)) * plain.SCORE_STEP
    return scores


@njit
def best_stretch(values, priors, start, stop):
    """As `refine.best_stretch`."""
    total = np.zeros(len(values) + 1)
    positive = 0.0
    for k in range(len(values)):
        total[k + 1] = total[k] + values[k]
        if start <= k < stop:
            positive += max(values[k], 0.0)
    centre, gathered = start, max(values[start], 0.0)
    while gathered < positive / 2:
        centre += 1
        gathered += max(values[centre], 0.0)
    left = _climb(priors, total, centre, -1)
    right = _climb(priors, total, centre + 1, 1)
    return left, right, total[right] - total[left]


@njit
def _climb(priors, total, place, step):
    """As `refine._climb`: leftwards sums count negative."""
    best, best_place = -np.inf, place
    while 0 <= place < len(total):
        height = priors[place] + step * total[place]
        if height > best:
            best, best_place = height, place
        elif height < best - plain.X_DROP:
            break
        place += step
    return best_place
