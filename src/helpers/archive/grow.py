"""The tables of a large archive after articles were added: those a full run on all articles would make."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from helpers import overlap
from helpers.archive.articles import Articles, Settings
from helpers.archive.index import Index
from helpers.archive.pairs import Pairs
from helpers.archive.splice import among, pair_numbers
from helpers.archive.texts import Texts, grown
from helpers.candidates import candidates_table, corpus_keys, formulae_table
from helpers.candidates.keys import Places
from helpers.comparison import of_candidates
from helpers.passages import no_rows, passages_table
from helpers.prose import CorpusProse, corpus_words, prose_texts
from helpers.similarity import word_vectors
from helpers.sources import Reading
from helpers.spoken import Reused


def index_of(reading: Reading, made: Mapping[str, pd.DataFrame], settings: Settings, processes: int) -> Index:
    """The index of an archive.

    Args:
        reading: all its articles.
        made: its tables.
        settings: those it was made with.
        processes: worker processes.
    """
    first = grown(Texts.none(), reading.articles, settings.rules, processes=processes)
    articles, sentences = made["articles"].sort_values("article_id", ignore_index=True), made["sentences"]
    pairs = Pairs.of(corpus_keys(prose_texts(articles, sentences)))
    names = articles["article_id"].to_numpy(dtype=object)
    numbers = np.searchsorted(names, first.texts.meta["article_id"].to_numpy(dtype=object))
    words = corpus_words(articles, sentences)
    shared = overlap.outlet_words(overlap.outlets(articles), words, made["passages"])
    return Index(first.texts, pairs, words.spans, numbers, shared, len(reading.problems))


class Growth(Articles):
    """One addition to an archive; each part is worked out when it is first asked for."""

    @cached_property
    def _pairs(self) -> Pairs:
        """What all pairs share."""
        before = self.index
        prose = prose_texts(*self.some(self.touched))
        again = np.array([place for place in self.grown.touched if place < len(before.numbers)], dtype=np.int64)
        return before.pairs.changed(corpus_keys(prose), before.numbers[again])

    @cached_property
    def _rank(self) -> Places:
        """The place among the names of each article by its number."""
        rank = np.zeros(len(self._pairs.live), dtype=np.int64)
        rank[self.numbers] = np.searchsorted(self.names, self.grown.texts.meta["article_id"].to_numpy(dtype=object))
        return rank

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """The table of all."""
        return candidates_table(self._pairs.candidates(self._rank), self.names.tolist())

    @cached_property
    def formulae(self) -> pd.DataFrame:
        """The table of all."""
        found, keys, ranks = self._pairs.formulae(self._rank)
        own = self.names[ranks]
        texts = prose_texts(*self.some(set(own[keys.articles_at(found.places)])))
        return formulae_table(found, keys, texts.reindex(own))

    @cached_property
    def formulaic(self) -> dict[str, NDArray[np.bool_]]:
        """Which words of an article stand in formulae."""
        marked = self._pairs.formulaic(corpus_keys(self.formulae["text"]))
        return {self.names[self._rank[number]]: words for number, words in marked.items()}

    @cached_property
    def _reworded(self) -> set[str]:
        """Articles that have other words in formulae than before."""
        before = self.index.pairs.formulaic(corpus_keys(self.stored("formulae").frame()["text"]))
        names = dict(zip(self.index.numbers.tolist(), self.index.texts.meta["article_id"], strict=True))
        old = {names[number]: words for number, words in before.items()}
        new = self.formulaic
        same = {name for name in old.keys() & new.keys() if np.array_equal(old[name], new[name])}
        return (old.keys() | new.keys()) - same

    def numbered(self, pairs: pd.DataFrame, other: str) -> Places:
        """A number for each row's pair of articles."""
        sides = (pd.factorize(pairs[name]) for name in ("article_id", other))  # each name is looked up once
        first, second = (self._index.get_indexer(names.astype(object))[codes] for codes, names in sides)
        return pair_numbers(first, second, len(self.names))

    @cached_property
    def _kept(self) -> tuple[Places, pd.DataFrame, pd.DataFrame]:
        """Numbers of the pairs that stay as they were; the candidates that are new, and those that were some."""
        before = self.stored("candidates").frame()
        old, new = self.numbered(before, "other_id"), self.numbered(self.candidates, "other_id")
        touched = self._index.get_indexer(list(self.touched))
        again = np.isin(old // len(self.names), touched) | np.isin(old % len(self.names), touched)
        kept = np.intersect1d(old[~again], new, assume_unique=True)
        return kept, self.candidates[~np.isin(new, kept)], before[~np.isin(old, kept)]

    @cached_property
    def changed_pairs(self) -> set[tuple[str, str]]:
        """Pairs that are candidates now and were none, or were and are none, or have other texts."""
        return {pair for rows in self._kept[1:] for pair in zip(rows["article_id"], rows["other_id"], strict=True)}

    @cached_property
    def _ends(self) -> set[str]:
        """The articles of these."""
        return {name for pair in self.changed_pairs for name in pair}

    def unchanged(self, pairs: Places) -> NDArray[np.bool_]:
        """Which pairs, by number, stay as they were: their passages are those of the archive."""
        return np.isin(pairs, self._kept[0])

    @cached_property
    def affected(self) -> set[str]:
        """Articles whose shares may have changed."""
        return self.touched | self._ends | self._reworded | set(self.grown.compared)

    @cached_property
    def similarity(self) -> pd.DataFrame:
        """The rows of articles of pairs that changed."""
        entering = self._kept[1]
        old = self._of_kept("similarity", "other_id", self._ends)
        if self.settings.idf == "corpus":  # every weight is another
            entering, old = self.candidates, old.iloc[:0]
        articles, sentences = self.some({*entering["article_id"], *entering["other_id"]})
        prose = prose_texts(articles, sentences)
        languages = articles.set_index("article_id")["language"].reindex(prose.index)
        if self.settings.idf == "corpus":
            prose = prose_texts(self.articles, self._sentences(set(self.names)))
        new = of_candidates(word_vectors(prose, languages, self.settings.idf), entering, prose.index)
        return pd.concat([old, new], ignore_index=True)

    def _of_kept(self, name: str, other: str, articles: Collection[str]) -> pd.DataFrame:
        """The rows of some articles in a table of pairs, but for pairs that changed."""
        rows = self.stored(name).of(articles)
        return rows[self.unchanged(self.numbered(rows, other))]

    @cached_property
    def passages(self) -> pd.DataFrame:
        """The rows of the affected articles."""
        old = self._of_kept("passages", "source_id", self.affected)
        entering = self._kept[1]
        pairs = list(zip(entering["article_id"], entering["other_id"], strict=True))
        language = dict(zip(self.names, self.articles["language"].to_numpy(dtype=object), strict=True))
        settings = self.settings
        new = passages_table(self.words.text, self.words, pairs, settings.align, settings.processes, language)
        parts = [part for part in (old, new) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else no_rows()

    @cached_property
    def _focus(self) -> CorpusProse:
        """The words of the affected articles."""
        return self.words.focus(self.affected)

    @cached_property
    def _reused(self) -> Reused:
        """The words of these passages."""
        return Reused.of(self._focus, self.passages, self.formulaic)

    @cached_property
    def overlap(self) -> pd.DataFrame:
        """The rows of the affected articles."""
        return overlap.overlap_table(self._focus, self.passages, every_pair=False, found=self._reused)

    @cached_property
    def _prints(self) -> list[list[str]]:
        """The prints of every article."""
        return overlap.same_article(self.articles)

    @cached_property
    def copying(self) -> pd.DataFrame:
        """The rows of the affected articles."""
        similar = self._with_stored(self.similarity, "similarity")
        known = self._pairs
        names = np.arange(len(known.live)).astype(object)  # of an article that was replaced its number
        names[self.numbers] = self.grown.texts.meta["article_id"]
        read = self._focus, self.passages, self.overlap
        prose = dict.fromkeys(names.tolist(), "")
        return overlap.copying_table(
            *read, similar, prose, self._prints, scores=self._scores, found=self._reused, keys=known.keys
        )

    @cached_property
    def _scores(self) -> dict[tuple[str, str], float]:
        """The archive's `derived_score` of affected articles, with the other that each was nearest to."""
        old = self.affected - self.touched
        shares, similar, copying = (self.stored(name).of(old) for name in ("overlap", "similarity", "copying"))
        score = dict(zip(copying["article_id"], copying["derived_score"], strict=True))
        near = overlap.nearest(shares, similar, overlap.same_article(self._before))
        pairs = {(name, row.source_id): score[name] for name, row in near.items()}
        return {pair: own for pair, own in pairs.items() if pair[1] not in self.touched}

    def _with_stored(self, rows: pd.DataFrame, name: str) -> pd.DataFrame:
        """The rows of the affected articles: those that are new, and the archive's of articles without new ones."""
        others = self.affected - self._ends
        if self.settings.idf == "corpus":
            return rows[rows["article_id"].isin(list(self.affected))]
        return pd.concat([rows, self.stored(name).of(others)], ignore_index=True)

    @cached_property
    def outlet_words(self) -> pd.DataFrame:
        """Words that articles share with outlets, of all."""
        before = self.index.outlet_words
        own = overlap.outlet_words(overlap.outlets(self.articles), self._focus, self.passages, self._reused.places)
        kept = before[~among(before["article_id"].tolist(), self.affected)]
        return pd.concat([kept, own.astype(before.dtypes)], ignore_index=True) if len(own) else kept

    def made(self) -> dict[str, pa.Table]:
        """The tables of notebooks 01 to 05."""
        from helpers import tables

        found: dict[str, pa.Table] = {}
        touched = self.touched
        self.timed("cleaning")
        affected, ends = self.affected, self._ends
        self.timed("candidates")
        parts: dict[str, tuple[Collection[str], pd.DataFrame]] = {
            "cleaning_log": (touched, self._cleaned.cleaning_log),
            "similarity": (set(self.names) if self.settings.idf == "corpus" else ends, self.similarity),
        }
        self.timed("similarity")
        parts["passages"] = affected, self.passages
        self.timed("alignment")
        parts |= {"overlap": (affected, self.overlap), "copying": (affected, self.copying)}
        with ThreadPoolExecutor(2) as pool:  # Arrow works without the interpreter's lock
            made = pool.map(lambda name: self.stored(name).with_rows(*parts[name]), parts)
            found |= dict(zip(parts, made, strict=True))
        shown = dict(zip(self.names, self.articles["n_words"].to_numpy(), strict=True))
        found["sentences"] = self.sentences
        whole = {"articles": self.articles, "problems": self.problems, "candidates": self.candidates}
        whole |= {"formulae": self.formulae}
        whole |= {"source_overlap": overlap.of_outlets(self.articles, shown, self.outlet_words, self._prints)}
        found |= {name: tables.conform(frame, name) for name, frame in whole.items()}
        self.timed("shares")
        return found

    def new_index(self) -> Index:
        """The index of the union."""
        read = self.index.read_problems + len(self.reading.problems)
        return Index(self.grown.texts, self._pairs, self.spans, self.numbers, self.outlet_words, read)
