"""Lines that recur across the articles of an outlet: its boilerplate, learnt from the corpus and not from a list.

A line (a paragraph, where lines are broken at a fixed width) is compared by its words. It counts once per story:
updates and re-issues of one story share all their lines, and none of these is boilerplate.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

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
    starts: NDArray[np.signedinteger]
    ends: NDArray[np.signedinteger]
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

    @classmethod
    def none(cls) -> "Lines":
        """Those of an article that has none."""
        return cls(np.empty(0, np.uint64), np.empty(0, int), np.empty(0, int), np.empty(0, bool))

    @classmethod
    def joined(cls, articles: Sequence["Lines"]) -> "Lines":
        """The lines of articles, one behind the other, places in 32 bits."""
        own = [cls.none(), *articles]
        numbers, sentences = (
            np.concatenate([getattr(lines, name) for lines in own]) for name in ("numbers", "sentences")
        )
        starts, ends = (
            np.concatenate([getattr(lines, name) for lines in own], dtype=np.int32, casting="same_kind")
            for name in ("starts", "ends")
        )
        return cls(numbers, starts, ends, sentences)


def teaching(outlets: Iterable[str | None]) -> set[str]:
    """The outlets that have enough articles to learn from."""
    return {outlet for outlet, n in Counter(outlets).items() if outlet is not None and n >= LEAST_ARTICLES}


def recurring_lines(texts: Mapping[str, str], outlets: Mapping[str, str | None]) -> dict[str, list[Span]]:
    """Where the boilerplate of their outlets stands in the articles; articles that have none are left out.

    Args:
        texts: clean text by article.
        outlets: outlet by article; articles of no known outlet teach nothing and lose nothing.
    """
    names, own = [*texts], [Lines.of(text) for text in texts.values()]
    lengths = np.array([len(lines.numbers) for lines in own], dtype=np.int64)
    found = boilerplate(Lines.joined(own), lengths, [outlets[name] for name in names], lambda i: texts[names[i]])
    return {names[place]: spans for place, spans in found.items()}


def boilerplate(
    lines: Lines, lengths: NDArray[np.integer], outlets: Sequence[str | None], text_of: Callable[[int], str]
) -> dict[int, list[Span]]:
    """The same by places of articles.

    Args:
        lines: of all articles, one article behind the other.
        lengths: how many lines each article has; of those of no `teaching` outlet they are left alone.
        outlets: of each article.
        text_of: the clean text of the article at a place; few are asked for.
    """
    number: dict[str | None, int] = {outlet: i for i, outlet in enumerate(sorted(teaching(outlets)))}
    owners = np.repeat(np.arange(len(outlets), dtype=np.int32), lengths)
    of_article = np.array([number.get(outlet, -1) for outlet in outlets], dtype=np.int32)
    of_line = of_article[owners]
    in_order = np.argsort(of_line, kind="stable")
    members = np.argsort(of_article, kind="stable")
    found: dict[int, list[Span]] = {}
    for outlet in number.values():
        own, rows = (
            order[slice(*np.searchsorted(column[order], [outlet, outlet + 1]))]
            for order, column in ((members, of_article), (in_order, of_line))
        )
        learnt = learn(
            lines.numbers[rows],
            lines.sentences[rows],
            np.searchsorted(own, owners[rows]),
            len(own),
            lambda i, own=own: shingles(word_keys(text_of(int(own[i])))),  # type: ignore[misc]
        )
        junk = rows[np.isin(lines.numbers[rows], np.array([*learnt], dtype=np.uint64))] if learnt else rows[:0]
        for article, start, end in zip(*(c[junk].tolist() for c in (owners, lines.starts, lines.ends)), strict=True):
            found.setdefault(article, []).append((start, end))
    return {article: sorted(spans) for article, spans in found.items()}


def learn(
    numbers: NDArray[np.uint64],
    sentences: NDArray[np.bool_],
    owners: NDArray[np.integer],
    n_articles: int,
    shingles_of: Callable[[int], Shingles],
) -> set[int]:
    """The lines that stand in enough stories of one outlet.

    Args:
        numbers: of all lines of its articles (see `Lines`).
        sentences: which of them are no headings.
        owners: the article each stands in: 0, 1, ...
        n_articles: how many there are.
        shingles_of: the runs of five words of an article; few are asked for, and each once.
    """
    known = cache(shingles_of)

    def told_stories(articles: Sequence[int]) -> float:
        return stories(len(articles), [known(articles[place]) for place in sampled(len(articles))])

    told = told_stories(range(n_articles))
    order = np.lexsort((owners, numbers))
    numbers, sentences, owners = numbers[order], sentences[order], owners[order]
    begins = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)])
    ends = np.append(begins[1:], len(numbers))
    found = set()
    for group in np.flatnonzero(ends - begins >= least_stories(told, is_sentence=False)).tolist():
        own = slice(begins[group], ends[group])
        holding = np.unique(owners[own]).tolist()
        least = least_stories(told, bool(sentences[own].any()))
        if len(holding) >= least and told_stories(holding) >= least:
            found.add(int(numbers[own][0]))
    return found


def least_stories(told: float, is_sentence: bool) -> float:
    """The number of stories that make a line boilerplate, in an outlet that tells so many."""
    return max(LEAST_STORIES, (SENTENCE_SHARE if is_sentence else LINE_SHARE) * told)


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
