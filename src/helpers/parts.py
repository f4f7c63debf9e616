"""What articles are in the tables of notebook 01, held by column: a chunk of articles is a few arrays, not objects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from helpers.cleaning import Cleaned
from helpers.duplicates import BANDS, Fingerprint
from helpers.edits import Edit
from helpers.layout import KINDS
from helpers.memory import give_back

_TEXT = pa.large_string()
_ARTICLES = pa.schema(
    {
        "text": _TEXT,
        "title": _TEXT,
        "published": pa.timestamp("us"),
        "n_words": pa.int64(),
        "digest": pa.binary(16),
        "bands": pa.list_(pa.uint64(), BANDS),
        "log_rows": pa.int32(),
        "sentence_rows": pa.int32(),
    }
)
TOLD = ("title", "published", "n_words", "log_rows", "sentence_rows")
"""What the tables need of an article, but for its text."""
LOG = pa.schema({"rule": _TEXT, "raw_start": pa.int64(), "raw_end": pa.int64(), "before": _TEXT, "after": _TEXT})
SENTENCES = pa.schema(
    {"sentence": pa.int32(), "start": pa.int32(), "end": pa.int32(), "kind": pa.int8(), "quoted_words": pa.int32()}
)
"""As `Split` has them, but `kind` is a place in `KINDS`."""


class Split(NamedTuple):
    """An article's part in the tables; of `log` and `sentences` the columns, nothing if there are no rows."""

    text: str
    published: datetime | None
    title: str | None
    n_words: int
    log: tuple[Sequence[Any], ...]
    sentences: tuple[Sequence[Any], ...]
    fingerprint: Fingerprint


_NOTHING = Split("", None, None, 0, (), (), Fingerprint(bytes(16), np.empty(0, np.uint64), ()))


@dataclass(frozen=True, eq=False)
class Part:
    """The parts of articles, in their order: what `Split` says, a row each; their rows of the log and of sentences."""

    articles: pa.Table
    log: pa.Table
    sentences: pa.Table

    @classmethod
    def of(cls, split: Sequence[Split | None]) -> "Part":
        """The parts of articles; where there is none, that of an article without text, to be `replaced`."""
        own = [one or _NOTHING for one in split]
        prints = [one.fingerprint for one in own]
        bands = np.array([one.bands or (0,) * BANDS for one in prints], dtype=np.uint64).reshape(-1, BANDS)
        columns = {
            **{name: [getattr(one, name) for one in own] for name in ("text", "title", "published", "n_words")},
            "digest": [one.digest for one in prints],
            "bands": pa.FixedSizeListArray.from_arrays(bands.ravel(), BANDS),
            "log_rows": [len(one.log[0]) if one.log else 0 for one in own],
            "sentence_rows": [len(one.sentences[0]) if one.sentences else 0 for one in own],
        }
        sentences = _stacked([one.sentences for one in own], SENTENCES)
        return cls(pa.table(columns, _ARTICLES), _stacked([one.log for one in own], LOG), sentences)

    def replaced(self, places: Sequence[int], by: "Part") -> "Part":
        """These with other parts at some places."""
        picked = np.arange(len(self.articles))
        picked[list(places)] = len(self.articles) + np.arange(len(places))
        both = joined([self, by])
        log, found = (_ranges(both.rows(name), picked) for name in ("log", "sentence"))
        return Part(both.articles.take(picked), both.log.take(log), both.sentences.take(found))

    def rows(self, name: str) -> NDArray[np.int64]:
        """How many rows each article has in the log or of sentences."""
        return self.articles[f"{name}_rows"].to_numpy().astype(np.int64)

    def text(self, place: int) -> str:
        """The clean text of an article."""
        return str(self.articles["text"][place])

    @cached_property
    def _log_ends(self) -> NDArray[np.int64]:
        return np.cumsum(self.rows("log"))

    def cleaned(self, place: int) -> Cleaned:
        """What cleaning made of an article."""
        n = self.articles["log_rows"][place].as_py()
        log = self.log.slice(self._log_ends[place] - n, n).to_pylist()
        edits = (Edit(r["raw_start"], r["raw_end"], r["before"], r["after"], r["rule"]) for r in log)
        return Cleaned(self.text(place), tuple(edits), self.articles["published"][place].as_py())


def joined(parts: Iterable[Part]) -> Part:
    """The parts of articles, one behind the other; nothing is copied."""
    articles, log, sentences = zip(*((part.articles, part.log, part.sentences) for part in parts), strict=True)
    return Part(pa.concat_tables(articles), pa.concat_tables(log), pa.concat_tables(sentences))


def row_frame(names: pa.Array, counts: NDArray[np.int64], rows: pa.Table) -> pd.DataFrame:
    """The rows of all articles, each headed by the article it is of."""
    if not len(rows):
        return pd.DataFrame({name: [] for name in ("article_id", *rows.column_names)}, dtype=object)
    article_ids = names.take(pa.array(np.repeat(np.arange(len(names), dtype=np.int32), counts)))
    return pd.DataFrame(dict(_columns(article_ids, rows)), copy=False)


def _columns(article_ids: pa.Array, rows: pa.Table) -> Iterator[tuple[str, Any]]:
    """The columns of a table of rows as pandas holds them."""
    yield "article_id", text_column(article_ids)
    for name in rows.column_names:
        column = rows[name]
        if name == "kind":
            yield name, text_column(pa.array(KINDS, _TEXT).take(column.combine_chunks()))
        elif column.type == _TEXT:
            yield name, text_column(column)
        else:
            yield name, column.to_numpy().astype(np.int64)  # a copy: what Arrow gives may not be written to


def text_column(texts: pa.Array | pa.ChunkedArray) -> Any:
    """Texts as pandas holds them, in one piece: files that are written of them do not tell where a chunk ended."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.chunk(0) if texts.num_chunks == 1 else texts.combine_chunks()
    return pd.array(texts, dtype=pd.StringDtype(na_value=np.nan))


def in_one_piece(texts: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """All these texts one behind the other, none of them null; the list is emptied, so that none is held twice."""
    lengths = np.concatenate([pc.binary_length(own).to_numpy() for own in texts])
    ends = np.cumsum(lengths, dtype=np.int64)
    data = np.empty(lengths.sum(), dtype=np.uint8)  # takes up memory where it is written to
    begin, enough = len(data), len(texts) // 8 + 1
    while texts:
        for own in reversed(texts.pop().chunks):
            first, last = np.frombuffer(own.buffers()[1], dtype=np.int64)[[own.offset, own.offset + len(own)]]
            begin -= last - first
            data[begin : begin + last - first] = np.frombuffer(own.buffers()[2], dtype=np.uint8)[first:last]
        if len(texts) % enough == 0:
            give_back()
    buffers = [pa.py_buffer(np.append(0, ends)), pa.py_buffer(data)]
    return pa.chunked_array([pa.LargeStringArray.from_buffers(len(ends), *buffers)])


def _stacked(tables: Iterable[tuple[Sequence[Any], ...]], schema: pa.Schema) -> pa.Table:
    """The rows of articles, one behind the other."""
    columns = {}
    some = [table for table in tables if table]
    for i, field in enumerate(schema):
        pieces = [table[i] for table in some]
        values = [value for piece in pieces for value in piece] if not _is_array(pieces) else np.concatenate(pieces)
        columns[field.name] = [*map(KINDS.index, values)] if field.name == "kind" else values
    return pa.table(columns, schema)


def _is_array(pieces: Sequence[Any]) -> bool:
    return bool(pieces) and isinstance(pieces[0], np.ndarray)


def _ranges(counts: NDArray[np.int64], picked: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the rows of the picked articles."""
    starts = np.cumsum(counts) - counts
    own = counts[picked]
    before = np.cumsum(own) - own
    return np.repeat(starts[picked] - before, own) + np.arange(own.sum())
