"""From aligned columns to changes: stretches that differ, each with its class and the rule that named it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import log10

from helpers.changes.matching import EQUAL, KIN, PLAIN, TYPED, Column, is_kin, is_matched, is_transliteration, opposes
from helpers.changes.tokens import Token
from helpers.changes.vocabulary import (
    CUE_PHRASES,
    LOADED,
    MONTHS,
    PLACE_BEFORE,
    QUALIFIERS,
    RELATIVE,
    SOURCE_MARKS,
    TIME_UNITS,
)
from helpers.languages import frequency

KINDS = {
    "hedging": "a hedge or a negation is there on one side only",
    "number": "another number, or another qualifier of one (more than, about)",
    "date": "another day, month, time of day or clock",
    "name": "another name, or one in other letters",
    "place": "another name after a preposition of place",
    "attribution": "another verb of saying or source, or none",
    "wording": "words replaced by others, which may bend the meaning",
    "dropped": "words of the source that have no counterpart",
    "added": "words of the article that have no counterpart",
    "merged": "sentences of the source that are one in the article",
    "split": "a sentence of the source that is several in the article",
    "style": "spelling, inflection, function words, abbreviations",
}
"""Classes of changes, the most serious first, with what they mean."""
BASE = {
    "hedging": 0.9,
    "number": 0.86,
    "name": 0.74,
    "date": 0.7,
    "place": 0.66,
    "attribution": 0.58,
    "wording": 0.42,
    "dropped": 0.34,
    "added": 0.3,
    "merged": 0.16,
    "split": 0.16,
    "style": 0.1,
}
"""Severity of a class before evidence: an order of reading, no probability."""
# A stretch of more words is a clause of its own: what it holds was added or dropped with it.
LONGEST_CLAIM = 6
# A hedge that is lost in a longer rewording is no change of one claim.
LONGEST_HEDGED = 9
# A number, day or name in a longer stretch was added or dropped with it.
LONGEST_FACT = 3
# Less matched around a pair of numbers or names: they stand in different statements.
LEAST_CONTEXT = 0.4
# Words on either side that are looked at for evidence that a change stands where it seems to stand.
NEAR = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A change: tokens of the source, tokens of the article, class, rule, severity, and where they stand."""

    before: tuple[Token, ...]
    after: tuple[Token, ...]
    kind: str
    rule: str
    severity: float
    place: int


def changes_of(columns: Sequence[Column], confidence: float, common: Collection[float] = ()) -> list[Found]:
    """All changes of one pair of matched sentences.

    Args:
        columns: their alignment.
        confidence: share of their words that are matched, 0 to 1; lowers the severity of doubtful pairs.
        common: numbers that both articles hold: one of them in the place of another was not changed into it.
    """
    surplus = _cue_surplus(columns)
    sayings = _sayings(columns)
    found = []
    for low, high in _segments(columns):
        part = columns[low:high]
        before = tuple(c.before for c in part if c.before)
        after = tuple(c.after for c in part if c.after)
        named = _named(columns, low, high, surplus)
        if named and named[0] == "attribution" and not part[0].relation == TYPED and not sayings:
            named = _rest(before, after)
        if named and not _is_crossed(part[0], common):
            kind, rule, shift = named
            evidence = 0.5 * confidence + 0.5 * _context(columns, low, high)
            severity = round((BASE[kind] + shift) * (0.55 + 0.45 * evidence), 4)
            found.append(Found(before, after, kind, rule, severity, low))
    return found


def _segments(columns: Sequence[Column]) -> Iterator[tuple[int, int]]:
    """Stretches [low, high) of columns that are one change each."""
    low = 0
    while low < len(columns):
        kind = _sort(columns, low)
        if kind == EQUAL:
            low += 1
            continue
        high = low + 1
        while high < len(columns) and (joined := _joined(columns, kind, high)):
            high += joined
        if (kind == "number" or _is_counted(columns[low], kind)) and _is_unit(columns, high):
            high += 1
        yield low, high
        low = high


def _joined(columns: Sequence[Column], kind: str, place: int) -> int:
    """How many columns from a place on belong to the stretch before it."""
    here = _sort(columns, place)
    if here == kind and kind in (PLAIN, KIN, "name"):
        return 1
    between = here == KIN or _is_weak(columns[place])
    if kind == PLAIN and between and place + 1 < len(columns) and _sort(columns, place + 1) == PLAIN:
        return 2 if columns[place].relation != EQUAL or _is_bridge(columns, place) else 0
    return 0


def _is_weak(column: Column) -> bool:
    return column.relation == EQUAL and column.before is not None and column.before.role == "function"


def _is_bridge(columns: Sequence[Column], place: int) -> bool:
    """Whether a function word stands between substitutions on both sides: it is part of a reworded phrase."""
    before, after = columns[place - 1], columns[place + 1]
    pairs = sum(bool(c.before and c.after) for c in (before, after))
    return pairs == 2 or (pairs == 1 and not _is_one_sided(before, after))


def _is_one_sided(before: Column, after: Column) -> bool:
    return not any(c.before for c in (before, after)) or not any(c.after for c in (before, after))


def _is_counted(column: Column, kind: str) -> bool:
    """Whether a column is one measure written in two ways: six-month, 6-month-old."""
    return bool(kind == KIN and column.before and column.before.stem[:1].isdigit())


def _is_unit(columns: Sequence[Column], place: int) -> bool:
    """Whether a changed noun follows a changed number: both are one phrase."""
    if place >= len(columns):
        return False
    c = columns[place]
    return bool(c.relation == PLAIN and c.before and c.after and c.before.role == c.after.role == "content")


def _sort(columns: Sequence[Column], place: int) -> str:
    """What sort of stretch a column belongs to: equal, kin, plain, or the role of a typed pair."""
    c = columns[place]
    if c.relation != TYPED or c.before is None:
        return c.relation
    if c.moved_before or c.moved_after or (c.before.role == "name" and _is_elsewhere(columns, c)):
        return PLAIN
    return PLAIN if c.before.role in ("hedge", "negation") else c.before.role


def _is_elsewhere(columns: Sequence[Column], pair: Column) -> bool:
    """Whether a name of a pair stands somewhere on the other side too: it was not replaced."""
    before, after = pair.before, pair.after
    return any(
        (before and c.after and c is not pair and is_kin(before, c.after))
        or (after and c.before and c is not pair and is_kin(after, c.before))
        for c in columns
    )


def _named(
    columns: Sequence[Column], low: int, high: int, surplus: dict[tuple[int, str], int]
) -> tuple[str, str, float] | None:
    """Class of a stretch, the rule that says so, and what it adds to the severity; None for words that only moved."""
    part = columns[low:high]
    sort = _sort(columns, low)
    before = [c.before for c in part if c.before and not c.moved_before]
    after = [c.after for c in part if c.after and not c.moved_after]
    if all(c.relation == KIN for c in part):
        return "style", "same word, other form", 0.0
    hedge = _hedging(part, low, surplus)
    if hedge and _is_one_claim(before, after):
        return hedge
    if not _weighty(before) and not _weighty(after):
        return ("style", "moved or function words", 0.0) if before or after else None
    if sort in ("number", "name") and not _is_placed(columns, low, high, part[0]):
        return _rest(before, after)
    if sort == "number" and part[0].before and part[0].after:
        return _number_pair(columns, low, part[0].before, part[0].after)
    if sort == "time" and part[0].before and part[0].after:
        return "date", f"{part[0].before.key} / {part[0].after.key}", 0.0
    if sort == "saying" and part[0].before and part[0].after:
        return _saying_pair(part[0].before, part[0].after)
    if sort == "name":
        return _name_pair(columns, low, part)
    return _plain(columns, low, high, before, after)


def _is_one_claim(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a hedge in these words hedges what the other side says too; a clause that only one side has does not."""
    if before and after:
        return max(len(before), len(after)) <= LONGEST_HEDGED
    return not any(token.role not in ("function", "hedge", "negation") for token in (*before, *after))


def _is_crossed(column: Column, common: Collection[float]) -> bool:
    """Whether a column pairs two numbers that both articles hold, so that neither replaced the other."""
    if column.relation != TYPED or not (column.before and column.after) or column.before.role != "number":
        return False
    a, b = column.before.value, column.after.value
    return a != b and a in common and b in common


def _weighty(tokens: Sequence[Token]) -> bool:
    return any(token.role != "function" for token in tokens)


def _plain(
    columns: Sequence[Column], low: int, high: int, before: list[Token], after: list[Token]
) -> tuple[str, str, float]:
    if "".join(t.key for t in before).replace("-", "") == "".join(t.key for t in after).replace("-", ""):
        return "style", "same letters", 0.0
    short = max(len(before), len(after)) <= LONGEST_CLAIM
    if short and (special := _special(columns, low, high, before, after)):
        return special
    return _rest(before, after)


def _is_placed(columns: Sequence[Column], low: int, high: int, pair: Column) -> bool:
    """Whether a pair of numbers or names stands in one statement: the same number, or enough matched around it."""
    a, b = pair.before, pair.after
    same = a is not None and b is not None and a.value is not None and a.value == b.value
    loose = any(t is not None and _is_loose_one(t) for t in (a, b)) and not (a and b and a.qualifier == b.qualifier != "")
    return same or (not loose and _context(columns, low, high) >= LEAST_CONTEXT)


def _rest(before: Sequence[Token], after: Sequence[Token]) -> tuple[str, str, float]:
    """Classes of words that are no fact by their role: wording, dropped, added."""
    longest = max(len(before), len(after))
    if _weighty(before) and _weighty(after) and _like_long(before, after):
        return "wording", f"{len(before)} for {len(after)} words", _rarity(before, after) - 0.005 * longest
    longer = before if len(before) >= len(after) else after
    hedges = [t.key for t in longer if t.role in ("hedge", "negation")]
    rule = ", with ".join([f"{longest} words", *hedges[:1]])
    return ("dropped" if longer is before else "added"), rule, min(0.04, 0.005 * longest) + 0.06 * bool(hedges)


def _like_long(before: Sequence[Token], after: Sequence[Token]) -> bool:
    small, large = sorted((len(before), len(after)))
    return large <= 3 * small + 1


def _rarity(before: Sequence[Token], after: Sequence[Token]) -> float:
    """How much rarer than everyday the replaced words are, -0.04 to 0.08: raisin and grape more than main and major."""
    rarest = [max((-log10(frequency(t.key)) for t in side if t.role == "content"), default=4.0) for side in (before, after)]
    return min(0.08, max(-0.04, 0.04 * (min(rarest) - 4.0)))


def _special(
    columns: Sequence[Column], low: int, high: int, before: list[Token], after: list[Token]
) -> tuple[str, str, float] | None:
    """Classes told by a word that only one side has."""
    following = columns[high] if high < len(columns) else None
    if following and following.before and following.before.role == "number" and following.relation == EQUAL:
        keys = tuple(t.key for t in (*before, *after))
        if keys in QUALIFIERS:
            return "number", f"qualifier {' '.join(keys)}", 0.0
    brief = max(sum(t.role != "function" for t in side) for side in (before, after)) <= LONGEST_FACT
    for sort, kind, shift in (("number", "number", -0.2), ("date", "date", -0.2), ("saying", "attribution", 0.0)):
        sides = [[t for t in side if _fact(t, side) == sort] for side in (before, after)]
        if bool(sides[0]) != bool(sides[1]) and (brief or sort == "saying"):
            which = "lost" if sides[0] else "gained"
            return kind, f"{which}: {(sides[0] or sides[1])[0].key}", shift
    return None


def _fact(token: Token, around: Sequence[Token]) -> str:
    """What a token states that no other stands for: number, date, saying or nothing."""
    if token.role == "number":
        return "date" if is_year(token) else "" if _is_loose_one(token) else "number"
    if token.role == "time" or (token.key in TIME_UNITS and any(t.key in RELATIVE for t in around)):
        return "date"
    return "saying" if token.role == "saying" and token.stem in SOURCE_MARKS else ""


def is_year(token: Token) -> bool:
    """Whether a number is a year of our time."""
    return token.key.isdigit() and len(token.key) == 4 and 1900 <= int(token.key) < 2100


def _is_loose_one(token: Token) -> bool:
    return token.key in ("one", "half") or token.qualifier == "ordinal"


def _number_pair(columns: Sequence[Column], place: int, before: Token, after: Token) -> tuple[str, str, float]:
    rule = f"{before.key} / {after.key}"
    if before.value is not None and before.value == after.value:
        return "number", f"qualifier {before.qualifier or 'none'} / {after.qualifier or 'none'}", 0.0
    if _is_date(columns, place) or (is_year(before) and is_year(after)):
        return "date", rule, 0.02
    return "number", rule, 0.04


def _is_date(columns: Sequence[Column], place: int) -> bool:
    """Whether a number is part of a date or a clock time: a month beside it, a.m. after it, a colon inside."""
    column = columns[place]
    if any(t is not None and ":" in t.key for t in (column.before, column.after)):
        return True
    near = [columns[i] for i in (place - 1, place + 1) if 0 <= i < len(columns)]
    beside = {t.key for c in near for t in (c.before, c.after) if t}
    return bool(beside & (MONTHS | {"a.m", "p.m", "gmt"}))


def _saying_pair(before: Token, after: Token) -> tuple[str, str, float]:
    loaded = (before.key in LOADED) != (after.key in LOADED)
    shift = 0.04 if loaded else -0.2
    return "attribution", f"{before.key} / {after.key}", shift


def _name_pair(columns: Sequence[Column], low: int, part: Sequence[Column]) -> tuple[str, str, float]:
    pairs = [(c.before, c.after) for c in part if c.before and c.after]
    if any(_is_initials(a, b, columns) for a, b in pairs):
        return "style", "initials", 0.0
    rule = ", ".join(f"{a.key} / {b.key}" for a, b in pairs)
    if all(is_transliteration(a.key, b.key) or is_kin(a, b) for a, b in pairs):
        return "name", f"other letters: {rule}", -0.5
    previous = columns[low - 1] if low else None
    if previous and all(t is not None and t.key in PLACE_BEFORE for t in (previous.before, previous.after)):
        return "place", rule, 0.0
    return "name", rule, -0.04


def _is_initials(a: Token, b: Token, columns: Sequence[Column]) -> bool:
    """Whether one of two names is the initials of words of the other sentence: IMF."""
    initials = ["".join(t.key[0] for t in side if t) for side in ([c.before for c in columns], [c.after for c in columns])]
    short = [name.key.replace(".", "") for name in (b, a)]
    return any(len(name) >= 3 and name in line for name, line in zip(short, initials, strict=True))


def _sayings(columns: Sequence[Column]) -> int:
    """How many more words of saying one sentence has than the other."""
    before = sum(c.before is not None and c.before.role == "saying" for c in columns)
    return abs(before - sum(c.after is not None and c.after.role == "saying" for c in columns))


def _cue_surplus(columns: Sequence[Column]) -> dict[tuple[int, str], int]:
    """Cues of hedging and negation that one sentence has more of, by (column, side); empty where both have as many."""
    places = {side: _cues(columns, side) for side in ("before", "after")}
    gained = len(places["after"]) - len(places["before"])
    if not gained:
        return {}
    side = "after" if gained > 0 else "before"
    return {(place, side): length for place, length in places[side].items()}


def _cues(columns: Sequence[Column], side: str) -> dict[int, int]:
    """Column and number of words of each cue of a side."""
    places = [i for i, c in enumerate(columns) if getattr(c, side)]
    own: list[Token] = [getattr(columns[i], side) for i in places]
    found, at = {}, 0
    while at < len(own):
        phrase = next((p for p in CUE_PHRASES if tuple(t.key for t in own[at : at + len(p)]) == p), ())
        if phrase or own[at].role in ("hedge", "negation"):
            found[places[at]] = len(phrase) or 1
        at += max(1, len(phrase))
    return found


def _hedging(part: Sequence[Column], low: int, surplus: dict[tuple[int, str], int]) -> tuple[str, str, float] | None:
    for i, c in enumerate(part):
        for side in ("before", "after"):
            token = getattr(c, side)
            moved = c.moved_before if side == "before" else c.moved_after
            if token and (low + i, side) in surplus and not moved:
                which = "lost" if side == "before" else "gained"
                return "hedging", f"{which}: {token.key}", 0.05 if which == "lost" else 0.0
        if c.before and c.after and opposes(c.before.key, c.after.key):
            return "hedging", f"prefix: {c.before.key} / {c.after.key}", 0.0
    return None


def _context(columns: Sequence[Column], low: int, high: int) -> float:
    """Share of the nearest words on both sides that are matched."""
    near = [*columns[max(0, low - NEAR) : low], *columns[high : high + NEAR]]
    return sum(is_matched(c) for c in near) / len(near) if near else 0.5

