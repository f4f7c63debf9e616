"""What the copy changed: classes, spans, the five articles, the page of the report."""

import re
import shutil

import jinja2
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from helpers.changes import COLUMNS, KEY, KINDS, changes_table, distinct, no_changes
from helpers.changes import table as changes
from helpers.changes.figure import changes_by_class, counted
from helpers.changes.matching import MOST_CELLS, aligned
from helpers.changes.tokens import tokens
from helpers.passages import no_rows, passages_table
from helpers.pipeline import PROJECT
from helpers.prose import corpus_words
from helpers.report.changes import changes_view, distinct_facts
from helpers.report.results import Article
from helpers.segmentation import sentences


def frames(source, article, dates=(None, None)):
    """Tables of two articles."""
    texts = {"a": source, "b": article}
    articles = pd.DataFrame({"article_id": list(texts), "text": list(texts.values()), "published": list(dates)})
    articles = articles.assign(language="en", published=pd.to_datetime(articles["published"], format="ISO8601"))
    rows = [(name, i, *s) for name, text in texts.items() for i, s in enumerate(sentences(text))]
    return articles, pd.DataFrame(rows, columns=["article_id", "sentence", "start", "end", "kind", "quoted_words"])


def joined(source, article, dates=(None, None)):
    """The changes of two texts whose whole length is one edited passage."""
    articles, rows = frames(source, article, dates)
    whole = [("b", 0, len(article), "a", 0, len(source)), ("a", 0, len(source), "b", 0, len(article))]
    passages = pd.DataFrame(whole, columns=["article_id", "start", "end", "source_id", "source_start", "source_end"])
    return changes_table(articles, rows, passages.assign(kind="edited"))


def found(source, article):
    """(kind, before, after) of every change but those of style."""
    table = joined(source, article)
    return [(c.kind, c.before, c.after) for c in table.itertuples() if c.kind != "style"]


@pytest.fixture(scope="module")
def kharkiv(cleaned):
    text = dict(zip(cleaned.articles["article_id"], cleaned.articles["text"], strict=True))
    words = corpus_words(cleaned.articles, cleaned.sentences)
    pairs = [(a, b) for a in text for b in text if a < b]
    passages = passages_table(text, words, pairs, processes=1)
    return changes_table(cleaned.articles, cleaned.sentences, passages), text


@pytest.mark.parametrize(
    ("pair", "kind", "before", "after"),
    [
        (("001", "004"), "wording", "raisin", "grape"),
        (("001", "004"), "date", "evening", "night"),
        (("001", "002"), "number", "more than 400 vehicles", "about 400 automobiles"),
        (("001", "002"), "hedging", "officials stopped short of confirming they had", "troops have"),
        (("002", "004"), "wording", "6-month-old battle", "six-month war"),
        (("002", "004"), "hedging", "troops have recaptured", "officials have not confirmed that they have taken over"),
        (("001", "002"), "name", "Balakliia", "Balaklia"),
        (("001", "004"), "style", "Donbas", "Donbass"),
        (("001", "004"), "attribution", "he said", ""),
        (("001", "002"), "wording", "frontier", "border"),
        (("001", "002"), "style", "mechanized", "mechanised"),
    ],
)
def test_the_changes_everybody_can_see_are_there(kharkiv, pair, kind, before, after):
    table, text = kharkiv
    wanted = table[(table["before"].str.contains(before, regex=False)) & (table["after"] == after)]
    wanted = wanted[(wanted["before"] == before) & (wanted["source_id"].str[:3] == pair[0])]
    wanted = wanted[wanted["article_id"].str[:3] == pair[1]]
    assert set(wanted["kind"]) == {kind}
    whole = text[wanted.iloc[0]["article_id"]]
    assert before == text[wanted.iloc[0]["source_id"]][slice(*wanted.iloc[0][["source_start", "source_end"]])]
    assert after == whole[slice(*wanted.iloc[0][["start", "end"]])]


def test_what_was_judged_right_by_hand_is_still_found(kharkiv):
    judged = pd.read_csv(PROJECT / "benchmarks" / "results" / "changes-judged.csv", dtype={"article_id": str})
    judged = judged[(judged["part"] == "kharkiv") & (judged["verdict"] == "right")]
    keys = [*KEY, "kind"]
    assert len(judged) == 48
    assert len(judged.merge(kharkiv[0][keys], on=keys)) == 48


def test_facts_come_before_words_and_words_before_style(kharkiv):
    table, _ = kharkiv
    top = table.head(9)
    assert "hedging" in set(top["kind"])
    assert set(top["kind"]) <= {"hedging", "number", "date", "attribution"}
    median = table.groupby("kind")["severity"].median()
    assert median["hedging"] > median["wording"] > median["style"]
    assert set(table["kind"]) <= set(KINDS)


def test_the_spelling_of_a_name_is_less_than_another_name():
    other = joined(
        "On Monday the mayor Adam Novak praised the bridge.",
        "On Monday the mayor Peter Blau praised the bridge.",
    )
    same = joined(
        "On Monday the leader Volodymyr Zelensky praised the bridge.",
        "On Monday the leader Volodymyr Zelenskiy praised the bridge.",
    )
    assert list(other["kind"]) == ["name"] == list(same["kind"])
    assert (other["before"][0], other["after"][0]) == ("Adam Novak", "Peter Blau")
    assert other["severity"][0] > 2 * same["severity"][0]


@pytest.mark.parametrize(
    ("source", "article", "wanted"),
    [
        ("The army may have lost the old bridge.", "The army has lost the old bridge.", ("hedging", "may have", "has")),
        ("The mayor did not sign the new treaty.", "The mayor did sign the new treaty.", ("hedging", "not", "")),
        (
            "It is a likely end of the long war.",
            "It is an unlikely end of the long war.",
            ("hedging", "a likely", "an unlikely"),
        ),
        (
            "At least 12 men died in the flood.",
            "At least 14 men died in the flood.",
            ("number", "At least 12", "At least 14"),
        ),
        (
            "The fund paid $5.2 billion for the bank.",
            "The fund paid $5.3 billion for the bank.",
            ("number", "5.2 billion", "5.3 billion"),
        ),
        ("The bank lost about 400 jobs there.", "The bank lost 400 jobs there.", ("number", "about 400", "400")),
        (
            "They met the envoy on Monday in the port.",
            "They met the envoy on Tuesday in the port.",
            ("date", "Monday", "Tuesday"),
        ),
        ("The talks on 3 May ended in the port.", "The talks on 5 May ended in the port.", ("date", "3", "5")),
        (
            "A storm hit the coast near Lisbon today.",
            "A storm hit the coast near Madrid today.",
            ("place", "Lisbon", "Madrid"),
        ),
        (
            "Last year only India bought more of the new coal.",
            "Last year only China bought more of the new coal.",
            ("place", "India", "China"),
        ),
        (
            "The trains to Kiev left the old port on Monday.",
            "The trains to Kyiv left the old port on Monday.",
            ("name", "Kiev", "Kyiv"),
        ),
        (
            "The talks failed again, the envoy said.",
            "The talks failed again, the envoy claimed.",
            ("attribution", "said", "claimed"),
        ),
        ("The talks failed again, he said.", "The talks failed again.", ("attribution", "he said", "")),
        (
            "The city is named after a raisin there.",
            "The city is named after a grape there.",
            ("wording", "raisin", "grape"),
        ),
        ("The red old bridge fell into the river.", "The bridge fell into the river.", ("dropped", "red old", "")),
        ("The bridge fell into the river.", "The bridge fell into the cold dark river.", ("added", "", "cold dark")),
    ],
)
def test_one_change_of_each_class(source, article, wanted):
    assert found(source, article) == [wanted]


@pytest.mark.parametrize(
    ("source", "article"),
    [
        ("The defence of the harbour cost 2,000 men.", "The defense of the harbor cost 2000 men."),
        ("Twelve men utilised the old bridge.", "12 men utilized the old bridge."),
        ("He seeks the aid of Russian envoys.", "He sought the aid of Russia's envoys."),
        ("They raised a blue-and-yellow flag there.", "They raised a blue and yellow flag there."),
        ("The No. 3 maker of cars met the union in May.", "The No. 3 maker of the cars met the union in May."),
        ("On Monday the envoys left the port.", "The envoys left the port on Monday."),
        ("The International Monetary Fund backed the plan.", "The IMF backed the plan."),
        ("The Dutch envoys backed the plan.", "The Netherlands envoys backed the plan."),
        ("The bad debts hit $10.6 bln on Monday.", "The bad debts hit $10.6 billion on Monday."),
        ("The envoys will vote at about 5:30 on Monday.", "The envoys will vote at around 5:30 on Monday."),
        ("The markets are closed on July 3rd in Bonn.", "The markets are closed on July 3 in Bonn."),
        ("Costs will be around $20 billion a year.", "Costs will be around the $20 billion a year."),
    ],
)
def test_no_fact_changes(source, article):
    assert [kind for kind, *_ in found(source, article) if kind not in ("dropped",)] == []


@pytest.mark.parametrize(
    ("source", "article"),
    [
        ("Until now the agency could not find the banker.", "Until now the agency had failed to find the banker."),
        ("The firm may not receive a bonus for the deal.", "The firm might not receive a bonus for the deal."),
        ("He appeared in court on Monday with his brother.", "He was there on Monday with his brother."),
        ("The firms said it is likely to close in May.", "The firms said it is expected to close in May."),
        ("They hold no stake, nor any share of the fund.", "They hold no stake, or any share of the fund."),
        (
            "The bank heard Lacker on Monday. Lacker is not a member of the board.",
            "The bank heard Fisher on Monday. Fisher is a member of the board.",
        ),
        ("The report is expected to be public in May.", "The report is not expected to be public until May."),
        ("The airline was ready to set up a budget line.", "The airline could set up a budget line."),
    ],
)
def test_a_hedge_said_in_other_words_is_not_lost(source, article):
    assert "hedging" not in {kind for kind, *_ in found(source, article)}


@pytest.mark.parametrize(
    ("source", "article"),
    [
        ("On Monday the Barclays bank said it had acted well.", "On Monday the British bank said it had acted well."),
        ("The envoys of Moscow said on Monday it was over.", "The envoys of Russia said on Monday it was over."),
        ("A deal was near in Bonn. (Editing by Ann Lee)", "A deal was near in Bonn. (Editing by Bo Ek)"),
    ],
)
def test_a_name_said_in_another_way_is_no_other_name(source, article):
    assert not {"name", "place"} & {kind for kind, *_ in found(source, article)}


def severity(source, article, dates=(None, None)):
    return joined(source, article, dates)["severity"].max()


def test_numbers_rounded_or_filled_in_anew_are_less_than_another_number():
    other = severity("The fund paid $5.2 billion for the bank.", "The fund paid $6.3 billion for the bank.")
    assert severity("The fund paid $5.24 billion for the bank.", "The fund paid $5.2 billion for the bank.") < other / 2
    quotes = (
        "Shares of the bank rose 1.6 percent to $38.32 on Monday.",
        "Shares of the bank rose 2.9 percent to $39.20 on Monday.",
    )
    assert severity(*quotes) < 0.8 * other


def test_a_hedge_alone_is_more_than_one_among_other_words():
    alone = severity("The army may have lost the old bridge.", "The army has lost the old bridge.")
    texts = (
        "The army and its many men could keep the old bridge.",
        "The army and its many men are guarding the old bridge.",
    )
    assert 0 < severity(*texts) < 0.8 * alone


def test_versions_of_one_story_come_before_reports_days_apart_and_before_pairs_that_share_little():
    texts = "The fund paid $5.2 billion for the bank.", "The fund paid $6.3 billion for the bank."
    near, far = severity(*texts, ("2022-09-11", "2022-09-12")), severity(*texts, ("2022-09-01", "2022-09-12"))
    assert far < 0.8 * near
    rest = " ".join(
        f"Nobody of the {name} family had any other word for it." for name in ("Novak", "Blau", "Ek", "Lee")
    )
    other = " ".join(
        f"A long {word} winter came to an end in the mountains." for word in ("cold", "dark", "mild", "wet")
    )
    assert severity(f"{texts[0]} {rest}", f"{texts[1]} {other}") < severity(*texts)


@pytest.mark.parametrize(
    ("source", "article", "kind", "rule"),
    [
        ("The shares of the bank fell on Monday.", "The shares of the bank rose on Monday.", "wording", "opposite"),
        ("Officials confirmed the old deal.", "Officials denied the old deal.", "wording", "opposite"),
        ("They left the town after the long war.", "They left the town before the long war.", "wording", "opposite"),
        ("He spoke for the new law in Bonn.", "He spoke against the new law in Bonn.", "wording", "opposite"),
        ("It is more than double the old price.", "It is fewer than double the old price.", "number", "qualifier"),
        ("They said they could not comment now.", "They said they will not comment now.", "hedging", "lost: could"),
        ("The army saw it abandoning its stores.", "The army saw it fleeing with its stores.", "wording", "1 for 2"),
    ],
)
def test_words_in_the_place_of_others_are_no_omission(source, article, kind, rule):
    rows = [c for c in joined(source, article).itertuples() if c.kind != "style"]
    assert [c.kind for c in rows] == [kind]
    assert rows[0].rule.startswith(rule)
    assert rows[0].severity > 0.7 or rule == "1 for 2"


def test_opposites_of_a_market_filled_in_anew_or_denied_do_not_lead():
    alone = severity("The shares of the bank fell sharply.", "The shares of the bank rose sharply.")
    anew = (
        "The shares of the bank fell 3.1 percent to 45.50.",
        "The shares of the bank rose 2.4 percent to 46.10.",
    )
    rows = joined(*anew)
    assert rows.loc[rows["rule"].str.startswith("opposite"), "severity"].max() < 0.6 * alone
    days = "On Monday shares of the bank fell sharply.", "On Friday shares of the bank rose sharply."
    assert severity(*days) < 0.8 * alone
    denied = joined("The shares of the bank did not fall.", "The shares of the bank did rise.")
    assert not denied["rule"].str.startswith("opposite").any()


def test_no_change_with_words_on_both_sides_is_an_omission(kharkiv):
    table = kharkiv[0]
    rows = table[table["kind"].isin(["dropped", "added"])]
    assert len(rows)
    stands = rows["before"].str.len().gt(0) & rows["after"].str.len().gt(0)
    assert not stands.any()


def test_who_says_it_changes_only_where_a_source_comes_or_goes(kharkiv):
    table = kharkiv[0]
    told = table[table["kind"] == "attribution"]
    assert "lost: TASS ... quoted" in set(told["rule"])
    assert not told["before"].eq("direction").any()
    stated = joined("The bank said it was calm.", "The bank stated it was calm.")
    assert set(stated["kind"]) == {"style"}


def test_prints_of_one_story_make_one_change_that_names_them():
    text = {"a": "At least 12 men died in the flood.", "x": "At least 19 men died in the fire."}
    text |= dict.fromkeys("bcd", "At least 14 men died in the flood.")
    rows = []
    for source, article in ["ab", "ac", "ad", "ax"]:
        rows.append(joined(text[source], text[article]).assign(source_id=source, article_id=article))
    rows.append(joined(text["b"], text["a"]).assign(source_id="d", article_id="a"))  # the other way round
    table = distinct(pd.concat(rows, ignore_index=True), text)
    numbers = table[table["kind"] == "number"]
    assert numbers[["source_id", "article_id"]].to_numpy().tolist() == [["a", "b"], ["a", "x"]]
    assert numbers["also"].tolist() == [["c", "d"], []]


def test_sentences_that_are_merged_and_split():
    two = "The town fell on Saturday after a long siege. It was the worst defeat of the whole war."
    one = "The town fell on Saturday after a long siege, and it was the worst defeat of the whole war."
    assert "merged" in set(joined(two, one)["kind"])
    assert "split" in set(joined(one, two)["kind"])


def test_the_source_is_the_article_published_first():
    texts = "At least 12 men died in the flood.", "At least 14 men died in the flood."
    later = joined(*texts, ("2022-09-13", "2022-09-11"))
    assert list(later["source_id"]) == ["b"]
    assert list(later["before"]) == ["At least 14"]
    assert list(joined(*texts, ("2022-09-11", "2022-09-13"))["source_id"]) == ["a"]
    assert list(joined(*texts)["source_id"]) == ["a"]


def test_dates_too_near_to_tell_leave_the_order_of_names():
    first, second = "The army said 30 men died there.", "The army said 40 men died there."
    for day, source in (("2007-03-08", "a"), ("2007-03-09", "a"), ("2007-03-06", "b")):
        table = joined(first, second, ("2007-03-08 21:53", day))
        assert set(table["source_id"]) == {source}


def test_numbers_that_both_articles_hold_did_not_replace_each_other():
    source = "Sales rose 31 percent in the first year. Profit rose 45 percent in the first year."
    article = "Sales rose 45 percent in the first year. Profit rose 31 percent in the first year."
    assert "number" not in {kind for kind, *_ in found(source, article)}


SAMPLE = [
    "may",
    "not",
    "12",
    "Monday",
    "Kyiv",
    "said",
    "the",
    "of",
    "about",
    "fell,",
    "more.",
    "“We",
    "go”",
    "Ж",
    "总统",
]
WORDS = st.lists(st.sampled_from(SAMPLE))


@given(WORDS, WORDS)
def test_spans_lie_inside_their_sentences_and_nothing_depends_on_chance(first, second):
    source, article = " ".join(first), " ".join(second)
    table = joined(source, article)
    pd.testing.assert_frame_equal(table, joined(source, article))
    assert list(table.columns) == COLUMNS
    assert not table.duplicated(list(KEY)).any()
    for c in table.itertuples():
        assert c.context_start <= c.start <= c.end <= c.context_end <= len(article)
        assert c.source_context_start <= c.source_start <= c.source_end <= c.source_context_end <= len(source)
        assert (c.before, c.after) == (source[c.source_start : c.source_end], article[c.start : c.end])
        assert 0 <= c.severity <= 1
        assert c.before or c.after


@given(WORDS, WORDS)
def test_an_alignment_holds_every_token_once_in_order(first, second):
    before, after = (tokens(text, (0, len(text))) for text in (" ".join(first), " ".join(second)))
    columns = aligned(before, after)
    assert [c.before for c in columns if c.before] == before
    assert [c.after for c in columns if c.after] == after


def test_text_without_sentences_is_compared_in_time():
    size = int(MOST_CELLS**0.5) + 10
    before, after = (" ".join(f"{word}{i}" for i in range(size)) for word in ("foo", "bar"))
    columns = aligned(*(tokens(text, (0, len(text))) for text in (f"x {before} same", f"y {after} same")))
    assert sum(c.relation == "equal" for c in columns) == 1


def test_articles_that_share_nothing_have_no_changes():
    articles, rows = frames("One thing happened here.", "Another was told elsewhere.")
    table = changes_table(articles, rows, no_rows())
    pd.testing.assert_frame_equal(table, no_changes())
    assert list(table.columns) == COLUMNS


def render(table, text, folder):
    articles = {name: Article(name, name[:3], "", None, None, None, None) for name in text}
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.globals |= {"corpus": "kharkiv-2022", "version": "0"}
    html = environment.get_template("changes.html").render(
        root="", nested=False, **changes_view(table, text, articles, {})
    )
    page = folder / "changes.html"
    page.write_text(html, encoding="utf-8")
    return page


def test_the_page_shows_the_most_serious_first_and_filters(kharkiv, browser, tmp_path):
    table, text = kharkiv
    shutil.copytree(PROJECT / "src" / "helpers" / "report" / "assets", tmp_path / "assets")
    address = render(table, text, tmp_path).as_uri()
    wrong = []
    page = browser.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(address)
    first = page.locator("#changes tr[data-kind]").first
    expect(first.locator(".m").first).to_have_text(re.compile("stopped short of confirming"))
    sentences = page.locator("#changes tr.sentences")
    assert sentences.count() < page.locator("#changes tr[data-kind]").count()
    assert sentences.first.locator("td").first.locator(".m").count() > 1
    page.get_by_label("Class").select_option("date")
    shown = page.locator("#changes tr[data-kind]:visible")
    once = distinct_facts(table, text)
    assert 0 < len(once) < len(table)
    expect(shown).to_have_count(int((once["kind"] == "date").sum()))
    expect(page.locator("#left")).to_contain_text(f"{int((once['kind'] == 'date').sum())} of")
    assert page.locator("#changes tr.sentences:visible").count() <= shown.count()
    page.get_by_label("Articles").select_option("001 / 002")
    mine = once["article_id"].str.startswith("002") & once["source_id"].str.startswith("001")
    expect(shown).to_have_count(int((mine & (once["kind"] == "date")).sum()))
    page.close()
    assert not wrong


def test_article_text_on_the_page_is_never_markup(tmp_path):
    source = "The <script>alert(1)</script> tower fell at 12 on the {{ 7 * 7 }} hill."
    article = "The <script>alert(1)</script> tower fell at 14 on the {{ 7 * 7 }} hill."
    table = joined(source, article)
    assert len(table)
    html = render(table, {"a": source, "b": article}, tmp_path).read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert "{{ 7 * 7 }}" in html


def test_a_page_without_changes_says_so(tmp_path):
    assert "No edited or paraphrased passage" in render(no_changes(), {}, tmp_path).read_text(encoding="utf-8")


def test_the_figure_counts_every_change_once(kharkiv):
    table, _ = kharkiv
    fig, drawn = changes_by_class(table)
    assert sum(bar.get_width() for bar in fig.axes[0].patches) == len(table)
    assert [label.get_text() for label in fig.axes[0].get_yticklabels()] == ["001 / 004", "002 / 004", "001 / 002"]
    pd.testing.assert_frame_equal(drawn, counted(table))
    assert not changes_by_class(no_changes())[0].axes[0].patches


def test_of_many_pairs_the_table_beside_the_figure_holds_those_drawn():
    rows = [("a", f"b{i:02}", "name") for i in range(50) for _ in range(i + 1)]
    fig, drawn = changes_by_class(pd.DataFrame(rows, columns=["source_id", "article_id", "kind"]))
    assert drawn["article_id"].tolist() == [f"b{i:02}" for i in range(49, 9, -1)]
    assert [bar.get_width() for bar in fig.axes[0].patches] == drawn["name"].tolist()


def most_shared_slowly(passages, most):
    """The passages of the pairs with the longest edited ones, pair by pair."""
    pairs = list(zip(passages["article_id"], passages["source_id"], strict=True))
    rows = zip(pairs, passages["kind"], passages["end"] - passages["start"], strict=True)
    lengths = {}
    for (a, b), kind, length in rows:
        if kind != "verbatim" and a < b:
            lengths[a, b] = lengths.get((a, b), 0) + length
    kept = sorted(lengths, key=lambda pair: (-lengths[pair], pair))[:most]
    return passages if len(lengths) <= most else passages[[(min(p), max(p)) in kept for p in pairs]]


ROWS = st.tuples(
    *(st.sampled_from("abcde"), st.sampled_from("abcde")),
    *(st.integers(0, 3), st.integers(1, 4), st.sampled_from(["verbatim", "edited", "paraphrased"])),
)


@given(st.lists(ROWS, max_size=30), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_the_pairs_that_are_read_share_most_edited_words(rows, most):
    made = [(a, b, start, start + length, kind) for a, b, start, length, kind in rows if a != b]
    passages = pd.DataFrame(made, columns=["article_id", "source_id", "start", "end", "kind"])
    passages = passages.astype({"article_id": "str", "source_id": "str", "start": "int64", "end": "int64"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "MOST_PAIRS", most)
        pd.testing.assert_frame_equal(changes.most_shared(passages), most_shared_slowly(passages, most))
