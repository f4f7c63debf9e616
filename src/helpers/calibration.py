"""What a copied share is worth: its interval, the floor of articles on the same topic, the label.

Every number here was measured on texts whose copying is known, never set by feel. `benchmarks/calibrate.py` measures
them anew and writes `calibration.json`; notebook 06 shows how well they hold.
"""

import json
import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Share = TypeVar("Share", float, NDArray[np.float64])
Count = int | NDArray[np.int64]
KINDS = ("verbatim", "edited", "paraphrased", "original")
WHOLLY, PARTIALLY, NON_DERIVED = "wholly derived", "partially derived", "non-derived"
EVEN_ODDS = 0.5
LANGUAGE = "en"
MEASURED_WITH = ("min_cosine", "min_verbatim_words", "min_chars", "idf")
"""Parameters of notebooks that change what passages are found."""


@lru_cache
def constants() -> dict[str, Any]:
    """The measured constants, as stored."""
    stored: dict[str, Any] = json.loads((files("helpers") / "calibration.json").read_text(encoding="utf-8"))
    return stored


def uncalibrated(parameters: Mapping[str, Any], languages: Iterable[str] = ()) -> str:
    """A warning where a run is not what interval, floor and label were measured with; else empty.

    Args:
        parameters: those given to the run.
        languages: ISO 639-1 codes of its articles.

    >>> uncalibrated({"examples": "5"}, ["en"])
    ''
    """
    told = [f"{name} = {value}" for name, value in parameters.items() if name in MEASURED_WITH]
    others = sorted(set(languages) - {LANGUAGE})
    told += [f"articles in other languages ({', '.join(others)})"] if others else []
    if not told:
        return ""
    measured = "Interval, floor and label were measured on English articles with default parameters"
    return f"{measured}; this run has {', '.join(told)}."


def interval(shares: Mapping[str, Share]) -> tuple[Share, Share]:
    """The 95 % interval of a copied share (or of many at once): how far the method errs on an article like this.

    Of the words of each kind, a certain part may be counted wrongly: few of the verbatim ones, many of the paraphrased.
    The parts are quantile regressions of the error on spliced documents (Koenker and Bassett 1978), widened until they
    cover 95 % of other documents (split conformal; Romano, Patterson and Candès 2019).

    Args:
        shares: share of the words of each of `KINDS`; they sum to 1.

    >>> float(interval({"verbatim": 0.0, "edited": 0.0, "paraphrased": 0.0, "original": 1.0})[0])
    0.0
    """
    copied = 1.0 - shares["original"]
    low, high = (
        copied + sum(constants()["interval"][side][kind] * shares[kind] for kind in KINDS) for side in ("low", "high")
    )
    return np.clip(low, 0.0, copied), np.clip(high, copied, 1.0)


def floor(n_words: Count, cosine: Share) -> Share:
    """The share that 99 of 100 pairs of articles on one topic, neither copied from the other, stay at or below.

    Args:
        n_words: prose words of the article, or of many.
        cosine: `cosine_words` of the article and its source, or of many.
    """
    table = constants()["floor"]
    row = np.searchsorted(table["words"], n_words, side="right")
    column = np.searchsorted(table["cosine"], cosine, side="right")
    found: Share = np.array(table["share"], dtype=np.float64)[row, column]
    return found


def derived_score(uni: float, tri: float) -> float:
    """Probability that newsroom readers would call an article derived, from its containment in the source.

    A logistic regression on the METER corpus (Clough et al. 2002, ACL), both classes given equal weight.

    Args:
        uni: share of the article's different words that the source has.
        tri: the same of its runs of three words.
    """
    weights = constants()["derived"]
    return 1.0 / (1.0 + math.exp(-(weights["intercept"] + weights["uni"] * uni + weights["tri"] * tri)))


def label(copied_share: float, prose_share: float, top_floor: float, score: float) -> str:
    """METER's label: derived if the shared prose is above the floor, or if vocabulary confirms a smaller share.

    Args:
        copied_share: over all sources.
        prose_share: share found in the one source that most is shared with, direct speech left out: two reports that
            quote one speaker are not derived from each other.
        top_floor: the floor of that pair.
        score: see `derived_score`.
    """
    if prose_share <= 0 or (prose_share <= top_floor and score < EVEN_ODDS):
        return NON_DERIVED
    return WHOLLY if round(copied_share, 2) >= constants()["wholly"] else PARTIALLY
