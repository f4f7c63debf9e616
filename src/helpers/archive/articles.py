"""The articles of a large archive after others were added: texts, rows of their tables, words."""

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from helpers import corpus
from helpers.alignment import AlignSettings
from helpers.archive.index import Index
from helpers.archive.splice import Stored, among
from helpers.archive.texts import Grown, Rules, grown
from helpers.prose import CorpusProse, ProseSentences, Spans, corpus_words
from helpers.sources import Problem, Reading

_AHEAD = ("articles", "formulae", "candidates", "sentences", "similarity", "passages", "overlap", "copying")
"""Tables that every addition reads, in this order."""


@dataclass(frozen=True)
class Settings:
    """The parameters of a run that its tables depend on."""

    rules: Rules = field(default_factory=Rules)
    idf: str = "background"
    align: AlignSettings = field(default_factory=AlignSettings)
    min_cosine: float = 0.05
    processes: int | None = None


class Articles:
    """The articles after an addition; each part is worked out when it is first asked for."""

    def __init__(
        self,
        folder: Path,
        index: Index,
        reading: Reading,
        settings: Settings,
        timed: Callable[[str], object] = lambda stage: None,
    ) -> None:
        """An archive by its tables and its index; new articles; who is told of each stage."""
        self.folder, self.index, self.reading, self.settings, self.timed = folder, index, reading, settings, timed
        reader = ThreadPoolExecutor(1)  # Arrow reads without the interpreter's lock, while articles are cleaned
        self._stored: dict[str, Future[Stored]] = {name: reader.submit(Stored, name, folder) for name in _AHEAD}
        reader.shutdown(wait=False)

    def stored(self, name: str) -> Stored:
        """A table of the archive."""
        if name not in self._stored:
            self._stored[name] = Future()
            self._stored[name].set_result(Stored(name, self.folder))
        return self._stored[name].result()

    @cached_property
    def _before(self) -> pd.DataFrame:
        return self.stored("articles").frame()

    @cached_property
    def grown(self) -> Grown:
        """The texts."""
        return grown(self.index.texts, self.reading.articles, self.settings.rules, self._text_before)

    def _text_before(self, place: int) -> str:
        """The clean text of an article of the archive, by its place."""
        return str(self._texts_before[self.index.texts.meta["article_id"].iloc[place]])

    @cached_property
    def _texts_before(self) -> pd.Series:
        return self._before.set_index("article_id")["text"]

    @cached_property
    def touched(self) -> set[str]:
        """New articles, and old ones that were cleaned again."""
        return {article.article_id for article in self.grown.raw}

    @cached_property
    def _cleaned(self) -> corpus.CleanCorpus:
        made = self.grown
        languages = made.texts.meta["language"].iloc[made.touched].tolist()
        return corpus.tables_of(made.raw, languages, made.split, made.copies)

    @cached_property
    def articles(self) -> pd.DataFrame:
        """The table of all."""
        both = self.stored("articles").with_rows(self.touched, self._cleaned.articles).to_pandas()
        compared = both["article_id"].isin(self.grown.compared)
        copies = both["article_id"].map(self.grown.copies).astype(both["duplicate_of"].dtype)
        return both.assign(duplicate_of=copies.where(compared, both["duplicate_of"]))

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The ids of all articles, ascending."""
        return self.articles["article_id"].to_numpy(dtype=object)

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.names)

    def _sentences(self, names: Collection[str]) -> pd.DataFrame:
        old = self.stored("sentences").of(set(names) - self.touched)
        new = self._cleaned.sentences
        own = new[among(new["article_id"].tolist(), names)]
        return pd.concat([old, own.astype(old.dtypes)], ignore_index=True)

    def some(self, names: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows of some articles in `articles` and `sentences`."""
        places = np.sort(self._index.get_indexer(pd.Index(list(names), dtype="object")))
        return self.articles.iloc[places], self._sentences(names)

    @cached_property
    def sentences(self) -> pa.Table:
        """The table of all."""
        return self.stored("sentences").with_rows(self.touched, self._cleaned.sentences)

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """By which number the index of the union has each article, by place."""
        before, touched = self.index, self.grown.touched
        numbers = np.append(before.numbers, np.zeros(len(self.reading.articles), dtype=np.int64))
        names = self.grown.texts.meta["article_id"].iloc[touched]
        numbers[touched] = len(before.pairs.live) + pd.Index(sorted(names)).get_indexer(names)
        return numbers

    @cached_property
    def spans(self) -> Spans:
        """Where the words of all articles stand, by these numbers."""
        new = corpus_words(*self.some(self.touched))
        return Spans.joined([self.index.spans, Spans.of(new[name] for name in sorted(self.touched))])

    @cached_property
    def words(self) -> CorpusProse:
        """The prose words of every article."""
        sentences = ProseSentences.of_table(self.articles, self.sentences.to_pandas())
        places = pd.Index(self.grown.texts.meta["article_id"]).get_indexer(self._index)
        return CorpusProse(self.articles, self.spans, sentences, self.numbers[places])

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The table of all."""
        rows = self.stored("problems").frame().head(self.index.read_problems)
        read = [Problem(row.file, row.place, row.what, row.done) for row in rows.itertuples()]
        meta = self.grown.texts.meta
        rows = self.articles[["path", "language", "n_words"]].iloc[self._index.get_indexer(meta["article_id"])]
        misread = meta["misread"].to_numpy(dtype=bool)
        texts = iter(self.articles["text"].iloc[self._index.get_indexer(meta["article_id"][misread])])
        rows = rows.assign(text=[next(texts) if own else "" for own in misread.tolist()])
        return corpus.problems_table(read + self.reading.problems + corpus.article_problems(rows))
