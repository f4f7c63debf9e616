"""Which of two versions of a text is the earlier one, as far as the texts alone can tell.

Cues of a news desk: updates grow, keep what was there, get a new opening, more hands in the credit line, corrected
words. Each cue is a number that changes sign when the two change places, so the odds do too. Measured on updates of one
agency. A copy in another paper is as often a cut, which these cues take for the earlier version: so they may be told as
a lean, and never decide (docs/decisions/0011).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import regex
from wordfreq import zipf_frequency

from helpers.prose import ProseWords
from helpers.spoken import counterparts, word_keys

WEIGHTS: Mapping[str, float] = {
    "kept": 3.117,
    "opening": 1.181,
    "inside": 0.518,
    "desk": 0.469,
    "repaired": 1.272,
}
"""Log-odds that the first is the earlier, per unit of each cue: `benchmarks/lineage.py` fits them."""
DECIDED = 0.7
"""Least probability at which a lean is told: right in 93 of 100 on updates it was not fitted on."""
SUREST = 0.97
"""No probability is told above this: of those above .9, so many were right."""
OWN = 0.2
"""A sentence of whose words less than this part is shared is the version's own."""
_LEAST_COMMON = 4  # words that make two sentences one another's
_NAME = regex.compile(r"\p{Lu}[\p{L}.'’-]+ (?:\p{Lu}[\p{L}.'’-]+ )?\p{Lu}[\p{L}'’-]+")
_KNOWN_FREQUENCY = 1.5  # zipf: three in a hundred million words


class Cues(NamedTuple):
    """Cues on an ordered pair; above 0 they speak for the first as the earlier version.

    Attributes:
        kept: share of the first found in the second, less the share of the second found in the first.
        opening: own sentences of the second before its first shared one, less those of the first (signed square root).
        inside: the same between shared sentences.
        desk: people in the second's credit lines, less those in the first's (signed square root).
        repaired: misspelt words of the first that are right in the second, less the reverse (signed square root).
    """

    kept: float
    opening: float
    inside: float
    desk: float
    repaired: float


NAMES = Cues._fields


@dataclass(frozen=True, eq=False)
class Version:
    """A text with what the cues need: its prose words and their keys, its sentences, the passages shared."""

    text: str
    own: ProseWords
    keys: list[str]
    kinds: dict[int, str]
    spans: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, text: str, own: ProseWords, sentences: pd.DataFrame | Mapping[str, Sequence[Any]]) -> "Version":
        """From an article's text, prose words and rows of the table `sentences`, or their columns."""
        numbers = list(sentences["sentence"])
        spans = dict(zip(numbers, zip(sentences["start"], sentences["end"], strict=True), strict=True))
        return cls(text, own, word_keys(text, own), dict(zip(numbers, sentences["kind"], strict=True)), spans)

    @cached_property
    def blocks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each sentence with prose words, whether it is body text, its first word, its number of words."""
        numbers, first = np.unique(self.own.sentence, return_index=True)
        body = np.array([self.kinds[number] == "body" for number in numbers.tolist()], dtype=bool)
        return body, first, np.diff(np.append(first, len(self.own)))

    @cached_property
    def desk(self) -> int:
        """People named in the credit lines."""
        lines = [self.text[slice(*self.spans[s])] for s, kind in self.kinds.items() if kind == "credit"]
        return sum(len(_NAME.findall(line)) for line in lines)


@dataclass(frozen=True)
class Half:
    """What one version has of its own against the other.

    Attributes:
        shared: share of its words in a passage of the pair.
        opening: its own sentences before the first shared one.
        inside: those between shared ones.
        ending: those behind the last shared one.
        merged: sentences whose words stand in several sentences of the other.
        wrong: misspelt words, each with the right one that stands in its place in the other.
    """

    shared: float
    opening: int
    inside: int
    ending: int
    merged: int
    wrong: tuple[tuple[str, str], ...]


def halves(first: Version, second: Version, there: np.ndarray, back: np.ndarray) -> tuple[Half, Half]:
    """Each version against the other.

    Args:
        first: a version.
        second: another.
        there: passages of the first with the second as source (see `spoken.by_pair`).
        back: the mirror.
    """
    return _half(first, second, there), _half(second, first, back)


def cues(first: Version, second: Version, mine: Half, other: Half) -> Cues:
    """The cues on an ordered pair, from what each has of its own."""
    return Cues(
        kept=mine.shared - other.shared,
        opening=_root(other.opening - mine.opening),
        inside=_root(other.inside - mine.inside),
        desk=_root(second.desk - first.desk),
        repaired=_root(len(mine.wrong) - len(other.wrong)),
    )


def earlier(found: Cues) -> float:
    """Probability, by the text alone, that the first is the earlier version: a logistic regression without intercept.

    >>> earlier(Cues(0.0, 0.0, 0.0, 0.0, 0.0))
    0.5
    """
    odds = sum(WEIGHTS[k] * v for k, v in zip(NAMES, found, strict=True))
    return min(SUREST, max(1.0 - SUREST, 1.0 / (1.0 + math.exp(-odds))))


def _root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)


def _half(version: Version, other: Version, spans: np.ndarray) -> Half:
    """What a version has of its own against another."""
    own = version.own
    shared = np.zeros(len(own), dtype=bool)
    for first, stop in zip(*own.stretches(*spans[:, :2].T), strict=True):
        shared[first:stop] = True
    place = counterparts(own, version.keys, other.own, other.keys, spans)
    body, begins, lengths = version.blocks
    mine = (np.add.reduceat(shared, begins, dtype=np.int64) / lengths < OWN)[body].tolist()
    first = next((i for i, own_one in enumerate(mine) if not own_one), len(mine))
    last = len(mine) - next((i for i, own_one in enumerate(reversed(mine)) if not own_one), len(mine))
    return Half(
        shared=float(shared.mean()) if len(own) else 0.0,
        opening=first,
        inside=sum(mine[first:last]),
        ending=len(mine) - max(last, first),
        merged=int((_parts(np.repeat(np.arange(len(body)), lengths), other.own, place)[body] > 1).sum()),
        wrong=_wrong(version, other, place),
    )


def _parts(block: np.ndarray, other: ProseWords, place: np.ndarray) -> np.ndarray:
    """Over how many sentences of the other version the words of each sentence are spread, by their places there.

    Args:
        block: the sentence of each word, counted from 0 on.
        other: words of the other version.
        place: of each word, there (see `counterparts`).
    """
    met = place >= 0
    span = int(other.sentence.max(initial=0)) + 1
    both, counts = np.unique(block[met] * span + other.sentence[place[met]], return_counts=True)
    return np.bincount(both[counts >= _LEAST_COMMON] // span, minlength=int(block.max(initial=-1)) + 1)


def _wrong(version: Version, other: Version, place: np.ndarray) -> tuple[tuple[str, str], ...]:
    """Words no list knows, one letter from the known word that stands in their place in the other version."""
    alone = (place[1:-1] < 0) & (place[:-2] >= 0) & (place[2:] == place[:-2] + 2)
    found = []
    for i in (np.flatnonzero(alone) + 1).tolist():
        word, right = version.keys[i], other.keys[place[i - 1] + 1]
        if len(word) > 3 and _known(right) and not _known(word) and _one_letter(word, right):
            found.append((word, right))
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _known(word: str) -> bool:
    return zipf_frequency(word, "en") >= _KNOWN_FREQUENCY


def _one_letter(a: str, b: str) -> bool:
    """Whether one letter put in, left out or changed makes one word the other."""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[start + (len(a) >= len(b)) :] == b[start + (len(b) >= len(a)) :]
