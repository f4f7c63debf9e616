"""The same-topic floor: how much share the method reports for two reports of one day and topic, neither copied.

    python benchmarks/floor.py --pairs 4000 --out benchmarks/results

Pairs are two Reuters articles of one day whose words are alike (TF-IDF cosine of at least 0.1) and which share no run
of 8 words. One agency wrote both and does reword its own sentences, so the upper percentiles hold some real reuse: they
bound the floor from above.
"""

import argparse
import os
import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from helpers.splicing import Spliced, measure
from splice import Article, eight_word_runs, reuters

LEAST_COSINE = 0.1
ALIKE = 0.2
"""Pairs at least as alike as this are all taken: there are few."""
SIMILARITY = [0.0, 0.25, 0.35]
"""Edges of classes of `cosine_words` (weights from the language at large). None above .35: copying itself raises it."""
LENGTH = [0, 300, 600]
"""Edges of classes of words of the article."""


def same_day_pairs(articles: Iterable[Article], n: int, seed: int) -> list[tuple[str, str]]:
    """All pairs that are much alike, and `n` of the others, without a common run of 8 words."""
    found = []
    for _, group in groupby(articles, key=lambda article: article.day):
        texts = [article.text for article in group]
        if len(texts) < 2:
            continue
        vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
        cosine = np.triu((vectors @ vectors.T).toarray(), 1)
        found += [(cosine[i, j] < ALIKE, texts[i], texts[j]) for i, j in np.argwhere(cosine >= LEAST_COSINE)]
    random.Random(seed).shuffle(found)
    chosen: list[tuple[str, str]] = []
    for little, first, second in sorted(found, key=lambda pair: pair[0]):
        if little and len(chosen) >= n:
            break
        if not eight_word_runs(first) & eight_word_runs(second):
            chosen.append((first, second))
    return chosen


def _measured(pair: tuple[str, str]) -> dict[str, object]:
    return measure(Spliced("floor", pair[0], (pair[1],), ()))


def measured(n: int, seed: int, processes: int | None) -> pd.DataFrame:
    """One row per pair."""
    pairs = same_day_pairs(reuters(2, seed), n, seed)
    with ProcessPoolExecutor(processes) as pool:
        return pd.DataFrame(pool.map(_measured, pairs, chunksize=16))


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Median, 95th and 99th percentile of the reported share by length and similarity, and over all."""
    rows = rows.assign(
        words_from=pd.cut(rows["words"], [*LENGTH, np.inf], right=False, labels=LENGTH).astype(str),
        cosine_from=pd.cut(rows["cosine"], [*SIMILARITY, np.inf], right=False, labels=SIMILARITY).astype(str),
    )
    total = rows.assign(words_from="all", cosine_from="all")
    table = (
        pd.concat([total, rows])
        .groupby(["words_from", "cosine_from"])["share"]
        .agg(
            pairs="size",
            none=lambda s: (s == 0).mean(),
            median="median",
            p95=lambda s: s.quantile(0.95),
            p99=lambda s: s.quantile(0.99),
        )
    )
    return table.round(4).reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    table = summarise(measured(options.pairs, options.seed, options.processes))
    print(table.to_string(index=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "floor.csv", index=False)


if __name__ == "__main__":
    main()
