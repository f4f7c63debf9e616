"""Formulae: word runs that stand in many articles (bylines, exchange notices, disclaimers)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import HASH_FACTOR
from helpers.candidates.recurring import Runs

LONGEST = 400
"""Words of a formula at most; a longer one is listed by its first words."""


class Formulae(NamedTuple):
    """Word runs that stand in many articles, and in fewer than half as many with one more word on either side.

    Attributes:
        places: Where the first occurrence begins (index of a word in the corpus).
        n_words: Words of the run.
        articles: Articles it stands in.
        occurrences: How often it stands there.
    """

    places: Places
    n_words: Places
    articles: Places
    occurrences: Places


class _Level(NamedTuple):
    """Frequent runs of one length: where they begin, ascending; which run; articles and occurrences of each run."""

    places: Places
    runs: Places
    articles: Places
    occurrences: Places


def frequent_places(found: Iterable[Runs], formula_articles: int) -> Places:
    """Where the runs begin that stand in more articles, ascending."""
    chosen = [runs.only(runs.spread > formula_articles).places for runs in found]
    return np.sort(np.concatenate([np.empty(0, np.int64), *chosen]))


def formulae(keys: CorpusKeys, places: Places, n: int, formula_articles: int, longest: int = LONGEST) -> Formulae:
    """Runs of at least `n` words that stand in more than `formula_articles` articles, each as long as it can be.

    A run is left out if a longer frequent run that contains it stands in at least half as many articles.

    Runs of n + 1 words are sought only where two successive runs of n words are frequent, and so on: the work is in
    proportion to the words of all formulae times their length, whatever the size of the corpus.

    Args:
        keys: the corpus.
        places: where the frequent runs of `n` words begin (`frequent_places`).
        n: least words of a formula.
        formula_articles: articles in which a run may stand without being a formula.
        longest: most words.

    Returns:
        The formulae, those in most articles first, of these the longest first.
    """
    rows = [np.stack(row) for row in _maximal(keys, places, n, formula_articles, longest)]
    table = np.concatenate([np.empty((4, 0), np.int64), *rows], axis=1)
    return Formulae(*table[:, np.lexsort((table[0], -table[1], -table[2]))])


def _maximal(keys: CorpusKeys, places: Places, n: int, formula_articles: int, longest: int) -> Iterator[list[Places]]:
    level = _level(keys, places, numbers_at(keys, places, n), formula_articles)
    for length in range(n, longest + 1):
        first = np.flatnonzero(level.places[1:] == level.places[:-1] + 1)
        numbers = (level.runs[first] * len(level.articles) + level.runs[first + 1]).astype(np.uint64)
        longer = _level(keys, level.places[first], numbers, formula_articles)
        maximal = np.ones(len(level.articles), dtype=bool)
        held, inner = longer.articles[longer.runs], np.searchsorted(level.places, longer.places)
        for contained in (level.runs[inner], level.runs[inner + 1])[length == longest :]:
            maximal[contained[2 * held >= level.articles[contained]]] = False
        _, example = np.unique(level.runs, return_index=True)
        columns = (level.places[example], np.full(len(maximal), length), level.articles, level.occurrences)
        yield [column[maximal] for column in columns]
        level = longer
        if not len(level.places):
            return


def _level(keys: CorpusKeys, places: Places, numbers: Numbers, formula_articles: int) -> _Level:
    """The frequent ones among runs given by number."""
    _, runs, occurrences = np.unique(numbers, return_inverse=True, return_counts=True)
    held = np.unique(runs * keys.n_articles + keys.articles_at(places)) // max(1, keys.n_articles)
    articles = np.bincount(held, minlength=len(occurrences))
    frequent: NDArray[np.bool_] = articles > formula_articles
    inside, renumbered = frequent[runs], np.cumsum(frequent) - 1
    return _Level(places[inside], renumbered[runs[inside]], articles[frequent], occurrences[frequent])


def numbers_at(keys: CorpusKeys, places: Places, n: int) -> Numbers:
    """A number for the run of `n` words at each place."""
    numbers = np.zeros(len(places), np.uint64)
    for offset in range(n):
        numbers = numbers * np.uint64(HASH_FACTOR) + keys.numbers[places + offset]
    return numbers
