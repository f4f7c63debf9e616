"""A text made ready for the compiled aligner: what `Document.from_text` does, at a third of its cost.

Words and the gaps between them recur. What is to know of each is found out once, in Python; from then on a number of
its characters leads there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.boundaries import gap_kind, is_abbreviation, is_opening
from helpers.alignment.compiled.words import Words
from helpers.alignment.documents import Document, lexical
from helpers.alignment.lexicon import MOST_WORDS, lexicon
from helpers.alignment.plausibility import number_characters
from helpers.languages import knows
from helpers.segmentation import PLAIN, character_kinds, word_key, word_spans

LEAST_ROWS = 1 << 12

Strings = list[str]
Places = NDArray[np.int32]


class Readers(NamedTuple):
    """The compiled functions that read a text; see `words.kept`."""

    spans: Callable[..., Any]
    rows: Callable[..., Any]
    enter: Callable[..., Any]
    words: Callable[..., Any]


class Spelled(NamedTuple):
    """What is known of words as they are written, a row for each."""

    keys: NDArray[np.uint64]
    stems: NDArray[np.uint64]
    frequencies: NDArray[np.float64]
    opening: NDArray[np.bool_]
    lower: NDArray[np.bool_]
    abbreviation: NDArray[np.bool_]


class Gaps(NamedTuple):
    """What is known of the characters between two words."""

    kinds: NDArray[np.int8]


class Known:
    """What is known of short strings, in columns: the row of each is found by a number of its characters."""

    def __init__(self, describe: Callable[[Strings], Spelled | Gaps], readers: Readers) -> None:
        """Nothing is known yet; `describe` gives the columns of strings met for the first time."""
        self._describe, self._readers = describe, readers
        self._forget()

    def _forget(self) -> None:
        self._n = 0
        self.columns = self._describe([])
        self._slots = np.zeros(0, np.uint64), np.zeros(0, np.int32)
        self._grow(LEAST_ROWS)

    def rows(self, text: str, codes: NDArray[np.uint32], starts: Places, ends: Places) -> Places:
        """The row of each string that starts and ends at these places of a text."""
        if self._n > MOST_WORDS:
            self._forget()
        rows, numbers = self._readers.rows(codes, starts, ends, *self._slots)
        missing = np.flatnonzero(rows < 0)
        if len(missing):
            new = missing[np.unique(numbers[missing], return_index=True)[1]]
            self._add([text[starts[i] : ends[i]] for i in new.tolist()], numbers[new])
            rows, _ = self._readers.rows(codes, starts, ends, *self._slots)
        return rows

    def _add(self, strings: Strings, numbers: NDArray[np.uint64]) -> None:
        first, self._n = self._n, self._n + len(strings)
        if self._n > len(self.columns[0]):
            self._grow(2 * self._n)
        for column, values in zip(self.columns, self._describe(strings), strict=True):
            np.asarray(column)[first : self._n] = values
        self._readers.enter(numbers, np.arange(first, self._n, dtype=np.int32), *self._slots)

    def _grow(self, n_rows: int) -> None:
        """Room for so many rows; half of the slots, at least, stay free."""
        self.columns = type(self.columns)._make(np.resize(column, n_rows) for column in self.columns)
        (numbers, rows), size = self._slots, 1 << (2 * n_rows - 1).bit_length()
        self._slots = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
        self._readers.enter(numbers[rows >= 0], rows[rows >= 0], *self._slots)


@dataclass(frozen=True, eq=False)
class Text:
    """A text and what the compiled aligner reads of it."""

    text: str
    language: str
    n_words: int
    words: Words | None

    @property
    def document(self) -> Document:
        """The same text for the plain functions."""
        return Document.from_text(self.text, self.language)


def prepared(text: str, language: str, n: int, readers: Readers) -> Text:
    """A text in a language (ISO 639-1 code), with its runs of `n` words."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    plain, starts, ends, *numbers = readers.spans(codes, character_kinds(), _decimals())
    if not plain:
        starts, ends = (np.ascontiguousarray(places) for places in word_spans(text))
        numbers = list(number_characters(text))
    if not len(starts):
        return Text(text, language, 0, None)
    words, gaps = _words_known(language, readers), _gaps_known(readers)
    rows = words.rows(text, codes, starts, ends), gaps.rows(text, codes, ends[:-1], starts[1:])
    made = readers.words(starts, ends, *rows, words.columns, gaps.columns, knows(language), n, *numbers)
    return Text(text, language, len(starts), made)


@cache
def _words_known(language: str, readers: Readers) -> Known:
    return Known(partial(_spelled, language), readers)


@cache
def _gaps_known(readers: Readers) -> Known:
    return Known(lambda gaps: Gaps(np.array([gap_kind(gap) for gap in gaps], dtype=np.int8)), readers)


def _spelled(language: str, strings: Strings) -> Spelled:
    """What `Document.from_text` finds out of these words of a text."""
    keys = [word_key(string) for string in strings]
    known = lexicon(language).entries([lexical(*word, language) for word in zip(keys, strings, strict=True)])
    told = [(is_opening(s[0]), s[0].islower(), is_abbreviation(key)) for key, s in zip(keys, strings, strict=True)]
    return Spelled(*known, *np.array(told, dtype=bool).reshape(-1, 3).T)


@cache
def _decimals() -> NDArray[np.bool_]:
    """Which of the plain characters are decimal digits."""
    return np.array([chr(code).isdecimal() for code in range(PLAIN)] + [False])
