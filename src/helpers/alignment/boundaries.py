"""Where a text may be cut: the kind of boundary before each word, and how likely a passage starts or ends there."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Kinds of boundary before a word, by what stands between it and the word before it.
NONE, MARK, LINE, MARK_LINE, MARK_BLANKS, BLANKS, PARAGRAPH, EDGE = range(8)

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\r[^\S\r\n]*\r")
_MARK_BLANK = re.compile(r"[.!?…؟۔।][\"'”’»)\]]*(\s+)|[。！？]")
# Single characters that are more than a blank between words.
_TELLING = np.array([ord(mark) for mark in "\r\n。！？"], dtype=np.uint32)
_BLANKS = re.compile(r"[^\S\r\n]{2}")

# Boundary priors in nats, by kind (tuned on PAN 2013 training pairs).
PRIORS = np.array([-5.0, 2.7, 2.5, 2.8, 2.7, 0.0, 3.0, 3.0])
SUMMARY_PRIORS = np.array([-4.0, 0.0, 1.5, 3.0, 1.5, 1.5, 3.5, 3.5])
SOFT_LINE = 0.3  # a line end in wrapped text says little
SOFT_LINE_LOWER = -4.5  # and before a lower-case word it says that the sentence goes on
OPENING_WORD = -2.0  # no boundary, but a capital or digit follows
SOFT_OPENING_WORD = 0.0
LOWER_AFTER_MARK = -0.3  # added: an abbreviation's full stop rather than a sentence's

# A text counts as wrapped if it has this many bare line ends, over a quarter of them within sentences.
MIN_LINE_ENDS = 4
WRAPPED_SHARE = 0.25

# Words whose full stop ends no unit, beside single letters (U.S., J. K.): titles, companies, numbers.
TITLES = {
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "st",
    "gen",
    "col",
    "lt",
    "sgt",
    "capt",
    "gov",
    "sen",
    "rep",
    "rev",
    "jr",
    "sr",
}
ABBREVIATIONS = frozenset(TITLES | {"co", "cos", "corp", "inc", "ltd", "bros", "no", "nos", "vs"})
MOST_LETTERS = 0x590  # of Latin, Greek, Cyrillic and Armenian: they are looked up in a table

LEAST_UNIT_WORDS = 3  # shorter units ("No. 5") join the next
MOST_UNIT_WORDS = 200  # text without sentence ends is cut into units of this length


@lru_cache(maxsize=1 << 16)
def gap_kind(gap: str) -> int:
    """The kind of boundary that the characters between two words make.

    >>> [gap_kind(g) for g in (", ", ".” ", "\\n", ".\\n", ".  ", "   ", ".\\n\\n")]
    [0, 1, 2, 3, 4, 5, 6]
    """
    if _PARAGRAPH.search(gap):
        return PARAGRAPH
    mark = _MARK_BLANK.search(gap)
    if "\n" in gap or "\r" in gap:
        return MARK_LINE if mark else LINE
    if mark:
        return MARK_BLANKS if len(mark.group(1) or "") > 1 else MARK
    return BLANKS if _BLANKS.search(gap) else NONE


def boundary_kinds(text: str, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> NDArray[np.int8]:
    """Kinds of the n + 1 boundaries of n words: before each word, and after the last."""
    kinds = np.full(len(starts) + 1, NONE, dtype=np.int8)
    kinds[[0, -1]] = EDGE
    telling = (_codes(text)[ends[:-1], None] == _TELLING).any(axis=1)
    places = np.flatnonzero(telling | (starts[1:] > ends[:-1] + 1))
    gaps = zip(ends[places].tolist(), starts[places + 1].tolist(), strict=True)
    kinds[places + 1] = [gap_kind(text[end:start]) for end, start in gaps]
    return kinds


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def opening_words(text: str, starts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which boundaries stand before a capital or a digit (the one after the last word: yes)."""
    codes = _codes(text)[starts]
    opening = _opening_letters()[np.minimum(codes, MOST_LETTERS - 1)]
    for place in np.flatnonzero(codes >= MOST_LETTERS).tolist():
        opening[place] = is_opening(chr(codes[place]))
    return np.append(opening, True)


@lru_cache
def _opening_letters() -> NDArray[np.bool_]:
    """Which of the first characters of Unicode are capitals or digits."""
    return np.array([is_opening(chr(code)) for code in range(MOST_LETTERS)])


def is_opening(letter: str) -> bool:
    """Whether a sentence may open with this character: a capital or a digit."""
    return letter.isupper() or letter.isdigit()


def is_wrapped(text: str, starts: NDArray[np.int32], kinds: NDArray[np.int8]) -> bool:
    """Whether line ends are there to wrap the lines: many of them stand inside sentences."""
    lines = np.flatnonzero(kinds == LINE)
    lower = sum(text[start].islower() for start in starts[lines].tolist())
    return len(lines) >= MIN_LINE_ENDS and lower > WRAPPED_SHARE * len(lines)


def boundary_priors(kinds: NDArray[np.int8], opening: NDArray[np.bool_], wrapped: bool) -> NDArray[np.float64]:
    """Prior of a passage starting or ending at each boundary, in nats."""
    priors = PRIORS[kinds]
    priors[(kinds == NONE) & opening] = SOFT_OPENING_WORD if wrapped else OPENING_WORD
    priors[(kinds == MARK) & ~opening] += LOWER_AFTER_MARK
    if wrapped:
        priors[kinds == LINE] = SOFT_LINE
        priors[(kinds == LINE) & ~opening] = SOFT_LINE_LOWER
    return priors


def is_abbreviation(key: str) -> bool:
    """Whether the full stop behind this word ends no unit."""
    return key in ABBREVIATIONS or (len(key) == 1 and key.isascii())


def unit_starts(kinds: NDArray[np.int8], keys: Sequence[str], wrapped: bool) -> NDArray[np.intp]:
    """First word of each unit, most of them sentences, and the number of words.

    A unit ends at a sentence mark, between paragraphs and at a line end (unless these wrap the text); the full stop
    of an abbreviation or an initial ends none, nor do blanks without a mark.
    """
    breaks = (kinds != NONE) & (kinds != BLANKS) & ~((kinds == LINE) & wrapped)
    starts = [0]
    places = np.flatnonzero(breaks)
    for place, marked in zip(places.tolist(), (kinds[places] == MARK).tolist(), strict=True):
        length = place - starts[-1]
        if length == 0 or (marked and (length < LEAST_UNIT_WORDS or is_abbreviation(keys[place - 1]))):
            continue
        starts += range(starts[-1] + MOST_UNIT_WORDS, place, MOST_UNIT_WORDS)
        starts.append(place)
    return np.array(starts)
