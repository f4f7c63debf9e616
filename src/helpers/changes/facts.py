"""Rules for what states a fact: numbers, dates, names, places, who said it."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from helpers.changes.matching import EQUAL, KIN, TYPED, Column, is_kin, is_matched, is_transliteration
from helpers.changes.places import PLACES, SEATS
from helpers.changes.tokens import Token
from helpers.changes.vocabulary import (
    CLOCK,
    CREDITS,
    LOADED,
    MONTHS,
    PLACE_BEFORE,
    PLAIN_SAYING,
    QUALIFIERS,
    RELATIVE,
    SOURCE_MARKS,
    SUFFIXES,
    TIME_UNITS,
)

Named = tuple[str, str, float]
"""Class of a change, the rule that says so, and what it adds to the severity of the class."""
# Less matched around a pair of numbers or names: they stand in different statements.
LEAST_CONTEXT = 0.5
# Longer names are no cut form of another: Fed, Rep.
LONGEST_CUT = 5
# Added to the severity of names whose neighbours differ, too: they may stand in different statements.
LOOSE = -0.2
# The same of a number that is the other one with fewer decimals.
ROUNDED = -0.5
_FIGURE = re.compile(r"(?:\D+ )?(?P<figure>[\d,]*\d(?:\.\d+)?)(?P<unit>(?: \w+)?)")
# Words on either side that are looked at for evidence that a change stands where it seems to stand.
NEAR = 4


def is_crossed(column: Column, common: Collection[float]) -> bool:
    """Whether a column pairs two numbers that both articles hold, so that neither replaced the other."""
    if column.relation != TYPED or not (column.before and column.after) or column.before.role != "number":
        return False
    a, b = column.before.value, column.after.value
    return a != b and a in common and b in common


def is_placed(columns: Sequence[Column], low: int, high: int, pair: Column) -> bool:
    """Whether a pair of numbers or names stands in one statement: the same number, or enough matched around it."""
    a, b = pair.before, pair.after
    same = a is not None and b is not None and a.value is not None and a.value == b.value
    loose = any(t is not None and _is_loose_one(t) for t in (a, b)) and not (
        a and b and a.qualifier == b.qualifier != ""
    )
    return same or (not loose and context(columns, low, high) >= LEAST_CONTEXT)


def fact_of(token: Token, around: Sequence[Token]) -> str:
    """What a token states that no other stands for: number, date, saying or nothing."""
    if token.role == "number" and _is_loose_one(token):
        return ""
    if token.role == "number":
        return "date" if is_year(token) or any(t.key in CLOCK for t in around) else "number"
    if token.role == "time" or (token.key in TIME_UNITS and any(t.key in RELATIVE for t in around)):
        return "date"
    return "saying" if token.role == "saying" and token.stem in SOURCE_MARKS else ""


def is_year(token: Token) -> bool:
    """Whether a number is a year of our time."""
    return token.key.isdigit() and len(token.key) == 4 and 1900 <= int(token.key) < 2100


def _is_loose_one(token: Token) -> bool:
    return token.key in ("one", "half") or token.qualifier == "ordinal"


def stands(token: Token, columns: Sequence[Column], side: int) -> bool:
    """Whether a number or a day stands anywhere on a side (0: source, 1: article)."""
    others = [c.after if side else c.before for c in columns]
    return any(o and (o.key == token.key or (o.value is not None and o.value == token.value)) for o in others)


def number_pair(columns: Sequence[Column], place: int, before: Token, after: Token) -> Named:
    """Two numbers in one place: another value, another qualifier, or another date."""
    rule = f"{before.key} / {after.key}"
    same = before.value is not None and before.value == after.value
    alike = before.qualifier == after.qualifier and _written(before) == _written(after)
    if alike or (same and _bends_apart(columns, place)):
        return "style", "same number", 0.0
    if same:
        return "number", f"qualifier {before.qualifier or 'none'} / {after.qualifier or 'none'}", 0.0
    if _is_date(columns, place) or (is_year(before) and is_year(after)):
        return "date", rule, 0.02
    return "number", rule, ROUNDED if _is_rounded(before.key, after.key) else 0.04


def _written(number: Token) -> str:
    """A number without its qualifier and the ending of an ordinal: 3rd, around 5:30."""
    last = number.key.split()[-1]
    return last.rstrip("dhnrst") if last[0].isdigit() else number.key


def _bends_apart(columns: Sequence[Column], place: int) -> bool:
    """Whether a number without a qualifier has one a few words before: around the $20 billion level."""
    pair, near = columns[place], columns[max(0, place - NEAR) : place]
    sides = [(pair.before, [c.before for c in near]), (pair.after, [c.after for c in near])]
    return any(
        own and not own.qualifier and any(t and (t.key == "average" or (t.key,) in QUALIFIERS) for t in words)
        for own, words in sides
    )


def _is_rounded(a: str, b: str) -> bool:
    """Whether one figure is the other with fewer decimals, whatever is counted in them.

    >>> _is_rounded("13.47 billion", "13.5 billion"), _is_rounded("18", "17.93"), _is_rounded("13.4", "13.5")
    (True, True, False)
    """
    both = [_FIGURE.fullmatch(key) for key in (a, b)]
    if None in both or both[0]["unit"] != both[1]["unit"]:  # type: ignore[index]
        return False
    short, long = sorted((m["figure"].replace(",", "") for m in both if m), key=lambda f: len(f.partition(".")[2]))
    places = [len(figure.partition(".")[2]) for figure in (short, long)]
    return places[0] < places[1] and abs(float(short) - float(long)) <= 0.5001 * 10 ** -places[0]


def is_other_number(column: Column) -> bool:
    """Whether a column pairs two numbers of different value."""
    a, b = column.before, column.after
    if column.relation != TYPED or column.moved_before or column.moved_after or not (a and b):
        return False
    return a.role == b.role == "number" and a.value != b.value


def _is_date(columns: Sequence[Column], place: int) -> bool:
    """Whether a number is part of a date or a clock time: a month beside it, a.m. after it, a colon inside."""
    column = columns[place]
    if any(t is not None and ":" in t.key for t in (column.before, column.after)):
        return True
    near = [columns[i] for i in (place - 1, place + 1) if 0 <= i < len(columns)]
    beside = {t.key for c in near for t in (c.before, c.after) if t and t.role == "time"}
    return bool(beside & (MONTHS | CLOCK))


def saying_pair(before: Token, after: Token) -> Named:
    """Two words of saying: one that judges what is said weighs more; *said* and *stated* are style."""
    if before.stem in PLAIN_SAYING and after.stem in PLAIN_SAYING:
        return "style", f"{before.key} / {after.key}", 0.0
    loaded = (before.key in LOADED) != (after.key in LOADED)
    shift = 0.04 if loaded else -0.2
    return "attribution", f"{before.key} / {after.key}", shift


def name_pair(
    columns: Sequence[Column], low: int, part: Sequence[Column], common: Collection[str] = ()
) -> Named | None:
    """Names in the place of names: other letters, initials, another place or another name; None: other ways to refer.

    Args:
        columns: the sentences.
        low: where the names begin.
        part: their columns.
        common: names that both articles hold.
    """
    pairs = [(c.before, c.after) for c in part if c.before and c.after]
    if any(_is_initials(a, b, columns) for a, b in pairs):
        return "style", "initials", 0.0
    rule = ", ".join(f"{a.key} / {b.key}" for a, b in pairs)
    if all(is_transliteration(a.key, b.key) or is_kin(a, b) for a, b in pairs):
        return "name", f"other letters: {rule}", -0.26
    if _in_credit(columns[:low]):
        return "style", "credit", 0.0
    if any(_refers_otherwise(a, b, common) for a, b in pairs) or _numbers_differ(columns):
        return None
    shift = 0.0 if _is_framed(columns, low, len(part)) else LOOSE
    if all(_bare(t) in PLACES for pair in pairs for t in pair):
        return "place", rule, shift
    previous = columns[low - 1] if low else None
    if previous and all(t is not None and t.key in PLACE_BEFORE for t in (previous.before, previous.after)):
        return "place", rule, shift
    return "name", rule, shift


def _refers_otherwise(a: Token, b: Token, common: Collection[str]) -> bool:
    """Whether two names may mean one thing: the British bank, Barclays; a share and its code; both known to both."""
    first, second = _bare(a), _bare(b)
    return (
        min(len(first), len(second)) < 2
        or (first in PLACES) != (second in PLACES)
        or any(first in seat and second in seat for seat in SEATS)
        or a.key.endswith("'s") != b.key.endswith("'s")
        or any(c.isdigit() for c in a.key) != any(c.isdigit() for c in b.key)
        or (first in common and second in common)
    )


def _is_framed(columns: Sequence[Column], low: int, size: int) -> bool:
    """Whether the words next to a stretch are the same in both sentences, or it is where both begin or end."""
    beside = [columns[i] for i in (low - 1, low + size) if 0 <= i < len(columns)]
    return all(c.relation in (EQUAL, KIN) for c in beside)


def _in_credit(columns: Sequence[Column]) -> bool:
    """Whether words before a name say that it is that of a reporter or an editor."""
    words = [t.key for c in columns if (t := c.after or c.before)]
    return any(pair in CREDITS for pair in pairwise(words))


def _numbers_differ(columns: Sequence[Column]) -> bool:
    """Whether a number stands for another one: with another name, too, the sentence is another statement."""
    return any(map(is_other_number, columns))


def _bare(name: Token) -> str:
    return name.key.removesuffix("'s").removesuffix("'")


def _is_initials(a: Token, b: Token, columns: Sequence[Column]) -> bool:
    """Whether one of two names stands for words of the other sentence: IMF, Fed, Pa."""
    sides = [[t for t in (c.before for c in columns) if t], [t for t in (c.after for c in columns) if t]]
    for name, side in ((b, sides[0]), (a, sides[1])):
        key = name.key.removesuffix("'s").replace(".", "")
        line = "".join(t.key[0] for t in side if t.role == "name" or t.key in SUFFIXES or t in (a, b))
        if any(t.role == "name" and t.key != key and t.key.startswith(key) for t in side) and len(key) <= LONGEST_CUT:
            return True
        if len(key) >= 2 and (key in line or (len(key) > 2 and key[:-1] in line)):
            return True
        words = [t.key for t in side if t.role in ("name", "content") and t.key != key]
        if 2 < len(key) <= LONGEST_CUT and (
            key in "".join(word[0] for word in words) or any(word.startswith(key) for word in words)
        ):
            return True
    return False


def context(columns: Sequence[Column], low: int, high: int) -> float:
    """Share of the nearest words on both sides that are matched."""
    near = [*columns[max(0, low - NEAR) : low], *columns[high : high + NEAR]]
    return sum(is_matched(c) for c in near) / len(near) if near else 0.5
