"""The words of a whole corpus as numbers: one long array and where each article begins in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from helpers.alignment.lexicon import stable_number
from helpers.segmentation import words

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]

RANGE_WORDS = 1 << 20
"""Words that are numbered at once: small enough for the processor's cache, many enough for numpy."""
BATCH = 1000
"""Texts split at once: some 3 MB, so that Arrow's 2 GB limit is far."""
_NEAR = 6
"""Articles are looked up for every 2^6th word: most words that follow are in the same."""


@dataclass(frozen=True, eq=False)
class CorpusKeys:
    """The key numbers of all words, article after article.

    Attributes:
        numbers: `lexicon.stable_number` of each word's key; an array, a memory-mapped file or `Coded`.
        offsets: Where each article's words begin, and the number of words: (articles + 1,), ascending.
    """

    numbers: Numbers
    offsets: Places

    @property
    def n_articles(self) -> int:
        """Number of articles."""
        return len(self.offsets) - 1

    @property
    def n_words(self) -> int:
        """Number of words."""
        return int(self.offsets[-1])

    @cached_property
    def lengths(self) -> Places:
        """Words of each article."""
        return np.diff(self.offsets)

    def ranges(self, n_words: int = RANGE_WORDS) -> Iterator[tuple[int, int]]:
        """Successive ranges [first, stop) of articles of about this many words, at least one article each.

        >>> list(CorpusKeys(np.zeros(9, np.uint64), np.array([0, 3, 3, 6, 9])).ranges(5))
        [(0, 2), (2, 3), (3, 4)]
        """
        first = 0
        while first < self.n_articles:
            stop = int(np.searchsorted(self.offsets, self.offsets[first] + n_words, side="right")) - 1
            yield first, max(stop, first + 1)
            first = max(stop, first + 1)

    def articles_at(self, places: Places) -> Places:
        """The article each place (index of a word) lies in."""
        articles = self._near[places >> _NEAR]
        late = np.flatnonzero(places >= self.offsets[articles + 1])
        articles[late] = self._searched(places[late])
        return articles

    @cached_property
    def _near(self) -> Places:
        """The article of every 64th word."""
        return self._searched(np.arange(0, self.n_words, 1 << _NEAR))

    def _searched(self, places: Places) -> Places:
        return np.searchsorted(self.offsets, places, side="right") - 1


@dataclass(frozen=True, eq=False)
class Coded:
    """Numbers that repeat, read as an array of them is.

    Attributes:
        codes: Index of each number.
        different: The numbers.
    """

    codes: NDArray[np.int32]
    different: Numbers

    def __getitem__(self, at: slice | Places) -> Numbers:
        """The numbers of some places."""
        return self.different[self.codes[at]]

    def __array__(self, dtype: object = None, copy: bool | None = None) -> Numbers:
        """All numbers."""
        return self[:]


@dataclass(frozen=True, eq=False)
class CorpusWords:
    """All words of a corpus, article after article, as indices into the list of the different ones.

    Attributes:
        codes: Index of each word.
        offsets: Where each article's words begin, and the number of words: (articles + 1,), ascending.
        words: The different words (`segmentation.Word.key`).
        numbers: `lexicon.stable_number` of each of these.
    """

    codes: NDArray[np.int32]
    offsets: Places
    words: list[str]
    numbers: Numbers

    @property
    def keys(self) -> CorpusKeys:
        """The key numbers of all words, looked up where they are asked for: half the space."""
        return CorpusKeys(cast(Numbers, Coded(self.codes, self.numbers)), self.offsets)


def in_file(keys: CorpusKeys) -> CorpusKeys:
    """The same, read from a file: what is not asked for takes no memory, what was asked for goes where room is needed.

    The file has no name and goes with the keys.
    """
    if isinstance(keys.numbers, Coded):
        coded = Coded(_in_file(keys.numbers.codes), keys.numbers.different)
        return CorpusKeys(cast(Numbers, coded), keys.offsets)
    return CorpusKeys(_in_file(keys.numbers), keys.offsets)


def _in_file(values: NDArray[Any]) -> NDArray[Any]:
    if not len(values):  # an empty file cannot be mapped
        return values
    with TemporaryFile() as file:
        values.tofile(file)
        file.flush()
        return np.memmap(file, values.dtype, "r")


def corpus_keys(texts: Iterable[str]) -> CorpusKeys:
    """The key numbers of texts (see `read_words`).

    >>> keys = corpus_keys(["Izium’s fall.", "", "The fall"])
    >>> keys.offsets.tolist(), bool(keys.numbers[1] == keys.numbers[3])
    ([0, 2, 2, 4], True)
    """
    read = read_words(texts)
    return CorpusKeys(read.numbers[read.codes], read.offsets)


def read_words(texts: Iterable[str]) -> CorpusWords:
    """The words of texts: those `segmentation.words` gives, found ten times as fast.

    ASCII characters other than letters, digits and apostrophes never belong to a word, so texts are cut there by
    Arrow, and `words` sees each different piece once in a corpus rather than each word.

    >>> corpus = read_words(["Izium’s fall.", "", "The fall"])
    >>> corpus.codes.tolist(), corpus.words
    ([0, 1, 2, 1], ["izium's", 'fall', 'the'])
    """
    lexicon = _Lexicon()
    rest, found = iter(texts), []
    while batch := list(islice(rest, BATCH)):
        found.append(lexicon.read(batch))
    codes = np.concatenate([codes for codes, _ in found] or [np.empty(0, np.int32)])
    lengths = np.concatenate([[0], *(lengths for _, lengths in found)])
    words = list(lexicon.codes)
    numbers = np.array([stable_number(word) for word in words], dtype=np.uint64)
    return CorpusWords(codes, np.cumsum(lengths, dtype=np.int64), words, numbers)


def _piece_table() -> bytes:
    """For each byte: blank if it is an ASCII character outside words, else itself, in lower case if ASCII."""
    ascii_part = (c.lower() if c.isalnum() or c == "'" else " " for c in map(chr, range(128)))
    return bytes(chain(map(ord, ascii_part), range(128, 256)))


_PIECES = _piece_table()


class _Lexicon:
    """The different words of a corpus, and the words of pieces of text, each piece looked at once."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self._pieces: dict[bytes, int] = {}
        self._of_pieces: list[int] = []
        self._stops: list[int] = [0]

    def read(self, texts: Iterable[str]) -> tuple[NDArray[np.int32], Places]:
        """The codes of the words of all texts, and how many words each has."""
        cut = [text.encode("utf-8", "surrogatepass").translate(_PIECES) for text in texts]
        split = pc.split_pattern(pa.array(cut, pa.large_binary()), b" ")
        encoded = split.flatten().dictionary_encode()
        pieces = np.array([self._piece(piece) for piece in encoded.dictionary.to_pylist()], dtype=np.int64)
        pieces = pieces[encoded.indices.to_numpy()]
        stops = np.array(self._stops)
        counts = np.diff(stops)[pieces]
        places = np.repeat(stops[pieces] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        words_before = np.concatenate([[0], np.cumsum(counts)])
        return np.array(self._of_pieces, np.int32)[places], np.diff(words_before[split.offsets.to_numpy()])

    def _piece(self, piece: bytes) -> int:
        if (number := self._pieces.get(piece)) is None:
            number = self._pieces[piece] = len(self._pieces)
            text = piece.decode("utf-8", "surrogatepass")
            plain = piece.isascii() and piece.isalnum()  # one word, and its own key
            keys = [text] if plain else [word.key for word in words(text)]
            self._of_pieces.extend(self.codes.setdefault(key, len(self.codes)) for key in keys)
            self._stops.append(len(self._of_pieces))
        return number
