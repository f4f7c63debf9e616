"""The network of outlets: who had whose words first; legible from two to a hundred outlets."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from helpers.figures import new_figure
from helpers.labels import short_labels
from helpers.overlap import cluster_order

FIRST, STORY, UNDECIDED = "source_first", "agency_story", "undecided"
COLOURS = {FIRST: "#D55E00", STORY: "#0072B2", UNDECIDED: "#8A8A8A"}
"""Okabe and Ito's scheme; arrow heads and dashes tell the same without colour."""
SAID = {FIRST: "the second", STORY: "an agency", UNDECIDED: "not known"}
MEANINGS = {
    FIRST: "from the outlet that had the words first to the one that had them later",
    STORY: "both carry one agency's story",
    UNDECIDED: "shared; nothing tells who was first",
}
_BEND = {FIRST: 0.16, STORY: 0.0, UNDECIDED: -0.08}  # so that lines of one pair lie apart
LISTED = 24
"""Links that are numbered and listed beside the network."""
DRAWN = 150
"""Links that are drawn at all."""
FEW = 12
"""Up to this many outlets names are written large."""
MOST_OUTLETS = 100
"""More outlets than this are cut to those with the most shared words."""


class Link(NamedTuple):
    """A line of the network: the outlet whose words are meant, the other one, what is told of them, their share.

    `more` is the share's interval where the line has a direction, else the share of the other outlet's words; `whole`
    is the share of all words that the two have in common, whoever was first.
    """

    outlet: str
    other: str
    kind: str
    share: float
    more: str
    whole: float


def links(flows: pd.DataFrame) -> list[Link]:
    """The lines of the network, strongest first: one per direction where dates or credits tell, else one per pair.

    Args:
        flows: the table `outlet_flows`.
    """
    found = []
    rows = {(row.outlet, row.source_outlet): row for row in flows[flows["shared_words"] > 0].itertuples()}
    for (outlet, other), row in rows.items():
        if row.source_first_share > 0:
            known = not pd.isna(row.source_first_low)
            ends = f"{row.source_first_low:.0%} to {row.source_first_high:.0%}" if known else ""
            found.append(Link(outlet, other, FIRST, row.source_first_share, ends, row.shared_share))
        for kind in (STORY, UNDECIDED):
            share, back = (getattr(side, f"{kind}_share", 0.0) for side in (row, rows.get((other, outlet))))
            if share > 0 and (share, other) >= (back, outlet):
                found.append(Link(outlet, other, kind, share, f"back {back:.0%}", row.shared_share))
    return sorted(found, key=lambda link: (-link.share, link))


def outlet_network(flows: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Outlets on a circle, those that share much side by side, the strongest links as lines and in a list; and rows.

    An arrow leads from the outlet that had the words first, where dates or credits tell; lines without a head: nobody
    is known to have been first. Width is the share of the words of the outlet that the arrow leads to; of a line
    without a head, of the outlet that shares the greater part (*back* is the other's).

    Args:
        flows: the table `outlet_flows`.
    """
    words = flows.groupby("outlet")["shared_words"].sum()
    kept = sorted(words.sort_values(ascending=False, kind="stable").index[:MOST_OUTLETS])
    rows = flows[flows["outlet"].isin(kept) & flows["source_outlet"].isin(kept)]
    shares = rows.pivot_table(index="outlet", columns="source_outlet", values="shared_share")
    order, every = cluster_order(shares.reindex(kept, columns=kept)), links(rows)
    size = max(5.2 if len(order) <= FEW else 9.0, 0.27 * (len(every[:LISTED]) + 5))
    fig = new_figure(size + 6.0, size)
    network, table = fig.subplots(1, 2, width_ratios=[size, 6.0])
    label = dict(zip(order, short_labels(order, 18), strict=True))
    _circle(network, order, label, words)
    numbers: list[np.ndarray] = []
    for place, link in enumerate(every[:DRAWN]):
        curve = _curve(link, order)
        _line(network, link, curve, strong=place < LISTED)
        if place < LISTED:
            numbers.append(_free(curve, numbers, 0.11 if len(order) <= FEW else 0.07))
            _number(network, place + 1, numbers[-1], COLOURS[link.kind])
    _list(table, every[:LISTED], label)
    fig.suptitle(_title(len(words), len(order), every), x=0.01, ha="left", fontsize=11)
    return fig, rows


def _title(outlets: int, kept: int, every: Sequence[Link]) -> str:
    """What the figure shows, and what it leaves out."""
    told = "Who had whose words first, as far as dates and credits tell"
    if kept < outlets:
        told += f"\n(the {kept} outlets of {outlets} that share most words)"
    if len(every) > LISTED:
        told += f"\nNumbered: the {LISTED} strongest of {len(every)} links, from {every[LISTED - 1].share:.1%} on"
    if len(every) > DRAWN:
        told += f"; drawn: {DRAWN}, from {every[DRAWN - 1].share:.1%} on"
    return told


def _place(order: Sequence[str], name: str, radius: float = 1.0) -> np.ndarray:
    angle = np.pi / 2 - 2 * np.pi * order.index(name) / len(order)
    return radius * np.array([np.cos(angle), np.sin(angle)])


def _circle(axes: Axes, order: Sequence[str], label: Mapping[str, str], words: pd.Series) -> None:
    """The outlets with their names, dots as large as the words they share."""
    few = len(order) <= FEW
    axes.set(xlim=(-1.7, 1.7) if few else (-1.4, 1.4), ylim=(-1.2, 1.2) if few else (-1.4, 1.4), aspect="equal")
    axes.axis("off")
    most = max(1.0, float(words.max()))
    for name in order:
        x, y = _place(order, name)
        size = 2 + (8 if few else 4) * np.sqrt(words[name] / most)
        axes.plot(x, y, "o", color="black", markersize=size, zorder=4)
        x, y = _place(order, name, 1.1 if few else 1.04)
        side = "left" if x > 0.05 else "right" if x < -0.05 else "center"
        turn = 0.0 if few else float(np.degrees(np.arctan2(y, x))) - (180 if x < 0 else 0)
        side, size = (side, 10) if few else ("left" if x >= 0 else "right", 6.5)
        axes.text(x, y, label[name], ha=side, va="center", fontsize=size, rotation=turn, rotation_mode="anchor")


def _curve(link: Link, order: Sequence[str]) -> np.ndarray:
    """Start, control and end of a quadratic curve that leads from one outlet to the other on the inside."""
    start, end = _place(order, link.other, 0.96), _place(order, link.outlet, 0.96)
    across = end - start
    return np.array([start, 0.35 * (start + end) + _BEND[link.kind] * np.array([across[1], -across[0]]), end])


def _line(axes: Axes, link: Link, curve: np.ndarray, strong: bool) -> None:
    path = Path(curve, [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    arrow, width = "-|>" if link.kind == FIRST else "-", 0.6 + 4 * link.share if strong else 0.5
    patch = FancyArrowPatch(path=path, arrowstyle=arrow, mutation_scale=11 if strong else 6, linewidth=width)
    dashed = "--" if link.kind == UNDECIDED else "-"
    patch.set(color=COLOURS[link.kind], linestyle=dashed, alpha=0.9 if strong else 0.35, zorder=3 if strong else 1)
    axes.add_patch(patch)


def _free(curve: np.ndarray, taken: Sequence[np.ndarray], apart: float) -> np.ndarray:
    """A point of a curve that lies apart from some others, near its middle if it can; else the one farthest away."""
    along = np.array([0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82])[:, None]
    points = (1 - along) ** 2 * curve[0] + 2 * along * (1 - along) * curve[1] + along**2 * curve[2]
    room = np.array([min((float(np.hypot(*(p - other))) for other in taken), default=9.0) for p in points])
    return points[np.argmax(room >= apart) if (room >= apart).any() else np.argmax(room)]


def _number(axes: Axes, number: int, at: np.ndarray, colour: str) -> None:
    box = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": colour, "linewidth": 0.7}
    axes.text(at[0], at[1], str(number), fontsize=6.5, ha="center", va="center", bbox=box, zorder=5)


def _list(axes: Axes, listed: Sequence[Link], label: Mapping[str, str]) -> None:
    """The numbered links in words, and what the lines mean."""
    axes.set(xlim=(0, 10.5), ylim=(max(12, len(listed)) + 3, -0.6))
    axes.axis("off")
    columns = (0.5, 2.8, 5.1, 7.1, 9.2)
    for x, head in zip(
        columns,
        ("of the words of", "stand in", "share of all shared", "interval or back", "who was first"),
        strict=True,
    ):
        axes.text(x, 0, head, color="#555555", fontsize=8, va="center")
    for y, link in enumerate(listed, 1):
        colour = COLOURS[link.kind]
        axes.text(0.3, y, str(y), fontsize=8, ha="right", va="center", color=colour, weight="bold")
        cells = (
            label[link.outlet],
            label[link.other],
            f"{link.share:.0%} of {link.whole:.0%}",
            link.more,
            SAID[link.kind],
        )
        for x, said in zip(columns, cells, strict=True):
            axes.text(x, y, said, fontsize=8, va="center")
    keys = [
        Line2D([], [], color=colour, linestyle="--" if kind == UNDECIDED else "-", label=MEANINGS[kind], linewidth=2)
        for kind, colour in COLOURS.items()
    ]
    axes.legend(handles=keys, loc="lower left", frameon=False, fontsize=8)
