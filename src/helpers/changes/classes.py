"""From aligned columns to changes: stretches that differ, each with its class and the rule that named it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log10

from helpers.agencies import AGENCIES, OUTLETS
from helpers.changes.facts import (
    Named,
    context,
    fact_of,
    is_crossed,
    is_other_number,
    is_placed,
    name_pair,
    number_pair,
    saying_pair,
    stands,
)
from helpers.changes.hedging import Cue, cue_surplus, hedging
from helpers.changes.matching import EQUAL, KIN, TYPED, Column, is_kin, is_transliteration
from helpers.changes.opposites import opposite
from helpers.changes.segments import segments, sort_of
from helpers.changes.tokens import Token
from helpers.changes.vocabulary import QUALIFIERS
from helpers.languages import frequency

KINDS = {
    "hedging": "a hedge or a negation is there on one side only",
    "number": "another number, or another qualifier of one (more than, about)",
    "attribution": "another verb of saying or source, or none",
    "date": "another day, month, time of day or clock",
    "name": "another name, or one in other letters",
    "place": "another place: known ones, or a name after a preposition of place",
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
    "attribution": 0.58,
    "date": 0.52,
    "name": 0.5,
    "place": 0.5,
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
# Added to the severity of numbers where several differ in one sentence: a quote of a market, filled in anew.
REFILLED = -0.25
# Added to the severity of words replaced by far fewer, or by function words alone.
UNEVEN = -0.1
# A number, day or name in a longer stretch was added or dropped with it.
LONGEST_FACT = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A change: tokens of the source, tokens of the article, class, rule, severity, and where they stand."""

    before: tuple[Token, ...]
    after: tuple[Token, ...]
    kind: str
    rule: str
    severity: float
    place: int


def changes_of(
    columns: Sequence[Column], confidence: float, common: Collection[float] = (), names: Collection[str] = ()
) -> list[Found]:
    """All changes of one pair of matched sentences.

    Args:
        columns: their alignment.
        confidence: share of their words that are matched, 0 to 1; lowers the severity of doubtful pairs.
        common: numbers that both articles hold: one of them in the place of another was not changed into it.
        names: names that both articles hold.
    """
    surplus = {} if _is_other_statement(columns) else cue_surplus(columns)
    sayings = _sayings(columns)
    anew = sum(map(is_other_number, columns)) > 1
    found = []
    for low, high in segments(columns):
        part = columns[low:high]
        before = tuple(c.before for c in part if c.before)
        after = tuple(c.after for c in part if c.after)
        named = _named(columns, low, high, surplus, names)
        if named and named[0] == "attribution" and part[0].relation != TYPED and not sayings:
            named = _unsaid(part) or _rest(before, after)
        if named and not is_crossed(part[0], common):
            kind, rule, shift = named
            shift += REFILLED * (kind == "number" and anew)
            evidence = 0.5 * confidence + 0.5 * context(columns, low, high)
            severity = round((BASE[kind] + shift) * (0.55 + 0.45 * evidence), 4)
            sides = (before if kind != "added" else (), after if kind != "dropped" else ())  # the others only moved
            found.append(Found(*sides, kind, rule, severity, low))
    return found


def _is_other_statement(columns: Sequence[Column]) -> bool:
    """Whether the sentences begin with names that differ: what one hedges, the other does not say."""
    names = next(((c.before, c.after) for c in columns if c.before and c.after), None)
    if names is None or not all(token.role == "name" for token in names):
        return False
    return not is_kin(*names) and not is_transliteration(names[0].key, names[1].key)


def _named(
    columns: Sequence[Column], low: int, high: int, surplus: dict[tuple[int, str], Cue], names: Collection[str]
) -> Named | None:
    """Class of a stretch, the rule that says so, and what it adds to the severity; None for words that only moved."""
    part = columns[low:high]
    sort = sort_of(columns, low)
    before = [c.before for c in part if c.before and not c.moved_before]
    after = [c.after for c in part if c.after and not c.moved_after]
    if all(c.relation == KIN for c in part):
        return "style", "same word, other form", 0.0
    if hedge := hedging(part, low, surplus):
        return hedge
    if opposed := opposite(columns, low, high, before, after):
        return opposed
    if not _weighty(before) and not _weighty(after):
        return ("style", "moved or function words", 0.0) if before or after else None
    if sort in ("number", "name") and not is_placed(columns, low, high, part[0]):
        return _rest(before, after)
    if sort == "number" and part[0].before and part[0].after:
        return number_pair(columns, low, part[0].before, part[0].after)
    if sort == "time" and part[0].before and part[0].after:
        return "date", f"{part[0].before.key} / {part[0].after.key}", 0.0
    if sort == "saying" and part[0].before and part[0].after:
        return saying_pair(part[0].before, part[0].after)
    if sort == "name":
        return name_pair(columns, low, part, names) or _rest(before, after)
    return _plain(columns, low, high, before, after)


def _weighty(tokens: Sequence[Token]) -> bool:
    return any(token.role != "function" for token in tokens)


def _plain(columns: Sequence[Column], low: int, high: int, before: list[Token], after: list[Token]) -> Named:
    if _letters(before) == _letters(after):
        return "style", "same letters", 0.0
    if _are_kin(before, after) and _are_kin(after, before):
        return "style", "same words, other forms", 0.0
    short = max(len(before), len(after)) <= LONGEST_CLAIM
    if short and (special := _special(columns, low, high, before, after)):
        return special
    return _rest(before, after)


def _letters(tokens: Sequence[Token]) -> str:
    return "".join(t.key for t in tokens).replace("-", "").replace(" ", "")


def _are_kin(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether every word with content has one of its kin on the other side."""
    return all(t.role == "function" or any(is_kin(t, other) for other in after) for t in before)


def _rest(before: Sequence[Token], after: Sequence[Token]) -> Named:
    """Classes of words that are no fact by their role: wording, and dropped or added where the other side has none."""
    longest = max(len(before), len(after))
    if before and after:
        alike = _weighty(before) and _weighty(after) and _like_long(before, after)
        shift = _rarity(before, after) - 0.005 * longest if alike else UNEVEN
        return "wording", f"{len(before)} for {len(after)} words", shift
    longer = before if len(before) >= len(after) else after
    hedges = [t.key for t in longer if t.role in ("hedge", "negation")]
    rule = ", with ".join([f"{longest} words", *hedges[:1]])
    return ("dropped" if longer is before else "added"), rule, min(0.04, 0.005 * longest) + 0.06 * bool(hedges)


def _like_long(before: Sequence[Token], after: Sequence[Token]) -> bool:
    small, large = sorted((len(before), len(after)))
    return large <= 3 * small + 2


def _rarity(before: Sequence[Token], after: Sequence[Token]) -> float:
    """How much rarer than everyday the replaced words are, -0.04 to 0.08: raisin and grape more than main and major."""
    rarest = [
        max((-log10(frequency(t.key)) for t in side if t.role == "content"), default=4.0) for side in (before, after)
    ]
    return min(0.08, max(-0.04, 0.04 * (min(rarest) - 4.0)))


def _special(columns: Sequence[Column], low: int, high: int, before: list[Token], after: list[Token]) -> Named | None:
    """Classes told by a word that only one side has."""
    following = columns[high] if high < len(columns) else None
    if following and following.before and following.before.role == "number" and following.relation == EQUAL:
        keys = tuple(t.key for t in (*before, *after))
        if keys in QUALIFIERS:
            return "number", f"qualifier {' '.join(keys)}", 0.0
    brief = max(sum(t.role != "function" for t in side) for side in (before, after)) <= LONGEST_FACT
    for sort, kind, shift in (("number", "number", -0.3), ("date", "date", -0.15), ("saying", "attribution", -0.1)):
        sides = [[t for t in side if fact_of(t, side) == sort] for side in (before, after)]
        if sort != "saying":
            sides = [[t for t in side if not stands(t, columns, 1 - i)] for i, side in enumerate(sides)]
        if bool(sides[0]) != bool(sides[1]) and (brief or sort == "saying"):
            which, side = ("lost", before) if sides[0] else ("gained", after)
            key = (sides[0] or sides[1])[0].key
            if sort == "saying" and (agency := _agency(side)):
                told = [t.key for t in side]
                order = sorted((agency, key), key=lambda word: told.index(word.casefold().split()[0]))
                return kind, f"{which}: {' ... '.join(order)}", 0.0
            return kind, f"{which}: {key}", shift
    return None


def _agency(side: Sequence[Token]) -> str:
    """The news agency or outlet that words name; none: an empty text."""
    line = f" {' '.join(token.key for token in side)} "
    return next((name for name in (*AGENCIES, *OUTLETS) if f" {name.casefold()} " in line), "")


def _unsaid(part: Sequence[Column]) -> Named | None:
    """Words of saying alone that the other sentence has as many of, elsewhere: who says it did not change."""
    loose = [t for c in part for t, moved in ((c.before, c.moved_before), (c.after, c.moved_after)) if t and not moved]
    return ("style", "as many words of saying", 0.0) if all(t.role in ("saying", "function") for t in loose) else None


def _sayings(columns: Sequence[Column]) -> int:
    """How many more words of saying one sentence has than the other; none where both quote somebody's quotation."""
    quoting = [{t.stem for t in side if t} for side in zip(*((c.before, c.after) for c in columns), strict=True)]
    if all("quote" in stems for stems in quoting):
        return 0
    before = sum(c.before is not None and c.before.role == "saying" for c in columns)
    return abs(before - sum(c.after is not None and c.after.role == "saying" for c in columns))
