"""Rules for hedges and negations that one side has and the other has not."""

from collections.abc import Sequence

from helpers.changes.facts import Named
from helpers.changes.matching import Column, opposes
from helpers.changes.tokens import Token
from helpers.changes.vocabulary import CUE_PHRASES, CUE_WORDS

# A hedge that is lost while more than these words with content are replaced is no change of one claim.
MOST_CONTENT = 3


def hedging(part: Sequence[Column], low: int, surplus: dict[tuple[int, str], str]) -> Named | None:
    """The hedge of a stretch that only its side has (see `cue_surplus`), or words that a prefix makes opposites."""
    for i, c in enumerate(part):
        for side in ("before", "after"):
            token = getattr(c, side)
            moved = c.moved_before if side == "before" else c.moved_after
            if token and (low + i, side) in surplus and not moved:
                which = "lost" if side == "before" else "gained"
                return "hedging", f"{which}: {surplus[low + i, side]}", 0.05 if which == "lost" else 0.0
        if c.before and c.after and opposes(c.before.key, c.after.key):
            return "hedging", f"prefix: {c.before.key} / {c.after.key}", 0.0
    return None


def is_one_claim(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a hedge in these words hedges what the other side says too; a clause that only one side has does not."""
    without = ("function", "hedge", "negation")
    sizes = [sum(t.role not in without and t.key not in CUE_WORDS for t in side) for side in (before, after)]
    if before and after:
        return max(sizes) <= MOST_CONTENT and sum(sizes) < 2 * MOST_CONTENT
    return sum(sizes) == 0


def cue_surplus(columns: Sequence[Column]) -> dict[tuple[int, str], str]:
    """Cues of hedging and negation that one sentence has more of, by (column, side); empty where both have as many."""
    places = {side: _cues(columns, side) for side in ("before", "after")}
    gained = len(places["after"]) - len(places["before"])
    if not gained:
        return {}
    side = "after" if gained > 0 else "before"
    return {(place, side): cue for place, cue in places[side].items()}


def _cues(columns: Sequence[Column], side: str) -> dict[int, str]:
    """Column and words of each cue of a side."""
    places = [i for i, c in enumerate(columns) if getattr(c, side)]
    own: list[Token] = [getattr(columns[i], side) for i in places]
    found, at = {}, 0
    while at < len(own):
        phrase = next((p for p in CUE_PHRASES if tuple(t.key for t in own[at : at + len(p)]) == p), ())
        if phrase or own[at].role in ("hedge", "negation"):
            found[places[at]] = " ".join(phrase) or own[at].key
        at += max(1, len(phrase))
    return found
