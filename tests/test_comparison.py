"""What notebook 02 hands on: formulae, and shares with and without them; candidates of a large corpus."""

import numpy as np
import pandas as pd
import pytest

from helpers import analysis, size
from helpers.candidates import formulaic_words
from helpers.comparison import compare
from helpers.segmentation import word_keys
from helpers.sources import RawArticle, Reading

NOTICE = "Quotes are delayed by fifteen minutes at least and belong to the exchange itself."
COPIED = "Divers brought the bronze bell of the sunken ferry ashore before dawn on Friday while hundreds watched."


def own_words(number, n=40):
    return " ".join(f"w{number}x{i}" for i in range(n)).capitalize() + "."


@pytest.fixture(scope="module")
def prose():
    """Sixty articles with one notice; the first two share a sentence besides."""
    texts = {f"a{i:02}": f"{own_words(i)} {NOTICE}" for i in range(60)}
    for name in ("a00", "a01"):
        texts[name] += f" {COPIED}"
    return pd.Series(texts, dtype="str")


def test_a_notice_in_all_articles_is_a_formula_and_nothing_else_is(prose):
    formulae = compare(prose).formulae
    assert [(r.text, r.n_words, r.articles, r.occurrences) for r in formulae.itertuples()] == [
        (NOTICE.rstrip("."), 14, 60, 60)
    ]


def test_the_words_of_formulae_are_those_of_the_notice(prose):
    marked = formulaic_words(prose, compare(prose).formulae)
    assert set(marked) == set(prose.index)
    notice = word_keys(NOTICE)
    for name, text in prose.items():
        assert np.array(word_keys(text))[marked[name]].tolist() == notice


def test_a_small_corpus_has_no_formulae_and_marks_no_word(prose):
    formulae = compare(prose[:50]).formulae
    assert len(formulae) == 0
    assert formulaic_words(prose, formulae) == {}


@pytest.mark.parametrize("large", [False, True])
def test_shares_are_given_with_and_without_formulae(prose, monkeypatch, large):
    monkeypatch.setattr(size, "LARGE", 10 if large else 1000)
    raw = [RawArticle(name, f"{name}.txt", None, f"{text}\n", "utf-8") for name, text in prose.items()]
    made = analysis.analyse(Reading(raw), processes=1, pairs=[("a00", "a01"), ("a02", "a03")])
    pairs = made["overlap"].set_index(["article_id", "source_id"])
    n = len(word_keys(prose["a00"]))
    assert pairs.loc[("a00", "a01"), "reused_words"] == len(word_keys(NOTICE + COPIED))
    assert pairs.loc[("a00", "a01"), "without_formulae"] == len(word_keys(COPIED)) / n
    assert pairs.loc[("a02", "a03"), "reused_words"] == len(word_keys(NOTICE))
    assert pairs.loc[("a02", "a03"), "without_formulae"] == 0
    copying = made["copying"].set_index("article_id")
    assert copying.loc["a00", "without_formulae"] == len(word_keys(COPIED)) / n
    assert copying.loc["a02", "without_formulae"] == 0 < copying.loc["a02", "copied_share"]
    assert (len(made["overlap"]) == 4) is large
