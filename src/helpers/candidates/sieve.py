"""The sieve that decides which of the pairs that share something are aligned."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.joins import within
from helpers.candidates.keys import Places
from helpers.candidates.recurring import new_values

RUN_WEIGHT = 2.0
"""Of rare runs in the score."""
PAIRS = 1 << 15
"""Pairs of which the nearest are sought at once: of the next ones most are known then to be none."""


class Weak(NamedTuple):
    """Pairs that only a score speaks for, by article, then other."""

    articles: NDArray[Any]
    others: NDArray[Any]
    score: NDArray[np.float64]
    closeness: NDArray[np.float64]


def sieved(weak: Weak, room: int, n: int) -> NDArray[np.bool_]:
    """Which pairs are kept: at most so many, the `n` nearest of either article first."""
    near = nearest(*weak[:2], weak.closeness, n)
    return _highest(weak.score, near, room) | _highest(weak.score, ~near, room - int(near.sum()))


def scores(
    runs: NDArray[np.float64], pairs: NDArray[np.float64], lengths: Places, others: Places
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score and closeness of pairs of articles, from the rarity of the rare runs and word pairs they share.

    The score, by which all pairs are ordered, goes by the shorter article and trusts runs: of real articles it finds
    the pairs with most passages. Closeness, by which those of one article are, trusts word pairs, which a copy keeps
    whose words were moved, and goes by both lengths.

    >>> scores(np.array([1.0]), np.array([2.0]), np.array([100]), np.array([400]))
    (array([0.4]), array([0.0125]))
    """
    shorter = np.maximum(1, np.minimum(lengths, others))
    score = (RUN_WEIGHT * runs + pairs) / np.sqrt(shorter)
    return score, (0.5 * runs + pairs) / np.sqrt(np.maximum(1, lengths * others))


def nearest(articles: NDArray[Any], others: NDArray[Any], closeness: NDArray[np.float64], n: int) -> NDArray[np.bool_]:
    """Which pairs have fewer than `n` closer ones, among the pairs of either article.

    >>> nearest(np.array([0, 0, 0, 1]), np.array([1, 2, 3, 3]), np.array([3.0, 2.0, 1.0, 2.0]), 1).tolist()
    [True, True, False, True]
    """
    if not n or not len(articles):
        return np.zeros(len(articles), dtype=bool)
    greatest = np.full((int(max(articles.max(), others.max())) + 1, n), -np.inf)  # of each article, ascending
    for first in range(0, len(articles), PAIRS):
        part = slice(first, first + PAIRS)
        ends, values = np.concatenate([articles[part], others[part]]), np.tile(closeness[part], 2)
        among = np.flatnonzero(values > greatest[ends, 0])
        order = among[np.lexsort((-values[among], ends[among]))]
        begins = np.flatnonzero(new_values(ends[order]))
        sizes = np.diff(np.append(begins, len(order)))
        rank = within(sizes)
        upper = np.full((len(begins), n), -np.inf)
        group = np.repeat(np.arange(len(begins)), sizes)[rank < n]
        upper[group, rank[rank < n]] = values[order[rank < n]]
        own = ends[order[begins]]
        greatest[own] = np.sort(np.concatenate([greatest[own], upper], axis=1), axis=1)[:, n:]
    return (closeness >= greatest[articles, 0]) | (closeness >= greatest[others, 0])


def _highest(score: NDArray[np.float64], group: NDArray[np.bool_], room: int) -> NDArray[np.bool_]:
    """Which pairs of a group are its highest, at most so many; equal ones together or not at all."""
    values, room = score[group], max(0, room)
    if room >= len(values):
        return group
    at = len(values) - 1 - room
    values.partition(at)
    return group & (score > values[at])
