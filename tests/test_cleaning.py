"""Cleaning loses nothing and invents nothing."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cleaning import boilerplate, clean
from helpers.corpus import replayed
from helpers.edits import apply
from helpers.layout import is_credit


def test_the_log_replays_from_raw_to_clean_on_all_five(raw_articles, cleaned):
    clean_text = dict(zip(cleaned.articles["article_id"], cleaned.articles["text"], strict=True))
    raw = {article.article_id: article.text for article in raw_articles}
    assert replayed(raw, cleaned.cleaning_log) == clean_text


@given(st.text("ab .\n\r\t鈥檚聽“”é黑0123456789views", max_size=80))
def test_any_text_replays_and_cleaning_twice_changes_nothing_in_white_space(raw):
    result = clean(raw)
    assert apply(raw, result.edits) == result.text
    assert result.text == result.text.strip()
    assert "\n\n\n" not in result.text
    assert "\r" not in result.text


@given(st.text(max_size=200))
def test_text_of_any_script_replays(raw):
    result = clean(raw)
    assert apply(raw, result.edits) == result.text


def test_article_001_is_repaired_and_its_page_furniture_is_gone(texts):
    text = texts["001"]
    assert not set("鈥檚淭聽黑料社") & set(text)
    assert text.startswith("Russia loses control of key northeast towns as Ukrainian troops advance\n")
    assert text.endswith("favoring Moscow’s advantage in raw firepower.")
    for words in (
        "“save lives,” TASS",
        "means “raisin.”",
        "‘RUSSIA IS RETREATING’",
        "retreating… the fighting",
    ):
        assert words in text
    assert text.count("Service members of the State Security Service") == 2, "a caption printed twice stays twice"


def test_the_other_four_keep_every_word(raw_articles, cleaned, texts):
    rules = {}
    for row in cleaned.cleaning_log.itertuples():
        rules.setdefault(row.article_id[:3], set()).add(row.rule)
    assert "000" not in rules
    assert rules["002"] == {"published_date"}
    assert rules["003"] == {"teaser", "view_counter", "white_space"}
    assert rules["004"] == {"white_space"}
    for typo in ("Ukranian", "psoing", "Kharkhiv"):
        assert typo in texts["000"]
    assert "Kharksiv city" in texts["002"]
    assert "shock advance ." in texts["004"]


def test_the_stated_date_of_002_becomes_its_published(cleaned):
    published = cleaned.articles.set_index("article_id")["published"]
    assert published.filter(like="002").iloc[0] == datetime(2022, 9, 11)
    assert published.drop(published.filter(like="002").index).isna().all()


BODY = "Izium fell on Saturday.\n\n{}\n\nKyiv said so."
JUNK = [
    ("LATEST STORIES", "teaser"),
    ("Read more...", "teaser"),
    ("Related Articles:", "teaser"),
    ("Continue to read more latest news", "teaser"),
    ("Click here to subscribe", "teaser"),
    ("Advertisement", "teaser"),
    (" 350 total views,  1 views today", "view_counter"),
    ("1,204 views | 12 comments", "view_counter"),
]
KEPT = [
    "Read more than the headline, he said.",
    "MECHANIZED ASSAULT",
    "Latest stories of survival from Kharkiv emerge.",
    "350 people were killed.",
    "The views of 12 experts",
    "Continue to fight, he told them.",
    "Advertisement revenue fell.",
    "Click here and there went the cameras.",
    "NATO",
    "1991",
]


@pytest.mark.parametrize(("line", "rule"), JUNK)
def test_page_furniture_goes_by_its_rule(line, rule):
    text = BODY.format(line)
    assert [(e.before, e.rule) for e in boilerplate(text)] == [(line, rule)]


@pytest.mark.parametrize("line", KEPT)
def test_a_line_of_the_article_stays(line):
    assert boilerplate(BODY.format(line)) == []
    assert boilerplate(f"{line}\n\nIzium fell on Saturday.") == []


def test_lines_at_the_edge_that_belong_to_the_page_go():
    text = "黑料社\n\nIzium fell on Saturday.\n\ngsg\nLATEST STORIES"
    assert [(e.before, e.rule) for e in boilerplate(text)] == [
        ("黑料社", "foreign_script"),
        ("gsg", "stray_line"),
        ("LATEST STORIES", "teaser"),
    ]


def test_a_chinese_article_keeps_its_chinese_headline():
    assert boilerplate("黑料社\n\n俄罗斯失去对东北主要城镇的控制。") == []


def test_users_can_name_lines_to_drop():
    edits = boilerplate(BODY.format("Our Newsletter"), ignore=("our newsletter ",))
    assert [(e.before, e.rule) for e in edits] == [("Our Newsletter", "ignored_phrase")]


def test_a_phrase_of_three_words_is_ignored_inside_a_line_too_and_taken_literally():
    raw = "Izium fell. Read  OUR blog (now)! Kyiv said.\n\nRead our\nblog (now)!\n\nOur blog fell."
    result = clean(raw, ignore=("read our blog (now)!", "our blog", ".*", "a|b c d+"))
    assert result.text == "Izium fell. Kyiv said.\n\nOur blog fell."
    assert {e.rule for e in result.edits} == {"ignored_phrase", "white_space"}
    assert apply(raw, result.edits) == result.text
    assert clean("Unread our blog now, friend.", ignore=("read our blog",)).text == "Unread our blog now, friend."


NOTICES = [
    ("We use cookies to improve your experience on our site.", "cookie_notice"),
    ("This website uses cookies. By continuing you agree to our use of cookies.", "cookie_notice"),
    ("We and our 842 partners store and/or access information such as cookies on a device.", "cookie_notice"),
    ("By continuing to use this site you agree to our terms and our cookie policy.", "cookie_notice"),
    ("Accept all cookies", "cookie_notice"),
    ("Privacy & Cookie Policy", "cookie_notice"),
    ("We value your privacy", "cookie_notice"),
    ("Sign up for our free daily newsletter and never miss a story.", "newsletter_prompt"),
    ("Get the day's top stories delivered straight to your inbox.", "newsletter_prompt"),
    ("Enter your email address", "newsletter_prompt"),
    ("Subscribe now for unlimited digital access.", "subscription_prompt"),
    ("Already a subscriber? Log in", "subscription_prompt"),
    ("This article is for subscribers only.", "subscription_prompt"),
    ("You have reached your limit of free articles this month.", "subscription_prompt"),
    ("Follow us on Twitter and Facebook for the latest news.", "subscription_prompt"),
    ("Download our app here", "subscription_prompt"),
    ("This material may not be published, broadcast, rewritten or redistributed.", "rights_notice"),
    ("Our Standards: The Thomson Reuters Trust Principles.", "rights_notice"),
]
NO_NOTICES = [
    "We use cookies to track readers, the company said.",
    "“We use cookies to improve your experience.”",
    "We used cookies as bait, and the bear came at dusk.",
    "Cookies were on the menu of the summit.",
    "By continuing to use the old bridge the army took a risk.",
    "The newsletter was delivered to every inbox in the city.",
    "Subscribe and they will come: how a paper found its readers.",
    "Sign up or be drafted, he told the men of the village.",
    "Getting the message to your inbox is a business of billions.",
    "Privacy policy is at the heart of the dispute, lawyers say.",
    "This story may not be over.",
    "Get the app that rules Kyiv: how Diia works",
]


@pytest.mark.parametrize(("line", "rule"), NOTICES)
def test_notices_to_the_reader_go_by_their_rule(line, rule):
    assert [(e.before, e.rule) for e in boilerplate(BODY.format(line))] == [(line, rule)]


@pytest.mark.parametrize("line", NO_NOTICES)
def test_a_sentence_that_resembles_a_notice_stays(line):
    assert boilerplate(BODY.format(line)) == []


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("By Jane Doe and John O’Neil", True),
        ("By Jane Doe, Kyiv correspondent", True),
        ("By Jane Doe | jane@example.org", True),
        ("By JANE DOE Staff writer", True),
        ("Jane Doe in Oslo contributed to this report.", True),
        ("By Monday the army had gone.", False),
        ("Scientists contributed to this report for years, he said.", False),
        ("By " + "A" * 5000 + "1", False),
    ],
)
def test_bylines_in_the_text_are_credits_and_a_hostile_one_costs_no_time(line, credit):
    assert is_credit(line) is credit


def test_a_paragraph_of_prose_that_repeats_goes_the_second_time():
    paragraph = "The army has retaken the town of Izium in a swift advance, Kyiv said."
    short = "He did not elaborate."
    caption = "A soldier stands guard at the bridge of Izium in this handout photo. Army/Handout"
    text = "\n\n".join([paragraph, caption, short, paragraph.upper(), caption, short])
    result = clean(text)
    assert result.text == "\n\n".join([paragraph, caption, short, caption, short])
    assert [e.before for e in result.edits if e.rule == "repeated_paragraph"] == [paragraph.upper()]
