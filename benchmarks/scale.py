"""Time and memory of every stage from a raw file to all tables, on Reuters articles.

    python benchmarks/scale.py --articles 51620 --out benchmarks/results

More articles than the corpus has (51,620) are made from it in one of two ways. *Spliced*, 106,000 or 250,000 for
instance: every further one is an article with sentences of another put in, of some other day; the more there are, the
more copies each has. *Reworded*, a million for instance: the whole corpus again and again, each time with nearly all
words and digits exchanged for others, the same ones throughout: articles copy each other as the real ones do, and
hardly across. Memory is each stage's own peak: the greatest resident size of the process and its workers at one moment
of it, with what earlier stages left behind.
"""

import argparse
import json
import lzma
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import chain, count, islice
from pathlib import Path

import pandas as pd

from helpers import sources, tables
from helpers.analysis import each_table
from peaks import Peaks, apart

CORPORA = Path(os.environ.get("SOURCE_OVERLAP_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
REUTERS = CORPORA / "reuters-2006-2010.jsonl.xz"
COLUMNS = ("id", "text", "title", "published")
WORD = re.compile("[A-Za-z]{3,}|[0-9]")
DIGITS = [*"0123456789"]
KEPT_WORDS, ALIKE = 12, 64
"""So many of the commonest words are not exchanged; the others are, with one of so many about as frequent.

With 300, and numbers left as they are, two copies of 17,207 articles had 9,320 pairs across that share a tenth and
7,900 within each; with 12 and other digits they have none.
"""


def write_raw(path: Path, n: int, seed: int, *, reworded: bool = False) -> None:
    """A raw table of `n` articles: every k-th of the corpus where that has more, made ones where it has fewer.

    The corpus is held once, made articles one at a time: some 0.4 GB, whatever `n`.
    """
    with lzma.open(REUTERS, "rt", encoding="utf-8") as lines:
        rows = [{name: row[name] for name in COLUMNS} for row in map(json.loads, lines)]
    rng = random.Random(seed)
    chosen = list(islice(rows, 0, None, max(1, len(rows) // n)))[:n]
    made = _reworded(rng, chosen) if reworded else (_spliced(rng, rows, number) for number in count(len(chosen)))
    with path.open("w", encoding="utf-8") as out:
        for row in islice(chain(chosen, made), n):
            out.write(json.dumps(row | {"outlet": "Reuters"}) + "\n")


def _reworded(rng: random.Random, rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The same articles again and again, each time with other words."""
    counts = Counter(word for row in rows for word in WORD.findall(row["text"].lower()) if word.isalpha())
    ranked = sorted(counts, key=lambda word: (-counts[word], word))[KEPT_WORDS:]
    for copy in count(1):
        other = dict(zip(DIGITS, rng.sample(DIGITS, len(DIGITS)), strict=True))
        for first in range(0, len(ranked), ALIKE):
            alike = ranked[first : first + ALIKE]
            other |= dict(zip(alike, rng.sample(alike, len(alike)), strict=True))
        exchanged = partial(WORD.sub, partial(_exchanged, other))
        for row in rows:
            new = {"id": f"{row['id']}-{copy}", "text": exchanged(row["text"]), "title": exchanged(row["title"] or "")}
            yield row | new


def _exchanged(other: Mapping[str, str], found: re.Match[str]) -> str:
    """Another word instead of one, its capitals where that had them."""
    word = found[0]
    new = other.get(word.lower(), word)
    return new.upper() if word.isupper() else new.capitalize() if word[0].isupper() else new


def _spliced(rng: random.Random, rows: list[dict[str, str]], number: int) -> dict[str, str]:
    """An article with sentences of another put into it, of some other day."""
    host, source = rng.choice(rows), rng.choice(rows)
    own, theirs = host["text"].split(". "), source["text"].split(". ")
    first = rng.randrange(len(theirs))
    own[rng.randrange(len(own)) :] = theirs[first : first + rng.randint(3, 12)]
    return host | {"id": f"made-{number}", "text": ". ".join(own), "published": rng.choice(rows)["published"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=51_620)
    parser.add_argument("--reworded", action="store_true", help="further articles: the corpus in other words")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    stages: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw.jsonl")
        apart(partial(write_raw, reworded=options.reworded), raw, options.articles, options.seed)
        peaks, started = Peaks(), time.perf_counter()

        def timed(stage: str) -> None:
            own, every = peaks.taken()
            stages.append((stage, time.perf_counter() - started, every))
            print(f"{stage:28} {stages[-1][1]:8.1f} s {every:6.2f} GB, {own:.2f} without workers", flush=True)

        readings = [sources.read_corpus(raw, max_megabytes=10_000)]
        timed("reading")
        rows = {}
        for name, frame in each_table(readings.pop(), processes=options.processes, timed=timed):
            tables.write(frame, name, folder)
            rows[name] = len(frame)
            del frame  # who keeps none lets go of them all
            timed("writing")
        print(rows)
    if options.out:
        keep(options.out / "scale.csv", stages, options.articles, "reworded" if options.reworded else "spliced")


def keep(path: Path, stages: list[tuple[str, float, float]], articles: int, made: str) -> None:
    """Put a run into the table of results: its stages, the seconds after which each ended, peaks in GB."""
    table = pd.DataFrame(stages, columns=["stage", "seconds", "peak_gb"])
    table["seconds"] = table["seconds"].diff().fillna(table["seconds"])
    table = table.groupby("stage", sort=False, as_index=False).agg({"seconds": "sum", "peak_gb": "max"})
    table = table.round({"seconds": 1, "peak_gb": 2})
    table = table.assign(articles=articles, made=made, date=datetime.now(UTC).date().isoformat())
    before = pd.read_csv(path) if path.exists() else table.iloc[:0]
    same = (before["articles"] == articles) & (before["made"] == made)
    pd.concat([before[~same], table]).sort_values(["articles", "made"], kind="stable").to_csv(path, index=False)


if __name__ == "__main__":
    main()
