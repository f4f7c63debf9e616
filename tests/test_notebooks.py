"""The committed notebooks: hygiene, and outputs that a fresh run reproduces."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from helpers.pipeline import PROJECT as ROOT

KHARKIV = ROOT / "data" / "raw" / "kharkiv-2022"

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
HEADINGS = ("Checks", "What we learned")


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def tagged(notebook, tag):
    return [c for c in code_cells(notebook) if tag in c.metadata.get("tags", [])]


def test_it_was_run_once_in_order_from_a_clean_kernel(notebook):
    cells = code_cells(notebook)
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    assert notebook.metadata.kernelspec.name == "python3"
    outputs = [o for c in cells for o in c.outputs]
    assert not [o for o in outputs if o.output_type == "error"]
    assert not [o for o in outputs if o.get("name") == "stderr"], "a warning or a progress bar was committed"
    assert "papermill" not in notebook.metadata
    assert "widgets" not in notebook.metadata


def test_it_begins_with_its_question_and_ends_with_limits(notebook):
    first = notebook.cells[0].source
    assert first.startswith("# ")
    for word in ("**Question**", "**Reads**", "**Writes**", "**Takes**"):
        assert word in first
    titles = [
        line for c in notebook.cells if c.cell_type == "markdown" for line in c.source.splitlines() if line[:3] == "## "
    ]
    assert all(any(heading in title for title in titles) for heading in HEADINGS)
    assert "Limits" in titles[-1]


def test_it_has_one_cell_of_literal_documented_parameters(notebook):
    (cell,) = tagged(notebook, "parameters")
    lines = cell.source.splitlines()
    assert all("#" in line for line in lines), "each parameter has a comment"
    for statement in ast.parse(cell.source).body:
        assert isinstance(statement, ast.Assign)
        ast.literal_eval(statement.value)


def test_its_numbers_are_checked(notebook):
    assert tagged(notebook, "nbval-check-output")


def test_cells_are_short_and_hold_no_machinery(notebook):
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= 15
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.ClassDef, ast.FunctionDef, ast.Try, ast.While}
    assert sum(len(c.source.splitlines()) for c in code_cells(notebook)) <= 120
    first, *others = ("import " in c.source for c in code_cells(notebook))
    assert first, "a kernel runs the first cell as it starts: it holds the imports"
    assert not any(others)


def test_it_names_no_place_of_a_machine(notebook):
    text = nbformat.writes(notebook)
    assert str(Path.home()) + "/" not in text
    assert str(ROOT) + "/" not in text
    assert "sys.path" not in text


def test_a_fresh_run_gives_the_committed_outputs(tmp_path):
    """nbval over all notebooks in order; they read and write below tmp_path only."""
    sample = {"sample_dir": str(ROOT / "data" / "evaluation"), "results_dir": str(ROOT / "benchmarks" / "results")}
    paths = {"processed_dir": str(tmp_path / "processed"), "reports_dir": str(tmp_path / "reports")}
    for path in NOTEBOOKS:
        target = tmp_path / path.name
        known = papermill.inspect_notebook(str(path))
        values = {name: value for name, value in {"raw_dir": str(KHARKIV), **paths, **sample}.items() if name in known}
        papermill.execute_notebook(str(path), str(target), values, prepare_only=True, log_output=False)
    environment = {**os.environ, "TQDM_DISABLE": "1", "SOURCE_OVERLAP_STATIC": "1", "PYTHONPATH": str(ROOT)}
    environment.pop("MPLBACKEND", None)
    options = [
        "--nbval",
        "--nbval-current-env",
        "--nbval-kernel-name=python3",
        "-p",
        "conftest",
        "-q",
        "--rootdir",
        str(tmp_path),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-c", os.devnull, str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert "passed" in done.stdout
