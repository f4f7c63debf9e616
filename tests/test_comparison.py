"""What notebook 02 hands on: formulae, and shares with and without them; candidates of a large corpus."""

import weakref

import numpy as np
import pandas as pd
import pytest

from helpers import analysis, size, tables
from helpers.candidates import formulaic_words
from helpers.candidates.keys import corpus_keys, in_file, read_words
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


def test_names_as_categories_are_the_same_tables(prose, monkeypatch):
    monkeypatch.setattr(size, "LARGE", 10)
    named, compact = compare(prose[::-1]), compare(prose[::-1], compact=True)
    for name in ("similarity", "candidates"):
        rows = getattr(compact, name)
        assert isinstance(rows["article_id"].dtype, pd.CategoricalDtype)
        pd.testing.assert_frame_equal(tables.plain(rows), getattr(named, name))
        assert tables.conform(rows, name).equals(tables.conform(getattr(named, name), name))


@pytest.mark.parametrize("large", [False, True])
def test_a_table_that_was_handed_over_is_not_kept(prose, monkeypatch, large):
    monkeypatch.setattr(size, "LARGE", 10 if large else 1000)
    raw = [RawArticle(name, f"{name}.txt", None, f"{text}\n", "utf-8") for name, text in prose.items()]
    alive, seen = {}, []
    for name, frame in analysis.each_table(Reading(raw), processes=1):
        seen.append(name)
        alive[name] = weakref.ref(frame)
        del frame
        gone = {"cleaning_log", "sentences", "candidates", "formulae", "passages"} & set(seen[:-1])
        assert not [other for other in gone if alive[other]() is not None]
    assert sorted(seen) == sorted(analysis.analyse(Reading(raw), processes=1))


def test_keys_in_a_file_are_the_same_keys(prose):
    for keys in (corpus_keys(prose), read_words(prose).keys):
        away = in_file(keys)
        assert np.asarray(away.numbers).tolist() == np.asarray(keys.numbers).tolist()
        assert away.numbers[np.array([3, 1])].tolist() == keys.numbers[np.array([3, 1])].tolist()
        assert away.offsets is keys.offsets


@pytest.mark.parametrize("large", [False, True])
def test_many_articles_without_a_word_have_nothing_in_common(monkeypatch, large):
    monkeypatch.setattr(size, "LARGE", 10 if large else 1000)
    raw = [RawArticle(f"a{i:02}", f"a{i:02}.txt", None, "...\n", "utf-8") for i in range(60)]
    copying = analysis.analyse(Reading(raw), processes=1)["copying"]
    assert copying["copied_share"].tolist() == [0] * 60
