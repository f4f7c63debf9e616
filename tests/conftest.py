"""What several tests share: the five articles, cleaned once; finished runs; the command as a process."""

import os
import shutil
import subprocess
import sys
import time

import hypothesis
import pytest
from playwright.sync_api import Error, sync_playwright

from helpers import analysis, corpus, report, sources, tables
from helpers.pipeline import PROJECT
from helpers.sources import Reading

hypothesis.settings.register_profile("patient", deadline=None)  # the first call may load a dictionary
hypothesis.settings.load_profile("patient")

KHARKIV = PROJECT / "data" / "raw" / "kharkiv-2022"
PATIENCE = 120
LONGEST = ["test_spark", "test_runs", "test_notebooks", "test_compiled", "test_archive", "test_faults", "test_report"]


def pytest_collection_modifyitems(items):
    """The files that take longest come first: no worker is left with one when the other has nothing to do."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def started(*arguments, **options):
    """The process of a call of `source-overlap`."""
    command = [sys.executable, "-m", "helpers", *map(str, arguments)]
    options |= {"env": {**os.environ, "TQDM_DISABLE": "1"}, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=PROJECT, text=True, **options)


def finished(process):
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def wait_until(condition, process=None):
    """Wait for something to happen; a process that ends before it does has failed."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, finished(process)
        time.sleep(0.01)


def tables_of(out):
    """Bytes of the tables that are there; each is read, so checked, too."""
    found = sorted((out / "processed").glob("*.parquet"))
    for path in found:
        tables.read(path.stem, path.parent)
    return {path.stem: path.read_bytes() for path in found}


@pytest.fixture(scope="session")
def raw_articles():
    return sources.read_corpus(KHARKIV).articles


@pytest.fixture(scope="session")
def cleaned(raw_articles):
    return corpus.clean_corpus(raw_articles)


@pytest.fixture(scope="session")
def texts(cleaned):
    """Clean text by the article's number: "000" to "004"."""
    rows = cleaned.articles
    return {a[:3]: t for a, t in zip(rows["article_id"], rows["text"], strict=True)}


def analyse(raw, folder, pairs=None):
    """All tables and the report of a corpus, as notebooks 01-05 make them; returns the overview."""
    made = analysis.analyse(Reading(raw), pairs, processes=1)
    made |= analysis.interpret(made)
    for name, frame in made.items():
        tables.write(frame, name, folder / "processed")
    record = {
        "corpus": folder.name,
        "parameters": {},
        "python": "3",
        "date": "2026-11-22",
        "inputs": [],
        "problems": [],
    }
    return report.write(report.Results(folder / "processed", folder / "reports", record))


@pytest.fixture(scope="session")
def kharkiv_report(tmp_path_factory, raw_articles):
    """The overview page of the five articles."""
    return analyse(raw_articles, tmp_path_factory.mktemp("kharkiv"))


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser():
    """A Chromium of this machine, else the one Playwright installs."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error:
            if os.environ.get("CI"):
                raise
            pytest.skip("no Chromium: install one with your package manager or with `playwright install chromium`")
        yield browser
        browser.close()
