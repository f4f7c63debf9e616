"""What speaks against a copy although the words agree: other numbers, nothing in common but names, no company.

Two reports of one sort of event (a quarter's profit, a day at the exchange) share their phrases and differ in every
number; two reports of one event share its names. Neither has copied. Thresholds were set on same-topic pairs of Reuters
news that lie over a month apart and share no run of 8 words (benchmarks/splice.py, seed 3).
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.documents import Document
from helpers.alignment.pairing import Box, Side
from helpers.alignment.tighten import Row

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

LEAST_COMMON_NUMBERS = 0.5  # of the side with fewer numbers
SURE_SCORE = 0.75  # from this score on, other numbers are taken for a change of facts in a copy
SURE_SCORE_ONE_NUMBER = 0.5  # the same where only one number could be compared
FUNCTION_WORD = 10**-3.5  # relative frequency of words that build sentences and carry no subject: about 200
LEAST_LONE_FUNCTION_WORDS = 0.6  # share of them that a lone row has in common
LEAST_PLAIN_INFORMATION = 9.0  # nats of common words that are neither names nor numbers, in parts of sentences


def is_plausible(
    sides: tuple[Side, Side], weights: tuple[NDArray[np.float64], NDArray[np.float64]], rows: Sequence[Row]
) -> bool:
    """Whether the rows of two linked sentences may be a copy.

    Args:
        sides: Both texts.
        weights: Information of each type of both texts, in nats.
        rows: Edited or paraphrased rows, in words of the texts.
    """
    boxes = [row.box for row in rows]
    if _tells_other_numbers(*_numbers(sides, boxes), max(row.score for row in rows)):
        return False
    plain = sum(_plain_information(sides[0], weights[0], box) for box in boxes)
    other_plain = sum(_plain_information(sides[1], weights[1], box.mirrored()) for box in boxes)
    return min(plain, other_plain) >= LEAST_PLAIN_INFORMATION or any(_holds_a_unit(sides, box) for box in boxes)


def is_plausible_alone(sides: tuple[Side, Side], row: Row, in_order: float) -> bool:
    """Whether a row that no other row or verbatim run stands near may be a copy.

    Two writers who tell one fact choose the same names and subjects but build their sentences each in their own way;
    who edits a sentence keeps much of its order and of its function words. Neighbours would vouch for a free
    rewording; alone it cannot be told from an independent report.

    Args:
        sides: Both texts.
        row: In words of the texts.
        in_order: Least share of the words of both sides that recur in order.
    """
    if row.in_order < in_order or _tells_other_numbers(*_numbers(sides, [row.box]), 0):
        return False
    shared = [_function_words_shared(sides[0], row.box), _function_words_shared(sides[1], row.box.mirrored())]
    common, total = map(sum, zip(*shared, strict=True))
    return bool(common >= LEAST_LONE_FUNCTION_WORDS * total)


def _function_words_shared(side: Side, box: Box) -> tuple[int, int]:
    """Function words of the row that its other side has too, and all of them."""
    types = side.document.word_types[box.start : box.stop]
    types = types[side.document.frequencies[types] >= FUNCTION_WORD].tolist()
    others = set(side.other_types[box.other_start : box.other_stop].tolist())
    return sum(word in others for word in types), len(types)


def _numbers(sides: tuple[Side, Side], boxes: Sequence[Box]) -> tuple[set[str], set[str]]:
    """The numbers in figures that stand in the rows on both sides, thousands separators aside."""
    here, there = set(), set()
    for box in boxes:
        here |= _numbers_in(sides[0].document, box.start, box.stop)
        there |= _numbers_in(sides[1].document, box.other_start, box.other_stop)
    return here, there


def _numbers_in(document: Document, start: int, stop: int) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(document.text, *document.span(start, stop))}


def number_characters(text: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Places and codes of the characters of all numbers in figures."""
    places = [place for match in _NUMBER.finditer(text) for place in range(*match.span())]
    return np.array(places, dtype=np.int32), np.array([ord(text[place]) for place in places], dtype=np.int32)


def _tells_other_numbers(numbers: set[str], other_numbers: set[str], score: float) -> bool:
    comparable = min(len(numbers), len(other_numbers))
    if not comparable or len(numbers & other_numbers) >= LEAST_COMMON_NUMBERS * comparable:
        return False
    return score < (SURE_SCORE_ONE_NUMBER if comparable == 1 else SURE_SCORE)


def _plain_information(side: Side, weights: NDArray[np.float64], box: Box) -> float:
    """Information of the common words in lower case; without bound where all is in capitals, as in a headline."""
    words = slice(box.start, box.stop)
    capital = side.document.opening[words]
    if capital.all():
        return np.inf
    types = side.document.word_types[words][~capital]
    others = set(side.other_types[box.other_start : box.other_stop].tolist())
    plain = zip(types.tolist(), weights[types], strict=True)
    return float(sum(weight for word, weight in plain if word in others))


def _holds_a_unit(sides: tuple[Side, Side], box: Box) -> bool:
    """Whether the row is a whole sentence on both sides."""
    spans = ((box.start, box.stop), (box.other_start, box.other_stop))
    starts = [(side.document.unit_starts, span) for side, span in zip(sides, spans, strict=True)]
    return all(places[np.searchsorted(places, edge)] == edge for places, span in starts for edge in span)
