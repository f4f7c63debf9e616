"""Boilerplate is learnt from an outlet's articles; the stories they tell are not."""

import random

import pytest

from helpers.corpus import clean_corpus, replayed
from helpers.recurring import recurring_lines
from helpers.sources import RawArticle

SLOGAN = "The Daily Example, your window on the world since 1920"
ABOUT = (
    "The Daily Example is an independent paper that is owned by its readers and has reported from all corners of "
    "the country for more than a hundred years."
)


def stories(n, seed=0, paragraphs=6):
    """`n` articles of random words, none alike."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices("abcdefghiklmnoprstu", k=rng.randint(3, 9))) for _ in range(3000)]
    return [[" ".join(rng.choices(vocabulary, k=30)).capitalize() + "." for _ in range(paragraphs)] for _ in range(n)]


def corpus(articles, outlet="X"):
    return [
        RawArticle(f"{outlet}{i:02}", f"{i}", outlet, "\n\n".join(paragraphs), "utf-8")
        for i, paragraphs in enumerate(articles)
    ]


def taken_out(raw, **options):
    """The learnt lines, by article."""
    result = clean_corpus(raw, **options)
    text = dict(zip(result.articles["article_id"], result.articles["text"], strict=True))
    assert replayed({article.article_id: article.text for article in raw}, result.cleaning_log) == text
    log = result.cleaning_log
    rows = log[log["rule"].str.contains("recurring_line")]
    return {name: sorted(set(found)) for name, found in rows.groupby("article_id")["before"]}


@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_line_in_most_articles_of_an_outlet_goes_wherever_it_stands(place):
    articles = stories(6)
    for paragraphs in articles:
        paragraphs.insert(place, ABOUT)
    articles[0].remove(ABOUT)
    assert taken_out(corpus(articles)) == {f"X{i:02}": [ABOUT] for i in range(1, 6)}
    assert taken_out(corpus(articles), learn_boilerplate=False) == {}


def test_a_slogan_in_a_fifth_of_many_articles_is_enough_a_sentence_is_not():
    articles = stories(25, paragraphs=4)
    for paragraphs in articles[::5]:
        paragraphs.append(SLOGAN)
        paragraphs.append(ABOUT)
    assert taken_out(corpus(articles)) == {f"X{i:02}": [SLOGAN] for i in range(0, 25, 5)}


def test_updates_of_one_story_are_no_boilerplate():
    story, *others = stories(4)
    updates = [[*story[:5], news[0]] for news in stories(10, seed=1)]
    assert taken_out(corpus([*updates, *others])) == {}


def test_few_articles_unknown_outlets_and_other_outlets_teach_nothing():
    articles = stories(8)
    for paragraphs in articles:
        paragraphs.append(ABOUT)
    assert taken_out(corpus(articles[:4])) == {}
    assert taken_out(corpus(articles, None)) == {}
    assert taken_out([*corpus(articles[:4], "X"), *corpus(articles[4:], "Y")]) == {}


def test_the_default_corpus_teaches_nothing(texts):
    assert recurring_lines(texts, dict.fromkeys(texts, "one outlet")) == {}


def test_a_credit_that_all_articles_carry_stays_for_it_names_their_source():
    articles = stories(8)
    for paragraphs in articles:
        paragraphs += ["(Reporting by Reuters reporters)", ABOUT]
    assert taken_out(corpus(articles)) == {f"X{i:02}": [ABOUT] for i in range(8)}
