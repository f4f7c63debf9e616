"""Tables of an archive as Arrow, of which some articles' rows are taken out and others put in."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from helpers import tables
from helpers.candidates.recurring import new_values, starts

_CUT = 5_000


class Stored:
    """A table as a run wrote it, its rows sorted by article."""

    def __init__(self, name: str, folder: Path) -> None:
        """Read the table."""
        self.name = name
        self.arrow: pa.Table = pq.read_table(folder / f"{name}.parquet").combine_chunks()

    @cached_property
    def blocks(self) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
        """The articles in the order of the table, and where the rows of each begin; also the number of rows."""
        if not self.arrow.num_rows:
            return np.empty(0, dtype=object), np.zeros(1, dtype=np.int64)
        column = self.arrow["article_id"].combine_chunks().dictionary_encode()
        begins = np.flatnonzero(new_values(column.indices.to_numpy()))
        names = self.arrow["article_id"].take(pa.array(begins)).to_numpy(zero_copy_only=False)
        return names.astype(object), np.append(begins, self.arrow.num_rows)

    def of(self, articles: Collection[str]) -> pd.DataFrame:
        """The rows of some articles."""
        names, begins = self.blocks
        wanted = np.flatnonzero(among(names, articles))
        rows = _ranges(begins[wanted], begins[wanted + 1])
        return self.arrow.take(pa.array(rows)).to_pandas()

    def frame(self) -> pd.DataFrame:
        """All rows."""
        return self.arrow.to_pandas()

    def with_rows(self, articles: Collection[str], rows: pd.DataFrame) -> pa.Table:
        """The table with other rows for some articles: those given, and none of those that it has."""
        more = tables.conform(rows, self.name)
        old_names, old_begins = self.blocks
        kept = np.flatnonzero(~among(old_names, articles))
        new_names, new_begins = _with(more, self.name).blocks
        names = np.concatenate([old_names[kept], new_names])
        first = np.concatenate([old_begins[:-1][kept], new_begins[:-1] + self.arrow.num_rows])
        stop = np.concatenate([old_begins[1:][kept], new_begins[1:] + self.arrow.num_rows])
        order = np.argsort(names)
        return _joined(self.arrow.cast(more.schema), more, first[order], stop[order])


def _joined(old: pa.Table, more: pa.Table, first: NDArray[np.int64], stop: NDArray[np.int64]) -> pa.Table:
    """Ranges [first, stop) of the rows of two tables, one after another: cut out, or taken if they are many."""
    n = old.num_rows
    edges = np.flatnonzero(np.append(first[:1] >= 0, first[1:] != stop[:-1]) | (first == n))
    if len(edges) > _CUT:
        return pa.concat_tables([old, more]).combine_chunks().take(pa.array(_ranges(first, stop)))
    spans = zip(first[edges].tolist(), np.append(stop[edges[1:] - 1], stop[-1:]).tolist(), strict=True)
    parts = [old.slice(a, b - a) if a < n else more.slice(a - n, b - a) for a, b in spans]
    return pa.concat_tables([more.slice(0, 0), *parts]).combine_chunks()


def _with(arrow: pa.Table, name: str) -> Stored:
    stored = Stored.__new__(Stored)
    stored.name, stored.arrow = name, arrow
    return stored


def among(names: Collection[str], wanted: Collection[str]) -> NDArray[np.bool_]:
    """Which names are among others: ten times as fast as `isin`, which makes an Arrow array of the others."""
    return np.fromiter(map(set(wanted).__contains__, names), dtype=bool, count=len(names))


def _ranges(first: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.int64]:
    """All numbers of the ranges [first, stop), one after another."""
    lengths = stop - first
    return np.repeat(first - starts(lengths), lengths) + np.arange(lengths.sum())


def pair_numbers(a: NDArray[np.int64], b: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """A number for each unordered pair of places below `n`."""
    return np.minimum(a, b) * n + np.maximum(a, b)


def write(table: pa.Table, name: str, folder: Path) -> None:
    """Write a table that follows its schema."""
    tables.write_arrow([table], name, folder / f"{name}.parquet")
