"""Lines that recur across the articles of an outlet: its boilerplate, learnt from the corpus and not from a list.

A line (a paragraph, where lines are broken at a fixed width) is compared by its words. It counts once per story:
updates and re-issues of one story share all their lines, and none of these is boilerplate.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.duplicates import Shingles, shared, shingles
from helpers.layout import Span, is_heading, paragraphs
from helpers.segmentation import words

LEAST_ARTICLES = 5
"""An outlet with fewer articles teaches nothing."""
LEAST_STORIES = 4
LINE_SHARE, SENTENCE_SHARE = 0.2, 0.5
"""Share of the outlet's stories a line must stand in; of a full sentence, which may be background, more is asked."""
SAME_STORY = 0.5
"""Articles are one story if over this share of the five-word runs of the shorter stand in the longer."""
_COMPARED = 40


@dataclass(frozen=True, eq=False)
class _Article:
    """The lines of an article by their words, where they stand, which are sentences, and all words in order."""

    spans: dict[str, list[Span]]
    sentences: frozenset[str]
    keys: list[str]

    @classmethod
    def of(cls, text: str) -> "_Article":
        spans: dict[str, list[Span]] = {}
        sentences, keys = set(), []
        for start, end in paragraphs(text):
            own = [word.key for word in words(text[start:end])]
            if own:
                line = " ".join(own)
                spans.setdefault(line, []).append((start, end))
                keys += own
                if not is_heading(text[start:end]):
                    sentences.add(line)
        return cls(spans, frozenset(sentences), keys)

    @cached_property
    def shingles(self) -> Shingles:
        """The article's runs of five words."""
        return shingles(self.keys)


def recurring_lines(texts: Mapping[str, str], outlets: Mapping[str, str | None]) -> dict[str, list[Span]]:
    """Where the boilerplate of their outlets stands in the articles; articles that have none are left out.

    Args:
        texts: clean text by article.
        outlets: outlet by article; articles of no known outlet teach nothing and lose nothing.
    """
    members: dict[str, list[str]] = {}
    for article in texts:
        if (outlet := outlets[article]) is not None:
            members.setdefault(outlet, []).append(article)
    found: dict[str, list[Span]] = {}
    for names in members.values():
        if len(names) < LEAST_ARTICLES:
            continue
        articles = {name: _Article.of(texts[name]) for name in names}
        learnt = _learn(list(articles.values()))
        for name, own in articles.items():
            if spans := [span for line in own.spans if line in learnt for span in own.spans[line]]:
                found[name] = sorted(spans)
    return found


def _learn(articles: Sequence[_Article]) -> set[str]:
    """The lines that stand in enough stories of one outlet."""
    told = _stories(articles)
    often = Counter(line for article in articles for line in article.spans)
    few = max(LEAST_STORIES, LINE_SHARE * told)
    holders: dict[str, list[_Article]] = {line: [] for line, n in often.items() if n >= few}
    for article in articles:
        for line in article.spans.keys() & holders.keys():
            holders[line].append(article)
    return {line for line, holding in holders.items() if _stories(holding) >= _least(line, holding, told)}


def _least(line: str, holding: Sequence[_Article], told: float) -> float:
    """The number of stories that make a line boilerplate, in an outlet that tells so many."""
    share = SENTENCE_SHARE if any(line in article.sentences for article in holding) else LINE_SHARE
    return max(LEAST_STORIES, share * told)


def _stories(articles: Sequence[_Article]) -> float:
    """The number of stories that articles tell; of more than forty articles, as many evenly spaced ones tell."""
    places = np.unique(np.linspace(0, len(articles) - 1, _COMPARED).round().astype(int))
    stories: list[Shingles] = []
    for own in (articles[place].shingles for place in places):
        if not any(_same_story(own, other) for other in stories):
            stories.append(own)
    return len(articles) * len(stories) / len(places)


def _same_story(a: Shingles, b: Shingles) -> bool:
    return shared(a, b) > SAME_STORY * min(len(a), len(b))
