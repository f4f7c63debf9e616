"""When outlets published copies of the same stories: story by story where they are few, else a strip of delays."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.figures import new_figure
from helpers.labels import short_labels
from helpers.outlets.stories import behind_first, first_copies

COLOUR, PALE = "#0072B2", "#9A9A9A"
FEW_LINES = 30
"""Up to so many appearances each has a line of its own."""
MOST_OUTLETS = 100
"""More outlets than this are cut to those with the most stories."""
TICKS = {0: "first", 1: "1 h", 6: "6 h", 24: "1 day", 72: "3 days", 168: "1 week", 720: "1 month", 8760: "1 year"}
"""Ticks in hours; the axis is linear up to one hour, logarithmic from there."""


def appearances(articles: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """When each outlet first published a copy of each story that several outlets have.

    Args:
        articles: the table of that name.
        lineage: the table of that name; a story is a group of it.

    Returns:
        story, outlet, article_id, published, timed (it has a time of day), hours_behind: behind the first dated copy
        at another outlet, 0 if ahead of it, too (see `stories.behind_first`); near: whole days do not tell it from
        that copy, being less than two apart (its hours_behind are 0).
    """
    copies = first_copies(articles, lineage)
    waits = behind_first(copies)["delay_hours"]
    behind = waits.reindex(copies.index).clip(lower=0).fillna(0).where(copies["published"].notna())
    return copies.assign(hours_behind=behind, near=copies.index.isin(waits.index[waits.isna()]))


def outlet_timeline(seen: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """How long after a story's first dated copy each outlet had it; and the rows drawn.

    Args:
        seen: see `appearances`.
    """
    return (_stories(seen), seen) if len(seen) <= FEW_LINES else _strip(seen)


def _stories(seen: pd.DataFrame) -> Figure:
    """A line for each appearance, story by story."""
    n_stories = seen["story"].nunique()
    fig = new_figure(9.5, 1.5 + 0.3 * (len(seen) + n_stories))
    axes = fig.subplots()
    names = sorted(set(seen["outlet"]))
    label = dict(zip(names, short_labels(names), strict=True))
    ticks: list[tuple[int, str]] = []
    y, edge = 0, axes.get_yaxis_transform()
    for story, rows in seen.groupby("story"):
        axes.text(
            0.01, y, f"Story {story}", transform=axes.get_yaxis_transform(), va="center", weight="bold", fontsize=9
        )
        for row in rows.itertuples():
            y += 1
            ticks.append((y, label[row.outlet]))
            _mark(axes, y, row.hours_behind, row.timed)
            when = "undated" if pd.isna(row.published) else f"{row.published:%Y-%m-%d %H:%M}"[: 16 if row.timed else 10]
            axes.text(1.01, y, when, transform=edge, va="center", fontsize=8)
        y += 1
    axes.set_yticks([at for at, _ in ticks], [name for _, name in ticks])
    axes.set_ylim(y - 0.4, -0.6)
    _finish(axes, seen, "When each outlet had each story")
    return fig


def _strip(seen: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """A row for each outlet with all its delays and the median of those that are told, the quickest first."""
    first = (seen["hours_behind"] == 0) & ~seen["near"]
    grouped = seen.assign(first=first, told=seen["hours_behind"].mask(seen["near"])).groupby("outlet")
    told = grouped["hours_behind"].agg(["size", "count"])
    told = told.assign(median=grouped["told"].median(), first=grouped["first"].sum(), n=grouped["told"].count())
    told = told.reset_index()
    kept = told.sort_values(["size", "outlet"], ascending=[False, True])[:MOST_OUTLETS]
    kept = kept.sort_values(["median", "outlet"], na_position="last", ignore_index=True)
    small = len(kept) > FEW_LINES
    fig = new_figure(9.5, 1.6 + (0.145 if small else 0.26) * len(kept))
    axes = fig.subplots()
    shown = seen[seen["outlet"].isin(kept["outlet"])]
    rows = shown.dropna(subset="hours_behind")
    place = dict(zip(kept["outlet"], kept.index, strict=True))
    for timed, marker in ((True, "o"), (False, "s")):
        part = rows[rows["timed"] == timed]
        axes.plot(part["hours_behind"], part["outlet"].map(place), marker, color=COLOUR, alpha=0.35, ms=3, mew=0)
    axes.plot(kept["median"], kept.index, "|", color="black", markersize=6 if small else 9, mew=1.6)
    axes.set_yticks(kept.index, short_labels(list(kept["outlet"])), fontsize=6.5 if small else 9)
    for row in kept.itertuples():
        said = f"{row.size} {'story' if row.size == 1 else 'stories'}"
        said += f", first in {row.first}" if row.n else ""
        said += f", {row.count - row.n} of near days" if row.n < row.count else ""
        said += f", {row.size - row.count} undated" if row.size > row.count else ""
        axes.text(1.01, row.Index, said, transform=axes.get_yaxis_transform(), va="center", fontsize=6 if small else 8)
    axes.set_ylim(len(kept) - 0.4, -0.6)
    axes.grid(axis="y", color="#EEEEEE", linewidth=0.5)
    left = f" (the {len(kept)} outlets of {len(told)} with the most stories)" if len(kept) < len(told) else ""
    _finish(axes, seen, f"How long after its first copy each outlet has a story{left}")
    return fig, shown


def _mark(axes: Axes, y: float, hours: float, timed: bool) -> None:
    """An appearance; an undated one stands at the edge."""
    if np.isnan(hours):
        where = axes.get_yaxis_transform()
        axes.plot(0.99, y, "o", color=PALE, markerfacecolor="white", markersize=6, transform=where)
        return
    axes.plot([0, hours], [y, y], color=COLOUR, linewidth=1, alpha=0.5)
    axes.plot(hours, y, "o" if timed else "s", color=COLOUR, markersize=6)


def _finish(axes: Axes, seen: pd.DataFrame, title: str) -> None:
    """The axis of hours, the title and the legend."""
    most = max(24.0, float(seen["hours_behind"].max()) if seen["hours_behind"].notna().any() else 0.0)
    axes.set_xscale("symlog", linthresh=1, linscale=0.5)
    ticks = {hours: name for hours, name in TICKS.items() if hours <= most * 1.2}
    axes.set_xticks([*ticks], [*ticks.values()])
    axes.minorticks_off()
    axes.set_xlim(-0.15, most * 1.3)
    axes.set_xlabel(
        "behind the story's first dated copy; at 0, too, where a time is missing and days are less than two apart"
    )
    axes.set_title(title, pad=24)
    keys = {"date and time": "o", "date alone: whole days": "s"}
    handles = [Line2D([], [], marker=m, color=COLOUR, linestyle="", label=said) for said, m in keys.items()]
    hollow = Line2D([], [], marker="o", color=PALE, markerfacecolor="white", linestyle="", label="undated")
    bar = Line2D([], [], marker="|", color="black", linestyle="", mew=1.6, label="median")
    handles += [hollow] if len(seen) <= FEW_LINES else [bar]
    axes.legend(handles=handles, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=8)
