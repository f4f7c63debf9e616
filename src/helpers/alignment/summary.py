"""Passages that condense the whole of a much longer text: few words of it, from everywhere in it.

Such passages have no counterpart window of their own size, so the search by windows misses them. Here a word
counts by how unlikely it is to occur anywhere in the other text by chance.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.documents import Document
from helpers.alignment.pairing import Box, Side
from helpers.alignment.refine import SCORE_STEP, best_stretch, running_total
from helpers.alignment.select import overlaps_much

# Constants of the design, tuned on the summary folder of PAN 2013 (training part).
LEAST_RATIO = 3.8  # the source is at least this many times as long as the summary
LEAST_WORDS = 40  # of a summary
SPREAD = 1.5  # chance of a word grows with 1.5 times the source's length
LEAST_FREQUENCY = 2e-6
MIN_CHANCE = 0.001
MAX_WEIGHT = 5.0  # nats
WINDOW_WORDS = 80
LEAST_WINDOW_COVERAGE = 0.4
MARGIN_WORDS = 60  # kept out of the background around the best window
MIN_INSIDE, MAX_INSIDE = 0.6, 0.92
MIN_OUTSIDE, MAX_OUTSIDE = 0.08, 0.6
WEIGHT_SCALE = 3.0  # nats of weight that make one word's worth of evidence
PRIOR_OUTSIDE = 0.5  # share of a text on the same topic that occurs in the other, where the text itself cannot tell
PRIOR_WEIGHT = 30.0  # nats of text for which that counts
LEAST_COVERAGE = 0.6
LEAST_EVIDENCE = 30.0  # nats
LEAST_DISTINCT = 12  # matched types of at least DISTINCT_WEIGHT nats
DISTINCT_WEIGHT = 2.0
PARTS = 8
LEAST_PARTS = 4  # of the source that hold matches
STRETCH = 1.5  # times the summary's length: a stretch of the source that would explain it by itself
STRETCH_SHARE = 0.95
LEAST_CONDENSING = 1.0  # words of the source per word of the scraps of a summary


def find_summary(side: Side, passages: Sequence[Box]) -> tuple[float, Box] | None:
    """The passage of this side that condenses the other text, with its evidence in nats; None if there is none.

    Args:
        side: The text that may hold a summary, and the other as seen from it.
        passages: What was found already, this side first. A summary that they explain is none.
    """
    document = side.document
    n_other = len(side.other_types)
    if document.wrapped or side.other_wrapped or document.n_words < LEAST_WORDS or n_other < LEAST_RATIO * LEAST_WORDS:
        return None
    type_weights, type_matched = _weights(document, n_other), side.other_counts[:-1] > 0
    if np.count_nonzero(type_matched & (type_weights >= DISTINCT_WEIGHT)) < LEAST_DISTINCT:
        return None
    weights, matched = type_weights[document.word_types], type_matched[document.word_types]
    window = _best_window(weights, matched)
    if window is None:
        return None
    values = _word_scores(weights, matched, window)
    start, stop, score = best_stretch(values, document.summary_priors, slice(*window))
    if score < LEAST_EVIDENCE or not _is_summary(side, weights, matched, start, stop):
        return None
    box = Box(start, stop, 0, n_other)
    return None if _is_explained(box, passages) else (score, box)


def _is_explained(box: Box, passages: Sequence[Box]) -> bool:
    """Whether ordinary passages are the better account of a summary.

    They are if their counterparts are shorter than they are: scraps of a summary condense or keep the length.
    """
    near = [passage for passage in passages if overlaps_much(passage, box)]
    words = sum(passage.stop - passage.start for passage in near)
    other_words = sum(passage.other_stop - passage.other_start for passage in near)
    return other_words < LEAST_CONDENSING * words


def _weights(document: Document, n_other: int) -> NDArray[np.float64]:
    """Information of each type: minus the log of its chance to occur in the other text, in nats (see `SCORE_STEP`)."""
    rates = SPREAD * n_other * np.maximum(document.frequencies, LEAST_FREQUENCY)
    weights = np.minimum(-np.log(np.maximum(1 - np.exp(-rates), MIN_CHANCE)), MAX_WEIGHT)
    return np.rint(weights / SCORE_STEP) * SCORE_STEP


def _best_window(weights: NDArray[np.float64], matched: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The window best covered by the other text, or None if even that is covered badly."""
    width = min(WINDOW_WORDS, len(weights))
    total, hits = running_total(weights), running_total(weights * matched)
    coverage = (hits[width:] - hits[:-width]) / np.maximum(total[width:] - total[:-width], 1e-9)
    start = int(coverage.argmax())
    return (start, start + width) if coverage[start] >= LEAST_WINDOW_COVERAGE else None


def _word_scores(
    weights: NDArray[np.float64], matched: NDArray[np.bool_], window: tuple[int, int]
) -> NDArray[np.float64]:
    """Log-likelihood ratio of each word: summary against the rest of the text."""
    inside = np.zeros(len(weights), dtype=bool)
    inside[slice(*window)] = True
    outside = np.ones(len(weights), dtype=bool)
    outside[max(0, window[0] - MARGIN_WORDS) : window[1] + MARGIN_WORDS] = False
    p_in = min(max(_coverage(weights, matched, inside), MIN_INSIDE), MAX_INSIDE)
    hits, total = float((weights * matched)[outside].sum()), float(weights[outside].sum())
    p_out = (hits + PRIOR_OUTSIDE * PRIOR_WEIGHT) / (total + PRIOR_WEIGHT)
    p_out = min(max(p_out, MIN_OUTSIDE), MAX_OUTSIDE)
    ratio = np.where(matched, np.log(p_in / p_out), np.log((1 - p_in) / (1 - p_out)))
    return np.rint(weights / WEIGHT_SCALE * ratio / SCORE_STEP) * SCORE_STEP


def _coverage(weights: NDArray[np.float64], matched: NDArray[np.bool_], chosen: NDArray[np.bool_] | slice) -> float:
    total = float(weights[chosen].sum())
    return float((weights * matched)[chosen].sum()) / total if total > 0 else 0.0


def _is_summary(side: Side, weights: NDArray[np.float64], matched: NDArray[np.bool_], start: int, stop: int) -> bool:
    """Whether a passage is long, covered and varied enough, and drawn from all over the other text."""
    length = stop - start
    if length < LEAST_WORDS or len(side.other_types) < LEAST_RATIO * length:
        return False
    chosen = slice(start, stop)
    if _coverage(weights, matched, chosen) < LEAST_COVERAGE:
        return False
    telling = matched[chosen] & (weights[chosen] >= DISTINCT_WEIGHT)
    types = np.unique(side.document.word_types[chosen][telling])
    return len(types) >= LEAST_DISTINCT and _is_spread(side, weights, matched, chosen)


def _is_spread(side: Side, weights: NDArray[np.float64], matched: NDArray[np.bool_], chosen: slice) -> bool:
    """Whether the matches lie in many parts of the other text and no one stretch of it holds them all."""
    n_types = len(side.document.types)
    weight = np.zeros(n_types + 1)
    types = side.document.word_types[chosen][matched[chosen]]
    weight[types] = weights[chosen][matched[chosen]]
    places = np.flatnonzero(weight[side.other_types] >= DISTINCT_WEIGHT)
    n_other = len(side.other_types)
    if len(np.unique(places * PARTS // n_other)) < LEAST_PARTS:
        return False
    width = int(STRETCH * (chosen.stop - chosen.start))
    return _best_stretch_weight(side, weight, width) <= STRETCH_SHARE * float(weight.sum())


def _best_stretch_weight(side: Side, weight: NDArray[np.float64], width: int) -> float:
    """Greatest weight of distinct matched types in one stretch of the other text, stepped by a quarter of it."""
    step = max(1, width // 4)
    best = 0.0
    for start in range(0, max(1, len(side.other_types) - width + step), step):
        best = max(best, float(weight[np.unique(side.other_types[start : start + width])].sum()))
    return best
