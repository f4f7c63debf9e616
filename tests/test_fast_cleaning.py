"""Cleaning at scale gives what cleaning one by one gives: in any number of processes, in batches, by shortcuts."""

import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from punkt import DEFAULT_LANGUAGE_VARS

from helpers import classify, disguise, languages, layout, mojibake, punctuation, segmentation
from helpers.cleaning import repeated_paragraphs, white_space
from helpers.corpus import clean_corpus
from helpers.edits import apply
from helpers.prose import corpus_words
from helpers.sources import RawArticle
from helpers.sources.dates import stated_date, stated_dates
from helpers.sources.reading import with_title

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from hostile import hostile_text

SLOGAN = "The Daily Example, your window on the world"


def hostile_corpus(n):
    rng = random.Random(7)
    texts = [hostile_text(rng) for _ in range(n)]
    texts = [f"{text}\n\n{SLOGAN}" if i % 3 else text + texts[i // 2] for i, text in enumerate(texts)]
    return [RawArticle(f"h{i}", f"h{i}", "ABC"[i % 3], text, "utf-8") for i, text in enumerate(texts)]


def test_the_tables_do_not_depend_on_the_number_of_processes():
    raw = hostile_corpus(300)
    alone, two = (clean_corpus(raw, processes=n) for n in (1, 2))
    for name in ("articles", "sentences", "cleaning_log"):
        pd.testing.assert_frame_equal(getattr(alone, name), getattr(two, name))
    assert alone.cleaning_log["rule"].str.contains("recurring_line").any()
    words, in_two = (corpus_words(alone.articles, alone.sentences, processes=n) for n in (1, 2))
    assert list(words) == list(in_two)
    for own, other in zip(words.values(), in_two.values(), strict=True):
        for name in ("start", "end", "sentence", "quoted"):
            assert np.array_equal(getattr(own, name), getattr(other, name))


def test_a_corpus_without_edits_has_an_empty_log():
    raw = [RawArticle(name, name, None, f"It rains in {name}.", "utf-8") for name in "ab"]
    log = clean_corpus(raw).cleaning_log
    assert len(log) == 0
    assert {str(dtype) for dtype in log.dtypes} == {"object"}


def test_languages_in_step_are_those_told_one_by_one():
    rng = random.Random(3)
    texts = ["", "1", " ", *(hostile_text(rng)[:1200] for _ in range(classify.LEAST * 3))]
    assert classify.classify(texts) == [code for text in texts for code in classify.classify([text])]


@given(st.text("-. a", max_size=25))
def test_the_faster_pattern_for_runs_of_marks_finds_what_punkts_own_finds(text):
    own, fast = (rules.multi_char_punct_pattern for rules in (DEFAULT_LANGUAGE_VARS, punctuation.RULES))
    assert [m.span() for m in re.finditer(fast, text)] == [m.span() for m in re.finditer(own, text)]


def texts_of(*pieces):
    """Texts made of characters and pieces with which a shortcut could go wrong."""
    parts = [*" \n\t.?!\"'()-…”“’‘[]«»,_5aAßé@", "\x1c", "\xa0", "\u2028", *pieces * 4]
    return st.lists(st.sampled_from(parts), max_size=24).map("".join)


@given(
    texts_of("U.S", "Mr", "No", "said", "He", "2008", "st", "z.B", "г", "...", "--", "said. ", '." ', ". . ."),
    st.sampled_from(["en", "de", "ru", "fr"]),
)
def test_sentences_end_where_punkt_ends_them(text, language):
    punkt = punctuation._model(language).punkt
    assert [*punctuation.sentence_spans(text, language)] == [*punkt.span_tokenize(text)]


def test_a_word_longer_than_any_is_asked_about_too():
    text = f"It fell at {'a1' * 60}. {'B2' * 60} said. Mr. {'b' * 100} left."
    assert [*punctuation.sentence_spans(text)] == [*punctuation._model("en").punkt.span_tokenize(text)]


@given(texts_of("\u0130", "К", "\u0301", "'s", "’s", "總"))
def test_keys_of_a_text_are_those_of_its_words(text):
    keys = segmentation.keys_at(text, *segmentation.word_spans(text))
    assert segmentation.word_keys(text) == keys == [segmentation.word_key(word) for word in plain_words(text)]


def plain_words(text):
    found = [match.group() for match in segmentation._WORD.finditer(text)]
    return [word[a:b] for word in found for a, b in segmentation._inner_spans(word)]


@given(texts_of(" a", ' "b', " – "), st.integers(1, 6))
def test_tokens_are_counted_up_to_the_most(text, most):
    runs = [run for run in regex.split(r"\s+", text) if regex.search(r"[\p{L}\p{N}]", run)]
    assert layout.count_tokens(text, most) == min(most, len(runs))


@given(texts_of(" "))
def test_lines_are_runs_without_newline_that_are_not_blank(text):
    assert layout.lines(text) == [m.span() for m in regex.finditer(r"[^\n]+", text) if m.group().strip()]


CREDITS = ("Reporting by ", "By ", "Jane Doe", " contributed to this report", "CONTRIBUTED to this story", "(c) 2011")


@given(texts_of(*CREDITS, "©", "İ", "ſ"))
def test_credits_are_found_by_all_three_patterns(text):
    by = layout._CREDIT.match(text) or layout._CONTRIBUTED.match(text)
    assert layout.is_credit(text) == bool(by or (layout._BYLINE.fullmatch(text) and not layout.has_end_mark(text)))


@given(texts_of("said.He", "said.“He", "said... He", "。我", "abc", "Abc"))
def test_glued_sentences_are_looked_for_where_there_are_any(text):
    plain = [piece for span in punkt_mended(text) for piece in segmentation._split_glued(text, span)]
    assert segmentation.split_sentences(text) == plain


def punkt_mended(text):
    spans = []
    for start, end in punctuation._model("en").punkt.span_tokenize(text):
        goes_on = segmentation._LOWER.match(text, start) or segmentation._ATTRIBUTION.match(text, start)
        spans[-1:] = [(spans[-1][0], end)] if spans and goes_on else [*spans[-1:], (start, end)]
    return spans


EIGHT = "One two three four five six seven eight"


@given(
    st.lists(st.sampled_from([EIGHT, f"{EIGHT}.", f"KYIV, Ukraine – {EIGHT}", EIGHT.upper(), "six ß", " "]), max_size=9)
)
def test_repeated_paragraphs_are_those_whose_words_came_before(pieces):
    text = "\n".join(pieces)
    seen, plain = set(), []
    for start, end, kind in layout.paragraph_kinds(text):
        words = " ".join(regex.findall(r"[\p{L}\p{M}\p{N}]+", text[start:end].casefold()))
        if kind in layout.PROSE and words.count(" ") > 6:
            plain += [(start, end)] if words in seen else []
            seen.add(words)
    assert [(e.start, e.end) for e in repeated_paragraphs(text)] == plain


@pytest.mark.parametrize("damaged", [False, True])
@given(text=texts_of("â€™", "Ã ", "Ã©", "Â ", "\ufffd", "  "))
def test_a_window_is_a_run_with_its_neighbours(damaged, text):
    blank = " ?" if damaged else ""
    plain = regex.finditer(rf"[a-zA-Z.,?! ]{{0,2}}[^\x00-\x7f\ufffd]+{blank}[a-zA-Z]?", text)
    pattern = mojibake._WINDOW_WITH_BLANK if damaged else mojibake._WINDOW
    assert [*mojibake._windows(text, pattern)] == [match.span() for match in plain]


@given(texts_of("-\n", "inter", "\u2010\r\n", "-\u2029"))
def test_every_hyphen_at_a_line_end_is_looked_at(text):
    broken = regex.search(r"[-\u2010]\s*?[\r\n\u2028\u2029]", text)
    assert bool(disguise._HYPHEN_AT_END.search(text.replace("\u2010", "-"))) >= bool(broken)


@given(texts_of("gsg", "\n", "Ж"))
def test_a_text_has_enough_letters_if_that_many_are_counted(text):
    text *= 5
    enough = len(regex.findall(r"\p{L}", text)) >= languages._LEAST_LETTERS
    assert bool(languages._ENOUGH_LETTERS.match(text)) == enough


def plainly(text):
    """White space as its rule says it, blank by blank."""

    def after(match):
        if match.start() == 0 or match.end() == len(text):
            return ""
        breaks = len(regex.findall(r"\r\n?|[\n\u2028\u2029]", match.group()))
        return "\n" * min(breaks, 2) or match.group()

    return regex.sub(r"\s+", after, text)


@given(st.text("ab \t\r\n\u2028\u00a0\x85\x1c", max_size=30))
def test_white_space_is_that_of_its_rule(text):
    assert apply(text, white_space(text)) == plainly(text)


@given(st.text("aB \nß", max_size=12), st.text("aB \nß", max_size=12))
def test_a_title_goes_above_the_text_unless_this_begins_with_it(title, text):
    begins = " ".join(text.split()).casefold().startswith(" ".join(title.split()).casefold())
    assert with_title(title, text) == (text if begins or not title else f"{title}\n\n{text}")


@pytest.mark.parametrize("last", ["2022-09-10", "2022-09-10 10:11:12.123456789", None, "x"])
def test_dates_of_many_rows_are_those_of_each(last):
    values = ["1600-01-01", "SAT AUG 21, 1971 08:09PM", "10 September 2022", "9999-99-99", None, "", last]
    assert stated_dates(values) == [stated_date(value) for value in values]
    assert stated_date("SAT AUG 21, 1971 08:09PM") == pd.Timestamp("1971-08-21 20:09")


WORKER = """
import os, sys
from helpers.workers import spread

def sleep(jobs):
    import time
    print(os.getpid(), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    with spread(2, 1) as run:
        list(run(sleep, [1, 2]))
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(WORKER, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline().strip().isdigit()
        parent.kill()
        parent.communicate(timeout=60)  # the pipe closes once the last worker has ended
