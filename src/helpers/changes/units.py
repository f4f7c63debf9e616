"""Which sentences of two articles are read beside each other: those that passages join."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.layout import PROSE
from helpers.segmentation import words

Span = tuple[int, int]
LONGEST_CHAIN = 3
"""More sentences than this on a side are no act of merging: their pairs are read one by one."""
# A verbatim run joins two sentences if it holds this share of the shorter one's words.
LEAST_RUN_SHARE = 0.5


@dataclass(frozen=True)
class Unit:
    """Sentences of a source and of an article that are read beside each other, in order of each text."""

    source: tuple[Span, ...]
    article: tuple[Span, ...]


def prose_spans(sentences: pd.DataFrame) -> list[Span]:
    """Spans of the sentences of an article that are prose, in order."""
    own = sentences[sentences["kind"].isin(PROSE)].sort_values("start")
    return [(int(a), int(b)) for a, b in zip(own["start"], own["end"], strict=True)]


def units(
    rows: pd.DataFrame, text: str, spans: Sequence[Span], source: str, source_spans: Sequence[Span]
) -> list[Unit]:
    """Groups of sentences joined by the passages of an ordered pair; whole sentences, so that no edge is lost.

    Args:
        rows: passages of the article with the source.
        text: the article.
        spans: its prose sentences.
        source: the source's text.
        source_spans: its prose sentences.
    """
    edges: set[tuple[int, int]] = set()
    for row in rows.itertuples():
        here, there = (row.start, row.end), (row.source_start, row.source_end)
        joined = _run_edges if row.kind == "verbatim" else _row_edges
        edges |= joined(text, spans, here, source, source_spans, there)
    chosen = []
    for group in _components(sorted(edges), len(spans)):
        own, theirs = sorted({a for a, _ in group}), sorted({b for _, b in group})
        adjacent = all(found[-1] - found[0] < len(found) for found in (own, theirs))
        if adjacent and max(len(own), len(theirs)) <= LONGEST_CHAIN and min(len(own), len(theirs)) == 1:
            chosen.append(_unit(own, theirs, spans, source_spans))
        else:
            chosen += [_unit([a], [b], spans, source_spans) for a, b in group]
    return chosen


def _unit(own: list[int], theirs: list[int], spans: Sequence[Span], source_spans: Sequence[Span]) -> Unit:
    return Unit(tuple(source_spans[i] for i in theirs), tuple(spans[i] for i in own))


def _row_edges(
    text: str, spans: Sequence[Span], here: Span, source: str, source_spans: Sequence[Span], there: Span
) -> set[tuple[int, int]]:
    return set(product(_inside(text, spans, here), _inside(source, source_spans, there)))


def _inside(text: str, spans: Sequence[Span], span: Span) -> list[int]:
    """Sentences that hold words of a span."""
    parts = [(i, max(a, span[0]), min(b, span[1])) for i, (a, b) in enumerate(spans) if a < span[1] and b > span[0]]
    return [i for i, a, b in parts if words(text[a:b])]


def _run_edges(
    text: str, spans: Sequence[Span], here: Span, source: str, source_spans: Sequence[Span], there: Span
) -> set[tuple[int, int]]:
    """Sentence pairs of a verbatim run, its words being the same one by one."""
    own, theirs = _sentence_of(text, spans, here), _sentence_of(source, source_spans, there)
    count: dict[tuple[int, int], int] = {}
    for pair in zip(own, theirs, strict=False):
        count[pair] = count.get(pair, 0) + 1
    return {
        (a, b)
        for (a, b), n in count.items()
        if a >= 0
        and b >= 0
        and n >= LEAST_RUN_SHARE * _shorter(text[slice(*spans[a])], source[slice(*source_spans[b])])
    }


def _shorter(first: str, second: str) -> int:
    return min(len(words(first)), len(words(second)))


def _sentence_of(text: str, spans: Sequence[Span], span: Span) -> list[int]:
    """For each word of a span the number of its sentence, -1 where it is in none."""
    starts = np.array([a for a, _ in spans], dtype=np.int64)
    found = []
    for word in words(text[slice(*span)]):
        at = int(np.searchsorted(starts, span[0] + word.start, side="right")) - 1
        found.append(at if at >= 0 and span[0] + word.end <= spans[at][1] else -1)
    return found


def _components(edges: list[tuple[int, int]], n: int) -> list[list[tuple[int, int]]]:
    """The edges grouped by what they join, in order."""
    if not edges:
        return []
    size = n + 1 + max(b for _, b in edges)
    ends = np.array(edges)
    graph = coo_array((np.ones(len(edges), dtype=bool), (ends[:, 0], n + ends[:, 1])), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    groups: dict[int, list[tuple[int, int]]] = {}
    for edge in edges:
        groups.setdefault(int(labels[edge[0]]), []).append(edge)
    return list(groups.values())
