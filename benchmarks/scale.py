"""Time and memory of every stage from a raw file to all tables, on Reuters articles.

    python benchmarks/scale.py --articles 51620 --out benchmarks/results

More articles than the corpus has are made from it: every further one is an article with sentences of another spliced
in. Memory is the greatest resident size of the process, and of the greatest of its workers.
"""

import argparse
import json
import lzma
import os
import random
import resource
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pandas as pd

from helpers import sources, tables
from helpers.analysis import analyse

CORPORA = Path(os.environ.get("SOURCE_OVERLAP_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
REUTERS = CORPORA / "reuters-2006-2010.jsonl.xz"


def write_raw(path: Path, n: int, seed: int) -> None:
    """A raw table of `n` articles: every k-th of the corpus where that has more, spliced ones where it has fewer."""
    with lzma.open(REUTERS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rng = random.Random(seed)
    chosen = list(islice(rows, 0, None, max(1, len(rows) // n)))[:n]
    with path.open("w", encoding="utf-8") as out:
        for number in range(n):
            row = chosen[number] if number < len(chosen) else _spliced(rng, rows, number)
            kept = {name: row[name] for name in ("id", "text", "title", "published")}
            out.write(json.dumps(kept | {"outlet": "Reuters"}) + "\n")


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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    stages: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw.jsonl")
        write_raw(raw, options.articles, options.seed)
        started = time.perf_counter()

        def timed(stage: str) -> None:
            used = [resource.getrusage(who).ru_maxrss / 1e6 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
            stages.append((stage, time.perf_counter() - started, used[0] + used[1]))
            print(f"{stage:28} {stages[-1][1]:8.1f} s {used[0]:6.2f} + {used[1]:.2f} GB", flush=True)

        reading = sources.read_corpus(raw, max_megabytes=10_000)
        timed("reading")
        made = analyse(reading, processes=options.processes, timed=timed)
        for name, frame in made.items():
            tables.write(frame, name, folder)
        timed("writing")
        print({name: len(frame) for name, frame in made.items()})
    table = pd.DataFrame(stages, columns=["stage", "seconds", "peak_gb"])
    table["seconds"] = table["seconds"].diff().fillna(table["seconds"]).round(1)
    table = table.round({"peak_gb": 2}).assign(articles=options.articles, date=datetime.now(UTC).date().isoformat())
    if options.out:
        path = options.out / "scale.csv"
        before = pd.read_csv(path) if path.exists() else table.iloc[:0]
        kept = before[before["articles"] != options.articles]
        pd.concat([kept, table]).sort_values("articles", kind="stable").to_csv(path, index=False)


if __name__ == "__main__":
    main()
