"""Similarity: range, symmetry, and the ranking on the five articles."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse import random as sparse_random

from helpers import similarity
from helpers.candidates import CorpusKeys
from helpers.comparison import of_candidates
from helpers.prose import prose_texts

VECTORS = [
    similarity.word_vectors,
    similarity.char_vectors,
    lambda t: similarity.word_vectors(t, idf="corpus"),
]


@pytest.mark.parametrize("vectors", VECTORS)
@given(texts=st.lists(st.text("abcd é.", min_size=0, max_size=30), min_size=2, max_size=5))
def test_cosines_are_symmetric_in_range_and_one_for_the_same_text(vectors, texts):
    series = pd.Series([*texts, "some words", "some words"], dtype="str")
    cosine = similarity.cosine_matrix(vectors(series), series.index).to_numpy()
    assert (cosine == cosine.T).all()
    assert ((cosine >= 0) & (cosine <= 1)).all()
    assert cosine[-1, -2] == pytest.approx(1)
    assert (np.diag(cosine) == 1).all()


def test_the_three_versions_of_one_story_are_the_most_similar_pairs(cleaned):
    texts = prose_texts(cleaned.articles, cleaned.sentences)
    for vectors in (similarity.word_vectors, similarity.char_vectors):
        cosine = similarity.cosine_matrix(vectors(texts), texts.index)
        table = similarity.similarity_table(cosine, cosine)
        top = table.sort_values("cosine_words", ascending=False).head(6)
        assert {frozenset((a[:3], b[:3])) for a, b in zip(top["article_id"], top["other_id"], strict=True)} == {
            frozenset(("001", "002")),
            frozenset(("001", "004")),
            frozenset(("002", "004")),
        }


def test_either_kind_of_word_weights_separates_copies_from_the_rest(cleaned):
    texts = prose_texts(cleaned.articles, cleaned.sentences)
    for idf in ("background", "corpus"):
        cosine = similarity.cosine_matrix(similarity.word_vectors(texts, idf=idf), texts.index)
        values = similarity.similarity_table(cosine, cosine)["cosine_words"].sort_values(ascending=False)
        assert values.iloc[:6].min() > 1.5 * values.iloc[6:].max(), idf


def test_captions_and_credits_are_left_out(cleaned):
    texts = prose_texts(cleaned.articles, cleaned.sentences)
    assert not texts.str.contains("Handout", regex=False).any()
    assert not texts.str.contains("Cynthia Osterman", regex=False).any()


@pytest.mark.parametrize("idf", ["background", "corpus"])
def test_vectors_do_not_depend_on_how_many_articles_are_counted_at_once(monkeypatch, idf):
    texts = pd.Series(["the cat sat on the mat", "", "die Katze sitzt hier", "the cat is here, the dog is not", "mat"])
    languages, ranges = pd.Series(["en", "de", "de", "en", "xx"]), CorpusKeys.ranges
    whole = similarity.word_vectors(texts, languages, idf)
    monkeypatch.setattr(CorpusKeys, "ranges", lambda keys: ranges(keys, 5))
    assert similarity.word_vectors(texts, languages, idf).toarray().tolist() == whole.toarray().tolist()


def test_candidates_are_listed_in_both_orders_by_name():
    texts = pd.Series({"c": "the cat sat", "a": "the cat ran", "b": "a dog ran"})
    pairs, vectors = pd.DataFrame({"article_id": ["c", "a"], "other_id": ["a", "b"]}), similarity.word_vectors(texts)
    found = of_candidates(vectors, pairs, texts.index)
    cosine = similarity.cosine_matrix(vectors, texts.index)
    wanted = [("a", "b"), ("a", "c"), ("b", "a"), ("c", "a")]
    assert list(zip(found["article_id"], found["other_id"], strict=True)) == wanted
    assert found["cosine_words"].tolist() == pytest.approx([cosine.loc[pair] for pair in wanted])
    assert found["cosine_chars"].isna().all()


def test_vectors_are_scaled_as_by_scikit_learn_to_the_bit():
    from sklearn.preprocessing import normalize

    rng = np.random.default_rng(1)
    vectors = sparse_random(60, 400, 0.3, format="csr", rng=rng)
    vectors.data *= 10.0 ** rng.integers(-3, 4, vectors.nnz)
    vectors = csr_matrix(vectors.multiply(rng.random((60, 1)) < 0.9))  # some rows hold nothing
    expected = normalize(vectors)
    found = similarity._unit(vectors, [(0, 25), (25, 26), (26, 60)])
    assert np.array_equal(found.toarray(), expected.toarray())
