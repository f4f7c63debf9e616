"""The table of candidates: what every pair shares, for those that the sieve keeps."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.candidates.buckets import Bins
from helpers.candidates.formulae import Formulae, formulae, frequent_places
from helpers.candidates.joins import PairCounts, SharedWords, joined, pairs_sharing, shared_by_range
from helpers.candidates.keys import CorpusKeys, Numbers, Places
from helpers.candidates.numbering import commonest, is_among, word_pairs, word_runs
from helpers.candidates.recurring import Runs, different, gatherings, recurring_runs
from helpers.candidates.settings import CandidateSettings
from helpers.candidates.sieve import Weak, scores, sieved

REASONS = ("shared runs", "rare runs", "rare word pairs")
_HALF, _LOWER = np.uint64(32), np.uint64((1 << 32) - 1)
_PARTS = 16  # of what the exact join gives, in a bin
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
    table, frequent = _searched(keys, settings, progress)
    return Found(table, formulae(keys, frequent, settings.run_words, settings.formula_articles))


def _searched(
    keys: CorpusKeys, settings: CandidateSettings, progress: Callable[[int], object]
) -> tuple[pd.DataFrame, Places]:
    """The candidates, and the places of formulae; what was needed for them goes."""
    with Bins(keys.n_words) as kept, ThreadPoolExecutor(2) as pool:  # numpy sorts without the interpreter's lock
        exact = pool.submit(_exact, keys, settings, kept)
        rare = pool.submit(rare_runs, keys, settings)
        content = pool.submit(rare_word_pairs, keys, settings)
        for join in (exact, rare, content):
            join.add_done_callback(lambda _: progress(1))
        parts, strong, frequent = exact.result()
        rows = (_unpacked(kept.taken(part)) for part in range(parts))
        wanted = different(np.concatenate([strong, _codes(keys, rare.result()), _codes(keys, content.result())]))
        shared = _only(keys, rows, wanted)
        return chosen(keys, shared, rare.result(), content.result(), settings), frequent


def _exact(keys: CorpusKeys, settings: CandidateSettings, kept: Bins) -> tuple[int, Numbers, Places]:
    """Shared words of all pairs, and the places of formulae, in one pass.

    Most pairs share a formula and nothing else, and there may be hundreds of them for each article: they are put away
    until it is known which pairs something else speaks for.

    Returns:
        How many of the bins hold rows; codes of the pairs that share so much that nothing else is asked, ascending;
        places.
    """
    frequent: list[Places] = []

    def noted(runs: Runs) -> Runs:
        frequent.append(frequent_places([runs], settings.formula_articles))
        return runs

    found = map(noted, recurring_runs(keys, word_runs(settings.run_words)))
    limits = settings.run_words, settings.formula_articles, settings.joined_articles
    strong, part = [np.empty(0, np.uint64)], 0
    for part, rows in enumerate(shared_by_range(keys, found, *limits)):
        kept.put(part // _PARTS, _packed(rows))
        strong.append(_codes(keys, rows)[_is_strong(keys, rows, settings)])
    return part // _PARTS + 1, different(np.concatenate(strong)), np.sort(np.concatenate(frequent))


def _packed(rows: SharedWords) -> Numbers:
    """The rows as half as many numbers: all columns are below 2^32."""
    articles, others, words, own_words = (column.astype(np.uint64) for column in rows)
    return np.stack([articles << _HALF | others, words << _HALF | own_words], axis=1).ravel()


def _unpacked(numbers: Numbers) -> SharedWords:
    pairs, words = numbers.reshape(-1, 2).T
    halves = (pairs >> _HALF, pairs & _LOWER, words >> _HALF, words & _LOWER)
    return SharedWords(*(half.astype(np.int32) for half in halves))


def _only(keys: CorpusKeys, parts: Iterable[SharedWords], wanted: Numbers) -> SharedWords:
    """The rows of some pairs, given by codes, ascending."""
    results = []
    for rows in parts:
        inside = is_among(_codes(keys, rows), wanted)
        results.append([column[inside] for column in rows])
    return SharedWords(*joined(results))


def _codes(keys: CorpusKeys, rows: SharedWords | PairCounts | Weak) -> Numbers:
    """A number for each pair of articles: ascending where pairs are sorted by the lower article, then the higher."""
    low, high = np.minimum(rows.articles, rows.others), np.maximum(rows.articles, rows.others)
    return low.astype(np.uint64) * np.uint64(keys.n_articles) + high.astype(np.uint64)


def _ends(keys: CorpusKeys, codes: Numbers) -> tuple[Places, Places]:
    """The lower and the higher article of pairs given by code."""
    low, high = np.divmod(codes, np.uint64(max(1, keys.n_articles)))
    return low.astype(np.int64), high.astype(np.int64)


def _is_strong(keys: CorpusKeys, rows: SharedWords, settings: CandidateSettings) -> NDArray[np.bool_]:
    """Whether each article shares so much with the other that nothing else is asked of the pair."""
    lengths = keys.lengths[rows.articles]
    least = settings.least_share
    return (rows.own_words / lengths >= least) | (rows.words / lengths >= 2 * least)


def chosen(
    keys: CorpusKeys, shared: SharedWords, rare: PairCounts, content: PairCounts, settings: CandidateSettings
) -> pd.DataFrame:
    """The candidates among the pairs that the joins found (see `candidates`); of `keys` the lengths alone are read.

    Args:
        keys: the corpus.
        shared: by other article, then article, of all pairs that may be candidates.
        rare: by article, then other.
        content: likewise.
        settings: see `CandidateSettings`.
    """
    strong = different(_codes(keys, shared)[_is_strong(keys, shared, settings)])
    weak = _weak(keys, strong, rare, content, settings)
    kept = sieved(weak, round(settings.per_article * keys.n_articles) - len(strong), settings.nearest)
    codes = np.sort(np.concatenate([strong, _codes(keys, Weak(*(column[kept] for column in weak)))]))
    del weak, kept
    return _described(keys, codes, is_among(codes, strong), shared, rare, content)


def rare_runs(keys: CorpusKeys, settings: CandidateSettings) -> PairCounts:
    """The rare runs that pairs share."""
    found = gatherings(keys, word_runs(settings.rare_words), settings.rare_articles)
    return pairs_sharing(keys, found, settings.least_shared, settings.least_rarity)


def rare_word_pairs(keys: CorpusKeys, settings: CandidateSettings, common: Numbers | None = None) -> PairCounts:
    """The rare pairs of content words that pairs share; `common` are the commonest words, if they are known."""
    common = commonest(keys, settings.common_words) if common is None else common
    found = gatherings(keys, word_pairs(common, settings.reach), settings.pair_articles)
    return pairs_sharing(keys, found, settings.least_shared, settings.least_rarity)


def _weak(
    keys: CorpusKeys, strong: Numbers, rare: PairCounts, content: PairCounts, settings: CandidateSettings
) -> Weak:
    """The pairs of `rare` and `content` that are not strong and have the least score, some articles at a time."""
    results = [[np.empty(0, kind) for kind in (np.int32, np.int32, np.float64, np.float64)]]
    for span in keys.ranges():
        pairs = [_of_range(found, *span) for found in (rare, content)]
        counted = [_codes(keys, own) for own in pairs]
        codes = different(np.concatenate(counted))
        codes = codes[~is_among(codes, strong)]
        runs, words = (_looked_up(codes, own, found.rarity) for own, found in zip(counted, pairs, strict=True))
        articles, others = _ends(keys, codes)
        score, closeness = scores(runs, words, keys.lengths[articles], keys.lengths[others])
        kept = score >= settings.least_score
        columns = articles.astype(np.int32), others.astype(np.int32), score, closeness
        results.append([column[kept] for column in columns])
    return Weak(*joined(results))


def _of_range(pairs: PairCounts, first: int, stop: int) -> PairCounts:
    """The pairs of some lower articles."""
    edges = np.array([first, stop], pairs.articles.dtype)  # of another type, all would be copied
    own = slice(*np.searchsorted(pairs.articles, edges))
    return PairCounts(*(column[own] for column in pairs))


def _described(
    keys: CorpusKeys,
    codes: Numbers,
    strong: NDArray[np.bool_],
    shared: SharedWords,
    rare: PairCounts,
    content: PairCounts,
) -> pd.DataFrame:
    """One row per pair, with what all joins say of it (see `candidates`).

    Args:
        keys: the corpus.
        codes: of the pairs, ascending.
        strong: which of them are so by their shares.
        shared: see `chosen`.
        rare: see `chosen`.
        content: see `chosen`.
    """
    article, other = _ends(keys, codes)
    columns: dict[str, NDArray[Any]] = dict.fromkeys(_SHARES, np.empty(0))
    of_shared, forward = _codes(keys, shared), shared.articles < shared.others
    for own, names in ((forward, _SHARES[::2]), (~forward, _SHARES[1::2])):
        rows = np.flatnonzero(own)[np.argsort(of_shared[own])]
        lengths = keys.lengths[shared.articles[rows]]
        for name, words in zip(names, (shared.words, shared.own_words), strict=True):
            columns[name] = _looked_up(codes, of_shared[rows], words[rows] / lengths)
    rarity = {}
    for name, pairs in (("rare_runs", rare), ("word_pairs", content)):
        counted = _codes(keys, pairs)
        columns[name] = _looked_up(codes, counted, pairs.counts).astype(np.int64)
        rarity[name] = _looked_up(codes, counted, pairs.rarity)
    columns["score"], _ = scores(rarity["rare_runs"], rarity["word_pairs"], keys.lengths[article], keys.lengths[other])
    more_runs = columns["rare_runs"] > columns["word_pairs"]
    reason = np.where(strong, 0, np.where(more_runs, 1, 2))
    table = pd.DataFrame({"article": article, "other": other, **columns})
    return table.assign(reason=pd.array(REASONS, dtype="str").take(reason))


def _looked_up(wanted: Numbers, codes: Numbers, values: NDArray[Any]) -> NDArray[Any]:
    """The value of each wanted code, 0 where it has none; `codes` are ascending."""
    found = np.zeros(len(wanted), values.dtype)
    at = np.searchsorted(codes, wanted)
    known = at < len(codes)
    known[known] = codes[at[known]] == wanted[known]
    found[known] = values[at[known]]
    return found


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
