"""The words that count: headline, headings and body of every article, with their places."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.layout import PROSE
from helpers.segmentation import in_quotations, word_spans
from helpers.workers import spread

PARALLEL_ARTICLES = 8000
"""From so many articles on, starting worker processes pays."""
CHUNK = 250
"""Articles a worker process is handed at a time."""

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


def corpus_words(
    articles: pd.DataFrame, sentences: pd.DataFrame, processes: int | None = None
) -> dict[str, ProseWords]:
    """The prose words of every article, by article_id.

    Args:
        articles: the table of that name.
        sentences: the table of that name.
        processes: worker processes; by default as many as there are cores, and none for a small corpus.
    """
    if processes is None:
        processes = (os.cpu_count() or 1) if len(articles) >= PARALLEL_ARTICLES else 1
    prose = sentences[sentences["kind"].isin(PROSE)].sort_values(["article_id", "sentence"])
    columns = [prose[name].to_numpy() for name in ("start", "end", "sentence")]
    edges = {name: (rows[0], rows[-1] + 1) for name, rows in prose.reset_index().groupby("article_id").indices.items()}
    jobs = []
    for article, text in zip(articles["article_id"], articles["text"], strict=True):
        own = slice(*edges.get(article, (0, 0)))
        jobs.append((text, *(column[own] for column in columns)))
    with spread(processes, CHUNK) as run:
        made = zip(articles["article_id"], run(_columns_of, jobs), jobs, strict=True)
        return {article: ProseWords(*arrays, text) for article, arrays, (text, *_) in made}


def _columns_of(jobs: Sequence[tuple[str, np.ndarray, np.ndarray, np.ndarray]]) -> list[_Columns]:
    return [_columns(*job) for job in jobs]


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


def prose_texts(articles: pd.DataFrame, sentences: pd.DataFrame) -> pd.Series:
    """The prose of each article, its sentences joined by blanks; indexed and sorted by article_id."""
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    prose = sentences[sentences["kind"].isin(PROSE)]
    pieces: dict[str, list[str]] = {article: [] for article in sorted(text)}
    for article, start, end in zip(prose["article_id"], prose["start"], prose["end"], strict=True):
        pieces[article].append(text[article][start:end])
    return pd.Series({article: " ".join(own) for article, own in pieces.items()}, dtype="str")
