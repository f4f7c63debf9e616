"""The compiled aligner does what the plain one does."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.alignment import AlignSettings, Document, Passage, align_documents
from helpers.alignment.loops import COMPILED_PAIRS, PLAIN, fastest
from helpers.alignment.plausibility import number_characters

WORDS = [
    *("moscow", "bastion", "army", "north", "kharkiv", "said", "the", "of", "troops", "fell"),
    *("in", "on", "saturday", "officials", "grain", "river"),
]


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    assert fastest(COMPILED_PAIRS) is not PLAIN, "numba is not installed: install the extra 'large'"
    from helpers.alignment import compiled

    return compiled


def words(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(WORDS), min_size=12, max_size=most)


@st.composite
def pairs_of_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts of which the second holds a stretch of the first, some of its words replaced."""
    own, other = draw(words(150)), draw(words(100))
    start = draw(st.integers(0, len(own) - 10))
    copied = own[start : start + draw(st.integers(10, 100))]
    for place in draw(st.lists(st.integers(0, len(copied) - 1), max_size=8)):
        copied[place] = "harvest"
    at = draw(st.integers(0, len(other)))
    return " ".join(own), " ".join(other[:at]) + ". " + " ".join(copied) + ". " + " ".join(other[at:])


SENTENCES = [
    f"{who} {did} {what} {when}."
    for who in ("Moscow's army", "The central bank of Brazil", "Mr. J. K. Novak of the grain company", "Officials")
    for did in (
        "abandoned its bastion in the north of Kharkiv on",
        "said that the price of wheat rose by 3.5 percent on",
    )
    for what in ("Saturday after 1,250 soldiers had left the town", "a day when the harvest of 2009 was brought in")
    for when in ("as the river rose", "and the mayor told reporters that nobody was hurt in the 12 villages around it")
]


@st.composite
def news(draw: st.DrawFn) -> str:
    """Sentences that share phrases and differ in words and numbers."""
    chosen = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=40))
    for place in draw(st.lists(st.integers(0, len(chosen) - 1), max_size=10)):
        changed = chosen[place].split()
        at = draw(st.integers(0, len(changed) - 1))
        changed[at : at + draw(st.integers(0, 8))] = [
            draw(st.sampled_from(["7.5", "Turin", "the", "quietly", "1,250"]))
        ]
        chosen[place] = " ".join(changed)
    return draw(st.sampled_from([" ", "\n", "\n\n"])).join(chosen)


def found(compiled: ModuleType, pair: tuple[str, str], chosen: AlignSettings) -> list[Passage]:
    first, second = (compiled.prepared(text, "en", chosen) for text in pair)
    return align_documents(first, second, chosen, compiled.canonical_passages)


def expected(pair: tuple[str, str], chosen: AlignSettings) -> list[Passage]:
    first, second = map(Document.from_text, pair)
    return align_documents(first, second, chosen)


@settings(deadline=None)
@given(pairs_of_texts())
def test_passages_are_equal(compiled: ModuleType, pair: tuple[str, str]) -> None:
    assert found(compiled, pair, AlignSettings()) == expected(pair, AlignSettings())


@settings(deadline=None, max_examples=50)
@given(news(), news(), st.data())
def test_passages_of_news_are_equal(compiled: ModuleType, text: str, other: str, data: st.DataObject) -> None:
    """Sentences told in another order, with other numbers, condensed and twice: all stages of the aligner have work."""
    drawn = {"min_verbatim_words": st.integers(2, 9), "max_gap_words": st.integers(2, 12), "summaries": st.booleans()}
    least = data.draw(st.sampled_from([{"min_short_chars": 20, "min_side_score": 5}, {}]))
    chosen = AlignSettings(**least, **{name: data.draw(values) for name, values in drawn.items()})
    assert found(compiled, (text, other), chosen) == expected((text, other), chosen)


@pytest.mark.parametrize("seed", range(6))
def test_summaries_are_equal(compiled: ModuleType, seed: int) -> None:
    rng = np.random.default_rng(seed)
    source = rng.choice([f"zor{i}mat" for i in range(500)], 900)
    before, after = (" ".join(rng.choice(WORDS, 60)) for _ in range(2))
    scraps = [" ".join(source[i : i + 4 + seed]) for i in range(0, 900, 50)]  # each a verbatim run or a linked unit
    pair = f"{before}.\n\n{'. '.join(scraps)}.\n\n{after}.", " ".join(source)
    passages = expected(pair, AlignSettings(min_verbatim_words=4))
    assert {passage.block for passage in passages} == {0}  # the summary's
    assert found(compiled, pair, AlignSettings(min_verbatim_words=4)) == passages


@pytest.mark.parametrize("text", ["word", "Two words", "the " * 3000, ("One two three four five six seven. " * 2000)])
def test_texts_that_are_short_or_repeat_themselves(compiled: ModuleType, text: str) -> None:
    chosen = AlignSettings(min_short_chars=0, min_long_chars=0, min_side_score=0)
    for other in ("", text, text[: len(text) // 2] + "and more of the same"):
        assert found(compiled, (text, other), chosen) == expected((text, other), chosen)
    assert len(compiled._passages.signatures) == 1  # one compiled version serves all texts


PIECES = [
    *(
        "Moscow’s",
        "moscow's",
        "MOSCOW",
        "É́lan",
        "co\u00adop",
        "总统表示军队",
        "отступили",
        "J.",
        "Mr.",
        "٣٫٥",
        "\ud800",
    ),
    *("1,250.5", "3.", ",5", "1..2", "’tis", "'", ". ", "! ”", "\n", "\n\n", "\r", "  ", "。", " ", " ", " ", " "),
]


@settings(deadline=None)
@given(st.one_of(news(), st.lists(st.sampled_from(PIECES)).map("".join)), st.sampled_from(["en", "ru", "zh", "xx"]))
def test_texts_are_made_ready_as_documents_are(compiled: ModuleType, text: str, language: str) -> None:
    document, n = Document.from_text(text, language), AlignSettings().min_verbatim_words
    words = compiled.prepared(text, language, AlignSettings()).words
    if words is None:
        assert not document.n_words
        return
    ngrams = document.ngrams(n)
    oracle = {name: getattr(document, name) for name in words._fields if hasattr(document, name)}
    oracle |= {"ngrams": ngrams.ordered, "ngram_places": ngrams.order, "numbers": number_characters(text)}
    for name, value in oracle.items():
        made = getattr(words, name)
        if name in ("window_types", "unit_types", "unit_pairs"):
            made, value = ([*zip(*columns.T.tolist(), strict=True)] for columns in map(np.column_stack, (made, value)))
            made.sort()
        assert np.array_equal(made, value), name
    assert oracle.keys() == set(words._fields)


def test_few_pairs_are_aligned_without_compiling() -> None:
    assert fastest(COMPILED_PAIRS - 1) is PLAIN


def test_without_numba_the_plain_loops_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.alignment.loops.find_spec", lambda name: None)
    assert fastest(COMPILED_PAIRS) is PLAIN
