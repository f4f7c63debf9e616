"""helpers.explore: shares under thresholds, the static form, and the widgets in a real JupyterLab."""

import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

import helpers
from helpers import explorer as explorer_module
from helpers import tables
from helpers.explorer import STATIC, Shares
from helpers.pipeline import PROJECT
from helpers.shares import union_lengths

stretches = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 30), st.integers(0, 12)).map(lambda t: (t[0], t[1], t[1] + t[2]))
)


@given(stretches)
def test_union_lengths_equal_counting_word_by_word(rows):
    marked = np.zeros((5, 50), dtype=bool)
    for group, first, stop in rows:
        marked[group, first:stop] = True
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    assert union_lengths(*columns, 5).tolist() == marked.sum(axis=1).tolist()


@pytest.fixture
def processed(kharkiv_report):
    return kharkiv_report.parent.parent / "processed"


def test_without_thresholds_the_shares_are_those_of_the_tables(processed):
    shares = Shares(processed)
    everything = shares.chosen()
    matrix = pd.DataFrame(shares.matrix(everything, np.arange(5)), shares.names, shares.names)
    for row in tables.read("overlap", processed).itertuples():
        assert matrix.loc[row.article_id, row.source_id] == pytest.approx(row.reused_share)
    copied = dict(zip(shares.names, shares.copied(everything), strict=True))
    for row in tables.read("copying", processed).itertuples():
        assert copied[row.article_id] == pytest.approx(row.copied_share)


def test_thresholds_take_passages_away(processed):
    shares = Shares(processed)
    verbatim = shares.copied(shares.chosen(("verbatim",)))
    wanted = tables.read("copying", processed).set_index("article_id")["verbatim_share"]
    assert verbatim.tolist() == pytest.approx(wanted[shares.names].tolist())
    at = [shares.copied(shares.chosen(("verbatim",), least)).max() for least in (41, 42)]
    assert at[0] > 0 == at[1]


def test_the_static_form_needs_no_widgets(processed, monkeypatch):
    monkeypatch.setenv(STATIC, "1")
    bundle = helpers.explore(processed)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"].splitlines()[1].split() == ["002", "481", "0.956", "001"]
    assert helpers.explore(processed) is not None  # the second call too: the name is a function, not a module


def test_controls_move_the_shares_the_texts_and_the_list(processed):
    explorer = helpers.explore(processed)
    assert explorer.widget
    assert "raisin" in explorer.passages.value
    explorer.min_words.value = 41
    assert explorer.passages.value.count("<tr>") == 2  # the head, and the longest run
    assert "In Hrakove" in explorer.passages.value
    explorer.min_words.value = 1
    explorer.find.value = "liberated around"
    assert "raisin" not in explorer.passages.value
    explorer.find.value = ""
    explorer.article.value = next(name for name in explorer.shares.names if name.startswith("000"))
    assert "No passage under these thresholds" in explorer.passages.value


def test_of_more_articles_than_can_be_drawn_those_are_chosen_of_which_most_is_copied(processed, monkeypatch):
    monkeypatch.setattr(explorer_module, "DRAWN", 2)
    monkeypatch.setattr(explorer_module, "NUMBERED", 2)
    explorer = helpers.explore(processed)
    assert explorer.widget
    assert [label for label, _ in explorer.article.options] == ["001", "002"]
    assert [label for label, _ in explorer.source.options] == ["001", "004"]
    explorer.article.value = explorer.article.options[0][1]
    assert [label for label, _ in explorer.source.options] == ["004", "002"]
    assert "and 3 more" in explorer.table.value


@pytest.fixture
def lab(tmp_path, processed):
    """A JupyterLab server on a copy of notebook 04 whose tables are at hand."""
    book = json.loads((PROJECT / "notebooks" / "04_overlap.ipynb").read_text(encoding="utf-8"))
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            cell["source"] = (
                f"raw_dir = ''\nprocessed_dir = {str(tmp_path / 'processed')!r}\nreports_dir = {str(tmp_path)!r}"
            )
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    (tmp_path / "04_overlap.ipynb").write_text(json.dumps(book), encoding="utf-8")
    shutil.copytree(processed, tmp_path / "processed")
    environment = {name: value for name, value in os.environ.items() if name != STATIC}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1"]
    command += ["--IdentityProvider.token=tested", "--ServerApp.open_browser=False", f"--notebook-dir={tmp_path}"]
    command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        address = next(m[0] for line in server.stderr if (m := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        yield address
        server.terminate()
        server.communicate()


def test_in_jupyterlab_all_cells_run_and_the_widgets_answer(browser, lab):
    page = browser.new_page(viewport={"width": 1500, "height": 6000})  # high: the notebook draws what is in view
    page.goto(f"{lab}lab/tree/04_overlap.ipynb?token=tested")
    notebook = page.locator(".jp-Notebook")
    expect(notebook.locator(".jp-Cell").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    expect(notebook.locator(".jp-RenderedImage img").first).to_be_visible(timeout=90_000)
    slider = notebook.get_by_role("slider").first
    expect(slider).to_be_visible(timeout=90_000)
    heatmap = notebook.locator(".so table").first
    expect(heatmap).to_contain_text("96")
    slider.press("End")
    expect(heatmap).not_to_contain_text("96")
    page.close()
