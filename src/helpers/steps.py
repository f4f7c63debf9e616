"""Which steps of an earlier run are finished and still valid (``steps.json``).

A step is a notebook. It may be reused if nothing that its results depend on has changed, which its key tells, and if
every file that it wrote is there as it was written, which their checksums tell. Files that no valid step wrote are
taken away before a run goes on, so that results of two runs are never mixed.
"""

import hashlib
import json
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from helpers import tables
from helpers.notebooks import NOTEBOOKS, cells
from helpers.output import TEMPORARY
from helpers.record import Inputs, Run, checksum, write_json
from helpers.switch import FOLDER as ADDING

PACKAGE = Path(__file__).parent
INDEX = "index"
"""Folder of what an archive keeps so that articles can be added."""
EMBEDDED = "embedded"
EVERY_RUN = ("changes.html", "outlets.html", "index.html")
"""Pages of the report that every run writes anew."""
PAGES = ("articles", "pairs")
"""Folders that hold nothing but pages of the report, which are kept where they are right (see `report.kept`)."""


def keys(
    values: Mapping[str, Mapping[str, Any]], inputs: Inputs, default_corpus: bool, engine: str = EMBEDDED
) -> dict[str, str]:
    """The key of each step: it changes with whatever the step's results depend on.

    That is: its cells, its parameters, and the key of the step before it; of the first step, the inputs, the
    package, Python, the kind of machine and the packages named as dependencies.

    Args:
        values: parameters of each notebook, paths among them, in the order of the run.
        inputs: the articles' files.
        default_corpus: whether cells are kept that say what the default corpus shows.
        engine: what the tables are computed on: other engines leave other notebooks behind.
    """
    found = {}
    before = _digest([_surroundings(), inputs.listed, *([] if engine == EMBEDDED else [engine])])
    for stem, parameters in values.items():
        notebook = cells(NOTEBOOKS / f"{stem}.ipynb", default_corpus)
        found[stem] = before = _digest([before, notebook, parameters])
    return found


def program() -> str:
    """A digest of all that the results of every step depend on besides articles and parameters."""
    return _digest(_surroundings())


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _surroundings() -> dict[str, Any]:
    """What the results of every step depend on besides articles and parameters."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    needed = [r for r in requires("source-overlap") or [] if "extra ==" not in r]
    names = [name[0] for r in needed if (name := re.match(r"[\w.-]+", r))]
    return {
        "package": {p.relative_to(PACKAGE).as_posix(): checksum(p) for p in files},
        "version": version("source-overlap"),
        "python": platform.python_version(),
        "machine": [sys.platform, platform.machine()],
        "packages": {name: version(name) for name in names},
    }


class Steps:
    """The finished steps at a place."""

    def __init__(self, here: Run) -> None:
        """Read what is known of earlier steps; a record that cannot be read counts as none."""
        self.here = here
        self._path = here.reports / "steps.json"
        self._folders = {"processed": here.processed, "reports": here.reports}
        self.finished: dict[str, dict[str, Any]] = {}

    def keep_valid(self, keys: Mapping[str, str]) -> None:
        """Keep the steps, from the first on, whose key is the same and whose files are unharmed."""
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
            for stem, key in keys.items():
                if known[stem]["key"] != key or not self._unharmed(known[stem]["files"]):
                    return
                self.finished[stem] = known[stem]
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return

    def _unharmed(self, files: Mapping[str, str]) -> bool:
        return bool(files) and all(checksum(self._place(name)) == before for name, before in files.items())

    def clear(self) -> None:
        """Take away what earlier runs wrote or began to write, but for the files of valid steps."""
        kept = {self._place(name) for step in self.finished.values() for name in step["files"]}
        pages = [path for pattern in EVERY_RUN for path in self.here.reports.glob(pattern)]
        begun = [path for folder in self._folders.values() for path in folder.rglob(f"{TEMPORARY}*")]
        for path in {*self._written(), *pages, *begun} - kept:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        for folder in self.here.processed.glob("*.parquet/"):  # of tables in parts
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        folders = [self.here.processed / ADDING]  # see `helpers.archive`
        if not self.finished:
            folders += [self.here.processed / INDEX, *(self.here.reports / name for name in PAGES)]
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def finish(self, stem: str, key: str) -> None:
        """Note that a step is finished: all files that no earlier step wrote are its own."""
        known = {self._place(name) for step in self.finished.values() for name in step["files"]}
        files = {self._name(path): checksum(path) for path in self._written() if path not in known}
        self.finished[stem] = {"key": key, "files": files}
        write_json(self.finished, self._path)

    def _written(self) -> list[Path]:
        """What steps write, as far as it is there."""
        reports = self.here.reports
        found = [self.here.processed / f"{name}.parquet" for name in tables.TABLES]
        found += self.here.processed.glob("*.parquet/part-*.parquet")
        for pattern in ("*.csv", "figures/*.png", "figures/*.csv", "notebooks/[0-9][0-9]_*.ipynb"):
            found += reports.glob(pattern)
        return sorted(path for path in found if path.is_file())

    def _name(self, path: Path) -> str:
        top = next(top for top, folder in self._folders.items() if path.is_relative_to(folder))
        return f"{top}/{path.relative_to(self._folders[top]).as_posix()}"

    def _place(self, name: str) -> Path:
        top, _, rest = name.partition("/")
        return self._folders[top] / rest
