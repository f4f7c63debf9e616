"""Figures: one function each, a table in and a matplotlib figure out, with the rows it drew if not all; one style.

Colours are safe for colour-blind readers and differ in lightness, so that they survive a black-and-white printer.
Labels are never read as mathematics. Large corpora are cut to the articles that matter, and the title says so.
"""

import io
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch

from helpers.labels import short_labels
from helpers.overlap import cluster_order
from helpers.prose import ProseWords, word_counts
from helpers.shares import KINDS, union_lengths, word_kinds, word_places
from helpers.tables import atomic, write_csv

KIND_COLOURS = {"verbatim": "#332288", "edited": "#CC6677", "paraphrased": "#DDCC77", "original": "#E6E6E6"}
"""Paul Tol's muted scheme, dark to light in the order of the evidence."""
SOURCE_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#000000")
"""Okabe and Ito's scheme, unlike the colours of the kinds."""
OTHER_COLOUR = "#777777"
SHARE_MAP = "Blues"
MOST_LANES = 5
"""Lanes of an article whose sources are not told apart by colour: those that share most."""
NUMBERED = 14
"""Heatmaps of up to this many rows carry the number in each cell."""
LABELLED = 80
"""Heatmaps of more rows than this name none of them."""
LARGEST = 40
"""More articles than this are cut."""
MORE_LETTERS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "WenQuanYi Zen Hei", "Arial Unicode MS"),
    *("Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo"),
)
"""Fonts with Chinese, Japanese and Korean letters, on Linux, Windows and macOS."""
STYLE: dict[Any, Any] = {
    "figure.dpi": 110,
    "savefig.dpi": 200,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
    "svg.hashsalt": "source-overlap",
}


def similarity_heatmaps(words: pd.DataFrame, chars: pd.DataFrame, tree: np.ndarray) -> Figure:
    """Cosine of words and of characters, both in the order of the tree drawn at their left."""
    from scipy.cluster.hierarchy import dendrogram

    size = _size(len(words))
    fig = new_figure(2 * size + 2.6, size + 1.2)
    left, first, second = fig.subplots(1, 3, width_ratios=[1.2, size, size])
    with mpl.rc_context({"lines.linewidth": 1.2}):
        order = dendrogram(
            tree, ax=left, orientation="left", no_labels=True, color_threshold=0, above_threshold_color="k"
        )
    leaves = order["leaves"][::-1]
    left.set_xlabel("1 − cosine\n(characters)")
    left.spines["left"].set_visible(False)
    _heatmap(first, words.iloc[leaves, leaves], "Words", diagonal=True)
    image = _heatmap(second, chars.iloc[leaves, leaves], "Characters", diagonal=True)
    second.set_yticks([])
    fig.colorbar(image, ax=[first, second], label="cosine of TF-IDF vectors", shrink=0.8)
    return fig


def candidate_shares(candidates: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """How many candidate pairs share how much of their shorter side in runs of eight words; and the bars as a table."""
    fig = new_figure(8.5, 3.2)
    axis = fig.subplots()
    bins = np.linspace(0, 1, 26)
    drawn = {"share_from": bins[:-1], "share_to": bins[1:]}
    columns = {"share": "with formulae", "own_share": "without formulae"}
    styles = (("#88AACC", 3.5), (KIND_COLOURS["verbatim"], 1.4))  # the thick line shows beside the thin one
    for (column, label), (colour, width) in zip(columns.items(), styles, strict=True):
        most = candidates[[column, f"other_{column}"]].max(axis=1)
        counts, *_ = axis.hist(most, bins=bins.tolist(), histtype="step", linewidth=width, color=colour, label=label)
        drawn[f"pairs {label}"] = np.asarray(counts, dtype=int)
    axis.set(yscale="log", xlabel="share of one of the two articles in shared runs of eight words", ylabel="pairs")
    axis.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axis.yaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
    axis.set_title(f"What the {len(candidates):,} candidate pairs share word for word")
    axis.legend(frameon=False)
    return fig, pd.DataFrame(drawn)


def overlap_heatmaps(overlap: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Share of the row's words found in the column's article: any kind, and each kind by itself; and the rows drawn."""
    kept, note = _clusters(overlap)
    rows = overlap[overlap["article_id"].isin(kept) & overlap["source_id"].isin(kept)]
    kept = cluster_order(rows.pivot(index="article_id", columns="source_id", values="reused_share"))
    size = _size(len(kept))
    fig = new_figure(2 * size + 2.6, 2 * size + 2.0)
    axes = fig.subplots(2, 2).ravel()
    columns = {
        "reused_share": "All kinds",
        "verbatim_share": "Verbatim (long identical runs)",
        "edited_share": "Edited",
        "paraphrased_share": "Paraphrased",
    }
    for axis, (column, title) in zip(axes, columns.items(), strict=True):
        matrix = rows.pivot_table(index="article_id", columns="source_id", values=column).reindex(kept, columns=kept)
        image = _heatmap(axis, matrix, title + note)
        axis.set_ylabel("article")
        axis.set_xlabel("shares words with")
    fig.colorbar(image, ax=list(axes), label="share of the row article's words", shrink=0.6)
    return fig, rows


def outlet_heatmap(source_overlap: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Share of a row outlet's words found in the column outlet's articles; and the rows drawn."""
    kept, note = _largest(source_overlap.groupby("outlet")["reused_share"].max())
    rows = source_overlap[source_overlap["outlet"].isin(kept) & source_overlap["source_outlet"].isin(kept)]
    matrix = rows.pivot_table(index="outlet", columns="source_outlet", values="reused_share")
    kept = cluster_order(matrix.reindex(kept, columns=kept))
    size = _size(len(kept)) + 0.6
    fig = new_figure(size + 1.6, size + 0.8)
    axis = fig.subplots()
    image = _heatmap(axis, matrix.reindex(kept, columns=kept), "Outlets" + note, most=_most(matrix))
    axis.set_ylabel("outlet")
    axis.set_xlabel("shares words with")
    fig.colorbar(image, ax=axis, label="share of the row outlet's words", shrink=0.8)
    return fig, rows


def _most(shares: pd.DataFrame) -> float:
    """The tenth at or above the greatest share: many outlets share little with each, and all would be pale."""
    return float(np.clip(np.ceil(10 * np.nanmax(shares.to_numpy(dtype=float), initial=0)) / 10, 0.1, 1))


def _heatmap(axis: Axes, matrix: pd.DataFrame, title: str, *, diagonal: bool = False, most: float = 1.0) -> AxesImage:
    values = matrix.to_numpy(dtype=float, copy=True)
    if not diagonal:
        np.fill_diagonal(values, np.nan)
    colours = mpl.colormaps[SHARE_MAP].with_extremes(bad="#D9D9D9")
    image = axis.imshow(values, vmin=0, vmax=most, cmap=colours, aspect="auto", interpolation="nearest")
    labels = short_labels(list(matrix.index))
    axis.set_xticks(range(len(labels)), labels, rotation=0 if max(map(len, labels)) < 5 else 90)
    axis.set_yticks(range(len(labels)), labels)
    if len(labels) > LABELLED:
        axis.set(xticks=[], yticks=[], xlabel=f"{len(labels)} rows, in the same order on both sides")
    axis.set_title(title)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0, labelsize=10 if len(labels) <= NUMBERED else 7)
    if len(labels) <= NUMBERED:
        for (row, column), value in np.ndenumerate(values):
            if np.isfinite(value):
                shade = "white" if value > 0.68 * most else "black"
                axis.text(column, row, f"{value:.2f}", ha="center", va="center", color=shade, fontsize=9)
    return image


def passage_map(corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Where in each article its reused words sit, one lane per source; and the passages drawn.

    Lanes are coloured by source where these are few, else the lane of the source with most words stands out.
    """
    names = sorted(corpus)
    places, groups = word_places(corpus, passages), pd.Categorical(passages["article_id"], names).codes.astype(np.int64)
    reused = union_lengths(groups, places["first"].to_numpy(), places["stop"].to_numpy(), len(names))
    counts = word_counts(corpus)
    lengths = np.array([max(1, counts[name]) for name in names])
    kept, note = _across(pd.Series(reused / lengths, index=names))
    kept = kept if note else names
    passages = passages[passages["article_id"].isin(kept)]
    sources = sorted(passages["source_id"].unique())
    colours = dict(zip(sources, SOURCE_COLOURS, strict=False)) if len(sources) <= len(SOURCE_COLOURS) else {}
    drawn = np.zeros(len(passages), dtype=bool)
    fig = new_figure(9.5, 1.6 + _row_height(len(kept)) * len(kept))
    axis = fig.subplots()
    for y, article in enumerate(kept):
        own = corpus[article]
        axis.barh(y, len(own), height=0.8, color=KIND_COLOURS["original"])
        mine = passages["article_id"] == article
        rows = passages[mine]
        shared = rows.groupby("source_id")["n_words"].sum().sort_values(ascending=False, kind="stable")
        lanes = sorted(shared.index) if colours else shared.index[:MOST_LANES]
        drawn |= mine & passages["source_id"].isin(lanes)
        for lane, source in enumerate(lanes):
            height = 0.8 / len(lanes)
            marked = word_kinds(own, rows[rows["source_id"] == source]) > 0
            axis.broken_barh(
                _runs(marked),
                (y - 0.4 + lane * height, height),
                facecolor=colours.get(source, OTHER_COLOUR if lane else SOURCE_COLOURS[0]),
                edgecolor="white",
                linewidth=0.4,
            )
    axis.set_yticks(range(len(kept)), short_labels(kept))
    axis.set_ylim(len(kept) - 0.4, -0.6)
    axis.set_xlabel("position in the article (words)")
    axis.set_title("Where the shared words stand" + note)
    keys = [Patch(color=colours[s], label=n) for s, n in zip(colours, short_labels(list(colours)), strict=True)]
    if sources and not colours:
        keys = [Patch(color=SOURCE_COLOURS[0], label="the one that shares most")]
        keys.append(Patch(color=OTHER_COLOUR, label=f"the next {MOST_LANES - 1} at most"))
    keys.append(Patch(color=KIND_COLOURS["original"], label="in no passage"))
    axis.legend(handles=keys, title="shared with", loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return fig, passages[drawn]


def _runs(marked: np.ndarray) -> list[tuple[int, int]]:
    """(start, length) of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(int), [0]])))
    return [(int(a), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def copied_shares(copying: pd.DataFrame) -> Figure:
    """Stacked shares of each article's words by kind, shared speech below, with the 95 % interval."""
    by_article = copying.set_index("article_id")
    kept, note = _across(by_article["copied_share"])
    rows = by_article.loc[kept]
    height = 1.8 + _row_height(len(rows)) * len(rows)
    if len(rows) < len(copying):
        fig = new_figure(9.5, 2.6 + height)
        above, axis = fig.subplots(2, height_ratios=[2.6, height])
        _distribution(above, copying["copied_share"])
    else:
        fig = new_figure(9.5, height)
        axis = fig.subplots()
    left = np.zeros(len(rows))
    for kind in reversed(KINDS):
        share = rows[f"{kind}_share"].to_numpy()
        axis.barh(short_labels(kept), share, left=left, height=0.7, color=KIND_COLOURS[kind], label=kind)
        left += share
    speech, low = rows["quoted_share"].to_numpy(), np.arange(len(rows)) + 0.41
    axis.barh(low, speech, height=0.1, color="black", label="of these shared speech")
    middle = rows["copied_share"].to_numpy()
    error = np.vstack([middle - rows["ci_low"], rows["ci_high"] - middle]).clip(0)
    for colour, width in (("white", 3.5), ("black", 1.2)):
        axis.errorbar(middle, np.arange(len(rows)), xerr=error, fmt="none", ecolor=colour, capsize=3, linewidth=width)
    for y, (share, spoken) in enumerate(zip(middle, speech, strict=True)):
        axis.text(1.01, y, f"{share:.0%}", va="center")
        if spoken > 0 and len(rows) <= NUMBERED:
            axis.text(spoken + 0.005, low[y], f"{spoken:.0%}", va="center", fontsize=7)
    axis.set_ylim(len(kept) - 0.4, -0.6)
    axis.set_xlim(0, 1)
    axis.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axis.set_xlabel("share of the article's words (line: 95 % interval of the copied share)")
    axis.set_title("How much of each article is shared with another" + note, pad=26)
    axis.legend(ncols=5, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False, columnspacing=1, handlelength=1.5)
    return fig


def _distribution(axis: Axes, shares: pd.Series) -> None:
    """How many articles have how high a copied share."""
    counts, *_ = axis.hist(shares, bins=np.linspace(0, 1, 21).tolist(), color=KIND_COLOURS["verbatim"], rwidth=0.9)
    for place, count in enumerate(np.asarray(counts, dtype=int)):
        axis.text((place + 0.5) / 20, count, f"{count:,}", ha="center", va="bottom", fontsize=7)
    axis.set(xlim=(0, 1), xlabel="copied share", ylabel="articles")
    axis.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axis.yaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
    axis.set_title(f"How many of the {len(shares):,} articles share how much with another")


def spliced_errors(rows: pd.DataFrame) -> Figure:
    """True against measured copied share of spliced documents, one panel per kind, with the intervals."""
    kinds = list(dict.fromkeys(rows["kind"]))
    across = 4
    down = -(-len(kinds) // across)
    fig = new_figure(9.5, 2.3 * down + 0.6)
    axes = fig.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    for axis, kind in zip(axes, kinds, strict=False):
        chosen = rows[rows["kind"] == kind]
        error = np.vstack([chosen["share"] - chosen["low"], chosen["high"] - chosen["share"]]).clip(0)
        axis.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, zorder=0)
        axis.errorbar(
            chosen["truth"], chosen["share"], yerr=error, fmt="o", ms=3, linewidth=0.8, color=KIND_COLOURS["verbatim"]
        )
        axis.set_title(kind, fontsize=10)
    for axis in axes[len(kinds) :]:
        axis.set_visible(False)
    axes[0].set(xlim=(-0.04, 1.04), ylim=(-0.04, 1.04), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    fig.supxlabel("true copied share", fontsize=10)
    fig.supylabel("measured, with its 95 % interval", fontsize=10)
    return fig


def plagdet_bars(ours: Mapping[str, float], published: pd.DataFrame) -> Figure:
    """Plagdet by kind of obfuscation: this method (bars) and published systems (marks)."""
    fig = new_figure(8.5, 3.2)
    axis = fig.subplots()
    columns = list(ours)
    axis.bar(columns, list(ours.values()), width=0.5, color="#88AACC", label="this method (training part, held out)")
    for marker, row in zip("osD^v<>", published.itertuples(), strict=False):
        scores = [getattr(row, column) for column in columns]
        axis.plot(
            columns, scores, marker, color="black", label=f"{row.system} {row.year} (test part)", fillstyle="none"
        )
    for place, score in enumerate(ours.values()):
        axis.text(place, score + 0.01, f"{score:.3f}", ha="center")
    axis.set(ylim=(0, 1.08), ylabel="plagdet (higher is better)")
    axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return fig


def save(fig: Figure, table: pd.DataFrame, folder: str | Path, name: str) -> None:
    """Write ``name.png`` and, beside it, ``name.csv`` with what was drawn."""
    with atomic(Path(folder) / f"{name}.png") as temporary:
        fig.savefig(temporary, metadata={"Software": None})
    write_csv(table, Path(folder) / f"{name}.csv")


def show(fig: Figure, alt: str) -> None:
    """Show a figure in a notebook with a text for readers who cannot see it; the numbers are in the CSV beside it."""
    import matplotlib.pyplot as plt
    from IPython.display import Image, display

    drawn = io.BytesIO()
    fig.savefig(drawn, dpi=STYLE["figure.dpi"], metadata={"Software": None})
    plt.close(fig)
    display(Image(data=drawn.getvalue(), alt=alt))


def new_figure(width: float, height: float) -> Figure:
    """An empty figure in the style of all, of this size in inches."""
    import matplotlib.pyplot as plt

    mpl.rcParams.update(STYLE | {"font.family": _families()})
    return plt.figure(figsize=(width, height))


def _families() -> list[str]:
    """The font of all text, and those of this machine that have the letters it lacks."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # another weight than asked for will do
    installed = {font.name for font in mpl.font_manager.fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in MORE_LETTERS if name in installed)]


def _clusters(overlap: pd.DataFrame) -> tuple[list[str], str]:
    """The articles to draw, sorted: all, or of many some clusters, each an article and those it shares most with."""
    names = sorted(overlap["article_id"].unique())
    if len(names) <= LARGEST:
        return names, ""
    ranked = overlap[overlap["reused_share"] >= LEAST_DRAWN]
    ranked = ranked.sort_values(["reused_share", "article_id", "source_id"], ascending=[False, True, True])
    partners = ranked.groupby("article_id")["source_id"].agg(list)
    kept: dict[str, None] = {}
    for name in partners.str.len().sort_values(ascending=False, kind="stable").index:
        if name not in kept:
            kept |= dict.fromkeys([name, *partners[name][:MOST_PARTNERS]])
        if len(kept) >= LARGEST:
            break
    note = (
        f"\n({min(LARGEST, len(kept))} of {len(names):,} articles: some that share 10 % or more with many, and these)"
    )
    return sorted([*kept][:LARGEST] or names[:LARGEST]), note


def _size(n: int) -> float:
    """Side of a heatmap of n rows, inches."""
    return float(np.clip(0.62 * n, 2.6, 7.0))


def _row_height(n: int) -> float:
    """Height of a bar and its gap, inches."""
    return 0.5 if n <= NUMBERED else 0.3


def _largest(scores: pd.Series) -> tuple[list[str], str]:
    """The outlets to draw, sorted, and what to add to the title where some were left out."""
    if len(scores) <= LARGEST:
        return sorted(scores.index), ""
    ranked = scores.sort_index().sort_values(ascending=False, kind="stable")[:LARGEST]
    top = ranked[ranked > 0].index if (ranked > 0).any() else ranked.index
    return sorted(top), f"\n(the {len(top)} outlets of {len(scores):,} with the highest share in one other)"


def _across(shares: pd.Series) -> tuple[list[str], str]:
    """The articles to draw, by share: all, or of many the first and some of each part of the rest; and a note on it."""
    names = list(shares.sort_index().sort_values(ascending=False, kind="stable").index)
    if len(names) <= LARGEST:
        return names, ""
    top = LARGEST // 2
    rest = np.linspace(top, len(names) - 1, LARGEST - top).round().astype(int)
    note = f"\n(of {len(names):,} articles the {top} with the highest shares, and {len(rest)} across the rest)"
    return [*names[:top], *(names[place] for place in rest)], note


LEAST_DRAWN, MOST_PARTNERS = 0.1, 9
"""Of a large corpus the heatmaps show articles that share so much, and of each at most so many others."""
