"""The heart of the aligner: from a rough box to the words where a passage starts and ends, and its evidence.

Each word of one text is asked whether a copy of the other's passage explains it better than chance does. The
score of a word is a log-likelihood ratio in nats; a passage is the stretch that gathers most of them, its edges
drawn to sentence ends and line ends by a prior.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.pairing import PSEUDO_WORDS, Box, Side

# Constants of the design, tuned on PAN 2013 training pairs (flat around the values given).
MAX_ROUNDS = 3
REACH_WORDS = 200  # an edge may move this far outside its box in one step
MIN_CHANCE, MAX_CHANCE = 0.001, 0.97
MIN_FIDELITY, MAX_FIDELITY = 0.7, 0.98  # share of a passage's informative words that are in the other
MIN_COHESION, MAX_COHESION = 0.05, 0.97  # share of matched words that stand beside the same neighbour
CHANCE_COHESION = 0.3
MAX_GAIN = 6.0  # nats for one matched word
SCALE = 0.6  # words of a passage are not independent
X_DROP = 30.0  # nats below the best at which the search for an edge stops
# Scores of words are multiples of this many nats: sums are exact, so that no edge depends on the order of adding, on
# the machine's exp and log, or on which of two implementations added.
SCORE_STEP = 2.0**-20


class Fit(NamedTuple):
    """A passage of one text given its counterpart.

    Attributes:
        start: First word.
        stop: Word after the last.
        score: Evidence, in nats.
        fidelity: Share of informative words that occur in the counterpart.
        cohesion: Share of those that have the same neighbour there.
    """

    start: int
    stop: int
    score: float
    fidelity: float
    cohesion: float


class Refined(NamedTuple):
    """A refined passage of both texts: `longer` fits the longer text, `shorter` the shorter."""

    longer: Fit
    shorter: Fit

    @property
    def box(self) -> Box:
        """Words of the longer text, words of the shorter."""
        return Box(self.longer.start, self.longer.stop, self.shorter.start, self.shorter.stop)

    @property
    def score(self) -> float:
        """Evidence of both sides, in nats."""
        return self.longer.score + self.shorter.score


def refine(longer: Side, shorter: Side, box: Box) -> Refined:
    """Move the edges of both sides in turn until they rest.

    Args:
        longer: The longer text of the pair, whose edges are chosen first.
        shorter: The shorter.
        box: Words of the longer text, words of the shorter.
    """
    long_fit = fit_side(longer, box)
    short_fit = fit_side(shorter, _box(long_fit, box).mirrored())
    for _ in range(MAX_ROUNDS - 1):
        moved = Refined(long_fit, short_fit).box
        if moved == box:
            break
        box = moved
        long_fit = fit_side(longer, box)
        short_fit = fit_side(shorter, _box(long_fit, box).mirrored())
    return Refined(long_fit, short_fit)


def _box(fit: Fit, box: Box) -> Box:
    """The box with its first side as fitted."""
    return Box(fit.start, fit.stop, box.other_start, box.other_stop)


def fit_side(side: Side, box: Box) -> Fit:
    """Choose the edges on one side, given the other's passage."""
    document = side.document
    low = max(0, box.start - REACH_WORDS)
    high = min(document.n_words, box.stop + REACH_WORDS)
    chance, matched = _chance_and_matches(side, box, low, high)
    supported = _supported(side, box, low, high)
    inside = slice(box.start - low, box.stop - low)
    weight, found = 1 - chance[inside], matched[inside]
    fidelity = min(max(_share(weight, found), MIN_FIDELITY), MAX_FIDELITY)
    cohesion = min(max(_share(weight * found, supported[inside]), MIN_COHESION), MAX_COHESION)
    values = word_scores(chance, matched, supported, fidelity, cohesion)
    start, stop, score = best_stretch(values, document.priors[low : high + 1], inside)
    return Fit(low + start, low + stop, score, fidelity, cohesion)


def _chance_and_matches(side: Side, box: Box, low: int, high: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Chance that each word of [low, high) occurs in the counterpart, and whether it does."""
    document = side.document
    n_types = len(document.types)
    types, count, other_count, pseudo_count, least_rate = (values[low:high] for values in side.background)
    in_counterpart = np.bincount(side.other_types[box.other_start : box.other_stop], minlength=n_types + 1)[types]
    in_box = np.bincount(types[box.start - low : box.stop - low], minlength=n_types)[types]
    length = box.other_stop - box.other_start
    rest = len(side.other_types) - length + PSEUDO_WORDS
    own_rest = document.n_words - (box.stop - box.start) + PSEUDO_WORDS
    rate = np.maximum((other_count - in_counterpart + pseudo_count) / rest, least_rate)
    rate = np.maximum(rate, (count - in_box) / own_rest)
    chance = np.maximum(1 - np.exp(rate * -length), MIN_CHANCE)
    return np.minimum(chance, MAX_CHANCE), in_counterpart > 0


def _supported(side: Side, box: Box, low: int, high: int) -> NDArray[np.bool_]:
    """Which words of [low, high) have a neighbour that is their neighbour in the counterpart too."""
    document = side.document
    known = np.zeros(len(document.pairs) + 1, dtype=bool)
    known[side.other_pairs[box.other_start : box.other_stop - 1]] = True
    adjacent = known[document.word_pairs[low : high - 1]]
    supported = np.zeros(high - low, dtype=bool)
    supported[:-1] = adjacent
    supported[1:] |= adjacent
    return supported


def _share(weights: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    total = float(weights.sum())
    return float(weights[chosen].sum()) / total if total > 0 else 0.0


def word_scores(
    chance: NDArray[np.float64],
    matched: NDArray[np.bool_],
    supported: NDArray[np.bool_],
    fidelity: float,
    cohesion: float,
) -> NDArray[np.float64]:
    """Log-likelihood ratio of each word, copy against chance, in nats; supported words are matched."""
    unlikely = 1 - chance
    if_copied = np.maximum(fidelity, chance + 0.5 * unlikely)
    ratio = np.where(matched, if_copied / chance, (1 - if_copied) / unlikely)
    alone, beside = np.log((1 - cohesion) / (1 - CHANCE_COHESION)), np.log(cohesion / CHANCE_COHESION)
    scores = np.minimum(np.log(ratio), MAX_GAIN)
    scores += np.where(supported, beside, np.where(matched, alone, 0.0))
    return np.rint(scores * (SCALE / SCORE_STEP)) * SCORE_STEP


def best_stretch(values: NDArray[np.float64], priors: NDArray[np.float64], inside: slice) -> tuple[int, int, float]:
    """The stretch around the centre of the box's positive evidence that gathers most, priors included.

    Returns:
        First word, word after the last, and the sum of its values (without priors).
    """
    total = running_total(values)
    positive = np.maximum(values[inside], 0).cumsum()
    centre = inside.start + int(positive.searchsorted(positive[-1] / 2))
    left = centre - _climb((priors - total)[centre::-1])
    right = centre + 1 + _climb((priors + total)[centre + 1 :])
    return left, right, float(total[right] - total[left])


def running_total(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the values before each place, and of all."""
    total = np.zeros(len(values) + 1)
    values.cumsum(out=total[1:])
    return total


def _climb(heights: NDArray[np.float64]) -> int:
    """Place of the greatest height before the first fall of more than X_DROP below the greatest so far."""
    fallen = heights < np.maximum.accumulate(heights) - X_DROP
    end = int(fallen.argmax()) or len(heights)  # the first height is never fallen
    return int(heights[:end].argmax())
