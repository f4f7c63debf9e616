"""The words that count: headline, headings and body of every article, with their places."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from helpers.layout import PROSE
from helpers.parts import in_one_piece, text_column
from helpers.segmentation import in_quotations, word_spans
from helpers.workers import cores_for, spread

PARALLEL_ARTICLES = 8000
"""From so many articles on, starting worker processes pays."""
CHUNK = 250
"""Articles a worker process is handed at a time."""
RECENT = 1000
"""Articles whose words are kept as they were made: who asks for them often asks soon again."""
_FAR = 255

Value = TypeVar("Value")
_Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class ProseWords:
    """The words of an article that count, as arrays of one length.

    `start` and `end` are code points; `sentence` is the sentence number; `quoted` tells direct speech; `text` is the
    article's text, which tells one word from another.
    """

    start: np.ndarray
    end: np.ndarray
    sentence: np.ndarray
    quoted: np.ndarray
    text: str = ""

    def __len__(self) -> int:
        """The number of prose words."""
        return len(self.start)

    def inside(self, start: int, end: int) -> slice:
        """The words that lie wholly in [start, end)."""
        return slice(int(self.start.searchsorted(start)), int(self.end.searchsorted(end, side="right")))

    def stretches(self, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The words inside each of many spans: the first, and the one behind the last."""
        first = self.start.searchsorted(starts)
        return first, np.maximum(first, self.end.searchsorted(ends, side="right"))


def prose_words(text: str, sentences: pd.DataFrame) -> ProseWords:
    """The words of headline, headings and body; `sentences` are the article's rows of that table."""
    prose = sentences[sentences["kind"].isin(PROSE)]
    return ProseWords(*_columns(text, *(prose[name].to_numpy() for name in ("start", "end", "sentence"))), text)


def _columns(text: str, first: np.ndarray, last: np.ndarray, number: np.ndarray) -> _Columns:
    """The arrays of `ProseWords`, from where the sentences of prose start and end, and their numbers."""
    starts, ends = word_spans(text)
    owner = np.searchsorted(first, starts, side="right") - 1
    inside = (owner >= 0) & (ends <= np.append(last, 0)[owner])
    quoted = in_quotations(text, starts, ends)[inside]
    return starts[inside], ends[inside], number[owner[inside]].astype(np.int32), quoted


@dataclass(frozen=True, eq=False)
class Spans:
    """The prose words of articles, by number: three bytes a word.

    Attributes:
        steps: characters from one edge of a word to the next, from 0 on in each article: (2 * words,); 255: see `far`.
        far_places: where among the steps those of 255 or more stand, ascending.
        far: these.
        quoted: of each word whether it is direct speech.
        offsets: where the words of each article begin, and the number of words.
    """

    steps: NDArray[np.uint8]
    far_places: NDArray[np.int64]
    far: NDArray[np.int64]
    quoted: NDArray[np.bool_]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, articles: Iterable[ProseWords]) -> "Spans":
        """The words of some articles."""
        own = list(articles)
        edges = [np.diff(np.stack([one.start, one.end], axis=1).ravel(), prepend=0) for one in own]
        steps = np.concatenate([np.empty(0, np.int64), *edges])
        far = np.flatnonzero(steps >= _FAR)
        quoted = np.concatenate([np.empty(0, bool), *(one.quoted for one in own)])
        offsets = np.cumsum([0, *map(len, own)])
        return cls(np.minimum(steps, _FAR).astype(np.uint8), far, steps[far], quoted, offsets)

    @classmethod
    def joined(cls, parts: Sequence["Spans"]) -> "Spans":
        """The words of all, of one at least, one behind the other."""
        words = np.cumsum([0, *(part.offsets[-1] for part in parts)])
        far = [part.far_places + 2 * before for part, before in zip(parts, words, strict=False)]
        offsets = [part.offsets[1:] + before for part, before in zip(parts, words, strict=False)]
        steps, longer, quoted = (
            np.concatenate([getattr(p, name) for p in parts]) for name in ("steps", "far", "quoted")
        )
        return cls(steps, np.concatenate(far), longer, quoted, np.concatenate([[0], *offsets]))

    def words(self, number: int, first: NDArray[np.integer], sentences: NDArray[np.integer], text: str) -> ProseWords:
        """The words of an article.

        Args:
            number: the article.
            first: where its sentences of prose start.
            sentences: their numbers.
            text: of the article.
        """
        own = slice(*self.offsets[number : number + 2].tolist())
        steps = self.steps[2 * own.start : 2 * own.stop].astype(np.int32)
        far = slice(*np.searchsorted(self.far_places, [2 * own.start, 2 * own.stop]).tolist())
        steps[self.far_places[far] - 2 * own.start] = self.far[far]
        edges = np.cumsum(steps, dtype=np.int32)
        owner = np.searchsorted(first, edges[::2], side="right") - 1
        number_of = sentences[owner].astype(np.int32) if len(edges) else np.empty(0, np.int32)
        return ProseWords(edges[::2], edges[1::2], number_of, np.asarray(self.quoted[own]), text)

    def of_articles(self, numbers: NDArray[np.int64]) -> "JoinedWords":
        """The words of these articles, of one at least."""
        begins, lengths = self.offsets[numbers], np.diff(self.offsets)[numbers]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(begins - before, lengths) + np.arange(lengths.sum())
        edges = 2 * np.repeat(places, 2)
        edges[1::2] += 1
        steps = self.steps[edges].astype(np.int64)
        far = np.flatnonzero(steps == _FAR)
        steps[far] = self.far[np.searchsorted(self.far_places, edges[far])]
        ends = np.append(0, np.cumsum(steps))
        edges = (ends[1:] - np.repeat(ends[2 * before], 2 * lengths)).astype(np.int32)
        return JoinedWords(edges[::2], edges[1::2], self.quoted[places], lengths)


class Found(Mapping[str, Value]):
    """What belongs to each article, made or looked up when it is asked for."""

    def __init__(self, places: Mapping[str, int], find: Callable[[int], Value]) -> None:
        """`find` gives what belongs to the article at a place."""
        self.places, self._find = places, find

    def __getitem__(self, article: str) -> Value:
        """What belongs to an article."""
        return self._find(self.places[article])

    def __contains__(self, article: object) -> bool:
        """Whether there is such an article."""
        return article in self.places

    def __iter__(self) -> Iterator[str]:
        """The articles."""
        return iter(self.places)

    def __len__(self) -> int:
        """How many they are."""
        return len(self.places)


class CorpusProse(Found[ProseWords]):
    """The prose words of every article, by article_id: some 1.5 kB each, `ProseWords` being made on request.

    Attributes:
        spans: where the words stand.
        numbers: of each article, in the order of their table, the number by which `spans` has it.
        text: the text of each article.
    """

    def __init__(
        self,
        articles: pd.DataFrame,
        spans: Spans,
        sentences: "ProseSentences",
        numbers: NDArray[np.int64] | None = None,
    ) -> None:
        """See `corpus_words`; without `numbers` the order of `spans` is that of the table."""
        texts = articles["text"].array
        own = np.arange(len(articles)) if numbers is None else numbers
        super().__init__(
            {article: place for place, article in enumerate(articles["article_id"])},
            lru_cache(RECENT)(lambda i: spans.words(int(own[i]), *sentences.of(i)[1:], texts[i])),
        )
        self.spans, self.numbers, self.text = spans, own, Found(self.places, lambda place: texts[place])
        self._members: Collection[str] = self.places

    def focus(self, articles: Collection[str]) -> "CorpusProse":
        """The same with some articles only; the words of others can be looked up."""
        view = copy(self)
        view._members = articles
        return view

    def __iter__(self) -> Iterator[str]:
        """The articles."""
        return iter(self._members)

    def __len__(self) -> int:
        """How many they are."""
        return len(self._members)

    def numbers_of(self, articles: Iterable[str]) -> NDArray[np.int64]:
        """The numbers of some articles."""
        return self.numbers[[self.places[article] for article in articles]]

    def quoted(self, article: str) -> NDArray[np.bool_]:
        """Which words of an article are direct speech."""
        own = self.numbers[self.places[article]]
        return self.spans.quoted[self.spans.offsets[own] : self.spans.offsets[own + 1]]


class ProseSentences(NamedTuple):
    """The sentences of prose, those of an article one behind the other; `edges`: where each article's begin and end.

    A tenth of the space of the table `sentences`.
    """

    last: NDArray[np.int32]
    first: NDArray[np.int32]
    number: NDArray[np.int32]
    edges: NDArray[np.int64]

    @classmethod
    def of_table(cls, articles: pd.DataFrame, sentences: pd.DataFrame) -> "ProseSentences":
        """Those of the articles of a table."""
        kept = np.flatnonzero(sentences["kind"].isin(PROSE))
        number, names = pd.factorize(sentences["article_id"])
        place = pd.Index(articles["article_id"]).get_indexer(names).astype(np.int32)[number[kept]]
        last, first, number = (
            sentences[name].to_numpy()[kept].astype(np.int32) for name in ("end", "start", "sentence")
        )
        order = np.lexsort((number, place))
        edges = np.searchsorted(place[order], np.arange(len(articles) + 1))
        return cls(last[order], first[order], number[order], edges)

    def of(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """End, start and number of those of an article."""
        own = slice(*self.edges[place : place + 2].tolist())
        return self.last[own], self.first[own], self.number[own]


def corpus_words(
    articles: pd.DataFrame, sentences: pd.DataFrame | ProseSentences, processes: int | None = None
) -> CorpusProse:
    """The prose words of every article, by article_id.

    Args:
        articles: the table of that name.
        sentences: the table of that name, or those of prose of these articles.
        processes: worker processes; by default as many as there are cores, and none for a small corpus.
    """
    if processes is None:
        processes = cores_for(len(articles), PARALLEL_ARTICLES)
    prose, texts = _of_prose(articles, sentences), articles["text"].array
    parts = [Spans.of([])]
    with spread(processes, CHUNK) as run:
        for first in range(0, len(articles), PARALLEL_ARTICLES):
            places = range(first, min(first + PARALLEL_ARTICLES, len(articles)))
            parts += run(_spans_of, [(texts[place], *prose.of(place)) for place in places])
    return CorpusProse(articles, Spans.joined(parts), prose)


def _spans_of(jobs: Sequence[tuple[str, np.ndarray, np.ndarray, np.ndarray]]) -> list[Spans]:
    return [Spans.of(ProseWords(*_columns(text, first, last, number)) for text, last, first, number in jobs)]


def quoted_words(corpus: Mapping[str, ProseWords], article: str) -> NDArray[np.bool_]:
    """Which words of an article are direct speech."""
    return corpus.quoted(article) if isinstance(corpus, CorpusProse) else corpus[article].quoted


def word_counts(corpus: Mapping[str, ProseWords]) -> dict[str, int]:
    """The number of prose words of each article."""
    if isinstance(corpus, CorpusProse):
        return dict(zip(corpus, np.diff(corpus.spans.offsets)[corpus.numbers_of(corpus)].tolist(), strict=True))
    return {article: len(own) for article, own in corpus.items()}


class Clipped(NamedTuple):
    """Spans cut to the prose words inside them, and how many words these are."""

    start: np.ndarray
    end: np.ndarray
    n_words: np.ndarray
    quoted_words: np.ndarray


@dataclass(frozen=True, eq=False)
class JoinedWords:
    """The prose words of several articles, one article behind the other: for spans by the thousand.

    Attributes:
        start: First character of each word, in its article.
        end: Character after its last.
        quoted: Whether it is direct speech.
        lengths: Words of each article.
    """

    start: np.ndarray
    end: np.ndarray
    quoted: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, articles: Sequence[ProseWords]) -> "JoinedWords":
        """The words of these articles, of one at least."""
        start, end, quoted = (
            np.concatenate([getattr(words, name) for words in articles]) for name in ("start", "end", "quoted")
        )
        return cls(start, end, quoted, np.array([len(words) for words in articles]))

    @classmethod
    def among(cls, corpus: Mapping[str, ProseWords], articles: Iterable[str]) -> "JoinedWords":
        """The words of some articles of a corpus, of one at least."""
        if isinstance(corpus, CorpusProse):
            return corpus.spans.of_articles(corpus.numbers_of(articles))
        return cls.of([corpus[article] for article in articles])

    def inside(self, article: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The words wholly in [start, end) of each article, by number: the first, and the one behind the last."""
        length = 1 + max(int(end.max(initial=0)), int(self.end.max(initial=0)))
        shift = np.repeat(np.arange(len(self.lengths)) * length, self.lengths)
        first = np.searchsorted(self.start + shift, start + article * length)
        return first, np.maximum(first, np.searchsorted(self.end + shift, end + article * length, side="right"))

    def clipped(self, article: np.ndarray, start: np.ndarray, end: np.ndarray) -> Clipped:
        """Each span of an article from its first to its last prose word; all of it if there is none.

        >>> words = ProseWords(np.array([4, 8]), np.array([7, 11]), np.array([0, 0]), np.array([True, False]))
        >>> spans = JoinedWords.of([words]).clipped(np.array([0, 0]), np.array([0, 20]), np.array([11, 25]))
        >>> [column.tolist() for column in spans]
        [[4, 20], [11, 25], [2, 0], [1, 0]]
        """
        first, stop = self.inside(article, start, end)
        quoted, some = np.append(0, np.cumsum(self.quoted)), np.flatnonzero(first < stop)
        start, end = start.copy(), end.copy()
        start[some], end[some] = self.start[first[some]], self.end[stop[some] - 1]
        return Clipped(start, end, stop - first, quoted[stop] - quoted[first])


class Prose:
    """The prose of each article, its sentences joined by blanks: put together when it is asked for.

    Attributes:
        index: article_ids, ascending: `prose[i]` is that of `index[i]`.
    """

    def __init__(self, articles: pd.DataFrame, sentences: "pd.DataFrame | ProseSentences") -> None:
        """See `prose_texts`."""
        names = pd.Index(articles["article_id"], dtype="str", name=None)
        self._order = names.argsort()
        self.index = names[self._order]
        self._texts, self._sentences = articles["text"].array, _of_prose(articles, sentences)

    def __len__(self) -> int:
        """How many articles."""
        return len(self.index)

    def __iter__(self) -> Iterator[str]:
        """The prose of each article."""
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> str:
        """The prose of an article."""
        place = self._order[at]
        ends, starts, _ = self._sentences.of(place)
        text = self._texts[place]
        return " ".join([text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])


def prose_texts(articles: pd.DataFrame, sentences: pd.DataFrame | ProseSentences) -> pd.Series:
    """The prose of each article (see `Prose`), indexed and sorted by article_id.

    Args:
        articles: the table of that name.
        sentences: the table of that name, or those of prose of these articles.
    """
    prose = Prose(articles, sentences)
    texts, parts = iter(prose), []
    while some := [*islice(texts, PARALLEL_ARTICLES)]:  # strings of all at once would take three times the space
        parts.append(pa.chunked_array([pa.array(some, pa.large_string())]))
    return pd.Series(text_column(in_one_piece(parts)), index=prose.index) if parts else pd.Series(dtype="str")


def _of_prose(articles: pd.DataFrame, sentences: pd.DataFrame | ProseSentences) -> ProseSentences:
    if isinstance(sentences, ProseSentences):
        return sentences
    return ProseSentences.of_table(articles, sentences)
