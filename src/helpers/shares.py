"""Which words of an article stand in passages, of which kind: counted for thousands of pairs at once.

Every word has one kind: verbatim before edited before paraphrased before original, so the four shares sum to 1.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.prose import ProseWords

KINDS = ("original", "paraphrased", "edited", "verbatim")
"""Kinds of a word, weakest first: a word in two passages has the stronger kind."""
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_NO_FORMULAE: Mapping[str, np.ndarray] = {}


def word_kinds(own: ProseWords, passages: pd.DataFrame) -> np.ndarray:
    """The kind of every prose word, as ranks into `KINDS`, from the article's rows of `passages`."""
    kinds = np.zeros(len(own), dtype=np.int8)
    for row in passages.itertuples():
        inside = own.inside(row.start, row.end)
        kinds[inside] = np.maximum(kinds[inside], _RANK[row.kind])
    return kinds


def kind_shares(kinds: np.ndarray) -> dict[str, float]:
    """The share of each kind; of no words at all, everything is original.

    >>> shares = kind_shares(np.array([3, 3, 2, 0], dtype=np.int8))
    >>> shares["verbatim"], shares["original"], sum(shares.values())
    (0.5, 0.25, 1.0)
    """
    if not len(kinds):
        return {kind: float(kind == "original") for kind in KINDS}
    counts = np.bincount(kinds, minlength=len(KINDS))
    return {kind: float(counts[rank] / len(kinds)) for kind, rank in _RANK.items()}


def union_lengths(groups: np.ndarray, first: np.ndarray, stop: np.ndarray, n_groups: int) -> np.ndarray:
    """Number of words that the stretches [first, stop) of each group cover together, groups 0 to n_groups - 1.

    >>> union_lengths(np.array([0, 0, 2]), np.array([0, 3, 5]), np.array([4, 6, 7]), 3).tolist()
    [6.0, 0.0, 2.0]
    """
    if not len(groups):
        return np.zeros(n_groups)
    order = np.lexsort((first, groups))
    groups, span = groups[order], int(stop.max()) + 1
    low, high = first[order] + groups * span, stop[order] + groups * span
    reached = np.maximum.accumulate(np.concatenate([[-1], high[:-1]]))
    new = np.clip(high - np.maximum(low, reached), 0, None)
    return np.bincount(groups, weights=new, minlength=n_groups)


def word_places(
    corpus: Mapping[str, ProseWords], passages: pd.DataFrame, formulaic: Mapping[str, np.ndarray] = _NO_FORMULAE
) -> pd.DataFrame:
    """The words of each passage as stretches of three countings, on the index of `passages`.

    Args:
        corpus: prose words by article.
        passages: columns article_id, start, end.
        formulaic: which words of an article are formulae; of articles that are not in it, none.

    Returns:
        first and stop number the words of the article, quoted_first and quoted_stop those in quotation marks, and
        plain_first and plain_stop those that are no formulae: a stretch holds the words [first, stop).
    """
    columns = ["first", "stop", "quoted_first", "quoted_stop", "plain_first", "plain_stop"]
    places = np.zeros((len(passages), len(columns)), dtype=np.int64)
    starts, ends = passages["start"].to_numpy(), passages["end"].to_numpy()
    for article, rows in passages.groupby("article_id").indices.items():
        own = corpus[article]
        first = np.searchsorted(own.start, starts[rows])
        stop = np.maximum(first, np.searchsorted(own.end, ends[rows], side="right"))
        quoted = np.append(0, np.cumsum(own.quoted))
        plain = np.append(0, np.cumsum(~formulaic[article])) if article in formulaic else np.arange(len(own) + 1)
        edges = [first, stop, quoted[first], quoted[stop], plain[first], plain[stop]]
        places[rows] = np.stack(edges, axis=1)
    return pd.DataFrame(places, index=passages.index, columns=columns)


def count_kinds(passages: pd.DataFrame, places: pd.DataFrame, groups: np.ndarray, n_groups: int) -> pd.DataFrame:
    """How many words of each kind the passages of a group cover together.

    Args:
        passages: column kind.
        places: see `word_places`.
        groups: the group of each passage, 0 to n_groups - 1; all of a group are passages of one article.
        n_groups: number of groups.

    Returns:
        verbatim, edited, paraphrased; reused (their sum) and plain (of these no formulae): words of each group.
    """
    rank = passages["kind"].map(_RANK).to_numpy(dtype=np.int64)

    def covered(chosen: np.ndarray, counting: str) -> np.ndarray:
        first, stop = (places[f"{counting}{edge}"].to_numpy()[chosen] for edge in ("first", "stop"))
        return union_lengths(groups[chosen], first, stop, n_groups).astype(np.int64)

    reused, strong, verbatim = (covered(rank >= least, "") for least in (1, 2, 3))
    everything = np.ones(len(rank), dtype=bool)
    return pd.DataFrame(
        {
            "verbatim": verbatim,
            "edited": strong - verbatim,
            "paraphrased": reused - strong,
            "reused": reused,
            "plain": covered(everything, "plain_"),
        }
    )
