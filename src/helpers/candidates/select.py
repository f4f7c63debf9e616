"""The table of candidates: what every pair shares, and the sieve that decides which pairs are aligned."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.candidates.formulae import Formulae, formulae, frequent_places
from helpers.candidates.joins import PairCounts, SharedWords, pairs_sharing, shared_words
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import commonest, word_pairs, word_runs
from helpers.candidates.recurring import Runs, different, gatherings, new_values, recurring_runs
from helpers.candidates.settings import CandidateSettings

REASONS = ("shared runs", "rare runs", "rare word pairs")
RUN_WEIGHT = 2.0
"""Of rare runs in the score."""
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
    twice that with formulae. The others need a score (see `scores`) of `least_score`; first come those that are among
    the `nearest` of either article, then the rest, each from the highest score down, as long as there are at most
    `per_article` pairs per article in all. Pairs of equal score are taken together or not at all.

    Args:
        keys: the corpus.
        settings: see `CandidateSettings`.
        progress: told of each of three joins that it is done.

    Returns:
        One row per pair, sorted by article, other: article and other (indices, article < other), share and
        other_share (of the words of each in shared runs), own_share and other_own_share (the same without formulae),
        rare_runs, word_pairs, score, reason. Counts below `least_shared`, or of what is not rare enough, are 0.
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
    return pairs_sharing(keys, found, settings.least_shared, settings.least_rarity)


def rare_word_pairs(keys: CorpusKeys, settings: CandidateSettings, common: Numbers | None = None) -> PairCounts:
    """The rare pairs of content words that pairs share; `common` are the commonest words, if they are known."""
    common = commonest(keys, settings.common_words) if common is None else common
    found = gatherings(keys, word_pairs(common, settings.reach), settings.pair_articles)
    return pairs_sharing(keys, found, settings.least_shared, settings.least_rarity)


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
    strong = _strong(shares, settings)
    counted = [pairs.articles * n + pairs.others for pairs in (rare, content)]
    every: Places = np.concatenate([ordered[strong], *counted])
    codes = different(every)
    columns = {name: _looked_up(codes, ordered, share) for name, share in zip(_SHARES, shares, strict=True)}
    for name, code, pairs in zip(("rare_runs", "word_pairs"), counted, (rare, content), strict=True):
        columns[name] = _looked_up(codes, code, pairs.counts)
    runs, words = (_looked_up(codes, *found) for found in zip(counted, (rare.rarity, content.rarity), strict=True))
    article, other = np.divmod(codes, max(1, n))
    columns["score"], columns["closeness"] = scores(runs, words, lengths[article], lengths[other])
    return pd.DataFrame({"article": article, "other": other, **columns})


def _looked_up(wanted: Places, codes: Places, values: NDArray[Any]) -> NDArray[Any]:
    """The value of each wanted code, 0 where it has none; `codes` are ascending."""
    found = np.zeros(len(wanted), values.dtype)
    at = np.searchsorted(codes, wanted)
    known = at < len(codes)
    known[known] = codes[at[known]] == wanted[known]
    found[known] = values[at[known]]
    return found


def _sieved(table: pd.DataFrame, most: int, settings: CandidateSettings) -> pd.DataFrame:
    """The pairs that are kept, with score and reason."""
    article, other, score, closeness = (table[name].to_numpy() for name in ("article", "other", "score", "closeness"))
    strong = _strong([table[name].to_numpy() for name in _SHARES], settings)
    weak = np.flatnonzero(~strong & (score >= settings.least_score))
    near = np.zeros(len(table), dtype=bool)
    near[weak] = nearest(article[weak], other[weak], closeness[weak], settings.nearest)
    rest = np.zeros(len(table), dtype=bool)
    rest[weak] = ~near[weak]
    room = most - int(strong.sum())
    kept = strong | _highest(score, near, room) | _highest(score, rest, room - int(near.sum()))
    more_runs = table["rare_runs"].to_numpy() > table["word_pairs"].to_numpy()
    reason = np.where(strong, REASONS[0], np.where(more_runs, REASONS[1], REASONS[2]))
    table = table.assign(reason=pd.Series(reason, dtype="str"))
    return table[kept].drop(columns="closeness").reset_index(drop=True)


def _strong(shares: Sequence[NDArray[np.float64]], settings: CandidateSettings) -> NDArray[np.bool_]:
    """Which pairs share so much (`_SHARES`) that nothing else is asked."""
    share, other_share, own_share, other_own_share = shares
    strong = np.maximum(own_share, other_own_share) >= settings.least_share
    return strong | (np.maximum(share, other_share) >= 2 * settings.least_share)


def scores(
    runs: NDArray[np.float64], pairs: NDArray[np.float64], lengths: Places, others: Places
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score and closeness of pairs of articles, from the rarity of the rare runs and word pairs they share.

    The score, by which all pairs are ordered, goes by the shorter article and trusts runs: of real articles it finds
    the pairs with most passages. Closeness, by which those of one article are, trusts word pairs, which a copy keeps
    whose words were moved, and goes by both lengths.

    >>> scores(np.array([1.0]), np.array([2.0]), np.array([100]), np.array([400]))
    (array([0.4]), array([0.0125]))
    """
    shorter = np.maximum(1, np.minimum(lengths, others))
    score = (RUN_WEIGHT * runs + pairs) / np.sqrt(shorter)
    return score, (0.5 * runs + pairs) / np.sqrt(np.maximum(1, lengths * others))


def nearest(articles: Places, others: Places, closeness: NDArray[np.float64], n: int) -> NDArray[np.bool_]:
    """Which pairs have fewer than `n` closer ones, among the pairs of either article.

    >>> nearest(np.array([0, 0, 0, 1]), np.array([1, 2, 3, 3]), np.array([3.0, 2.0, 1.0, 2.0]), 1).tolist()
    [True, True, False, True]
    """
    order = np.argsort(-closeness, kind="stable")
    ends = np.stack([articles[order], others[order]], axis=1).ravel()
    by_end = np.argsort(ends, kind="stable")
    ends, values = ends[by_end], np.repeat(closeness[order], 2)[by_end]
    rows, first = np.arange(len(ends)), new_values(ends)
    closer = np.maximum.accumulate(np.where(first | new_values(values), rows, 0))
    closer -= np.maximum.accumulate(np.where(first, rows, 0))
    near = np.zeros(len(order), dtype=bool)
    near[order[by_end[closer < n] // 2]] = True
    return near


def _highest(score: NDArray[np.float64], group: NDArray[np.bool_], room: int) -> NDArray[np.bool_]:
    """Which pairs of a group are its highest, at most so many; equal ones together or not at all."""
    values = np.sort(score[group])[::-1]
    room = max(0, room)
    return group & (score > values[room]) if room < len(values) else group


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
