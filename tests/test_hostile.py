"""Hostile input, the quick part: benchmarks/fuzz.py and benchmarks/pathological.py do the same at length."""

import ast
import csv
import json
import os
import sys
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import report, tables
from helpers.alignment import align
from helpers.alignment.pairing import Box
from helpers.alignment.rows import NEAR_WORDS, _are_near, _neighbourhoods
from helpers.cleaning import clean
from helpers.corpus import clean_corpus
from helpers.edits import Edit, apply, compose
from helpers.pipeline import PROJECT
from helpers.report.marks import Passage, paragraph_pieces
from helpers.report.results import page_name
from helpers.segmentation import quotations, sentences
from helpers.sources import RawArticle, Reading, read_corpus

sys.path.insert(0, str(PROJECT / "benchmarks"))
import fuzz
import pathological

SOURCES = sorted((PROJECT / "src").rglob("*.py"))
RAIN = "Heavy rain fell on the old town. The river rose until dawn."
FORBIDDEN = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib", "cloudpickle", "code", "subprocess"}
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "read_pickle", "to_pickle", "load_all", "Markup"}
PATTERNS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer", "template"}


def calls(tree):
    """(call, module it is a function of or "", name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            module = owner.id if isinstance(owner, ast.Name) else ""
            yield node, module, node.func.attr if owner is not None else getattr(node.func, "id", "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_code_is_made_of_data(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.split(".")[0] for name in names} & FORBIDDEN
    for node, module, name in calls(tree):
        where = f"{path.name}:{node.lineno}"
        assert name not in CALLS or module in ("re", "regex"), where
        assert not (module == "yaml" and name not in ("safe_load", "safe_dump")), where
        assert not any(k.arg in ("shell", "allow_pickle") for k in node.keywords), where
        if name in ("format", "format_map") and isinstance(node.func, ast.Attribute):
            assert isinstance(node.func.value, ast.Constant), f"{where}: str.format of something that is not a literal"


ESCAPED = ("ignored_phrases", "_rule")
"""Of the user's own phrases, escaped (tests/test_cleaning.py holds that they are literal); of literals in a table."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_pattern_is_made_of_data(path):
    """Inside functions a pattern is a literal; at the top of a module it may be made of the module's constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.name not in ESCAPED]
    inside = {id(n) for f in functions for n in ast.walk(f)}
    constants = {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    imported = {a.asname or a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
    for node, module, name in calls(tree):
        if module in ("re", "regex") and name in PATTERNS and id(node) in inside:
            pattern = node.args[0]
            named = isinstance(pattern, ast.Name) and pattern.id.isupper() and pattern.id in constants | imported
            assert named or isinstance(pattern, ast.Constant), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "=HYPERLINK(1)", "plain"])
def test_no_cell_of_an_export_is_a_formula(tmp_path, text):
    tables.write_csv(pd.DataFrame({"a": [text], "b": pd.Series([text], dtype="category")}), tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        cells = list(csv.reader(stream))[1]
    assert [cell[:1] in "=+-@\t\r" for cell in cells] == [False, False]


@pytest.mark.parametrize("seed", range(3))
def test_articles(seed):
    fuzz.check_articles(1000 * seed, 30)


@pytest.mark.parametrize("seed", [11, 12, 20])
def test_corpora(seed):
    fuzz.check_corpus(seed, most=6)


def test_file_names_and_cells_that_are_not_unicode(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text(RAIN)
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    (tmp_path / "t.jsonl").write_text(json.dumps({"text": f"Lone \ud800 surrogate. {RAIN}"}))
    reading = read_corpus(tmp_path)
    assert {a.path for a in reading.articles} == {"bad\\xff.txt", "t.jsonl#1"}
    assert clean_corpus(reading.articles).articles["text"].str.startswith(("Heavy", "Lone \ufffd")).all()


SLOW = [
    "open single quotes",
    "straight quotes, words",
    "paragraphs of open quotes",
    "quoted sentences",
    "one sentence",
    "one letter",
    "zalgo",
    "table of numbers",
]


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize("stage", ["sentences", "prose words", "page", "align with an article"])
def test_time_grows_with_the_length(kind, stage):
    """Sixteen times the text takes far less than 16 squared times as long."""
    small, large = (
        pathological.seconds_of(pathological.STAGES[stage](pathological.KINDS[kind](n))) for n in (2000, 32000)
    )
    assert large < 0.1 or large < 80 * max(small, 0.001)


def test_repetition_on_both_sides_ends_soon():
    started = time.process_time()
    text = pathological.KINDS["one sentence"](60_000)
    assert align(text, text + "It rained.")
    assert time.process_time() - started < 8


def test_composing_many_deletions_with_many_edits_is_quick():
    raw = "ab" * 5_000
    first = [Edit(i, i + 1, "a", "", "x") for i in range(0, len(raw), 2)]
    second = [Edit(i, i + 2, "bb", "c", "y") for i in range(0, 4_998, 2)]
    started = time.process_time()
    both = compose(first, second, raw)
    assert time.process_time() - started < 2
    assert apply(raw, both) == apply(apply(raw, first), second)


boxes = st.builds(lambda a, n, b, m: Box(a, a + n, b, b + m), *[st.integers(0, 300), st.integers(1, 60)] * 2)


@settings(deadline=None)
@given(st.lists(boxes, max_size=12))
def test_neighbourhoods_are_those_of_nearness(rows):
    label = list(range(len(rows)))
    for i, row in enumerate(rows):
        for j in range(i):
            if _are_near(row, rows[j]):
                label = [label[j] if known == label[i] else known for known in label]
    found = _neighbourhoods(rows)
    assert NEAR_WORDS == 30
    assert all((found[i] == found[j]) == (label[i] == label[j]) for i in range(len(rows)) for j in range(i))


@settings(deadline=None)
@given(st.text("“”‘’\"'„«».!? ab\n", max_size=60))
def test_quotations_are_in_order_and_counted_once(text):
    found = quotations(text)
    assert all(a <= b for a, b in found)
    assert all(one[1] <= other[0] for one, other in zip(found, found[1:], strict=False))
    assert [s for s in sentences(text) if s.quoted_words < 0] == []


def test_every_character_of_a_paragraph_is_shown_once():
    text = "One two.\n\nThree “four” five."
    marks = [Passage(0, 0, 15, "edited"), Passage(1, 4, 28, "verbatim")]
    found = list(paragraph_pieces(text, marks, [(0, 8, "heading")], quotations(text)))
    assert ["".join(piece.text for piece in cut) for _, cut in found] == text.split("\n\n")
    assert [(p.text, p.role, p.quoted) for p in found[0][1]] == [("One ", "heading", False), ("two.", "heading", False)]
    assert [p.text for p in found[1][1] if p.quoted] == ["four"]


def test_cleaning_keeps_what_is_not_furniture_of_hostile_lines():
    assert clean("{{ 7*7 }} %s {0}\n<b>x</b> went home.").text == "{{ 7*7 }} %s {0}\n<b>x</b> went home."


def test_a_passage_that_is_prose_on_one_side_only_has_its_page(tmp_path):
    told = "heavy rain fell on the old town and the river rose until dawn on Saturday as residents left"
    texts = {
        "a": f"Photo: {told} via REUTERS.\n\nThe mayor spoke of other things for hours.",
        "b": f"On Monday {told}.",
    }
    raw = [RawArticle(name, f"{name}.txt", None, text, "utf-8") for name, text in texts.items()]
    fuzz.analyse(Reading(raw), tmp_path)
    record = {"corpus": "c", "parameters": {}, "python": "3", "date": "", "inputs": [], "problems": []}
    report.write(report.Results(tmp_path, tmp_path, record))
    assert 'href="#p1"' in next((tmp_path / "pairs").iterdir()).read_text(encoding="utf-8")
    assert "#pNone" not in (tmp_path / "articles" / f"{page_name('b')}.html").read_text(encoding="utf-8")
