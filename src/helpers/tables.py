"""The tables that the notebooks hand to each other: one schema each, checked on write and on read.

Tables are parquet files, or folders of such where many machines wrote a part each. A write is atomic and its bytes
depend on the rows alone; a read names the notebook that makes what is missing. The schemas are the data dictionary:
`dictionary` renders it.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from helpers.errors import TableError
from helpers.output import atomic
from helpers.schemas import TABLES

ROWS = 1 << 16
"""Rows that are written at once, and stand together in a file: few enough that texts stay below Arrow's 2 GB."""


_FORMULA = tuple("=+-@\t\r")
"""With one of these begins what a spreadsheet would run."""


def conform(frame: pd.DataFrame, name: str) -> pa.Table:
    """The frame as an Arrow table of the named schema, rows sorted by the table's key.

    Raises:
        TableError: a column is missing or unknown, a value has the wrong type, is null or out of range, or the
            key repeats.
    """
    return pa.concat_tables(_pieces(frame, name)).combine_chunks()


def _pieces(frame: pd.DataFrame, name: str) -> Iterator[pa.Table]:
    """The same, some rows at a time: as Arrow has them, names may take twenty times the space of categories."""
    ordered = _ordered(frame, name)
    for first in range(0, max(1, len(ordered)), ROWS):
        rows = np.arange(first, min(first + ROWS, len(ordered)))
        yield _conformed(ordered.take(rows), name, first)  # a slice of texts of more than 2 GB could not be converted


def _ordered(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The columns of the named schema, rows sorted by its key, which must be unique."""
    table = TABLES[name]
    wanted = [c.name for c in table.columns]
    if sorted(frame.columns) != sorted(wanted):
        missing, unknown = sorted(set(wanted) - set(frame)), sorted(set(frame) - set(wanted))
        raise TableError(f"table {name}: missing columns {missing}, unknown columns {unknown}")
    frame, key = frame[wanted], list(table.key)
    if _ascends(frame, key):
        return frame
    frame = frame.sort_values(key, kind="stable")
    if not _ascends(frame, key):
        repeated = frame[frame.duplicated(key)]
        if len(repeated):
            first = repeated.iloc[0][key].to_dict()
            raise TableError(f"table {name}: the key {', '.join(key)} repeats, first at {first}")
    return frame


def _ascends(frame: pd.DataFrame, key: list[str]) -> bool:
    """Whether every row's key is above that of the row before; nobody knows of values that cannot be compared.

    >>> rows = pd.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 0]})
    >>> _ascends(rows, ["a", "b"]), _ascends(rows, ["a"]), _ascends(rows[::-1], ["a", "b"])
    (True, False, False)
    """
    above, equal = (np.full(max(0, len(frame) - 1), start) for start in (False, True))
    for column in key:
        before, after = frame[column].array[:-1], frame[column].array[1:]
        try:
            above |= equal & np.asarray(before < after, dtype=bool)
        except TypeError:  # categories without an order
            return False
        equal &= np.asarray(before == after, dtype=bool)
    return bool(above.all())


def _conformed(frame: pd.DataFrame, name: str, first: int) -> pa.Table:
    """Some rows as an Arrow table; `first` is the number of the first one."""
    table = TABLES[name]
    for column in table.columns:
        values = frame[column.name]
        if not column.null and values.isna().any():
            raise TableError(f"table {name}: {column.name} is null in row {first + int(values.isna().argmax())}")
    try:
        arrow = pa.Table.from_pandas(frame, schema=table.schema, preserve_index=False).replace_schema_metadata()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TableError(f"table {name}: {error}") from error
    for column in table.columns:
        if column.type == "share" and not frame[column.name].dropna().between(0, 1).all():
            raise TableError(f"table {name}: {column.name} is outside [0, 1]")
    return arrow.combine_chunks()  # where a column was put together from parts would show in the file


def write(frame: pd.DataFrame, name: str, folder: str | Path, part: int | None = None) -> Path:
    """Check a table and write it to ``folder/name.parquet``, whole or not at all.

    Of a table in parts that is a folder, and one part is written to it.
    """
    path = Path(folder) / f"{name}.parquet"
    path = path if part is None else path / f"part-{part:05d}.parquet"
    write_arrow(_pieces(frame, name), name, path)
    return path


def write_arrow(pieces: Iterable[pa.Table], name: str, path: Path) -> None:
    """Write a table that follows its schema, from pieces of `ROWS` rows or a multiple; the last may have any number."""
    with (
        atomic(path) as temporary,
        pq.ParquetWriter(temporary, TABLES[name].schema, compression="zstd") as file,
    ):
        for piece in pieces:
            file.write_table(piece, ROWS)


def read(name: str, folder: str | Path) -> pd.DataFrame:
    """Read a table and check it.

    Raises:
        TableError: it is not there (the message names the notebook to run), or it does not follow its schema.
    """
    if name not in TABLES:
        raise TableError(f"there is no table {name!r}; there are: {', '.join(TABLES)}")
    path = Path(folder) / f"{name}.parquet"
    if not path.exists():
        raise TableError(f"{path} is not there: run notebook {TABLES[name].notebook} first")
    try:
        frame = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} cannot be read ({error}): run {TABLES[name].notebook} again") from error
    deque(_pieces(frame, name), maxlen=0)  # which checks them
    return frame


def named(numbers: NDArray[np.integer], names: pd.Index, compact: bool) -> Any:
    """A column of names that are given by place.

    Args:
        numbers: places among the names.
        names: different ones.
        compact: as categories, ordered by the alphabet: 4 bytes a row.

    >>> named(np.array([1, 0, 1]), pd.Index(["b", "a"]), compact=True).codes.tolist()
    [0, 1, 0]
    """
    if not compact:
        return pd.array(names, dtype="str").take(numbers)
    order = names.argsort()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return pd.Categorical.from_codes(rank[numbers], names[order], ordered=True)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with texts where it has categories."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), "str"))


def column(name: str, column: str, folder: str | Path) -> list[Any]:
    """The values of one column of a table that was written."""
    values: list[Any] = pq.read_table(Path(folder) / f"{name}.parquet", columns=[column])[column].to_pylist()
    return values


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table for spreadsheets: floats with 6 digits, and no text that a spreadsheet would run as a formula.

    A text that begins with = + - @, a tab or a carriage return gets a leading apostrophe.
    """
    safe = frame.copy()
    for name in safe.select_dtypes(include=["object", "str", "category"]):
        text = safe[name]
        if text.dtype == "str":
            runs = text.str[:1].isin(_FORMULA)
        else:
            text = text.astype("object")
            runs = text.map(lambda value: isinstance(value, str) and value[:1] in _FORMULA).astype(bool)
        if runs.any():
            safe[name] = text.where(~runs, "'" + text.astype(str))
    with atomic(Path(path)) as temporary:
        safe.to_csv(temporary, index=False, float_format="%.6f", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)


def dictionary() -> str:
    """The data dictionary in Markdown, one section per table."""
    parts = []
    for table in TABLES.values():
        head = f"## {table.name}\n\nWritten by notebook {table.notebook}: {table.meaning}. "
        head += f"Key: {', '.join(table.key)}.\n\n| column | type | null | meaning |\n|---|---|---|---|"
        rows = [
            f"| {c.name} | {c.type} | {'yes' if c.null else ''} | {c.meaning} |".replace("|  |", "| |")
            for c in table.columns
        ]
        parts.append("\n".join([head, *rows]))
    return "\n\n".join(parts) + "\n"
