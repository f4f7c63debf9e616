"""The candidates of a growing corpus: those that `candidates.candidates` finds in the whole corpus.

Shared runs of words are kept, and changed where articles come or go. Rare runs and pairs of words are sought anew in
all words: a new article makes what it shares less rare for all others that have it. That concerns so many pairs that
keeping what each pair shares, and changing it, took as long and far more space.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.archive import runs as w
from helpers.candidates.formulae import Formulae, formulae, frequent_places, numbers_at
from helpers.candidates.joins import PairCounts, SharedWords, shared_words
from helpers.candidates.keys import CorpusKeys, Places
from helpers.candidates.numbering import is_among, word_runs
from helpers.candidates.recurring import different, recurring_runs
from helpers.candidates.select import chosen, rare_runs, rare_word_pairs
from helpers.candidates.settings import CandidateSettings

_SETTINGS = CandidateSettings()
_RUN = _SETTINGS.run_words


@dataclass(frozen=True, eq=False)
class Pairs:
    """What the pairs of a corpus share; articles have numbers in the order in which they came.

    Attributes:
        keys: the words of all articles, those that were replaced among them.
        live: of each article, whether it is in the corpus still.
        words: the different words.
        shared: words in shared runs.
        frequent: the runs of formulae.
        joins: rare runs and rare pairs of words that live articles share, by their place among these; None in an index.
    """

    keys: CorpusKeys
    live: NDArray[np.bool_]
    words: w.Words
    shared: w.Shared
    frequent: w.Frequent
    joins: tuple[PairCounts, PairCounts] | None = None

    @classmethod
    def of(cls, keys: CorpusKeys) -> "Pairs":
        """The pairs of a whole corpus, from nothing."""
        found = list(recurring_runs(keys, word_runs(_RUN)))
        places = frequent_places(found, _SETTINGS.formula_articles)
        shared = shared_words(keys, found, _RUN, _SETTINGS.formula_articles, _SETTINGS.joined_articles)
        numbers = numbers_at(keys, places, _RUN)
        order = np.lexsort((places, numbers))
        frequent = w.Frequent(numbers[order], places[order])
        words = w.Words(*np.unique(np.asarray(keys.numbers), return_counts=True))
        return cls(keys, np.ones(keys.n_articles, dtype=bool), words, w.of_ordered(shared), frequent)

    def changed(self, come: CorpusKeys, gone: Places) -> "Pairs":
        """The pairs after articles went and others came, which have the next numbers."""
        numbers = np.concatenate([self.keys.numbers, come.numbers])
        keys = CorpusKeys(numbers, np.append(self.keys.offsets, self.keys.n_words + come.offsets[1:]))
        live = np.append(self.live, np.ones(come.n_articles, dtype=bool))
        live[gone] = False
        own = keys if live.all() else w.subset(keys, np.flatnonzero(live))
        words = self.words.changed(w.subset(self.keys, gone).numbers, come.numbers)
        with ThreadPoolExecutor(2) as pool:  # numpy works without the interpreter's lock
            content = pool.submit(rare_word_pairs, own, _SETTINGS, words.common(_SETTINGS.common_words))
            rare = pool.submit(rare_runs, own, _SETTINGS)
            shared, frequent = self._shared(keys, live, gone)
            return Pairs(keys, live, words, shared, frequent, (rare.result(), content.result()))

    def _shared(self, keys: CorpusKeys, live: NDArray[np.bool_], gone: Places) -> tuple[w.Shared, w.Frequent]:
        n = len(self.live)
        sought = w.sought_runs(keys, n, gone, _RUN)
        held = w.held_runs(keys, sought, _RUN)
        runs, numbers = w.grouped(keys, held, live)
        was, old_numbers = w.grouped(keys, held, np.append(self.live, np.zeros(len(live) - n, dtype=bool)))
        frequent = w.renewed(keys, self.frequent, sought, runs, _SETTINGS.formula_articles)
        more = w.of_new(keys, runs, n, _SETTINGS)
        crossing = w.crossing(was, old_numbers, runs, numbers, _SETTINGS)
        held_by = np.unique(was.only(crossing).articles)
        held_by = held_by[live[held_by]]
        if len(held_by):
            again = w.of_crossing(keys, held_by, w.spread(keys, frequent), _SETTINGS)
            more = w.merged(more, np.zeros(len(more.codes), dtype=bool), again)
        low, high = w.articles_of(self.shared.codes)
        return w.merged(self.shared, ~(live[low] & live[high]), more), frequent

    def candidates(self, rank: Places) -> pd.DataFrame:
        """The candidates (see `candidates.candidates`), after a change.

        Args:
            rank: place of each article in the order of names, of those that are not live anything.
        """
        own = rank[self.live]
        lengths = np.zeros(len(own), dtype=np.int64)
        lengths[own] = self.keys.lengths[self.live]
        keys = CorpusKeys(self.keys.numbers[:0], np.concatenate([[0], np.cumsum(lengths)]))
        rare, content = (_ranked(join, own) for join in self.joins or ())
        return chosen(keys, self._ordered(rank, rare, content), rare, content, _SETTINGS)

    def _ordered(self, rank: Places, rare: PairCounts, content: PairCounts) -> SharedWords:
        """The shared words of the pairs that may be candidates, by other article, then article."""
        low, high = w.articles_of(self.shared.codes)
        lengths = np.stack([self.keys.lengths[low], self.keys.lengths[high]], axis=1)
        least = _SETTINGS.least_share
        wanted = (self.shared.own >= least * lengths * 0.99).any(axis=1)
        wanted |= (self.shared.words >= 2 * least * lengths * 0.99).any(axis=1)
        codes = w.codes_of(rank[low], rank[high])
        for join in (rare, content):
            wanted |= w.among(codes, w.codes_of(join.articles, join.others))
        found = w.ordered(w.Shared(*(column[wanted] for column in self.shared)))
        found = found._replace(articles=rank[found.articles], others=rank[found.others])
        order = np.argsort(found.others * len(rank) + found.articles)
        return SharedWords(*(column[order] for column in found))

    def formulae(self, rank: Places) -> tuple[Formulae, CorpusKeys, Places]:
        """The formulae, the words of the articles that hold their runs, and the ranks of these (see `candidates`)."""
        articles = np.unique(self.keys.articles_at(self.frequent.places))
        articles = articles[np.argsort(rank[articles])]
        own = w.subset(self.keys, articles)
        where = np.zeros(len(rank), dtype=np.int64)
        where[articles] = own.offsets[:-1] - self.keys.offsets[articles]
        places = np.sort(self.frequent.places + where[self.keys.articles_at(self.frequent.places)])
        return formulae(own, places, _RUN, _SETTINGS.formula_articles), own, rank[articles]

    def formulaic(self, formulae_keys: CorpusKeys) -> dict[int, NDArray[np.bool_]]:
        """Which words of each article that holds some stand in runs of the formulae (see `formulaic_words`)."""
        known = different(word_runs(_RUN)(formulae_keys, 0, formulae_keys.n_articles).numbers)
        hits = np.sort(self.frequent.places[is_among(self.frequent.numbers, known)])
        marked: dict[int, NDArray[np.bool_]] = {}
        owners = self.keys.articles_at(hits)
        for article in np.unique(owners).tolist():
            own = hits[slice(*np.searchsorted(owners, [article, article + 1]))] - self.keys.offsets[article]
            marked[article] = np.zeros(int(self.keys.lengths[article]), dtype=bool)
            marked[article][(own[:, None] + np.arange(_RUN)).ravel()] = True
        return marked


def _ranked(pairs: PairCounts, rank: Places) -> PairCounts:
    articles, others = rank[pairs.articles], rank[pairs.others]
    low, high = np.minimum(articles, others), np.maximum(articles, others)
    order = np.argsort(low * len(rank) + high)
    return PairCounts(low[order], high[order], pairs.counts[order], pairs.rarity[order])
