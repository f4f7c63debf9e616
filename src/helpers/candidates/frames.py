"""The tables `candidates` and `formulae`, and which words of an article are formulae."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.candidates.formulae import Formulae
from helpers.candidates.keys import CorpusKeys, corpus_keys
from helpers.candidates.numbering import Numbered, is_among, word_runs
from helpers.candidates.settings import CandidateSettings
from helpers.prose import Prose
from helpers.segmentation import word_spans
from helpers.tables import named

RUN_WORDS = CandidateSettings().run_words


def candidates_table(found: pd.DataFrame, names: Sequence[str], compact: bool = False) -> pd.DataFrame:
    """The table `candidates`: the pairs that are aligned, by name.

    Args:
        found: see `select.candidates`.
        names: article_id of each article, by index.
        compact: names as categories.
    """
    ids = pd.Index(names, dtype="str")
    sides = zip(("article_id", "other_id"), ("article", "other"), strict=True)
    pairs = {name: named(found[side].to_numpy(), ids, compact) for name, side in sides}
    return pd.DataFrame(pairs | {name: found[name] for name in found.columns[2:]})


def formulae_table(found: Formulae, keys: CorpusKeys, prose: pd.Series | Prose) -> pd.DataFrame:
    """The table `formulae`: the commonest first, each as it stands in one article.

    Args:
        found: see `formulae.formulae`.
        keys: the corpus.
        prose: the texts the keys were made of, by article_id.
    """
    rows = []
    texts = prose.array if isinstance(prose, pd.Series) else prose
    articles = keys.articles_at(found.places)
    for number, (place, n_words, held, occurrences) in enumerate(zip(*found, strict=True)):
        own = texts[articles[number]]
        starts, ends = word_spans(own)
        first = place - keys.offsets[articles[number]]
        text = own[starts[first] : ends[first + n_words - 1]]
        rows.append((number, text, int(n_words), int(held), int(occurrences), prose.index[articles[number]]))
    columns = ["formula", "text", "n_words", "articles", "occurrences", "article_id"]
    types = {"formula": "int64", "text": "str", "n_words": "int64", "articles": "int64", "occurrences": "int64"}
    return pd.DataFrame(rows, columns=columns).astype(types | {"article_id": "str"})


def formulaic_words(
    prose: pd.Series | Prose, formulae: pd.DataFrame, keys: CorpusKeys | None = None
) -> dict[str, NDArray[np.bool_]]:
    """Which words of an article stand in runs of eight words of a formula; articles that have none are left out.

    Args:
        prose: the prose of each article, by article_id.
        formulae: the table of that name.
        keys: the words of `prose`, if they were read before.
    """
    if not len(formulae):
        return {}
    known = np.unique(np.concatenate([numbers for numbers, _ in _runs(corpus_keys(formulae["text"]))]))
    keys = keys or corpus_keys(prose)
    found = [places[is_among(numbers, known)] for numbers, places in _runs(keys)]
    hits = np.concatenate([np.empty(0, np.int64), *found])
    marked = np.zeros(keys.n_words, dtype=bool)
    for offset in range(RUN_WORDS):
        marked[hits + offset] = True
    holding = np.unique(keys.articles_at(hits))
    return {prose.index[i]: marked[keys.offsets[i] : keys.offsets[i + 1]] for i in holding.tolist()}


def _runs(keys: CorpusKeys) -> Iterator[Numbered]:
    """The runs of words, some articles at a time."""
    return (word_runs(RUN_WORDS)(keys, *span) for span in keys.ranges())
