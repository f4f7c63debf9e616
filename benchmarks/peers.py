"""Time, memory and truth of the search for pairs that share text, beside packages others would take for it.

    pip install datasketch rensa duckdb sparse_dot_topn        # not among the project's own packages
    python benchmarks/peers.py --articles 5000 10000 51620 --out benchmarks/results

One task for all: list the pairs of articles of which one has at least 20 % of its words in runs of 8 words that the
other has too. All start from the same texts in memory, those of `scale.write_raw` as `analyse` cleans them, a sentence
a line (reading, cleaning and cutting into sentences are not counted), and end with arrays of pairs. Each has a process
of its own, tied to `--processes` cores, that did the same on a few texts before the clock ran, so imports are not
counted either.

`recall`, `precision`: against the exact list. In the row "check" they are those of the exact list itself, for the
pairs of some articles, against plain Python sets. Peers whose score is another quantity (Jaccard, cosine) get the cut
of it that has the best F1 against the exact list: no user could choose better; `recall_uncut` is that of all pairs
they score. The floor is to cut and hash every word once, by the faster of two ways. `cores`: seconds of processor
over seconds of wall. `growth`: the exponent of the processor's time from the next smaller corpus to this one.
Peers that compare all pairs are measured with at most `Peer.most` articles.
"""

import argparse
import gc
import importlib.util
import json
import os
import random
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import corpus, sources
from helpers.layout import PROSE
from helpers.segmentation import word_keys
from peaks import apart, forget_peak, own_peak
from peer_methods import LEAST_SHARE, PEERS, RUN_WORDS, Pairs
from scale import write_raw

FLOORS, OURS = ("floor", "floor in Python"), ("ours", "ours, exact join")
"""Always measured: the faster floor and "ours" are what others are set beside, the exact join is the truth."""
CHECKED = 200
"""Articles whose pairs are found a second time, by plain Python sets."""


def write_texts(path: Path, n: int, seed: int) -> int:
    """The prose of `n` articles, cleaned as `analyse` does, a sentence a line, as a JSON list; how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw.jsonl")
        write_raw(raw, n, seed)
        clean = corpus.clean_corpus(sources.read_corpus(raw, max_megabytes=10_000).articles)
    whole = dict(zip(clean.articles["article_id"], clean.articles["text"], strict=True))
    texts: dict[str, list[str]] = {article: [] for article in sorted(whole)}
    prose = clean.sentences[clean.sentences["kind"].isin(PROSE)]
    for article, start, end in zip(prose["article_id"], prose["start"], prose["end"], strict=True):
        texts[article].append(whole[article][start:end].replace("\n", " "))
    path.write_text(json.dumps(["\n".join(lines) for lines in texts.values()]), encoding="utf-8")
    return len(texts)


def measured(name: str, path: Path, processes: int) -> tuple[dict[str, float], Pairs | None]:
    """Seconds of wall and processor, peak memory in all and what the work added, in a process made for it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processes])
    texts = json.loads(path.read_text(encoding="utf-8"))
    PEERS[name].work(texts[:100], processes)
    gc.collect()
    forget_peak()
    before, processor, wall = own_peak(), _processor_seconds(), time.perf_counter()
    pairs = PEERS[name].work(texts, processes)
    wall, processor = time.perf_counter() - wall, _processor_seconds() - processor
    peak = own_peak()
    return {"seconds": wall, "cpu_seconds": processor, "peak_gb": peak, "added_gb": peak - before}, pairs


def _processor_seconds() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def plain_pairs(path: Path, chosen: list[int]) -> set[tuple[int, int]]:
    """The pairs of some articles with all others, by sets of runs of words: the task word for word."""
    texts = json.loads(path.read_text(encoding="utf-8"))
    words = {article: word_keys(texts[article]) for article in chosen}
    runs = {article: set(_runs(words[article])) for article in chosen}
    known, found = set().union(*runs.values()), set()
    for other, text in enumerate(texts):
        theirs = word_keys(text)
        common = known.intersection(_runs(theirs))
        for article in chosen if common else []:
            shared = common & runs[article] if article != other else set()
            if shared and max(_share(words[article], shared), _share(theirs, shared)) >= LEAST_SHARE:
                found.add((min(article, other), max(article, other)))
    return found


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + RUN_WORDS]) for i in range(len(words) - RUN_WORDS + 1)]


def _share(words: list[str], shared: set[tuple[str, ...]]) -> float:
    """Share of the words that lie in shared runs."""
    covered = np.zeros(len(words), dtype=bool)
    for place, run in enumerate(_runs(words)):
        covered[place : place + RUN_WORDS] |= run in shared
    return covered.mean()


def judged(found: Pairs, true: Pairs, exact: bool) -> dict[str, float]:
    """Recall and precision at the cut: none where the score is the share itself, else the best there is."""
    order = np.argsort(-found.scores, kind="stable")
    score = found.scores[order]
    right = np.isin(*(pairs.articles << 32 | pairs.others for pairs in (found, true)))[order]
    hits, taken, wanted = np.cumsum(right), np.arange(1, len(right) + 1), len(true.articles) or np.nan
    ends = np.flatnonzero(np.append(score[1:] < score[:-1], True)[: len(score)])
    if not len(ends):
        return {"pairs": 0, "recall": 0 / wanted, "recall_uncut": 0 / wanted}
    last = ends[-1] if exact else ends[(hits[ends] / (taken[ends] + wanted)).argmax()]
    rates = {"recall": hits[last] / wanted, "precision": hits[last] / taken[last], "recall_uncut": hits[-1] / wanted}
    return {"pairs": taken[last], **rates, "cut": score[last]}


def compared(n: int, names: list[str], processes: int, seed: int) -> pd.DataFrame:
    """One row per peer, and one for the check of the exact list."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.json")
        texts = apart(write_texts, path, n, seed)
        rows, found = _measured_in_turn(path, n, names, processes)
        if (true := found["ours, exact join"]) is None:
            raise SystemExit(f"no exact list of {n} articles to compare with: see the message above")
        for row in rows:
            if (pairs := found[row["peer"]]) is not None:
                row |= judged(pairs, true, PEERS[row["peer"]].exact)
        chosen = sorted(random.Random(seed).sample(range(texts), min(texts, CHECKED)))
        plain = np.array(sorted(apart(plain_pairs, path, chosen)), dtype=np.int64).reshape(-1, 2)
    touching = np.isin(true.articles, chosen) | np.isin(true.others, chosen)
    checked = Pairs(true.articles[touching], true.others[touching], true.scores[touching])
    rows.append({"peer": "check", **judged(checked, Pairs(plain[:, 0], plain[:, 1], np.ones(len(plain))), exact=True)})
    return pd.DataFrame(rows).assign(articles=n)


def _measured_in_turn(
    path: Path, n: int, names: list[str], processes: int
) -> tuple[list[dict[str, Any]], dict[str, Pairs | None]]:
    """What each peer needed, of those that came to an end, and the pairs of all."""
    rows, found = [], dict.fromkeys(names)
    for name in names:
        if n > PEERS[name].most:
            print(f"{name}: not measured with {n} articles: it compares all pairs, {PEERS[name].most} at most")
            continue
        try:
            row, found[name] = apart(measured, name, path, processes)
        except Exception as error:  # memory, mostly, which each package reports in its own way
            print(f"{name}: no result with {n} articles: {error!r}")
            continue
        rows.append({"peer": name, **row})
        print(f"{n:7} {name:18} {row['seconds']:8.1f} s {row['peak_gb']:6.2f} GB", flush=True)
    return rows, found


def with_ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Times beside ours and the floor on the same corpus, and how they grow."""
    table = table.assign(cores=table["cpu_seconds"] / table["seconds"])
    for beside, names in (("ours", ["ours"]), ("floor", FLOORS)):
        for column in ("seconds", "cpu_seconds"):
            of = table[table["peer"].isin(names)].groupby("articles")[column].min()
            table[f"{column}_to_{beside}"] = table[column] / table["articles"].map(of)
    table = table.sort_values("articles", kind="stable")
    logs = np.log(table[["cpu_seconds", "articles"]]).groupby(table["peer"]).diff()
    return table.assign(growth=logs["cpu_seconds"] / logs["articles"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[5_000, 10_000, 51_620])
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--processes", type=int, default=2, help="cores for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    names = [name for name in PEERS if name in (*FLOORS, *OURS, *options.peers)]
    for name in [name for name in names if (package := PEERS[name].package) and not importlib.util.find_spec(package)]:
        print(f"{name}: left out, its package is not installed (pip install {name})")
        names.remove(name)
    sizes = sorted(set(options.articles))
    table = with_ratios(pd.concat([compared(n, names, options.processes, options.seed) for n in sizes]))
    table = table.assign(processes=options.processes, date=datetime.now(UTC).date().isoformat()).round(3)
    first = ["articles", "peer"]
    table = table[first + [name for name in table if name not in first]]
    print(table.to_string(index=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "peers.csv", index=False)


if __name__ == "__main__":
    main()
