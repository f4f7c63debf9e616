"""How alike articles are: cosine of TF-IDF vectors of words and of character n-grams.

With a handful of articles the corpus cannot tell a rare word from a topic word: told apart copied from same-topic
sentences, five documents' own IDF reaches an AUC of 0.965, background frequencies 0.993, character 3-5-grams 0.997.
So words are weighted by how rare they are in the language at large (wordfreq), and characters are shown beside them.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from helpers.candidates.keys import CorpusKeys, CorpusWords, read_words
from helpers.candidates.numbering import word_runs
from helpers.languages import knows, zipf

RAREST_ZIPF = 1.0
"""Floor of a word's frequency (one in 10^8 words): names wordfreq never saw have none."""
_PAIRS = 2000
"""Pairs whose runs are compared at once: some million words."""


def word_vectors(
    texts: Sequence[str] | pd.Series,
    languages: str | pd.Series = "en",
    idf: str = "background",
    words: CorpusWords | None = None,
) -> csr_matrix:
    """Unit TF-IDF vectors of words, (articles, different words).

    Args:
        texts: the prose of each article.
        languages: ISO 639-1 code of all texts, or of each. Of a language whose word frequencies are not known all
            words weigh the same.
        idf: "background" weighs 1 + ln(count) by how rare a word is in the language, "corpus" by how few of
            these articles hold it.
        words: of the texts, if they were read before.
    """
    words = words or read_words(texts)
    order = np.argsort(np.array(words.words, dtype=object))  # sums, to the last bit, are those of the article alone
    column = np.empty(len(order), dtype=np.int32)
    column[order] = np.arange(len(order))
    counts = _counts(words, column)
    if not counts.nnz:
        return counts
    if idf == "corpus":
        from sklearn.feature_extraction.text import TfidfTransformer

        return TfidfTransformer().fit(counts).transform(counts, copy=False)
    spoken, of_text = np.unique(np.broadcast_to(np.asarray(languages, dtype="str"), len(texts)), return_inverse=True)
    rarity: dict[int, NDArray[np.float64]] = {}
    for span in words.keys.ranges():
        rows, here = slice(*span), slice(*counts.indptr[[*span]])
        of_count = np.repeat(of_text[rows], np.diff(counts.indptr[span[0] : span[1] + 1]))
        for number in np.unique(of_text[rows]).tolist():
            own = np.flatnonzero(of_count == number) + here.start
            known = rarity.setdefault(number, np.zeros(counts.shape[1]))
            met = np.zeros(counts.shape[1], dtype=bool)
            met[counts.indices[own]] = True
            new = np.flatnonzero(met)
            new = new[known[new] == 0]
            known[new] = [_rarity(words.words[word], spoken[number]) for word in order[new].tolist()]
            counts.data[own] *= known[counts.indices[own]]
    return _unit(counts, words.keys.ranges())


def _unit(vectors: csr_matrix, ranges: Iterable[tuple[int, int]]) -> csr_matrix:
    """The vectors scaled to length 1, in place, some rows at a time: to the bit as scikit-learn's `normalize` does it.

    Loading scikit-learn takes a second.
    """
    ones = np.ones(vectors.shape[1])
    for first, stop in ranges:
        edges = vectors.indptr[first : stop + 1]
        here = slice(edges[0], edges[-1])
        own = (vectors.data[here] ** 2, vectors.indices[here], edges - edges[0])
        length = np.sqrt(csr_matrix(own, shape=(stop - first, len(ones))) @ ones)  # adds up from left to right
        vectors.data[here] /= np.repeat(np.where(length > 0, length, 1.0), np.diff(edges))
    return vectors


def _counts(words: CorpusWords, column: NDArray[np.int32]) -> csr_matrix:
    """1 + ln(count) of the different words of each article, in the columns of the words.

    Counted some articles at a time: of the space for all words only what is written to is taken.
    """
    indices, data = np.empty(len(words.codes), np.int32), np.empty(len(words.codes))
    lengths, end = [np.zeros(1, np.int64)], 0
    for first, stop in words.keys.ranges():
        own = words.codes[slice(*words.offsets[[first, stop]])]
        edges = words.offsets[first : stop + 1] - words.offsets[first]
        counts = csr_matrix((np.ones(len(own)), column[own], edges), shape=(stop - first, len(column)))
        counts.sum_duplicates()
        begin, end = end, end + counts.nnz
        indices[begin:end], data[begin:end] = counts.indices, 1 + np.log(counts.data)
        lengths.append(np.diff(counts.indptr))
    shape = (len(words.offsets) - 1, len(column))
    return csr_matrix((data[:end], indices[:end], np.cumsum(np.concatenate(lengths))), shape=shape)


def _rarity(word: str, language: str) -> float:
    """How rare a word is in a language, in powers of ten of its frequency."""
    return 9.0 - max(zipf(word, language), RAREST_ZIPF) if knows(language) else 1.0


def char_vectors(texts: pd.Series) -> csr_matrix:
    """Unit TF-IDF vectors of the 3-5-grams of characters inside words, (articles, n-grams); none without a word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    analyze = vectorizer.build_analyzer()
    if any(analyze(text) for text in texts):
        vectors = csr_matrix(vectorizer.fit_transform(texts))
        vectors.sort_indices()  # else sums would depend, in their last bits, on the order of the other texts
        return vectors
    return csr_matrix((len(texts), 0))


def containment(keys: Sequence[str], source_keys: Sequence[str], n: int) -> float:
    """Share of a text's different runs of `n` words that the source has too (Broder 1997).

    >>> containment(["a", "b", "c"], ["b", "c", "d"], 2)
    0.5
    """
    own, theirs = (set(zip(*(k[i:] for i in range(n)), strict=False)) for k in (keys, source_keys))
    return len(own & theirs) / len(own) if own else 0.0


def containments(keys: CorpusKeys, own: NDArray[np.int64], source: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """The `containment` of many pairs at once.

    Args:
        keys: words of texts.
        own: the texts, by place.
        source: as many others, by place.
        n: words of a run.

    >>> from helpers.candidates.keys import corpus_keys
    >>> containments(corpus_keys(["a b c", "b c d", ""]), np.array([0, 2]), np.array([1, 1]), 2).tolist()
    [0.5, 0.0]
    """
    found = np.zeros(len(own))
    different, places = np.unique(np.concatenate([own, source]), return_inverse=True)
    runs = _different_runs(keys, different, n)
    for first in range(0, len(own), _PAIRS):
        part = slice(first, first + _PAIRS)
        here, there = (runs[side[part]] for side in np.split(places, 2))
        has, shared = np.diff(here.indptr), np.diff(here.multiply(there).tocsr().indptr)
        np.divide(shared, has, out=found[part], where=has > 0)
    return found


def _different_runs(keys: CorpusKeys, articles: NDArray[np.int64], n: int) -> csr_matrix:
    """Which runs of `n` words each article has: its numbers, but for a bit, are the columns."""
    parts = []
    for first in range(0, max(1, len(articles)), _PAIRS):
        words = [keys.numbers[slice(*keys.offsets[i : i + 2])] for i in articles[first : first + _PAIRS].tolist()]
        own = CorpusKeys(np.concatenate([keys.numbers[:0], *words]), np.cumsum([0, *map(len, words)]))
        numbers, places = word_runs(n)(own, 0, own.n_articles)
        columns, edges = (numbers >> np.uint64(1)).astype(np.int64), np.searchsorted(places, own.offsets)
        runs = csr_matrix((np.ones(len(columns), dtype=bool), columns, edges), shape=(own.n_articles, 2**63 - 1))
        runs.sum_duplicates()
        parts.append(runs)
    return csr_matrix(vstack(parts, format="csr"))


def cosine_matrix(vectors: csr_matrix, index: pd.Index) -> pd.DataFrame:
    """Cosine of every two rows of unit vectors: symmetric, 1 on the diagonal."""
    cosine = np.clip((vectors @ vectors.T).toarray(), 0.0, 1.0)
    cosine = (cosine + cosine.T) / 2
    np.fill_diagonal(cosine, 1.0)
    return pd.DataFrame(cosine, index=index, columns=index)


def similarity_table(cosine_words: pd.DataFrame, cosine_chars: pd.DataFrame) -> pd.DataFrame:
    """The table `similarity`: one row per ordered pair of different articles."""
    names = cosine_words.index.to_numpy(dtype=object)
    rows, columns = np.nonzero(~np.eye(len(names), dtype=bool))
    return pd.DataFrame(
        {
            "article_id": pd.Series(names[rows], dtype="str"),
            "other_id": pd.Series(names[columns], dtype="str"),
            "cosine_words": cosine_words.to_numpy()[rows, columns],
            "cosine_chars": cosine_chars.to_numpy()[rows, columns],
        }
    )


def cluster(cosine: pd.DataFrame) -> np.ndarray:
    """Average-linkage tree of the articles by 1 - cosine, in scipy's linkage format."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    distance = squareform(1.0 - cosine.to_numpy(), checks=False)
    return linkage(np.clip(distance, 0.0, None), method="average", optimal_ordering=True)
