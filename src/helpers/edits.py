"""Edits with a place: how a text became another, so that nothing is dropped without a trace.

Cleaning works in stages (repair, boilerplate, white space). Each stage returns edits against the text it was
given; `compose` carries them back to the raw text, so that one log replays from raw to clean.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """Replace ``text[start:end]``, which reads `before`, by `after`; `rule` says why. Offsets in code points."""

    start: int
    end: int
    before: str
    after: str
    rule: str


_Event = tuple[int, int, int, Edit]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Apply sorted, non-overlapping edits to the text they were made for.

    Raises:
        ValueError: an edit overlaps the one before it, or `text` does not read `before` at its place.

    >>> apply("gsg Izium fell", [Edit(0, 4, "gsg ", "", "stray_line")])
    'Izium fell'
    """
    parts: list[str] = []
    position = 0
    for edit in edits:
        if edit.start < position or text[edit.start : edit.end] != edit.before:
            raise ValueError(f"edit does not fit the text: {edit}")
        parts += [text[position : edit.start], edit.after]
        position = edit.end
    return "".join(parts) + text[position:]


def compose(first: Sequence[Edit], second: Sequence[Edit], raw: str) -> list[Edit]:
    """One list of edits on `raw` that does what `first` and then `second` do.

    `second` is made for ``apply(raw, first)``. Edits of the two lists that touch the same characters become one
    edit; its rule is that of the later edit where this covers the earlier one wholly, else both, joined by "+".
    A later edit around the place of an earlier deletion is cut there, so that the deletion keeps its own row.

    >>> raw = "Kyiv\\u9225\\u6a9a army\\ngsg"
    >>> repaired = [Edit(4, 6, "\\u9225\\u6a9a", "\\u2019s", "gb18030")]
    >>> [e.rule for e in compose(repaired, [Edit(11, 15, "\\ngsg", "", "stray_line")], raw)]
    ['gb18030', 'stray_line']
    """
    middle = apply(raw, first)
    places, shifts = _places_after(first)
    stops = [stop for _, stop in places]
    events = [(*place, 0, edit) for place, edit in zip(places, first, strict=True)]
    gone = [start for start, stop in places if start == stop]
    events += [(part.start, part.end, 1, part) for edit in second for part in _cut(edit, gone)]
    merged: list[Edit] = []
    for cluster in _clusters(sorted(events, key=lambda event: event[:3])):
        low, high = cluster[0][0], max(event[1] for event in cluster)
        earlier = [event for event in cluster if event[2] == 0]
        later = [event for event in cluster if event[2] == 1]
        starts = [edit.start for start, _, _, edit in earlier if start == low]
        ends = [edit.end for _, stop, _, edit in earlier if stop == high]
        raw_start = starts[0] if starts else low + shifts[bisect_right(stops, low)]
        raw_end = ends[-1] if ends else high + shifts[bisect_left(stops, high)]
        if low == high and not earlier:
            raw_end = raw_start
        inside = [replace(e, start=e.start - low, end=e.end - low) for *_, e in later]
        covered = bool(later) and all(any(s[0] <= e[0] and e[1] <= s[1] for s in later) for e in earlier)
        rules = dict.fromkeys(event[3].rule for event in (later if covered else earlier + later))
        after = apply(middle[low:high], inside)
        before = raw[raw_start:raw_end]
        if before != after:
            merged.append(Edit(raw_start, raw_end, before, after, "+".join(rules)))
    return merged


def _places_after(edits: Sequence[Edit]) -> tuple[list[tuple[int, int]], list[int]]:
    """Where each edit's `after` stands in the edited text, and what brings an offset behind it back to the raw."""
    places, shifts = [], [0]
    for edit in edits:
        start = edit.start - shifts[-1]
        places.append((start, start + len(edit.after)))
        shifts.append(shifts[-1] + (edit.end - edit.start) - len(edit.after))
    return places, shifts


def _cut(edit: Edit, places: list[int]) -> Iterator[Edit]:
    """Cut an edit at the places inside it; the first part carries what it puts there."""
    inside = places[bisect_right(places, edit.start) : bisect_left(places, edit.end)]
    cuts = [edit.start, *dict.fromkeys(inside), edit.end]
    for i, (start, end) in enumerate(pairwise(cuts)):
        before = edit.before[start - edit.start : end - edit.start]
        yield Edit(start, end, before, edit.after if i == 0 else "", edit.rule)


def _clusters(events: list[_Event]) -> Iterator[list[_Event]]:
    """Group sorted (start, end, stage, edit) whose characters overlap."""
    cluster: list[_Event] = []
    reach = -1
    for event in events:
        if cluster and event[0] >= reach:
            yield cluster
            cluster = []
        cluster.append(event)
        reach = max(reach, event[1])
    if cluster:
        yield cluster
