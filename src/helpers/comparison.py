"""How alike articles are, for a corpus of any size: all pairs of a small one, candidates of a large one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from helpers.candidates.keys import CorpusWords, Places
from helpers.memory import give_back
from helpers.prose import Prose
from helpers.similarity import char_vectors, cosine_matrix, similarity_table, word_vectors
from helpers.size import FORMULA_ARTICLES, is_large
from helpers.tables import named, plain

STEPS = 4
"""Of a corpus that is not small: its words are read, and three joins made."""
_AT_ONCE = 1 << 13  # pairs, whose vectors take some 50 MB
_FORMULAE = {"formula": "int64", "text": "str", "n_words": "int64", "articles": "int64", "occurrences": "int64"}
_CANDIDATES = dict.fromkeys(["article_id", "other_id"], "str")
_CANDIDATES |= dict.fromkeys(["share", "other_share", "own_share", "other_own_share"], "float64")
_CANDIDATES |= {"rare_runs": "int64", "word_pairs": "int64", "score": "float64", "reason": "str"}


@dataclass(frozen=True)
class Compared:
    """The tables of notebook 02, and of a small corpus the cosines of all pairs, by words and by characters.

    `read` holds the words of the prose, where they were read for it: the shares need not read them again.
    """

    similarity: pd.DataFrame
    candidates: pd.DataFrame
    formulae: pd.DataFrame
    words: pd.DataFrame | None = None
    chars: pd.DataFrame | None = None
    read: CorpusWords | None = None


def compare(
    prose: pd.Series | Prose,
    languages: str | pd.Series = "en",
    idf: str = "background",
    progress: Callable[[int], object] = lambda done: None,
    compact: bool = False,
) -> Compared:
    """Compare the articles of a corpus.

    Args:
        prose: the prose of each article, by article_id.
        languages: ISO 639-1 code of all articles, or of each.
        idf: see `similarity.word_vectors`.
        progress: told now and then how many more of the `STEPS` are done, if the corpus is not small.
        compact: names of a large corpus as categories: a sixth of the memory.
    """
    candidates = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _CANDIDATES.items()})
    formulae = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in (_FORMULAE | {"article_id": "str"}).items()})
    read = None
    large = is_large(len(prose))
    if large or len(prose) > FORMULA_ARTICLES:
        from helpers import candidates as search  # a small corpus need not load it

        read = search.read_words(prose)
        give_back()
        progress(1)
        keys = read.keys
        found = search.candidates(keys, progress=progress)
        formulae = search.formulae_table(found.formulae, keys, prose)
        if large:
            give_back()
            first, second = (found.candidates[name].to_numpy() for name in ("article", "other"))
            cosine = _cosines(word_vectors(prose, languages, idf, read), first, second)
            similarity = _of_pairs(cosine, first, second, prose.index, compact)
            candidates = search.candidates_table(found.candidates, prose.index, compact)
            return Compared(similarity, candidates, formulae, read=read)
    if isinstance(prose, Prose):
        prose = pd.Series([*prose], index=prose.index, dtype="str")
    vectors = word_vectors(prose, languages, idf, read)
    words, chars = cosine_matrix(vectors, prose.index), cosine_matrix(char_vectors(prose), prose.index)
    return Compared(similarity_table(words, chars), candidates, formulae, words, chars, read)


def of_candidates(vectors: csr_matrix, candidates: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """The table `similarity` of the candidates, in both orders; characters are not compared."""
    first, second = (index.get_indexer(candidates[name]) for name in ("article_id", "other_id"))
    return _of_pairs(_cosines(vectors, first, second), first, second, index)


def _cosines(vectors: csr_matrix, first: Places, second: Places) -> NDArray[np.float64]:
    cosine = np.zeros(len(first))
    for start in range(0, len(first), _AT_ONCE):
        here = slice(start, start + _AT_ONCE)
        cosine[here] = np.asarray(vectors[first[here]].multiply(vectors[second[here]]).sum(axis=1)).ravel()
    return np.clip(cosine, 0.0, 1.0)


def _of_pairs(
    cosine: NDArray[np.float64], first: Places, second: Places, index: pd.Index, compact: bool = False
) -> pd.DataFrame:
    """The table `similarity` of pairs given by place in the index."""
    names = pd.Index(index, dtype="str")
    own, other = (named(np.append(*sides), names, compact=True) for sides in ((first, second), (second, first)))
    order = np.argsort(own.codes * np.int64(len(names)) + other.codes)
    columns = {"article_id": own[order], "other_id": other[order], "cosine_words": np.tile(cosine, 2)[order]}
    table = pd.DataFrame(columns).assign(cosine_chars=np.nan)
    return table if compact else plain(table)
