"""All tables of a corpus in two calls: what the notebooks do, for programs that need no notebook."""

from collections.abc import Callable, Collection
from typing import Any

import pandas as pd

from helpers import corpus, overlap, passages
from helpers.alignment import AlignSettings
from helpers.candidates import corpus_keys, formulaic_words
from helpers.changes import changes_table
from helpers.comparison import compare
from helpers.credits import credits_table
from helpers.lineage import Tables, lineage_table
from helpers.memory import give_back
from helpers.outlets import Tables as OutletTables
from helpers.outlets import outlet_tables
from helpers.prose import Found, corpus_words, prose_texts
from helpers.sources import Reading
from helpers.speech import quotations_table
from helpers.spoken import Reused


def analyse(
    reading: Reading,
    pairs: Collection[passages.Pair] | None = None,
    min_cosine: float = 0.05,
    processes: int | None = None,
    timed: Callable[[str], object] = lambda stage: None,
    *,
    idf: str = "background",
    settings: AlignSettings | None = None,
    **cleaning: Any,
) -> dict[str, pd.DataFrame]:
    """The tables of notebooks 01 to 05 by name (see `tables.TABLES`), by default with default parameters.

    Of `passages` the columns are compact (see `passages.passages_table`).

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
    clean = corpus.clean_corpus(reading.articles, **cleaning)
    timed("cleaning")
    problems = corpus.problems_table(reading.problems + corpus.article_problems(clean.articles))
    articles = clean.articles.sort_values("article_id", ignore_index=True)
    sentences, cleaning_log = clean.sentences, clean.cleaning_log
    del clean, reading  # the texts in their first order, and those as read, unless the caller keeps them
    prose = prose_texts(articles, sentences)
    give_back()
    languages = articles.set_index("article_id")["language"]
    compared = compare(prose, languages.reindex(prose.index), idf)
    keys = compared.read.keys if compared.read else corpus_keys(prose)
    prose = pd.Series(index=prose.index, dtype="str")  # which articles there are
    give_back()
    timed("candidates and similarity")
    words = corpus_words(articles, sentences)
    if pairs is None:
        pairs = passages.candidate_pairs(compared.similarity, min_cosine, compared.candidates)
    spoken = Found(words.places, languages.array.__getitem__)
    rows = passages.passages_table(words.text, words, pairs, settings, processes, spoken, compact=True)
    del pairs
    give_back()
    timed("alignment")
    formulaic = formulaic_words(prose, compared.formulae, keys)
    found = Reused.of(words, rows, formulaic)
    shares = overlap.overlap_table(words, rows, found=found)
    same = overlap.same_article(articles)
    copying = overlap.copying_table(words, rows, shares, compared.similarity, prose, same, found=found, keys=keys)
    made = {
        "articles": articles,
        "cleaning_log": cleaning_log,
        "sentences": sentences,
        "problems": problems,
        "similarity": compared.similarity,
        "candidates": compared.candidates,
        "formulae": compared.formulae,
        "passages": rows,
        "overlap": shares,
        "source_overlap": overlap.source_overlap_table(articles, words, rows, found.places),
        "copying": copying,
    }
    timed("shares")
    return made


def interpret(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of notebooks 07 to 09, from those of `analyse`."""
    made = made | {"passages": made["passages"].astype(passages.no_rows().dtypes)}
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
