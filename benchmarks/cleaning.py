"""Time and memory of step 01 on a large corpus: reading, cleaning, and writing its four tables.

    python benchmarks/cleaning.py articles.jsonl --rows 10000 --out benchmarks/results

Rows are spread evenly over the file. Processor time is that of this process and of the workers that have ended; peak
memory is that of this process alone; a worker holds some 0.4 GB.
"""

import argparse
import os
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from helpers import corpus, tables
from helpers.sources import read_corpus


def spread_rows(file: Path, rows: int, folder: Path) -> Path:
    """A table of evenly spaced lines of a file; all of them if `rows` is 0."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    step = max(1, len(lines) // rows) if rows else 1
    target = folder / "articles.jsonl"
    target.write_text("".join(lines[::step][: rows or None]), encoding="utf-8")
    return target


def processor() -> float:
    """Seconds of processor time of this process and its children."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=10_000, help="0: all")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        table = spread_rows(options.file, options.rows, Path(folder))
        clock, used = time.monotonic(), processor()
        reading = read_corpus(table, max_megabytes=10_000)
        found.append(("read", time.monotonic() - clock, processor() - used))
        clock, used = time.monotonic(), processor()
        clean = corpus.clean_corpus(reading.articles, processes=options.processes)
        found.append(("clean", time.monotonic() - clock, processor() - used))
        clock, used = time.monotonic(), processor()
        tables.write(clean.articles, "articles", folder)
        tables.write(clean.sentences, "sentences", folder)
        tables.write(clean.cleaning_log, "cleaning_log", folder)
        tables.write(corpus.problems_table(reading.problems), "problems", folder)
        found.append(("write", time.monotonic() - clock, processor() - used))
    result = pd.DataFrame(found, columns=["stage", "wall_s", "cpu_s"]).round(1)
    result["ms_per_article"] = (1000 * result["cpu_s"] / len(reading.articles)).round(3)
    result["peak_gb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)
    result.insert(0, "articles", len(reading.articles))
    result.insert(0, "processes", options.processes)
    result.insert(0, "date", datetime.now(UTC).date().isoformat())
    print(result.to_string(index=False), f"load {os.getloadavg()[0]:.1f}", sep="\n")
    if options.out:
        target = options.out / "cleaning.csv"
        result.to_csv(target, mode="a", header=not target.exists(), index=False)


if __name__ == "__main__":
    main()
