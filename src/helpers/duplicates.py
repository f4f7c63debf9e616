"""Articles published more than once: which have the same words, or nearly the same, as an earlier one.

Near means that of the different runs of five words (shingles; Broder 1997) of each article, nearly all stand in the
other too. Articles that may be near are found by min-hashing in bands (Broder 1997; Leskovec et al. 2014, ch. 3),
then compared shingle by shingle: no chance remains in what is reported, and one miss in 10^6 in what is looked at.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.lexicon import stable_number

SHINGLE = 5
NEAR = 0.95
"""Share of each article's shingles that the other must have: one changed word in a hundred, or one added sentence."""
BANDS, _ROWS = 12, 3
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

    Args:
        articles: fingerprint by article, in the order of the corpus.
        near: least share of the shingles of each that the other must have.
    """
    names, prints = [*articles], [*articles.values()]
    bands = np.array([own.bands or (0,) * BANDS for own in prints], dtype=np.uint64).reshape(-1, BANDS)
    copies = earlier_places([own.digest for own in prints], bands, lambda place: prints[place].shingles, near)
    return {names[place]: names[first] for place, first in copies.items()}


def earlier_places(
    digests: Sequence[bytes], bands: NDArray[np.uint64], shingles_of: Callable[[int], Shingles], near: float = NEAR
) -> dict[int, int]:
    """The same for articles by their places in the corpus, of which few are asked for their shingles.

    An article is compared with those that repeat none themselves; the one that shares the most shingles wins, the
    earlier of two that share as many. Articles without words repeat nothing.

    Args:
        digests: see `Fingerprint`.
        bands: keys of the bands of each article: (articles, `BANDS`); of those without words 0.
        shingles_of: the shingles of the article at a place.
        near: see `earlier_copies`.
    """
    worded = np.flatnonzero(bands.any(axis=1))
    _, at, which = np.unique(np.array(digests, dtype="S16")[worded], return_index=True, return_inverse=True)
    firsts = worded[at[which]]
    alone = worded[firsts == worded]
    repeated = _repeated(bands[alone])
    kept: dict[int, Shingles] = {}
    buckets: dict[tuple[int, int], list[int]] = {}
    copies: dict[int, int] = {}
    for row in np.flatnonzero(repeated.any(axis=1)).tolist():
        place = int(alone[row])
        keys = [(band, int(bands[place, band])) for band in np.flatnonzero(repeated[row]).tolist()]
        own, met = shingles_of(place), {other for key in keys for other in buckets.get(key, ())}
        first = _nearest(own, sorted(met), kept, near)
        if first is not None:
            copies[place] = first
            continue
        for key in keys:
            buckets.setdefault(key, []).append(place)
        kept[place] = own
    again = firsts != worded
    same = zip(worded[again].tolist(), firsts[again].tolist(), strict=True)
    return copies | {place: copies.get(first, first) for place, first in same}


def _repeated(bands: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which bands of articles others have too."""
    found = np.zeros(bands.shape, dtype=bool)
    for number, keys in enumerate(bands.T):
        _, which, often = np.unique(keys, return_inverse=True, return_counts=True)
        found[:, number] = often[which] > 1
    return found


def _nearest(own: Shingles, places: Iterable[int], kept: Mapping[int, Shingles], near: float) -> int | None:
    """Of the articles at these places, the first that shares the most, if it is near enough."""
    best, nearest = 0.0, None
    for place in places:
        theirs = kept[place]
        longer = max(len(own), len(theirs))
        if min(len(own), len(theirs)) < near * longer:
            continue
        share = shared(own, theirs) / longer
        if share >= near and share > best:
            best, nearest = share, place
    return nearest


def _bands(own: Shingles) -> tuple[int, ...]:
    """Keys under which near articles meet: the least of the shingles under hash functions, three at a time."""
    factors, offsets = _hash_functions()
    narrow = (own >> np.uint64(32)).astype(np.uint32)
    least = (narrow * factors[:, None] + offsets[:, None]).min(axis=1).astype(np.uint64).reshape(BANDS, _ROWS)
    mixed = np.zeros(BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        mixed = mixed * _FACTOR + least[:, row]
    return tuple(mixed.tolist())


@lru_cache(maxsize=1)
def _hash_functions() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    rng = np.random.default_rng(2022)
    factors, offsets = rng.integers(0, 2**32, (2, BANDS * _ROWS), dtype=np.uint32, endpoint=False)
    return factors | np.uint32(1), offsets


class _Numbers(dict[str, int]):
    """The numbers of words that were met; half as slow as a cache of calls."""

    def __missing__(self, key: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        number = self[key] = stable_number(key)
        return number


_numbers = _Numbers()
