"""From passages to shares: which words of an article stand in a passage, of which kind, from which source.

Shares count words, never the length of a bridged block. Every prose word has one kind per source: verbatim before
edited before paraphrased before original, so the four shares sum to 1. Overlap is not direction.
"""

import zlib
from collections.abc import Mapping
from itertools import permutations

import numpy as np
import pandas as pd

from helpers.prose import ProseWords

KINDS = ("original", "paraphrased", "edited", "verbatim")
"""Kinds of a word, weakest first: a word in two passages has the stronger kind."""
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def word_kinds(own: ProseWords, passages: pd.DataFrame) -> np.ndarray:
    """The kind of every prose word, as ranks into `KINDS`, from the article's rows of `passages`."""
    kinds = np.zeros(len(own), dtype=np.int8)
    for row in passages.itertuples():
        inside = own.inside(row.start, row.end)
        kinds[inside] = np.maximum(kinds[inside], _RANK[row.kind])
    return kinds


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
    groups = {key: rows for key, rows in passages.groupby(["article_id", "source_id"])}
    none = passages.iloc[:0]
    return pd.DataFrame(
        [
            {"article_id": a, "source_id": b, **_pair_shares(corpus[a], groups.get((a, b), none))}
            for a, b in permutations(sorted(corpus), 2)
        ]
    )


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


def source_overlap_table(
    articles: pd.DataFrame, corpus: Mapping[str, ProseWords], passages: pd.DataFrame
) -> pd.DataFrame:
    """The table `source_overlap`: words of an outlet's articles found in any article of another outlet."""
    outlet = outlets(articles)
    rows = passages.assign(source_outlet=passages["source_id"].map(outlet))
    groups = {key: group for key, group in rows.groupby(["article_id", "source_outlet"])}
    members: dict[str, list[str]] = {}
    for article, name in outlet.items():
        members.setdefault(name, []).append(article)
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


def copying_table(
    corpus: Mapping[str, ProseWords],
    passages: pd.DataFrame,
    overlap: pd.DataFrame,
    *,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """The table `copying`: one row per article, over the union of all its sources.

    Args:
        corpus: prose words by article.
        passages: the table of that name.
        overlap: the table of that name.
        draws: bootstrap samples of sentences per interval.
        seed: start of the random numbers; an article's interval depends on it and on the article's name alone.
    """
    by_article = dict(list(passages.groupby("article_id")))
    best = overlap.sort_values(["reused_share", "source_id"], ascending=[False, True]).drop_duplicates("article_id")
    top = best.set_index("article_id")
    rows = []
    for article, own in sorted(corpus.items()):
        kinds = word_kinds(own, by_article.get(article, passages.iloc[:0]))
        shares = kind_shares(kinds)
        copied = kinds > 0
        rng = np.random.default_rng([seed, zlib.crc32(article.encode())])
        low, high = bootstrap_interval(copied, own.sentence, rng, draws)
        share = float(top.loc[article, "reused_share"])
        rows.append(
            {
                "article_id": article,
                "n_words": len(own),
                "copied_share": _ratio(copied.sum(), len(own)),
                "ci_low": low,
                "ci_high": high,
                **{f"{kind}_share": shares[kind] for kind in KINDS},
                "quoted_share": _ratio((copied & own.quoted).sum(), len(own)),
                "top_source": top.loc[article, "source_id"] if share > 0 else None,
                "top_source_share": share,
                "label": None,
            }
        )
    return pd.DataFrame(rows)


def bootstrap_interval(
    copied: np.ndarray, sentence: np.ndarray, rng: np.random.Generator, draws: int
) -> tuple[float, float]:
    """The 95 % percentile interval of a share of words, sentences drawn with replacement (Efron 1979).

    Words of a sentence are copied together, so sentences are the unit. Where all sentences or none are copied the
    interval has no width: it says nothing about error in finding passages.
    """
    if not len(copied):
        return 0.0, 0.0
    _, unit = np.unique(sentence, return_inverse=True)
    total = np.bincount(unit).astype(float)
    part = np.bincount(unit, weights=copied.astype(float))
    counts = rng.multinomial(len(total), np.full(len(total), 1 / len(total)), size=draws)
    low, high = np.quantile((counts @ part) / (counts @ total), [0.025, 0.975])
    return float(low), float(high)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
