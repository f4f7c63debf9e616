"""Outlets' habits on made corpora: how long the tables take, and how often the interval holds the truth.

    python benchmarks/outlets.py --date 2026-11-22 --out benchmarks/results

`made` draws outlets with habits (own stories, favourite sources, delays, dates with, without or no time of day,
agency copy) and their articles, as tables: no text, so that sizes are only those of the tables. Coverage: outlets of n
articles whose shares are drawn from four habits; the truth is the mean of two million articles. Beside the
interval of `helpers.outlets.intervals`: the percentile bootstrap over articles.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.outlets import Tables, outlet_tables
from helpers.outlets.intervals import part_sums, share_interval, word_sums
from helpers.overlap import overlap_table
from helpers.prose import ProseWords

AGENCY = "Reuters"
HABITS = ("rare", "mixed", "agency", "even")


def made(n_articles: int, n_outlets: int, seed: int = 0) -> Tables:
    """Tables of a made corpus: stories that one outlet (or an agency) has first and others follow, cut and late."""
    rng = np.random.default_rng(seed)
    names = [f"Outlet {i:03}" for i in range(n_outlets)]
    delay = rng.lognormal(2, 1, n_outlets)  # hours
    dates = rng.choice(["time", "day", "none"], n_outlets, p=[0.7, 0.2, 0.1])
    favourites = rng.dirichlet(np.full(n_outlets, 0.15), n_outlets)
    wire = rng.random(n_outlets) * 0.5
    articles, stretches = [], []
    while len(articles) < n_articles:
        story, origin = len(stretches), int(rng.integers(n_outlets))
        is_wire = rng.random() < wire[origin]
        chance = favourites[:, origin] * n_outlets + 0.02
        others = np.flatnonzero(rng.random(n_outlets) < chance / (1 + chance.sum() / 3))
        begun = pd.Timestamp("2026-01-01") + pd.Timedelta(hours=rng.uniform(0, 24 * 300))
        length = int(rng.lognormal(6, 0.4)) + 60
        copies = []
        for number, outlet in enumerate([origin, *others[others != origin].tolist()]):
            first = int(rng.integers(0, length // 2)) * (number > 0)
            stop = int(rng.integers((first + length) // 2, length)) if number else length
            lead = int(rng.integers(0, 150))
            after = rng.exponential(delay[outlet]) if number or is_wire else 0.0
            moment = (begun + pd.Timedelta(hours=after)).floor("min") + pd.Timedelta(seconds=1)
            published = {"time": moment, "day": moment.normalize(), "none": pd.NaT}[dates[outlet]]
            name = f"a{len(articles):06}"
            articles.append((name, names[outlet], published, None, story + 1, is_wire, lead + stop - first))
            copies.append((name, first, stop, lead))
        stretches.append(copies)
    columns = ["article_id", "outlet", "published", "duplicate_of", "group", "wire", "n_words"]
    return _tables(pd.DataFrame(articles, columns=columns), stretches)


def _tables(articles: pd.DataFrame, stretches: list[list[tuple[str, int, int, int]]]) -> Tables:
    corpus = {
        name: ProseWords(np.arange(n) * 10, np.arange(n) * 10 + 9, np.zeros(n, np.int32), np.arange(n) % 100 > 90)
        for name, n in zip(articles["article_id"], articles["n_words"], strict=True)
    }
    rows = []
    for copies in stretches:
        for a, first, stop, lead in copies:
            for b, other_first, other_stop, other_lead in copies:
                low, high = max(first, other_first), min(stop, other_stop)
                if a != b and low < high:
                    own, theirs = lead + low - first, other_lead + low - other_first
                    rows.append((a, b, own, own + high - low, theirs, theirs + high - low, high - low))
    spans = ["start", "end", "source_start", "source_end"]
    passages = pd.DataFrame(rows, columns=["article_id", "source_id", *spans, "n_words"])
    passages[spans] = 10 * passages[spans] - [0, 1, 0, 1]
    passages = passages.assign(kind="verbatim", block=0)
    lineage = articles[["group", "article_id"]].assign(parent_id=f"agency:{AGENCY}", relation="common source")
    lineage.loc[~articles["wire"], ["parent_id", "relation"]] = [None, "undecided"]
    credits = articles.loc[articles["wire"], ["article_id"]].iloc[::2].assign(start=0, end=1, agency=AGENCY)
    return Tables(
        articles,
        passages,
        overlap_table(corpus, passages),
        articles[["article_id", "n_words"]].assign(floor=0.05, label="partially derived"),
        credits.assign(kind="runs", rule="desk"),
        lineage,
        corpus,
    )


def speed(sizes: list[tuple[int, int]]) -> pd.DataFrame:
    """CPU seconds of `outlet_tables`."""
    rows = []
    for n_articles, n_outlets in sizes:
        data = made(n_articles, n_outlets)
        begun = time.process_time()
        flows, habits, delays = outlet_tables(data)
        took = time.process_time() - begun
        rows.append((len(data.articles), len(habits), len(data.passages), len(flows), len(delays), round(took, 2)))
    return pd.DataFrame(rows, columns=["articles", "outlets", "passages", "flows", "delays", "seconds"])


def draw(habit: str, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Articles of an outlet: their words, and how many of them are shared."""
    words = np.maximum(30, rng.lognormal(6, 0.6, n)).round()
    share = {
        "rare": lambda: (rng.random(n) < 0.04) * rng.beta(4, 2, n),
        "mixed": lambda: (rng.random(n) < 0.4) * rng.beta(3, 2, n),
        "agency": lambda: np.where(rng.random(n) < 0.7, rng.beta(20, 2, n), rng.beta(1, 10, n)),
        "even": lambda: rng.beta(20, 20, n),
    }[habit]()
    return pd.DataFrame({"words": words, "part": np.round(share * words)})


def coverage(habit: str, n: int, outlets: int, rng: np.random.Generator) -> dict[str, float]:
    """How often the interval of an outlet of n articles holds the share of all its articles, and how wide it is."""
    every = draw(habit, 2_000_000, rng)
    truth = every["part"].sum() / every["words"].sum()
    rows = draw(habit, n * outlets, rng).assign(outlet=np.repeat(np.arange(outlets), n))
    whole = word_sums(rows["words"], rows["outlet"])
    found = share_interval(part_sums(rows["part"], rows["words"], rows[["outlet"]]), whole)
    drawn = rng.integers(0, n, (outlets, 400, n))
    part, words = (rows[c].to_numpy().reshape(outlets, n) for c in ("part", "words"))
    place = np.arange(outlets)[:, None, None]
    ends = np.quantile(part[place, drawn].sum(axis=2) / words[place, drawn].sum(axis=2), [0.025, 0.975], axis=1)
    return {
        "truth": truth,
        "coverage": ((found.low <= truth) & (truth <= found.high)).mean(),
        "width": (found.high - found.low).mean(),
        "bootstrap_coverage": ((ends[0] <= truth) & (truth <= ends[1])).mean(),
        "bootstrap_width": (ends[1] - ends[0]).mean(),
    }


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--outlets", type=int, default=1000, help="drawn of each habit and size")
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    rows = [
        {"habit": habit, "articles": n, **coverage(habit, n, min(given.outlets, 100_000 // n), rng)}
        for habit in HABITS
        for n in (2, 3, 5, 10, 30, 100, 300)
    ]
    pd.DataFrame(rows).round(3).assign(date=given.date).to_csv(given.out / "outlets-coverage.csv", index=False)
    speed([(2_000, 100), (50_000, 100)]).assign(date=given.date).to_csv(given.out / "outlets-speed.csv", index=False)


if __name__ == "__main__":
    main()
