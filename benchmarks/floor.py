"""The same-topic floor: how much share the method reports for two reports of one day and topic, neither copied.

    python benchmarks/floor.py --pairs 2000 --out benchmarks/results

Pairs are two Reuters articles of one day whose words are alike (TF-IDF cosine of at least 0.1) and which share no run
of 8 words. One agency wrote both and does reword its own sentences, so the upper percentiles hold some real reuse: they
bound the floor from above.
"""

import argparse
import random
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from splice import Article, Spliced, eight_word_runs, measure, reuters

LEAST_COSINE = 0.1
SIMILARITY = [0.1, 0.2, 0.3, 1.0]
LENGTH = [0, 300, 600, 10_000]


def same_day_pairs(articles: list[Article], n: int, seed: int) -> list[tuple[float, str, str]]:
    """Up to `n` pairs (cosine, text, text), drawn at random from all that qualify."""
    found = []
    for _, group in groupby(articles, key=lambda article: article.day):
        texts = [article.text for article in group]
        if len(texts) < 2:
            continue
        vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
        cosine = np.triu((vectors @ vectors.T).toarray(), 1)
        found += [(float(cosine[i, j]), texts[i], texts[j]) for i, j in np.argwhere(cosine >= LEAST_COSINE)]
    random.Random(seed).shuffle(found)
    chosen = []
    for pair in found:
        if not eight_word_runs(pair[1]) & eight_word_runs(pair[2]):
            chosen.append(pair)
        if len(chosen) == n:
            break
    return chosen


def _measured(pair: tuple[float, str, str]) -> dict[str, float]:
    row = measure(Spliced("floor", pair[1], (pair[2],), ()))
    return {"cosine": pair[0], "words": row["words"], "share": row["share"]}


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Median, 95th and 99th percentile of the reported share by length and similarity, and over all."""
    rows = rows.assign(
        similarity=pd.cut(rows["cosine"], SIMILARITY, right=False).astype(str),
        length=pd.cut(rows["words"], LENGTH, right=False).astype(str),
    )
    total = rows.assign(similarity="all", length="all")
    grouped = pd.concat([total, rows]).groupby(["length", "similarity"])["share"]
    table = grouped.agg(
        pairs="size",
        none=lambda s: (s == 0).mean(),
        median="median",
        p95=lambda s: s.quantile(0.95),
        p99=lambda s: s.quantile(0.99),
    )
    return table.round(4).reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    pairs = same_day_pairs(reuters(2), options.pairs, options.seed)
    with ProcessPoolExecutor(options.processes) as pool:
        rows = pd.DataFrame(pool.map(_measured, pairs, chunksize=16))
    table = summarise(rows)
    print(table.to_string(index=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "floor.csv", index=False)


if __name__ == "__main__":
    main()
