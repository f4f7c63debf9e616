"""What the five articles say of their origin; each kind of mention; names that mention nothing."""

import pandas as pd
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from helpers.agencies import _NAME, _NAMES, _TELLING, _WORD, agency_of
from helpers.credits import KEY, KINDS, _squeeze, credits, credits_table
from helpers.segmentation import sentences


def found(text):
    return [(c.agency, c.kind) for c in credits(text, pd.DataFrame(sentences(text)))]


@pytest.fixture(scope="module")
def table(cleaned):
    rows = credits_table(cleaned.articles, cleaned.sentences)
    return rows.assign(article_id=rows["article_id"].str[:3])


def test_the_five_articles_labelled_by_hand(table):
    told = {
        "000": [("Reuters", "via")],
        "001": [("Reuters", "photo")] * 2
        + [("TASS", "via")] * 3
        + [("Reuters", "cites"), ("Reuters", "via"), ("Reuters", "cites")],
        "002": [("TASS", "via"), ("TASS", "via"), ("Reuters", "cites")],
        "003": [],
        "004": [("TASS", "via")] * 3
        + [("Reuters", "cites"), ("Reuters", "via"), ("Reuters", "cites"), ("Reuters", "runs")],
    }
    for article, labels in told.items():
        rows = table[table["article_id"] == article].sort_values("start")
        assert list(zip(rows["agency"], rows["kind"], strict=True)) == labels, article


def test_spans_hold_the_names(table, texts):
    for row in table.itertuples():
        assert texts[row.article_id][row.start : row.end].casefold() in ("reuters", "tass")
    assert not table.duplicated(list(KEY)).any()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LONDON (Reuters) - Prices rose.", [("Reuters", "runs")]),
        ("LONDON, Sept 10 (AP) — Prices rose.", [("Associated Press", "runs")]),
        ("Prices rose in May.\n\n© 2022 Agence France-Presse", [("AFP", "runs")]),
        ("Prices rose in May.\n\n(Reporting by Ann Lee; Editing by Bo Ek)", [(None, "staff")]),
        ("Residents are told to ‘save lives,’ state-run TASS news agency reports.", [("TASS", "via")]),
        ("Prices rose, the Associated Press reported.", [("Associated Press", "cites")]),
        ("Economists polled by \u00a0 Reuters see a rise.", [("Reuters", "cites")]),
        ("“We ran,” the mayor told state news agency TASS.", [("TASS", "via")]),
        ("Xinhua quoted the mayor as saying prices rose.", [("Xinhua", "via")]),
        ("The mayor said prices rose, according to Kyodo.", [("Kyodo", "via")]),
        (
            "Prices rose, the Wall Street Journal said. The Journal said no more.",
            [("Wall Street Journal", "cites")] * 2,
        ),
        ("Prices rose, the Yomiuri newspaper said.", [("Yomiuri", "cites")]),
    ],
)
def test_kinds(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Dow Jones industrial average fell 40 points.",
        "CNBC's profit rose, and NBC was sold.",
        "A spokesman for Bloomberg said in a statement it would hire.",
        "The Times of old were better, and the journal of medicine was closed.",
        "A Japanese newspaper said so on a Sunday.",
        "Tom Reuter and his tassels.",
    ],
)
def test_names_that_mention_nothing(text):
    assert found(text) == []


def test_a_page_of_the_agency_is_known_by_its_address(cleaned):
    articles = cleaned.articles.assign(url="https://www.reuters.com/world/x")
    rows = credits_table(articles, cleaned.sentences.iloc[:0])
    assert set(rows["kind"]) == {"link"}
    assert agency_of("Associated Press", None) == "Associated Press"
    assert agency_of(None, "http://[broken") is None
    assert agency_of(None, "https://notreuters.com/") is None


def test_a_sentence_without_an_end_is_read_in_reasonable_time():
    endless = "he said, " * 3000 + "Reuters reported " * 300
    rows = pd.DataFrame({"start": [0], "end": [len(endless)], "kind": ["body"]})
    assert len(credits(endless, rows)) == 300


@given(st.text(alphabet="Re. \n\t\u00a0\u2003\u0085\x1c\x1f", max_size=30))
def test_every_run_of_white_space_is_one_blank_with_the_place_it_begins_at(text):
    pieces = list(regex.finditer(r"\s+|\S", text))
    squeezed, places = _squeeze(text)
    assert squeezed == "".join(" " if piece.group().isspace() else piece.group() for piece in pieces)
    assert list(places) == [piece.start() for piece in pieces]


@given(st.text(alphabet="Reuters AFP()-—told said,.“”\n©", max_size=120))
def test_any_text_has_spans_inside_it(text):
    for credit in credits(text, pd.DataFrame(sentences(text), columns=["start", "end", "kind", "quoted_words"])):
        assert 0 <= credit.start < credit.end <= len(text)
        assert credit.kind in KINDS


SPELLINGS = (
    "Agence France-Presse ITAR-TASS Itar-Tass TASS RIA-Novosti dpa Deutsche|Presse-Agentur Anatolia Anatolian EPA-EFE"
    " al-Jazeera Al|Arabiya AL-JAZEERA Barron's BARRON’S LA|Times Bild|am|Sonntag Nihon|Keizai|Shimbun Le|Figaro Figaro"
)


@pytest.mark.parametrize("name", [*_NAMES, *SPELLINGS.split()])
def test_every_name_has_a_word_for_which_a_sentence_is_searched(name):
    written = name.replace("|", " ")
    assert _NAME.search(written) is None or not _TELLING.isdisjoint(_WORD.findall(written))


_BEGIN = r"(?=\p{Lu}|dpa|al[- ]|the )"
SLOW_NAME = regex.compile(_NAME.pattern.replace(_BEGIN, ""))
"""The pattern without the condition on how a name begins."""


@pytest.mark.parametrize("name", [*_NAMES.values(), *SPELLINGS.split(), "the Times", "the daily al-Jazeera news site"])
def test_every_name_begins_as_names_do(name):
    written = name.replace("|", " ")
    assert SLOW_NAME.pattern != _NAME.pattern
    for text in (written, written.lower(), f"Ann of {written} said"):
        assert [m.span() for m in _NAME.finditer(text)] == [m.span() for m in SLOW_NAME.finditer(text)]


def test_credits_are_the_same_by_workers_and_where_every_sentence_is_searched(cleaned, monkeypatch):
    made = cleaned.articles, cleaned.sentences
    table = credits_table(*made)
    pd.testing.assert_frame_equal(credits_table(*made, processes=2), table)
    for module in ("agencies", "credits"):
        monkeypatch.setattr(f"helpers.{module}.may_mention", lambda sentence: True)
    pd.testing.assert_frame_equal(credits_table(*made), table)


WORDS = (
    "the The Yomiuri Nice New York news News agency Agency newspaper daily Post site TV said wire service Times of dpa"
)


@given(st.lists(st.sampled_from([*WORDS.split(), ".", "-", "’s", "é"]), max_size=9).map(" ".join))
def test_a_sentence_that_is_not_searched_names_nobody(sentence):
    assert _NAME.search(sentence) is None or not _TELLING.isdisjoint(_WORD.findall(sentence))
    assert [m.span() for m in _NAME.finditer(sentence)] == [m.span() for m in SLOW_NAME.finditer(sentence)]
