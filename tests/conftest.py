"""What several tests share: the five articles, cleaned once."""

import pytest

from helpers import corpus
from helpers.pipeline import PROJECT

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
