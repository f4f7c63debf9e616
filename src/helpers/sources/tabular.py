"""Articles in tables: separated values, JSON lines, parquet."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import repeat
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from helpers.encoding import decode
from helpers.errors import CorpusError
from helpers.sources.dates import stated_dates
from helpers.sources.reading import RawArticle, Reading, check_text, with_title

_ANY_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_NEWLINES = re.compile(r"[^\n]*\n|[^\n]+")
LONGEST_CELL = 100_000_000
SEPARATORS = ",;\t|"
"""Of a .csv file: the one most frequent in its first line."""
COLUMNS = {
    "id": ("id", "article_id", "doc_id", "docid", "uid", "guid"),
    "text": ("text", "body", "content", "article", "full_text", "fulltext", "article_text", "maintext"),
    "title": ("title", "headline"),
    "outlet": ("outlet", "source", "publisher", "publication", "newspaper", "site", "domain"),
    "published": ("published", "date", "published_at", "pubdate", "publication_date", "datetime", "timestamp", "day"),
    "url": ("url", "link", "href"),
    "author": ("author", "byline", "authors", "creator"),
}
"""What a column may be called, the likeliest first; case, blanks and hyphens do not matter."""


def read_table(name: str, table: pd.DataFrame, reading: Reading, columns: Mapping[str, str]) -> None:
    """The rows of a table, an article each; of a text no more is held than is needed, one article at a time."""
    found = guess_columns(list(table.columns), columns)
    if "text" not in found:
        raise CorpusError(
            f"has no column of texts among {', '.join(map(str, table.columns))}: name it, for example "
            f"-p 'columns={{text: {_longest(table)}}}'"
        )
    reading.columns[name] = found
    stem = PurePosixPath(name).stem
    values = {what: map(cell_text, table[column].tolist()) for what, column in found.items()}
    written = [*values.pop("published", repeat(None, len(table)))]
    texts = table[found["text"]].tolist()[::-1]
    del table, values["text"]
    dates = stated_dates(written)
    reading.undated(name, written, dates)
    others = {what: [*cells] for what, cells in values.items()}
    del values
    for number, date in enumerate(dates, 1):
        value = {what: cells[number - 1] for what, cells in others.items()}
        try:
            text = cell_text(texts.pop()) or ""
            check_text(text)
        except CorpusError as error:
            reading.left_out(name, str(error), f"row {number}")
            continue
        title = value.get("title")
        article = RawArticle(
            value.get("id") or f"{stem}-{number}",
            f"{name}#{number}",
            value.get("outlet"),
            with_title(title, text.replace("\r\n", "\n")),
            "table",
            (),
            title,
            date,
            value.get("url"),
            value.get("author"),
        )
        reading.articles.append(article)


def _longest(table: pd.DataFrame) -> str:
    """The name of the column with the longest cells."""
    lengths = {name: sum(len(str(cell)) for cell in table[name].head(100)) for name in table.columns}
    return str(max(lengths, key=lambda name: lengths[name], default="body"))


def cell_text(value: Any) -> str | None:
    """A cell as text, without line ends around it; None where it is empty."""
    if isinstance(value, str) and value.isascii():
        return value.strip() or None
    text = "" if value is None or (not isinstance(value, list | dict) and pd.isna(value)) else str(value).strip()
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") or None


def read_frame(name: str, data: bytes, suffix: str, reading: Reading) -> pd.DataFrame:
    """A table with all its cells as they are written."""
    try:
        if suffix == ".parquet":
            return pd.read_parquet(io.BytesIO(data))
        text = decode(data, declared=reading.encoding).text
        del data
        if suffix == ".jsonl":
            return pd.DataFrame(_json_rows(name, text, reading), dtype=object)
        return _csv_rows(name, text, suffix, reading)
    except (ValueError, OSError, csv.Error) as error:
        raise CorpusError(f"cannot be read as a table ({str(error).splitlines()[0]})") from error


def written_lines(text: str, lines: re.Pattern[str] = _ANY_LINES) -> Iterator[str]:
    """The lines of a text with their ends, one at a time: what `io.StringIO` gives, which holds four bytes a letter."""
    return (line.group() for line in lines.finditer(text))


def _csv_rows(name: str, text: str, suffix: str, reading: Reading) -> pd.DataFrame:
    """The rows of a file of separated values; a row that is longer or shorter than the head is left out."""
    head = text.split("\n", 1)[0]
    csv.field_size_limit(LONGEST_CELL)
    separator = "\t" if suffix == ".tsv" else max(SEPARATORS, key=head.count)
    lines = csv.reader(written_lines(text), delimiter=separator)
    names = next(lines, None)
    if not names:
        raise CorpusError("cannot be read as a table (it is empty)")
    rows = []
    for row in lines:
        if len(row) == len(names):
            rows.append(row)
        elif row:
            reading.left_out(name, f"a row has {len(row)} cells instead of {len(names)}", f"line {lines.line_num}")
    return pd.DataFrame(rows, columns=names, dtype=object)


def _json_rows(name: str, text: str, reading: Reading) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(written_lines(text, _NEWLINES), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield row
        else:
            reading.left_out(name, "is no JSON object", f"line {number}")


def guess_columns(names: list[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which column holds what; `given` names go before guesses, and a name given that is not there is no column.

    >>> guess_columns(["Headline", "Full Text", "Date"])
    {'text': 'Full Text', 'title': 'Headline', 'published': 'Date'}
    """
    plain = {re.sub(r"[\s-]+", "_", str(name).strip().casefold()): name for name in reversed(names)}
    found = {}
    for what, words in COLUMNS.items():
        column = (given or {}).get(what) or next((plain[word] for word in words if word in plain), None)
        if column in names:
            found[what] = column
    return found
