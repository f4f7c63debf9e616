# mypy: disable-error-code="no-untyped-def"
"""`plausibility` as machine code."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from helpers.alignment import plausibility as plain
from helpers.alignment.compiled.words import mirrored

COMMA = ord(",")
HASH_FACTOR = np.int64(-7046029254386353131)  # an odd number near 2^64 / golden ratio, as a signed one


class Prose(NamedTuple):
    """What is read of one text and the other as seen from it; see `Document` and `pairing.Side`."""

    word_types: NDArray[np.int32]
    frequencies: NDArray[np.float64]
    opening: NDArray[np.bool_]
    weights: NDArray[np.float64]
    unit_starts: NDArray[np.int64]
    other_types: NDArray[np.int32]


@njit
def is_plausible(side, other_side, boxes, scores, numbers, other_numbers):
    """As `plausibility.is_plausible`, of some boxes; the last two are the numbers in them (see `numbers_in`)."""
    if tells_other_numbers(numbers, other_numbers, scores.max()):
        return False
    information = _plain_information(side, boxes)
    if min(information, _plain_information(other_side, mirrored(boxes))) >= plain.LEAST_PLAIN_INFORMATION:
        return True
    whole = False
    for k in range(len(boxes)):
        here = _holds_a_unit(side.unit_starts, boxes[k, 0], boxes[k, 1])
        whole |= here and _holds_a_unit(other_side.unit_starts, boxes[k, 2], boxes[k, 3])
    return whole


@njit
def shares_function_words(side, other_side, boxes):
    """As the end of `plausibility.is_plausible_alone`, of one box."""
    common, total = _function_words_shared(side, boxes)
    other_common, other_total = _function_words_shared(other_side, mirrored(boxes))
    return common + other_common >= plain.LEAST_LONE_FUNCTION_WORDS * (total + other_total)


@njit
def _function_words_shared(side, boxes):
    """As `plausibility._function_words_shared`."""
    start, stop, other_start, other_stop = boxes[0]
    marked = np.zeros(len(side.frequencies) + 1, np.bool_)
    for t in side.other_types[other_start:other_stop]:
        marked[t] = True
    common = total = 0
    for t in side.word_types[start:stop]:
        if side.frequencies[t] >= plain.FUNCTION_WORD:
            total += 1
            common += marked[t]
    return common, total


@njit
def _plain_information(side, boxes):
    """As `plausibility._plain_information` of all boxes."""
    information, marked = 0.0, np.full(len(side.weights) + 1, -1)
    for k in range(len(boxes)):
        start, stop, other_start, other_stop = boxes[k]
        if side.opening[start:stop].all():
            return np.inf
        for t in side.other_types[other_start:other_stop]:
            marked[t] = k
        for i in range(start, stop):
            if not side.opening[i] and marked[side.word_types[i]] == k:
                information += side.weights[side.word_types[i]]
    return information


@njit
def _holds_a_unit(unit_starts, start, stop):
    """As one side of `plausibility._holds_a_unit`."""
    first, last = np.searchsorted(unit_starts, start), np.searchsorted(unit_starts, stop)
    return unit_starts[first] == start and unit_starts[last] == stop


@njit
def tells_other_numbers(numbers, others, score):
    """As `plausibility._tells_other_numbers`."""
    comparable = min(len(numbers), len(others))
    if not comparable:
        return False
    common = 0
    for number in numbers:
        common += (others == number).any()
    if common >= plain.LEAST_COMMON_NUMBERS * comparable:
        return False
    return score < (plain.SURE_SCORE_ONE_NUMBER if comparable == 1 else plain.SURE_SCORE)


@njit
def numbers_in(numbers, starts, ends):
    """As `plausibility._numbers`, of one text: each number between some characters as a 64-bit number, once."""
    places, codes = numbers
    found, n = np.empty(len(places), np.int64), 0
    for span in range(len(starts)):
        k = np.searchsorted(places, starts[span])
        while k < len(places) and places[k] < ends[span]:
            number, before = np.int64(0), places[k] - 1
            while k < len(places) and places[k] == before + 1 and places[k] < ends[span]:
                if codes[k] != COMMA:
                    number = number * HASH_FACTOR + codes[k] + 1
                before = places[k]
                k += 1
            if not (found[:n] == number).any():
                found[n] = number
                n += 1
    return found[:n]
