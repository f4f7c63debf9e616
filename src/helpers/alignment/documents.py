"""A text made ready for alignment, once, whatever number of other texts it is compared with."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.boundaries import (
    SUMMARY_PRIORS,
    boundary_kinds,
    boundary_priors,
    is_wrapped,
    opening_words,
    unit_starts,
)
from helpers.alignment.lexicon import Word, lexicon
from helpers.alignment.verbatim import Ngrams, ngrams
from helpers.languages import knows
from helpers.segmentation import keys_at, word_spans

# Windows of 40 words, 20 apart: flat between 30 and 50 on PAN 2013.
WINDOW_WORDS = 40
WINDOW_STEP = 20

# Incidences are found in a table of this size at most, else by sorting.
TABLE_SIZE = 100_000

# Odd multiplier (2^64 / golden ratio) that makes one number of a pair of numbers.
PAIR_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Numbers = NDArray[np.uint64]
Indices = NDArray[np.int32]


class Prepared(Protocol):
    """A text made ready for alignment, whichever implementation reads it."""

    @property
    def text(self) -> str:
        """The text."""

    @property
    def n_words(self) -> int:
        """Number of words."""


class Incidence(NamedTuple):
    """Which row (window, unit) holds which numbers (types, pairs): one entry for each, rows ascending."""

    rows: Indices
    numbers: Indices


@dataclass(frozen=True, eq=False)
class Document:
    """A text and the arrays the aligner reads; made by `Document.from_text`, cheap to pickle.

    A *type* is a stem; a *pair* is two adjacent types. Types and pairs are numbered within the document; `types`
    and `pairs` hold their process-independent 64-bit numbers in ascending order, so that two documents are
    matched by merging.

    Attributes:
        text: The text all spans refer to.
        starts: First character of each word.
        ends: Character after each word.
        keys: Number of each word's key (for verbatim runs).
        types: Numbers of the distinct types, ascending.
        word_types: Type of each word, as index into `types`.
        type_counts: Words of each type.
        frequencies: Relative frequency of each type in the text's language (the greatest of its forms here).
        pairs: Numbers of the distinct pairs, ascending.
        word_pairs: Pair that starts at each word but the last, as index into `pairs`.
        kinds: Kind of the boundary before each word and after the last (see `boundaries`).
        opening: Whether a capital or digit follows each boundary.
        wrapped: Whether line ends wrap the lines rather than end them.
        priors: Prior of a passage starting or ending at each boundary, in nats.
        unit_starts: First word of each unit (most are sentences), and the number of words.
    """

    text: str
    starts: Indices
    ends: Indices
    keys: Numbers
    types: Numbers
    word_types: Indices
    type_counts: Indices
    frequencies: NDArray[np.float64]
    pairs: Numbers
    word_pairs: Indices
    kinds: NDArray[np.int8]
    opening: NDArray[np.bool_]
    wrapped: bool
    priors: NDArray[np.float64]
    unit_starts: NDArray[np.intp]
    _ngrams: dict[int, Ngrams] = field(default_factory=dict, repr=False)

    @classmethod
    def from_text(cls, text: str, language: str = "en") -> "Document":
        """Prepare a text; about 1 ms per 1,000 words.

        Args:
            text: Any text.
            language: ISO 639-1 code. Where the frequencies of its words are not known, they are those of this text,
                so that rewording counts for little.

        >>> Document.from_text("Izium fell. Izium has fallen.").n_words
        5
        """
        first, end = word_spans(text)
        words = keys_at(text, first, end)
        keys, stems, known = lexicon(language).entries(_words(text, first, end, words, language))
        types, word_types = np.unique(stems, return_inverse=True)
        pairs, word_pairs = np.unique(pair_numbers(stems), return_inverse=True)
        type_counts = np.bincount(word_types, minlength=len(types))
        frequencies = np.zeros(len(types))
        np.maximum.at(frequencies, word_types, known)
        if not knows(language):
            frequencies = type_counts / max(1, len(keys))
        kinds, opening = boundary_kinds(text, first, end), opening_words(text, first)
        wrapped = is_wrapped(text, first, kinds)
        return cls(
            text=text,
            starts=first,
            ends=end,
            keys=keys,
            types=types,
            word_types=word_types.astype(np.int32),
            type_counts=type_counts.astype(np.int32),
            frequencies=frequencies,
            pairs=pairs,
            word_pairs=word_pairs.astype(np.int32),
            kinds=kinds,
            opening=opening,
            wrapped=wrapped,
            priors=boundary_priors(kinds, opening, wrapped),
            unit_starts=unit_starts(kinds, words, wrapped),
        )

    @property
    def n_words(self) -> int:
        """Number of words."""
        return len(self.starts)

    @property
    def n_windows(self) -> int:
        """Number of windows."""
        return 1 + -(-max(0, self.n_words - WINDOW_WORDS) // WINDOW_STEP) if self.n_words else 0

    @cached_property
    def window_types(self) -> Incidence:
        """Which window holds which types."""
        last = np.arange(self.n_words) // WINDOW_STEP
        rows, types = np.concatenate([last - 1, last]), np.concatenate([self.word_types, self.word_types])
        inside = (rows >= 0) & (rows < self.n_windows)
        return incidence(rows[inside], types[inside])

    @cached_property
    def unit_types(self) -> Incidence:
        """Which unit holds which types."""
        return incidence(self._units, self.word_types)

    @cached_property
    def unit_pairs(self) -> Incidence:
        """Which unit holds which pairs."""
        return incidence(self._units[:-1], self.word_pairs)

    @property
    def _units(self) -> NDArray[np.intp]:
        """Unit of each word."""
        return np.repeat(np.arange(self.n_units), np.diff(self.unit_starts))

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.unit_starts) - 1

    def ngrams(self, n: int) -> Ngrams:
        """The runs of `n` keys, found once: many pairs ask for them."""
        if n not in self._ngrams:
            self._ngrams[n] = ngrams(self.keys, n)
        return self._ngrams[n]

    @property
    def summary_priors(self) -> NDArray[np.float64]:
        """Prior of a summary starting or ending at each boundary, in nats."""
        return SUMMARY_PRIORS[self.kinds]

    def span(self, first: int, stop: int) -> tuple[int, int]:
        """Characters [start, end) of the words [first, stop)."""
        return int(self.starts[first]), int(self.ends[stop - 1])


def _words(text: str, starts: Indices, ends: Indices, keys: list[str], language: str) -> list[Word]:
    if text.isascii() or language == "en":
        return list(keys)
    spans = zip(keys, starts.tolist(), ends.tolist(), strict=True)
    return [lexical(key, text[a:b], language) for key, a, b in spans]


def lexical(key: str, word: str, language: str) -> Word:
    """A word as a lexicon knows it: its key, and with its accents where they count."""
    written = key if language == "en" or word.isascii() else word.casefold()
    return (key, written) if written != key else key


def pair_numbers(numbers: Numbers) -> Numbers:
    """One number for each two neighbours."""
    return numbers[:-1] * PAIR_FACTOR + numbers[1:]


def incidence(rows: NDArray[np.intp], numbers: Indices) -> Incidence:
    """The distinct (row, number) incidences, ascending."""
    stride = int(numbers.max(initial=0)) + 1
    codes = rows * stride + numbers
    if (size := int(codes.max(initial=0)) + 1) <= TABLE_SIZE:
        codes = np.flatnonzero(np.bincount(codes, minlength=size))
    else:
        codes = np.unique(codes)
    distinct_rows, distinct_numbers = np.divmod(codes, stride)
    return Incidence(distinct_rows.astype(np.int32), distinct_numbers.astype(np.int32))
