"""From tables to pages."""

import gc
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import progress, workers
from helpers.lineage import AGENCY, RELATIONS
from helpers.report.changes import changes_view
from helpers.report.kept import Kept
from helpers.report.marks import Passage
from helpers.report.outlets import outlets_view, several_outlets
from helpers.report.overview import MOST_LISTED, overview
from helpers.report.results import Article, Results
from helpers.report.sheets import Body, Edit, Sheet, Shown, Told, written
from helpers.steps import program
from helpers.tables import write_csv

PARALLEL_PAGES = 2000
"""From so many pages on, starting worker processes pays."""
CHUNK = 25
"""Pages a worker process is handed at a time."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage: among the millions of rows of a large corpus there is none, and looking takes its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
def write(run: Results) -> Path:
    """Write the pages of a run that are not there as they should be; returns ``index.html``, written last.

    Raises:
        TableError: a table is missing.
    """
    told = Told(run.record["corpus"], version("source-overlap"), run.min_verbatim_words)
    kept = Kept(run.reports, [told, program()])
    shutil.rmtree(run.reports / "assets", ignore_errors=True)
    with as_file(files("helpers.report") / "assets") as assets:
        shutil.copytree(assets, run.reports / "assets")
    n_pages = len(run.articles) + len(run.pairs) // 2
    cores = workers.cores_for(n_pages, PARALLEL_PAGES)
    writing = partial(written, run.reports, told)
    with workers.spread(cores, CHUNK) as work, progress.bar("pages", n_pages, "page") as bar:
        for _ in work(writing, kept.changed(_sheets(run), bar.update)):
            bar.update()
    kept.finish()
    if len(run.articles) > MOST_LISTED:
        write_csv(_places(run), run.reports / "pages.csv")
    changed = changes_view(run.table["changes"], run.text, run.articles, run.pairs, run.flags)
    last = [Sheet("changes.html", "changes.html", changed)]
    (run.reports / "outlets.html").unlink(missing_ok=True)
    if several_outlets(run.table["articles"]):
        habits = outlets_view(run.table["outlet_flows"], run.table["outlet_habits"], run.reports)
        last.append(Sheet("outlets.html", "outlets.html", habits))
    return writing([*last, Sheet("index.html", "index.html", overview(run))])[-1]


def _places(run: Results) -> pd.DataFrame:
    """Where the page of each article is: the overview lists some of very many."""
    rows = [(a.id, a.outlet, a.published, a.title, a.page) for a in run.articles.values()]
    return pd.DataFrame(rows, columns=["article_id", "outlet", "published", "title", "page"])


def _sheets(run: Results) -> Iterator[Sheet]:
    """The pages of all articles and pairs."""
    for article in run.articles.values():
        yield Sheet(article.page, "article.html", _article(run, article))
    for (a, b), page in run.pairs.items():
        if a < b:
            yield Sheet(page, "pair.html", _pair(run, a, b))


def _article(run: Results, article: Article) -> dict[str, Any]:
    """What the page of an article shows."""
    sources: list[dict[str, Any]] = []
    marks: list[Passage] = []
    own = article.id
    for rank, source in enumerate(run.ranked_sources(own)):
        rows = run.passages[own, source]
        name, page = run.articles[source].label, run.pairs.get((own, source))
        numbers = _numbers(run, own, source) if page else {}
        for row in rows:
            number = numbers.get((row.start, row.end, row.source_start, row.source_end))
            href = f"../{page}#p{number}" if page else ""
            marks.append(Passage(len(marks), row.start, row.end, row.kind, name, href, rank))
        sources.append({"label": name, "page": page, **run.shares[own, source]})
    edits = run.edits.get(own, [])
    return {
        "a": article,
        "copying": run.rows["copying"][own],
        "sources": sources,
        "prints": [run.articles[name] for name in run.prints[own]],
        "compared": own in run.compared,
        "passed_off": run.passed_off.get(own, []),
        "lineage": _lineage(run, article),
        "rules": Counter(edit.rule for edit in edits).most_common(),
        "body": _body(run, own, run.ranked_sources(own)),
        "marks": marks,
        "edits": [Edit(*(getattr(edit, name) for name in Edit._fields)) for edit in edits],
    }


def _lineage(run: Results, article: Article) -> dict[str, Any]:
    """Where the article's copy comes from, with the evidence, a line each."""
    row = run.rows["lineage"][article.id]
    parent = None if pd.isna(row["parent_id"]) else row["parent_id"]
    if parent is not None:
        parent = run.articles[parent].label if parent in run.articles else f"a story of {parent.removeprefix(AGENCY)}"
    meaning = RELATIONS[row["relation"]]
    return {"relation": row["relation"], "meaning": meaning, "parent": parent, "evidence": row["evidence"].splitlines()}


def _numbers(run: Results, own: str, source: str) -> dict[tuple[int, int, int, int], int]:
    """The number of each passage on the page of a pair, by its place seen from `own`."""
    a, b = min(own, source), max(own, source)
    places = [(row.start, row.end, row.source_start, row.source_end) for row in run.shown[a, b]]
    if own != a:
        places = [(p[2], p[3], p[0], p[1]) for p in places]
    return {place: number for number, place in enumerate(places, 1)}


def _pair(run: Results, a: str, b: str) -> dict[str, Any]:
    """What the page of a pair shows."""
    spoken = run.spoken_words(a, b)
    rows = [
        Shown(r.start, r.end, r.source_start, r.source_end, r.kind, r.n_words, r.score, spoken.get(r.Index, 0))
        for r in run.shown[a, b]
    ]
    return {
        "a": run.articles[a],
        "b": run.articles[b],
        "forth": run.shares[a, b],
        "back": run.shares[b, a],
        "bodies": (_body(run, a, [b]), _body(run, b, [a])),
        "rows": rows,
    }


def _body(run: Results, article: str, others: Sequence[str]) -> Body:
    """The text of an article beside others."""
    return Body(run.text[article], run.roles(article), run.speech(article, others))
