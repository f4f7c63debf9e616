"""Where one change ends and the next begins in aligned columns."""

from collections.abc import Iterator, Sequence

from helpers.changes.matching import EQUAL, KIN, PLAIN, TYPED, Column, is_kin


def segments(columns: Sequence[Column]) -> Iterator[tuple[int, int]]:
    """Stretches [low, high) of columns that are one change each."""
    low = 0
    while low < len(columns):
        kind = sort_of(columns, low)
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
    here = sort_of(columns, place)
    if here == kind and kind in (PLAIN, KIN, "name"):
        return 1
    between = here == KIN or _is_weak(columns[place])
    if kind == PLAIN and between and place + 1 < len(columns) and sort_of(columns, place + 1) == PLAIN:
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


def sort_of(columns: Sequence[Column], place: int) -> str:
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
