"""What it costs to add 1,000 articles to an archive of 50,000 (Reuters), stage by stage, and whether it is exact.

    python benchmarks/add.py --out benchmarks/results

The archive's passages are made of its candidates without alignment (each pair's first sentences, as one passage), and
so are those of the new pairs, unless --align is given: alignment is measured elsewhere (`scale.py`) and would hide the
rest. Figures and pages are not made. With --check the tables are compared with those made from all articles at once.
An archive that --keep made is used again; peak memory is then that of the addition alone.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers import passages, sources, tables
from helpers.analysis import analyse, interpret
from helpers.archive import grow, index, splice
from helpers.archive.told import interpreted
from helpers.prose import JoinedWords
from helpers.sources import Reading
from scale import write_raw

SHOWN = 120
"""Characters of the stand-in for a passage."""


def cpu() -> float:
    """Seconds of the processor, for this process and its workers that have ended, the system's work for them too."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def stand_in(texts: Any, corpus: Any, pairs: list[tuple[str, str]], *_: object, **__: object) -> pd.DataFrame:
    """The table `passages` with the first characters of each pair as one passage: made in no time."""
    names = sorted({article for pair in pairs for article in pair})
    numbers = {article: n for n, article in enumerate(names)}
    sizes = [[min(SHOWN, len(texts[article])) for article in pair] for pair in pairs]
    found = [
        (numbers[a], numbers[b], passages.Passage(0, here, 0, there, "edited", 0.5, 0))
        for (a, b), (here, there) in zip(pairs, sizes, strict=True)
    ]
    words = JoinedWords.of([corpus[article] for article in names])
    return passages.table_of([passages.both_rows(found, words)], names)


def full(reading: Reading, timed: Callable[[str], object]) -> dict[str, pd.DataFrame]:
    """All tables of a corpus, in the order of a run."""
    made = {name: tables.conform(frame, name).to_pandas() for name, frame in analyse(reading, timed=timed).items()}
    made |= interpret(made)
    timed("tables of 07 and 08")
    return made


class Clock:
    """Notes how long each stage took, and the most memory held so far."""

    def __init__(self) -> None:
        self.stages: list[tuple[str | float, ...]] = []
        self._began = time.perf_counter(), cpu()

    def of(self, part: str) -> Callable[[str], None]:
        """What is told of the stages of a part."""

        def told(stage: str) -> None:
            took = [round(now - began, 2) for now, began in zip((time.perf_counter(), cpu()), self._began, strict=True)]
            peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)
            self.stages.append((part, stage, *took, peak))
            print(f"{part:10} {stage:28} {took[0]:8.1f} s {took[1]:8.1f} s CPU {peak:6.2f} GB", flush=True)
            self._began = time.perf_counter(), cpu()

        return told


def build(folder: Path, options: argparse.Namespace, clock: Clock) -> None:
    """The archive, its index, and all articles, the new ones among them."""
    raw, processed = folder / "raw.jsonl", folder / "processed"
    write_raw(raw, options.archive + options.new, options.seed)
    reading = sources.read_corpus(raw, max_megabytes=10_000)
    old = Reading(reading.articles[: -options.new], reading.problems)
    clock.of("archive")("reading")
    for name, frame in full(old, clock.of("archive")).items():
        tables.write(frame, name, processed)
    clock.of("archive")("writing")
    known = {name: tables.read(name, processed) for name in ("articles", "sentences", "passages")}
    index.save(grow.index_of(old, known, grow.Settings(), 2), processed / "index", {})
    clock.of("index")("made once")


def addition(processed: Path, new: Reading, staged: Path, timed: Callable[[str], None]) -> dict[str, pa.Table]:
    """The tables of all articles, written with their index."""
    loaded = index.load(processed / "index", {})
    assert loaded is not None
    timed("index")
    growth = grow.Growth(processed, loaded, new, grow.Settings(), timed)
    made = growth.made()
    if (processed / "lineage.parquet").exists():
        made |= interpreted(growth, made)
        timed("tables of 07 and 08")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: splice.write(made[name], name, staged), made))
    timed("writing the tables")
    index.save(growth.new_index(), staged / "index", {}, processed / "index")
    timed("writing the index")
    size = sum(path.stat().st_size for path in (staged / "index").iterdir()) / 1e6
    print(f"{len(growth.touched)} touched, {len(growth.affected)} affected, index {size:.0f} MB")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=int, default=50_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--align", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder of the archive: made if it is not there, and kept")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not options.align:
        passages.passages_table = grow.passages_table = stand_in  # type: ignore[assignment]
        import helpers.analysis

        helpers.analysis.passages.passages_table = stand_in  # type: ignore[assignment]
    clock = Clock()
    with tempfile.TemporaryDirectory() as temporary:
        folder, staged = options.keep or Path(temporary, "archive"), Path(temporary, "staged")
        for needed in (folder, staged):
            needed.mkdir(parents=True, exist_ok=True)
        processed, built = folder / "processed", not (folder / "processed" / "index").is_dir()
        if built:
            build(folder, options, clock)
        known = set(tables.column("articles", "article_id", processed))
        reading = sources.read_corpus(folder / "raw.jsonl", max_megabytes=10_000)
        new = Reading([article for article in reading.articles if article.article_id not in known])
        clock.of("both")("reading the whole raw file")  # of which an addition reads the new part
        made = addition(processed, new, staged, clock.of("add"))
        if options.check:
            for name, frame in full(reading, clock.of("check")).items():
                print(f"{name:16} {'equal' if tables.conform(frame, name).equals(made[name]) else 'DIFFERENT'}")
    table = pd.DataFrame(clock.stages, columns=["part", "stage", "seconds", "cpu_seconds", "peak_gb"])
    table = table.assign(archive=len(known), new=len(new.articles), aligned=options.align, built=built)
    if options.out:
        table.assign(date=datetime.now(UTC).date().isoformat()).to_csv(options.out / "add.csv", index=False)


if __name__ == "__main__":
    main()
