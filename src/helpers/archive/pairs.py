"""The candidates of a growing corpus: what every pair shares is kept, and changed where articles come or go.

All counts are those that `candidates.candidates` finds in the whole corpus. Work is in proportion to what changes but
for one pass over the numbers of all words for each kind of number, which looks for those of the new articles.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.archive import records as r
from helpers.archive import runs as w
from helpers.candidates.formulae import Formulae, formulae, frequent_places, numbers_at
from helpers.candidates.joins import SPREAD_BITS, PairCounts, SharedWords, shared_words
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import HASH_FACTOR, Numbering, commonest, is_among, word_pairs, word_runs
from helpers.candidates.recurring import PART_NUMBERS, Runs, different, gatherings, new_values, recurring_runs
from helpers.candidates.select import chosen
from helpers.candidates.settings import CandidateSettings

_SETTINGS = CandidateSettings()
_RUN = _SETTINGS.run_words


_Common = tuple[Numbers, Numbers]  # the common words before and after


class Joined(NamedTuple):
    """What a kind of numbers says of pairs: all records, the pairs that share enough, and the bits left out."""

    records: Numbers
    pairs: PairCounts
    shift: int


@dataclass(frozen=True, eq=False)
class Pairs:
    """What all pairs of a corpus share; articles have numbers in the order in which they came.

    Attributes:
        keys: the words of all articles, those that were replaced among them.
        live: of each article, whether it is in the corpus still.
        words: the different words.
        shared: words in shared runs.
        frequent: the runs of formulae.
        rare: rare runs shared.
        content: rare pairs of content words shared.
    """

    keys: CorpusKeys
    live: NDArray[np.bool_]
    words: r.Words
    shared: w.Shared
    frequent: w.Frequent
    rare: Joined
    content: Joined

    @classmethod
    def of(cls, keys: CorpusKeys) -> "Pairs":
        """The pairs of a whole corpus, from nothing."""
        counted = np.unique(np.asarray(keys.numbers), return_counts=True)
        numberings = _numberings(commonest(keys, _SETTINGS.common_words))
        with ThreadPoolExecutor(2) as pool:
            joins = [pool.submit(_joined, keys, *kind) for kind in numberings]
            shared, places = _all_shared(keys)
            rare, content = (join.result() for join in joins)
        numbers = numbers_at(keys, places, _RUN)
        order = np.lexsort((places, numbers))
        frequent = w.Frequent(numbers[order], places[order])
        live = np.ones(keys.n_articles, dtype=bool)
        return cls(keys, live, r.Words(*counted), w.of_ordered(shared), frequent, rare, content)

    def changed(self, come: CorpusKeys, gone: Places) -> "Pairs":
        """The pairs after articles went and others came, which have the next numbers."""
        numbers = np.concatenate([self.keys.numbers, come.numbers])
        keys = CorpusKeys(numbers, np.append(self.keys.offsets, self.keys.n_words + come.offsets[1:]))
        live = np.append(self.live, np.ones(come.n_articles, dtype=bool))
        live[gone] = False
        if _shifts(int(live.sum()), int(keys.lengths[live].sum())) != (self.rare.shift, self.content.shift):
            return _compact(keys, live)
        words = self.words.changed(r.subset(self.keys, gone).numbers, come.numbers)
        most = _SETTINGS.common_words
        common = self.words.common(most), words.common(most)
        moved = r.holding(self.keys, np.setxor1d(*common)) & self.live
        moved[gone] = False
        kinds = [*zip(*map(_numberings, common), (self.rare, self.content), strict=True)]
        none = np.empty(0, np.int64)
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(_changed, keys, ~self.live, gone, also, common, *kind)
                for kind, also in zip(kinds, (none, np.flatnonzero(moved)), strict=True)
            ]
            shared, frequent = self._shared(keys, live, gone)
            rare, content = (job.result() for job in jobs)
        return Pairs(keys, live, words, shared, frequent, rare, content)

    def _shared(self, keys: CorpusKeys, live: NDArray[np.bool_], gone: Places) -> tuple[w.Shared, w.Frequent]:
        n = len(self.live)
        sought = w.sought_runs(keys, n, gone, _RUN)
        held = w.held_runs(keys, r.Sought(sought, 0), _RUN, keys.n_articles)
        runs, numbers = w.grouped(keys, held, live)
        was, old_numbers = w.grouped(keys, held, np.append(self.live, np.zeros(len(live) - n, dtype=bool)))
        frequent = w.renewed(keys, self.frequent, sought, runs, _SETTINGS.formula_articles)
        low, high = r.articles_of(self.shared.codes)
        shared = w.merged(self.shared, ~(live[low] & live[high]), w.of_new(keys, runs, n, _SETTINGS))
        crossing = _crossing(was, old_numbers, runs, numbers)
        held_by = np.unique(was.only(crossing).articles)
        held_by = held_by[live[held_by]]
        if len(held_by):
            again = w.of_crossing(keys, held_by, _spread(keys, frequent), _SETTINGS)
            shared = w.merged(shared, np.zeros(len(shared.codes), dtype=bool), again)
        return shared, frequent

    def candidates(self, rank: Places) -> pd.DataFrame:
        """The candidates (see `candidates.candidates`).

        Args:
            rank: place of each article in the order of names, of those that are not live anything.
        """
        lengths = np.zeros(int(self.live.sum()), dtype=np.int64)
        lengths[rank[self.live]] = self.keys.lengths[self.live]
        keys = CorpusKeys(self.keys.numbers[:0], np.concatenate([[0], np.cumsum(lengths)]))
        rare, content = (_ranked(join.pairs, rank) for join in (self.rare, self.content))
        return chosen(keys, self._ordered(rank), rare, content, _SETTINGS)

    def _ordered(self, rank: Places) -> SharedWords:
        """The shared words of the pairs that may be candidates, by other article, then article."""
        low, high = r.articles_of(self.shared.codes)
        lengths = np.stack([self.keys.lengths[low], self.keys.lengths[high]], axis=1)
        least = _SETTINGS.least_share
        wanted = (self.shared.own >= least * lengths * 0.99).any(axis=1)
        wanted |= (self.shared.words >= 2 * least * lengths * 0.99).any(axis=1)
        for join in (self.rare, self.content):
            wanted |= r.among(self.shared.codes, r.codes_of(join.pairs.articles, join.pairs.others))
        found = w.ordered(w.Shared(*(column[wanted] for column in self.shared)))
        found = found._replace(articles=rank[found.articles], others=rank[found.others])
        order = np.argsort(found.others * len(rank) + found.articles)
        return SharedWords(*(column[order] for column in found))

    def formulae(self, rank: Places) -> tuple[Formulae, CorpusKeys, Places]:
        """The formulae, the words of the articles that hold their runs, and the ranks of these (see `candidates`)."""
        articles = np.unique(self.keys.articles_at(self.frequent.places))
        articles = articles[np.argsort(rank[articles])]
        own = r.subset(self.keys, articles)
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


def _shifts(n_articles: int, n_words: int) -> tuple[int, int]:
    """The bits that `recurring.gatherings` leaves out of rare runs and of pairs of words, in such a corpus."""
    found = []
    for numbering in _numberings(np.empty(0, np.uint64)):
        parts = int(n_words * numbering[0].per_word / PART_NUMBERS).bit_length()
        found.append(max(0, n_articles.bit_length() - parts))
    return found[0], found[1]


def _numberings(common: Numbers) -> tuple[tuple[Numbering, int], tuple[Numbering, int]]:
    """How rare runs and pairs of words are numbered, and in how many articles they stand at most."""
    content = word_pairs(common, _SETTINGS.reach)
    return (word_runs(_SETTINGS.rare_words), _SETTINGS.rare_articles), (content, _SETTINGS.pair_articles)


def _compact(keys: CorpusKeys, live: NDArray[np.bool_]) -> "Pairs":
    """The pairs found anew; articles that are not live lose their words and keep their numbers."""
    lengths = np.where(live, keys.lengths, 0)
    own = r.subset(keys, np.flatnonzero(live))
    pairs = Pairs.of(CorpusKeys(own.numbers, np.concatenate([[0], np.cumsum(lengths)])))
    return replace(pairs, live=live)


def _joined(keys: CorpusKeys, numbering: Numbering, most: int) -> Joined:
    """All records of a kind of numbers."""
    known = r.of_groups(gatherings(keys, numbering, most))
    shift = _shifts(keys.n_articles, keys.n_words)[0 if most == _SETTINGS.rare_articles else 1]
    return Joined(known, r.pair_counts(known, None, _SETTINGS.least_shared, _SETTINGS.least_rarity), shift)


def _all_shared(keys: CorpusKeys) -> tuple[SharedWords, Places]:
    """Shared words of all pairs and the places of frequent runs."""
    found = list(recurring_runs(keys, word_runs(_RUN)))
    places = frequent_places(found, _SETTINGS.formula_articles)
    return shared_words(keys, found, _RUN, _SETTINGS.formula_articles, _SETTINGS.joined_articles), places


def _changed(
    keys: CorpusKeys,
    dead: NDArray[np.bool_],
    gone: Places,
    moved: Places,
    common: tuple[Numbers, Numbers],
    before: tuple[Numbering, int],
    after: tuple[Numbering, int],
    known: Joined,
) -> Joined:
    """The records after a change: articles came, some went, some moved: their numbers are others.

    Args:
        keys: the corpus with the new articles.
        dead: of each old article, whether it had gone before.
        gone: old articles that go now.
        moved: old articles that hold words which are common words now and were none, or were and are none.
        common: the common words before and after.
        before: how the old articles were numbered, and the most articles of a number.
        after: how all are numbered now.
        known: what was found before.
    """
    first, shift, most = len(dead), known.shift, after[1]
    went, came = (
        r.members(keys, own, numbering, shift)[0]
        for own, numbering in ((gone, before[0]), (np.arange(first, keys.n_articles), after[0]))
    )
    was, now = (r.members(keys, moved, numbering, shift) for numbering in (before[0], after[0]))
    moving = _moving(r.subset(keys, moved), was, now, common)
    sought = r.Sought(different(np.concatenate([went.numbers, came.numbers, moving])), shift)
    apart = dead.copy()
    apart[gone] = apart[moved] = True
    held = r.holders(keys, after[0], sought, apart)
    old, own = (
        r.records(np.concatenate([held, *(r.packed(sought, part) for part in parts)]), most)
        for parts in ((went, was[0]), (came, now[0]))
    )
    found = r.replaced(known.records, old, own)
    pairs = different(np.concatenate([old, own]) >> SPREAD_BITS)
    more = r.pair_counts(found, pairs, _SETTINGS.least_shared, _SETTINGS.least_rarity)
    codes = r.codes_of(known.pairs.articles, known.pairs.others)
    kept = ~r.among(codes, pairs.astype(np.int64))
    at = r.codes_of(more.articles, more.others)
    columns = zip(known.pairs, more, strict=True)
    counted = PairCounts(*(r.inserted(old[kept], at, new, codes[kept]) for old, new in columns))
    return Joined(found, counted, shift)


def _moving(keys: CorpusKeys, was: tuple[r.Members, Places], now: tuple[r.Members, Places], common: _Common) -> Numbers:
    """The numbers that some articles hold only before, or only after, the common words changed; some others too."""
    near = _near(keys, *common)
    numbers, mixed = [], []
    for own, places in (was, now):
        chosen = near[places]
        numbers.append(own.numbers[chosen])
        mixed.append(numbers[-1] * np.uint64(HASH_FACTOR) + own.articles[chosen].astype(np.uint64))
    return np.concatenate([a[~np.isin(b, c)] for a, b, c in zip(numbers, mixed, mixed[::-1], strict=True)])


def _near(keys: CorpusKeys, before: Numbers, after: Numbers) -> NDArray[np.bool_]:
    """Which words may make other pairs when the common words change: those shortly before one that is concerned.

    If more than `reach` words lie between that are content words before and after, nothing changes.
    """
    content = ~is_among(keys.numbers, np.union1d(before, after))
    places = np.flatnonzero(is_among(keys.numbers, np.setxor1d(before, after)))
    if not len(places):
        return np.zeros(keys.n_words, dtype=bool)
    words = np.cumsum(content)
    here = np.arange(keys.n_words)
    after_it = places[np.minimum(np.searchsorted(places, here), len(places) - 1)]
    return (after_it >= here) & (words[after_it] - words <= _SETTINGS.reach)


def _crossing(was: Runs, old_numbers: Numbers, runs: Runs, numbers: Numbers) -> NDArray[np.bool_]:
    """Which groups of before are now formulae or none, or join pairs or do not, as they did not."""
    at = np.minimum(np.searchsorted(numbers, old_numbers), max(0, len(numbers) - 1))
    now = np.zeros(len(old_numbers), dtype=np.int64)
    if len(numbers):
        now = np.where(numbers[at] == old_numbers, runs.spread[at], 0)
    limits = (_SETTINGS.formula_articles, _SETTINGS.joined_articles)
    return np.logical_or.reduce([(was.spread > limit) != (now > limit) for limit in limits])


def _spread(keys: CorpusKeys, frequent: w.Frequent) -> tuple[Numbers, Places]:
    begins = np.flatnonzero(new_values(frequent.numbers))
    new = new_values(keys.articles_at(frequent.places), begins)
    return frequent.numbers[begins], np.add.reduceat(new, begins, dtype=np.int64) if len(begins) else begins


def _ranked(pairs: PairCounts, rank: Places) -> PairCounts:
    articles, others = rank[pairs.articles], rank[pairs.others]
    low, high = np.minimum(articles, others), np.maximum(articles, others)
    order = np.argsort(low * len(rank) + high)
    return PairCounts(low[order], high[order], pairs.counts[order], pairs.rarity[order])
