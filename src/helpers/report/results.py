"""The tables of a finished run, and what its pages derive from them."""

from base64 import b32encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import tables
from helpers.calibration import floor
from helpers.labels import short_labels
from helpers.overlap import between_articles, same_article
from helpers.passages import candidate_pairs
from helpers.prose import ProseWords, corpus_words
from helpers.report.changes import MOST_ROWS, distinct_facts, passed_off_view
from helpers.report.marks import Stretch, placed
from helpers.spoken import passed_off_table, shared_speech

OPENING = 70
"""Characters of an article without headline that stand for one."""
DEFAULT_RUN_WORDS = 8
"""Least words of a verbatim run, where the run's parameters name no other."""
DEFAULT_MIN_COSINE = 0.05
"""The same of the cosine below which pairs of a small corpus are not aligned."""


@dataclass(frozen=True)
class Article:
    """An article as pages name it."""

    id: str
    label: str
    page: str
    title: str | None
    outlet: str | None
    published: str | None
    duplicate_of: str | None  # label of the article it has the words of


Pair = tuple[str, str]
_KINDS_OF_SHARE = ("reused", "quoted", "verbatim", "edited", "paraphrased")
_SHOWN_SHARES = [*(f"{kind}_share" for kind in _KINDS_OF_SHARE), "longest_verbatim_words", "floor"]


def page_name(article: str) -> str:
    """What the page of an article is called: the same in every run, and nothing that the article says.

    >>> page_name("reuters_1")
    'aqgpr2ostm2o3j53w3wuxxmo'
    """
    digest = blake2b(article.encode(errors="surrogatepass"), digest_size=15).digest()
    return b32encode(digest).decode().lower()


def _grouped(table: pd.DataFrame, keys: Sequence[str]) -> dict[Any, list[Any]]:
    """The rows of a table, as named tuples in its order, by the values of some columns (a tuple, if there are two)."""
    found: dict[Any, list[Any]] = {}
    names = [table[key].tolist() for key in keys]
    rest = table.drop(columns=keys)
    rest = rest.astype(dict.fromkeys(rest.select_dtypes("str"), object))  # others are slow to go through
    for key, row in zip(names[0] if len(keys) == 1 else zip(*names, strict=True), rest.itertuples(), strict=True):
        found.setdefault(key, []).append(row)
    return found


@dataclass(frozen=True, eq=False)
class Results:
    """The tables of a finished run, and what pages derive from them.

    Attributes:
        processed: folder of the tables.
        reports: folder of figures, notebooks and pages.
        record: what is known of the run: corpus, parameters, python, date, inputs (path, sha256), problems.
        known_words: prose words by article, if they are known.
    """

    processed: Path
    reports: Path
    record: Mapping[str, Any]
    known_words: Mapping[str, ProseWords] | None = None

    @cached_property
    def table(self) -> dict[str, pd.DataFrame]:
        """Every table of the run, by name."""
        return {name: tables.read(name, self.processed) for name in tables.TABLES}

    @cached_property
    def articles(self) -> dict[str, Article]:
        """The articles by id."""
        rows = self.table["articles"].sort_values("article_id")
        labels = short_labels(list(rows["article_id"]))
        label = dict(zip(rows["article_id"], labels, strict=True))
        found = {}
        for row in rows.itertuples():
            page = f"articles/{page_name(row.article_id)}.html"
            published = None if pd.isna(row.published) else f"{row.published:%Y-%m-%d}"
            again = None if pd.isna(row.duplicate_of) else label[row.duplicate_of]
            title = row.text[:OPENING].split("\n")[0] + " …" if pd.isna(row.title) else row.title
            outlet = None if pd.isna(row.outlet) else row.outlet
            found[row.article_id] = Article(
                row.article_id, label[row.article_id], page, title, outlet, published, again
            )
        return found

    @cached_property
    def prints(self) -> dict[str, list[str]]:
        """The other prints of each article by its own outlet: no share counts what it has in common with them."""
        groups = same_article(self.table["articles"])
        return {name: [other for other in own if other != name] for own in groups for name in own}

    @cached_property
    def compared(self) -> set[str]:
        """The articles of which at least one pair was aligned; of the others a share of 0 says little."""
        least = float(self.record.get("parameters", {}).get("min_cosine", DEFAULT_MIN_COSINE))
        pairs = candidate_pairs(self.table["similarity"], least, self.table["candidates"])
        return {name for pair in pairs for name in pair}

    @cached_property
    def text(self) -> dict[str, str]:
        """Clean text by article."""
        return dict(zip(self.table["articles"]["article_id"], self.table["articles"]["text"], strict=True))

    @cached_property
    def words(self) -> Mapping[str, ProseWords]:
        """Prose words by article."""
        if self.known_words is not None:
            return self.known_words
        return corpus_words(self.table["articles"], self.table["sentences"])

    @cached_property
    def passages(self) -> dict[Pair, list[Any]]:
        """Passages that hold words of prose, by (article, source), in order of the article."""
        own = ((pair, [row for row in rows if row.n_words]) for pair, rows in self.shown.items())
        return {pair: rows for pair, rows in own if rows}

    @cached_property
    def shown(self) -> dict[Pair, list[Any]]:
        """Passages with prose on either side, by (article, source): what the page of a pair shows."""
        rows = self.table["passages"].sort_values(["start", "end", "source_start", "source_end"])
        return _grouped(rows, ["article_id", "source_id"])

    @cached_property
    def overlap(self) -> pd.DataFrame:
        """The table `overlap` with the floor of each pair, by (article, source)."""
        alike = self.table["similarity"].rename(columns={"other_id": "source_id"})
        rows = self.table["overlap"].merge(alike, on=["article_id", "source_id"])
        floors = [floor(n, cosine) for n, cosine in zip(rows["n_words"], rows["cosine_words"], strict=True)]
        return rows.assign(floor=floors).set_index(["article_id", "source_id"])

    @cached_property
    def joined(self) -> set[tuple[str, str]]:
        """Pairs (article, source) whose share is above the floor, or whose source is the article's top source."""
        rows = self.overlap[self.overlap["reused_share"] > 0]
        copying = self.table["copying"].dropna(subset="top_source")
        above = set(rows.index[rows["reused_share"] > rows["floor"]])
        return above | set(zip(copying["article_id"], copying["top_source"], strict=True))

    @cached_property
    def pairs(self) -> dict[tuple[str, str], str]:
        """Page of every pair that has one, by both orders: those joined, and those that the page of changes shows."""
        shown = distinct_facts(self.table["changes"], self.text).head(MOST_ROWS)
        named = {
            pair for rows in (shown, self.flags) for pair in zip(rows["article_id"], rows["source_id"], strict=True)
        }
        changed = named & {*self.shown} & {*self.overlap.index}
        found = {}
        for a, b in sorted({(min(pair), max(pair)) for pair in self.joined | changed}):
            found[a, b] = found[b, a] = f"pairs/{page_name(a)}-{page_name(b)}.html"
        return found

    @cached_property
    def flags(self) -> pd.DataFrame:
        """Quotations whose words others tell in their own voice."""
        return passed_off_table(self.text, self.words, self.table["passages"], self.table["quotations"])

    @cached_property
    def passed_off(self) -> dict[str, list[dict[str, Any]]]:
        """The same as pages show them, by article."""
        groups = self.flags.groupby("article_id")
        return {name: passed_off_view(rows, self.text, self.articles, self.pairs) for name, rows in groups}

    @cached_property
    def _speech(self) -> dict[Pair, list[Any]]:
        """Words in quotation marks in both articles, by (article, source); `row` is the index of a passage."""
        rows = self.table["passages"]
        found = shared_speech(self.words, rows)
        pair = {name: rows[name].to_numpy()[found["row"]] for name in ("article_id", "source_id")}
        return _grouped(found.assign(**pair), ["article_id", "source_id"])

    def speech(self, article: str, sources: Sequence[str]) -> list[Stretch]:
        """Stretches of an article that are in quotation marks here and in one of the sources."""
        stretches = [(own.first, own.stop) for source in sources for own in self._speech.get((article, source), [])]
        return placed(self.words[article], stretches) if stretches else []

    def spoken_words(self, article: str, source: str) -> dict[int, int]:
        """Words of each passage that are speech in both articles, by its index; passages without any are left out."""
        words: Counter[int] = Counter()
        for own in self._speech.get((article, source), []):
            words[own.row] += own.stop - own.first
        return words

    def roles(self, article: str) -> list[tuple[int, int, str]]:
        """Spans of an article that are no body text, and what they are."""
        return [(row.start, row.end, row.kind) for row in self._other_sentences.get(article, [])]

    @cached_property
    def _other_sentences(self) -> dict[str, list[Any]]:
        rows = self.table["sentences"]
        return _grouped(rows[rows["kind"] != "body"], ["article_id"])

    @cached_property
    def edits(self) -> dict[str, list[Any]]:
        """What cleaning did to each article that it changed, in order of the raw text."""
        return _grouped(self.table["cleaning_log"].sort_values(["raw_start", "raw_end"]), ["article_id"])

    @cached_property
    def shares(self) -> dict[tuple[str, str], dict[str, float]]:
        """What pages say of an article and a source."""
        return self.overlap[_SHOWN_SHARES].to_dict("index")

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the tables that have one for each article, by article."""
        return {name: self.table[name].set_index("article_id").to_dict("index") for name in ("copying", "lineage")}

    def ranked_sources(self, article: str) -> list[str]:
        """The sources of an article, those that most words are shared with first, of equals the first by name."""
        sources = self._sources.get(article, [])
        return sorted(sources, key=lambda source: (-self.shares[article, source]["reused_share"], source))

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        pairs = pd.DataFrame(list(self.passages), columns=["article_id", "source_id"])
        pairs = between_articles(pairs, same_article(self.table["articles"]))
        return {article: list(rows) for article, rows in pairs.groupby("article_id")["source_id"]}

    @cached_property
    def min_verbatim_words(self) -> int:
        """The least length of a verbatim run in this run."""
        return int(self.record.get("parameters", {}).get("min_verbatim_words", DEFAULT_RUN_WORDS))
