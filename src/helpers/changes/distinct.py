"""One row per distinct change: prints of one story repeat what one of them changed."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd


def distinct(changes: pd.DataFrame, text: Mapping[str, str]) -> pd.DataFrame:
    """The changes without those that repeat an earlier row, with the further articles that have it.

    Rows are one change if class and words that differ are the same, whichever stands first, at the same place of the
    same sentence on at least one side.

    Args:
        changes: the table of that name, in the order in which it is read.
        text: clean text by article_id.

    Returns:
        the first row of each, with `also`: article_ids of the others, sorted.
    """
    first: dict[Hashable, int] = {}
    members: dict[int, set[str]] = {}
    for row in changes.itertuples():
        keys = _keys(row, text)
        known = next((first[key] for key in keys if key in first), row.Index)
        for key in keys:
            first.setdefault(key, known)
        members.setdefault(known, set()).update((row.article_id, row.source_id))
    kept = changes.loc[list(members)]
    own = zip(kept["article_id"], kept["source_id"], strict=True)
    return kept.assign(also=[sorted(all_ - {*pair}) for all_, pair in zip(members.values(), own, strict=True)])


def _keys(row: Any, text: Mapping[str, str]) -> list[Hashable]:
    """What two rows have in common that are one change: one for each side that holds a sentence."""
    here = row.article_id, row.context_start, row.context_end, row.start
    there = row.source_id, row.source_context_start, row.source_context_end, row.source_start
    words = tuple(sorted(_plain(side) for side in (row.before, row.after)))
    return [
        (row.kind, words, _plain(text[name][low:high]), len(_plain(text[name][low:start])))
        for name, low, high, start in (here, there)
    ]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
