"""Outlets' habits: an oracle word by word, invariants, prints, dates, agencies, intervals, figures."""

import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import figures, tables
from helpers.dating import order, precedes, span, waits
from helpers.lineage import groups
from helpers.outlets import Tables, outlet_tables, timeline
from helpers.outlets.figures import links, outlet_network
from helpers.outlets.firsts import VERDICTS
from helpers.outlets.intervals import part_sums, share_interval, word_sums
from helpers.outlets.stories import behind_first, first_copies
from helpers.outlets.timeline import appearances, outlet_timeline
from helpers.overlap import outlets, overlap_table, same_article, source_overlap_table
from helpers.pipeline import PROJECT
from helpers.prose import ProseWords

sys.path.insert(0, str(PROJECT / "benchmarks"))
from outlets import HABITS, coverage, made

NO_CREDITS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("article_id", "agency", "kind", "rule")})
NO_LINEAGE = pd.DataFrame({name: pd.Series(dtype="str") for name in ("article_id", "parent_id", "relation")})


def corpus_of(articles, shared, credits=NO_CREDITS, lineage=NO_LINEAGE, floor=0.0):
    """Tables of made articles.

    Args:
        articles: (article_id, outlet, words, published, duplicate_of), the last two may be left out.
        shared: (article, first word, word behind, other, its first word, word behind); the mirror rows are added.
        credits: the table of that name.
        lineage: the table of that name.
        floor: of every article.
    """
    rows = pd.DataFrame([(*row, *[None] * (5 - len(row))) for row in articles])
    rows.columns = ["article_id", "outlet", "n_words", "published", "duplicate_of"]
    rows["published"] = pd.to_datetime(rows["published"], format="ISO8601")
    corpus = {
        name: ProseWords(np.arange(n) * 10, np.arange(n) * 10 + 9, np.zeros(n, np.int32), np.arange(n) % 7 == 6)
        for name, n in zip(rows["article_id"], rows["n_words"], strict=True)
    }
    both = [*shared, *((*row[3:], *row[:3]) for row in shared)]
    passages = pd.DataFrame(
        [(a, b, 10 * i, 10 * j - 1, 10 * k, 10 * m - 1, j - i) for a, i, j, b, k, m in both],
        columns=["article_id", "source_id", "start", "end", "source_start", "source_end", "n_words"],
    ).assign(kind="edited", block=0)
    passages = passages.astype({"article_id": "str", "source_id": "str"})
    copying = rows[["article_id"]].assign(floor=floor, label="partially derived")
    overlap = overlap_table(corpus, passages)
    number = {name: i for i, members in enumerate(groups(overlap, copying), 1) for name in members}
    lineage = rows[["article_id"]].merge(lineage, on="article_id", how="left")
    lineage = lineage.assign(group=lineage["article_id"].map(number).fillna(0).astype("int64"))
    return Tables(rows, passages, overlap, copying, credits, lineage, corpus)


def flows_of(data):
    return outlet_tables(data).flows.set_index(["outlet", "source_outlet"])


def habits_of(data):
    return outlet_tables(data).habits.set_index("outlet")


def test_words_are_counted_once_and_told_by_who_had_them_first():
    data = corpus_of(
        [
            ("a", "Mail", 100, "2026-01-02 12:00"),
            ("a2", "Mail", 100, "2026-01-09 12:00"),
            ("b", "Post", 50, "2026-01-01 12:00"),
            ("c", "Post", 50, "2026-01-03 12:00"),
            ("d", "Post", 50),
        ],
        [("a", 0, 30, "b", 0, 30), ("a", 20, 50, "c", 0, 30), ("a", 50, 60, "d", 0, 10)],
    )
    flow = flows_of(data).loc[("Mail", "Post")]
    assert flow[["articles", "sharing_articles", "n_words", "shared_words"]].tolist() == [2, 1, 200, 60]
    shares = flow[["shared_share", "source_first_share", "own_first_share", "agency_story_share", "undecided_share"]]
    assert shares.tolist() == [0.3, 0.15, 0.1, 0.0, 0.05]
    back = flows_of(data).loc[("Post", "Mail")]
    assert back[["shared_words", "source_first_share", "own_first_share"]].tolist() == [70, 0.2, 0.2]
    habits = habits_of(data)
    assert habits.loc["Mail", "original_share"] == 0.7
    assert habits.loc["Mail", "top_source"] == "Post"


def test_what_an_outlet_had_itself_before_is_not_taken_from_another():
    articles = [
        ("old", "Mail", 40, "2026-01-01 08:00"),
        ("b", "Post", 40, "2026-01-02 08:00"),
        ("new", "Mail", 40, "2026-01-03 08:00"),
    ]
    shared = [("new", 0, 30, "b", 0, 30)]
    assert flows_of(corpus_of(articles, shared)).loc[("Mail", "Post"), "source_first_share"] == 30 / 80
    told = flows_of(corpus_of(articles, [*shared, ("new", 0, 20, "old", 0, 20)])).loc[("Mail", "Post")]
    assert told[["source_first_share", "own_first_share"]].tolist() == [10 / 80, 20 / 80]
    undated = [("old", "Mail", 40), *articles[1:]]
    told = flows_of(corpus_of(undated, [*shared, ("new", 0, 20, "old", 0, 20)])).loc[("Mail", "Post")]
    assert told[["source_first_share", "undecided_share"]].tolist() == [10 / 80, 20 / 80]


SHARED_20 = [("a", 0, 20, "b", 0, 20)]


def test_days_tell_only_two_days_apart_and_no_more_than_the_floor_tells_nothing():
    for day, share in (("2026-01-02", 0.0), ("2026-01-03", 0.5)):
        articles = [("a", "Mail", 40, day), ("b", "Post", 40, "2026-01-01")]
        assert (
            flows_of(corpus_of(articles, [("a", 0, 20, "b", 0, 20)])).loc[("Mail", "Post")].source_first_share == share
        )
    data = corpus_of(articles, [("a", 0, 20, "b", 0, 20)], floor=0.5)
    flow = flows_of(data).loc[("Mail", "Post")]
    assert flow[["shared_share", "undecided_share", "n_dated"]].tolist() == [0.5, 0.5, 0]
    assert np.isnan(flow["source_first_high"])


def test_prints_of_one_article_count_once_and_the_first_date_counts():
    articles = [
        ("a", "Mail", 40, "2026-01-03 08:00"),
        ("again", "Mail", 40, "2026-01-01 08:00", "a"),
        ("b", "Post", 40, "2026-01-02 08:00"),
    ]
    shared = [("a", 0, 40, "again", 0, 40), ("a", 0, 20, "b", 0, 20), ("again", 0, 20, "b", 0, 20)]
    tables_ = outlet_tables(corpus_of(articles, shared))
    mail, post = tables_.habits.set_index("outlet").loc[["Mail", "Post"]].itertuples()
    assert (mail.articles, mail.n_words, mail.shared_share, mail.copied_share) == (1, 40, 0.5, 0.5)
    assert (mail.own_first_share, post.source_first_share) == (0.5, 0.5)
    assert tables_.delays[["article_id", "delay_hours"]].to_numpy().tolist() == [["again", -24.0], ["b", 24.0]]


def credits_of(*rows):
    return pd.DataFrame(rows, columns=["article_id", "agency", "kind", "rule"])


def lineage_of(*rows):
    return pd.DataFrame(rows, columns=["article_id", "parent_id", "relation"])


ARTICLES = [("a", "Mail", 100, "2026-01-05 08:00"), ("b", "Post", 100, "2026-01-01 08:00"), ("c", "Sun", 100)]
SHARED = [("a", 0, 40, "b", 0, 40), ("a", 60, 70, "c", 0, 10)]


def test_one_agencys_story_is_nobodys_lead_whatever_the_dates():
    story = lineage_of(("a", "agency:TASS", "common source"), ("b", "agency:TASS", "common source"))
    data = corpus_of(ARTICLES, SHARED, credits_of(("b", "TASS", "runs", "desk")), story)
    flow = flows_of(data).loc[("Mail", "Post")]
    assert flow[["agency_story_share", "source_first_share"]].tolist() == [0.4, 0.0]
    habits = habits_of(data)
    assert habits["agency_share"].to_dict() == {"Mail": 0.4, "Post": 1.0, "Sun": 0.0}
    assert habits["top_agency"].to_dict() == {"Mail": "TASS", "Post": "TASS", "Sun": np.nan}


@pytest.mark.parametrize(
    ("credits", "share"),
    [
        ([("a", "TASS", "runs", "with_files")], 0.0),
        ([("a", "TASS", "runs", "with_files"), ("b", "TASS", "runs", "desk")], 0.4),
        ([("a", "TASS", "cites", "reports")], 0.0),
        ([("a", "BBC", "runs", "desk")], 0.0),
        ([("a", "TASS", "runs", "rights"), ("a", "AFP", "runs", "with_files")], 1.0),
    ],
)
def test_an_agency_is_credited_for_all_or_for_what_others_of_its_have_too(credits, share):
    assert habits_of(corpus_of(ARTICLES, SHARED, credits_of(*credits))).loc["Mail", "agency_share"] == share


def test_the_agencys_own_page_is_first_whatever_the_dates():
    credits = credits_of(("a", "TASS", "link", "address"))
    after = lineage_of(("b", "a", "before"), ("a", None, "first"), ("c", None, "apart"))
    flows = flows_of(corpus_of(ARTICLES, SHARED, credits, after))
    assert flows.loc[("Post", "Mail"), ["source_first_share", "own_first_share"]].tolist() == [0.4, 0.0]
    assert flows.loc[("Mail", "Post"), ["source_first_share", "own_first_share"]].tolist() == [0.0, 0.4]


def test_delays_are_between_first_appearances_and_whole_days_where_a_time_is_missing():
    articles = [
        ("a1", "Mail", 40, "2026-01-02 09:00"),
        ("a2", "Mail", 40, "2026-01-02 11:30"),
        ("b1", "Post", 40, "2026-01-02 06:00"),
        ("b2", "Post", 40, "2026-01-03 06:00"),
        ("c", "Sun", 40, "2026-01-05"),
        ("d", "Star", 40),
    ]
    pairs = [("a1", "b1"), ("a1", "b2"), ("a2", "b1"), ("a2", "b2"), ("a1", "c"), ("a1", "d")]
    data = corpus_of(articles, [(a, 0, 20, b, 0, 20) for a, b in pairs])
    delays = outlet_tables(data).delays
    assert delays[["article_id", "source_id", "delay_hours", "timed"]].to_numpy().tolist() == [
        ["a1", "b1", 3.0, True],
        ["a1", "c", -72.0, False],
        ["b1", "a1", -3.0, True],
        ["c", "a1", 72.0, False],
    ]
    habits = habits_of(data)
    columns = ["n_dated", "n_timed", "median_delay_hours"]
    assert habits.loc[["Mail", "Sun"], columns].to_numpy().tolist() == [[1, 1, 3.0], [1, 0, 72.0]]
    assert habits.loc["Star", "n_dated"] == 0
    assert np.isnan(habits.loc["Star", "median_delay_hours"])


def test_days_less_than_two_apart_are_no_delay_and_quartiles_need_five():
    pages = [(f"a{i}", "Mail", 40, f"2026-01-{i + 10} 23:30") for i in range(6)]
    pages += [(f"b{i}", "Post", 40, f"2026-01-{10 + 2 * i}") for i in range(6)]
    data = corpus_of(pages, [(f"a{i}", 0, 20, f"b{i}", 0, 20) for i in range(6)])
    delays = outlet_tables(data).delays.set_index("article_id")["delay_hours"]
    assert delays.isna().groupby(level=0).all()[["a0", "a1", "b0", "b1"]].all()
    assert delays[["b2", "b3", "b4", "b5"]].tolist() == [48, 72, 96, 120]
    columns = ["n_dated", "n_near", "delay_low_hours", "median_delay_hours", "delay_high_hours"]
    post = habits_of(data).loc["Post", columns].tolist()
    assert post[:2] + post[3:4] == [6, 2, 84]
    assert np.isnan([post[2], post[4]]).all()
    late = [("c", "Mail", 40, "2026-02-01"), ("d", "Post", 40, "2026-02-07")]
    data = corpus_of(pages + late, [(f"a{i}", 0, 20, f"b{i}", 0, 20) for i in range(6)] + [("c", 0, 20, "d", 0, 20)])
    assert habits_of(data).loc["Post", columns].tolist() == [7, 2, 72, 96, 120]


def test_a_stock_phrase_is_no_story():
    articles = [("a", "Mail", 100, "2026-01-02 09:00"), ("b", "Post", 100, "2026-01-06 09:00")]
    for shared, stories in ((10, 0), (30, 1)):
        found = outlet_tables(corpus_of(articles, [("a", 0, shared, "b", 0, shared)], floor=0.05))
        assert found.flows["n_dated"].tolist() == [stories] * 2
        assert found.habits["n_dated"].tolist() == [stories] * 2


STAMPS = (None, "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-01 10:00", "2026-01-02 10:00", "2026-01-03 10:00")


@given(st.lists(st.tuples(st.sampled_from(STAMPS), st.sampled_from(STAMPS)), min_size=1))
def test_delays_and_the_order_of_two_dates_agree(pairs):
    here, there = (pd.Series(pd.to_datetime(list(side), format="ISO8601")) for side in zip(*pairs, strict=True))
    hours, timed = waits(here, there)
    told = [precedes(b, a) for a, b in zip(here, there, strict=True)]
    assert told == [None if pd.isna(h) or h == 0 else h > 0 for h in hours]
    for first, second, apart, whole in zip(here, there, hours, ~timed, strict=True):
        told = "" if pd.isna(apart) or not apart else f"{span(abs(apart), whole_days=whole)} "
        assert order(first, second) == told + ("after" if apart > 0 else "before" if apart < 0 else "")


def test_of_one_day_the_copy_with_a_time_stands_first():
    articles = [
        ("a", "Mail", 40, "2026-01-02"),
        ("b", "Mail", 40, "2026-01-02 09:00"),
        ("c", "Post", 40, "2026-01-02 11:00"),
    ]
    data = corpus_of(articles, [("a", 0, 30, "b", 0, 30), ("a", 0, 30, "c", 0, 30)])
    copies = first_copies(data.articles, data.lineage)
    assert copies["article_id"].tolist() == ["b", "c"]
    assert behind_first(copies)["delay_hours"].tolist() == [-2.0, 2.0]


def test_a_single_article_has_no_interval_and_an_outlet_without_words_no_share():
    habits = habits_of(corpus_of([("a", "Mail", 40), ("b", "Post", 40), ("c", "Sun", 0), ("d", None, 10)], SHARED[:1]))
    assert habits.filter(regex="_(low|high)$").isna().all(axis=None)
    assert habits.loc["Sun", ["copied_share", "original_share"]].tolist() == [0.0, 0.0]
    assert habits.index.tolist() == ["Mail", "Post", "Sun", "d"]


def test_no_articles_that_share_make_tables_of_noughts(tmp_path):
    found = outlet_tables(corpus_of([("a", "Mail", 40), ("b", "Post", 40)], []))
    assert len(found.flows) == 2
    assert not found.flows["shared_words"].any()
    assert found.delays.empty
    tables.write(found.flows, "outlet_flows", tmp_path)
    tables.write(found.habits, "outlet_habits", tmp_path)


@st.composite
def corpora(draw):
    """Up to six articles of up to three outlets, prints among them, that share stretches."""
    n = draw(st.integers(2, 6))
    articles = []
    for i in range(n):
        first = draw(st.sampled_from([None, *(row[0] for row in articles if row[4] is None)]))
        outlet = draw(st.sampled_from(["X", "Y", "Z", None]))
        articles.append((f"a{i}", outlet, draw(st.integers(0, 12)), draw(st.sampled_from(STAMPS)), first))
    shared = []
    for _ in range(draw(st.integers(0, 8))):
        a, b = draw(st.permutations(articles))[:2]
        if a[2] and b[2]:
            low, other = draw(st.integers(0, a[2] - 1)), draw(st.integers(0, b[2] - 1))
            shared.append(
                (a[0], low, draw(st.integers(low + 1, a[2])), b[0], other, draw(st.integers(other + 1, b[2])))
            )
    return corpus_of(articles, shared, floor=draw(st.sampled_from([0.0, 0.3])))


def by_hand(data):
    """Words of each (article, source outlet) by verdict, one by one, by `dating.precedes`."""
    outlet, prints = outlets(data.articles), same_article(data.articles)
    date = data.articles.set_index("article_id")["published"]
    prose = data.overlap["reused_share"] - data.overlap["quoted_share"]
    above = data.overlap[prose > data.copying["floor"].iloc[0]]
    linked = {frozenset(pair) for pair in zip(above["article_id"], above["source_id"], strict=True)}
    counts = {}
    for group in prints:
        for word in range(len(data.corpus[group[0]])):
            sources = {
                row.source_id
                for row in data.passages.itertuples()
                if row.article_id == group[0] and row.start <= 10 * word and row.end >= 10 * word + 9
            }.difference(group)
            here = [*group, *(b for b in sources if outlet[b] == outlet[group[0]])]
            for other in {outlet[b] for b in sources} - {outlet[group[0]]}:
                there = [b for b in sources if outlet[b] == other]
                above = any(frozenset((group[0], b)) in linked for b in there)
                verdict = "undecided"
                if above and any(all(precedes(date[b], date[a]) for a in here) for b in there):
                    verdict = "source_first"
                elif above and any(all(precedes(date[a], date[b]) for b in there) for a in here):
                    verdict = "own_first"
                key = outlet[group[0]], other, verdict
                counts[key] = counts.get(key, 0) + 1
    return counts


@given(data=corpora())
@settings(max_examples=20)
def test_the_fast_count_is_the_count_word_by_word(data):
    flows = outlet_tables(data).flows
    counted = {
        (row.outlet, row.source_outlet, verdict): round(getattr(row, f"{verdict}_share") * row.n_words)
        for row in flows.itertuples()
        for verdict in VERDICTS
    }
    assert {key: n for key, n in counted.items() if n} == by_hand(data)


@given(data=corpora())
@settings(max_examples=15)
def test_shares_are_consistent_with_each_other_and_with_source_overlap(data):
    found = outlet_tables(data)
    for table, name in ((found.flows, "outlet_flows"), (found.habits, "outlet_habits")):
        tables.conform(table, name)  # every share lies in [0, 1]
        for part in {c.removesuffix("_low") for c in table if c.endswith("_low")}:
            rows = table.dropna(subset=f"{part}_low")
            assert (rows[f"{part}_low"] <= rows[f"{part}_share"]).all()
            assert (rows[f"{part}_share"] <= rows[f"{part}_high"]).all()
        parts = table[[f"{verdict}_share" for verdict in VERDICTS]].sum(axis=1)
        assert parts.to_numpy() == pytest.approx(table["shared_share"].to_numpy())
    known = source_overlap_table(data.articles, data.corpus, data.passages)
    assert found.flows["shared_share"].tolist() == known["reused_share"].tolist()
    assert found.flows["articles"].tolist() == known["articles"].tolist()
    habits = found.habits
    assert (habits["shared_share"] <= habits["copied_share"] + 1e-12).all()
    with_words = habits[habits["n_words"] > 0]
    assert (with_words["copied_share"] + with_words["original_share"]).to_numpy() == pytest.approx(1.0)
    mirror = found.delays.set_index(["source_id", "article_id"])["delay_hours"]
    own = found.delays.set_index(["article_id", "source_id"])["delay_hours"]
    assert own.equals(-mirror.reindex(own.index).rename_axis(own.index.names))
    seen = appearances(data.articles, data.lineage)
    known = seen[seen["published"].notna() & seen.groupby("story")["published"].transform("count").gt(1)]
    assert habits.set_index("outlet")["n_dated"].sum() == len(known)
    assert habits["n_near"].sum() == known["near"].sum()


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("n", [3, 40])
def test_the_interval_holds_the_truth_where_the_bootstrap_does_not(habit, n):
    found = coverage(habit, n, 400, np.random.default_rng(n))
    assert found["coverage"] >= 0.9
    assert found["coverage"] > found["bootstrap_coverage"] - 0.02


def test_intervals_get_narrower_with_articles_and_hold_at_none_and_all():
    def ends(parts):
        rows = pd.DataFrame({"part": parts, "words": 100.0, "outlet": "X"})
        sums = part_sums(rows["part"], rows["words"], rows[["outlet"]])
        found = share_interval(sums, word_sums(rows["words"], rows["outlet"]))
        return float(found.low[0]), float(found.high[0])

    assert ends([0.0] * 50) == (0.0, pytest.approx(0.0748, abs=1e-3))
    assert ends([100.0] * 50) == (pytest.approx(0.9252, abs=1e-3), 1.0)
    few, many = ends([0.0, 50.0] * 10), ends([0.0, 50.0] * 100)
    assert few[0] < many[0] < 0.25 < many[1] < few[1]


def five():
    return outlet_tables(made(40, 5, seed=3)).flows


@pytest.fixture(scope="module")
def hundred():
    return made(2000, 100)


def texts_of(figure):
    return {text.get_text(): text for axes in figure.axes for text in axes.texts}


def test_a_network_of_five_names_every_outlet_and_every_share():
    flows = five()
    told = links(flows)
    figure, rows = outlet_network(flows)
    shown = texts_of(figure)
    pd.testing.assert_frame_equal(rows, flows)
    assert set(flows["outlet"]) <= set(shown)
    assert {f"{link.share:.0%} of {link.whole:.0%}" for link in told} <= set(shown)
    whole = flows.set_index(["outlet", "source_outlet"])["shared_share"].to_dict()
    assert all(link.share <= link.whole == whole[link.outlet, link.other] for link in told)
    assert {link.more for link in told} <= set(shown)
    directed = flows[flows["source_first_share"] > 0]
    arrows = {(link.outlet, link.other) for link in told if link.kind == "source_first"}
    assert arrows == set(zip(directed["outlet"], directed["source_outlet"], strict=True))
    assert len({(link.kind, *sorted(link[:2])) for link in told if link.kind != "source_first"}) == len(told) - len(
        arrows
    )


def test_a_network_of_a_hundred_names_all_and_says_what_it_leaves_out(hundred):
    flows = outlet_tables(hundred).flows
    figure, _ = outlet_network(flows)
    told, shown = links(flows), texts_of(figure)
    assert set(flows["outlet"]) <= set(shown)
    title = figure.get_suptitle()
    assert f"the 24 strongest of {len(told)} links, from {told[23].share:.1%} on" in title
    assert f"drawn: 150, from {told[149].share:.1%} on" in title
    figure.canvas.draw()
    network = figure.axes[0]
    names = [text for name, text in shown.items() if name.startswith("Outlet") and text.axes is network]
    places = network.transData.transform([text.get_position() for text in names]) * 72 / figure.dpi
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert apart[~np.eye(len(names), dtype=bool)].min() > names[0].get_fontsize()
    numbers = np.array([text.get_position() for text in network.texts if text.get_text().isdigit()])
    apart = np.hypot(*(numbers[:, None] - numbers[None]).transpose(2, 0, 1))
    assert apart[~np.eye(len(numbers), dtype=bool)].min() > 0.05
    plt.close(figure)


def test_more_than_a_hundred_outlets_are_cut_and_hostile_names_are_plain_text():
    articles = [(f"a{i}", f"$x_{i}$ <b>\n\u202e{i}", 50) for i in range(130)]
    data = corpus_of(articles, [(f"a{i}", 0, 20, f"a{i + 1}", 0, 20) for i in range(129)])
    flows = outlet_tables(data).flows
    figure, rows = outlet_network(flows)
    assert "the 100 outlets of 130" in figure.get_suptitle()
    assert rows["outlet"].nunique() == 100
    assert set(rows["source_outlet"]) == set(rows["outlet"])
    figure.draw_without_rendering()
    plt.close("all")


def test_the_same_table_makes_the_same_figure(tmp_path):
    for name in ("one", "two"):
        figures.save(*outlet_network(five()), tmp_path, name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    plt.close("all")


STORIES = [
    ("a", "Mail", 40, "2026-01-01 08:00"),
    ("b", "Post", 40, "2026-01-01 11:00"),
    ("b2", "Post", 40, "2026-01-05 11:00"),
    ("c", "Sun", 40, "2026-01-03"),
    ("d", "Star", 40),
    ("e", "Mail", 40, "2026-01-01 08:00"),
    ("f", "Mail", 40, "2026-01-01 08:00"),
]


def stories():
    grouped = [(1, "a"), (1, "b"), (1, "b2"), (1, "c"), (1, "d"), (0, "e"), (2, "f")]
    articles = corpus_of(STORIES, []).articles
    return appearances(articles, pd.DataFrame(grouped, columns=["group", "article_id"]))


def test_a_story_appears_once_at_each_outlet_behind_its_first_dated_copy():
    seen = stories()
    assert seen[["article_id", "timed"]].to_numpy().tolist() == [["a", True], ["b", True], ["c", False], ["d", False]]
    assert seen["hours_behind"].tolist()[:3] == [0.0, 3.0, 48.0]
    assert np.isnan(seen["hours_behind"][3])
    shown = texts_of(outlet_timeline(seen)[0])
    assert {"Story 1", "2026-01-01 11:00", "2026-01-03", "undated"} <= set(shown)
    assert outlet_timeline(seen.assign(hours_behind=np.nan, published=pd.NaT))[0].axes


def test_one_copy_without_a_time_does_not_hide_the_times_of_the_others():
    articles = pd.DataFrame({"article_id": list("abcd"), "outlet": list("ABCD")})
    stamps = ["2022-09-10 14:50:01", "2022-09-10 20:50:01", "2022-09-10", "2022-09-11 02:50:01"]
    articles["published"] = pd.to_datetime(stamps, format="mixed")
    seen = appearances(articles, pd.DataFrame({"article_id": list("abcd"), "group": 1}))
    assert seen.set_index("outlet")["hours_behind"].to_dict() == {"A": 0, "B": 6, "C": 0, "D": 12}
    assert seen.set_index("outlet")["near"].to_dict() == {"A": False, "B": False, "C": True, "D": False}


@pytest.mark.parametrize(("day", "behind", "near"), [("2022-09-09", 0, True), ("2022-09-08", 48, False)])
def test_a_day_before_the_first_time_counts_in_days_from_two_on(day, behind, near):
    articles = pd.DataFrame({"article_id": list("ab"), "outlet": list("AB")})
    articles["published"] = pd.to_datetime([day, "2022-09-10 20:50:01"], format="mixed")
    seen = appearances(articles, pd.DataFrame({"article_id": list("ab"), "group": 1}))
    assert seen.set_index("outlet")["hours_behind"].to_dict() == {"A": 0, "B": behind}
    assert seen["near"].tolist() == [near, near]


def test_a_time_line_of_a_hundred_is_a_strip_in_the_order_of_medians(hundred):
    seen = appearances(hundred.articles, hundred.lineage)
    figure, rows = outlet_timeline(seen)
    pd.testing.assert_frame_equal(rows, seen)
    (axes,) = figure.axes
    order = [label.get_text() for label in axes.get_yticklabels()]
    assert sorted(order) == sorted(set(seen["outlet"]))
    median = seen[~seen["near"]].groupby("outlet")["hours_behind"].median().reindex(order)
    assert median.dropna().is_monotonic_increasing
    assert median.isna().to_numpy()[median.notna().sum() :].all()
    figure.canvas.draw()
    places = axes.transData.transform([(0, y) for y in axes.get_yticks()])[:, 1] * 72 / figure.dpi
    assert np.abs(np.diff(places)).min() > axes.get_yticklabels()[0].get_fontsize()
    plt.close("all")


def test_of_many_outlets_the_rows_of_the_time_line_are_of_those_drawn(hundred, monkeypatch):
    monkeypatch.setattr(timeline, "MOST_OUTLETS", 10)
    seen = appearances(hundred.articles, hundred.lineage)
    figure, rows = outlet_timeline(seen)
    drawn = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    pd.testing.assert_frame_equal(rows, seen[seen["outlet"].isin(drawn)])
    assert (len(drawn), rows["outlet"].nunique()) == (10, 10)
    plt.close("all")
