"""The numbered notebooks: the parameters they declare, and how one is executed."""

import ast
import difflib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from helpers.errors import HelpersError, RunError, SettingsError
from helpers.output import FULL, atomic, unwritable

if TYPE_CHECKING:
    from helpers.kernels import Kernels

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DEFAULT_ONLY = "default-corpus"
"""Tag of cells that tell what the default corpus shows: left out of runs on other corpora."""
PATHS = ("raw_dir", "processed_dir", "reports_dir")
"""Parameters that every notebook on a corpus has and the pipeline sets."""


def corpus_notebooks() -> dict[str, dict[str, Any]]:
    """The notebooks that are run on a corpus, in order, with their parameters; 06, which judges the method, is not.

    Raises:
        RunError: there are none.
    """
    known = {path.stem: declared(path) for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    known = {stem: parameters for stem, parameters in known.items() if set(PATHS) <= set(parameters)}
    if not known:
        raise RunError(f"no notebooks in {NOTEBOOKS}: install the project with `pip install -e .` from a clone")
    return known


def declared(notebook: Path) -> dict[str, Any]:
    """The parameters a notebook declares, with the default of each: assignments of literals in its tagged cell."""
    code = "\n".join(source for kind, source, tags in cells(notebook) if kind == "code" and "parameters" in tags)
    assigned = [line for line in ast.parse(code).body if isinstance(line, ast.Assign)]
    return {name.id: ast.literal_eval(a.value) for a in assigned for name in a.targets if isinstance(name, ast.Name)}


def cells(notebook: Path, default_corpus: bool = True) -> list[tuple[str, str, list[str]]]:
    """Type, source and tags of a notebook's cells; without those that speak of the default corpus on another one."""
    book = json.loads(notebook.read_text(encoding="utf-8"))
    found = [(c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", [])) for c in book["cells"]]
    return [cell for cell in found if default_corpus or DEFAULT_ONLY not in cell[2]]


def assign(known: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
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


def _read(name: str, text: Any, default: Any) -> Any:
    """A parameter's text as the type of its default; a value that is no text as it is."""
    kinds = {bool: "true or false", int: "a whole number", float: "a number", list: "a list such as [a, b]"}
    kinds |= {dict: "a mapping such as {text: body}", str: "a text"}
    if isinstance(default, str) and isinstance(text, str):
        return text
    try:
        value = yaml.safe_load(text) if isinstance(text, str) else text
    except yaml.YAMLError:
        value = None
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise SettingsError(f"parameter {name} must be {kinds[type(default)]}, not {text!r}")
    return value


def execute(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    kernels: "Kernels",
    default_corpus: bool = True,
    following: Path | None = None,
) -> None:
    """Execute one notebook in its own folder and store it at `target`, whole or not at all.

    Where a cell fails otherwise than on purpose, what was executed lies beside `target`, with the error.

    Args:
        notebook: where it is.
        target: where the executed one goes.
        parameters: by name.
        kernels: of the run.
        default_corpus: whether cells are kept that say what the default corpus shows.
        following: the notebook whose kernel is made ready meanwhile.

    Raises:
        RunError: a cell failed; the message is the cell's own where it was raised on purpose.
        OutputError: `target` cannot be written.
    """
    kernel = kernels.start(notebook)
    if following:
        kernels.start(following)
    import nbformat  # they take a second to load, and the kernel longer
    import papermill

    book = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)
    book.cells = [c for c in book.cells if default_corpus or DEFAULT_ONLY not in c.metadata.get("tags", [])]
    bar = {"desc": notebook.stem, "leave": False} if sys.stderr.isatty() else False
    options = {"kernel_name": "python3", "km": kernel, "coalesce_streams": True}  # else text is cut where it came late
    options |= {"progress_bar": bar, "request_save_on_cell_execute": False}
    failed = target.with_suffix(".failed.ipynb")
    try:
        failed.parent.mkdir(parents=True, exist_ok=True)
        book = papermill.execute_notebook(book, failed, dict(parameters), **options)
        failed.unlink()
    except papermill.PapermillExecutionError as error:
        told = _told(error.ename, error.evalue)
        if told is None:
            told = f"{error.ename}: {error.evalue} (a fault of the program; please report it, with {failed})"
        else:
            failed.unlink()
        raise RunError(f"{notebook.stem}: {told}") from error
    except (RuntimeError, TimeoutError) as error:  # nbclient: the kernel died or did not answer
        raise RunError(f"{notebook.stem}: its kernel stopped ({error}); close other programs and run again") from error
    except OSError as error:
        raise unwritable(error, error.filename or "a temporary file") from error
    kernels.end(notebook)
    book.metadata.papermill.update(input_path=notebook.name, output_path=target.name)
    with atomic(target) as temporary:
        nbformat.write(book, temporary)


def _told(kind: str, message: str) -> str | None:
    """What a cell's error says, if it was raised on purpose, and what to do where the disk is full; else None."""
    if kind in _names(HelpersError):
        return message
    number = re.match(r"\[Errno (\d+)\] (.*)", message)
    if kind in _names(OSError) and number and int(number[1]) in FULL:
        return str(unwritable(OSError(int(number[1]), number[2]), "a temporary file"))
    return None


def _names(cls: type) -> set[str]:
    """The name of a class and those of all made from it."""
    subclasses: Iterable[type] = cls.__subclasses__()
    return {cls.__name__}.union(*map(_names, subclasses))
