"""What is held by column gives what articles give one by one, and jobs are taken only when there is room."""

import io
import random
import sys
from collections import Counter
from functools import cache
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.cleaning import clean
from helpers.corpus import Job, clean_corpus, split_article
from helpers.duplicates import shingles
from helpers.layout import PROSE
from helpers.parts import Part
from helpers.recurring import LEAST_ARTICLES, Lines, least_stories, recurring_lines, sampled, stories
from helpers.segmentation import sentences, word_keys, words
from helpers.sources import RawArticle
from helpers.sources.tabular import written_lines
from helpers.workers import AHEAD, spread

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from hostile import hostile_text


def hostile_texts(n):
    rng = random.Random(11)
    return [hostile_text(rng)[:1500] for _ in range(n)]


def test_the_tables_have_a_row_for_each_edit_and_sentence_of_each_article():
    texts = ["", *hostile_texts(30)]
    raw = [RawArticle(f"a{i:02}", f"{i}.txt", None, text, "utf-8") for i, text in enumerate(texts)]
    made = clean_corpus(raw, "en")
    articles, found, log = [], [], []
    for article in raw:
        own, name = clean(article.text), article.article_id
        parts = sentences(own.text)
        kinds = [part.kind for part in parts]
        title = own.text[slice(*parts[kinds.index("headline")][:2])] if "headline" in kinds else None
        spans = [part for part in parts if part.kind in PROSE]
        n_words = sum(any(s.start <= w.start and w.end <= s.end for s in spans) for w in words(own.text))
        articles.append((name, article.path, title, own.text, n_words))
        found += [(name, i, p.start, p.end, p.kind, p.quoted_words) for i, p in enumerate(parts)]
        log += [(name, e.rule, e.start, e.end, e.before, e.after) for e in own.edits]
    columns = ["article_id", "path", "title", "text", "n_words"]
    pd.testing.assert_frame_equal(made.articles[columns], pd.DataFrame(articles, columns=columns))
    pd.testing.assert_frame_equal(made.sentences, pd.DataFrame(found, columns=made.sentences.columns))
    pd.testing.assert_frame_equal(made.cleaning_log, pd.DataFrame(log, columns=made.cleaning_log.columns))


@cache
def some_parts():
    return [split_article(Job(clean(text), "en", [], "")) for text in ["", *hostile_texts(11)]]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.none() | st.integers(0, 11)), min_size=1, max_size=9))
def test_parts_that_are_replaced_are_those_of_the_articles(drawn):
    split = some_parts()
    places = [i for i, (_, other) in enumerate(drawn) if other is not None]
    first = Part.of([split[own] if other is None or i % 2 else None for i, (own, other) in enumerate(drawn)])
    whole = [split[own] if other is None else split[other] for own, other in drawn]
    made = first.replaced(places, Part.of([whole[i] for i in places])) if places else first
    expected = Part.of(whole)
    assert made.articles.equals(expected.articles)
    assert made.log.equals(expected.log)
    assert made.sentences.equals(expected.sentences)
    for place, own in enumerate(whole):
        assert (made.cleaned(place).text, made.text(place)) == (own.text, own.text)
        edits = ((e.rule, e.start, e.end, e.before, e.after) for e in made.cleaned(place).edits)
        assert [*zip(*edits, strict=True)] == [*own.log]


def told_stories(texts):
    return stories(len(texts), [shingles(word_keys(texts[i])) for i in sampled(len(texts))])


def plainly_recurring(texts, outlets):
    """The same by its rule, outlet by outlet and line by line."""
    found = {}
    for outlet in {own for own in outlets.values() if own is not None}:
        members = {name: Lines.of(text) for name, text in texts.items() if outlets[name] == outlet}
        if len(members) < LEAST_ARTICLES:
            continue
        told = told_stories([texts[name] for name in members])
        junk = set()
        for line in Counter(n for own in members.values() for n in set(own.numbers.tolist())):
            holding = {name: own.sentences[own.numbers == line].any() for name, own in members.items()}
            holding = {name: holding[name] for name, own in members.items() if line in own.numbers}
            if told_stories([texts[name] for name in holding]) >= least_stories(told, any(holding.values())):
                junk.add(line)
        for name, own in members.items():
            lines = zip(own.numbers.tolist(), own.starts.tolist(), own.ends.tolist(), strict=True)
            if spans := [(start, end) for number, start, end in lines if number in junk]:
                found[name] = spans
    return found


PIECES = ["Our daily news", "Read by all who read.", "A wind rose over the hills of the north that day.", "Ships"]


_DRAWN = st.tuples(st.sampled_from("AAAB"), st.lists(st.sampled_from(PIECES), max_size=4), st.integers(0, 30))


@settings(deadline=None)
@given(st.lists(_DRAWN, min_size=8, max_size=24))
def test_recurring_lines_are_those_of_their_rule(drawn):
    texts, outlets = {}, {}
    for i, (outlet, pieces, story) in enumerate(drawn):
        own = " ".join(f"w{story}x{k}" for k in range(20)) + "."
        texts[f"a{i}"], outlets[f"a{i}"] = "\n\n".join([*pieces[:2], own, *pieces[2:]]), "" if outlet == "B" else outlet
    assert recurring_lines(texts, outlets) == plainly_recurring(texts, outlets)


@given(st.text('a,\r\n"\x0b\u2028é', max_size=30))
def test_lines_of_a_table_are_those_a_file_gives(text):
    assert [*written_lines(text)] == [*io.StringIO(text, newline="")]


@pytest.mark.parametrize("processes", [1, 2])
def test_jobs_are_taken_when_there_is_room_for_them(processes):
    taken = count()
    with spread(processes, 2) as run:
        results = run(list, ((next(taken), i)[1] for i in range(60)))
        assert [next(results) for _ in range(3)] == [0, 1, 2]
        assert next(taken) <= 2 * (AHEAD * processes + 2)
        assert [*results] == [*range(3, 60)]
