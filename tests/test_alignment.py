"""The aligner: what it finds, what it leaves alone, and that it does not matter which text comes first."""

import pickle
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpers.alignment import PAN_SETTINGS, AlignSettings, Document, Passage, align, align_documents, find_blocks
from helpers.alignment import documents as documents_module
from helpers.alignment import units as units_module
from helpers.alignment import windows as windows_module
from helpers.alignment.boundaries import gap_kind
from helpers.alignment.lexicon import Lexicon
from helpers.alignment.pairing import Box, match_sorted, pair_sides
from helpers.alignment.rows import block_numbers
from helpers.alignment.select import best_run
from helpers.alignment.tighten import common_subsequence
from helpers.alignment.verbatim import Run, ngrams, verbatim_runs
from helpers.errors import SettingsError
from helpers.segmentation import words

# Invented news: the source, and sentences that have nothing to do with it.
SOURCE = (
    "The harbour ferry Aurelia ran aground near Port Selwyn on Tuesday, injuring fourteen passengers. "
    "Captain Ida Thorvald told investigators that a sudden squall had pushed the vessel onto a sandbank. "
    "Rescue helicopters lifted the wounded to the district hospital within forty minutes. "
    "The ferry company suspended all crossings and promised refunds to stranded commuters. "
    "Marine biologists warned that leaking diesel could threaten the oyster farms downstream. "
    "Mayor Benedikt Olsen praised the fishermen who had pulled children from the freezing water."
)
EDITED = {
    "squall": "Captain Ida Thorvald told the inquiry a sudden squall pushed the ship onto a sandbank.",
    "biologists": "Marine biologists have warned leaking diesel may threaten oyster farms located downstream.",
    "mayor": "Mayor Benedikt Olsen praised fishermen who pulled several children from the icy water.",
}
OTHER = (
    "Parliament debated the pension bill for nine hours without reaching a vote. "
    "Analysts at the central bank expect inflation to slow before the spring. "
    "A documentary about alpine beekeeping won the audience prize in Geneva."
)
FILLER = "The museum will exhibit Etruscan pottery until the end of November."

sentence = st.sampled_from([*SOURCE.split(". "), *OTHER.split(". "), *EDITED.values(), FILLER, "He said so", "Why?"])
articles = st.lists(st.tuples(sentence, st.sampled_from([". ", ".\n", ".\n\n", "  ", ", "])), max_size=14).map(
    lambda parts: "".join(text + end for text, end in parts)
)
scraps = st.text(alphabet="aab .\n\r“’é中1\u0301\ud800", max_size=120)
ANY_LENGTH = AlignSettings(min_short_chars=0, min_long_chars=0)


def covered_words(text: str, passages: list[Passage]) -> list[str]:
    """Words of the text that lie in a passage."""
    return [text[w.start : w.end] for w in words(text) if any(p.start <= w.start and w.end <= p.end for p in passages)]


def mirrored(passages: list[Passage]) -> list[Passage]:
    return sorted(Passage(p.source_start, p.source_end, p.start, p.end, p.kind, p.score, p.block) for p in passages)


# What it finds


def test_a_copied_sentence_is_verbatim() -> None:
    text = f"{FILLER} {SOURCE.split('. ')[2]}. {OTHER}"
    [passage] = align(text, SOURCE)
    assert text[passage.start : passage.end].startswith("Rescue helicopters lifted the wounded")
    assert (passage.kind, passage.score, passage.block) == ("verbatim", 1.0, 0)


def test_a_verbatim_run_outside_any_block_is_found() -> None:
    phrase = "that it would be the first of its kind in the world"
    text, source = f"{OTHER} He said {phrase}.", f"{FILLER} They claimed {phrase}."
    assert find_blocks(Document.from_text(text), Document.from_text(source), PAN_SETTINGS) == []
    assert [text[p.start : p.end] for p in align(text, source)] == [phrase]


def test_verbatim_runs_cross_sentence_ends() -> None:
    text = "Earlier: crossings and promised refunds to stranded commuters. Marine biologists warned that leaking oil."
    found = [text[p.start : p.end] for p in align(text, SOURCE) if p.kind == "verbatim"]
    assert found == ["crossings and promised refunds to stranded commuters. Marine biologists warned that leaking"]


@pytest.mark.parametrize("name", EDITED)
def test_reworded_sentences_are_found_in_any_order(name: str) -> None:
    text = f"{EDITED['mayor']} {EDITED['biologists']} {EDITED['squall']}"
    passages = align(text, SOURCE)
    key = EDITED[name].split()[1]
    assert key in covered_words(text, passages)
    [row] = [p for p in passages if key in text[p.start : p.end]]
    assert key in SOURCE[row.source_start : row.source_end]
    assert row.kind in ("edited", "paraphrased")


def test_a_sentence_between_two_copied_ones_is_not_marked() -> None:
    text = f"{EDITED['squall']} {FILLER} {EDITED['mayor']}"
    marked = covered_words(text, align(text, SOURCE))
    assert "squall" in marked
    assert "Olsen" in marked
    assert not {"museum", "Etruscan", "pottery"} & set(marked)


def test_unrelated_texts_share_nothing() -> None:
    assert align(OTHER, SOURCE) == []


ADDED = "which officials later described as the gravest accident on this coast in several decades"


@pytest.mark.parametrize(
    "sentence",
    [
        f"Captain Ida Thorvald told investigators a squall had pushed the vessel onto a sandbank, {ADDED}.",
        f"In a statement {ADDED}, Captain Ida Thorvald told investigators a squall pushed the vessel onto a sandbank.",
        f"Captain Ida Thorvald told investigators, {ADDED}, that a squall had pushed the vessel onto a sandbank.",
    ],
    ids=["end", "start", "middle"],
)
def test_an_added_clause_is_not_covered(sentence: str) -> None:
    text = f"{EDITED['mayor']} {sentence}"
    marked = covered_words(text, align(text, SOURCE))
    assert {"Thorvald", "squall", "sandbank"} <= set(marked)
    assert not {"officials", "gravest", "decades"} & set(marked)
    turned = covered_words(text, mirrored(align(SOURCE, text)))
    assert turned == marked


def test_a_changed_phrase_stays_covered() -> None:
    text = f"{EDITED['mayor']} Captain Ida Thorvald told a panel of judges a squall pushed the boat onto a sandbank."
    assert {"panel", "judges", "boat"} <= set(covered_words(text, align(text, SOURCE)))


def test_a_clause_added_in_the_source_is_not_covered_there() -> None:
    source = SOURCE.replace("onto a sandbank", f"onto a sandbank, {ADDED}")
    text = f"{EDITED['squall']} {EDITED['mayor']}"
    marked = covered_words(source, mirrored(align(text, source)))
    assert "sandbank" in marked
    assert "gravest" not in marked


def test_rows_that_verbatim_runs_show_already_are_dropped() -> None:
    assert {p.kind for p in align(SOURCE, f"{SOURCE} {OTHER}")} == {"verbatim"}


@pytest.mark.parametrize("text", [SOURCE, "a " * 500, "la la la le " * 90, f"{SOURCE} {SOURCE}"])
def test_identical_texts_align_wholly(text: str) -> None:
    text = text.strip()
    [passage] = align(text, text)
    last = words(text)[-1].end
    assert passage == Passage(0, last, 0, last, "verbatim", 1.0, 0)
    [block] = find_blocks(Document.from_text(text), Document.from_text(text), PAN_SETTINGS)
    assert (block.start, block.end) == (block.source_start, block.source_end) == (0, last)


def test_a_summary_of_a_long_text_is_one_block() -> None:
    rng = np.random.default_rng(7)
    vocabulary = sorted({w.key for w in words(SOURCE)} | {f"zor{i}mat" for i in range(400)})
    long_words = rng.choice(vocabulary, 900)
    picked = long_words[::12]
    summary = " ".join(picked) + "."
    text = f"{OTHER}\n\n{summary}\n\n{OTHER.replace('Geneva', 'Turin')} {FILLER}"
    source = " ".join(long_words)
    [block] = find_blocks(Document.from_text(text), Document.from_text(source), PAN_SETTINGS)
    assert (block.source_start, block.source_end) == (0, len(source))
    assert text[block.start : block.end] == summary[:-1]
    off = AlignSettings(summaries=False)
    assert find_blocks(Document.from_text(text), Document.from_text(source), off) == []


# Invariants


@hypothesis_settings(deadline=None, max_examples=60)
@given(articles, articles)
def test_turning_the_texts_round_mirrors_everything(text: str, source: str) -> None:
    document, other = Document.from_text(text), Document.from_text(source)
    for settings in (AlignSettings(), ANY_LENGTH):
        there, back = align_documents(document, other, settings), align_documents(other, document, settings)
        assert mirrored(there) == back
        blocks = find_blocks(document, other, settings)
        assert sorted(b.mirrored() for b in blocks) == find_blocks(other, document, settings)


@hypothesis_settings(deadline=None, max_examples=60)
@given(st.one_of(articles, scraps), st.one_of(articles, scraps))
def test_passages_are_whole_words_with_sane_values(text: str, source: str) -> None:
    passages = align(text, source, ANY_LENGTH)
    assert passages == sorted(set(passages))
    for passage in passages:
        spans = ((text, passage.start, passage.end), (source, passage.source_start, passage.source_end))
        for whole, start, end in spans:
            assert 0 <= start < end <= len(whole)
            assert start in {w.start for w in words(whole)}
            assert end in {w.end for w in words(whole)}
        assert passage.kind in ("verbatim", "edited", "paraphrased")
        assert 0 <= passage.score <= 1
    assert {p.block for p in passages} == set(range(len({p.block for p in passages})))


@hypothesis_settings(deadline=None, max_examples=60)
@given(articles)
def test_a_text_copies_itself_wholly(text: str) -> None:
    if len(words(text)) >= AlignSettings().min_verbatim_words:
        assert len(covered_words(text, align(text, text))) == len(words(text))


def test_block_numbers_follow_the_shorter_text() -> None:
    first, second = SOURCE.split(". ")[1], SOURCE.split(". ")[4]
    text = f"{second}. {OTHER} {OTHER} {first}."
    passages = align(text, SOURCE * 2)
    assert [p.block for p in sorted(passages)] == sorted(p.block for p in passages)
    assert passages[0].block == 0


def test_rows_of_one_block_and_their_neighbours() -> None:
    rows = [Box(0, 10, 50, 60), Box(12, 20, 62, 70), Box(100, 110, 0, 10), Box(125, 130, 15, 20), Box(300, 310, 0, 10)]
    assert block_numbers(rows, []) == [0, 0, 1, 1, 2]
    assert block_numbers(rows, [Box(90, 320, 0, 40)]) == [0, 0, 1, 1, 1]
    assert block_numbers([], []) == []


def test_documents_survive_pickling() -> None:
    document, source = Document.from_text(EDITED["mayor"] + SOURCE), Document.from_text(SOURCE)
    copy = pickle.loads(pickle.dumps(document))
    assert align_documents(copy, source, AlignSettings()) == align_documents(document, source, AlignSettings())


# Verbatim runs against a slow, obviously right version


def naive_covered(keys: list[int], others: list[int], n: int) -> set[int]:
    """Places in any run of n equal keys."""
    grams = {tuple(others[j : j + n]) for j in range(len(others) - n + 1)}
    return {i + k for i in range(len(keys) - n + 1) if tuple(keys[i : i + n]) in grams for k in range(n)}


keys_lists = st.lists(st.integers(0, 3), max_size=40)


@given(keys_lists, keys_lists, st.integers(2, 5))
def test_verbatim_runs_cover_what_is_common(keys: list[int], others: list[int], n: int) -> None:
    runs = verbatim_runs(ngrams(np.array(keys, np.uint64), n), ngrams(np.array(others, np.uint64), n), n)
    for length, start, other_start in runs:
        assert length >= n
        assert keys[start : start + length] == others[other_start : other_start + length]
        before = start > 0 and other_start > 0 and keys[start - 1] == others[other_start - 1]
        stop, other_stop = start + length, other_start + length
        after = stop < len(keys) and other_stop < len(others) and keys[stop] == others[other_stop]
        assert not before
        assert not after
    assert {r.start + k for r in runs for k in range(r.length)} == naive_covered(keys, others, n)
    assert {r.other_start + k for r in runs for k in range(r.length)} == naive_covered(others, keys, n)


def test_repeated_text_is_paired_in_order() -> None:
    phrase = np.arange(1, 11, dtype=np.uint64)
    gap, other_gap = np.array([99], np.uint64), np.array([98, 97], np.uint64)
    keys = np.concatenate([phrase, gap, phrase])
    others = np.concatenate([phrase, other_gap, phrase])
    assert verbatim_runs(ngrams(keys, 8), ngrams(others, 8), 8) == [Run(10, 0, 0), Run(10, 11, 12)]
    assert verbatim_runs(ngrams(keys, 8), ngrams(phrase, 8), 8) == [Run(10, 0, 0), Run(10, 11, 0)]


def test_heavy_repetition_is_covered_all_the_same() -> None:
    keys, others = np.ones(3000, np.uint64), np.ones(1700, np.uint64)
    runs = verbatim_runs(ngrams(keys, 8), ngrams(others, 8), 8)
    assert len(runs) < 20
    for run in runs:
        assert run.start + run.length <= 3000
        assert run.other_start + run.length <= 1700
    assert {r.start + k for r in runs for k in range(r.length)} == set(range(3000))
    assert {r.other_start + k for r in runs for k in range(r.length)} == set(range(1700))


# Parts


@pytest.mark.parametrize(
    ("gaps", "kind"),
    [
        ((" ", ", ", "", "-"), 0),
        ((". ", "?” ", "… "), 1),
        (("\n", "\r\n", ",\n"), 2),
        ((".”\n",), 3),
        ((".  ",), 4),
        (("\t\t",), 5),
        (("\n \n", "\r\n\r\n", ".\n\n"), 6),
    ],
)
def test_kinds_of_boundaries(gaps: tuple[str, ...], kind: int) -> None:
    assert [gap_kind(gap) for gap in gaps] == [kind] * len(gaps)


def test_wrapped_text_is_told_from_lines() -> None:
    wrapped = "the cat sat\non the mat\nand ate the\nrat of the\nhouse next door"
    lines = "Cats sit.\nDogs run.\nBirds fly.\nFish swim.\nPigs eat."
    for text, expected in ((wrapped, True), (lines, False)):
        assert Document.from_text(text).wrapped is expected
    assert Document.from_text(wrapped).n_units == 1
    assert Document.from_text(lines).n_units == 5


@given(st.lists(st.integers(0, 30), max_size=12, unique=True), st.lists(st.integers(0, 30), max_size=12, unique=True))
def test_merging_numberings(first: list[int], second: list[int]) -> None:
    first, second = sorted(first), sorted(second)
    in_first, in_second = match_sorted(np.array(first, np.uint64), np.array(second, np.uint64))
    assert in_first.tolist() == [first.index(x) if x in first else len(first) for x in second]
    assert in_second.tolist() == [second.index(x) if x in second else len(second) for x in first]


@given(st.lists(st.integers(0, 4), max_size=12), st.lists(st.integers(0, 4), max_size=12))
def test_common_subsequence(first: list[int], second: list[int]) -> None:
    table = np.zeros((len(first) + 1, len(second) + 1), dtype=int)
    for i, x in enumerate(first):
        for j, y in enumerate(second):
            table[i + 1, j + 1] = table[i, j] + 1 if x == y else max(table[i, j + 1], table[i + 1, j])
    assert common_subsequence(first, second) == table[-1, -1]


def test_strips_give_the_same_cells_as_the_whole_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    vocabulary = np.array([f"{stem}{i}" for i in range(120) for stem in ("zor", "mat", "pel")])
    texts = [" ".join(rng.choice(vocabulary, 900)) for _ in range(2)]
    sides = pair_sides(*(Document.from_text(text + " " + SOURCE) for text in texts))
    whole = windows_module._hot_cells(sides, 0.2)
    monkeypatch.setattr(windows_module, "DENSE_PRODUCTS", 0)
    monkeypatch.setattr(windows_module, "STRIP_ROWS", 7)
    strips = windows_module._hot_cells(sides, 0.2)
    assert len(whole[0]) > 0
    assert [x.tolist() for x in whole] == [x.tolist() for x in strips]


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=25))
def test_hot_cells_are_joined_across_small_gaps(cells: set[tuple[int, int]]) -> None:
    groups = windows_module._groups([r for r, _ in sorted(cells)], [c for _, c in sorted(cells)])
    found = [set(zip(rows, columns, strict=True)) for rows, columns in groups]
    assert sorted(cell for group in found for cell in group) == sorted(cells)
    for index, group in enumerate(found):
        others = [cell for other in found[:index] for cell in other]
        assert all(max(abs(r - a), abs(c - b)) > windows_module.JOIN_CELLS for r, c in group for a, b in others)
        reached = [min(group)]
        for r, c in reached:
            near = {(a, b) for a, b in group if max(abs(r - a), abs(c - b)) <= windows_module.JOIN_CELLS}
            reached += near - set(reached)
        assert set(reached) == group


@given(st.lists(st.sampled_from([1.0, -2.0, -3.0]), max_size=15))
def test_best_run_is_the_first_of_the_greatest(values: list[float]) -> None:
    runs = [(i, j) for j in range(len(values) + 1) for i in range(j + 1)]
    assert best_run(values) == max(runs, key=lambda run: sum(values[slice(*run)]))


def test_small_tables_and_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text, source = f"{EDITED['squall']} {SOURCE} {EDITED['mayor']} {OTHER}", f"{OTHER} {SOURCE} {FILLER}"
    expected = align(text, source)
    monkeypatch.setattr(documents_module, "TABLE_SIZE", 0)
    monkeypatch.setattr(units_module, "CELLS_AT_ONCE", 1)
    assert align(text, source) == expected
    assert len(expected) > 2


# Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_short_chars": -1},
        {"min_short_chars": 200, "min_long_chars": 100},
        {"min_verbatim_words": 1},
        {"min_verbatim_words": 8.5},
        {"min_verbatim_words": True},
        {"min_side_score": float("nan")},
        {"min_side_score": "high"},
        {"min_cosine": 0.0},
        {"max_gap_words": 0},
        {"min_edited_share": 1.5},
        {"summaries": "yes"},
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict) -> None:
    with pytest.raises(SettingsError, match=list(wrong)[-1]):
        AlignSettings(**wrong)


def test_least_lengths_of_blocks() -> None:
    document, source = Document.from_text(EDITED["squall"] + " " + OTHER), Document.from_text(SOURCE)
    assert len(find_blocks(document, source, AlignSettings())) == 1
    assert find_blocks(document, source, PAN_SETTINGS) == []


def test_least_verbatim_words() -> None:
    text = "They promised refunds to stranded commuters today."
    assert align(text, SOURCE) == []
    assert [p.kind for p in align(text, SOURCE, AlignSettings(min_verbatim_words=5))] == ["verbatim"]


# Degenerate texts


@pytest.mark.parametrize("text", ["", " \n\n", "…", "word", "word word", "中文沒有空格的一段文字", "\ud800", "é" * 9])
@pytest.mark.parametrize("source", ["", "word", SOURCE])
def test_tiny_texts(text: str, source: str) -> None:
    assert align(text, source) == []
    assert align(source, text) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("x" * 1_000_000, "x" * 999_999 + " y"),
        ("a " * 20_000, "a " * 15_000 + "b"),
        ("a b c d. " * 5_000, "a b c d. " * 4_000 + "e"),
        (SOURCE * 40, SOURCE * 30 + OTHER),
    ],
    ids=["one long word", "one word", "one sentence", "one article"],
)
def test_repetition_stays_cheap(text: str, source: str) -> None:
    started = time.process_time()
    passages = align(text, source)
    assert time.process_time() - started < 10
    assert len(passages) < 500


def test_a_lexicon_that_forgets_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [f"zor{i}mat" for i in range(3000)]
    found = Lexicon("en").entries([*many])
    monkeypatch.setattr("helpers.alignment.lexicon.MOST_WORDS", 10)
    forgetful = Lexicon("en")
    for start in range(0, len(many), 100):
        parts = forgetful.entries(many[start : start + 100])
        assert all((one[start : start + 100] == part).all() for one, part in zip(found, parts, strict=True))
    assert len(forgetful) == 100
