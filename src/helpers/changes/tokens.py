"""Words as changes see them: compounds and numbers with their qualifiers are one token, each with its role."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from helpers.changes.vocabulary import (
    FUNCTION,
    HEDGES,
    IRREGULAR,
    MAGNITUDES,
    NEGATIONS,
    NUMBERS,
    ORDINALS,
    QUALIFIERS,
    SAYING,
    SUFFIXES,
    TIMES,
    VAGUE_NUMBERS,
)
from helpers.languages import base_form, stem
from helpers.segmentation import Word, words

_JOINTS = ("-", "‐", "‑")
MODAL_MONTHS = ("may",)
"""Months that are hedges in lower case or at the head of a sentence."""
_LONGEST_QUALIFIER = 3
_QUALIFYING = {first for first, *_ in QUALIFIERS}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a compound, or a number with what bends it.

    Attributes:
        start: First character in the text.
        end: Character after the last.
        key: What it is compared by.
        stem: Stem of the key, compounds without their hyphens.
        role: number, time, saying, hedge, negation, name, function or content.
        value: Of a number that can be told.
        qualifier: What stands before a number (about, more than), or: ordinal.
    """

    start: int
    end: int
    key: str
    stem: str
    role: str
    value: float | None = None
    qualifier: str = ""


def tokens(text: str, span: tuple[int, int], names: Collection[str] = (), language: str = "en") -> list[Token]:
    """The tokens of a span of a text.

    Args:
        text: the text.
        span: [start, end) of what is read, code points.
        names: keys of words that are names (see `name_keys`).
        language: ISO 639-1 code; roles but number and name are known of English alone.

    >>> [(t.key, t.role) for t in tokens("more than 2,000 men may flee", (0, 28))]
    [('more than 2,000', 'number'), ('men', 'content'), ('may', 'hedge'), ('flee', 'content')]
    """
    start, end = span
    groups = list(_joined(text[start:end]))
    found: list[Token] = []
    place = 0
    while place < len(groups):
        taken = _number_at(groups, place)
        used = groups[place : place + max(1, taken[0])]
        a, b = start + used[0].start, start + used[-1].end
        if taken[0]:
            key = " ".join(word.key for word in used)
            found.append(Token(a, b, key, key, "number", taken[1], taken[2]))
        else:
            token = _token(text, a, b, used[0].key, names, language)
            if token.key == "no" and text[b : b + 1] == ".":  # No. 3
                token = replace(token, role="function")
            elif token.key in MODAL_MONTHS and found and text[a].isupper():
                token = replace(token, role="time")
            found.append(token)
        place += len(used)
    return found


def _token(text: str, start: int, end: int, key: str, names: Collection[str], language: str) -> Token:
    role = role_of(key) if language == "en" else "content"
    if role == "content" and key not in SUFFIXES and base_form(key, language) in names and text[start].isupper():
        role = "name"
    return Token(start, end, key, SAYING.get(key) or IRREGULAR.get(key) or _stem(key, language), role)


@lru_cache(maxsize=1 << 16)
def _stem(key: str, language: str) -> str:
    parts = [stem(base_form(part, language), language) for part in key.split("-")]
    if len(parts) > 1 and (value := number_value(parts[0])) is not None:  # six-month, 6-month-old
        return f"{value:g}{''.join(part for part in parts[1:] if part != 'old')}"
    return "".join(parts)


def role_of(key: str) -> str:
    """The role of an English word by the lists alone."""
    if key in NEGATIONS or key.endswith("n't"):
        return "negation"
    for role, listed in (("hedge", HEDGES), ("time", TIMES), ("saying", SAYING), ("function", FUNCTION)):
        if key in listed:
            return role
    return "content"


def _joined(text: str) -> Iterator[Word]:
    """Words, with those joined by a hyphen, and numbers and initials joined by a mark, as one."""
    held: Word | None = None
    for word in words(text):
        gap = text[held.end : word.start] if held else " "
        if held and _is_joint(gap, text[held.start : held.end], text[word.start : word.end]):
            held = Word(held.start, word.end, held.key + ("-" if gap in _JOINTS else gap) + word.key)
            continue
        if held:
            yield held
        held = word
    if held:
        yield held


def _is_joint(gap: str, before: str, after: str) -> bool:
    if gap in _JOINTS:
        return not {part.lower() for part in (*before.split("-"), after)} & set(MAGNITUDES)
    if gap in (",", ".", ":") and before[-1].isdigit() and after[0].isdigit():
        return True
    if gap != "." or len(after) > 2:
        return False
    return (len(after) == 1 and (len(before) == 1 or before[-2:-1] == ".")) or (_is_capital(before) and after.isupper())


def _is_capital(text: str) -> bool:
    """Whether a text is figures and capitals, as the codes of shares are: 7203.T, MSFT.O."""
    return text.isupper() or text.isdigit()


def _number_at(groups: list[Word], place: int) -> tuple[int, float | None, str]:
    """How many words from a place on are a number with its qualifier, its value, and the qualifier."""
    if groups[place].key in ORDINALS:
        return 1, ORDINALS[groups[place].key], "ordinal"
    longest = _LONGEST_QUALIFIER if groups[place].key in _QUALIFYING else 0
    for length in range(longest, -1, -1):
        before = tuple(word.key for word in groups[place : place + length])
        if length and before not in QUALIFIERS:
            continue
        used, value = _bare_number(groups, place + length)
        if used:
            return length + used, value, QUALIFIERS.get(before, "")
    return 0, None, ""


def _bare_number(groups: list[Word], place: int) -> tuple[int, float | None]:
    if place >= len(groups):
        return 0, None
    key = groups[place].key
    if key in VAGUE_NUMBERS:
        return 1, None
    value = number_value(key)
    if value is None:
        return (
            (1, None) if key[0].isdigit() and key.strip("0123456789.,:") in ("", "st", "nd", "rd", "th") else (0, None)
        )
    used = 1
    while place + used < len(groups) and (factor := MAGNITUDES.get(groups[place + used].key)):
        value, used = value * factor, used + 1
    return used, value


def number_value(key: str) -> float | None:
    """The value of a figure or a number word; None of anything else.

    >>> number_value("2,000"), number_value("twelve"), number_value("twenty-one"), number_value("troops")
    (2000.0, 12.0, 21.0, None)
    """
    if key in NUMBERS:
        return float(NUMBERS[key])
    head, _, tail = key.partition("-")
    if tail in NUMBERS and NUMBERS.get(head, 0) >= 20 and NUMBERS[tail] < 10:
        return float(NUMBERS[head] + NUMBERS[tail])
    plain = key.replace(",", "")
    return float(plain) if plain.isascii() and plain.replace(".", "", 1).isdigit() else None


def name_keys(text: str, spans: Collection[tuple[int, int]], language: str = "en") -> frozenset[str]:
    """Keys of words written with a capital inside sentences that are not titles: the names of an article.

    A word that the article writes small at least as often is none, whatever it is part of: *Chief Executive*.
    """
    counts: Counter[str] = Counter()
    for start, end in spans:
        own = words(text[start:end])
        capital = [text[start + word.start].isupper() for word in own]
        if not own or sum(capital) > 0.6 * len(own):
            continue
        written = [text[start + word.start : start + word.end] for word in own]
        for place, (word, is_capital) in list(enumerate(zip(own, capital, strict=True)))[1:]:
            before = text[start : start + word.start].rstrip()[-1:]
            if not is_capital:
                counts[base_form(word.key, language)] -= 1
            elif before not in "“\"‘'«:" and word.key not in FUNCTION and not _in_heading(written, place):
                counts[base_form(word.key, language)] += 1
    return frozenset(key for key, count in counts.items() if count > 0)


def _in_heading(written: Sequence[str], place: int) -> bool:
    """Whether a word and one beside it are capitals throughout, as headings run into a sentence are."""
    beside = [*written[max(0, place - 1) : place], *written[place + 1 : place + 2]]
    return len(written[place]) > 2 and written[place].isupper() and any(w.isupper() and len(w) > 2 for w in beside)
