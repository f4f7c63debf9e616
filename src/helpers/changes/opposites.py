"""Words in the place of their opposites: fell / rose, with / without, more / fewer."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from helpers.changes.facts import LEAST_CONTEXT, NEAR, Named, context, is_other_number
from helpers.changes.matching import EQUAL, KIN, TYPED, Column
from helpers.changes.tokens import Token, tokens
from helpers.changes.vocabulary import FUNCTION, QUALIFIERS

# Added to the severity of other words; not where numbers or days differ too: a report of a market, filled in anew.
OPPOSED = 0.38
_OPPOSITES = """
    rise climb gain advance increase jump soar surge grow rally strengthen raise expand up higher
        / fall drop decline decrease slip slide sink plunge tumble slump dip lose shrink weaken lower reduce cut down
    | gain / loss | advance / retreat | win / lose | winner / loser | victory / defeat | buy / sell | buyer / seller
    | high / low | highest / lowest | better / worse | best / worst | improve / worsen | strong / weak
    | accept approve / reject | confirm / deny | allow / ban forbid prohibit | support / oppose | begin start / end stop
    | success / failure | succeed / fail | enter / leave | alive / dead | guilty / innocent
    | convict / acquit | hire / fire | attack / defend | capture / lose | profit / loss | majority / minority
    | surplus / deficit | maximum / minimum | optimistic / pessimistic | before / after
    | with / without | for / against | above over / below under | more most many / less fewer few
    | inside / outside | much / little
"""


@lru_cache(maxsize=1)
def _known() -> frozenset[frozenset[str]]:
    """Pairs of stems; found when first needed, as stemming takes a second to load."""
    sides = [[side.split() for side in pair.split("/")] for pair in _OPPOSITES.split("|")]
    return frozenset(
        frozenset(tokens(word, (0, len(word)))[0].stem for word in pair)
        for left, right in sides
        for pair in product(left, right)
    )


def opposite(
    columns: Sequence[Column], low: int, high: int, before: Sequence[Token], after: Sequence[Token]
) -> Named | None:
    """The opposites that stand for each other in a stretch with at most one more word of content; none if negated.

    Args:
        columns: the sentences.
        low: where the stretch begins.
        high: behind its end.
        before: its words of the source that did not move.
        after: the same of the article.
    """
    found = next(((a, b) for a in before for b in after if frozenset((a.stem, b.stem)) in _known()), None)
    if not found or _is_negated(columns[max(0, low - NEAR) : high]):
        return None
    paired = any(c.before is found[0] and c.after is found[1] for c in columns[low:high])
    if max(map(_content, (before, after))) > 1 + paired:
        return None
    keys = [token.key for token in found]
    if FUNCTION & {*keys} and not (len(before) == len(after) == 1 and _is_framed(columns, low, high)):
        return None
    qualifiers = [QUALIFIERS.get((key, "than")) for key in keys]
    if all(qualifiers) and high < len(columns) and _is_equal(columns[high], "than"):
        return "number", f"qualifier {qualifiers[0]} / {qualifiers[1]}", 0.0
    sure = context(columns, low, high) >= LEAST_CONTEXT and not _is_filled_in_anew(columns)
    return "wording", f"opposite: {keys[0]} / {keys[1]}", OPPOSED * sure


def _content(side: Sequence[Token]) -> int:
    return sum(token.role != "function" for token in side)


def _is_negated(columns: Sequence[Column]) -> bool:
    """Whether one side has a negation that the other has not."""
    sides = [t for c in columns if c.relation != EQUAL for t in (c.before, c.after)]
    return any(t is not None and (t.role == "negation" or t.key == "no") for t in sides)


def _is_framed(columns: Sequence[Column], low: int, high: int) -> bool:
    return all(c.relation in (EQUAL, KIN) for c in (*columns[max(0, low - 1) : low], *columns[high : high + 1]))


def _is_equal(column: Column, key: str) -> bool:
    return column.relation == EQUAL and column.before is not None and column.before.key == key


def _is_filled_in_anew(columns: Sequence[Column]) -> bool:
    """Whether numbers or days of the sentences differ, too."""
    days = (c for c in columns if c.relation == TYPED and c.before and c.before.role == "time")
    return any(map(is_other_number, columns)) or any(days)
