"""What is known of a word before any text is read: its stem, its frequency in English, stable numbers for both."""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from nltk.stem.porter import PorterStemmer
from wordfreq import get_frequency_dict, word_frequency

# Relative frequency of words that wordfreq does not list (Izium): its own smallest value.
UNSEEN_FREQUENCY = 1e-9
# Porter's rules are for words; longer strings (hashes, addresses) are their own stem.
LONGEST_STEMMED = 40

_stem = PorterStemmer().stem


class Entry(NamedTuple):
    """A word's numbers: of its key, of its stem, and its relative frequency in English."""

    key: int
    stem: int
    frequency: float


@lru_cache(maxsize=1 << 18)
def entry(key: str) -> Entry:
    """The entry of a word key.

    Numbers are 64-bit digests rather than positions in a vocabulary: they mean the same in every process.

    >>> entry("advances").stem == entry("advancing").stem
    True
    >>> entry("moscow's").stem == entry("moscow").stem
    True
    """
    base = key.removesuffix("'s")
    stem = _stem(base) if len(base) <= LONGEST_STEMMED else base
    return Entry(stable_number(key), stable_number(stem), frequency(base))


def stable_number(text: str) -> int:
    """A 64-bit digest of a string, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def frequency(word: str) -> float:
    """Relative frequency of a word in English (wordfreq; Speer 2022), never 0."""
    if any(character.isdigit() for character in word):
        known = word_frequency(word, "en") if len(word) <= LONGEST_STEMMED else 0.0
    else:
        known = get_frequency_dict("en").get(word, 0.0)
    return max(known, UNSEEN_FREQUENCY)
