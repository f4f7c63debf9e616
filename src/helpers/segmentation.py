"""Words, sentences and quotations, each with its place in the text: spans are [start, end) in code points."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’ʼ＇][\p{L}\p{M}\p{N}]+)*")


class Word(NamedTuple):
    """A word of a text: its span and the key it is compared by."""

    start: int
    end: int
    key: str


def words(text: str) -> list[Word]:
    """All words: maximal runs of letters, digits and inner apostrophes.

    >>> [w.key for w in words("Moscow’s 6-month-old CAFÉ ‘war’")]
    ["moscow's", '6', 'month', 'old', 'cafe', 'war']
    """
    return [Word(m.start(), m.end(), word_key(m.group())) for m in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 18)
def word_key(word: str) -> str:
    """The form words are compared by: casefolded, without accents, with straight apostrophes."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return regex.sub("[’ʼ＇]", "'", plain) or word
