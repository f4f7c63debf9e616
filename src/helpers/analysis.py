"""All tables of a corpus in two calls: what the notebooks do, for programs that need no notebook."""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import corpus, overlap, passages, tables
from helpers.alignment import AlignSettings
from helpers.candidates import corpus_keys, formulaic_words
from helpers.candidates.keys import CorpusKeys, in_file
from helpers.changes import changes_table
from helpers.comparison import compare
from helpers.credits import credits_table
from helpers.lineage import Tables, lineage_table
from helpers.memory import give_back
from helpers.outlets import Tables as OutletTables
from helpers.outlets import outlet_tables
from helpers.prose import CorpusProse, Found, Prose, ProseSentences, corpus_words
from helpers.size import is_large
from helpers.sources import Reading
from helpers.speech import quotations_table
from helpers.spoken import Reused

_NEEDED = ["article_id", "outlet", "language", "text", "duplicate_of"]
"""Columns of `articles` that other tables are made from."""
Named = tuple[str, pd.DataFrame]
"""A table and its name."""


class _Search(NamedTuple):
    """What later tables need of the search: pairs to align, cosines, words in formulae, all words."""

    pairs: Collection[passages.Pair]
    similarity: pd.DataFrame
    formulaic: Mapping[str, NDArray[np.bool_]]
    keys: CorpusKeys


def each_table(
    reading: Reading,
    pairs: Collection[passages.Pair] | None = None,
    min_cosine: float = 0.05,
    processes: int | None = None,
    timed: Callable[[str], object] = lambda stage: None,
    *,
    idf: str = "background",
    settings: AlignSettings | None = None,
    **cleaning: Any,
) -> Iterator[Named]:
    """The tables of notebooks 01 to 05 (see `tables.TABLES`), each as soon as it is made.

    What later tables do not need is let go of: who writes each and keeps none needs half of the memory of `analyse`.
    Names in tables of pairs of a large corpus, and kinds, are categories (see `tables.named`).

    Args:
        reading: the articles as read.
        pairs: those to align; by default the candidates.
        min_cosine: of a small corpus' pairs that are aligned.
        processes: worker processes; by default as many as there are cores, if the corpus is large.
        timed: told the name of each stage when it is done.
        idf: see `comparison.compare`.
        settings: of the aligner.
        cleaning: see `corpus.clean_corpus`.
    """
    cleaned = _cleaned(reading, cleaning, timed)
    del reading  # so that the texts as read go when they are clean, unless the caller keeps them
    articles, sentences = yield from cleaned
    languages = pd.Series(articles["language"].array, index=articles["article_id"].array)
    found = yield from _compared(Prose(articles, sentences), languages, idf, pairs, min_cosine, timed)
    words = corpus_words(articles, sentences)
    spoken = Found(words.places, languages.array.__getitem__)
    rows = passages.passages_table(words.text, words, found.pairs, settings, processes, spoken, compact=True)
    give_back()
    timed("alignment")
    yield from _handed_over({"passages": rows})
    shares = _shares(articles, words, rows.drop(columns=["score", "quoted_words"]), found, timed)
    del articles, sentences, words, spoken, rows, found
    yield from shares


def _cleaned(
    reading: Reading, cleaning: dict[str, Any], timed: Callable[[str], object]
) -> Generator[Named, None, tuple[pd.DataFrame, ProseSentences]]:
    """The tables of notebook 01; returns what is needed of articles, by article_id, and their sentences of prose."""
    clean = corpus.clean_corpus(reading.articles, **cleaning)
    problems = corpus.problems_table(reading.problems + corpus.article_problems(clean.articles))
    articles, table = clean.articles, clean.sentences
    made = {"problems": problems, "cleaning_log": clean.cleaning_log}
    del clean, reading
    timed("cleaning")
    yield from _handed_over(made)
    sentences = ProseSentences.of_table(articles[["article_id"]].sort_values("article_id"), table)
    made = {"sentences": table}
    del table
    yield from _handed_over(made)
    articles = articles.sort_values("article_id", ignore_index=True)
    yield "articles", articles
    return articles[_NEEDED], sentences


def _compared(
    prose: Prose,
    languages: pd.Series,
    idf: str,
    pairs: Collection[passages.Pair] | None,
    min_cosine: float,
    timed: Callable[[str], object],
) -> Generator[Named, None, _Search]:
    """The tables of notebook 02; returns what is needed of them."""
    compared = compare(prose, languages, idf, compact=True)
    if pairs is None:
        pairs = passages.candidate_pairs(compared.similarity, min_cosine, compared.candidates)
    keys = compared.read.keys if compared.read else corpus_keys(prose)
    formulaic = formulaic_words(prose, compared.formulae, keys)
    found = _Search(pairs, compared.similarity, formulaic, in_file(keys) if is_large(keys.n_articles) else keys)
    made = {name: getattr(compared, name) for name in ("similarity", "candidates", "formulae")}
    del compared, keys, formulaic
    give_back()
    timed("candidates and similarity")
    yield from _handed_over(made)
    return found


def _shares(
    articles: pd.DataFrame, words: CorpusProse, rows: pd.DataFrame, search: _Search, timed: Callable[[str], object]
) -> Iterator[Named]:
    """The tables of notebooks 04 and 05."""
    found = Reused.of(words, rows, search.formulaic)
    give_back()
    shares = overlap.overlap_table(words, rows, found=found)
    outlets = overlap.source_overlap_table(articles, words, rows, found.places)
    same = overlap.same_article(articles)
    copied = overlap.copied_shares(words, rows, found, same)
    names = pd.Series(index=articles["article_id"].array, dtype="str")
    del articles, words, rows, found
    give_back()
    copying = overlap.judged(copied, shares, search.similarity, names, same, keys=search.keys)
    timed("shares")
    yield from {"overlap": shares, "source_overlap": outlets, "copying": copying}.items()


def _handed_over(made: dict[str, pd.DataFrame]) -> Iterator[Named]:
    """The tables, each taken away when it is asked for."""
    for name in list(made):
        yield name, made.pop(name)
    give_back()


def analyse(reading: Reading, *args: Any, **options: Any) -> dict[str, pd.DataFrame]:
    """The tables of notebooks 01 to 05 by name, by default with default parameters: all that `each_table` makes."""
    return dict(each_table(reading, *args, **options))


def interpret(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of notebooks 07 to 09, from those of `analyse`."""
    made = {name: tables.plain(frame) for name, frame in made.items()}
    made["passages"] = made["passages"].astype(passages.no_rows().dtypes)
    articles, sentences, rows = made["articles"], made["sentences"], made["passages"]
    credits, words = credits_table(articles, sentences), corpus_words(articles, sentences)
    read = {name: made[name] for name in ("articles", "passages", "overlap", "copying")}
    told = Tables(**read, sentences=sentences, cleaning_log=made["cleaning_log"], credits=credits, corpus=words)
    lineage = lineage_table(told)
    outlets = outlet_tables(OutletTables(**read, credits=credits, lineage=lineage, corpus=words))
    return {
        "credits": credits,
        "quotations": quotations_table(articles),
        "lineage": lineage,
        "changes": changes_table(articles, sentences, rows),
        "outlet_flows": outlets.flows,
        "outlet_habits": outlets.habits,
    }
