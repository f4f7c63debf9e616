"""From passages to shares: which words of an article stand in a passage, of which kind, from which source.

Shares count words, never the length of a bridged block. Overlap is not direction.

An article that its outlet published twice (`duplicate_of`, see `duplicates`) is one article: neither print is a
source of the other, and in shares of outlets it counts once. The same text at two outlets is copying and counts.
"""

from collections.abc import Collection, Mapping
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from helpers.calibration import derived_score, floor, interval, label
from helpers.prose import ProseWords
from helpers.shares import KINDS, count_kinds, union_lengths, word_places
from helpers.similarity import Shingled
from helpers.size import is_large
from helpers.spoken import shared_speech

FEW = 14
"""Up to this many rows a heatmap keeps the order of the alphabet."""
_KINDS = ("verbatim", "edited", "paraphrased")


def bridged_table(corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> pd.DataFrame:
    """Share of an article in its passages, and in its blocks, for every ordered pair that has any.

    A block reaches from its first word to its last, whatever stands between: what tools that merge matches count.
    """
    pairs, groups = _pairs(passages)
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
) -> pd.DataFrame:
    """The table `overlap`: one row per ordered pair of different articles; of a large corpus, pairs with passages.

    Args:
        corpus: prose words by article.
        passages: the table of that name.
        formulaic: which words of an article are formulae (see `candidates.formulaic_words`).
        every_pair: whether pairs without passages have rows; by default those of a small corpus.
    """
    pairs, groups = _pairs(passages)
    counts = count_kinds(passages, word_places(corpus, passages, formulaic or {}), groups, len(pairs))
    counts["quoted"] = _spoken(corpus, passages, groups, len(pairs))
    verbatim = passages["n_words"].to_numpy() * (passages["kind"] == "verbatim").to_numpy()
    longest = np.zeros(len(pairs), dtype=np.int64)
    np.maximum.at(longest, groups, verbatim)
    table = pd.concat([pairs, counts.assign(longest_verbatim_words=longest)], axis=1)
    if every_pair or (every_pair is None and not is_large(len(corpus))):
        every = pd.DataFrame(permutations(sorted(corpus), 2), columns=["article_id", "source_id"], dtype="str")
        table = every.merge(table, how="left", on=["article_id", "source_id"])
        counted = [*counts, "longest_verbatim_words"]
        table[counted] = table[counted].fillna(0).astype("int64")
    words = table["article_id"].map({name: len(own) for name, own in corpus.items()}).to_numpy(dtype=np.int64)
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


def _spoken(corpus: Mapping[str, ProseWords], passages: pd.DataFrame, groups: np.ndarray, n_groups: int) -> np.ndarray:
    """How many words of each group of passages are shared speech."""
    found = shared_speech(corpus, passages)
    first, stop = found["first"].to_numpy(), found["stop"].to_numpy()
    return union_lengths(groups[found["row"].to_numpy()], first, stop, n_groups).astype(np.int64)


def _pairs(passages: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The ordered pairs that have passages, sorted, and the number of each passage's pair."""
    grouped = passages.groupby(["article_id", "source_id"])
    pairs = grouped.size().index.to_frame(index=False).astype("str")
    return pairs, grouped.ngroup().to_numpy()


def cluster_order(shares: pd.DataFrame) -> list[str]:
    """Names so ordered that those which share much stand side by side; few stay in alphabetical order.

    Args:
        shares: square; share of the row found in the column.
    """
    names = sorted(shares.index)
    if len(names) <= FEW:
        return names
    matrix = shares.reindex(names, columns=names).fillna(0.0).to_numpy()
    distance = 1.0 - np.maximum(matrix, matrix.T)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance.clip(0.0), checks=False), method="average", optimal_ordering=True)
    return [names[leaf] for leaf in leaves_list(tree)]


def source_overlap_table(
    articles: pd.DataFrame, corpus: Mapping[str, ProseWords], passages: pd.DataFrame
) -> pd.DataFrame:
    """The table `source_overlap`: words of an outlet's articles found in any article of another outlet.

    Of articles that an outlet published more than once, the first counts, in `articles` too.
    """
    words = {name: len(own) for name, own in corpus.items()}
    return of_outlets(articles, words, outlet_words(outlets(articles), corpus, passages))


def outlet_words(outlet: Mapping[str, str], corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> pd.DataFrame:
    """Words that an article shares with articles of an outlet: article_id, source_outlet, words."""
    return words_from_outlets(corpus, passages.assign(source_outlet=passages["source_id"].map(outlet)))


def words_from_outlets(corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> pd.DataFrame:
    """Per article and `source_outlet` of its passages: the words that stand in any of these."""
    rows = passages.reset_index(drop=True)
    grouped = rows.groupby(["article_id", "source_outlet"])
    pairs = grouped.size().index.to_frame(index=False).astype("str")
    counts = count_kinds(rows, word_places(corpus, rows), grouped.ngroup().to_numpy(), len(pairs))
    return pairs.assign(words=counts["reused"])


def of_outlets(articles: pd.DataFrame, words: Mapping[str, int], shared: pd.DataFrame) -> pd.DataFrame:
    """The table `source_overlap` from the words of each article and those it shares with outlets (`outlet_words`)."""
    outlet = outlets(articles)
    prints = [group[0] for group in same_article(articles)]
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
    return dict(zip(articles["article_id"], articles["outlet"].fillna(articles["article_id"]), strict=True))


def same_article(articles: pd.DataFrame) -> list[list[str]]:
    """The prints of every article: those of one outlet that are duplicates of each other, in the table's order.

    >>> table = pd.DataFrame({"article_id": list("abc"), "outlet": ["X", "Y", "Y"], "duplicate_of": [None, "a", "a"]})
    >>> same_article(table)
    [['a'], ['b', 'c']]
    """
    outlet = outlets(articles)
    first = articles["duplicate_of"].fillna(articles["article_id"])
    prints: dict[tuple[str, str], list[str]] = {}
    for article, original in zip(articles["article_id"], first, strict=True):
        prints.setdefault((outlet[article], original), []).append(article)
    return list(prints.values())


def between_articles(pairs: pd.DataFrame, same: Collection[Collection[str]]) -> pd.DataFrame:
    """The rows of a table of pairs (`article_id`, `source_id`) that are not two prints of one article.

    Args:
        pairs: `passages` or `overlap`.
        same: the prints of every article (see `same_article`).
    """
    group = {article: number for number, prints in enumerate(same) for article in prints}
    return pairs[pairs["article_id"].map(group).ne(pairs["source_id"].map(group))] if group else pairs


def copying_table(
    corpus: Mapping[str, ProseWords],
    passages: pd.DataFrame,
    overlap: pd.DataFrame,
    similarity: pd.DataFrame,
    prose: Mapping[str, str],
    same: Collection[Collection[str]] = (),
    formulaic: Mapping[str, np.ndarray] | None = None,
    scores: Mapping[tuple[str, str], float] | None = None,
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
    """
    copied = _copied(corpus, between_articles(passages, same), formulaic or {})
    alike, shingled = nearest(overlap, similarity, same), Shingled(prose)
    judged = [_judged(row, alike.get(row.article_id), shingled, scores or {}) for row in copied.itertuples()]
    return pd.concat([copied, pd.DataFrame(judged)], axis=1)


def _copied(
    corpus: Mapping[str, ProseWords], passages: pd.DataFrame, formulaic: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """The shares of each article, over all its sources, and the interval."""
    names = sorted(corpus)
    words = np.array([len(corpus[name]) for name in names], dtype=np.int64)
    groups = passages["article_id"].map({name: i for i, name in enumerate(names)}).to_numpy(dtype=np.int64)
    counts = count_kinds(passages, word_places(corpus, passages, formulaic), groups, len(names))
    spoken = _spoken(corpus, passages, groups, len(names))
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
            **{f"{kind}_share": shares[kind] for kind in KINDS},
            "quoted_share": _ratio(spoken, words),
        }
    )


def nearest(overlap: pd.DataFrame, similarity: pd.DataFrame, same: Collection[Collection[str]] = ()) -> dict[str, Any]:
    """The row of each article's nearest other: the source that most words are shared with, else the most similar.

    Args:
        overlap: the table of that name.
        similarity: the table of that name.
        same: groups of articles that are no sources of each other (see `same_article`).
    """
    similarity = between_articles(similarity.rename(columns={"other_id": "source_id"}), same)
    overlap = between_articles(overlap, same)
    wanted = overlap[["article_id", "source_id", "reused_share", "quoted_share"]]
    pairs = similarity.merge(wanted, how="left", on=["article_id", "source_id"])
    pairs[["reused_share", "quoted_share"]] = pairs[["reused_share", "quoted_share"]].fillna(0.0)
    pairs = pairs.assign(alike=pairs["cosine_words"].where(pairs["reused_share"] == 0, 0.0))
    order = pairs.sort_values(["reused_share", "alike", "source_id"], ascending=[False, False, True])
    return {row.article_id: row for row in order.drop_duplicates("article_id").itertuples()}


def _judged(
    copied: Any, nearest: Any, shingled: Shingled, scores: Mapping[tuple[str, str], float]
) -> dict[str, object]:
    """What an article shares with its nearest other, and what sharing so much means; `nearest` may be None."""
    share = float(nearest.reused_share) if nearest else 0.0
    quoted = float(nearest.quoted_share) if nearest else 0.0
    least = floor(int(copied.n_words), float(nearest.cosine_words) if nearest else 0.0)
    pair = (copied.article_id, nearest.source_id) if nearest else None
    score = scores.get(pair) if pair else derived_score(0.0, 0.0)
    if pair and score is None:
        score = derived_score(*(shingled.containment(*pair, n) for n in (1, 3)))
    return {
        "top_source": nearest.source_id if share > 0 else None,
        "top_source_share": share,
        "floor": least,
        "derived_score": score,
        "label": label(copied.copied_share, share - quoted, least, float(score or 0.0)),
    }


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Shares; 0 of nothing."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
