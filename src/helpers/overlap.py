"""From passages to shares: which words of an article stand in a passage, of which kind, from which source.

Shares count words, never the length of a bridged block. Overlap is not direction.

An article that its outlet published twice (`duplicate_of`, see `duplicates`) is one article: neither print is a
source of the other, and in shares of outlets it counts once. The same text at two outlets is copying and counts.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from helpers import tables
from helpers.calibration import derived_score, floor, interval, label
from helpers.candidates.keys import CorpusKeys, corpus_keys
from helpers.prose import ProseWords, word_counts
from helpers.shares import KINDS, count_kinds, looked_up, numbered_pairs, row_ranges, union_lengths, word_places
from helpers.similarity import containments
from helpers.size import is_large
from helpers.spoken import Reused

FEW = 14
"""Up to this many rows a heatmap keeps the order of the alphabet."""
_SCORED = 1 << 12
"""Pairs whose `derived_score` is found at once: the runs of their words take some 70 MB."""
_OUTLETS = {"article_id": "str", "source_outlet": "str"}
_KINDS = ("verbatim", "edited", "paraphrased")


def bridged_table(corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> pd.DataFrame:
    """Share of an article in its passages, and in its blocks, for every ordered pair that has any.

    A block reaches from its first word to its last, whatever stands between: what tools that merge matches count.
    """
    pairs, groups = numbered_pairs(passages)
    places = word_places(corpus, passages)
    edges = places.groupby([groups, passages["block"].to_numpy()]).agg({"first": "min", "stop": "max"})
    first, stop = edges["first"].to_numpy(), edges["stop"].to_numpy()
    words = np.array([len(corpus[article]) for article in pairs["article_id"]], dtype=np.int64)
    tight = count_kinds(passages, places, groups, len(pairs))["reused"].to_numpy()
    bridged = union_lengths(edges.index.get_level_values(0).to_numpy(), first, stop, len(pairs))
    return pairs.assign(reused_share=_ratio(tight, words), bridged_share=_ratio(bridged, words))


def overlap_table(
    corpus: Mapping[str, ProseWords],
    passages: pd.DataFrame,
    formulaic: Mapping[str, np.ndarray] | None = None,
    every_pair: bool | None = None,
    found: Reused | None = None,
) -> pd.DataFrame:
    """The table `overlap`: one row per ordered pair of different articles; of a large corpus, pairs with passages.

    Args:
        corpus: prose words by article.
        passages: the table of that name.
        formulaic: which words of an article are formulae (see `candidates.formulaic_words`).
        every_pair: whether pairs without passages have rows; by default those of a small corpus.
        found: the words of the passages, if they are known; found with `formulaic`.
    """
    found = found or Reused.of(corpus, passages, formulaic)
    words = word_counts(corpus)
    counted = (_pair_counts(passages.iloc[rows], found.among(rows)) for rows in row_ranges(passages))
    if every_pair or (every_pair is None and not is_large(len(corpus))):
        every = pd.DataFrame(permutations(sorted(corpus), 2), columns=["article_id", "source_id"], dtype="str")
        table = every.merge(pd.concat(counted), how="left", on=["article_id", "source_id"])
        counts = table.columns[2:]
        table[counts] = table[counts].fillna(0).astype("int64")
        return _pair_shares(table, words)
    return pd.concat([_pair_shares(part, words) for part in counted], ignore_index=True)


def _pair_shares(table: pd.DataFrame, lengths: Mapping[str, int]) -> pd.DataFrame:
    """The table `overlap` from the counts of each pair (see `_pair_counts`) and the words of each article."""
    words = looked_up(table["article_id"], lengths)
    return pd.DataFrame(
        {
            "article_id": table["article_id"],
            "source_id": table["source_id"],
            "n_words": words,
            "reused_words": table["reused"],
            "reused_share": _ratio(table["reused"].to_numpy(), words),
            "without_formulae": _ratio(table["plain"].to_numpy(), words),
            **{f"{kind}_share": _ratio(table[kind].to_numpy(), words) for kind in _KINDS},
            "quoted_share": _ratio(table["quoted"].to_numpy(), words),
            "longest_verbatim_words": table["longest_verbatim_words"],
        }
    )


def _pair_counts(passages: pd.DataFrame, found: Reused) -> pd.DataFrame:
    """The words that each ordered pair shares (see `_counts`), and those of its longest verbatim passage."""
    pairs, groups = numbered_pairs(passages)
    verbatim = passages["n_words"].to_numpy() * (passages["kind"] == "verbatim").to_numpy()
    longest = np.zeros(len(pairs), dtype=np.int64)
    np.maximum.at(longest, groups, verbatim)
    counts = _counts(passages, found, groups, len(pairs))
    return pd.concat([pairs, counts.assign(longest_verbatim_words=longest)], axis=1)


def _counts(passages: pd.DataFrame, found: Reused, groups: np.ndarray, n_groups: int) -> pd.DataFrame:
    """How many words the passages of each group cover (see `count_kinds`), and how many of them are shared speech."""
    row, first, stop = (found.speech[name].to_numpy() for name in ("row", "first", "stop"))
    quoted = union_lengths(groups[row], first, stop, n_groups).astype(np.int64)
    return count_kinds(passages, found.places, groups, n_groups).assign(quoted=quoted)


def cluster_order(shares: pd.DataFrame) -> list[str]:
    """Names so ordered that those which share much stand side by side; few stay in alphabetical order.

    Args:
        shares: square; share of the row found in the column.
    """
    names = sorted(shares.index)
    if len(names) <= FEW:
        return names
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    matrix = shares.reindex(names, columns=names).fillna(0.0).to_numpy()
    distance = 1.0 - np.maximum(matrix, matrix.T)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance.clip(0.0), checks=False), method="average", optimal_ordering=True)
    return [names[leaf] for leaf in leaves_list(tree)]


def source_overlap_table(
    articles: pd.DataFrame,
    corpus: Mapping[str, ProseWords],
    passages: pd.DataFrame,
    places: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table `source_overlap`: words of an outlet's articles found in any article of another outlet.

    Of articles that an outlet published more than once, the first counts, in `articles` too. `places` are those of the
    passages (see `shares.word_places`), if they are known.
    """
    return of_outlets(articles, word_counts(corpus), outlet_words(outlets(articles), corpus, passages, places))


def outlet_words(
    outlet: Mapping[str, str],
    corpus: Mapping[str, ProseWords],
    passages: pd.DataFrame,
    places: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Words that an article shares with articles of an outlet: article_id, source_outlet, words."""
    places = word_places(corpus, passages) if places is None else places
    parts = []
    for part in row_ranges(passages):
        rows = passages.iloc[part]
        codes, names = pd.factorize(rows["source_id"])
        told, different = pd.factorize(np.array([outlet[name] for name in names], dtype=object))
        own = rows[["article_id"]].assign(source_outlet=pd.Categorical.from_codes(told[codes], different))
        parts.append(words_from_outlets(corpus, own, places.iloc[part]).astype(_OUTLETS))
    return pd.concat(parts, ignore_index=True)


def words_from_outlets(
    corpus: Mapping[str, ProseWords], passages: pd.DataFrame, places: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Per article and `source_outlet` of its passages: the words that stand in any of these."""
    pairs, groups = numbered_pairs(passages, "source_outlet")
    places = word_places(corpus, passages) if places is None else places
    words = union_lengths(groups, places["first"].to_numpy(), places["stop"].to_numpy(), len(pairs))
    return pairs.assign(words=words.astype(np.int64))


def of_outlets(
    articles: pd.DataFrame, words: Mapping[str, int], shared: pd.DataFrame, same: list[list[str]] | None = None
) -> pd.DataFrame:
    """The table `source_overlap` from the words of each article and those it shares with outlets (`outlet_words`)."""
    outlet = outlets(articles)
    prints = [group[0] for group in same or same_article(articles)]
    pairs = shared[shared["article_id"].isin(prints)]
    pairs = pairs.assign(outlet=pairs["article_id"].map(outlet))
    own = pd.DataFrame({"outlet": [outlet[name] for name in prints], "words": [words[name] for name in prints]})
    return shares_of_outlets(
        own.groupby("outlet")["words"].agg(["size", "sum"]),
        pairs.groupby(["outlet", "source_outlet"])["words"].sum(),
    )


def shares_of_outlets(totals: pd.DataFrame, reused: pd.Series) -> pd.DataFrame:
    """The table `source_overlap`.

    Args:
        totals: articles (`size`) and words (`sum`) by outlet.
        reused: words found in articles of another, by outlet and source_outlet.
    """
    names = sorted(totals.index)
    shown = sorted(reused.index) if is_large(len(names)) else list(permutations(names, 2))
    shown = [pair for pair in shown if pair[0] != pair[1]]
    table = pd.DataFrame(shown, columns=["outlet", "source_outlet"], dtype="str")
    total = totals.loc[table["outlet"]]
    found = reused.reindex(pd.MultiIndex.from_frame(table)).fillna(0).to_numpy(dtype=np.int64)
    return table.assign(articles=total["size"].to_numpy(), reused_share=_ratio(found, total["sum"].to_numpy()))


def outlets(articles: pd.DataFrame) -> dict[str, str]:
    """The outlet of each article; an article of no known outlet stands for itself."""
    names = articles["article_id"]
    return dict(zip(names.tolist(), articles["outlet"].fillna(names).tolist(), strict=True))


def same_article(articles: pd.DataFrame) -> list[list[str]]:
    """The prints of every article: those of one outlet that are duplicates of each other, in the table's order.

    >>> table = pd.DataFrame({"article_id": list("abc"), "outlet": ["X", "Y", "Y"], "duplicate_of": [None, "a", "a"]})
    >>> same_article(table)
    [['a'], ['b', 'c']]
    """
    outlet = outlets(articles)
    first = articles["duplicate_of"].fillna(articles["article_id"])
    prints: dict[tuple[str, str], list[str]] = {}
    for article, original in zip(articles["article_id"].tolist(), first.tolist(), strict=True):
        prints.setdefault((outlet[article], original), []).append(article)
    return list(prints.values())


def between_articles(pairs: pd.DataFrame, same: Collection[Collection[str]]) -> pd.DataFrame:
    """The rows of a table of pairs (`article_id`, `source_id`) that are not two prints of one article.

    Args:
        pairs: `passages` or `overlap`.
        same: the prints of every article (see `same_article`).
    """
    return pairs[_apart(pairs, same)]


def _apart(pairs: pd.DataFrame, same: Collection[Collection[str]]) -> np.ndarray:
    """Which pairs are not two prints of one article."""
    group = {article: number for number, prints in enumerate(same) if len(prints) > 1 for article in prints}
    own, source = (looked_up(pairs[name], group) for name in ("article_id", "source_id"))
    return (own < 0) | (own != source)


def copying_table(
    corpus: Mapping[str, ProseWords],
    passages: pd.DataFrame,
    overlap: pd.DataFrame,
    similarity: pd.DataFrame,
    prose: Mapping[str, str],
    same: Collection[Collection[str]] = (),
    formulaic: Mapping[str, np.ndarray] | None = None,
    scores: Mapping[tuple[str, str], float] | None = None,
    found: Reused | None = None,
    keys: CorpusKeys | None = None,
) -> pd.DataFrame:
    """The table `copying`: one row per article, over the union of all its sources.

    Args:
        corpus: prose words by article.
        passages: the table of that name.
        overlap: the table of that name.
        similarity: the table of that name.
        prose: the prose of each article.
        same: groups of articles that are no sources of each other (see `same_article`).
        formulaic: which words of an article are formulae (see `candidates.formulaic_words`).
        scores: `derived_score` of articles and their nearest other, where it is known.
        found: the words of the passages, if they are known; found with `formulaic`.
        keys: the words of `prose`, if they were read before.
    """
    copied = copied_shares(corpus, passages, found or Reused.of(corpus, passages, formulaic), same)
    return judged(copied, overlap, similarity, prose, same, scores, keys)


def judged(
    copied: pd.DataFrame,
    overlap: pd.DataFrame,
    similarity: pd.DataFrame,
    prose: Mapping[str, str],
    same: Collection[Collection[str]] = (),
    scores: Mapping[tuple[str, str], float] | None = None,
    keys: CorpusKeys | None = None,
) -> pd.DataFrame:
    """The table `copying` from its first columns (see `copied_shares`); the other arguments: see `copying_table`."""
    near = _nearest(overlap, similarity, same).set_index("article_id").reindex(copied["article_id"])
    pairs = list(zip(near.index, near["source_id"], strict=True))
    near = near[["reused_share", "quoted_share", "cosine_words"]].fillna(0.0)
    share, prose_share = near["reused_share"].to_numpy(), (near["reused_share"] - near["quoted_share"]).to_numpy()
    floors = floor(copied["n_words"].to_numpy(), near["cosine_words"].to_numpy())
    scored = _derived_scores(pairs, scores or {}, prose, keys)
    judged = zip(copied["copied_share"], prose_share, floors, scored, strict=True)
    return copied.assign(
        top_source=[source if some else None for (_, source), some in zip(pairs, share > 0, strict=True)],
        top_source_share=share,
        floor=floors,
        derived_score=scored,
        label=[label(*row) for row in judged],
    )


def copied_shares(
    corpus: Mapping[str, ProseWords], passages: pd.DataFrame, found: Reused, same: Collection[Collection[str]]
) -> pd.DataFrame:
    """The shares of each article, over all its sources, and the interval (see `copying_table`)."""
    lengths = word_counts(corpus)
    names = sorted(lengths)
    words = np.array([lengths[name] for name in names], dtype=np.int64)
    number = {name: i for i, name in enumerate(names)}
    parts = []
    for part in row_ranges(passages):
        rows = passages.iloc[part]
        groups = np.where(_apart(rows, same), looked_up(rows["article_id"], number), len(names))
        parts.append(_counts(rows, found.among(part), groups, len(names) + 1)[:-1])
    counts = sum(parts[1:], parts[0])
    shares = {kind: _ratio(counts[kind].to_numpy(), words) for kind in _KINDS}
    share, word = _ratio(counts["reused"].to_numpy(), words), _ratio(np.ones(len(words)), words)
    shares["original"] = _ratio(words - counts["reused"].to_numpy(), words)
    shares["original"][words == 0] = 1.0
    low, high = interval(shares)
    return pd.DataFrame(
        {
            "article_id": pd.Series(names, dtype="str"),
            "n_words": words,
            "copied_share": share,
            "ci_low": np.maximum(0.0, np.minimum(low, share - word)),  # no finer than a word
            "ci_high": np.minimum(1.0, np.maximum(high, share + word)),
            "without_formulae": _ratio(counts["plain"].to_numpy(), words),
            **{f"{kind}_share": shares[kind] for kind in reversed(KINDS)},
            "quoted_share": _ratio(counts["quoted"].to_numpy(), words),
        }
    )


def nearest(overlap: pd.DataFrame, similarity: pd.DataFrame, same: Collection[Collection[str]] = ()) -> dict[str, Any]:
    """The row of each article's nearest other: the source that most words are shared with, else the most similar.

    Args:
        overlap: the table of that name.
        similarity: the table of that name.
        same: groups of articles that are no sources of each other (see `same_article`).
    """
    return {row.article_id: row for row in _nearest(overlap, similarity, same).itertuples()}


def _nearest(overlap: pd.DataFrame, similarity: pd.DataFrame, same: Collection[Collection[str]]) -> pd.DataFrame:
    """The same as a table, sorted by article."""
    pairs = similarity.rename(columns={"other_id": "source_id"})
    columns = [table[name] for table in (pairs, overlap) for name in ("article_id", "source_id")]
    number = {name: i for i, name in enumerate(sorted(set().union(*(column.unique() for column in columns))))}
    own, source, *shared = (looked_up(column, number) for column in columns)
    place = pd.Index(shared[0] * len(number) + shared[1]).get_indexer(own * len(number) + source)
    reused, quoted = (np.append(overlap[name], 0.0)[place] for name in ("reused_share", "quoted_share"))
    kept = np.flatnonzero(_apart(pairs, same))
    alike = np.where(reused == 0, pairs["cosine_words"], 0.0)[kept]
    order = kept[np.lexsort((source[kept], -alike, -reused[kept]))]
    best = order[np.unique(own[order], return_index=True)[1]]
    return tables.plain(pairs.iloc[best]).assign(reused_share=reused[best], quoted_share=quoted[best])


def _derived_scores(
    pairs: Sequence[tuple[str, str]],
    known: Mapping[tuple[str, str], float],
    prose: Mapping[str, str],
    keys: CorpusKeys | None,
) -> list[float]:
    """The `derived_score` of articles and their nearest others; of one that has none, that of nothing contained."""
    place = {name: number for number, name in enumerate(prose.keys())}
    asked = [pair for pair in pairs if pair not in known and isinstance(pair[1], str)]
    scores = {**known, **derived_scores(asked, place, keys or corpus_keys(text for _, text in prose.items()))}
    return [scores.get(pair, derived_score(0.0, 0.0)) for pair in pairs]


def derived_scores(
    pairs: Sequence[tuple[str, str]], place: Mapping[str, int], keys: CorpusKeys
) -> dict[tuple[str, str], float]:
    """The `derived_score` of each of these pairs; `place` is that of an article among those of `keys`."""
    own, source = (np.array([place[pair[side]] for pair in pairs], dtype=np.int64) for side in (0, 1))
    contained = np.zeros((2, len(pairs)))
    order = np.argsort(np.minimum(own, source), kind="stable")  # that two are nearest to each other is common
    for low in range(0, len(pairs), _SCORED):
        part = order[low : low + _SCORED]
        contained[:, part] = [containments(keys, own[part], source[part], n) for n in (1, 3)]
    return {pair: derived_score(*both) for pair, both in zip(pairs, contained.T.tolist(), strict=True)}


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Shares; 0 of nothing."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
