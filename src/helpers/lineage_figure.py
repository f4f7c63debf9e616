"""The lineage of a corpus as a drawing: who descends from whom, and how much of that is known.

One line per article: its place in the tree, its account in words, its nearest article with an arc to it. What is not
stated by a date or a credit is dashed; what is not known is pale.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc

from helpers.figures import LARGEST, new_figure
from helpers.labels import short_labels
from helpers.lineage import AGENCY, APART, BEFORE, COMMON, FIRST, UNDECIDED, runs_agency

COLOURS = {COMMON: "#0072B2", BEFORE: "#D55E00", FIRST: "#D55E00", UNDECIDED: "#777777", APART: "#777777"}
"""Okabe and Ito's scheme; shapes, lines and words tell the same without colour."""
PALE = "#9A9A9A"
_DASHED = (0, (3, 2))
_NAMES = 2.6  # x of the column of names; the others follow by the length of the names
_LETTER = 0.14  # width of a letter
_ACCOUNT = 5.6  # of the column of accounts
_STEP = 0.5  # between generations, less where there are many

Key = tuple[int, str]
Place = tuple[float, float]


class Columns(NamedTuple):
    """Where the columns stand: accounts, nearest articles, arcs."""

    account: float
    nearest: float
    arcs: float

    @classmethod
    def of(cls, labels: Collection[str]) -> "Columns":
        """Columns that these names leave room for."""
        width = max(2.4, 0.4 + _LETTER * max(map(len, labels), default=0))
        return cls(_NAMES + width, _NAMES + width + _ACCOUNT, _NAMES + 2 * width + _ACCOUNT + 6 * _LETTER)


class Line(NamedTuple):
    """A line of the drawing: group and name, generation, and the row of the table (None: an agency's story)."""

    key: Key
    depth: int
    row: pd.Series | None


def lineage_figure(table: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Every article with its parent, its account and its nearest article; and the rows drawn.

    Squares are stories of an agency that need not be in the corpus; filled dots have a parent or are the first, hollow
    ones are undecided, crosses stand apart. A dashed branch: the article names the agency in shared copy, but does not
    credit it. Groups whose articles share most with their nearest come first. Of more than 40 articles those that stand
    apart are left out, then the last groups, and the title says so.

    Args:
        table: the table `lineage`.
    """
    kept, note = _kept(table)
    shown = sorted(
        {*kept["article_id"], *kept["nearest_id"].dropna(), *kept["parent_id"].dropna()} & {*table["article_id"]}
    )
    label = dict(zip(shown, short_labels(shown, 18), strict=True))
    lines, columns = _lines(kept), Columns.of(label.values())
    fig = new_figure(0.62 * (columns.arcs + 2.0), 0.9 + 0.29 * len(lines))
    axes = fig.subplots()
    axes.set(xlim=(-0.6, columns.arcs + 1.4), ylim=(len(lines) - 0.4, -1.3))
    axes.axis("off")
    axes.set_title(f"Where the copy comes from, as far as dates and credits tell{note}")
    heads = {0.0: "descent", _NAMES: "article", columns.account: "account", columns.nearest: "shares most words with"}
    for x, head in heads.items():
        axes.text(x, -0.9, head, color="#555555", fontsize=9, va="center")
    _draw(axes, lines, label, columns)
    return fig, table[table["article_id"].isin(kept["article_id"])]


def _kept(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The articles that are drawn, in order, and what the title says of the others."""
    less = -table.groupby("group")["nearest_share"].transform("sum").round(9)
    order = table.assign(alone=table["group"] == 0, less=less).sort_values(["alone", "less", "group", "article_id"])
    if len(order) <= LARGEST:
        return order, ""
    grouped = order[~order["alone"]].reset_index(drop=True)
    last = grouped.index.to_series().groupby(grouped["group"]).transform("max")
    whole = grouped[last < LARGEST]
    kept = whole if len(whole) else (grouped if len(grouped) else order).head(LARGEST)
    chosen = ", of the groups that share most" if len(grouped) > LARGEST else ""
    return kept, f"\n({len(kept)} of {len(table)} articles{chosen}; {order['alone'].sum()} stand apart)"


def _draw(axes: Axes, lines: list[Line], label: Mapping[str, str], columns: Columns) -> None:
    step = min(_STEP, 2.0 / max(1, *(line.depth for line in lines))) if lines else _STEP
    places = {line.key: (line.depth * step, float(y)) for y, line in enumerate(lines)}
    undecided: dict[int, list[float]] = {}
    for line in lines:
        x, y = places[line.key]
        if line.row is None:
            _agency(axes, line, (x, y), columns)
            continue
        _article(axes, line.row, (x, y), places, label, columns)
        if line.row["relation"] == UNDECIDED:
            undecided.setdefault(line.key[0], []).append(y)
    for ys in undecided.values():
        axes.plot([0, 0], [min(ys), max(ys)], color=PALE, linestyle=_DASHED, linewidth=1.2, zorder=0)
    _arcs(axes, lines, places, columns.arcs)


def _lines(table: pd.DataFrame) -> list[Line]:
    """What stands on each line; parents before their children."""
    found: list[Line] = []
    for number, rows in table.groupby("group", sort=False):
        group = int(str(number))
        by_name = {row["article_id"]: row for _, row in rows.iterrows()}
        children: dict[str, list[str]] = {}
        for name, row in by_name.items():
            parent = _parent(row)
            known = parent in by_name or parent.startswith(AGENCY)
            children.setdefault(parent if known else "", []).append(name)
        roots = sorted(parent for parent in children if parent.startswith(AGENCY)) + children.get("", [])
        stack = [(name, 0) for name in reversed(roots)]
        while stack:
            name, depth = stack.pop()
            found.append(Line((group, name), depth, by_name.get(name)))
            stack += [(child, depth + 1) for child in reversed(children.get(name, []))]
    return found


def _parent(row: pd.Series) -> str:
    return row["parent_id"] if isinstance(row["parent_id"], str) else ""


def _agency(axes: Axes, line: Line, at: Place, columns: Columns) -> None:
    """An agency's story."""
    x, y = at
    axes.plot(x, y, marker="s", markersize=11, color=COLOURS[COMMON], clip_on=False)
    axes.text(_NAMES, y, f"{line.key[1].removeprefix(AGENCY)} story", va="center", style="italic")
    axes.text(columns.account, y, "not in the corpus", va="center", color="#555555")


def _article(
    axes: Axes,
    row: pd.Series,
    at: Place,
    places: Mapping[Key, Place],
    label: Mapping[str, str],
    columns: Columns,
) -> None:
    """An article: its node, the branch from its parent, its name, its account and its nearest article."""
    (x, y), relation, parent = at, row["relation"], _parent(row)
    colour = COLOURS[relation]
    if above := places.get((int(row["group"]), parent)):
        style = _DASHED if relation == COMMON and not runs_agency(row) else "-"
        axes.plot([above[0]] * 2, [above[1], y], color=colour, linewidth=1.6, zorder=1)
        axes.plot([above[0], x], [y, y], color=colour, linewidth=1.6, linestyle=style, zorder=1)
    face = "white" if relation == UNDECIDED else colour
    marker = "x" if relation == APART else "o"
    axes.plot(x, y, marker=marker, markersize=8, color=colour, markerfacecolor=face, markeredgewidth=1.6, zorder=2)
    axes.text(_NAMES, y, label[row["article_id"]], va="center")
    axes.text(columns.account, y, _account(row, label), va="center", color="black" if parent else "#555555")
    if isinstance(row["nearest_id"], str):
        nearest = f"{label.get(row['nearest_id'], row['nearest_id'])}, {row['nearest_share']:.0%}"
        axes.text(columns.nearest, y, nearest, va="center", color="#555555")


def _account(row: pd.Series, label: Mapping[str, str]) -> str:
    """The account of an article in a few words."""
    parent = _parent(row)
    if row["relation"] == COMMON:
        how = "by its credit" if runs_agency(row) else "named in shared copy"
        return f"from {parent.removeprefix(AGENCY)}: {how}"
    if row["relation"] == BEFORE:
        return f"after {label.get(parent, parent)}"
    return {FIRST: "first of its group", UNDECIDED: "undecided who was first", APART: "apart"}[row["relation"]]


def _arcs(axes: Axes, lines: list[Line], places: Mapping[Key, Place], x: float) -> None:
    """From each article an arc to its nearest one, dashed and pale: likeness, not descent."""
    drawn: set[frozenset[Key]] = set()
    for line in lines:
        other = (line.key[0], line.row["nearest_id"]) if line.row is not None else line.key
        pair = frozenset((line.key, other))
        if other not in places or len(pair) < 2 or pair in drawn:
            continue
        drawn.add(pair)
        y, end = places[line.key][1], places[other][1]
        width = min(2.4, 0.6 + 0.2 * abs(y - end))
        arc = Arc((x, (y + end) / 2), width, abs(y - end), theta1=-90, theta2=90)
        arc.set(color=PALE, linestyle=_DASHED, linewidth=1.2)
        axes.add_patch(arc)
