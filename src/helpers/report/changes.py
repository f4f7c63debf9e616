"""What the page 'Facts that changed' shows: most serious first, both sentences beside each other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.changes import KINDS, distinct

if TYPE_CHECKING:
    from helpers.report.pages import Article

FORM = ("style", "merged", "split")
"""Classes that change no fact: they are counted, not shown."""
MOST_ROWS = 1000
"""Rows of the page; the table `changes` holds all."""
AROUND = 220
"""Characters of a sentence shown on either side of a change."""


def changes_view(
    table: pd.DataFrame,
    text: Mapping[str, str],
    articles: Mapping[str, "Article"],
    pairs: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """The template's context.

    Args:
        table: the table `changes`.
        text: clean text by article_id.
        articles: how pages name an article, by article_id.
        pairs: the page of a pair of articles, by both orders, where there is one.
    """
    facts = distinct_facts(table, text)
    shown = facts.head(MOST_ROWS)
    rows = [_row(row, text, articles, pairs) for row in shown.itertuples()]
    counts = table["kind"].value_counts()
    return {
        "rows": rows,
        "kinds": [(kind, KINDS[kind], int(counts.get(kind, 0))) for kind in KINDS if kind in counts],
        "shown_kinds": [kind for kind in KINDS if kind in set(shown["kind"])],
        "shown_pairs": sorted({row["pair"] for row in rows}),
        "n_facts": len(facts),
        "n_again": int((~table["kind"].isin(FORM)).sum()) - len(facts),
        "n_form": int(table["kind"].isin(FORM).sum()),
        "no_page": any(row["page"] is None for row in rows),
    }


def distinct_facts(table: pd.DataFrame, text: Mapping[str, str]) -> pd.DataFrame:
    """Each change that may be one of fact once, most serious first (see `changes.distinct`)."""
    order = ["severity", "article_id", "source_id", "start", "end"]
    facts = table[~table["kind"].isin(FORM)].sort_values(order, ascending=[False] + [True] * 4, ignore_index=True)
    return distinct(facts, text)


def _row(
    row: Any, text: Mapping[str, str], articles: Mapping[str, "Article"], pairs: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    source, article = articles[row.source_id].label, articles[row.article_id].label
    there = row.source_context_start, row.source_start, row.source_end, row.source_context_end
    here = row.context_start, row.start, row.end, row.context_end
    return {
        "kind": row.kind,
        "rule": row.rule,
        "severity": row.severity,
        "source": source,
        "article": article,
        "pair": f"{source} / {article}",
        "page": pairs.get((row.article_id, row.source_id)),
        "also": [articles[name] for name in row.also],
        "before": _cut(text[row.source_id], *there),
        "after": _cut(text[row.article_id], *here),
    }


def _cut(text: str, low: int, start: int, end: int, high: int) -> dict[str, str]:
    """A sentence in three parts, the middle one changed; long ones are cut at blanks."""
    left, right = text[low:start], text[end:high]
    if len(left) > AROUND:
        left = "… " + left[-AROUND:].partition(" ")[2]
    if len(right) > AROUND:
        right = right[:AROUND].rpartition(" ")[0] + " …"
    middle = text[start:end]
    if len(middle) > 2 * AROUND:
        middle = f"{middle[:AROUND]} … {middle[-AROUND:]}"
    return {"left": left, "changed": middle, "right": right}
