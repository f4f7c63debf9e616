"""The error of `copied_share` on documents spliced from real news (see `helpers.splicing`).

    python benchmarks/splice.py --documents 100 --seed 2 --out benchmarks/results

Host and sources are the most similar Reuters articles, over a month apart, that share no run of 8 words.
"""

import argparse
import json
import lzma
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from helpers.cleaning import clean
from helpers.segmentation import word_keys
from helpers.splicing import KINDS, Spliced, measure, splice, summarise

PROJECT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("SOURCE_OVERLAP_CORPORA", PROJECT.parent / "shared" / "corpora"))
REUTERS = CORPORA / "reuters-2006-2010.jsonl.xz"


class Article(NamedTuple):
    """A cleaned article and its day, counted from some day."""

    day: int
    text: str


def reuters(step: int, first: int = 0, path: Path = REUTERS) -> list[Article]:
    """Every `step`-th article from the `first` on, cleaned, of those that are long enough to splice."""
    found: list[Article] = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, first % step, None, step):
            article = json.loads(line)
            text = clean(article["text"]).text
            if 1200 <= len(text) <= 8000:
                found.append(Article(date.fromisoformat(article["day"]).toordinal(), text))
    return found


def documents(articles: list[Article], n: int, seed: int) -> Iterator[Spliced]:
    """`n` documents of every kind, each of a host and two sources."""
    rng = random.Random(seed)
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(a.text for a in articles)
    for kind in KINDS:
        for _ in range(n):
            host, *sources = same_topic(articles, vectors, rng.randrange(len(articles)))
            yield splice(host, sources, kind, rng)


def same_topic(articles: list[Article], vectors: csr_matrix, host: int) -> list[str]:
    """The host and the two most similar articles of another month that share no run of 8 words with it."""
    order = np.argsort(-(vectors @ vectors[host].T).toarray().ravel(), kind="stable")
    chosen, seen = [articles[host].text], eight_word_runs(articles[host].text)
    for article in (articles[i] for i in order):
        shingles = eight_word_runs(article.text)
        if abs(article.day - articles[host].day) > 30 and not seen & shingles:
            chosen.append(article.text)
            seen |= shingles
        if len(chosen) == 3:
            break
    return chosen


def eight_word_runs(text: str) -> set[tuple[str, ...]]:
    """All runs of 8 words of a text."""
    keys = word_keys(text)
    return {tuple(keys[i : i + 8]) for i in range(len(keys) - 7)}


def measured(n: int, seed: int, processes: int | None) -> pd.DataFrame:
    """One row per document, `n` of every kind; another seed (modulo 12) takes other articles."""
    made = list(documents(reuters(12, seed), n, seed))
    with ProcessPoolExecutor(processes) as pool:
        return pd.DataFrame(pool.map(measure, made, chunksize=8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100, help="documents of each kind")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    table = summarise(measured(options.documents, options.seed, options.processes))
    print(table.to_string())
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "splice.csv")


if __name__ == "__main__":
    main()
