"""What is known of a run: where it lies, its inputs by checksum, its parameters (``run.json``)."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import switch, tables
from helpers.errors import RunError
from helpers.notebooks import NOTEBOOKS
from helpers.output import atomic
from helpers.sources import input_files

PROJECT = NOTEBOOKS.parent
DEFAULT_CORPUS = PROJECT / "data" / "raw" / "kharkiv-2022"


@dataclass(frozen=True)
class Run:
    """A run: where its articles, tables, figures and executed notebooks lie, and what was wrong with single files."""

    corpus: str
    raw: Path
    processed: Path
    reports: Path
    problems: tuple[str, ...] = ()

    def table(self, name: str) -> pd.DataFrame:
        """Read one of the run's tables.

        Raises:
            TableError: there is none of this name, or it is not there.
        """
        return tables.read(name, self.processed)


@dataclass(frozen=True)
class Inputs:
    """The files of a corpus: path and sha256 of each, and what the file system said of them when they were read."""

    listed: tuple[dict[str, str], ...]
    stamps: tuple[tuple[Path, int, int], ...]

    @classmethod
    def of(cls, raw: Path) -> "Inputs":
        """Read every input once.

        Raises:
            CorpusError: there is no such place, or it is a file of an unknown sort.
        """
        files = input_files(raw)
        base = raw if raw.is_dir() else raw.parent
        stamps = _stamps(files)
        return cls(tuple({"path": f.relative_to(base).as_posix(), "sha256": checksum(f)} for f in files), stamps)

    def check_unchanged(self, raw: Path) -> None:
        """Whether the inputs are still those whose checksums we have.

        Raises:
            RunError: one was changed, added or removed.
        """
        changed = sorted({path for path, *_ in {*self.stamps} ^ {*_stamps(input_files(raw))}})
        if changed:
            raise RunError(f"{changed[0]} was changed while the run read it: run the same command again")


def _stamps(files: list[Path]) -> tuple[tuple[Path, int, int], ...]:
    found = []
    for file in files:
        try:
            status = file.stat()
            found.append((file, status.st_size, status.st_mtime_ns))
        except OSError:
            found.append((file, -1, -1))
    return tuple(found)


def checksum(path: Path) -> str:
    """The sha256 of a file, or that it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "cannot be read"


def locate(folder: str | Path, out: str | Path | None = None) -> Run:
    """Where a run on `folder` writes: below `out`, else into the project's own folders."""
    raw = Path(folder).expanduser().resolve()
    name = raw.stem if raw.is_file() else raw.name
    if out is not None:
        base = Path(out).expanduser().resolve()
        if raw.is_dir() and base.is_relative_to(raw):
            raise RunError(f"{base} lies in the folder of articles, {raw}: choose another place for --out")
        return Run(name, raw, base / "processed", base / "reports")
    return Run(name, raw, PROJECT / "data" / "processed" / name, PROJECT / "reports" / name)


def find_run(place: str | Path) -> Run:
    """The run at a place: a folder given with --out, a folder of reports, or the name of a corpus.

    Raises:
        RunError: there is none.
    """
    given = Path(place).expanduser()
    for folder in (given, given / "reports", PROJECT / "reports" / given):
        if (folder / "run.json").is_file():
            record = read_record(folder)
            reports = folder.resolve()
            processed = (reports / record["processed"]).resolve()
            if switch.finish(processed):
                record = read_record(folder)
            return Run(record["corpus"], Path(record["raw"]), processed, reports, tuple(record["problems"]))
    raise RunError(f"no run at {place}: name the folder given with --out, or a corpus that was run")


def check_same_corpus(here: Run) -> None:
    """Refuse to replace the results, finished or not, of another folder that happens to have the same name.

    Raises:
        RunError: they are another folder's, or cannot be told to be ours.
    """
    if (here.reports / "run.json").is_file():
        before = read_record(here.reports).get("raw")
        if before != str(here.raw) and before is not None:
            raise RunError(f"{here.reports} holds the results of {before}: give this run a place of its own with --out")


def check_nothing_added(here: Run) -> None:
    """Refuse to take articles out that were added to a finished run.

    Raises:
        RunError: there are some.
    """
    if (here.reports / "run.json").is_file() and (added := read_record(here.reports).get("added")):
        places = ", ".join(one["raw"] for one in added)
        raise RunError(f"{here.reports} also holds articles added from {places}: --fresh runs {here.raw} without them")


def read_record(reports: Path) -> dict[str, Any]:
    """What is known of a run.

    Raises:
        RunError: its record cannot be read.
    """
    try:
        record: dict[str, Any] = json.loads((reports / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{reports / 'run.json'} cannot be read ({error}): remove it and run again") from error
    return record


def write_record(
    here: Run,
    inputs: Inputs,
    parameters: Mapping[str, str],
    *,
    finished: bool,
    program: str = "",
    added: Sequence[Mapping[str, Any]] = (),
    folder: Path | None = None,
) -> None:
    """Write ``run.json``; an unfinished one says that tables may be missing.

    Args:
        here: the run.
        inputs: all files it read.
        parameters: as they were given.
        finished: whether the tables are complete.
        program: digest of the program that made it (see `steps.program`).
        added: places that were added to it, their articles and their inputs, which are the last of `inputs`.
        folder: where to write it; by default the folder of reports.
    """
    record = {
        "finished": finished,
        "corpus": here.corpus,
        "raw": str(here.raw),
        "processed": os.path.relpath(here.processed, here.reports),
        "parameters": dict(parameters),
        "version": version("source-overlap"),
        "python": platform.python_version(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "inputs": list(inputs.listed),
        "problems": list(here.problems),
        "program": program,
        "added": list(added),
    }
    write_json(record, (folder or here.reports) / "run.json")


def write_json(record: Mapping[str, Any], path: Path) -> None:
    """Write a record, whole or not at all."""
    with atomic(path) as temporary:
        text = json.dumps(record, indent=2, sort_keys=True) + "\n"
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
