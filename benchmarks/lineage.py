"""Direction by the text alone, on updates of one Reuters story with their dates hidden; false flags of quotations.

    python benchmarks/lineage.py --date 2026-11-22 --out benchmarks/results

A pair is two articles published within two days of each other, at different minutes, of which at least 30 % of the
8-word runs of the shorter are shared; one pair of each story (stories: chains of pairs that share 20 %). Titles, dates
and addresses are never read: direction comes from `helpers.versions` on the texts alone. Every other story fits the
weights (`fit`), the rest reports (`test`). Pairs whose cues are all nought (most: issued again unchanged) count as
abstained. Agencies: which agency the rule of `helpers.lineage` names as the common source of a pair, with the dateline
and the credit line of one version cut off. Passed off: quotations flagged as narration (`helpers.spoken`); an agency
does not do that to its own story, so every flag counts as false.
"""

import argparse
import json
import lzma
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from helpers.cleaning import clean
from helpers.credits import credits
from helpers.lineage import common_agency
from helpers.passages import passages_table
from helpers.prose import prose_words
from helpers.segmentation import sentences, words
from helpers.speech import quotations_table
from helpers.spoken import by_pair, passed_off_table
from helpers.versions import DECIDED, NAMES, WEIGHTS, Version, cues, halves
from splice import REUTERS

RUN, LEAST_SHARE, CHAIN_SHARE, WITHIN = 8, 0.3, 0.2, timedelta(days=2)
MOST_ARTICLES = 40
"""Runs in more articles than this are formulae."""
MENTION = ["start", "end", "agency", "kind", "rule"]
FLAG = ["article_id", "start", "end", "narration_words"]
HOURS = {"EDT": -4, "EST": -5, "GMT": 0, "BST": 1, "UTC": 0}


def published(stamp: str) -> datetime:
    """A stamp as `Fri Oct 20, 2006 6:15pm EDT`, in UTC."""
    time, zone = stamp.rsplit(" ", 1)
    return datetime.strptime(time, "%a %b %d, %Y %I:%M%p").replace(tzinfo=UTC) - timedelta(hours=HOURS[zone])


def runs(ids: np.ndarray) -> np.ndarray:
    """Hashes of the different runs of eight word numbers."""
    h = np.zeros(max(0, len(ids) - RUN + 1), dtype=np.uint64)
    for k in range(RUN):
        h = (h ^ ids[k : len(h) + k]) * np.uint64(0x9E3779B97F4A7C15)
        h ^= h >> np.uint64(29)
    return np.unique(h)


def alike(articles: list[dict[str, Any]]) -> Iterator[tuple[int, int, float]]:
    """Pairs of articles within two days, and the part of the shorter's runs that they share."""
    known: dict[str, int] = {}
    hashes = []
    for article in articles:
        ids = [known.setdefault(w.key, len(known) + 1) for w in words(article["text"])]
        hashes.append(runs(np.array(ids, dtype=np.uint64)))
    owner = np.repeat(np.arange(len(hashes)), [len(h) for h in hashes])
    every = np.concatenate(hashes)
    order = np.argsort(every, kind="stable")
    edges = np.flatnonzero(np.diff(every[order], prepend=0, append=0))
    counts: Counter[tuple[int, int]] = Counter()
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        if 1 < stop - start <= MOST_ARTICLES:
            group = owner[order[start:stop]]
            counts.update((int(a), int(b)) for i, a in enumerate(group) for b in group[i + 1 :])
    for (a, b), shared in sorted(counts.items()):
        if abs(articles[a]["when"] - articles[b]["when"]) <= WITHIN:
            yield a, b, shared / max(1, min(len(hashes[a]), len(hashes[b])))


def story_pairs(articles: list[dict[str, Any]], n: int, seed: int) -> list[tuple[int, int]]:
    """One pair of each of `n` stories, in an order that tells nothing of the dates."""
    near = [pair for pair in alike(articles) if pair[2] >= CHAIN_SHARE]
    parent = list(range(len(articles)))

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = x = parent[parent[x]]
        return x

    for a, b, _ in near:
        parent[root(a)] = root(b)
    stories = defaultdict(list)
    for a, b, share in near:
        if share >= LEAST_SHARE and articles[a]["when"] != articles[b]["when"]:
            stories[root(a)].append((a, b))
    rng = random.Random(seed)
    chosen = [rng.choice(stories[key]) for key in sorted(stories)]
    rng.shuffle(chosen)
    return [pair if rng.random() < 0.5 else pair[::-1] for pair in chosen[:n]]


def measured(pair: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """Cues of a pair, whether its first is the earlier, the agency named, and the flags of both directions."""
    texts = dict(zip("ab", (clean(article["text"]).text for article in pair), strict=True))
    rows = {k: pd.DataFrame(sentences(t)).assign(sentence=lambda d: range(len(d))) for k, t in texts.items()}
    corpus = {k: prose_words(texts[k], rows[k]) for k in "ab"}
    passages = passages_table(texts, corpus, [("a", "b")], processes=1)
    first, second = (Version.of(texts[k], corpus[k], rows[k]) for k in "ab")
    spans, none = by_pair(passages), np.empty((0, 4), dtype=np.int64)
    sides = [spans.get(pair, none) for pair in (("a", "b"), ("b", "a"))]
    found = cues(first, second, *halves(first, second, *sides))
    mentions = pd.concat([pd.DataFrame(credits(texts[k], rows[k]), columns=MENTION).assign(article_id=k) for k in "ab"])
    hidden = (mentions["article_id"] == "b") & mentions["kind"].isin(["runs", "staff"])
    quotations = quotations_table(pd.DataFrame({"article_id": list(texts), "text": list(texts.values())}))
    flags = passed_off_table(texts, corpus, passages, quotations)
    ids = {k: article["id"] for k, article in zip("ab", pair, strict=True)}
    return {
        "cues": tuple(found),
        "first": pair[0]["when"] < pair[1]["when"],
        "agency": common_agency(["a", "b"], mentions[~hidden], passages),
        "quotations": len(quotations),
        "flags": [(ids[f.article_id], f.start, f.end, f.narration_words) for f in flags.itertuples()],
    }


def fitted(x: np.ndarray, first: np.ndarray) -> dict[str, float]:
    """Weights of the cues: a logistic regression without intercept, every pair in both orders."""
    scale = np.sqrt((x**2).sum(axis=0) / np.maximum(1, (x != 0).sum(axis=0)))  # of the pairs that have the cue
    both = np.vstack([x, -x]) / scale
    model = LogisticRegression(fit_intercept=False, max_iter=1000).fit(both, np.concatenate([first, ~first]))
    return dict(zip(NAMES, (model.coef_[0] / scale).round(3).tolist(), strict=True))


def report(p: np.ndarray, first: np.ndarray, told: np.ndarray, name: str) -> list[dict[str, Any]]:
    """Accuracy and abstention at thresholds; `told`: pairs with any cue."""
    table = []
    for least in (0.5, 0.6, DECIDED, 0.8, 0.9):
        decided = told & (np.maximum(p, 1 - p) >= least)
        right = ((p > 0.5) == first)[decided]
        counts = {"pairs": len(p), "differ": int(told.sum()), "decided": int(decided.sum()), "right": int(right.sum())}
        sure = np.maximum(p, 1 - p)[decided].mean()
        shares = {"accuracy": right.mean(), "abstained": 1 - decided.mean(), "mean_p": sure}
        table.append({"part": name, "least_p": least, **counts, **shares})
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", required=True)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with lzma.open(REUTERS, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    articles = [{**a, "when": published(a["published"])} for a in articles]
    pairs = [(articles[a], articles[b]) for a, b in story_pairs(articles, options.pairs, options.seed)]
    with ProcessPoolExecutor(options.processes) as pool:
        rows = list(pool.map(measured, pairs, chunksize=16))
    x, first = np.array([r["cues"] for r in rows]), np.array([r["first"] for r in rows])
    told, half = (np.abs(x).sum(axis=1) > 0), np.arange(len(rows)) % 2 == 0
    weights = fitted(x[half & told], first[half & told])
    print("weights:", weights, "as shipped" if weights == WEIGHTS else f"NOT as shipped: {WEIGHTS}")
    p = 1 / (1 + np.exp(-(x @ np.array([weights[name] for name in NAMES]))))
    parts = (("fit", half), ("test", ~half))
    table = pd.DataFrame([row for name, part in parts for row in report(p[part], first[part], told[part], name)])
    agencies = Counter(r["agency"] or "none" for r in rows)
    counts = {
        "pairs": len(rows),
        "common source: Reuters": agencies["Reuters"],
        "common source: another agency": len(rows) - agencies["Reuters"] - agencies["none"],
        "common source: none named": agencies["none"],
        "quotations": sum(r["quotations"] for r in rows),
        "quotations flagged as narration": len({f[:3] for r in rows for f in r["flags"]}),
        "pairs with such a flag": sum(bool(r["flags"]) for r in rows),
    }
    others = pd.DataFrame(counts.items(), columns=["what", "count"])
    flags = pd.DataFrame([f for r in rows for f in r["flags"]], columns=FLAG)
    for frame in (table.round(3), others, flags):
        print(frame.to_string(index=False), end="\n\n")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, frame in (("lineage", table.round(3)), ("lineage-counts", others), ("passed-off", flags)):
            frame.assign(date=options.date).to_csv(options.out / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
