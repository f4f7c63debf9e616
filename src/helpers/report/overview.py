"""What the overview page shows: the headline, heatmaps, the copying table, the passage map."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.calibration import constants, uncalibrated
from helpers.overlap import cluster_order, outlets, same_article
from helpers.report.marks import STRENGTH
from helpers.report.outlets import anchors, outlets_headline, several_outlets
from helpers.shares import word_kinds

if TYPE_CHECKING:
    from helpers.report.results import Results

LARGEST_MAP = 30
"""Rows of one heatmap; a larger group of articles is cut to some that share much with each other."""
MOST_MAPS = 12
WHOLE = 0.995
"""A share from here on is written as 100 %."""
MOST_BARS = 60
MOST_LISTED = 2000
"""Articles in the table of copied shares: a page of more takes seconds to open."""
MOST_ADDED = 100
"""Articles of the last addition that are listed."""
COLOURS = 8
KINDS = ("reused_share", "verbatim_share", "edited_share", "paraphrased_share")


def overview(run: "Results") -> dict[str, Any]:
    """The template's context."""
    copying = run.table["copying"].sort_values(["copied_share", "article_id"], ascending=[False, True])
    has_outlets = any(article.outlet for article in run.articles.values())
    several = len({article.outlet for article in run.articles.values()}) > 1
    maps = article_maps(run) + (outlet_maps(run) if has_outlets and several else [])
    if len(run.articles) > LARGEST_MAP:  # outlets first where articles are many
        maps.sort(key=lambda m: m["level"] == "articles")
    names = ["article", "title", "outlet", "copied", "95 % interval", "top source", "label", "as prose", "as speech"]
    names += ["verbatim", "edited", "paraphrased", "prose, top source", "floor", "words"]
    words = {"article", "title", "outlet", "top source", "label"}
    columns = [(name, "text" if name in words else "number") for name in names if name != "outlet" or has_outlets]
    bars, colours = passage_bars(run, copying)
    added = {name for place in run.record.get("added", [])[-1:] for name in place.get("articles", ())}
    listed = (np.arange(len(copying)) < MOST_LISTED) | copying["article_id"].isin(added)
    rows = [_row(run, row) for row in copying[listed].to_dict("records")]
    notebooks = sorted(path.name for path in run.reports.glob("notebooks/[0-9][0-9]_*.ipynb"))
    return {
        "headline": headline(run, copying),
        "added": [row for row in rows if row["article_id"] in added],
        "most_added": MOST_ADDED,
        "wholly": constants()["wholly"],
        "uncalibrated": uncalibrated(run.record.get("parameters", {}), run.table["articles"]["language"]),
        "maps": maps,
        "levels": list(dict.fromkeys(m["level"] for m in maps)),
        "copying": rows[:MOST_LISTED],
        "left_out": max(0, len(copying) - MOST_LISTED),
        "columns": columns,
        "has_outlets": has_outlets,
        "outlets": outlets_headline(run.table["outlet_flows"]) if several_outlets(run.table["articles"]) else "",
        "bars": bars,
        "bars_left_out": max(0, len(run.articles) - len(bars)),
        "colours": colours,
        "n_articles": len(run.articles),
        "record": run.record,
        "inputs": run.record.get("inputs", []),
        "problems": run.record.get("problems", []),
        "notebooks": notebooks,
    }


def headline(run: "Results", copying: pd.DataFrame) -> str:
    """One sentence that answers the question."""
    derived = copying[copying["label"] != "non-derived"]
    if derived.empty:
        return f"None of {len(copying)} articles shares more prose with another than reports on one topic commonly do."
    top = derived.iloc[0]
    who = run.articles[top["article_id"]].label
    source = "" if pd.isna(top["top_source"]) else f", most of them with {run.articles[top['top_source']].label}"
    verb = "shares" if len(derived) == 1 else "share"
    told = f"{len(derived)} of {len(copying)} articles {verb} more prose with another than reports on one topic "
    told += "commonly do."
    whole = int((derived["copied_share"] >= WHOLE).sum())
    if whole > 1:
        return f"{told} Of {whole} of them all words (100 %) stand in shared passages."
    shares = [top[name] for name in ("copied_share", "ci_low", "ci_high", "quoted_share")]
    shares.append(shares[0] - shares[-1])
    copied, low, high, spoken, prose = (f"{100 * share:.0f}" for share in shares)
    return (
        f"{told} Most of all {who}: {copied} % of its words (95 % interval {low} to {high} %) "
        f"stand in shared passages ({prose} % as prose, {spoken} % as speech){source}."
    )


def components(run: "Results") -> list[list[str]]:
    """Groups of articles joined by shares above the floor, the largest first; articles alone are left out."""
    names = sorted(run.articles)
    place = {name: i for i, name in enumerate(names)}
    edges = np.array([(place[a], place[b]) for a, b in sorted(run.joined)], dtype=int).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges), dtype=bool), (edges[:, 0], edges[:, 1])), shape=(len(names),) * 2)
    labels = connected_components(graph, directed=False)[1]
    groups: dict[int, list[str]] = {}
    for name, label in zip(names, labels, strict=True):
        groups.setdefault(int(label), []).append(name)
    return sorted((group for group in groups.values() if len(group) > 1), key=lambda group: (-len(group), group))


def article_maps(run: "Results") -> list[dict[str, Any]]:
    """One heatmap of all articles where they are few, else one per group that shares text."""
    groups = [sorted(run.articles)] if len(run.articles) <= LARGEST_MAP else components(run)
    told = dict(zip(run.overlap.index, run.overlap[list(KINDS)].to_numpy(), strict=True))
    values = defaultdict(lambda: np.zeros(len(KINDS)), told)  # a large corpus' table holds only pairs that share words
    table, maps = run.overlap.reset_index(), []
    for number, group in enumerate(groups[:MOST_MAPS], 1):
        kept = group if len(group) <= LARGEST_MAP else closest(group, table)
        shares = [[0.0 if a == b else values[a, b][0] for b in kept] for a in kept]
        kept = cluster_order(pd.DataFrame(shares, kept, kept))
        rows = [
            {
                "label": run.articles[a].label,
                "page": run.articles[a].page,
                "cells": [None if a == b else _cell(values[a, b], run.pairs.get((a, b))) for b in kept],
            }
            for a in kept
        ]
        name = (
            "All articles"
            if len(groups) == 1 and len(group) == len(run.articles)
            else f"Group {number} of {len(groups)}"
        )
        columns = [run.articles[b].label for b in kept]
        left = len(group) - len(kept)
        maps.append(
            {"name": name, "level": "articles", "columns": columns, "rows": rows, "left_out": left, "most": 100}
        )
    return maps


def closest(group: Collection[str], overlap: pd.DataFrame) -> list[str]:
    """Of a large group the article that shares most with others, then always who shares most with those chosen.

    What two share is the lesser of both shares: a notice of two lines shares half of itself with hundreds.
    """
    rows = overlap[overlap["article_id"].isin(group) & overlap["source_id"].isin(group)]
    shares = dict(zip(zip(rows["article_id"], rows["source_id"], strict=True), rows["reused_share"], strict=True))
    beside: dict[str, list[tuple[str, float]]] = {}
    for (own, other), share in shares.items():
        beside.setdefault(own, []).append((other, min(share, shares.get((other, own), 0.0))))
    gains = {name: sum(share for _, share in own) for name, own in beside.items()}
    chosen: list[str] = []
    while gains and len(chosen) < LARGEST_MAP:
        chosen.append(min(gains, key=lambda name: (-gains[name], name)))
        if len(chosen) == 1:
            gains.clear()
        for other, share in beside[chosen[-1]]:
            gains[other] = gains.get(other, 0.0) + share
        gains = {name: gain for name, gain in gains.items() if name not in chosen}
    return chosen


def outlet_maps(run: "Results") -> list[dict[str, Any]]:
    """The heatmap of outlets, weighted by words."""
    by_outlet = outlets(run.table["articles"])
    named = {article.outlet for article in run.articles.values() if article.outlet}
    total: dict[str, int] = {}
    shared: dict[tuple[str, str], np.ndarray] = {}
    rows = run.table["passages"].assign(source_outlet=run.table["passages"]["source_id"].map(by_outlet))
    groups = dict(list(rows.groupby("article_id")))
    for article, *_ in same_article(run.table["articles"]):
        own, outlet = run.words[article], by_outlet[article]
        total[outlet] = total.get(outlet, 0) + len(own)
        for other, part in groups[article].groupby("source_outlet") if article in groups else ():
            counts = np.bincount(word_kinds(own, part), minlength=4)
            parts = np.array([counts[1:].sum(), counts[3], counts[2], counts[1]])
            shared[outlet, other] = shared.get((outlet, other), 0) + parts
    none = np.zeros(4)
    reused = {a: sum(shared.get((a, b), none)[0] for b in named if b != a) for a in named}
    kept = sorted(named, key=lambda name: (-reused[name], name))[:LARGEST_MAP]
    shares = [[0.0 if a == b else shared.get((a, b), none)[0] / max(1, total[a]) for b in kept] for a in kept]
    kept = cluster_order(pd.DataFrame(shares, kept, kept))
    link = (
        anchors(run.table["outlet_flows"], run.table["outlet_habits"]) if several_outlets(run.table["articles"]) else {}
    )
    most = max(1, round(100 * float(np.max(shares))))
    table = [
        {
            "label": a,
            "page": link.get((a,)),
            "cells": [
                None if a == b else _cell(shared.get((a, b), none) / max(1, total[a]), link.get((a, b)), most)
                for b in kept
            ],
        }
        for a in kept
    ]
    left = len(named) - len(kept)
    return [{"name": "Outlets", "level": "outlets", "columns": kept, "rows": table, "left_out": left, "most": most}]


def _cell(shares: Any, page: str | None, most: int = 100) -> dict[str, Any]:
    """A cell of a heatmap; the share of `most` percent is the darkest."""
    values = [round(100 * float(share)) for share in shares]
    return {"shares": values, "level": min(10, math.ceil(10 * values[0] / most)), "page": page}


def _row(run: "Results", row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the copying table, with its little bar."""
    bars, x = [], 0.0
    for kind in STRENGTH:
        width = 100 * row[f"{kind}_share"]
        bars.append({"kind": kind, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    source = None if pd.isna(row["top_source"]) else row["top_source"]
    return {
        **row,
        "article": run.articles[row["article_id"]],
        "bars": bars,
        "ci_x": f"{100 * row['ci_low']:.2f}",
        "ci_width": f"{100 * max(0.004, row['ci_high'] - row['ci_low']):.2f}",
        "top": run.articles[source].label if source else None,
        "pair": run.pairs.get((row["article_id"], source)) if source else None,
        "prose": _prose_share(run, row["article_id"], source) if source else 0.0,
        "aside": _aside(run, row["article_id"]),
    }


def _aside(run: "Results", article: str) -> tuple[str, str] | None:
    """What a share of an article does not tell, in a word and in a sentence."""
    if run.prints[article]:
        others = ", ".join(run.articles[name].label for name in run.prints[article])
        return "a print", f"nearly the same words as {others}, of the same outlet, which are not counted"
    if article not in run.compared:
        return "not compared", "no other article is alike enough to be searched for passages"
    return None


def _prose_share(run: "Results", article: str, source: str) -> float:
    """Share of an article found in a source, shared speech left out: what the label goes by."""
    pair = run.overlap.loc[article, source]
    return float(pair["reused_share"] - pair["quoted_share"])


def passage_bars(run: "Results", copying: pd.DataFrame) -> tuple[list[dict[str, Any]], list[str]]:
    """Each article as a bar: runs of words that share their best source; and the names of the colours."""
    shown = [name for name in copying["article_id"] if len(run.words[name])]
    if len(shown) > MOST_BARS:
        shown = shown[:MOST_BARS]
    weight = run.table["passages"].groupby("source_id")["n_words"].sum()
    ranked = sorted(weight.index, key=lambda name: (-weight[name], name))
    colour = {name: i for i, name in enumerate(sorted(ranked[:COLOURS]))}
    longest = max((len(run.words[name]) for name in shown), default=1)
    share, bars = copying.set_index("article_id")["copied_share"], []
    for name in shown:
        own, runs = run.words[name], []
        for start, stop, source in _best_sources(run, name):
            said = f"words {start + 1} to {stop}: shared with {run.articles[source].label}"
            x, width = (1000 * n / longest for n in (start, stop - start))
            runs.append({"x": f"{x:.1f}", "width": f"{width:.1f}", "colour": colour.get(source, COLOURS), "said": said})
        bars.append(
            {
                "article": run.articles[name],
                "width": f"{1000 * len(own) / longest:.1f}",
                "runs": runs,
                "said": f"{run.articles[name].label}: {share[name]:.0%} of {len(own)} words shared"
                + "".join(f", with {run.articles[source].label}" for source in run.ranked_sources(name)[:5]),
            }
        )
    return bars, [run.articles[name].label for name in colour]


def _best_sources(run: "Results", article: str) -> list[tuple[int, int, str]]:
    """(first word, word behind the last, source): stretches of words with their strongest evidence in one source."""
    own = run.words[article]
    sources = run.ranked_sources(article)
    best, kind = np.full(len(own), -1), np.zeros(len(own), dtype=np.int8)
    for number, source in enumerate(sources):
        found = word_kinds(own, pd.DataFrame(run.passages[article, source]))
        better = found > kind
        best[better], kind[better] = number, found[better]
    edges = np.flatnonzero(np.diff(best, prepend=-2, append=-2))
    return [
        (int(low), int(high), sources[best[low]])
        for low, high in zip(edges[:-1], edges[1:], strict=True)
        if best[low] >= 0
    ]
