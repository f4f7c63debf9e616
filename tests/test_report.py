"""The report in a real Chromium, from disk, without a server."""

import os
import random
import re
import shutil
import time
from datetime import datetime
from itertools import product
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import helpers
from conftest import analyse
from helpers import figures, report, size, tables
from helpers.outlets.figures import outlet_network
from helpers.report import kept, overview, pages, sheets
from helpers.report.marks import Passage, changed_words, paragraphs, pieces
from helpers.report.outlets import anchors, outlets_headline, outlets_view
from helpers.report.results import Results, page_name
from helpers.segmentation import words
from helpers.sources import RawArticle

WORDS = ("timber", "granite", "copper", "marble", "amber", "ivory", "velvet", "walnut")
LONE = " ".join(f"Divers raised the {word} crates with chains and carried them through {word} rain." for word in WORDS)


@pytest.fixture
def page(browser):
    """A page that fails the test if anything is logged as an error or leaves the disk."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
    page.on("dialog", lambda dialog: (wrong.append("dialog"), dialog.dismiss()))
    yield page
    context.close()
    assert not wrong


def table_of(index, name):
    return tables.read(name, index.parent.parent / "processed")


def aged(reports):
    """Set the clock of all pages back: what is written from now on is younger."""
    found = {path.relative_to(reports).as_posix(): path for path in reports.rglob("*.html")}
    for path in found.values():
        os.utime(path, (1, 1))
    return found


def younger(found):
    return {name for name, path in found.items() if path.stat().st_mtime > 1}


LAST = {"index.html", "changes.html", "outlets.html"}


@pytest.fixture
def five_pages(kharkiv_report, tmp_path):
    """The report of the five articles, which may be changed; what writes it again."""
    shutil.copytree(kharkiv_report.parent.parent, tmp_path, dirs_exist_ok=True)
    told = {"python": "3", "date": "2026-11-22", "parameters": {}, "inputs": [], "problems": []}

    def write(corpus="five"):
        report.write(report.Results(tmp_path / "processed", tmp_path / "reports", told | {"corpus": corpus}))

    write()
    return tmp_path / "reports", write


def test_pages_that_are_there_as_they_would_be_written_are_left_alone(five_pages):
    reports, write = five_pages
    found = aged(reports)
    write()
    assert younger(found) == LAST & found.keys()
    assert {path.relative_to(reports).as_posix() for path in reports.rglob("*.html")} == found.keys()


def test_pages_that_say_something_else_are_written(five_pages):
    reports, write = five_pages
    processed = reports.parent / "processed"
    rows = tables.read("copying", processed)
    tables.write(rows.assign(ci_high=rows["ci_high"].where(rows.index != 0, 0.5)), "copying", processed)
    found = aged(reports)
    write()
    (name,) = younger(found) - LAST
    assert name == f"articles/{page_name(rows['article_id'][0])}.html"
    assert "to 50 %" in found[name].read_text(encoding="utf-8")


def test_pages_that_are_missing_are_written_and_others_go(five_pages):
    reports, write = five_pages
    found = aged(reports)
    gone = sorted(found.keys() - LAST)[::3]
    for name in gone:
        found[name].unlink()
    (reports / "articles" / "0001.html").write_text("of an earlier version")
    (reports / "pairs" / "deeper").mkdir()
    write()
    assert younger(found) - LAST == set(gone)
    assert {path.relative_to(reports).as_posix() for path in reports.rglob("*.html")} == found.keys()
    assert not (reports / "pairs" / "deeper").exists()


@pytest.mark.parametrize("note", ["{", "[]", '{"pages": []}', None])
def test_without_a_note_of_them_all_pages_are_written(five_pages, note):
    reports, write = five_pages
    if note is None:
        (reports / kept.NOTED).unlink()
    else:
        (reports / kept.NOTED).write_text(note)
    found = aged(reports)
    write()
    assert younger(found) == found.keys()


def test_another_name_of_the_corpus_is_on_all_pages(five_pages):
    reports, write = five_pages
    found = aged(reports)
    write("another")
    assert younger(found) == found.keys()


def test_a_report_that_was_stopped_is_written_anew(five_pages, monkeypatch):
    reports, write = five_pages
    found = aged(reports)
    with monkeypatch.context() as patch:
        patch.setattr(kept.Kept, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write()
    write()
    assert younger(found) == found.keys()


def place_of(index, folder, *numbers):
    """The page of an article, or of a pair, by number, 1 for the first of the table; or the overview."""
    names = table_of(index, "articles")["article_id"]
    own = "-".join(page_name(names[number - 1]) for number in numbers)
    return index.parent / folder / f"{own}.html" if numbers else index


def test_worker_processes_write_the_same_pages(kharkiv_report, tmp_path, monkeypatch):
    folder, told = kharkiv_report.parent, {"corpus": "five", "python": "3", "date": "2026-11-22"}
    record = {**told, "parameters": {}, "inputs": [], "problems": []}
    written = []
    for name, least in (("here", 10**9), ("there", 0)):
        monkeypatch.setattr(pages, "PARALLEL_PAGES", least)
        report.write(report.Results(folder.parent / "processed", tmp_path / name, record))
        files = (path for path in sorted((tmp_path / name).rglob("*")) if path.is_file())
        written.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert len(written[0]) > 10
    assert written[0] == written[1]


def test_a_cell_of_the_heatmap_leads_to_the_pair(page, kharkiv_report):
    page.goto(kharkiv_report.as_uri())
    expect(page.locator(".headline")).to_contain_text("3 of 5 articles")
    expect(page.locator(".headline")).to_contain_text("002: 96 % of its words")
    row = page.locator(".heat tbody tr", has=page.get_by_role("rowheader", name="002"))
    cell = row.locator("td").nth(1)
    expect(cell).to_have_text("96")
    cell.locator("a").click()
    expect(page).to_have_title(re.compile("001 and 002"))
    expect(page.locator("tbody tr").nth(1)).to_contain_text("96 %")


def test_the_heatmap_shows_one_kind_at_a_time(page, kharkiv_report):
    page.goto(kharkiv_report.as_uri())
    share = table_of(kharkiv_report, "overlap").set_index(["article_id", "source_id"])["verbatim_share"]
    page.get_by_role("radio", name="verbatim").check()
    shown = page.locator(".heat tbody tr").nth(2).locator("td").nth(1)
    wanted = next(value for (a, b), value in share.items() if a.startswith("002") and b.startswith("001"))
    expect(shown).to_have_text(str(round(100 * wanted)))
    expect(page.locator(".shown").first).to_have_text("verbatim")
    shown.locator("a").click()
    page.go_back()
    assert page.get_by_role("radio", name="verbatim").is_checked() == (shown.text_content() == str(round(100 * wanted)))


@pytest.mark.parametrize(("a", "b"), [(2, 3), (2, 5), (3, 5)])
def test_the_marks_are_the_rows_of_passages(page, kharkiv_report, a, b):
    page.goto(place_of(kharkiv_report, "pairs", a, b).as_uri())
    articles = table_of(kharkiv_report, "articles").set_index("article_id")["text"].sort_index()
    rows = table_of(kharkiv_report, "passages")
    names = articles.index[[a - 1, b - 1]]
    rows = rows[(rows["article_id"] == names[0]) & (rows["source_id"] == names[1]) & (rows["n_words"] > 0)]
    rows = rows.sort_values(["start", "end", "source_start", "source_end"])
    assert len(rows) > 5
    marks = page.evaluate(
        """() => ["l", "r"].map(side => [...document.querySelectorAll(`#pane-${side} a.m`)].map(
            m => [m.dataset.all.split(" "), m.textContent]))"""
    )
    sides = [("start", "end", articles[names[0]]), ("source_start", "source_end", articles[names[1]])]
    for shown, (start, end, text) in zip(marks, sides, strict=True):
        for number, row in enumerate(rows.itertuples(), 1):
            marked = "".join(piece for numbers, piece in shown if str(number) in numbers)
            wanted = text[getattr(row, start) : getattr(row, end)]
            assert "".join(marked.split()) == "".join(wanted.split())
    expect(page.locator(".passages li")).to_have_count(len(rows))


def test_shared_speech_is_marked_and_counted_apart_from_shared_prose(page, kharkiv_report):
    page.goto(place_of(kharkiv_report, "pairs", 2, 5).as_uri())
    share = table_of(kharkiv_report, "overlap").set_index(["article_id", "source_id"])
    row = next(row for (a, b), row in share.iterrows() if (a[:3], b[:3]) == ("001", "004"))
    cells = page.locator("main tbody tr").first.locator("td")
    wanted = [row["reused_share"], row["reused_share"] - row["quoted_share"], row["quoted_share"]]
    assert cells.all_text_contents()[1:4] == [f"{100 * value:.0f} %" for value in wanted]
    marked = " ".join(page.locator("#pane-l a.sp").all_text_contents())
    assert len(words(marked)) == round(row["quoted_share"] * row["n_words"])
    assert "The first function is to provide" in marked
    assert "to show its back" not in marked  # a quotation of 001 alone
    page.goto(place_of(kharkiv_report, "articles", 3).as_uri())
    expect(page.locator(".facts")).to_contain_text("1 % shared speech")
    alone = "".join(page.locator("article .sp").all_text_contents())
    assert "Thousands" not in alone  # narration that 002 alone has in quotation marks


def test_passages_are_linked_and_walked_through_by_keyboard(page, kharkiv_report):
    page.goto(place_of(kharkiv_report, "pairs", 2, 3).as_uri())
    page.keyboard.press("n")
    expect(page.locator("#status")).to_contain_text("Passage 1 of")
    expect(page.locator("#pane-l a.on").first).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.press("p")
    expect(page.locator("#status")).to_contain_text("Passage 1 of")
    page.keyboard.press("p")
    last = page.locator(".passages li").count()
    expect(page.locator("#status")).to_contain_text(f"Passage {last} of {last}")
    assert page.url.endswith(f"#p{last}")
    chosen = page.locator("#pane-r .on").first
    expect(chosen).to_be_in_viewport()
    page.locator("#pane-l a.m").first.click()
    expect(page.locator("#pane-l .on").first).to_be_visible()
    assert page.locator("#pane-r .on").count() > 0


def test_a_link_to_a_passage_opens_it(page, kharkiv_report):
    page.goto(place_of(kharkiv_report, "pairs", 2, 3).as_uri() + "#p28")
    expect(page.locator("#status")).to_contain_text("Passage 28 of")
    for side in ("l", "r"):
        expect(page.locator(f"#pane-{side} .on").first).to_be_in_viewport()


def test_an_article_page_links_each_mark_to_its_passage(page, kharkiv_report):
    page.goto(place_of(kharkiv_report, "articles", 3).as_uri())
    expect(page.locator(".facts")).to_contain_text("96 %")
    first = page.locator("article a.m").first
    words = first.text_content()
    first.click()
    expect(page.locator("#status")).to_contain_text("Passage")
    assert words.split()[0] in " ".join(page.locator(".pane .on").all_text_contents())


def test_what_cleaning_did_is_there_to_see(page, kharkiv_report, raw_articles):
    page.goto(place_of(kharkiv_report, "articles", 2).as_uri())
    page.get_by_text("The file as it was read").click()
    raw = page.evaluate(
        "() => { const c = document.querySelector('.raw').cloneNode(true);"
        " c.querySelectorAll('ins').forEach(i => i.remove()); return c.textContent; }"
    )
    assert raw == raw_articles[1].text.replace("\r\n", "\n").replace("\r", "\n")
    expect(page.locator(".raw ins").first).to_be_visible()


def test_the_table_sorts_and_filters(page, kharkiv_report):
    page.goto(kharkiv_report.as_uri())
    first = page.locator("#table tbody tr:visible th").first
    expect(first).to_have_text("002")
    page.get_by_role("button", name="words").click()
    expect(first).to_have_text("003")
    expect(page.locator("#table th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="words").click()
    expect(first).to_have_text("002")
    page.get_by_role("button", name="article").click()
    expect(first).to_have_text("000")
    page.get_by_label("Find").fill("wholly")
    expect(page.locator("#table tbody tr:visible")).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 of 5 articles")


PAGES = ("index",), ("articles", 2), ("pairs", 2, 3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_in_light_and_dark(page, kharkiv_report, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(place_of(kharkiv_report, *name).as_uri())
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    grave = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
    assert not grave
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_a_telephone_and_paper(page, kharkiv_report, name):
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(place_of(kharkiv_report, *name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    if name[0] == "pairs":
        assert page.evaluate("[...document.querySelectorAll('.pane')].every(p => p.scrollHeight <= p.clientHeight + 2)")


HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="alert(2)"> {{ 7*7 }} {% raw %} </title></pre> \u202e\u2066rtl\u2069 '
    + "a" * 10_000
)


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory):
    body = (
        "The council met on Monday to discuss the new bridge and the money that it would cost the town in the next ten "
        "years. A vote is expected in May, the mayor said after the meeting, unless the opposition asks for more time."
    )
    names = [
        '"><img src=x onerror=alert(3)>',
        "=cmd|' /C calc'!A0 {{ 7*7 }}",
        "../../etc/passwd",
        "javascript:alert(4)",
    ]
    raw = [
        RawArticle(name, f"{name}.txt", f"<b>{name[:6]}</b>", f"{HOSTILE}\n\n{body}\n\n{HOSTILE}", "utf-8", ())
        for name in names
    ]
    return analyse(raw, tmp_path_factory.mktemp("hostile"))


def test_hostile_articles_do_nothing_but_show_themselves(page, hostile_report):
    made = sorted(path.relative_to(hostile_report.parent).as_posix() for path in hostile_report.parent.rglob("*.html"))
    assert {re.sub("[a-z2-7]{24}", "N", name) for name in made} == {
        "index.html",
        "changes.html",
        "outlets.html",
        "articles/N.html",
        "pairs/N-N.html",
    }
    for name in made:
        page.goto((hostile_report.parent / name).as_uri())
        assert page.locator("img").count() == 0
        scripts = page.evaluate("[...document.scripts].map(s => s.getAttribute('src').replace('../', ''))")
        assert scripts == ["assets/report.js", "assets/changes.js"][: 2 if name == "changes.html" else 1]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
        assert (
            page.evaluate(
                "[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => /^on/.test(a.name)))"
            )
            is False
        )
        assert page.locator("[style]").count() == 0
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))
    assert "<script>alert(1)</script>" in page.locator(".pane").first.text_content()
    assert "{{ 7*7 }}" in page.locator(".pane").first.text_content()
    hrefs = page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
    assert all(re.match(r"^(\.\./)?[\w./-]*(#[\w-]+)?$", unquote(href)) for href in hrefs)


@pytest.fixture(scope="module")
def large_report(tmp_path_factory):
    """500 articles in 20 outlets, in groups of five that share sentences."""
    rng = random.Random(0)
    syllables = ("ba", "de", "fi", "go", "lu"), ("mar", "ten", "vos", "nik"), ("a", "en", "is", "or", "um")
    vocabulary = ["".join(parts) for parts in product(*syllables)]

    def sentence():
        return " ".join(rng.choices(vocabulary, k=14)).capitalize() + "."

    raw, pairs = [], []
    for group in range(100):
        shared = [sentence() for _ in range(4)]
        names = [f"g{group:03}-{i}" for i in range(5)]
        for i, name in enumerate(names):
            text = "\n\n".join([sentence(), *rng.sample(shared, 3), sentence(), sentence()])
            raw.append(RawArticle(name, f"{name}.txt", f"outlet {(group + i) % 20:02}", text, "utf-8", ()))
        pairs += [(a, b) for a in names for b in names if a < b]
    return analyse(raw, tmp_path_factory.mktemp("large"), pairs)


def test_five_hundred_articles_make_an_overview_that_is_small_quick_and_legible(page, large_report):
    assert large_report.stat().st_size < 2_000_000
    started = time.perf_counter()
    page.goto(large_report.as_uri(), wait_until="load")
    assert time.perf_counter() - started < 2
    assert page.locator("#table tbody tr").count() == 500
    for heat in page.locator(".heat").all():
        assert heat.locator("tbody tr").count() <= 30
    expect(page.get_by_role("radio", name="outlets")).to_be_checked()
    expect(page.locator(".map:visible")).to_have_count(1)
    page.get_by_role("radio", name="articles").check()
    assert page.locator(".map:visible").count() == 12
    pairs = list((large_report.parent / "pairs").glob("*.html"))
    copied = table_of(large_report, "overlap")["reused_share"].gt(0).sum() / 2
    assert 0 < len(pairs) <= copied
    page.get_by_role("radio", name="outlets").check()
    heat = page.locator(".map:visible .heat")
    most = max(int(cell) for cell in heat.locator("td[data-v]").all_inner_texts())
    expect(page.locator(".map:visible .legend")).to_contain_text(f"the darkest {most} %")
    assert heat.locator("td.h10").count() >= 1
    cell = heat.locator("td.h10 a").first
    row, place = cell.locator("xpath=ancestor::tr/th").inner_text(), cell.get_attribute("href")
    page.goto(large_report.with_name("outlets.html").as_uri() + place.removeprefix("outlets.html"))
    expect(page.locator("tr:target th")).to_have_text(row)


def test_of_very_many_articles_the_most_copied_are_listed(kharkiv_report, monkeypatch):
    monkeypatch.setattr(overview, "MOST_LISTED", 2)
    record = {"added": [{"articles": ["003_8b076f6054a706c2"]}]}
    shown = overview.overview(Results(kharkiv_report.parent.parent / "processed", kharkiv_report.parent, record))
    assert [row["article"].label for row in shown["copying"]] == ["002", "001"]
    assert [row["article"].label for row in shown["added"]] == ["003"]
    assert shown["left_out"] == 3


@pytest.mark.parametrize(("agency", "told"), [(0.6, "most shared words are stories of an agency"), (0.4, "neither")])
def test_most_shared_words_are_an_agencys_if_more_than_half_are(agency, told):
    shares = {"shared_share": 1.0, "source_first_share": 0.0, "agency_story_share": agency, "undecided_share": 0.1}
    ends = dict.fromkeys(["shared_low", "shared_high", "source_first_low", "source_first_high"], np.nan)
    row = {"outlet": "A", "source_outlet": "B", "n_words": 100, "shared_words": 100, **shares, **ends}
    assert told in outlets_headline(pd.DataFrame([row]))


def test_of_very_many_articles_a_list_tells_the_page_of_each(five_pages, monkeypatch):
    reports, write = five_pages
    assert not (reports / "pages.csv").exists()
    monkeypatch.setattr(pages, "MOST_LISTED", 2)
    write()
    listed = pd.read_csv(reports / "pages.csv")
    assert listed["article_id"].str[:3].tolist() == ["000", "001", "002", "003", "004"]
    for row in listed.itertuples():
        assert row.title.split()[0] in (reports / row.page).read_text(encoding="utf-8")


def test_of_a_large_group_those_are_drawn_that_share_with_each_other(monkeypatch):
    shares = {"ab": 0.2, "bc": 0.3, "cd": 0.3, "db": 0.1, "ef": 0.4, "ge": 0.1}
    pairs = [(*sorted(pair, reverse=turned), share) for pair, share in shares.items() for turned in (False, True)]
    table = pd.DataFrame(
        [*pairs, ("e", "a", 0.9), ("a", "e", 0.0)], columns=["article_id", "source_id", "reused_share"]
    )
    monkeypatch.setattr(overview, "LARGEST_MAP", 3)
    assert overview.closest([*"abcdefg"], table) == ["b", "c", "d"]
    assert overview.closest([*"abefg"], table) == ["e", "f", "g"]
    assert overview.closest([*"ab"], table) == ["a", "b"]


def test_a_paragraph_with_a_lead_behind_its_dateline_is_no_dateline():
    text = "KYIV, 3 May -- The harbour fell. Nobody was there."
    assert sheets._role(text, (0, len(text)), [(0, 14, "dateline")]) == ""
    assert sheets._role(text[:12], (0, 12), [(0, 5, "dateline"), (6, 12, "dateline")]) == "dateline"
    assert sheets._role(text, (0, len(text)), []) == ""


def test_two_hundred_articles_follow_a_slider_in_half_a_second(large_report):
    processed = large_report.parent.parent / "processed"
    explorer = helpers.explore(processed)
    assert explorer.widget
    assert len(explorer.shares.names) == 500  # more than is asked
    spent = []
    for least in (5, 12, 3):
        started = time.perf_counter()
        explorer.min_words.value = least
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.5
    assert bytes(explorer.image.value[:4]) == b"\x89PNG"


def test_the_headline_counts_the_articles_all_of_which_is_shared_and_prints_are_linked(page, tmp_path):
    lines = [
        f"The {word} fell on the old harbour while nobody of the {word} crew was there to see it." for word in WORDS
    ]
    story = "\n\n".join(lines)
    raw = [RawArticle(f"a{i}", f"a{i}.txt", outlet, story, "utf-8", ()) for i, outlet in enumerate("XYY")]
    raw.append(RawArticle("b", "b.txt", "Z", "Parliament will vote about pensions.", "utf-8", ()))
    raw += [RawArticle(f"c{i}", f"c{i}.txt", "Z", f"Ferry {i} sank at dawn. " + LONE, "utf-8", ()) for i in range(2)]
    index = analyse(raw, tmp_path)
    page.goto(index.as_uri())
    expect(page.locator(".headline")).to_contain_text("Of 3 of them all words (100 %) stand in shared passages.")
    expect(page.locator("#table tbody tr", has_text="Parliament")).to_contain_text("0 % not compared")
    page.goto(place_of(index, "articles", 4).as_uri())
    expect(page.locator("main")).to_contain_text("It was not compared word by word")
    page.goto(place_of(index, "articles", 5).as_uri())
    expect(page.locator("main")).to_contain_text("was found in another but its prints.")
    page.get_by_role("link", name="c1", exact=True).click()
    expect(page.locator("main")).to_contain_text("printed again")


def test_of_two_passages_that_of_the_article_that_shares_most_is_shown():
    whole, part = Passage(1, 0, 13, "verbatim", "most", rank=0), Passage(2, 4, 7, "verbatim", "less", rank=1)
    shown = [piece.shown for piece in pieces("one two three", (0, 13), [part, whole])]
    assert {passage.source for passage in shown} == {"most"}
    inner = Passage(3, 4, 7, "verbatim", "most")
    assert [piece.shown.number for piece in pieces("one two three", (0, 13), [whole, inner])] == [1, 3, 1]


def test_completion_offers_what_the_package_is_for():
    assert {"align", "explore", "run"} <= set(dir(helpers))


def test_pieces_cover_a_text_without_loss_or_overlap():
    text = "One two three.\n\nFour five six."
    marks = [Passage(1, 0, 7, "edited"), Passage(2, 4, 13, "verbatim"), Passage(3, 16, 20, "paraphrased")]
    changed = {1: [(0, 3)], 2: [(8, 13)]}
    cut = [pieces(text, span, marks, [(0, 14, "headline")], [(4, 7)], changed) for span in paragraphs(text)]
    assert [p.text for p in cut[0] if p.changed] == ["One", "three"]
    assert ["".join(p.text for p in block) for block in cut] == ["One two three.", "Four five six."]
    assert [(p.text, p.shown and p.shown.kind) for p in cut[0]] == [
        ("One", "edited"),
        (" ", "edited"),
        ("two", "verbatim"),
        (" ", "verbatim"),
        ("three", "verbatim"),
        (".", None),
    ]
    assert [p.opens for p in cut[0]] == [(1,), (), (2,), (), (), ()]


def test_words_that_changed_are_those_without_a_counterpart_in_order():
    here, there = "more than 400 vehicles", "about 400 automobiles"
    own, theirs = changed_words(here, (0, len(here)), there, (0, len(there)))
    assert [here[a:b] for a, b in own] == ["more than", "vehicles"]
    assert [there[a:b] for a, b in theirs] == ["about", "automobiles"]


def test_a_report_without_copies_says_so(page, tmp_path):
    raw = [
        RawArticle("one", "one.txt", None, "Rain fell on the old harbour for the whole night.", "utf-8", ()),
        RawArticle("two", "two.txt", None, "Parliament will vote about pensions in the spring.", "utf-8", ()),
    ]
    index = analyse(raw, tmp_path)
    page.goto(index.as_uri())
    expect(page.locator(".headline")).to_contain_text("None of 2 articles")
    page.goto(place_of(index, "articles", 1).as_uri())
    expect(page.locator("main")).to_contain_text("No passage of this article was found in another.")
    assert pd.isna(table_of(index, "copying")["top_source"]).all()


def test_facts_that_changed_are_listed_filtered_and_linked(page, kharkiv_report):
    page.goto(kharkiv_report.as_uri())
    page.get_by_role("link", name="facts that changed").click()
    rows = page.locator("#changes tr[data-kind]")
    expect(rows.filter(has_text="raisin").first).to_be_visible()
    everything = rows.count()
    page.get_by_label("Class").select_option("number")
    expect(page.locator("#changes tr[data-kind]:visible th").first).to_have_text("number")
    assert 0 < page.locator("#changes tr[data-kind]:visible").count() < everything
    page.locator("#changes tbody tr:visible a").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_narration_put_into_a_mouth_leads_the_page_and_stands_on_the_article(page, kharkiv_report):
    page.goto((kharkiv_report.parent / "changes.html").as_uri())
    told = page.locator("#mouths tbody tr")
    expect(told).to_have_count(1)
    expect(told.locator("th")).to_have_text("Zelenskiy")
    expect(told).to_contain_text("Thousands of Russian troops are cut off from suppl")
    expect(told).to_contain_text("thousands of Russian troops abruptly")
    own = page.locator("#mouths td").first.get_by_role("link").get_attribute("href")
    told.locator("td").nth(1).get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/pairs/"))
    page.goto((kharkiv_report.parent / own).as_uri())
    expect(page.locator("main")).to_contain_text("Narration put into somebody's mouth")
    page.get_by_role("link", name="Facts that changed").last.click()
    expect(page.locator("#mouth")).to_be_visible()


def test_an_article_says_where_its_copy_comes_from(page, kharkiv_report):
    page.goto(place_of(kharkiv_report, "articles", 3).as_uri())
    expect(page.get_by_text("a story of Reuters")).to_be_visible()
    page.get_by_text("The evidence", exact=True).click()
    expect(page.get_by_text("dates:")).to_be_visible()


def test_a_large_corpus_is_compared_by_candidates_and_reported(page, tmp_path, monkeypatch, raw_articles):
    monkeypatch.setattr(size, "LARGE", 5)
    overview = analyse(raw_articles, tmp_path / "large")
    made = {name: tables.read(name, tmp_path / "large" / "processed") for name in ("candidates", "overlap", "copying")}
    assert {a[:3] for a in made["candidates"]["article_id"]} == {"001", "002"}
    assert len(made["overlap"]) == 6
    shares = dict(zip(made["copying"]["article_id"].str[:3], made["copying"]["copied_share"].round(2), strict=True))
    assert shares == {"000": 0.0, "001": 0.88, "002": 0.96, "003": 0.0, "004": 0.82}
    page.goto(overview.as_uri())
    expect(page.locator("#table tbody tr")).to_have_count(5)


def report_of_outlets(folder, names, dates):
    """Articles that share four sentences, of these outlets and dates."""
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abdegiklmnorstu"), 6)) for _ in range(400)]

    def sentence():
        return " ".join(rng.choice(words, 14)).capitalize() + "."

    shared = [sentence() for _ in range(4)]
    raw = [
        RawArticle(
            f"a{i}", f"a{i}.txt", outlet, "\n\n".join([sentence(), *shared, sentence()]), "utf-8", published=date
        )
        for i, (outlet, date) in enumerate(zip(names, dates, strict=True))
    ]
    return analyse(raw, folder)


RECORD = {"corpus": "made", "parameters": {}, "python": "3", "date": "", "inputs": [], "problems": []}
HOSTILE_NAME = '<img src=x onerror="alert(1)">{{ 7*7 }}'


def test_the_page_of_outlets_says_who_was_first_sorts_and_filters(page, tmp_path):
    days = [datetime(2026, 1, day, 8, 30) for day in (1, 2, 4)]
    index = report_of_outlets(tmp_path, ["Mail", HOSTILE_NAME, "Sun"], days)
    page.goto(index.as_uri())
    page.get_by_role("link", name="outlets", exact=True).click()
    expect(page.locator(".headline")).to_contain_text("of the words of")
    expect(page.locator(".headline")).to_contain_text("first, by dates or credits")
    rows = page.locator("#flow-table tbody tr")
    expect(rows).to_have_count(6)
    sun = rows.filter(has=page.get_by_role("rowheader", name="Sun")).filter(has_text="Mail")
    expect(sun).to_contain_text("3 days behind")
    expect(page.locator("#flow-table")).to_contain_text(HOSTILE_NAME)
    page.locator("input.find").first.fill("mail sun")
    expect(page.locator("#flow-table tbody tr:visible")).to_have_count(2)
    expect(page.locator(".found").first).to_have_text("2 of 6 pairs")
    page.locator("#habit-table thead button").first.click()
    expect(page.locator("#habit-table tbody th").last).to_have_text("Sun")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
        assert not [v["id"] for v in found if v["impact"] in ("serious", "critical")]
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1300, "height": 700})
    assert page.locator("#flow-table").evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


def flow(outlet, source, share, first, low):
    told = {"shared_words": round(1000 * share), "shared_share": share, "source_first_share": first}
    told |= {"agency_story_share": 0.0, "undecided_share": 0.0}
    ends = {"shared_low": np.nan, "shared_high": np.nan} | {"source_first_low": low, "source_first_high": 0.9}
    return {"outlet": outlet, "source_outlet": source, "n_words": 1000, **told, **ends}


def test_the_headline_of_outlets_says_both_directions():
    flows = pd.DataFrame([flow("Mercury", "Echo", 0.31, 0.22, 0.04), flow("Echo", "Mercury", 0.62, 0.18, 0.01)])
    ends = "95 % interval 4 to 90 %", "95 % interval 1 to 90 %"
    assert outlets_headline(flows) == (
        f"Echo had 22 % ({ends[0]}) of the words of Mercury first, by dates or credits, "
        f"and Mercury 18 % ({ends[1]}) of those of Echo."
    )
    flows.loc[1, "source_first_share"] = 0.0
    assert "and Mercury none of those of Echo." in outlets_headline(flows)


def test_pairs_that_share_next_to_nothing_have_a_line_and_few_delays_are_no_median(tmp_path):
    flows = pd.DataFrame([flow("A", "B", 0.3, 0, 0), flow("B", "A", 0.2, 0, 0), flow("A", "C", 0.004, 0, 0)])
    delays = {"n_near": 1, "n_timed": 0, "delay_low_hours": np.nan, "delay_high_hours": np.nan}
    flows = flows.assign(**delays, n_dated=[2, 3, 4], median_delay_hours=[96.0, 72.0, 48.0])
    habits = flows.assign(outlet=["A", "B", "C"])
    view = outlets_view(flows, habits, tmp_path)
    assert [(row["outlet"], row["delay"]) for row in view["flows"]] == [
        ("A", "1 story: 4 days behind"), ("B", "2 stories: 3 days behind"),
    ]  # fmt: skip
    assert (view["n_flows"], view["n_little"], view["n_nothing"]) == (2, 1, 3)
    assert view["habits"][2]["delay"] == "2 days behind"
    assert ("A", "C") not in anchors(flows, habits)


def test_a_report_with_figures_shows_them_and_one_without_outlets_has_no_such_page(page, tmp_path):
    index = report_of_outlets(tmp_path, ["Mail", "Post", None], [None] * 3)
    made_tables = {name: tables.read(name, tmp_path / "processed") for name in ("outlet_flows", "outlet_habits")}
    assert sorted(made_tables["outlet_habits"]["outlet"]) == ["Mail", "Post", "a2"]
    figures.save(*outlet_network(made_tables["outlet_flows"]), index.parent / "figures", "outlet_network")
    report.write(report.Results(tmp_path / "processed", index.parent, RECORD))
    page.goto((index.parent / "outlets.html").as_uri())
    expect(page.locator(".headline")).to_contain_text("neither dates nor credits tell")
    assert page.evaluate("[...document.images].map(image => image.naturalWidth > 0)") == [True]
    assert report_of_outlets(tmp_path, ["Mail", None, None], [None] * 3) == index
    assert not (index.parent / "outlets.html").exists()
    page.goto(index.as_uri())
    expect(page.get_by_role("link", name="outlets", exact=True)).to_have_count(0)
