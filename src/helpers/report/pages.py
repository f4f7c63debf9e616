"""From tables to pages."""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from helpers.lineage import AGENCY, RELATIONS
from helpers.report.changes import changes_view
from helpers.report.marks import (
    STRENGTH,
    Passage,
    Span,
    changed_words,
    paragraph_pieces,
    paragraphs,
    spread,
)
from helpers.report.outlets import outlets_view, several_outlets
from helpers.report.overview import overview
from helpers.report.results import Article, Results
from helpers.segmentation import quotations
from helpers.tables import atomic


def write(processed: str | Path, reports: str | Path, record: Mapping[str, Any]) -> Path:
    """Write all pages below `reports`; returns the overview, ``index.html``, which is written last.

    Args:
        processed: folder of the run's tables.
        reports: folder of the run's figures and notebooks.
        record: what is known of the run: corpus, parameters, python, date, inputs (path, sha256), problems.

    Raises:
        TableError: a table is missing.
    """
    run = Results(Path(processed), Path(reports), record)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.globals |= {
        "corpus": record["corpus"],
        "version": version("source-overlap"),
        "min_verbatim_words": run.min_verbatim_words,
    }
    for name in ("articles", "pairs", "assets"):
        shutil.rmtree(run.reports / name, ignore_errors=True)
    with as_file(files("helpers.report") / "assets") as assets:
        shutil.copytree(assets, run.reports / "assets")
    for article in run.articles.values():
        _page(environment, run, article.page, "article.html", _article(run, article))
    for (a, b), page in run.pairs.items():
        if a < b:
            _page(environment, run, page, "pair.html", _pair(run, a, b))
    changed = changes_view(run.table["changes"], run.text, run.articles, run.pairs, run.flags)
    _page(environment, run, "changes.html", "changes.html", changed)
    (run.reports / "outlets.html").unlink(missing_ok=True)
    if several_outlets(run.table["articles"]):
        habits = outlets_view(run.table["outlet_flows"], run.table["outlet_habits"], run.reports)
        _page(environment, run, "outlets.html", "outlets.html", habits)
    return _page(environment, run, "index.html", "index.html", overview(run))


def _page(environment: jinja2.Environment, run: Results, name: str, template: str, context: Mapping[str, Any]) -> Path:
    nested = "/" in name
    html = environment.get_template(template).render(root="../" if nested else "", nested=nested, **context)
    target = run.reports / name
    with atomic(target) as temporary:
        temporary.write_text(html, encoding="utf-8", errors="backslashreplace", newline="\n")
    return target


def _article(run: Results, article: Article) -> dict[str, Any]:
    """What the page of an article shows."""
    sources: list[dict[str, Any]] = []
    marks: list[Passage] = []
    own = article.id
    for source in run.ranked_sources(own):
        rows = run.passages[own, source]
        name, page = run.articles[source].label, run.pairs.get((own, source))
        numbers = _numbers(run, own, source) if page else {}
        for row in rows:
            number = numbers.get((row.start, row.end, row.source_start, row.source_end))
            href = f"../{page}#p{number}" if page else ""
            marks.append(Passage(len(marks), row.start, row.end, row.kind, name, href))
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
        "blocks": _blocks(run, own, marks, run.speech(own, run.ranked_sources(own))),
        "edits": edits,
        "rules": Counter(edit.rule for edit in edits).most_common(),
        "raw": list(_replayed(run.text[article.id], edits)),
    }


def _lineage(run: Results, article: Article) -> dict[str, Any]:
    """Where the article's copy comes from, with the evidence, a line each."""
    row = run.rows["lineage"][article.id]
    parent = None if pd.isna(row["parent_id"]) else row["parent_id"]
    if parent is not None:
        parent = run.articles[parent].label if parent in run.articles else f"a story of {parent.removeprefix(AGENCY)}"
    meaning = RELATIONS[row["relation"]]
    return {"relation": row["relation"], "meaning": meaning, "parent": parent, "evidence": row["evidence"].splitlines()}


def _blocks(run: Results, article: str, marks: list[Passage], speech: list[Span]) -> list[dict[str, Any]]:
    """The paragraphs of an article, each with its role and pieces."""
    text, roles = run.text[article], run.roles(article)
    found = paragraph_pieces(text, marks, roles, quotations(text), speech=speech)
    inside = spread(paragraphs(text), roles, lambda role: (role[0], role[1]))
    return [{"role": _role(text, span, own), "pieces": cut} for (span, cut), own in zip(found, inside, strict=True)]


def _role(text: str, span: Span, roles: Sequence[tuple[int, int, str]]) -> str:
    """What a paragraph is as a whole; nothing if part of it, the lead behind a dateline for instance, is body text."""
    kinds = {kind for _, _, kind in roles}
    told = sum(len("".join(text[max(low, span[0]) : min(high, span[1])].split())) for low, high, _ in roles)
    return kinds.pop() if len(kinds) == 1 and told == len("".join(text[slice(*span)].split())) else ""


def _replayed(text: str, edits: Sequence[Any]) -> list[dict[str, str]]:
    """The raw text as stretches that were kept, each followed by an edit."""
    found, clean, raw = [], 0, 0
    for edit in edits:
        kept = edit.raw_start - raw
        found.append(
            {"kept": text[clean : clean + kept], "before": edit.before, "after": edit.after, "rule": edit.rule}
        )
        clean += kept + len(edit.after)
        raw = edit.raw_end
    return [*found, {"kept": text[clean:], "before": "", "after": "", "rule": ""}]


def _numbers(run: Results, own: str, source: str) -> dict[tuple[int, int, int, int], int]:
    """The number of each passage on the page of a pair, by its place seen from `own`."""
    a, b = min(own, source), max(own, source)
    places = [(row.start, row.end, row.source_start, row.source_end) for row in run.shown[a, b]]
    if own != a:
        places = [(p[2], p[3], p[0], p[1]) for p in places]
    return {place: number for number, place in enumerate(places, 1)}


def _pair(run: Results, a: str, b: str) -> dict[str, Any]:
    """What the page of a pair shows."""
    rows = run.shown[a, b]
    spoken = run.spoken_words(a, b)
    left, right = [], []
    changed: dict[int, list[Span]] = {}
    other_changed: dict[int, list[Span]] = {}
    for number, row in enumerate(rows, 1):
        left.append(Passage(number, row.start, row.end, row.kind))
        right.append(Passage(number, row.source_start, row.source_end, row.kind))
        if STRENGTH[row.kind]:
            here, there = (row.start, row.end), (row.source_start, row.source_end)
            changed[number], other_changed[number] = changed_words(run.text[a], here, run.text[b], there)
    return {
        "a": run.articles[a],
        "b": run.articles[b],
        "forth": run.overlap.loc[a, b].to_dict(),
        "back": run.overlap.loc[b, a].to_dict(),
        "left": _columns(run, a, left, changed, run.speech(a, [b])),
        "right": _columns(run, b, right, other_changed, run.speech(b, [a])),
        "passages": [
            {
                "number": number,
                "kind": row.kind,
                "n_words": row.n_words,
                "spoken_words": spoken.get(row.Index, 0),
                "score": row.score,
                "text": run.text[a][row.start : row.end],
                "source_text": run.text[b][row.source_start : row.source_end],
            }
            for number, row in enumerate(rows, 1)
        ],
    }


def _columns(
    run: Results, article: str, marks: list[Passage], changed: Mapping[int, list[Span]], speech: list[Span]
) -> list[Any]:
    text = run.text[article]
    return [cut for _, cut in paragraph_pieces(text, marks, run.roles(article), quotations(text), changed, speech)]
