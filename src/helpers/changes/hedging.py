"""Rules for hedges and negations that one side has and the other has not."""

from collections.abc import Sequence
from typing import NamedTuple

from helpers.changes.facts import Named
from helpers.changes.matching import Column, is_matched, opposes
from helpers.changes.tokens import Token
from helpers.changes.vocabulary import (
    ASSERTIVE,
    CLAUSE_OPENERS,
    CONFIRMING,
    CUE_PHRASES,
    CUE_WORDS,
    HEARD,
    HEARSAY,
    MODAL_VERBS,
    MODALS,
    NEGATIVE,
    OPINION,
    UNREAL,
    VERBS,
    WEAK,
)

# A hedge that is lost while more than these words with content are replaced is no change of one claim.
MOST_CONTENT = 3
# Words behind a negation among which it finds what it denies: not independently confirmed.
NEAR = 3


# Added to the severity of a hedge among other words that differ: the sense may be kept. Not of a denied confirmation.
REWORDED = -0.3
_PHRASES = {first: [phrase for phrase in CUE_PHRASES if phrase[0] == first] for first, *_ in CUE_PHRASES}


class Cue(NamedTuple):
    """A hedge or a negation: its words, and whether it is a modal, a negation, or says that nothing is confirmed."""

    words: str
    sort: str


def hedging(part: Sequence[Column], low: int, surplus: dict[tuple[int, str], Cue]) -> Named | None:
    """The hedge of a stretch that only its side has (see `cue_surplus`), or words that a prefix makes opposites."""
    sides = {"before": [c.before for c in part if c.before], "after": [c.after for c in part if c.after]}
    if bare := _asserted(part):
        return bare
    negated = any(t.role == "negation" or t.key == "non" for side in sides.values() for t in side)
    for i, c in enumerate(part):
        for side in ("before", "after"):
            cue = surplus.get((low + i, side))
            moved = c.moved_before if side == "before" else c.moved_after
            other = sides["after" if side == "before" else "before"]
            if cue and not moved and (low or other) and _is_one_claim(cue, sides[side], other):
                which = "lost" if side == "before" else "gained"
                reworded = cue.sort != "denial" and _content(sides[side]) + _content(other) > 0
                return "hedging", f"{which}: {cue.words}", 0.05 * (side == "before") + REWORDED * reworded
        if c.before and c.after and opposes(c.before.key, c.after.key) and _is_brief(*sides.values()) and not negated:
            return "hedging", f"prefix: {c.before.key} / {c.after.key}", 0.0
    return None


def _asserted(part: Sequence[Column]) -> Named | None:
    """A modal alone in the place of *will* or *would*, however many other hedges the sentences have."""
    if len(part) > 1 or not (part[0].before and part[0].after) or part[0].moved_before or part[0].moved_after:
        return None
    before, after = part[0].before.key, part[0].after.key
    if before in MODAL_VERBS and after in ASSERTIVE:
        return "hedging", f"lost: {before}", 0.05
    if after in MODAL_VERBS and before in ASSERTIVE:
        return "hedging", f"gained: {after}", 0.0
    return None


def _is_one_claim(cue: Cue, own: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether a hedge in these words hedges what the other side says too; a clause that only one side has does not.

    A negation is dropped or added alone: among other words it is part of a rewording (*could not find*, *failed to
    find*). A modal may go with few of them. That nothing is confirmed may be said in a clause of its own.
    """
    sizes = [_content(own), _content(other, frozenset())]
    if cue.sort == "denial" and other:
        return _is_brief(own, other)
    opens = any(t.key in CLAUSE_OPENERS for t in own) and not any(t.key in CLAUSE_OPENERS for t in other)
    keeps = any(t.key in UNREAL or t.role in ("hedge", "negation") for t in other)
    if opens or keeps:
        return False
    if cue.words not in MODALS or not other:
        return sum(sizes) == 0
    clause = sizes[1] > 0 or any(t.key in VERBS for t in other)
    return clause and sum(sizes) <= MOST_CONTENT and (min(sizes) > 0 or sum(sizes) <= 1)


def _is_brief(own: Sequence[Token], other: Sequence[Token]) -> bool:
    sizes = [_content(own), _content(other)]
    return max(sizes) <= MOST_CONTENT and sum(sizes) < 2 * MOST_CONTENT


def _content(side: Sequence[Token], apart: frozenset[str] = CUE_WORDS) -> int:
    return sum(t.role not in ("function", "hedge", "negation") and t.key not in apart for t in side)


def cue_surplus(columns: Sequence[Column]) -> dict[tuple[int, str], Cue]:
    """Cues of hedging and negation that one sentence has more of, by (column, side); empty where both have as many."""
    places = {side: _cues(columns, side) for side in ("before", "after")}
    gained = len(places["after"]) - len(places["before"])
    if not gained:
        return {}
    side, other = ("after", "before") if gained > 0 else ("before", "after")
    told = [(c, token.key) for c in columns if (token := getattr(c, other))]
    loose, all_keys = {key for c, key in told if not is_matched(c)}, {key for _, key in told}
    held = {cue.words for cue in places[other].values()}
    return {
        (place, side): cue for place, cue in places[side].items() if not _is_made_up_for(cue, loose, all_keys, held)
    }


def _is_made_up_for(cue: Cue, loose: set[str], told: set[str], held: set[str]) -> bool:
    """Whether the other sentence says the same: in words only it has (`loose`), in any (`told`), by a cue (`held`)."""
    if (cue.words in HEARSAY and loose & HEARD) or (cue.words in WEAK and told & (OPINION | UNREAL)):
        return True
    return cue.words in held or (cue.sort == "negation" and bool(loose & NEGATIVE))


def _cues(columns: Sequence[Column], side: str) -> dict[int, Cue]:
    """Each cue of a side, by its column; *not until* says when, and negates nothing."""
    places = [i for i, c in enumerate(columns) if getattr(c, side)]
    own: list[Token] = [getattr(columns[i], side) for i in places]
    found, at = {}, 0
    while at < len(own):
        phrases = _PHRASES.get(own[at].key, ())
        phrase = next((p for p in phrases if tuple(t.key for t in own[at : at + len(p)]) == p), ())
        rest = own[at + max(1, len(phrase)) :]
        behind, later = rest[:NEAR], own[at].role == "negation" and any(t.key in ("until", "till") for t in rest)
        if phrase or (own[at].role in ("hedge", "negation") and not later and not _is_going(own[at], behind)):
            found[places[at]] = Cue(" ".join(phrase) or own[at].key, _sort(own[at], phrase, behind))
        at += max(1, len(phrase))
    return found


def _is_going(token: Token, behind: Sequence[Token]) -> bool:
    """Whether somebody appears somewhere, which hedges nothing."""
    return (
        token.key.startswith("appear") and bool(behind) and behind[0].key in ("in", "at", "on", "before", "with", "for")
    )


def _sort(first: Token, phrase: Sequence[str], behind: Sequence[Token]) -> str:
    if first.role == "hedge" and not phrase:
        return "modal"
    return "denial" if any(t.key in CONFIRMING for t in behind) else "negation"
