"""What is known of a word before any text is read: stable numbers for it and its stem, how common it is."""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from helpers.languages import base_form, frequency, stem


class Entry(NamedTuple):
    """A word's numbers: of its key, of its stem, and its relative frequency in its language."""

    key: int
    stem: int
    frequency: float


@lru_cache(maxsize=1 << 18)
def entry(key: str, language: str = "en", written: str = "") -> Entry:
    """The entry of a word.

    Numbers are 64-bit digests rather than positions in a vocabulary: they mean the same in every process.

    Args:
        key: what the word is compared by.
        language: ISO 639-1 code.
        written: the word with its accents, where it has any: lists and stemmers know it so.

    >>> entry("advances").stem == entry("advancing").stem
    True
    >>> entry("moscow's").stem == entry("moscow").stem
    True
    """
    base, accented = base_form(key, language), base_form(written or key, language)
    common = max(frequency(base, language), frequency(accented, language))
    return Entry(stable_number(key), stable_number(stem(accented, language)), common)


def stable_number(text: str) -> int:
    """A 64-bit digest of a string, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
