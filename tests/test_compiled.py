"""The compiled inner loops of the aligner do what the plain ones do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.alignment import AlignSettings, Document, Loops, align_documents
from helpers.alignment.loops import COMPILED_PAIRS, PLAIN, fastest
from helpers.alignment.pairing import Box, pair_sides
from helpers.alignment.refine import SCORE_STEP, refine
from helpers.alignment.tighten import LinkedWords, tight_rows

WORDS = [
    *("moscow", "bastion", "army", "north", "kharkiv", "said", "the", "of", "troops", "fell"),
    *("in", "on", "saturday", "officials", "grain", "river"),
]


@pytest.fixture(scope="module")
def compiled() -> Loops:
    loops = fastest(COMPILED_PAIRS)
    assert loops is not PLAIN, "numba is not installed: install the extra 'large'"
    return loops


def words(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(WORDS), min_size=12, max_size=most)


@st.composite
def pairs_of_texts(draw: st.DrawFn) -> tuple[Document, Document]:
    """Two texts of which the second holds a stretch of the first, some of its words replaced."""
    own, other = draw(words(150)), draw(words(100))
    start = draw(st.integers(0, len(own) - 10))
    copied = own[start : start + draw(st.integers(10, 100))]
    for place in draw(st.lists(st.integers(0, len(copied) - 1), max_size=8)):
        copied[place] = "harvest"
    at = draw(st.integers(0, len(other)))
    texts = " ".join(own), " ".join(other[:at]) + ". " + " ".join(copied) + ". " + " ".join(other[at:])
    return Document.from_text(texts[0]), Document.from_text(texts[1])


@settings(deadline=None)
@given(pairs_of_texts(), st.data())
def test_edges_are_equal(compiled: Loops, pair: tuple[Document, Document], data: st.DataObject) -> None:
    sides = pair_sides(*pair)
    spans = [sorted(data.draw(st.lists(st.integers(0, d.n_words), min_size=2, max_size=2, unique=True))) for d in pair]
    box = Box(*spans[0], *spans[1])
    plain, fast = refine(*sides, box), compiled.refine(*sides, box)
    assert fast.box == plain.box
    assert fast.score == plain.score  # sums of multiples of a step are exact
    for one, other in zip(plain, fast, strict=True):
        assert one == pytest.approx(other, abs=1e-12)


@settings(deadline=None)
@given(st.data(), st.integers(2, 12))
def test_tight_rows_are_equal(compiled: Loops, data: st.DataObject, max_gap: int) -> None:
    types, others = (data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=70)) for _ in range(2))
    of_type = np.array([data.draw(st.integers(1, 6_000_000)) for _ in range(10)]) * SCORE_STEP
    linked = LinkedWords(types, others, of_type[types], of_type[others] / 2)
    assert compiled.tight_rows(linked, max_gap) == tight_rows(linked, max_gap)


@settings(deadline=None)
@given(pairs_of_texts())
def test_passages_are_equal(compiled: Loops, pair: tuple[Document, Document]) -> None:
    assert align_documents(*pair, AlignSettings(), compiled) == align_documents(*pair, AlignSettings())


def test_few_pairs_are_aligned_without_compiling() -> None:
    assert fastest(COMPILED_PAIRS - 1) is PLAIN


def test_without_numba_the_plain_loops_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.alignment.loops.find_spec", lambda name: None)
    assert fastest(COMPILED_PAIRS) is PLAIN
