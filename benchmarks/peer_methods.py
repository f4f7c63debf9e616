"""Ways to list the pairs of articles that share text: the project's own, and what other packages offer for it.

Each takes the texts and the number of cores, and gives the pairs with a score. Peers cut words by a plain regular
expression or as their package does; none is slowed by the project's own rules for words.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer, TfidfVectorizer

from helpers.candidates import CandidateSettings, candidates, corpus_keys
from helpers.candidates.joins import shared_words
from helpers.candidates.numbering import word_runs
from helpers.candidates.recurring import recurring_runs

LEAST_SHARE, RUN_WORDS = 0.2, 8
MOST_ARTICLES = CandidateSettings().joined_articles
"""What stands in more articles joins no pair: for every peer that joins."""
SHINGLE_WORDS, PERMUTATIONS, BANDS, ROWS = 5, 256, 128, 2
"""Bands of 2 rows are datasketch's choice for a Jaccard of .111: two articles of one length that share 20 %. Of six
settings tried with rensa and 10,000 articles this one has the best F1, .74 (with 128 permutations .68)."""
LEAST_COSINE, LEAST_RUN_COSINE, NEIGHBOURS = 0.3, 0.05, 20
"""Least cosines that are kept at all, far below the best cuts (.59 and .11 with 10,000 articles)."""
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Pairs(NamedTuple):
    """Unordered pairs of articles, the lower first, and how much they are alike."""

    articles: NDArray[np.int64]
    others: NDArray[np.int64]
    scores: NDArray[np.float64]


Texts = Sequence[str]


def ours_exact(texts: Texts, processes: int) -> Pairs:
    """The join over runs of 8 words alone: all that the task asks for."""
    keys = corpus_keys(texts)
    found = recurring_runs(keys, word_runs(RUN_WORDS))
    shared = shared_words(keys, found, RUN_WORDS, CandidateSettings().formula_articles, MOST_ARTICLES)
    return _either(shared.articles, shared.others, shared.words / keys.lengths[shared.articles])


def ours(texts: Texts, processes: int) -> Pairs:
    """The stage as it is used: with the joins that find reworded copies, and the formulae."""
    table = candidates(corpus_keys(texts)).candidates
    score = table[["share", "other_share"]].max(axis=1)
    enough = score >= LEAST_SHARE
    return Pairs(*(column[enough].to_numpy() for column in (table["article"], table["other"], score)))


def floor(texts: Texts, processes: int) -> None:
    """Every word cut and hashed once, as the project does it: by its own rules for words."""
    corpus_keys(texts)


def python_floor(texts: Texts, processes: int) -> None:
    """The same by a regular expression and `hash`."""
    for text in texts:
        for word in WORD.findall(text.lower()):
            hash(word)


def sentences(texts: Texts, processes: int) -> Pairs:
    """Words in sentences (lines) of 8 words or more that both have, over the words of either."""
    held: dict[int, dict[int, int]] = defaultdict(dict)
    lengths = np.zeros(len(texts))
    for article, text in enumerate(texts):
        for sentence in text.lower().split("\n"):
            words = WORD.findall(sentence)
            lengths[article] += len(words)
            if len(words) >= RUN_WORDS:
                held[hash(" ".join(words))][article] = len(words)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for articles in held.values():
        if 2 <= len(articles) <= MOST_ARTICLES:
            for pair in combinations(articles, 2):
                shared[pair] += articles[pair[0]]
    pairs = np.array(list(shared), dtype=np.int64).reshape(-1, 2)
    return Pairs(*pairs.T, np.array([*shared.values()]) / np.maximum(1, lengths[pairs].min(axis=1)))


def datasketch(texts: Texts, processes: int) -> Pairs:
    """MinHash LSH over 5-word shingles; the package uses one core."""
    from zlib import crc32

    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    found, sizes, signatures = [], [], []

    def sets() -> Iterator[list[bytes]]:
        for text in texts:
            shingles = [shingle.encode() for shingle in _shingles(text)]
            sizes.append(len(shingles))
            yield shingles

    for article, sketch in enumerate(MinHash.generator(sets(), num_perm=PERMUTATIONS, hashfunc=crc32)):
        found += [(other, article) for other in index.query(sketch)]
        index.insert(article, sketch)
        signatures.append(sketch.hashvalues)
    return _contained(np.stack(signatures), sizes, found)


def rensa(texts: Texts, processes: int) -> Pairs:
    """The same with rensa: compiled, as many threads as there are cores."""
    from rensa import RMinHash, RMinHashLSH

    sizes, sketches = [], []
    for first in range(0, len(texts), 1000):
        shingles = [list(_shingles(text)) for text in texts[first : first + 1000]]
        sketches += RMinHash.from_token_sets(shingles, num_perm=PERMUTATIONS, seed=1)
        sizes += map(len, shingles)
    index = RMinHashLSH(threshold=LEAST_SHARE, num_perm=PERMUTATIONS, num_bands=BANDS)
    index.insert_many(sketches)
    met = enumerate(index.query_all(sketches))
    found = [(article, other) for article, others in met for other in others if article < other]
    return _contained(np.array([sketch.digest() for sketch in sketches]), sizes, found)


def sklearn(texts: Texts, processes: int) -> Pairs:
    """Cosine of TF-IDF vectors of words, all pairs, 500 articles at a time; the package uses one core for it."""
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32).fit_transform(texts)
    turned, found = vectors.T.tocsr(), []
    for first in range(0, len(texts), 500):
        alike = (vectors[first : first + 500] @ turned).tocoo()
        articles, others = alike.row.astype(np.int64) + first, alike.col.astype(np.int64)
        kept = (alike.data >= LEAST_COSINE) & (articles < others)
        found.append((articles[kept], others[kept], alike.data[kept]))
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def sparse_dot_topn(texts: Texts, processes: int) -> Pairs:
    """Cosine of scikit-learn's hashed and weighted runs of 5 words, the 20 nearest of each article."""
    from sparse_dot_topn import sp_matmul_topn

    runs = HashingVectorizer(ngram_range=(SHINGLE_WORDS,) * 2, alternate_sign=False, norm=None, dtype=np.float32)
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(runs.transform(texts))
    turned = vectors.T.tocsr()
    alike = sp_matmul_topn(vectors, turned, NEIGHBOURS + 1, threshold=LEAST_RUN_COSINE, n_threads=processes).tocoo()
    apart = alike.row != alike.col
    return _either(alike.row[apart], alike.col[apart], alike.data[apart], LEAST_RUN_COSINE)


_RUN = ", ".join(f"words[i + {lag}]" for lag in range(RUN_WORDS))
_PLACES = f"range(1, len(words) - {RUN_WORDS - 2})"
SQL = f"""
CREATE TEMP TABLE words AS SELECT article, [hash(word) FOR word IN
    regexp_extract_all(lower(text), '[\\p{{L}}\\p{{N}}]+(?:[''’][\\p{{L}}\\p{{N}}]+)*')] AS words FROM texts;
CREATE TEMP TABLE lengths AS SELECT article, len(words) AS length FROM words;
CREATE TEMP TABLE runs AS
    SELECT article, unnest({_PLACES}) AS place, unnest([hash({_RUN}) FOR i IN {_PLACES}]) AS run FROM words;
CREATE TEMP TABLE held AS SELECT DISTINCT run, article FROM runs WHERE run IN
    (SELECT run FROM runs GROUP BY run HAVING count(DISTINCT article) BETWEEN 2 AND {MOST_ARTICLES});
CREATE TEMP TABLE meetings AS SELECT runs.article, held.article AS other, place
    FROM runs JOIN held USING (run) WHERE runs.article <> held.article;
CREATE TEMP TABLE many AS SELECT article, other, length
    FROM (SELECT article, other, count(*) AS runs FROM meetings GROUP BY article, other) JOIN lengths USING (article)
    WHERE runs * {RUN_WORDS} >= {LEAST_SHARE} * length;
SELECT article, other, sum(least({RUN_WORDS}, coalesce(gap, {RUN_WORDS}))) / any_value(length) AS score FROM (
    SELECT article, other, length, place - lag(place) OVER (PARTITION BY article, other ORDER BY place) AS gap
    FROM meetings JOIN many USING (article, other)) GROUP BY article, other
"""
"""Words are hashed once and runs by their words' hashes (70 times as fast as by slices), and pairs that meet too
seldom are dropped before the words under their runs are counted."""


def duckdb(texts: Texts, processes: int) -> Pairs:
    """The task in SQL: runs of 8 words joined with themselves, words under them counted."""
    from duckdb import connect

    with connect(config={"threads": processes}) as database:
        database.register("texts", pd.DataFrame({"article": range(len(texts)), "text": list(texts)}))
        for statement in SQL.split(";"):
            result = database.execute(statement)
        found = result.fetchnumpy()
    return _either(found["article"], found["other"], found["score"])


class Peer(NamedTuple):
    """A way to do the task.

    Attributes:
        work: takes texts and cores.
        exact: whether its score is the share itself.
        most: articles it is measured with.
        package: what must be installed for it.
    """

    work: Callable[[Texts, int], Pairs | None]
    exact: bool = False
    most: int = 10_000_000
    package: str | None = None


PEERS = {
    "floor": Peer(floor),
    "floor in Python": Peer(python_floor),
    "ours": Peer(ours, exact=True),
    "ours, exact join": Peer(ours_exact, exact=True),
    "sentences": Peer(sentences),
    "datasketch": Peer(datasketch, package="datasketch"),
    "rensa": Peer(rensa, package="rensa"),
    "sparse_dot_topn": Peer(sparse_dot_topn, package="sparse_dot_topn"),
    "sklearn": Peer(sklearn, most=60_000),
    "duckdb": Peer(duckdb, exact=True, package="duckdb"),
}


def _shingles(text: str) -> set[str]:
    words = WORD.findall(text.lower())
    return {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}


def _either(articles: Any, others: Any, scores: Any, least: float = LEAST_SHARE) -> Pairs:
    """Unordered pairs, each with the higher of the scores of its two orders, of at least `least`."""
    enough = scores >= least
    pairs = np.stack([np.minimum(articles, others), np.maximum(articles, others)])[:, enough].astype(np.int64)
    order = np.lexsort((-scores[enough], *pairs))
    pairs, scores = pairs[:, order], scores[enough][order]
    new = np.append(True, (np.diff(pairs) != 0).any(axis=0))[: len(scores)]
    return Pairs(*pairs[:, new], scores[new])


def _contained(signatures: NDArray[Any], sizes: list[int], found: list[tuple[int, int]]) -> Pairs:
    """Share of the smaller set that the larger has too, by the estimated Jaccard."""
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    parts = np.array_split(pairs, len(pairs) // 10_000 + 1)
    jaccard = np.concatenate([(signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1) for part in parts])
    both = np.array(sizes)[pairs]
    return Pairs(*pairs.T, jaccard / (1 + jaccard) * both.sum(axis=1) / np.maximum(1, both.min(axis=1)))
