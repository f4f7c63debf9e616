"""The command line and the papermill run, as a user meets them."""

import pandas as pd
import pytest

from conftest import KHARKIV, finished, started
from helpers import pipeline, report, tables
from helpers.__main__ import main
from helpers.archive import renew
from helpers.calibration import uncalibrated
from helpers.compare import compare_files
from helpers.errors import CorpusError, RunError, SettingsError
from helpers.notebooks import assign, corpus_notebooks
from helpers.output import alone
from helpers.record import find_run, locate

KNOWN = {
    "03_passages": {"min_cosine": 0.1, "seed": 1},
    "01_cleaning": {"language": "en", "ignore_phrases": [], "raw_dir": "x"},
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"min_cosine": "1"}, ("03_passages", "min_cosine", 1.0)),
        ({"seed": "7"}, ("03_passages", "seed", 7)),
        ({"seed": 7}, ("03_passages", "seed", 7)),
        ({"min_cosine": 1}, ("03_passages", "min_cosine", 1.0)),
        ({"language": "1.10"}, ("01_cleaning", "language", "1.10")),
        (
            {"ignore_phrases": "[Our newsletter, x]"},
            ("01_cleaning", "ignore_phrases", ["Our newsletter", "x"]),
        ),
    ],
)
def test_a_parameter_goes_to_its_notebook_with_the_type_of_its_default(given, expected):
    notebook, name, value = expected
    assigned = assign(KNOWN, given)
    assert assigned[notebook] == {name: value}
    assert type(assigned[notebook][name]) is type(value)
    assert sum(map(len, assigned.values())) == 1


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"min_cosin": "1"}, "did you mean min_cosine"),
        ({"zzz": "1"}, "there are: .*seed"),
        ({"raw_dir": "elsewhere"}, "no notebook has a parameter"),
        ({"seed": "1.5"}, "seed must be a whole number"),
        ({"seed": "true"}, "seed must be a whole number"),
        ({"seed": [1]}, "seed must be a whole number"),
        ({"language": 1}, "language must be a text"),
        ({"min_cosine": "[1"}, "min_cosine must be a number"),
    ],
)
def test_a_wrong_parameter_gets_one_sentence(given, complaint):
    with pytest.raises(SettingsError, match=complaint):
        assign(KNOWN, given)


def test_every_notebook_but_the_evaluation_is_run_on_a_corpus():
    stems = sorted(path.stem for path in pipeline.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    assert list(corpus_notebooks()) == [stem for stem in stems if stem != "06_evaluation"]


def folder(path, **files):
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.txt").write_text(text)
    return path


@pytest.mark.parametrize(
    ("make", "extra", "complaint"),
    [
        (lambda p: p / "nowhere", [], "is not there"),
        (lambda p: folder(p / "empty"), [], "holds no article"),
        (lambda p: folder(p / "one", only="Izium fell."), [], "only one article"),
        (lambda p: folder(p / "blank", a=" \n", b="Izium fell."), [], "only one article"),
        (lambda p: KHARKIV, ["-p", "min_cosin=0.3"], "did you mean min_cosine"),
        (lambda p: KHARKIV, ["-p", "min_cosine"], "name=value"),
        (lambda p: KHARKIV, ["-p", "idf=none"], "idf must be"),
    ],
)
def test_what_cannot_run_ends_with_one_sentence_and_exit_code_2(tmp_path, capsys, make, extra, complaint):
    assert main(["run", str(make(tmp_path)), "--out", str(tmp_path / "out"), *extra]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert len(told.strip().splitlines()) == 1


@pytest.fixture(scope="module")
def other_run(tmp_path_factory):
    """A run on a folder with two articles that share a sentence, two bad files and a hidden one."""
    shared = "The regional chief of police said officers moved in the previous day and checked who lived there."
    bridge = "The bridge over the northern canal will be closed to lorries until the end of June"
    ferries = "Two of the three ferries to the outer islands were taken out of service in the spring"
    quoted = f"“{bridge},” Anna Berg said.\n\nSigns near the shore read “{ferries}” for weeks."  # by nobody
    base = tmp_path_factory.mktemp("other")
    corpus = folder(
        base / "news",
        first=f"Bike lanes opened in Oslo on Monday, and nobody came. {shared}\n\n{quoted}",
        second=f"{shared} An otter was seen near the bakery by the river at noon. {bridge}. {ferries}.",
        blank=" \n",
    )
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (corpus / ".hidden.txt").write_text("left alone")
    for name in ("figures/outlets.png", "figures/outlets.csv", "notebooks/09_gone.ipynb"):
        stale = base / "out" / "reports" / name
        stale.parent.mkdir(parents=True, exist_ok=True)
        stale.write_bytes(b"old")
    return finished(started("run", corpus, "--out", base / "out")), base / "out"


def test_figures_and_lists_made_anew_are_those_of_the_notebooks(other_run, tmp_path):
    run = find_run(other_run[1])
    renew(report.Results(run.processed, tmp_path, {}))
    anew = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert len(anew) >= 19
    assert [name for name in anew if (run.reports / name).read_bytes() != anew[name]] == []


def test_a_file_that_is_left_out_is_named_and_the_exit_code_says_so(other_run):
    done, out = other_run
    assert done.returncode == 1
    assert "problem: blank.txt: holds no text; left out" in done.stderr
    assert "problem: binary.txt: is not text; left out" in done.stderr
    assert ".hidden" not in done.stderr
    articles = tables.read("articles", out / "processed")
    assert articles["article_id"].tolist() == ["first", "second"]


def test_the_evidence_is_there_to_read(other_run):
    evidence = pd.read_csv(other_run[1] / "reports" / "evidence.csv")
    police = evidence["text"].str.contains("chief of police", regex=False)
    assert evidence[police]["article_id"].tolist() == ["first", "second"]


def test_quotations_that_nobody_is_named_for_are_listed_beside_others(other_run):
    listed = pd.read_csv(other_run[1] / "reports" / "passed_off.csv")
    assert listed["speaker"].fillna("nobody").tolist() == ["Anna Berg", "nobody"]


def test_a_run_on_other_articles_says_nothing_of_the_default_ones_and_leaves_nothing_stale(other_run):
    out = other_run[1]
    assert not list((out / "reports").rglob("outlets.*"))
    notebooks = list((out / "reports" / "notebooks").glob("*.ipynb"))
    assert len(notebooks) >= 5
    for path in notebooks:
        text = path.read_text()
        assert "What we learned" not in text
        assert "000 and 003" not in text
        assert "Limits" in text


def test_compare_shows_shares_in_both_directions(capsys):
    files = sorted(KHARKIV.glob("*.txt"))
    assert main(["compare", str(files[2]), str(files[1])]) == 0
    told = capsys.readouterr().out
    for words in ("of the words of 002", "of the words of 001", "95% as prose, 1% as speech", "verbatim"):
        assert words in told


def test_compare_needs_two_files(tmp_path):
    done = finished(started("compare", tmp_path / "x.txt", tmp_path / "y.txt"))
    assert done.returncode == 2
    assert "x.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_of_nothing_says_what_to_do(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "no run at" in capsys.readouterr().err


def test_parameters_that_void_the_calibration_are_told():
    assert "min_chars = 30" in uncalibrated({"min_chars": "30", "examples": "2"})


def test_two_runs_on_one_output_do_not_mix(tmp_path, capsys):
    with alone(tmp_path / "reports"):
        assert main(["run", str(KHARKIV), "--out", str(tmp_path)]) == 2
    assert "another run is writing to" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["reports"]


def test_the_lock_of_a_killed_run_is_no_hindrance(tmp_path):
    process = started("run", KHARKIV, "--out", tmp_path)
    while not (tmp_path / "reports" / ".running").exists() and process.poll() is None:
        pass
    process.kill()
    process.communicate()
    with alone(tmp_path / "reports"):
        assert (tmp_path / "reports" / ".running").exists()


def test_an_output_inside_the_folder_of_articles_is_refused(tmp_path):
    with pytest.raises(RunError, match="choose another place"):
        locate(tmp_path, tmp_path / "results")


def test_compare_reads_pages_as_run_does_and_refuses_tables(tmp_path):
    body = "The ferry ran aground in thick fog on Tuesday, and all aboard were brought ashore by boat within an hour."
    page = f"<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1><p>{body}</p></article></body></html>"
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.txt").write_text(body)
    told = compare_files(tmp_path / "a.html", tmp_path / "b.txt")
    assert "html" not in told
    (tmp_path / "t.csv").write_text("text\nx\n")
    with pytest.raises(CorpusError, match="run"):
        compare_files(tmp_path / "t.csv", tmp_path / "b.txt")
