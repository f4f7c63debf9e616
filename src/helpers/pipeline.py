"""Run the numbered notebooks on a corpus, each with the parameters it declares."""

import difflib
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers import tables
from helpers.errors import HelpersError, SettingsError
from helpers.sources import Problem, input_files

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PROJECT = NOTEBOOKS.parent
DEFAULT_CORPUS = PROJECT / "data" / "raw" / "kharkiv-2022"
DEFAULT_ONLY = "default-corpus"
"""Tag of cells that tell what the default corpus shows: left out of runs on other corpora."""
PATHS = ("raw_dir", "processed_dir", "reports_dir")
"""Parameters that every notebook on a corpus has and the pipeline sets."""


class RunError(HelpersError):
    """A notebook failed."""


@dataclass(frozen=True)
class Run:
    """A run: where its articles, tables, figures and executed notebooks lie, and what was wrong with single files."""

    corpus: str
    raw: Path
    processed: Path
    reports: Path
    problems: tuple[str, ...] = ()

    def table(self, name: str) -> pd.DataFrame:
        """Read one of the run's tables."""
        return tables.read(name, self.processed)


def locate(folder: str | Path, out: str | Path | None = None) -> Run:
    """Where a run on `folder` writes: below `out`, else into the project's own folders."""
    raw = Path(folder).expanduser().resolve()
    name = raw.stem if raw.is_file() else raw.name
    if out is not None:
        base = Path(out).expanduser().resolve()
        return Run(name, raw, base / "processed", base / "reports")
    return Run(name, raw, PROJECT / "data" / "processed" / name, PROJECT / "reports" / name)


def run(
    folder: str | Path,
    out: str | Path | None = None,
    parameters: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Run:
    """Run the notebooks on a folder of articles.

    Args:
        folder: the articles: a folder, a table or an archive (see `helpers.sources`).
        out: folder to write to; by default ``data/processed/<name>`` and ``reports/<name>`` of the project.
        parameters: notebook parameters by name, as text; each goes to the notebooks that declare it.
        say: told one line per step.

    Raises:
        HelpersError: the folder is no corpus, a parameter is unknown or wrong, or a notebook fails.
    """
    here = locate(folder, out)
    input_files(here.raw)  # is there anything to read?
    known = corpus_notebooks()
    notebooks = [NOTEBOOKS / f"{stem}.ipynb" for stem in known]
    given = assign(known, parameters or {})
    with _alone(here.reports):
        return _run(here, notebooks, given, parameters or {}, say)


def _run(
    here: Run,
    notebooks: list[Path],
    given: Mapping[str, Mapping[str, Any]],
    parameters: Mapping[str, str],
    say: Callable[[str], None],
) -> Run:
    _check_same_corpus(here)
    _clear(here)
    _write_record(here, parameters, finished=False)
    paths = {"raw_dir": str(here.raw), "processed_dir": str(here.processed), "reports_dir": str(here.reports)}
    for number, notebook in enumerate(notebooks, 1):
        started = time.monotonic()
        values = {**paths, **given[notebook.stem]}
        execute(notebook, here.reports / "notebooks" / notebook.name, values, here.raw == DEFAULT_CORPUS)
        say(f"[{number}/{len(notebooks)}] {notebook.stem:<16} {time.monotonic() - started:5.1f} s")
    here = replace(here, problems=_problems(here))
    _write_record(here, parameters, finished=True)
    write_report(here)
    return here


@contextmanager
def _alone(reports: Path) -> Iterator[None]:
    """Keep other runs out of a place; the lock of a run that was killed is gone with it.

    Raises:
        RunError: another run is at work there.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    reports.mkdir(parents=True, exist_ok=True)
    path = reports / ".running"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"another run is writing to {reports}: wait for it, or choose another --out") from error
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def write_report(here: Run) -> Path:
    """Write the pages of a finished run; returns the overview.

    Raises:
        HelpersError: the run is not finished, or a table is missing.
    """
    from helpers import report

    record = _record(here.reports)
    if not record.get("finished"):
        raise RunError(f"{here.reports} holds no finished run: run `source-overlap run {here.raw}` first")
    return report.write(here.processed, here.reports, record)


def find_run(place: str | Path) -> Run:
    """The run at a place: a folder given with --out, a folder of reports, or the name of a corpus.

    Raises:
        RunError: there is none.
    """
    given = Path(place).expanduser()
    for folder in (given, given / "reports", PROJECT / "reports" / given):
        if (folder / "run.json").is_file():
            record = _record(folder)
            reports = folder.resolve()
            processed = (reports / record["processed"]).resolve()
            return Run(record["corpus"], Path(record["raw"]), processed, reports, tuple(record["problems"]))
    raise RunError(f"no run at {place}: name the folder given with --out, or a corpus that was run")


def _problems(here: Run) -> tuple[str, ...]:
    """What notebook 01 noted of single inputs, a line each."""
    return tuple(str(Problem(r.file, r.place, r.what, r.done)) for r in here.table("problems").itertuples())


def _clear(here: Run) -> None:
    """Take away what an earlier run wrote, so that results of two runs are never mixed."""
    old = [here.processed / f"{name}.parquet" for name in tables.TABLES]
    old += [*here.reports.glob("figures/*.png"), *here.reports.glob("figures/*.csv")]
    old += [*here.reports.glob("notebooks/[0-9][0-9]_*.ipynb"), here.reports / "evidence.csv"]
    old += [*here.reports.glob("articles/*.html"), *here.reports.glob("pairs/*.html"), here.reports / "index.html"]
    for path in old:
        path.unlink(missing_ok=True)


def corpus_notebooks() -> dict[str, dict[str, Any]]:
    """The notebooks that are run on a corpus, in order, with their parameters; 06, which judges the method, is not.

    Raises:
        RunError: there are none.
    """
    known = declared(sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")))
    known = {stem: parameters for stem, parameters in known.items() if set(PATHS) <= set(parameters)}
    if not known:
        raise RunError(f"no notebooks in {NOTEBOOKS}: install the project with `pip install -e .` from a clone")
    return known


def declared(notebooks: list[Path]) -> dict[str, dict[str, Any]]:
    """The parameters each notebook declares, with the default of each."""
    import papermill

    found = {}
    for notebook in notebooks:
        described = papermill.inspect_notebook(str(notebook))
        found[notebook.stem] = {name: yaml.safe_load(_literal(p["default"])) for name, p in described.items()}
    return found


def _literal(source: str) -> str:
    """A Python literal of the parameters cell as YAML; the two agree but for these words."""
    return {"None": "null", "True": "true", "False": "false"}.get(source, source)


def assign(known: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Give each notebook its parameters, read as the type of their default.

    Raises:
        SettingsError: no notebook declares the name, or the value does not read as its type.

    >>> assign({"03_passages": {"min_cosine": 0.1}}, {"min_cosine": "0.2"})
    {'03_passages': {'min_cosine': 0.2}}
    """
    defaults = {name: value for notebook in known.values() for name, value in notebook.items() if name not in PATHS}
    for name in given:
        if name not in defaults:
            near = difflib.get_close_matches(name, defaults, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(sorted(defaults))}"
            raise SettingsError(f"no notebook has a parameter {name!r}{hint}")
    values = {name: _read(name, text, defaults[name]) for name, text in given.items()}
    return {stem: {n: v for n, v in values.items() if n in notebook} for stem, notebook in known.items()}


def _read(name: str, text: str, default: Any) -> Any:
    """A parameter's text as the type of its default."""
    kinds = {bool: "true or false", int: "a whole number", float: "a number", list: "a list such as [a, b]"}
    kinds[dict] = "a mapping such as {text: body}"
    if isinstance(default, str):
        return text
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        value = None
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise SettingsError(f"parameter {name} must be {kinds[type(default)]}, not {text!r}")
    return value


def execute(notebook: Path, target: Path, parameters: Mapping[str, Any], default_corpus: bool = True) -> None:
    """Execute one notebook in its own folder and store it at `target`, whole or not at all.

    What a notebook says of the default corpus alone is left out of runs on other corpora.

    Raises:
        RunError: a cell failed; the message is the cell's own where it was raised on purpose.
    """
    import nbformat
    import papermill
    from traitlets.config import Config

    from helpers.explorer import STATIC

    before = os.environ.get(STATIC)
    os.environ[STATIC] = "1"  # the kernel inherits it
    try:
        with tables.atomic(target) as temporary:
            book = nbformat.read(notebook, as_version=4)
            if not default_corpus:
                book.cells = [c for c in book.cells if DEFAULT_ONLY not in c.metadata.get("tags", [])]
            nbformat.write(book, temporary)
            papermill.execute_notebook(
                str(temporary),
                str(temporary),
                dict(parameters),
                kernel_name="python3",
                cwd=str(NOTEBOOKS),
                progress_bar={"desc": notebook.stem, "leave": False} if sys.stderr.isatty() else False,
                config=Config({"KernelManager": {"transport_encryption": "required"}}),
                extra_arguments=["--IPKernelApp.log_level=50"],  # what a stopping kernel says of itself is no error
            )
    except papermill.PapermillExecutionError as error:
        told = f"{error.ename}: {error.evalue}"
        if error.ename in {cls.__name__ for cls in _subclasses(HelpersError)}:
            told = error.evalue
        raise RunError(f"{notebook.stem}: {told}") from error
    except (RuntimeError, TimeoutError) as error:  # nbclient: the kernel died or did not answer
        raise RunError(f"{notebook.stem}: its kernel stopped ({error}); close other programs and run again") from error
    finally:
        os.environ.pop(STATIC)
        if before is not None:
            os.environ[STATIC] = before


def _subclasses(cls: type) -> set[type]:
    subclasses: list[type] = cls.__subclasses__()
    return {cls}.union(*map(_subclasses, subclasses))


def _check_same_corpus(here: Run) -> None:
    """Refuse to replace the results of another folder that happens to have the same name."""
    if (here.reports / "run.json").is_file():
        before = _record(here.reports).get("raw")
        if before != str(here.raw) and before is not None:
            raise RunError(f"{here.reports} holds the results of {before}: give this run a place of its own with --out")


def _record(reports: Path) -> dict[str, Any]:
    """What is known of a run."""
    try:
        record: dict[str, Any] = json.loads((reports / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{reports / 'run.json'} cannot be read ({error}): remove it and run again") from error
    return record


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "cannot be read"


def _write_record(here: Run, parameters: Mapping[str, str], *, finished: bool) -> None:
    base = here.raw if here.raw.is_dir() else here.raw.parent
    inputs = [{"path": path.relative_to(base).as_posix(), "sha256": _checksum(path)} for path in input_files(here.raw)]
    record = {
        "finished": finished,
        "corpus": here.corpus,
        "raw": str(here.raw),
        "processed": os.path.relpath(here.processed, here.reports),
        "parameters": dict(parameters),
        "version": version("source-overlap"),
        "python": platform.python_version(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "inputs": inputs,
        "problems": list(here.problems),
    }
    with tables.atomic(here.reports / "run.json") as temporary:
        text = json.dumps(record, indent=2, sort_keys=True) + "\n"
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
