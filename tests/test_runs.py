"""Whole runs on the five articles: undisturbed, killed and completed, with another parameter."""

import hashlib
import json
import shutil

import pandas as pd
import pytest

from conftest import KHARKIV, finished, started, tables_of, wait_until
from helpers import steps, tables
from helpers.__main__ import DONE, PROBLEMS, _problems, main
from helpers.notebooks import corpus_notebooks
from helpers.record import Inputs, locate

STEPS = list(corpus_notebooks())


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """An undisturbed run, and beside it one that is killed three times: its output, what was left, how it ended."""
    base = tmp_path_factory.mktemp("runs")
    undisturbed = started("run", KHARKIV, "--out", base / "undisturbed")
    out, left = base / "killed", []
    for moment in ("reports/notebooks/02_similarity.ipynb", "processed/overlap.parquet", "processed/copying.parquet"):
        process = started("run", KHARKIV, "--out", out)
        wait_until((out / moment).exists, process)
        process.kill()
        process.communicate()
        left.append(tables_of(out))
    return {
        "undisturbed": (finished(undisturbed), base / "undisturbed"),
        "left": left,
        "completed": (finished(started("run", KHARKIV, "--out", out)), out),
    }


@pytest.fixture(scope="module")
def expected(runs):
    done, out = runs["undisturbed"]
    assert done.returncode == 0, done.stderr
    found = tables_of(out)
    assert set(found) == set(tables.TABLES)
    return found


def reused(done):
    return [line.split()[1] for line in done.stdout.splitlines() if line.endswith("reused")]


def test_a_run_ends_with_the_copying_table_and_where_things_lie(runs):
    done, out = runs["undisturbed"]
    assert done.returncode == 0, done.stderr
    for words in ("[1/", "01_cleaning", "article", "95 % interval", "top source", "figures", "notebooks"):
        assert words in done.stdout
    for name in ("similarity", "overlap", "passage_map", "copying"):
        assert (out / "reports" / "figures" / f"{name}.png").stat().st_size > 5_000
        assert (out / "reports" / "figures" / f"{name}.csv").stat().st_size > 100
    assert len(list((out / "reports" / "notebooks").glob("*.ipynb"))) == len(STEPS)
    assert json.loads((out / "reports" / "run.json").read_text())["raw"] == str(KHARKIV)


def test_what_a_killed_run_leaves_is_whole_and_right(runs, expected):
    first, second, third = runs["left"]
    assert "similarity" in first
    assert "overlap" in second
    assert "copying" in third
    for left in runs["left"]:
        assert {name for name, data in left.items() if data != expected[name]} == set()


def test_the_run_after_a_killed_one_completes_it_and_reuses_what_is_finished(runs):
    done, out = runs["completed"]
    assert done.returncode == 0, done.stderr
    assert reused(done)[:4] == STEPS[:4]
    assert (out / "reports" / "index.html").is_file()


def test_a_second_run_gives_the_same_bytes(runs):
    one, two = (runs[how][1] for how in ("undisturbed", "completed"))
    names = sorted(p.relative_to(one) for p in [*one.rglob("*.parquet"), *one.rglob("*.png"), *one.rglob("*.csv")])
    assert len(names) >= len(tables.TABLES) + 8
    assert [n for n in names if (one / n).read_bytes() != (two / n).read_bytes()] == []


def test_no_temporary_file_is_left(runs):
    assert [p for how in ("undisturbed", "completed") for p in runs[how][1].rglob(".*")] == []


def test_a_table_that_was_changed_does_not_count_as_finished(runs):
    """Which steps the next run would reuse; not run, since a run takes long."""
    here = locate(KHARKIV, runs["completed"][1])
    paths = {"raw_dir": str(here.raw), "processed_dir": str(here.processed), "reports_dir": str(here.reports)}
    keys = steps.keys(dict.fromkeys(STEPS, paths), Inputs.of(here.raw), default_corpus=True)
    assert finished_steps(here, keys) == STEPS
    path = here.processed / "passages.parquet"
    whole = path.read_bytes()
    for harmed in (whole[:-1], whole + b" ", b""):
        path.write_bytes(harmed)
        assert finished_steps(here, keys) == STEPS[:2]
    path.write_bytes(whole)
    assert finished_steps(here, keys) == STEPS


def finished_steps(here, keys):
    known = steps.Steps(here)
    known.keep_valid(keys)
    return list(known.finished)


def test_a_changed_parameter_redoes_the_steps_from_its_own_on_and_nothing_else(runs, expected):
    _, out = runs["completed"]
    done = finished(started("run", KHARKIV, "--out", out, "-p", "shown=1"))
    assert done.returncode == 0, done.stderr
    assert reused(done) == STEPS[:-2]
    assert tables_of(out) == expected


def test_the_results_of_another_folder_are_not_replaced(runs, tmp_path, capsys):
    other = tmp_path / "other" / KHARKIV.name
    shutil.copytree(KHARKIV, other)
    assert main(["run", str(other), "--out", str(runs["undisturbed"][1])]) == 2
    assert "--out" in capsys.readouterr().err


def test_the_words_of_evidence_are_counted_once(runs):
    _, out = runs["undisturbed"]
    evidence = pd.read_csv(out / "reports" / "evidence.csv")
    overlap = tables.read("overlap", out / "processed").set_index(["article_id", "source_id"])["reused_words"]
    counted = evidence.groupby(["article_id", "source_id"])["new_words"].sum()
    assert counted.to_dict() == overlap[overlap > 0].to_dict()


def test_the_report_can_be_written_anew_and_names_its_inputs(runs, capsys):
    _, out = runs["undisturbed"]
    before = (out / "reports" / "index.html").read_bytes()
    (out / "reports" / "index.html").unlink()
    assert main(["report", str(out)]) == 0
    assert "index.html" in capsys.readouterr().out
    assert (out / "reports" / "index.html").read_bytes() == before
    assert hashlib.sha256(sorted(KHARKIV.glob("*.txt"))[0].read_bytes()).hexdigest() in before.decode()


def test_a_terminal_lists_the_first_problems_and_says_where_the_others_are(capsys):
    assert _problems([]) == DONE
    assert _problems([f"file {number}" for number in range(100)]) == PROBLEMS
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "problem: file 0"
    assert lines[40:] == ["... and 60 more problems: see the table problems"]
