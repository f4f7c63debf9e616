"""Lines that recur across the articles of an outlet: its boilerplate, learnt from the corpus and not from a list.

A line (a paragraph, where lines are broken at a fixed width) is compared by its words. It counts once per story:
updates and re-issues of one story share all their lines, and none of these is boilerplate.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.lexicon import stable_number
from helpers.duplicates import Shingles, shared, shingles
from helpers.layout import Span, is_credit, is_heading, paragraphs
from helpers.segmentation import Read, word_keys, words_inside

LEAST_ARTICLES = 5
"""An outlet with fewer articles teaches nothing."""
LEAST_STORIES = 4
LINE_SHARE, SENTENCE_SHARE = 0.2, 0.5
"""Share of the outlet's stories a line must stand in; of a full sentence, which may be background, more is asked."""
SAME_STORY = 0.5
"""Articles are one story if over this share of the five-word runs of the shorter stand in the longer."""
_COMPARED = 40


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of an article that have words, as arrays of one length; credits, which name its source, are none.

    `numbers` tell them by their words, `starts` and `ends` are code points, `sentences` says which are no headings.
    """

    numbers: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    sentences: NDArray[np.bool_]

    @classmethod
    def of(cls, text: str, words: Read | None = None) -> "Lines":
        """The lines of a clean text; `words` are its words, if they are known."""
        spans = paragraphs(text)
        places, keys = words or Read.of(text)
        inside = zip(spans, *(column.tolist() for column in words_inside(*places, spans)), strict=True)
        rows = [
            (stable_number(" ".join(keys[first:stop])), start, end, not is_heading(text[start:end]))
            for (start, end), first, stop in inside
            if first < stop and not is_credit(text[start:end])
        ]
        numbers, starts, ends, sentences = zip(*rows, strict=True) if rows else ((), (), (), ())
        return cls(np.array(numbers, np.uint64), np.array(starts, int), np.array(ends, int), np.array(sentences, bool))


@dataclass(frozen=True, eq=False)
class _Article:
    text: str
    lines: Lines

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The different lines."""
        return frozenset(self.lines.numbers.tolist())

    @cached_property
    def shingles(self) -> Shingles:
        """The article's runs of five words."""
        return shingles(word_keys(self.text))


def teaching(outlets: Iterable[str | None]) -> set[str]:
    """The outlets that have enough articles to learn from."""
    return {outlet for outlet, n in Counter(outlets).items() if outlet is not None and n >= LEAST_ARTICLES}


def recurring_lines(
    texts: Mapping[str, str], outlets: Mapping[str, str | None], lines: Mapping[str, Lines] | None = None
) -> dict[str, list[Span]]:
    """Where the boilerplate of their outlets stands in the articles; articles that have none are left out.

    Args:
        texts: clean text by article.
        outlets: outlet by article; articles of no known outlet teach nothing and lose nothing.
        lines: the lines of each article of a `teaching` outlet, where they are known.
    """
    members: dict[str, dict[str, _Article]] = {outlet: {} for outlet in sorted(teaching(outlets[a] for a in texts))}
    for name, text in texts.items():
        if (outlet := outlets[name]) in members:
            members[outlet][name] = _Article(text, lines[name] if lines is not None else Lines.of(text))
    found: dict[str, list[Span]] = {}
    for articles in members.values():
        learnt = _learn([*articles.values()])
        for name, article in articles.items():
            if not article.numbers.isdisjoint(learnt):
                own = article.lines
                junk = np.isin(own.numbers, np.array([*learnt], dtype=np.uint64))
                found[name] = sorted(zip(own.starts[junk].tolist(), own.ends[junk].tolist(), strict=True))
    return found


def _learn(articles: Sequence[_Article]) -> set[int]:
    """The lines that stand in enough stories of one outlet."""
    told = told_stories(articles)
    often = Counter(line for article in articles for line in article.numbers)
    few = least_stories(told, is_sentence=False)
    holders: dict[int, list[_Article]] = {line: [] for line, n in often.items() if n >= few}
    for article in articles:
        for line in article.numbers & holders.keys():
            holders[line].append(article)
    return {line for line, holding in holders.items() if told_stories(holding) >= _least(line, holding, told)}


def _least(line: int, holding: Sequence[_Article], told: float) -> float:
    is_sentence = any(article.lines.sentences[article.lines.numbers == np.uint64(line)].any() for article in holding)
    return least_stories(told, is_sentence)


def least_stories(told: float, is_sentence: bool) -> float:
    """The number of stories that make a line boilerplate, in an outlet that tells so many."""
    return max(LEAST_STORIES, (SENTENCE_SHARE if is_sentence else LINE_SHARE) * told)


class Telling(Protocol):
    """An article that tells a story."""

    @property
    def shingles(self) -> Shingles:
        """Its runs of five words."""


def told_stories(articles: Sequence[Telling]) -> float:
    """The number of stories that articles tell."""
    return stories(len(articles), [articles[place].shingles for place in sampled(len(articles))])


def sampled(n_articles: int) -> list[int]:
    """Which of so many articles are compared: all up to forty, else as many evenly spaced ones."""
    places: list[int] = np.unique(np.linspace(0, n_articles - 1, _COMPARED).round().astype(int)).tolist()
    return places


def stories(n_articles: int, sample: Sequence[Shingles]) -> float:
    """The number of stories that so many articles tell, from the shingles of those that are `sampled`."""
    different: list[Shingles] = []
    for own in sample:
        if not any(_same_story(own, other) for other in different):
            different.append(own)
    return n_articles * len(different) / len(sample)


def _same_story(a: Shingles, b: Shingles) -> bool:
    return shared(a, b) > SAME_STORY * min(len(a), len(b))
