"""Exact and near duplicates, found without comparing all pairs."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import duplicates
from helpers.corpus import clean_corpus
from helpers.duplicates import NEAR, Fingerprint, shared, shingles
from helpers.sources import RawArticle

RNG = random.Random(5)
WORDS = [f"w{i}" for i in range(400)]
LONG = RNG.choices(WORDS, k=300)


def earlier_copies(articles):
    return duplicates.earlier_copies({name: Fingerprint.of(words) for name, words in articles.items()})


def edited(words, places):
    return [f"x{i}" if i in places else word for i, word in enumerate(words)]


def test_exact_and_near_duplicates_are_linked_to_the_first():
    articles = {
        "a": LONG,
        "b": edited(LONG, {50, 200}),
        "c": list(LONG),
        "d": edited(LONG, range(0, 300, 40)),
        "e": [*LONG, *RNG.choices(WORDS, k=200)],
    }
    assert earlier_copies(articles) == {"b": "a", "c": "a"}


def test_an_exact_copy_of_a_near_copy_is_linked_to_the_first_of_all():
    near = edited(LONG, {50})
    assert earlier_copies({"a": LONG, "b": near, "c": list(near)}) == {"b": "a", "c": "a"}


def test_articles_without_words_are_no_duplicates():
    assert earlier_copies({"a": [], "b": []}) == {}


def test_short_articles_are_duplicates_only_if_equal():
    assert earlier_copies({"a": ["rain"], "b": ["snow"], "c": ["rain"], "d": ["rain", "fell"]}) == {"c": "a"}


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_what_bands_find_is_what_all_pairs_give(data):
    articles = {}
    for name in "abcdef":
        places = data.draw(st.sets(st.integers(0, 299), max_size=4))
        cut = data.draw(st.sampled_from([300, 299, 290, 150]))
        articles[name] = edited(LONG, places)[:cut]
    expected, firsts = {}, []
    for name, words in articles.items():
        own = shingles(words)
        near = [(shared(own, shingles(articles[f])) / max(len(own), len(shingles(articles[f]))), f) for f in firsts]
        best = max((share for share, _ in near), default=0)
        if best >= NEAR:
            expected[name] = next(f for share, f in near if share == best)
        else:
            firsts.append(name)
    assert earlier_copies(articles) == expected


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_shared_shingles_are_those_of_the_sets(a, b):
    def runs(words):
        n = min(5, len(words))
        return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)} if n else set()

    assert len(shingles(a)) == len(runs(a))
    assert shared(shingles(a), shingles(b)) == len(runs(a) & runs(b))


@pytest.mark.parametrize("text", ["", "...\n\n--"])
def test_the_corpus_links_duplicates_and_nothing_to_nothing(text):
    body = "Heavy rain fell on the city on Monday and flooded the old tunnel."
    raw = [RawArticle(n, n, None, t, "utf-8") for n, t in zip("abcd", [text, body, text, body.upper()], strict=True)]
    found = clean_corpus(raw).articles.set_index("article_id")["duplicate_of"]
    assert found.dropna().to_dict() == {"d": "b"}
