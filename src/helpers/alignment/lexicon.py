"""What is known of a word before any text is read: stable numbers for it and its stem, how common it is."""

from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from helpers.languages import base_form, frequency, stem

MOST_WORDS = 1 << 18  # remembered of a language

Word = str | tuple[str, str]


class Lexicon(dict[Word, int]):
    """The words of a language met so far: of each its place in tables of numbers, looked up when it is first asked for.

    A word is its key, the form it is compared by; or its key and the form with its accents, where lists and stemmers
    know it so. Numbers are 64-bit digests rather than positions in a vocabulary: they mean the same in every process.

    >>> stems = lexicon("en").entries(["advances", "advancing", "moscow's", "moscow"])[1]
    >>> bool(stems[0] == stems[1]), bool(stems[2] == stems[3])
    (True, True)
    """

    def __init__(self, language: str) -> None:
        """No words yet of the language of this ISO 639-1 code."""
        self._language = language
        self._numbers = np.zeros((2, 1024), dtype=np.uint64)
        self._frequencies = np.zeros(1024)

    def entries(self, words: list[Word]) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.float64]]:
        """Of each word the number of its key, that of its stem, and its relative frequency in the language."""
        if len(self) > MOST_WORDS:
            self.clear()
        places = np.fromiter(map(self.__getitem__, words), np.intp, len(words))
        return self._numbers[0, places], self._numbers[1, places], self._frequencies[places]

    def __missing__(self, word: Word) -> int:
        """The place of a word not met before."""
        key, written = (word, word) if isinstance(word, str) else word
        base, accented = base_form(key, self._language), base_form(written or key, self._language)
        place = len(self)
        if place == len(self._frequencies):
            self._numbers = np.hstack([self._numbers, np.zeros_like(self._numbers)])
            self._frequencies = np.append(self._frequencies, np.zeros_like(self._frequencies))
        self._numbers[:, place] = stable_number(key), stable_number(stem(accented, self._language))
        self._frequencies[place] = max(frequency(base, self._language), frequency(accented, self._language))
        self[word] = place
        return place


@cache
def lexicon(language: str) -> Lexicon:
    """The words of a language met so far in this process."""
    return Lexicon(language)


def stable_number(text: str) -> int:
    """A 64-bit digest of a string, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
