"""What hides a word from comparison goes; what belongs to a script, an emoji or a language stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.cleaning import clean
from helpers.disguise import hidden_characters, line_end_hyphens, look_alikes
from helpers.edits import apply

HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u202a\u202e\u202c\u2066\u2069\u200e\u200f"
HIDDEN += "\u2063\u034f\ufe0f\u3164\U000e0041"
SENTENCE = "The city council of Izium said on Saturday that café owners in Łódź may return."
PROSE = st.lists(st.sampled_from(SENTENCE.split()), min_size=1, max_size=20).map(" ".join)


@settings(deadline=None)
@given(PROSE, st.data())
def test_hidden_characters_anywhere_in_latin_text_change_nothing(text, data):
    places = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.sampled_from(HIDDEN)), max_size=12))
    disguised = text
    for place, character in sorted(places, reverse=True):
        disguised = disguised[:place] + character + disguised[place:]
    result = clean(disguised)
    assert result.text == clean(text).text
    assert apply(disguised, result.edits) == result.text


@settings(deadline=None)
@given(st.text(st.sampled_from(HIDDEN + "abджéαक्ष\u0645\u06cc\u2764👩🔥- \n"), max_size=30))
def test_any_mixture_replays_and_a_second_cleaning_finds_no_disguise(raw):
    result = clean(raw)
    assert apply(raw, result.edits) == result.text
    shown = apply(raw, hidden_characters(raw))
    assert hidden_characters(shown) == []


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "\u0915\u094d\u200d\u0937",  # Devanagari
        "\u0e01\u0e32\u0e23\u200b\u0e17\u0e33",  # Thai
        "\u05e9\u05dc\u05d5\u05dd (\u200eIzium\u200e)",  # direction, in Hebrew
        "A family 👩\u200d👩\u200d👧, a heart ❤\ufe0f and a flag 🏴\U000e0067\U000e0062\U000e007f",
        "Press 1\ufe0f\u20e3",
    ],
)
def test_characters_that_a_script_or_an_emoji_needs_stay(text):
    assert hidden_characters(text) == []


def test_a_soft_hyphen_at_a_line_end_takes_the_line_end_along():
    assert clean("An inter\u00ad\nnational case").text == "An international case"


LATIN, CYRILLIC, GREEK = "aceopxyi", "асеорхуі", "ο"
DISGUISE = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENTENCE.split()), min_size=4, max_size=20), st.data())
def test_look_alikes_in_english_come_out_as_latin(words, data):
    words = ["The", *words]
    chosen = data.draw(st.sets(st.integers(0, len(words) - 1)))
    text = " ".join(words)
    disguised = " ".join(w.translate(DISGUISE) if i in chosen else w for i, w in enumerate(words))
    assert clean(disguised).text == clean(text).text


@pytest.mark.parametrize(
    "text",
    [
        "COVIDный год",
        "Он купил iPhoneом и iPhoneа два",
        "НАТО и СССР в Москве",
        "По данным BBC, город взят.",
        "Россия отступает. Её войска ушли.",
        "Η Αθήνα και το ΝΑΤΟ",
        "The words сор and мир are Russian.",
        "The portfolio has an α of two and TNFα and NFκB rose.",
        "Кірило said: Київ.",
    ],
)
def test_real_words_of_both_scripts_stay(text):
    assert look_alikes(text) == []


def test_latin_letters_in_a_russian_word_become_cyrillic():
    disguised = "Войcкa пoкинули гoрoд a"  # c, a, o and the last a are Latin
    assert apply(disguised, look_alikes(disguised)) == "Войска покинули город а"


def test_greek_letters_in_an_english_word_become_latin():
    disguised = "The cοuncil οf the tοwn"
    assert apply(disguised, look_alikes(disguised)) == "The council of the town"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("an inter-\nnational case", "an international case"),
        ("an inter-  \r\n  national, case", "an international, case"),
        ("a well-\nknown case", "a well-known case"),
        ("a U.S.-\nled, 10-\nyear war", "a U.S.-led, 10-year war"),
        ("pre-\nand post-war", None),
        ("Kyiv-\nBased", None),
        ("he left -\nand came", None),
        ("Zorbl-\natz is a place. The mayor of Zorblatz", "Zorblatz is a place. The mayor of Zorblatz"),
        ("a so-\ncial case, the so-cial", "a so-cial case, the so-cial"),
    ],
)
def test_words_broken_at_line_ends_are_joined(raw, text):
    edits = line_end_hyphens(raw)
    assert apply(raw, edits) == (raw if text is None else text)
    assert all(e.rule == "line_end_hyphen" for e in edits)


def test_a_language_without_word_frequencies_keeps_the_hyphen():
    assert clean("an inter-\nnational case", language="xx").text == "an inter-national case"
