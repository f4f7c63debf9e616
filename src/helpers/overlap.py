"""From passages to shares: which words of an article stand in a passage, of which kind, from which source.

Shares count words, never the length of a bridged block. Every prose word has one kind per source: verbatim before
edited before paraphrased before original, so the four shares sum to 1. Overlap is not direction.

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
from helpers.segmentation import word_keys
from helpers.similarity import containment

KINDS = ("original", "paraphrased", "edited", "verbatim")
"""Kinds of a word, weakest first: a word in two passages has the stronger kind."""
FEW = 14
"""Up to this many rows a heatmap keeps the order of the alphabet."""
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def word_kinds(own: ProseWords, passages: pd.DataFrame) -> np.ndarray:
    """The kind of every prose word, as ranks into `KINDS`, from the article's rows of `passages`."""
    kinds = np.zeros(len(own), dtype=np.int8)
    for row in passages.itertuples():
        inside = own.inside(row.start, row.end)
        kinds[inside] = np.maximum(kinds[inside], _RANK[row.kind])
    return kinds


def union_lengths(groups: np.ndarray, first: np.ndarray, stop: np.ndarray, n_groups: int) -> np.ndarray:
    """Number of words that the stretches [first, stop) of each group cover together, groups 0 to n_groups - 1.

    >>> union_lengths(np.array([0, 0, 2]), np.array([0, 3, 5]), np.array([4, 6, 7]), 3).tolist()
    [6.0, 0.0, 2.0]
    """
    if not len(groups):
        return np.zeros(n_groups)
    order = np.lexsort((first, groups))
    groups, span = groups[order], int(stop.max()) + 1
    low, high = first[order] + groups * span, stop[order] + groups * span
    reached = np.maximum.accumulate(np.concatenate([[-1], high[:-1]]))
    new = np.clip(high - np.maximum(low, reached), 0, None)
    return np.bincount(groups, weights=new, minlength=n_groups)


def bridged_words(own: ProseWords, passages: pd.DataFrame) -> np.ndarray:
    """Words from the first to the last of each block, whatever stands between: what tools that merge matches count."""
    inside = np.zeros(len(own), dtype=bool)
    for _, rows in passages.groupby(["source_id", "block"]):
        inside[own.inside(rows["start"].min(), rows["end"].max())] = True
    return inside


def bridged_table(corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> pd.DataFrame:
    """Share of an article in its passages, and in its blocks, for every ordered pair that has any."""
    rows = [
        (a, b, (word_kinds(corpus[a], found) > 0).sum(), bridged_words(corpus[a], found).sum(), len(corpus[a]))
        for (a, b), found in passages.groupby(["article_id", "source_id"])
    ]
    shares = [(a, b, _ratio(tight, n), _ratio(bridged, n)) for a, b, tight, bridged, n in rows]
    return pd.DataFrame(shares, columns=["article_id", "source_id", "reused_share", "bridged_share"])


def kind_shares(kinds: np.ndarray) -> dict[str, float]:
    """The share of each kind; of no words at all, everything is original.

    >>> shares = kind_shares(np.array([3, 3, 2, 0], dtype=np.int8))
    >>> shares["verbatim"], shares["original"], sum(shares.values())
    (0.5, 0.25, 1.0)
    """
    if not len(kinds):
        return {kind: float(kind == "original") for kind in KINDS}
    counts = np.bincount(kinds, minlength=len(KINDS))
    return {kind: float(counts[rank] / len(kinds)) for kind, rank in _RANK.items()}


def overlap_table(corpus: Mapping[str, ProseWords], passages: pd.DataFrame) -> pd.DataFrame:
    """The table `overlap`: one row per ordered pair of different articles."""
    found = {key: _pair_shares(corpus[key[0]], rows) for key, rows in passages.groupby(["article_id", "source_id"])}
    none = {name: _pair_shares(own, passages.iloc[:0]) for name, own in corpus.items()}
    pairs = list(permutations(sorted(corpus), 2))
    table = pd.DataFrame([found.get(pair) or none[pair[0]] for pair in pairs])
    keys = pd.DataFrame(pairs, columns=["article_id", "source_id"], dtype="str")
    return pd.concat([keys, table], axis=1)


def _pair_shares(own: ProseWords, passages: pd.DataFrame) -> dict[str, float]:
    kinds = word_kinds(own, passages)
    shares = kind_shares(kinds)
    verbatim = passages[passages["kind"] == "verbatim"]
    reused = kinds > 0
    return {
        "n_words": len(own),
        "reused_words": int(reused.sum()),
        "reused_share": _ratio(reused.sum(), len(own)),
        "verbatim_share": shares["verbatim"],
        "edited_share": shares["edited"],
        "paraphrased_share": shares["paraphrased"],
        "quoted_share": _ratio((reused & own.quoted).sum(), len(own)),
        "longest_verbatim_words": int(verbatim["n_words"].max()) if len(verbatim) else 0,
    }


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
    outlet = outlets(articles)
    rows = passages.assign(source_outlet=passages["source_id"].map(outlet))
    groups = {key: group for key, group in rows.groupby(["article_id", "source_outlet"])}
    members: dict[str, list[str]] = {}
    for prints in same_article(articles):
        members.setdefault(outlet[prints[0]], []).append(prints[0])
    table = []
    for a, b in permutations(sorted(members), 2):
        total = sum(len(corpus[article]) for article in members[a])
        reused = sum(
            int((word_kinds(corpus[article], groups[article, b]) > 0).sum())
            for article in members[a]
            if (article, b) in groups
        )
        table.append((a, b, len(members[a]), _ratio(reused, total)))
    return pd.DataFrame(table, columns=["outlet", "source_outlet", "articles", "reused_share"])


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
) -> pd.DataFrame:
    """The table `copying`: one row per article, over the union of all its sources.

    Args:
        corpus: prose words by article.
        passages: the table of that name.
        overlap: the table of that name.
        similarity: the table of that name.
        prose: the prose of each article.
        same: groups of articles that are no sources of each other (see `same_article`).
    """
    passages, overlap = (between_articles(table, same) for table in (passages, overlap))
    by_article = dict(list(passages.groupby("article_id")))
    pairs = overlap.merge(similarity, left_on=["article_id", "source_id"], right_on=["article_id", "other_id"])
    pairs = pairs.assign(alike=pairs["cosine_words"].where(pairs["reused_share"] == 0, 0.0))
    order = pairs.sort_values(["reused_share", "alike", "source_id"], ascending=[False, False, True])
    nearest = {row.article_id: row for row in order.drop_duplicates("article_id").itertuples()}
    return pd.DataFrame(
        [
            {
                "article_id": article,
                **(copied := _copied(own, by_article.get(article, passages.iloc[:0]))),
                **_judged(copied, nearest.get(article), prose),
            }
            for article, own in sorted(corpus.items())
        ]
    )


def _copied(own: ProseWords, passages: pd.DataFrame) -> dict[str, float]:
    """The shares of an article, over all its sources, and the interval."""
    kinds = word_kinds(own, passages)
    shares = kind_shares(kinds)
    copied = kinds > 0
    low, high = interval(shares)
    share, word = _ratio(copied.sum(), len(own)), _ratio(1, len(own))
    return {
        "n_words": len(own),
        "copied_share": share,
        "ci_low": max(0.0, min(low, share - word)),  # no finer than a word
        "ci_high": min(1.0, max(high, share + word)),
        **{f"{kind}_share": shares[kind] for kind in KINDS},
        "quoted_share": _ratio((copied & own.quoted).sum(), len(own)),
    }


def _judged(copied: Mapping[str, float], nearest: Any, prose: Mapping[str, str]) -> dict[str, object]:
    """The source that most words are shared with (else the most similar article), and what sharing means there.

    Args:
        copied: the article's shares.
        nearest: row of the pair; None where the corpus has no other article.
        prose: the prose of each article.
    """
    if nearest is None:
        least, score = floor(int(copied["n_words"]), 0.0), derived_score(0.0, 0.0)
        judged = {"floor": least, "derived_score": score, "label": label(copied["copied_share"], 0.0, least, score)}
        return {"top_source": None, "top_source_share": 0.0, **judged}
    share = float(nearest.reused_share)
    keys, source_keys = word_keys(prose[nearest.article_id]), word_keys(prose[nearest.source_id])
    least = floor(int(copied["n_words"]), float(nearest.cosine_words))
    score = derived_score(containment(keys, source_keys, 1), containment(keys, source_keys, 3))
    return {
        "top_source": nearest.source_id if share > 0 else None,
        "top_source_share": share,
        "floor": least,
        "derived_score": score,
        "label": label(copied["copied_share"], share - float(nearest.quoted_share), least, score),
    }


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
