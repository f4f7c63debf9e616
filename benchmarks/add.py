"""What it costs to add 1,000 articles to an archive of 50,000 (Reuters), stage by stage, and whether it is exact.

    python benchmarks/add.py --out benchmarks/results

The archive's passages are made of its candidates without alignment (each pair's first sentences, as one passage), and
so are those of the new pairs, unless --align is given: alignment is measured elsewhere (`scale.py`) and would hide the
rest. Figures and pages are not made. With --check the tables are compared with those made from all articles at once.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import passages, sources, tables
from helpers.analysis import analyse, interpret
from helpers.archive import grow, index, splice
from helpers.archive.told import interpreted
from helpers.sources import Reading
from scale import write_raw

SHOWN = 120
"""Characters of the stand-in for a passage."""


def cpu() -> float:
    """User seconds of this process and of its workers that have ended."""
    return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def stand_in(texts: Any, corpus: Any, pairs: list[tuple[str, str]], *_: object, **__: object) -> pd.DataFrame:
    """The table `passages` with the first characters of each pair as one passage: made in no time."""
    rows = []
    for a, b in pairs:
        passage = passages.Passage(0, min(SHOWN, len(texts[a])), 0, min(SHOWN, len(texts[b])), "edited", 0.5, 0)
        rows += passages.both_rows((a, b), passage, corpus)
    return pd.DataFrame(rows, columns=passages.COLUMNS).sort_values(passages.KEY, ignore_index=True)


def full(reading: Reading, timed: Callable[[str], object]) -> dict[str, pd.DataFrame]:
    """All tables of a corpus, in the order of a run."""
    made = {name: tables.conform(frame, name).to_pandas() for name, frame in analyse(reading, timed=timed).items()}
    made |= interpret(made)
    timed("tables of 07 and 08")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=int, default=50_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--align", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not options.align:
        passages.passages_table = grow.passages_table = stand_in  # type: ignore[assignment]
        import helpers.analysis

        helpers.analysis.passages.passages_table = stand_in  # type: ignore[assignment]
    stages: list[tuple[str, str, float, float]] = []
    clock = [time.perf_counter(), cpu()]

    def timed(part: str) -> Callable[[str], None]:
        def told(stage: str) -> None:
            now = [time.perf_counter(), cpu()]
            stages.append((part, stage, *(round(a - b, 2) for a, b in zip(now, clock, strict=True))))
            print(f"{part:10} {stage:28} {stages[-1][2]:8.1f} s {stages[-1][3]:8.1f} s CPU", flush=True)
            clock[:] = [time.perf_counter(), cpu()]

        return told

    with tempfile.TemporaryDirectory() as folder:
        raw, processed, staged = Path(folder, "raw.jsonl"), Path(folder, "processed"), Path(folder, "staged")
        staged.mkdir()
        write_raw(raw, options.archive + options.new, options.seed)
        reading = sources.read_corpus(raw, max_megabytes=10_000)
        n = options.archive
        old, new = Reading(reading.articles[:n], reading.problems), Reading(reading.articles[n:])
        timed("archive")("reading")
        for name, frame in full(old, timed("archive")).items():
            tables.write(frame, name, processed)
        timed("archive")("writing")
        known = {name: tables.read(name, processed) for name in ("articles", "sentences", "passages")}
        before = grow.index_of(old, known, grow.Settings(), 2)
        index.save(before, processed / "index", {})
        timed("index")("made once")
        del known, before
        loaded = index.load(processed / "index", {})
        assert loaded is not None
        growth = grow.Growth(processed, loaded, new, grow.Settings(), timed("add"))
        made = growth.made()
        for name, table in made.items():
            splice.write(table, name, staged)
        timed("add")("writing the tables of 01-05")
        told = interpreted(growth, made)
        for name, table in told.items():
            splice.write(table, name, staged)
        timed("add")("tables of 07 and 08")
        index.save(growth.new_index(), staged / "index", {}, processed / "index")
        timed("add")("writing the index")
        print(f"{len(growth.touched)} touched, {len(growth.affected)} affected")
        size = sum(path.stat().st_size for path in (staged / "index").iterdir()) / 1e6
        print(f"index {size:.0f} MB, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
        if options.check:
            del growth, loaded
            wanted = full(reading, timed("check"))
            for name, frame in wanted.items():
                equal = tables.conform(frame, name).equals({**made, **told}[name])
                print(f"{name:16} {'equal' if equal else 'DIFFERENT'}")
    table = pd.DataFrame(stages, columns=["part", "stage", "seconds", "cpu_seconds"])
    table = table.assign(archive=n, new=options.new, aligned=options.align, date=datetime.now(UTC).date().isoformat())
    if options.out:
        table.to_csv(options.out / "add.csv", index=False)


if __name__ == "__main__":
    main()
