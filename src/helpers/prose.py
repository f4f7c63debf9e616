"""The words that count: headline, headings and body of every article, with their places."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.layout import PROSE
from helpers.segmentation import quotations, words


@dataclass(frozen=True, eq=False)
class ProseWords:
    """The words of an article that count, as arrays of one length.

    `start` and `end` are code points; `sentence` is the sentence number; `quoted` tells direct speech.
    """

    start: np.ndarray
    end: np.ndarray
    sentence: np.ndarray
    quoted: np.ndarray

    def __len__(self) -> int:
        """The number of prose words."""
        return len(self.start)

    def inside(self, start: int, end: int) -> slice:
        """The words that lie wholly in [start, end)."""
        return slice(int(np.searchsorted(self.start, start)), int(np.searchsorted(self.end, end, side="right")))

    def clip(self, start: int, end: int) -> tuple[int, int] | None:
        """The span from the first to the last of the words in [start, end); None where there is none."""
        inside = self.inside(start, end)
        if inside.start >= inside.stop:
            return None
        return int(self.start[inside.start]), int(self.end[inside.stop - 1])


def prose_words(text: str, sentences: pd.DataFrame) -> ProseWords:
    """The words of headline, headings and body; `sentences` are the article's rows of that table."""
    prose = sentences[sentences["kind"].isin(PROSE)]
    rows = [
        (s.start + w.start, s.start + w.end, s.sentence)
        for s in prose.itertuples()
        for w in words(text[s.start : s.end])
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    found = ProseWords(table[:, 0], table[:, 1], table[:, 2], np.zeros(len(table), dtype=bool))
    for start, end in quotations(text):
        found.quoted[found.inside(start, end)] = True
    return found


def corpus_words(articles: pd.DataFrame, sentences: pd.DataFrame) -> dict[str, ProseWords]:
    """The prose words of every article, by article_id."""
    groups = dict(list(sentences.groupby("article_id")))
    empty = sentences.iloc[:0]
    return {row.article_id: prose_words(row.text, groups.get(row.article_id, empty)) for row in articles.itertuples()}


class Counted(NamedTuple):
    """How many words of a passage count."""

    n_words: int
    quoted_words: int


def count_words(own: ProseWords, start: int, end: int) -> Counted:
    """Prose words of an article in one of its passages, and those of them in direct speech."""
    inside = own.inside(start, end)
    return Counted(max(0, inside.stop - inside.start), int(own.quoted[inside].sum()))


def prose_texts(articles: pd.DataFrame, sentences: pd.DataFrame) -> pd.Series:
    """The prose of each article, its sentences joined by blanks; indexed and sorted by article_id."""
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    prose = sentences[sentences["kind"].isin(PROSE)]
    pieces = {
        article: " ".join(text[article][s.start : s.end] for s in rows.itertuples())
        for article, rows in prose.groupby("article_id")
    }
    return pd.Series({article: pieces.get(article, "") for article in sorted(text)}, dtype="str")
