"""The table of candidates: what every pair shares, and the sieve that decides which pairs are aligned."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.candidates.formulae import Formulae, formulae, frequent_places
from helpers.candidates.joins import PairCounts, SharedWords, pairs_sharing, shared_words
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import commonest, word_pairs, word_runs
from helpers.candidates.recurring import Runs, different, gatherings, recurring_runs
from helpers.candidates.settings import CandidateSettings

REASONS = ("shared runs", "rare runs", "rare word pairs")
_SHARES = ("share", "other_share", "own_share", "other_own_share")


class Found(NamedTuple):
    """The candidates (see `candidates`) and the corpus' formulae."""

    candidates: pd.DataFrame
    formulae: Formulae


def candidates(
    keys: CorpusKeys,
    settings: CandidateSettings | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> Found:
    """Which pairs of articles deserve alignment.

    A pair is taken if it shares `least_share` of either article in runs of `run_words` words (formulae left out), or
    twice that with formulae. The others are ranked by score: the rarity (see `PairCounts`) of the rare runs and rare
    word pairs they share, over the square root of the words of the shorter article.
    They are taken from the highest score down to `least_score`, as long as there are at most `per_article` pairs per
    article in all; pairs of equal score are taken together or not at all.

    Args:
        keys: the corpus.
        settings: see `CandidateSettings`.
        progress: told of each of three joins that it is done.

    Returns:
        One row per pair, sorted by article, other: article and other (indices, article < other), share and
        other_share (of the words of each in shared runs), own_share and other_own_share (the same without formulae),
        rare_runs, word_pairs, score, reason. Counts below `least_shared` are 0.
    """
    settings = settings or CandidateSettings()
    with ThreadPoolExecutor(2) as pool:  # numpy sorts without the interpreter's lock
        exact = pool.submit(_exact, keys, settings)
        rare = pool.submit(rare_runs, keys, settings)
        content = pool.submit(rare_word_pairs, keys, settings)
        for join in (exact, rare, content):
            join.add_done_callback(lambda _: progress(1))
        shared, frequent = exact.result()
        table = chosen(keys, shared, rare.result(), content.result(), settings)
    return Found(table, formulae(keys, frequent, settings.run_words, settings.formula_articles))


def chosen(
    keys: CorpusKeys, shared: SharedWords, rare: PairCounts, content: PairCounts, settings: CandidateSettings
) -> pd.DataFrame:
    """The candidates among the pairs that the joins found (see `candidates`); of `keys` the lengths alone are read."""
    table = _merged(keys, shared, rare, content, settings)
    return _sieved(table, round(settings.per_article * keys.n_articles), settings)


def _exact(keys: CorpusKeys, settings: CandidateSettings) -> tuple[SharedWords, Places]:
    """Shared words of all pairs, and the places of formulae, in one pass."""
    frequent: list[Places] = []

    def noted(runs: Runs) -> Runs:
        frequent.append(frequent_places([runs], settings.formula_articles))
        return runs

    found = map(noted, recurring_runs(keys, word_runs(settings.run_words)))
    shared = shared_words(keys, found, settings.run_words, settings.formula_articles, settings.joined_articles)
    return shared, np.sort(np.concatenate(frequent))


def rare_runs(keys: CorpusKeys, settings: CandidateSettings) -> PairCounts:
    """The rare runs that pairs share."""
    found = gatherings(keys, word_runs(settings.rare_words), settings.rare_articles)
    return pairs_sharing(keys, found, settings.least_shared)


def rare_word_pairs(keys: CorpusKeys, settings: CandidateSettings, common: Numbers | None = None) -> PairCounts:
    """The rare pairs of content words that pairs share; `common` are the commonest words, if they are known."""
    common = commonest(keys, settings.common_words) if common is None else common
    numbering = word_pairs(common, settings.reach)
    return pairs_sharing(keys, gatherings(keys, numbering, settings.pair_articles), settings.least_shared)


def _merged(
    keys: CorpusKeys, shared: SharedWords, rare: PairCounts, content: PairCounts, settings: CandidateSettings
) -> pd.DataFrame:
    """One row per pair that any join found, with what all joins say of it."""
    n = keys.n_articles
    forward = shared.articles < shared.others
    backward = np.flatnonzero(~forward)  # sorted by the lower article, then the higher: the order of codes
    ordered = shared.others[backward] * n + shared.articles[backward]
    forward_codes = shared.articles[forward] * n + shared.others[forward]
    order = np.flatnonzero(forward)[np.argsort(forward_codes)]
    lengths = keys.lengths
    shares = [
        column[rows] / lengths[shared.articles[rows]]
        for column in (shared.words, shared.own_words)
        for rows in (order, backward)
    ]
    strong = np.maximum(shares[2], shares[3]) >= settings.least_share
    strong |= np.maximum(shares[0], shares[1]) >= 2 * settings.least_share
    counted = [pairs.articles * n + pairs.others for pairs in (rare, content)]
    every: Places = np.concatenate([ordered[strong], *counted])
    codes = different(every)
    columns = {name: _looked_up(codes, ordered, share) for name, share in zip(_SHARES, shares, strict=True)}
    for name, code, pairs in zip(("rare_runs", "word_pairs"), counted, (rare, content), strict=True):
        columns[name] = _looked_up(codes, code, pairs.counts)
    rarity = sum(_looked_up(codes, code, pairs.rarity) for code, pairs in zip(counted, (rare, content), strict=True))
    article, other = np.divmod(codes, max(1, n))
    columns["score"] = rarity / np.sqrt(np.maximum(1, np.minimum(lengths[article], lengths[other])))
    return pd.DataFrame({"article": article, "other": other, **columns})


def _looked_up(wanted: Places, codes: Places, values: NDArray[np.generic]) -> NDArray[np.generic]:
    """The value of each wanted code, 0 where it has none; `codes` are ascending."""
    found = np.zeros(len(wanted), values.dtype)
    at = np.searchsorted(codes, wanted)
    known = at < len(codes)
    known[known] = codes[at[known]] == wanted[known]
    found[known] = values[at[known]]
    return found


def _sieved(table: pd.DataFrame, most: int, settings: CandidateSettings) -> pd.DataFrame:
    """The pairs that are kept, with score and reason."""
    score = table["score"].to_numpy()
    shares = [table[name].to_numpy() for name in _SHARES]
    strong = np.maximum(shares[2], shares[3]) >= settings.least_share
    strong |= np.maximum(shares[0], shares[1]) >= 2 * settings.least_share
    others = np.sort(score[~strong])[::-1]
    room = max(0, most - int(strong.sum()))
    least = max(settings.least_score, np.nextafter(others[room], np.inf) if room < len(others) else 0.0)
    more_runs = table["rare_runs"].to_numpy() > table["word_pairs"].to_numpy()
    reason = np.where(strong, REASONS[0], np.where(more_runs, REASONS[1], REASONS[2]))
    table = table.assign(reason=pd.Series(reason, dtype="str"))
    return table[strong | (score >= least)].reset_index(drop=True)


def pair_share(keys: CorpusKeys, pairs: Sequence[tuple[int, int]], n: int) -> NDArray[np.float64]:
    """Share of each first article's words in runs of `n` words shared with the second, formulae of any spread counted.

    For pairs that have formulae which stand in more than `joined_articles` articles: some 10,000 pairs a second.
    """
    shares = np.zeros(len(pairs))
    numbering = word_runs(n)
    for row, (article, other) in enumerate(pairs):
        own, theirs = (numbering(keys, index, index + 1) for index in (article, other))
        covered = np.zeros(int(keys.lengths[article]) + n, dtype=bool)
        places = own.places[np.isin(own.numbers, theirs.numbers)] - keys.offsets[article]
        covered[(places[:, None] + np.arange(n)).ravel()] = True
        shares[row] = covered.sum() / max(1, keys.lengths[article])
    return shares
