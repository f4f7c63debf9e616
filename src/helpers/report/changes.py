"""What the page 'Facts that changed' shows: words put into a mouth, then changes by pair of sentences."""

from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.changes import KINDS, distinct

if TYPE_CHECKING:
    from helpers.report.results import Article

FORM = ("style", "merged", "split")
"""Classes that change no fact: they are counted, not shown."""
MOST_ROWS = 1000
"""Rows of the page; the table `changes` holds all."""
AROUND = 220
"""Characters of a sentence shown on either side of a change."""
MOST_PASSED_OFF = 50
"""Quotations that are narration elsewhere, as the page shows them; `passed_off.csv` holds all."""


def changes_view(
    table: pd.DataFrame,
    text: Mapping[str, str],
    articles: Mapping[str, "Article"],
    pairs: Mapping[tuple[str, str], str],
    passed_off: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """The template's context.

    Args:
        table: the table `changes`.
        text: clean text by article_id.
        articles: how pages name an article, by article_id.
        pairs: the page of a pair of articles, by both orders, where there is one.
        passed_off: the table of `spoken.passed_off_table`.
    """
    told = [] if passed_off is None else passed_off_view(passed_off, text, articles, pairs)
    facts = distinct_facts(table, text)
    shown = facts.head(MOST_ROWS)
    groups = [_group(rows, text, articles, pairs) for rows in _by_sentences(shown)]
    counts = table["kind"].value_counts()
    return {
        "passed_off": told[:MOST_PASSED_OFF],
        "n_passed_off": len(told),
        "n_shown": len(shown),
        "groups": groups,
        "kinds": [(kind, KINDS[kind], int(counts.get(kind, 0))) for kind in KINDS if kind in counts],
        "shown_kinds": [kind for kind in KINDS if kind in set(shown["kind"])],
        "shown_pairs": sorted({group["pair"] for group in groups}),
        "n_facts": len(facts),
        "n_again": int((~table["kind"].isin(FORM)).sum()) - len(facts),
        "n_form": int(table["kind"].isin(FORM).sum()),
        "no_page": any(group["page"] is None for group in groups),
    }


def distinct_facts(table: pd.DataFrame, text: Mapping[str, str]) -> pd.DataFrame:
    """Each change that may be one of fact once, most serious first (see `changes.distinct`)."""
    order = ["severity", "article_id", "source_id", "start", "end"]
    facts = table[~table["kind"].isin(FORM)].sort_values(order, ascending=[False] + [True] * 4, ignore_index=True)
    return distinct(facts, text)


def passed_off_view(
    table: pd.DataFrame,
    text: Mapping[str, str],
    articles: Mapping[str, "Article"],
    pairs: Mapping[tuple[str, str], str],
) -> list[dict[str, Any]]:
    """Each quotation that others tell in their own voice, those of most words first, with what they tell.

    Args:
        table: that of `spoken.passed_off_table`.
        text: clean text by article_id.
        articles: how pages name an article, by article_id.
        pairs: the page of a pair of articles.
    """
    keys = ["article_id", "start", "end"]
    found = []
    for (name, start, end), rows in table.groupby(keys):
        rows = rows.sort_values(["narration_words", "source_id"], ascending=[False, True])
        told = [
            {
                "article": articles[row.source_id],
                "page": pairs.get((name, row.source_id)),
                "text": _cut(text[row.source_id], row.source_start, row.source_end),
            }
            for row in rows.itertuples()
        ]
        speaker = None if pd.isna(rows["speaker"].iloc[0]) else rows["speaker"].iloc[0]
        words = int(rows["narration_words"].max())
        quotation = {
            "article": articles[name],
            "speaker": speaker,
            "words": words,
            "text": _cut(text[name], start, end),
        }
        found.append(quotation | {"told": told})
    return sorted(found, key=lambda row: -row["words"])


def _by_sentences(facts: pd.DataFrame) -> list[list[Any]]:
    """The changes by pair of sentences, in the order of the most serious one of each."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in facts.itertuples():
        here = row.article_id, row.context_start, row.context_end
        there = row.source_id, row.source_context_start, row.source_context_end
        groups.setdefault((here, there), []).append(row)
    return list(groups.values())


def _group(
    rows: list[Any],
    text: Mapping[str, str],
    articles: Mapping[str, "Article"],
    pairs: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """A pair of sentences, each in pieces, with its changes."""
    row = rows[0]
    source, article = articles[row.source_id].label, articles[row.article_id].label
    there = row.source_context_start, row.source_context_end, [(r.source_start, r.source_end) for r in rows]
    here = row.context_start, row.context_end, [(r.start, r.end) for r in rows]
    also = sorted({name for r in rows for name in r.also})
    return {
        "source": source,
        "article": article,
        "pair": f"{source} / {article}",
        "page": pairs.get((row.article_id, row.source_id)),
        "also": [articles[name] for name in also],
        "before": _pieces(text[row.source_id], *there),
        "after": _pieces(text[row.article_id], *here),
        "changes": [
            {
                "kind": r.kind,
                "rule": r.rule,
                "severity": r.severity,
                "before": _cut(text[r.source_id], r.source_start, r.source_end),
                "after": _cut(text[r.article_id], r.start, r.end),
            }
            for r in rows
        ],
    }


def _pieces(text: str, low: int, high: int, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A sentence in pieces, each with whether it differs; what is long before, between and behind them is cut.

    >>> _pieces("One fell, two rose.", 0, 19, [(14, 18), (4, 8)])
    [('One ', False), ('fell', True), (', two ', False), ('rose', True), ('.', False)]
    >>> _pieces("One fell.", 0, 9, [(8, 8)])
    [('One fell.', False)]
    """
    edges = sorted({low, high, *(edge for span in spans for edge in span)})
    marked = [(a, b, any(s <= a and b <= e for s, e in spans)) for a, b in pairwise(edges)]
    found = []
    for differs, run in groupby(marked, itemgetter(2)):
        stretch = list(run)
        a, b = stretch[0][0], stretch[-1][1]
        whole = differs or (a, b) == (low, high)
        found.append((_cut(text, a, b, a > low or whole, b < high or whole), differs))
    return found


def _cut(text: str, start: int, end: int, head: bool = True, tail: bool = True) -> str:
    """A stretch of text, if long only its head and its tail, cut at blanks."""
    if end - start <= (head + tail) * AROUND:
        return text[start:end]
    first, last = text[start : start + AROUND] * head, text[end - AROUND : end] * tail
    first = first.rpartition(" ")[0] or first  # text without blanks is cut anywhere
    last = last.partition(" ")[2] or last
    return f"{first} … {last}"
