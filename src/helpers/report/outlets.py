"""What the page 'Outlets' shows: which outlet shares words with which, who had them first, the habits of each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.dating import span

MOST_ROWS = 500
"""Rows of a table of the page; the tables `outlet_flows` and `outlet_habits` hold all."""
DELAYS = ("delay_low_hours", "median_delay_hours", "delay_high_hours")
LEAST_TOLD = 0.005
"""A flow whose interval reaches below this share is no headline; one whose share is below it has no row."""
LEAST_MEDIAN = 3
"""The median of fewer delays is named as what it is: the delay of one story, or halfway between two."""
FIGURES = {
    "outlet_network": "Outlets on a circle; arrows lead from the outlet that had words first to the one that had them "
    "later. Each line is one part of the words that two outlets share: had first, an agency's story, or undecided. "
    "The table of flows has the parts, and their sum as the share of all words shared.",
    "outlet_timeline": "How long after the first copy of a story each outlet had it; the table of habits has medians.",
}


def several_outlets(articles: pd.DataFrame) -> bool:
    """Whether the corpus names more than one outlet."""
    return len(set(articles["outlet"].dropna())) > 1


def outlets_view(flows: pd.DataFrame, habits: pd.DataFrame, reports: Path) -> dict[str, Any]:
    """The template's context.

    Args:
        flows: the table `outlet_flows`.
        habits: the table `outlet_habits`.
        reports: folder of the run's figures.
    """
    ranked, known = _ranked(flows, habits)
    sharing = int((flows["shared_words"] > 0).sum())
    return {
        "headline": outlets_headline(flows),
        "flows": [_row(row) for row in ranked.head(MOST_ROWS).to_dict("records")],
        "n_flows": len(ranked),
        "n_little": sharing - len(ranked),
        "n_nothing": len(habits) * (len(habits) - 1) - sharing,
        "habits": [_row(row) for row in known.head(MOST_ROWS).to_dict("records")],
        "n_habits": len(known),
        "figures": [(name, alt) for name, alt in FIGURES.items() if (reports / "figures" / f"{name}.png").is_file()],
    }


def _ranked(flows: pd.DataFrame, habits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of both tables of the page, largest shares first, each with the fragment that leads to it."""
    order = ["shared_share", "outlet", "source_outlet"]
    ranked = flows[flows["shared_share"] >= LEAST_TOLD].sort_values(order, ascending=[False, True, True])
    known = habits.sort_values(["shared_share", "outlet"], ascending=[False, True])
    return _numbered(ranked, "f"), _numbered(known, "o")


def _numbered(rows: pd.DataFrame, letter: str) -> pd.DataFrame:
    return rows.assign(id=[f"{letter}{number}" for number in range(1, len(rows) + 1)])


def anchors(flows: pd.DataFrame, habits: pd.DataFrame) -> dict[tuple[str, ...], str]:
    """Where the page tells of an outlet, by (outlet,), or of two, by (outlet, source_outlet); names lead nowhere."""
    ranked, known = (rows.head(MOST_ROWS) for rows in _ranked(flows, habits))
    keys = [*zip(known["outlet"], strict=True), *zip(ranked["outlet"], ranked["source_outlet"], strict=True)]
    return {key: f"outlets.html#{place}" for key, place in zip(keys, [*known["id"], *ranked["id"]], strict=True)}


def outlets_headline(flows: pd.DataFrame) -> str:
    """One sentence: the flow whose direction dates or credits tell that is surely the largest, else who shares most.

    A flow that may well be none is no headline. What the other outlet had first of the two is said beside it.
    """
    told = flows[(flows["source_first_share"] > 0) & ~(flows["source_first_low"] < LEAST_TOLD)]
    if len(told):
        order = ["source_first_low", "source_first_share", "outlet", "source_outlet"]
        top = told.sort_values(order, ascending=[False, False, True, True], na_position="last").iloc[0]
        other, outlet = top["source_outlet"], top["outlet"]
        back = flows[(flows["outlet"] == other) & (flows["source_outlet"] == outlet)]
        returned = _first(back.iloc[0]) if back["source_first_share"].any() else "none"
        told = f"{other} had {_first(top)} of the words of {outlet} first, by dates or credits"
        return f"{told}, and {outlet} {returned} of those of {other}."
    shared = flows.sort_values(["shared_share", "outlet", "source_outlet"], ascending=[False, True, True])
    if shared.empty or not shared.iloc[0]["shared_words"]:
        return "No outlet shares a passage with another."
    top = shared.iloc[0]
    share = _share(top["shared_share"], top["shared_low"], top["shared_high"])
    return f"{top['outlet']} shares {share} of its words with {top['source_outlet']}; {_why_undecided(flows)}."


def _first(flow: pd.Series) -> str:
    """The share of words that the other outlet had first."""
    return _share(flow["source_first_share"], flow["source_first_low"], flow["source_first_high"])


def _why_undecided(flows: pd.DataFrame) -> str:
    words = flows["n_words"]
    agency = float((flows["agency_story_share"] * words).sum())
    if agency > float((flows["shared_share"] * words).sum()) / 2:
        return "most shared words are stories of an agency, which tell nothing of who was first"
    return "neither dates nor credits tell for sure which outlet had shared words before another"


def _share(share: float, low: float, high: float) -> str:
    ends = "" if pd.isna(low) else f" (95 % interval {100 * low:.0f} to {100 * high:.0f} %)"
    return f"{100 * share:.0f} %{ends}"


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with nulls as None, and its delays in words."""
    found: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    low, middle, high = (_delay(found[name], whole_days=not found["n_timed"]) for name in DELAYS)
    n = found["n_dated"] - found["n_near"]
    if 0 < n < LEAST_MEDIAN:
        middle = f"1 story: {middle}" if n == 1 else f"{n} stories: {middle}"
    return {**found, "delay": middle, "spread": f"{low} to {high}" if low else ""}


def _delay(hours: float | None, *, whole_days: bool) -> str:
    """A delay in words.

    >>> _delay(-5.4, whole_days=False), _delay(48.0, whole_days=True), _delay(0.0, whole_days=True)
    ('5.4 h ahead', '2 days behind', 'same day')
    """
    if hours is None:
        return ""
    if hours == 0:
        return "same day" if whole_days else "no lead"
    return f"{span(abs(hours), whole_days=whole_days)} {'behind' if hours > 0 else 'ahead'}"
