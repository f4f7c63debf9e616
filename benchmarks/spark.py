"""Throughput of the engine Spark by number of workers, beside the embedded one, and what each step hands on.

    python benchmarks/spark.py --articles 2000 --workers 1 2 --out benchmarks/results

Each engine runs in a process of its own: the cluster is `local-cluster[n,1,1024]`, n workers of a core each. Processor
seconds are those of the whole tree of processes, Java's and Python's apart; on a shared machine they are what compares.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Any

import pandas as pd
import psutil

from helpers import sources, tables
from helpers.analysis import analyse
from helpers.notebooks import NOTEBOOKS, declared
from helpers.spark.engine import STEPS
from helpers.spark.session import session
from scale import write_raw

FILES = 8
"""A file is read by one task."""


def write_corpus(folder: Path, n: int, seed: int) -> None:
    """The corpus of `scale.py`, as several tables of two outlets."""
    write_raw(folder / "raw.jsonl", n, seed)
    rows = [json.loads(line) for line in (folder / "raw.jsonl").read_text(encoding="utf-8").splitlines()]
    (folder / "raw.jsonl").unlink()
    for part in range(FILES):
        own = [json.dumps(row | {"outlet": f"Reuters {i % 2}"}) for i, row in enumerate(rows) if i % FILES == part]
        (folder / f"raw-{part}.jsonl").write_text("\n".join(own), encoding="utf-8")


def processor_seconds() -> tuple[float, float]:
    """Of this process and those below it: Java's, and Python's."""
    java, python = 0.0, 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        times = process.cpu_times()
        if process.name() == "java":
            java += times.user + times.system
        else:  # workers that ended are counted by the daemon that began them
            python += times.user + times.system + times.children_user + times.children_system
    return java, python


def on_cluster(raw: Path, workers: int, told: "Queue[Any]") -> None:
    """Run all steps; tell wall and processor seconds of each, and the size of what was kept."""
    from helpers.spark.store import Store

    rows = []
    with session({"spark.master": f"local-cluster[{workers},1,1024]"}) as spark, tempfile.TemporaryDirectory() as place:
        spark.range(8).repartition(workers).mapInPandas(lambda batches: batches, "id long").count()  # workers are up
        store = Store(spark, Path(place))
        for stem, step in STEPS.items():
            started, before = time.perf_counter(), processor_seconds()
            step(store, raw, declared(NOTEBOOKS / f"{stem}.ipynb"))
            java, python = (now - then for now, then in zip(processor_seconds(), before, strict=True))
            rows.append((f"spark, {workers} workers", stem, time.perf_counter() - started, java, python))
        kept = {path.name: _size(path) for path in store.work.iterdir() if path.name != "tables"}
        counts = {name: store.kept(name).count() for name in ("meetings", "pairs", "blocks")}
    told.put((rows, kept, counts))


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


def embedded(raw: Path, processes: int, told: "Queue[Any]") -> None:
    """Run all stages; tell wall and processor seconds in all."""
    started, before = time.perf_counter(), processor_seconds()
    made = analyse(sources.read_corpus(raw), processes=processes)
    with tempfile.TemporaryDirectory() as place:
        for name, frame in made.items():
            tables.write(frame, name, place)
    python = processor_seconds()[1] - before[1]
    told.put(([(f"embedded, {processes} processes", "all", time.perf_counter() - started, 0.0, python)], {}, {}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    rows, sizes = [], []
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder)
        write_corpus(raw, options.articles, options.seed)
        sizes.append(("raw", sum(file.stat().st_size for file in raw.iterdir()), options.articles))
        for target in (embedded, on_cluster):
            for n in options.workers:
                told = context.Queue()
                process = context.Process(target=target, args=(raw, n, told))
                process.start()
                found, kept, counts = told.get()
                process.join()
                rows += found
                print(*found, sep="\n", flush=True)
        sizes += [(name, size, counts.get(name)) for name, size in sorted(kept.items())]
    table = pd.DataFrame(rows, columns=["engine", "step", "seconds", "java_cpu_seconds", "python_cpu_seconds"])
    whole = table.groupby("engine", sort=False)[["seconds", "java_cpu_seconds", "python_cpu_seconds"]].sum()
    steps = table[table["step"] != "all"]
    table = pd.concat([steps, whole.reset_index().assign(step="all")], ignore_index=True)
    table["articles_per_second"] = options.articles / table["seconds"]
    dated = {"articles": options.articles, "cores": os.cpu_count(), "date": datetime.now(UTC).date().isoformat()}
    table = table.round(2).assign(**dated)
    kept_table = pd.DataFrame(sizes, columns=["kept", "bytes", "rows"]).assign(**dated)
    print(table.to_string(), kept_table.to_string(), sep="\n")
    if options.out:
        table.to_csv(options.out / "spark.csv", index=False)
        kept_table.to_csv(options.out / "spark-sizes.csv", index=False)


if __name__ == "__main__":
    main()
