"""Articles published more than once: which have the same words, or nearly the same, as an earlier one.

Near means that of the different runs of five words (shingles; Broder 1997) of each article, nearly all stand in the
other too. Articles that may be near are found by min-hashing in bands (Broder 1997; Leskovec et al. 2014, ch. 3),
then compared shingle by shingle: no chance remains in what is reported, and one miss in 10^6 in what is looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.lexicon import stable_number

SHINGLE = 5
NEAR = 0.95
"""Share of each article's shingles that the other must have: one changed word in a hundred, or one added sentence."""
_BANDS, _ROWS = 12, 3
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MOST_WORDS = 1 << 18  # whose numbers are kept

Shingles = NDArray[np.uint64]


def shingles(keys: Sequence[str], n: int = SHINGLE) -> Shingles:
    """Numbers of the different runs of `n` words, ascending; of fewer than `n` words, one for all of them.

    >>> len(shingles("a b c d e f".split())), len(shingles(["a"])), len(shingles([]))
    (2, 1, 0)
    """
    numbers = np.fromiter(map(_numbers.__getitem__, keys), dtype=np.uint64, count=len(keys))
    n = min(n, len(numbers))
    if not n:
        return numbers
    runs = np.convolve(numbers, _FACTOR ** np.arange(n, dtype=np.uint64), "valid")
    runs = np.sort(runs ^ (runs >> np.uint64(31)))
    return runs[np.concatenate([[True], runs[1:] != runs[:-1]])]


def shared(a: Shingles, b: Shingles) -> int:
    """Number of shingles that two articles have in common."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    if not len(small):
        return 0
    places = np.searchsorted(large, small)
    return int((large[np.minimum(places, len(large) - 1)] == small).sum())


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What tells an article's copies: a digest of all its words in order, its shingles, and keys of their bands."""

    digest: bytes
    shingles: Shingles
    bands: tuple[int, ...]

    @classmethod
    def of(cls, keys: Sequence[str]) -> "Fingerprint":
        """The fingerprint of an article's words as they are compared."""
        own = shingles(keys)
        digest = blake2b(" ".join(keys).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return cls(digest, own, _bands(own) if len(own) else ())


def earlier_copies(articles: Mapping[str, Fingerprint], near: float = NEAR) -> dict[str, str]:
    """For each article that repeats an earlier one: the first that has its words, or nearly its words.

    An article is compared with those that repeat none themselves; the one that shares the most shingles wins, the
    earlier of two that share as many. Articles without words repeat nothing.

    Args:
        articles: fingerprint by article, in the order of the corpus.
        near: least share of the shingles of each that the other must have.
    """
    firsts: dict[bytes, str] = {}
    kept: list[tuple[str, Shingles]] = []
    buckets: dict[tuple[int, int], list[int]] = {}
    copies: dict[str, str] = {}
    recurring = _recurring([own.bands for own in articles.values() if own.bands])
    for article, own in articles.items():
        if not len(own.shingles):
            continue
        first = firsts.setdefault(own.digest, article)
        bands = [band for band in enumerate(own.bands) if band in recurring]
        if first == article:
            met = {place for band in bands for place in buckets.get(band, ())}
            first = _nearest(own.shingles, sorted(met), kept, near) or article
        if first != article:
            copies[article] = copies.get(first, first)
            continue
        for band in bands:
            buckets.setdefault(band, []).append(len(kept))
        kept.append((article, own.shingles))
    return copies


def _recurring(bands: Sequence[tuple[int, ...]]) -> set[tuple[int, int]]:
    """Number and key of the bands that more than one of these articles has."""
    found: set[tuple[int, int]] = set()
    for number, column in enumerate(np.array(bands, dtype=np.uint64).reshape(-1, _BANDS).T):
        keys, often = np.unique(column, return_counts=True)
        found.update((number, key) for key in keys[often > 1].tolist())
    return found


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


def _bands(own: Shingles) -> tuple[int, ...]:
    """Keys under which near articles meet: the least of the shingles under hash functions, three at a time."""
    factors, offsets = _hash_functions()
    narrow = (own >> np.uint64(32)).astype(np.uint32)
    least = (narrow * factors[:, None] + offsets[:, None]).min(axis=1).astype(np.uint64).reshape(_BANDS, _ROWS)
    mixed = np.zeros(_BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        mixed = mixed * _FACTOR + least[:, row]
    return tuple(mixed.tolist())


@lru_cache(maxsize=1)
def _hash_functions() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    rng = np.random.default_rng(2022)
    factors, offsets = rng.integers(0, 2**32, (2, _BANDS * _ROWS), dtype=np.uint32, endpoint=False)
    return factors | np.uint32(1), offsets


class _Numbers(dict[str, int]):
    """The numbers of words that were met; half as slow as a cache of calls."""

    def __missing__(self, key: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        number = self[key] = stable_number(key)
        return number


_numbers = _Numbers()
