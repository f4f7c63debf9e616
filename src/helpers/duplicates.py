"""Articles published more than once: which have the same words, or nearly the same, as an earlier one.

Near means that of the different runs of five words (shingles; Broder 1997) of each article, nearly all stand in the
other too. Articles that may be near are found by min-hashing in bands (Broder 1997; Leskovec et al. 2014, ch. 3),
then compared shingle by shingle: no chance remains in what is reported, and one miss in 10^6 in what is looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.lexicon import stable_number

SHINGLE = 5
NEAR = 0.95
"""Share of each article's shingles that the other must have: one changed word in a hundred, or one added sentence."""
_BANDS, _ROWS = 12, 3
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Shingles = NDArray[np.uint64]


def shingles(keys: Sequence[str], n: int = SHINGLE) -> Shingles:
    """Numbers of the different runs of `n` words, ascending; of fewer than `n` words, one for all of them.

    >>> len(shingles("a b c d e f".split())), len(shingles(["a"])), len(shingles([]))
    (2, 1, 0)
    """
    numbers = np.fromiter(map(_number, keys), dtype=np.uint64, count=len(keys))
    n = min(n, len(numbers))
    if not n:
        return numbers
    runs = np.zeros(len(numbers) - n + 1, dtype=np.uint64)
    for i in range(n):
        runs = runs * _FACTOR + numbers[i : len(numbers) - n + 1 + i]
    return np.unique(runs ^ (runs >> np.uint64(31)))


def shared(a: Shingles, b: Shingles) -> int:
    """Number of shingles that two articles have in common."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    if not len(small):
        return 0
    places = np.searchsorted(large, small)
    return int((large[np.minimum(places, len(large) - 1)] == small).sum())


def earlier_copies(articles: Mapping[str, Sequence[str]], near: float = NEAR) -> dict[str, str]:
    """For each article that repeats an earlier one: the first that has its words, or nearly its words.

    An article is compared with those that repeat none themselves; the one that shares the most shingles wins, the
    earlier of two that share as many. Articles without words repeat nothing.

    Args:
        articles: the words of each article as they are compared, in the order of the corpus.
        near: least share of the shingles of each that the other must have.
    """
    firsts: dict[str, str] = {}
    kept: list[tuple[str, Shingles]] = []
    buckets: dict[tuple[int, int], list[int]] = {}
    copies: dict[str, str] = {}
    for article, keys in articles.items():
        if not keys:
            continue
        first = firsts.setdefault(" ".join(keys), article)
        own = shingles(keys)
        bands = list(_bands(own)) if first == article else []
        if first == article:
            met = {place for band in bands for place in buckets.get(band, ())}
            first = _nearest(own, sorted(met), kept, near) or article
        if first != article:
            copies[article] = copies.get(first, first)
            continue
        for band in bands:
            buckets.setdefault(band, []).append(len(kept))
        kept.append((article, own))
    return copies


def _nearest(own: Shingles, places: Iterable[int], kept: Sequence[tuple[str, Shingles]], near: float) -> str | None:
    """Of the articles at these places, the first that shares the most, if it is near enough."""
    best, nearest = 0.0, None
    for name, theirs in (kept[place] for place in places):
        longer = max(len(own), len(theirs))
        if min(len(own), len(theirs)) < near * longer:
            continue
        share = shared(own, theirs) / longer
        if share >= near and share > best:
            best, nearest = share, name
    return nearest


def _bands(own: Shingles) -> Iterator[tuple[int, int]]:
    """Keys under which near articles meet: the least of the shingles under hash functions, three at a time."""
    factors, offsets = _hash_functions()
    least = (own[None, :] * factors[:, None] + offsets[:, None]).min(axis=1).reshape(_BANDS, _ROWS)
    mixed = np.zeros(_BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        mixed = mixed * _FACTOR + least[:, row]
    return enumerate(mixed.tolist())


@lru_cache(maxsize=1)
def _hash_functions() -> tuple[Shingles, Shingles]:
    rng = np.random.default_rng(2022)
    factors, offsets = rng.integers(0, 2**64, (2, _BANDS * _ROWS), dtype=np.uint64, endpoint=False)
    return factors | np.uint64(1), offsets


@lru_cache(maxsize=1 << 18)
def _number(key: str) -> int:
    return stable_number(key)
