"""How many changes of each class a pair of articles has."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.changes.classes import KINDS
from helpers.figures import LARGEST, new_figure
from helpers.labels import short_labels

COLOURS = {
    "hedging": "#882255",
    "number": "#CC6677",
    "date": "#DDCC77",
    "name": "#117733",
    "place": "#44AA99",
    "attribution": "#332288",
    "wording": "#88CCEE",
    "dropped": "#999933",
    "added": "#AA4499",
    "merged": "#777777",
    "split": "#AAAAAA",
    "style": "#DDDDDD",
}
"""Paul Tol's muted scheme; what changes no fact is grey."""


def counted(changes: pd.DataFrame) -> pd.DataFrame:
    """Changes by pair (source, article) and class, the pairs with most of them first; every class has a column."""
    if changes.empty:
        return pd.DataFrame(columns=["source_id", "article_id", *KINDS])
    counts = changes.groupby(["source_id", "article_id", "kind"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(KINDS), fill_value=0)
    order = np.lexsort((np.arange(len(counts)), -counts.sum(axis=1).to_numpy()))
    return counts.iloc[order].rename_axis(columns=None).reset_index()


def changes_by_class(changes: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """A bar for each pair of articles, cut by class; of many pairs those with most changes; and their counts."""
    table = counted(changes)
    shown = table.head(LARGEST)
    names = sorted({*shown["source_id"], *shown["article_id"]})
    label = dict(zip(names, short_labels(names), strict=True))
    between = " / " if max(map(len, label.values()), default=0) <= 12 else "\n"
    rows = [f"{label[a]}{between}{label[b]}" for a, b in zip(shown["source_id"], shown["article_id"], strict=True)]
    fig = new_figure(9.5, 1.8 + 0.45 * max(1, len(rows)))
    axis = fig.subplots()
    left = np.zeros(len(rows))
    for kind in KINDS:
        width = shown[kind].to_numpy(dtype=float)
        if width.any():
            axis.barh(np.arange(len(rows)), width, left=left, height=0.7, color=COLOURS[kind], label=kind)
            left += width
    axis.set_yticks(np.arange(len(rows)), rows, fontsize=10 if between == " / " else 8)
    axis.set_ylim(max(1, len(rows)) - 0.4, -0.6)
    axis.set_xlabel("changes")
    left_out = f"\n(the {LARGEST} pairs of {len(table)} with most)" if len(table) > LARGEST else ""
    axis.set_title("What differs in shared sentences, by class" + left_out)
    if rows:
        axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return fig, shown
