"""Which words of an article stand in passages, of which kind: counted for thousands of pairs at once.

Every word has one kind: verbatim before edited before paraphrased before original, so the four shares sum to 1.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from helpers.prose import JoinedWords, ProseWords

KINDS = ("original", "paraphrased", "edited", "verbatim")
"""Kinds of a word, weakest first: a word in two passages has the stronger kind."""
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_NO_FORMULAE: Mapping[str, np.ndarray] = {}
_ARTICLES = 500
"""Articles whose passages are placed at once."""
_ROWS = 1 << 19
"""Passages that are counted at once."""


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
    span = int(stop.max()) + 1
    low, high = first + groups * span, stop + groups * span
    if (low[1:] < low[:-1]).any():
        order = np.argsort(low)
        groups, low, high = groups[order], low[order], high[order]
    reached = np.maximum.accumulate(np.concatenate([[-1], high[:-1]]))
    new = np.clip(high - np.maximum(low, reached), 0, None)
    return np.bincount(groups, weights=new, minlength=n_groups)


def looked_up(names: pd.Series, numbers: Mapping[str, int]) -> np.ndarray:
    """The number of each name, each different name being looked up once; -1 where it has none."""
    codes, different = pd.factorize(names)
    return np.array([numbers.get(name, -1) for name in different.tolist()], dtype=np.int64)[codes]


def numbered_pairs(passages: pd.DataFrame, source: str = "source_id") -> tuple[pd.DataFrame, np.ndarray]:
    """The articles and sources that have passages, sorted, and the number of each passage's pair."""
    own, other = (pd.Categorical(passages[name]) for name in ("article_id", source))
    n = max(1, len(other.categories))
    pairs, groups = np.unique(own.codes.astype(np.int64) * n + other.codes, return_inverse=True)
    sides = {"article_id": (pairs // n, own), source: (pairs % n, other)}
    columns = {name: _taken(at, side, passages[name].dtype) for name, (at, side) in sides.items()}
    return pd.DataFrame(columns), groups


def _taken(numbers: np.ndarray, side: pd.Categorical, dtype: Any) -> Any:
    """The categories of these numbers, as `dtype` has them."""
    if isinstance(dtype, pd.CategoricalDtype):
        return pd.Categorical.from_codes(numbers, dtype=dtype)
    return pd.array(side.categories, dtype="str").take(numbers)


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
    places = {name: np.zeros(len(passages), dtype=np.int32) for name in columns}
    number, names = pd.factorize(passages["article_id"])
    in_order = (number[1:] >= number[:-1]).all()
    order = None if in_order else np.argsort(number, kind="stable")
    begins = range(0, len(names), _ARTICLES)
    edges = np.searchsorted(number, [*begins, len(names)], sorter=order).tolist()
    spans = [passages[name].to_numpy() for name in ("start", "end")]
    for begin, (low, high) in zip(begins, pairwise(edges), strict=True):
        rows = slice(low, high) if order is None else order[low:high]
        articles = names[begin : begin + _ARTICLES]
        own = JoinedWords.among(corpus, articles)
        none = (np.zeros(length, dtype=bool) for length in own.lengths)
        formulae = np.concatenate([formulaic.get(*known) for known in zip(articles, none, strict=True)])
        found = _places(own, ~formulae, number[rows] - begin, *(edge[rows].astype(np.int64) for edge in spans))
        for column, numbers in zip(places.values(), found, strict=True):
            column[rows] = numbers
    return pd.DataFrame(places, index=passages.index, copy=False)


def _places(
    own: JoinedWords, plain: np.ndarray, article: np.ndarray, start: np.ndarray, end: np.ndarray
) -> list[np.ndarray]:
    """The columns of `word_places` of a few articles."""
    before = (np.cumsum(own.lengths) - own.lengths)[article]
    edges = own.inside(article, start, end)
    counted = [np.append(0, np.cumsum(flags)) for flags in (np.ones(len(plain), dtype=bool), own.quoted, plain)]
    return [count[edge] - count[before] for count in counted for edge in edges]


def row_ranges(passages: pd.DataFrame) -> list[slice]:
    """Successive ranges of some `_ROWS` rows, all of an article in one; of a table that is not in order, all its rows.

    >>> shares = pd.DataFrame({"article_id": list("aabbc")})
    >>> row_ranges(shares), row_ranges(shares[::-1])
    ([slice(0, 5, None)], [slice(0, 5, None)])
    """
    number = pd.Categorical(passages["article_id"]).codes
    if (number[1:] < number[:-1]).any() or not len(number):
        return [slice(0, len(number))]
    begins = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    near = np.searchsorted(begins, np.arange(0, len(number), _ROWS), side="right") - 1
    return [slice(*edges) for edges in pairwise([*np.unique(begins[near]).tolist(), len(number)])]


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
    first = places["first"].to_numpy()
    order = np.argsort(groups * (first.max(initial=0) + 1) + first)
    rank, groups, places = looked_up(passages["kind"], _RANK)[order], groups[order], places.iloc[order]

    def covered(least: int, counting: str = "") -> np.ndarray:
        first, stop = (places[f"{counting}{edge}"].to_numpy()[rank >= least] for edge in ("first", "stop"))
        return union_lengths(groups[rank >= least], first, stop, n_groups).astype(np.int64)

    reused, strong, verbatim = map(covered, (1, 2, 3))
    return pd.DataFrame(
        {
            "verbatim": verbatim,
            "edited": strong - verbatim,
            "paraphrased": reused - strong,
            "reused": reused,
            "plain": covered(0, "plain_"),
        }
    )
