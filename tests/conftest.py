"""What several tests share: the five articles, cleaned once; finished runs without notebooks."""

import pandas as pd
import pytest

from helpers import corpus, overlap, passages, report, similarity, tables
from helpers.pipeline import PROJECT
from helpers.prose import corpus_words, prose_texts

KHARKIV = PROJECT / "data" / "raw" / "kharkiv-2022"


@pytest.fixture(scope="session")
def raw_articles():
    return corpus.read_folder(KHARKIV)


@pytest.fixture(scope="session")
def cleaned(raw_articles):
    return corpus.clean_corpus(raw_articles)


@pytest.fixture(scope="session")
def texts(cleaned):
    """Clean text by the article's number: "000" to "004"."""
    rows = cleaned.articles
    return {a[:3]: t for a, t in zip(rows["article_id"], rows["text"], strict=True)}


def analyse(raw, folder, pairs=None):
    """All tables and the report of a corpus, as notebooks 01-05 make them; returns the overview."""
    clean = corpus.clean_corpus(raw)
    prose = prose_texts(clean.articles, clean.sentences)
    cosine = [
        similarity.cosine_matrix(v(prose), prose.index) for v in (similarity.word_vectors, similarity.char_vectors)
    ]
    alike = similarity.similarity_table(*cosine)
    words = corpus_words(clean.articles, clean.sentences)
    text = dict(zip(clean.articles["article_id"], clean.articles["text"], strict=True))
    chosen = passages.candidate_pairs(alike, 0.05) if pairs is None else pairs
    rows = pd.concat([passages.no_rows(), *passages.passages_table(text, words, chosen, processes=1)])
    table = overlap.overlap_table(words, rows)
    made = {
        "articles": clean.articles,
        "sentences": clean.sentences,
        "cleaning_log": clean.cleaning_log,
        "similarity": alike,
        "passages": rows,
        "overlap": table,
        "source_overlap": overlap.source_overlap_table(clean.articles, words, rows),
        "copying": overlap.copying_table(words, rows, table, alike, prose),
    }
    for name, frame in made.items():
        tables.write(frame, name, folder / "processed")
    record = {
        "corpus": folder.name,
        "parameters": {},
        "python": "3",
        "date": "2026-11-22",
        "inputs": [],
        "problems": [],
    }
    return report.write(folder / "processed", folder / "reports", record)


@pytest.fixture(scope="session")
def kharkiv_report(tmp_path_factory, raw_articles):
    """The overview page of the five articles."""
    return analyse(raw_articles, tmp_path_factory.mktemp("kharkiv"))
