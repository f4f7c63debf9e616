"""Which mark stood where the bytes of one were lost: a search over a paragraph for the cheapest balanced reading.

A wrong decoder may swallow the last byte of a curly quote, dash or ellipsis. The neighbours and the quotes that are
open at that point tell which it was. Costs are small hand-set numbers: 0 is what a typesetter would expect there, 8 is
next to impossible. They were set on the damaged article of the Kharkiv corpus and tested on damaged copies of others.
"""

from collections.abc import Sequence

import regex

SLOT = "\ue000"
"""Stands in a text for one lost mark."""
MARKS = "“”‘’—–…•"
"""The marks that are chosen from."""

_State = tuple[tuple[str, int], ...]  # the quotes that are open, outermost first, each with its place
_Chain = tuple["_Chain", str] | None  # the marks chosen so far, last first
_Path = tuple[float, _Chain]  # with its cost
_CLOSES = {"“": '”"', "‘": "’", "„": '“”"', "‚": "‘’", '"': '"”'}
_BEAM = 8
_DEEP = 4
_TOKEN = regex.compile(rf"[{SLOT}“”‘’„‚\"]")
_IMPOSSIBLE = 8.0


def choose(text: str, allowed: Sequence[str]) -> list[str]:
    """One mark for each `SLOT` in `text`; `allowed` names the marks that are possible there.

    Dashes between blanks are en dashes if the intact dashes between blanks in `text` mostly are, else em dashes:
    the bytes cannot tell. Between digits an en dash is chosen.

    >>> choose(f"“Russia is retreating{SLOT} fast,{SLOT} he said {SLOT} twice.", [MARKS] * 3)
    ['…', '”', '—']
    """
    chosen: list[str] = []
    lines = text.split("\n")
    for index, line in enumerate(lines):
        count = line.count(SLOT)
        if count:
            following = next((other for other in lines[index + 1 : index + 4] if other.strip()), "")
            continued = following[:1] in ("“", "‘")
            chosen += _choose_line(line, allowed[len(chosen) : len(chosen) + count], continued)
    return _styled(text, chosen)


def _styled(text: str, chosen: list[str]) -> list[str]:
    """Give the spaced dashes the style of the intact ones."""
    style = "–" if len(regex.findall(r"\s–\s", text)) > len(regex.findall(r"\s—\s", text)) else "—"
    slots = [match.start() for match in regex.finditer(SLOT, text)]
    return [
        style if mark == "—" and text[max(at - 1, 0) : at + 2].strip() == SLOT else mark
        for at, mark in zip(slots, chosen, strict=True)
    ]


def _choose_line(line: str, allowed: Sequence[str], continued: bool) -> str:
    """The cheapest marks for the slots of one paragraph, by a beam over the quotes that are open."""
    paths: dict[_State, _Path] = {(): (0.0, None)}
    slot = 0
    for match in _TOKEN.finditer(line):
        at = match.start()
        before, after = line[max(at - 2, 0) : at], line[at + 1 : at + 5]
        options = allowed[slot] if match.group() == SLOT else match.group()
        keep = match.group() == SLOT
        slot += keep
        paths = _advance(paths, options, before, after, keep, at)
    unclosed = 0.3 if continued else 2.5
    best = min(paths, key=lambda state: paths[state][0] + unclosed * len(state))
    return _unchained(paths[best][1])


def _unchained(chain: _Chain) -> str:
    marks = []
    while chain:
        chain, mark = chain
        marks.append(mark)
    return "".join(reversed(marks))


def _advance(
    paths: dict[_State, _Path], options: str, before: str, after: str, keep: bool, at: int
) -> dict[_State, _Path]:
    """All states after one more quote or slot, each with its cheapest path; only the best few are kept."""
    reached: dict[_State, _Path] = {}
    for state, (cost, marks) in paths.items():
        for mark in options:
            for step, then in _uses(mark, state, before, after, at):
                if then not in reached or cost + step < reached[then][0]:
                    reached[then] = (cost + step, (marks, mark) if keep else marks)
    worst = min(cost for cost, _ in reached.values()) + _IMPOSSIBLE
    near = [item for item in reached.items() if item[1][0] < worst]
    return dict(sorted(near, key=lambda item: item[1][0])[:_BEAM])


def _uses(mark: str, state: _State, before: str, after: str, at: int) -> list[tuple[float, _State]]:
    """What `mark` can mean here: (cost, quotes open afterwards)."""
    uses: list[tuple[float, _State]] = []
    if mark in '“‘„‚"':
        uses.append((_open_cost(mark, state, before[-1:], after[:1]), (*state, (mark, at))[-_DEEP:]))
    if mark in '”’“‘"':
        uses += _closings(mark, state, before[-1:], after[:1], at)
    if mark == "’":
        uses.append((_apostrophe_cost(before[-1:], after), state))
    if mark in "—–…•":
        uses.append((_other_cost(mark, before[-1:], after[:1]), state))
    return uses


def _gap(char: str) -> bool:
    return not char or char.isspace()


def _open_cost(mark: str, state: _State, left: str, right: str) -> float:
    if _gap(right) or not (_gap(left) or left in "([{—–-/“‘„«>*_" or left == SLOT):
        return _IMPOSSIBLE
    if state and state[-1][0] == mark:
        return 4.0
    if mark == "‘":
        return 0.5 if state else 1.0
    return 0.5 if state else 0.0


def _closings(mark: str, state: _State, left: str, right: str, at: int) -> list[tuple[float, _State]]:
    """Closing the innermost quote that `mark` can close, or a closing quote that nothing opened."""
    cost = 3.0 if right.isalnum() else 0.0
    if _gap(left):
        cost = _IMPOSSIBLE
    for depth in range(len(state), 0, -1):
        opener, since = state[depth - 1]
        if mark in _CLOSES[opener]:
            skipped = 2.0 * (len(state) - depth)
            # a quote that ends without a comma or stop is a few words long
            ended = left in ",.!?…;—" or (right and right in ",.;:")
            bare = 0.0 if ended else 0.5 + min(at - since, 150) / 50
            return [(cost + skipped + bare, state[: depth - 1])]
    return [(cost + (3.0 if mark == '"' else 5.0), state)] if mark in '”’"' else []


def _apostrophe_cost(left: str, after: str) -> float:
    right = after[:1]
    if left.isalnum():
        if right.isalnum():
            return 0.0 if right.isalpha() or left.isalpha() else 4.0
        return 2.5 if left in "sSxzZ" else 4.0
    if regex.match(r"\d\ds?\b", after):
        return 2.0
    return 3.5 if right.isalpha() else _IMPOSSIBLE


def _other_cost(mark: str, left: str, right: str) -> float:
    """Dash, ellipsis or bullet."""
    if mark == "•":
        return 1.0 if not left and right.isspace() else _IMPOSSIBLE
    if mark == "–":
        return 0.0 if left.isdigit() and right.isdigit() else _IMPOSSIBLE
    if mark == "—":
        if _gap(left) and _gap(right):
            return 0.0 if left and right else 1.5
        return 2.0 if left and right and not _gap(left) and not _gap(right) else 5.0
    if left and left in ",;:—":
        return 6.0
    if _gap(right) or right in "”’“‘.,?!)" or right == SLOT:
        return 3.0
    return 4.0
