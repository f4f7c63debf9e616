"""The tables that the notebooks hand to each other: one schema each, checked on write and on read.

Tables are parquet files. A write is atomic and its bytes depend on the rows alone; a read names the notebook that
makes what is missing. The schemas are the data dictionary: `dictionary` renders it.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import TableError
from helpers.output import atomic

_TYPES = {
    "str": pa.string(),
    "int": pa.int64(),
    "share": pa.float64(),
    "float": pa.float64(),
    "datetime": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its type (share: a float in [0, 1]), what it means, whether it may be null."""

    name: str
    type: str
    meaning: str
    null: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the notebook that writes it, its columns, and the key that is unique and sorts its rows."""

    name: str
    notebook: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; a column's meaning travels with the file as field metadata."""
        return pa.schema(
            [pa.field(c.name, _TYPES[c.type], nullable=c.null, metadata={"meaning": c.meaning}) for c in self.columns]
        )


_ARTICLE = Column("article_id", "str", "file stem, or outlet/stem where stems repeat")
_SOURCE = Column("source_id", "str", "article_id of the other article")
_START = Column("start", "int", "offset into text, code points")
_END = Column("end", "int", "offset behind the last character")
_KIND_SHARES = (
    Column("verbatim_share", "share", "words in runs of at least 8 identical words, over n_words"),
    Column("edited_share", "share", "words in passages where most words recur in order, over n_words"),
    Column("paraphrased_share", "share", "words in reworded passages, over n_words"),
)

TABLES = {
    table.name: table
    for table in (
        Table(
            "articles",
            "01_cleaning",
            "one row per article",
            ("article_id",),
            (
                _ARTICLE,
                Column("path", "str", "file, relative to the corpus folder; of a table: file#row"),
                Column("outlet", "str", "sub-folder, or what page, table or manifest state", null=True),
                Column("title", "str", "stated title, else the headline, where the text has one", null=True),
                Column("published", "datetime", "stated date (UTC)", null=True),
                Column("author", "str", "as the page, the table or the manifest states it", null=True),
                Column("url", "str", "as the page, the table or the manifest states it", null=True),
                Column("language", "str", "ISO 639-1 code of its language, told or given; und if unknown"),
                Column("text", "str", "the canonical clean text; every span is [start, end) in its code points"),
                Column("n_words", "int", "words of headline, headings and body"),
                Column(
                    "duplicate_of",
                    "str",
                    "first article with the same words, or 95 % of the 5-word runs of each",
                    null=True,
                ),
            ),
        ),
        Table(
            "cleaning_log",
            "01_cleaning",
            "one row per edit; replaying an article's edits on its raw text gives `text`",
            ("article_id", "raw_start", "raw_end"),
            (
                _ARTICLE,
                Column("rule", "str", "name of the rule; two names joined by + where two rules met"),
                Column("raw_start", "int", "offset into the decoded raw file"),
                Column("raw_end", "int", "offset behind the replaced characters"),
                Column("before", "str", "what stood there"),
                Column("after", "str", "what stands there now"),
            ),
        ),
        Table(
            "sentences",
            "01_cleaning",
            "one row per sentence",
            ("article_id", "sentence"),
            (
                _ARTICLE,
                Column("sentence", "int", "0, 1, ... in the article"),
                _START,
                _END,
                Column("kind", "str", "headline, dateline, heading, body, caption or credit"),
                Column("quoted_words", "int", "words inside direct quotation marks"),
            ),
        ),
        Table(
            "problems",
            "01_cleaning",
            "one row per input that could not be used, or not wholly",
            ("problem",),
            (
                Column("problem", "int", "1, 2, ... in the order they were met"),
                Column("file", "str", "file, relative to the corpus folder"),
                Column("place", "str", "row, line or nothing"),
                Column("what", "str", "what is wrong"),
                Column("done", "str", "left out, kept, renamed ..."),
            ),
        ),
        Table(
            "similarity",
            "02_similarity",
            "one row per ordered pair of different articles; of a large corpus, of candidates",
            ("article_id", "other_id"),
            (
                _ARTICLE,
                Column("other_id", "str", "article_id of the other article"),
                Column("cosine_words", "share", "cosine of word TF-IDF vectors"),
                Column("cosine_chars", "share", "cosine of character 3-5-gram TF-IDF vectors", null=True),
            ),
        ),
        Table(
            "candidates",
            "02_similarity",
            "one row per unordered pair of a large corpus that is aligned; none of a small one",
            ("article_id", "other_id"),
            (
                _ARTICLE,
                Column("other_id", "str", "article_id of the other article, the later in the alphabet"),
                Column("share", "share", "words of the article in runs of 8 shared with the other"),
                Column("other_share", "share", "the same of the other"),
                Column("own_share", "share", "share without formulae"),
                Column("other_own_share", "share", "other_share without formulae"),
                Column("rare_runs", "int", "runs of 5 words that few others have"),
                Column("word_pairs", "int", "pairs of neighbouring content words that few others have"),
                Column("score", "float", "rarity of what they share, for its length"),
                Column("reason", "str", "shared runs, rare runs or rare word pairs"),
            ),
        ),
        Table(
            "formulae",
            "02_similarity",
            "one row per word run that stands in many articles (more than 50)",
            ("formula",),
            (
                Column("formula", "int", "number, the commonest first"),
                Column("text", "str", "the run as it stands in one article"),
                Column("n_words", "int", "its words"),
                Column("articles", "int", "articles it stands in"),
                Column("occurrences", "int", "how often it stands there"),
                Column("article_id", "str", "an article it stands in"),
            ),
        ),
        Table(
            "passages",
            "03_passages",
            "one row per passage of an ordered pair; the mirror row exists too",
            ("article_id", "source_id", "start", "end", "source_start", "source_end"),
            (
                _ARTICLE,
                _START,
                _END,
                _SOURCE,
                Column("source_start", "int", "offset into the source's text"),
                Column("source_end", "int", "offset behind the last character"),
                Column("kind", "str", "verbatim, edited or paraphrased"),
                Column("score", "share", "strength of the evidence"),
                Column("n_words", "int", "prose words of the article in the passage"),
                Column("quoted_words", "int", "those of them in direct speech"),
                Column("block", "int", "stretch of copying the row belongs to, within the pair"),
            ),
        ),
        Table(
            "overlap",
            "04_overlap",
            "one row per ordered pair of different articles; of a large corpus, of those with passages",
            ("article_id", "source_id"),
            (
                _ARTICLE,
                _SOURCE,
                Column("n_words", "int", "prose words of the article"),
                Column("reused_words", "int", "those of them in a passage shared with the source"),
                Column("reused_share", "share", "reused_words over n_words: containment, asymmetric"),
                Column("without_formulae", "share", "reused words that are in no formula, over n_words"),
                *_KIND_SHARES,
                Column("quoted_share", "share", "reused words in direct speech, over n_words"),
                Column("longest_verbatim_words", "int", "words of the longest identical run"),
            ),
        ),
        Table(
            "source_overlap",
            "04_overlap",
            "one row per ordered pair of outlets (of many: that share words); an article without one stands for itself",
            ("outlet", "source_outlet"),
            (
                Column("outlet", "str", "outlet, or article_id where none is known"),
                Column("source_outlet", "str", "the outlet its articles are compared with"),
                Column("articles", "int", "articles of the outlet, each print of one article once"),
                Column("reused_share", "share", "their words found in any article of the source outlet"),
            ),
        ),
        Table(
            "copying",
            "05_copying",
            "one row per article",
            ("article_id",),
            (
                _ARTICLE,
                Column("n_words", "int", "prose words"),
                Column("copied_share", "share", "words in a passage shared with any other article, over n_words"),
                Column(
                    "ci_low",
                    "share",
                    "lower end of the 95 % interval: how far the method errs",
                ),
                Column("ci_high", "share", "upper end"),
                Column("without_formulae", "share", "copied words that are in no formula, over n_words"),
                *_KIND_SHARES,
                Column("original_share", "share", "words in no passage; the four shares sum to 1"),
                Column("quoted_share", "share", "copied words in direct speech, over n_words"),
                Column("top_source", "str", "the article that most words are shared with", null=True),
                Column("top_source_share", "share", "reused_share with it"),
                Column(
                    "floor",
                    "share",
                    "what 99 % of same-topic pairs without copying stay at or below",
                ),
                Column("derived_score", "share", "probability of METER's label derived, by 1- and 3-gram containment"),
                Column("label", "str", "wholly derived, partially derived or non-derived (METER's terms)"),
            ),
        ),
    )
}


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
    return arrow


def write(frame: pd.DataFrame, name: str, folder: str | Path) -> Path:
    """Check a table and write it to ``folder/name.parquet``, whole or not at all."""
    table = conform(frame, name)
    path = Path(folder) / f"{name}.parquet"
    with atomic(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
    return path


def read(name: str, folder: str | Path) -> pd.DataFrame:
    """Read a table and check it.

    Raises:
        TableError: it is not there (the message names the notebook to run), or it does not follow its schema.
    """
    path = Path(folder) / f"{name}.parquet"
    if not path.is_file():
        raise TableError(f"{path} is not there: run notebook {TABLES[name].notebook} first")
    try:
        frame = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path} cannot be read ({error}): run {TABLES[name].notebook} again") from error
    conform(frame, name)
    return frame


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
