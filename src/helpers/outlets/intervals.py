"""The interval of a share over all articles of an outlet: how far it would move with other articles of that outlet."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betaincinv, stdtrit

CONFIDENCE = 0.95
NORMAL = stdtrit(np.inf, (1 + CONFIDENCE) / 2)
FEW = 10
"""Fewer articles do not tell how much the articles of an outlet vary."""


class Interval(NamedTuple):
    """Shares and both ends of their intervals; ends are nan where nothing tells them."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray


def word_sums(words: pd.Series, outlet: pd.Series) -> pd.DataFrame:
    """What intervals need of each outlet, by outlet: articles with words, their words, the squares of these.

    Args:
        words: words of each article.
        outlet: its outlet.
    """
    parts = pd.DataFrame({"articles": (words > 0).astype("int64"), "words": words, "squares": words.astype(float) ** 2})
    return parts.groupby(outlet.to_numpy()).sum()


def part_sums(part: pd.Series, words: pd.Series, key: pd.DataFrame) -> pd.DataFrame:
    """The same of some words of each article, by the columns of `key`; articles that have none may be left out.

    Args:
        part: how many of an article's words.
        words: all its words.
        key: what to sum by, a row per article.
    """
    part, words = part.astype(float), words.astype(float)
    sums = pd.DataFrame({"part": part, "part_squares": part**2, "products": part * words})
    return sums.groupby([key[name].to_numpy() for name in key]).sum()


def share_interval(parts: pd.DataFrame, whole: pd.DataFrame) -> Interval:
    """Word-weighted shares with 95 % intervals, articles being drawn, never single words.

    The variance of a ratio of sums over articles (Cochran 1977, *Sampling Techniques*, 6.4) tells how many words drawn
    one by one would be as sure; Clopper and Pearson's exact interval is taken for so many, made fewer by Student's t
    (Korn and Graubard 1998, *Survey Methodology* 24: 193-201). It holds where most articles share nothing and at
    shares of 0 and 1, where resampling says that nothing could be otherwise. Fewer than `FEW` articles do not tell how
    much they vary: each counts as one word drawn, the most that it can vary.

    Drawing is all it speaks of: not how far the method errs on an article (`copying.ci_low`).

    Args:
        parts: see `part_sums`.
        whole: see `word_sums`; of the same rows.

    Returns:
        share 0 of no words; the ends are nan where fewer than two articles have words.

    >>> parts = pd.DataFrame({"part": [30.0], "part_squares": [900.0], "products": [3000.0]})
    >>> whole = pd.DataFrame({"articles": [3], "words": [300], "squares": [30000.0]})
    >>> [round(float(end[0]), 3) for end in share_interval(parts, whole)]
    [0.1, 0.0, 0.782]
    """
    part, part_squares, products = (parts[name].to_numpy(dtype=float) for name in parts)
    articles, words, squares = (whole[name].to_numpy(dtype=float) for name in whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(words > 0, part / words, 0.0)
        spread = np.clip(part_squares - 2 * share * products + share**2 * squares, 0.0, None)
        variance = articles / (articles - 1) * spread / words**2
        size = np.where((part > 0) & (part < words), share * (1 - share) / variance, words**2 / squares)
        size = np.fmin(size, words) * (NORMAL / stdtrit(articles - 1, (1 + CONFIDENCE) / 2)) ** 2
        size = np.where(articles < FEW, words**2 / squares, size)
        hits = share * size
        low = np.where(part > 0, betaincinv(hits, size - hits + 1, (1 - CONFIDENCE) / 2), 0.0)
        high = np.where(part < words, betaincinv(hits + 1, size - hits, (1 + CONFIDENCE) / 2), 1.0)
    known = (articles > 1) & (words > 0)
    ends = (np.where(known, end, np.nan) for end in (np.minimum(low, share), np.maximum(high, share)))
    return Interval(share, *ends)
