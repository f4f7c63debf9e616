"""The tables that the notebooks hand to each other: one schema each, checked on write and on read.

Tables are parquet files, or folders of such where many machines wrote a part each. A write is atomic and its bytes
depend on the rows alone; a read names the notebook that makes what is missing. The schemas are the data dictionary:
`dictionary` renders it.
"""

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import TableError
from helpers.output import atomic
from helpers.schemas import TABLES


def conform(frame: pd.DataFrame, name: str) -> pa.Table:
    """The frame as an Arrow table of the named schema, rows sorted by the table's key.

    Raises:
        TableError: a column is missing or unknown, a value has the wrong type, is null or out of range, or the
            key repeats.
    """
    table = TABLES[name]
    wanted = [c.name for c in table.columns]
    if sorted(frame.columns) != sorted(wanted):
        missing, unknown = sorted(set(wanted) - set(frame)), sorted(set(frame) - set(wanted))
        raise TableError(f"table {name}: missing columns {missing}, unknown columns {unknown}")
    frame = frame[wanted].sort_values(list(table.key), kind="stable").reset_index(drop=True)
    repeated = frame[frame.duplicated(list(table.key))]
    if len(repeated):
        row = repeated.iloc[0][list(table.key)].to_dict()
        raise TableError(f"table {name}: the key {', '.join(table.key)} repeats, first at {row}")
    for column in table.columns:
        values = frame[column.name]
        if not column.null and values.isna().any():
            raise TableError(f"table {name}: {column.name} is null in row {int(values.isna().argmax())}")
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
    table = conform(frame, name)
    path = Path(folder) / f"{name}.parquet"
    path = path if part is None else path / f"part-{part:05d}.parquet"
    with atomic(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
    return path


def read(name: str, folder: str | Path) -> pd.DataFrame:
    """Read a table and check it.

    Raises:
        TableError: it is not there (the message names the notebook to run), or it does not follow its schema.
    """
    path = Path(folder) / f"{name}.parquet"
    if not path.exists():
        raise TableError(f"{path} is not there: run notebook {TABLES[name].notebook} first")
    try:
        frame = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} cannot be read ({error}): run {TABLES[name].notebook} again") from error
    conform(frame, name)
    return frame


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
        text = safe[name].astype("object")
        runs = text.map(lambda value: isinstance(value, str) and value[:1] in tuple("=+-@\t\r"))
        safe[name] = text.where(~runs.astype(bool), "'" + text.astype(str))
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
