"""From tables to pages."""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from helpers import tables
from helpers.calibration import floor
from helpers.labels import short_labels
from helpers.lineage import AGENCY, RELATIONS
from helpers.overlap import between_articles, same_article
from helpers.passages import candidate_pairs
from helpers.prose import ProseWords, corpus_words
from helpers.report.changes import MOST_ROWS, changes_view, distinct_facts, passed_off_view
from helpers.report.marks import (
    STRENGTH,
    Passage,
    Span,
    changed_words,
    paragraph_pieces,
    paragraphs,
    speech_spans,
    spread,
)
from helpers.report.outlets import outlets_view, several_outlets
from helpers.report.overview import overview
from helpers.segmentation import quotations
from helpers.spoken import passed_off_table, shared_speech
from helpers.tables import atomic

OPENING = 70
"""Characters of an article without headline that stand for one."""
DEFAULT_RUN_WORDS = 8
"""Least words of a verbatim run, where the run's parameters name no other."""
DEFAULT_MIN_COSINE = 0.05
"""The same of the cosine below which pairs of a small corpus are not aligned."""


@dataclass(frozen=True)
class Article:
    """An article as pages name it."""

    id: str
    label: str
    page: str
    title: str | None
    outlet: str | None
    published: str | None
    duplicate_of: str | None  # label of the article it has the words of


Pair = tuple[str, str]


def _grouped(table: pd.DataFrame, keys: Sequence[str]) -> dict[Any, list[Any]]:
    """The rows of a table, as named tuples in its order, by the values of some columns (a tuple, if there are two)."""
    found: dict[Any, list[Any]] = {}
    own = table[keys[0]] if len(keys) == 1 else zip(*(table[key] for key in keys), strict=True)
    for key, row in zip(own, table.drop(columns=keys).itertuples(), strict=True):
        found.setdefault(key, []).append(row)
    return found


@dataclass(frozen=True, eq=False)
class Results:
    """The tables of a finished run, and what pages derive from them."""

    processed: Path
    reports: Path
    record: Mapping[str, Any]

    @cached_property
    def table(self) -> dict[str, pd.DataFrame]:
        """Every table of the run, by name."""
        return {name: tables.read(name, self.processed) for name in tables.TABLES}

    @cached_property
    def articles(self) -> dict[str, Article]:
        """The articles by id; file names are numbers, never anything an article says."""
        rows = self.table["articles"].sort_values("article_id")
        labels = short_labels(list(rows["article_id"]))
        label = dict(zip(rows["article_id"], labels, strict=True))
        found = {}
        for number, row in enumerate(rows.itertuples(), 1):
            page = f"articles/{number:04}.html"
            published = None if pd.isna(row.published) else f"{row.published:%Y-%m-%d}"
            again = None if pd.isna(row.duplicate_of) else label[row.duplicate_of]
            title = row.text[:OPENING].split("\n")[0] + " …" if pd.isna(row.title) else row.title
            outlet = None if pd.isna(row.outlet) else row.outlet
            found[row.article_id] = Article(
                row.article_id, label[row.article_id], page, title, outlet, published, again
            )
        return found

    @cached_property
    def prints(self) -> dict[str, list[str]]:
        """The other prints of each article by its own outlet: no share counts what it has in common with them."""
        groups = same_article(self.table["articles"])
        return {name: [other for other in own if other != name] for own in groups for name in own}

    @cached_property
    def compared(self) -> set[str]:
        """The articles of which at least one pair was aligned; of the others a share of 0 says little."""
        least = float(self.record.get("parameters", {}).get("min_cosine", DEFAULT_MIN_COSINE))
        pairs = candidate_pairs(self.table["similarity"], least, self.table["candidates"])
        return {name for pair in pairs for name in pair}

    @cached_property
    def text(self) -> dict[str, str]:
        """Clean text by article."""
        return dict(zip(self.table["articles"]["article_id"], self.table["articles"]["text"], strict=True))

    @cached_property
    def words(self) -> Mapping[str, ProseWords]:
        """Prose words by article."""
        return corpus_words(self.table["articles"], self.table["sentences"])

    @cached_property
    def passages(self) -> dict[Pair, list[Any]]:
        """Passages that hold words of prose, by (article, source), in order of the article."""
        own = ((pair, [row for row in rows if row.n_words]) for pair, rows in self.shown.items())
        return {pair: rows for pair, rows in own if rows}

    @cached_property
    def shown(self) -> dict[Pair, list[Any]]:
        """Passages with prose on either side, by (article, source): what the page of a pair shows."""
        rows = self.table["passages"].sort_values(["start", "end", "source_start", "source_end"])
        return _grouped(rows, ["article_id", "source_id"])

    @cached_property
    def overlap(self) -> pd.DataFrame:
        """The table `overlap` with the floor of each pair, by (article, source)."""
        alike = self.table["similarity"].rename(columns={"other_id": "source_id"})
        rows = self.table["overlap"].merge(alike, on=["article_id", "source_id"])
        floors = [floor(n, cosine) for n, cosine in zip(rows["n_words"], rows["cosine_words"], strict=True)]
        return rows.assign(floor=floors).set_index(["article_id", "source_id"])

    @cached_property
    def joined(self) -> set[tuple[str, str]]:
        """Pairs (article, source) whose share is above the floor, or whose source is the article's top source."""
        rows = self.overlap[self.overlap["reused_share"] > 0]
        copying = self.table["copying"].dropna(subset="top_source")
        above = set(rows.index[rows["reused_share"] > rows["floor"]])
        return above | set(zip(copying["article_id"], copying["top_source"], strict=True))

    @cached_property
    def pairs(self) -> dict[tuple[str, str], str]:
        """Page of every pair that has one, by both orders: those joined, and those that the page of changes shows."""
        shown = distinct_facts(self.table["changes"], self.text).head(MOST_ROWS)
        named = {
            pair for rows in (shown, self.flags) for pair in zip(rows["article_id"], rows["source_id"], strict=True)
        }
        changed = named & {*self.shown} & {*self.overlap.index}
        found = {}
        for a, b in sorted({(min(pair), max(pair)) for pair in self.joined | changed}):
            names = [Path(self.articles[name].page).stem for name in (a, b)]
            found[a, b] = found[b, a] = f"pairs/{names[0]}-{names[1]}.html"
        return found

    @cached_property
    def flags(self) -> pd.DataFrame:
        """Quotations whose words others tell in their own voice."""
        return passed_off_table(self.text, self.words, self.table["passages"])

    @cached_property
    def passed_off(self) -> dict[str, list[dict[str, Any]]]:
        """The same as pages show them, by article."""
        groups = self.flags.groupby("article_id")
        return {name: passed_off_view(rows, self.text, self.articles, self.pairs) for name, rows in groups}

    @cached_property
    def _speech(self) -> dict[Pair, list[Any]]:
        """Words in quotation marks in both articles, by (article, source); `row` is the index of a passage."""
        rows = self.table["passages"]
        found = shared_speech(self.words, rows)
        pair = {name: rows[name].to_numpy()[found["row"]] for name in ("article_id", "source_id")}
        return _grouped(found.assign(**pair), ["article_id", "source_id"])

    def speech(self, article: str, sources: Sequence[str]) -> list[Span]:
        """Spans of an article that are in quotation marks here and in one of the sources."""
        stretches = [(own.first, own.stop) for source in sources for own in self._speech.get((article, source), [])]
        return speech_spans(self.words[article], stretches, quotations(self.text[article]))

    def spoken_words(self, article: str, source: str) -> dict[int, int]:
        """Words of each passage that are speech in both articles, by its index; passages without any are left out."""
        words: Counter[int] = Counter()
        for own in self._speech.get((article, source), []):
            words[own.row] += own.stop - own.first
        return words

    def roles(self, article: str) -> list[tuple[int, int, str]]:
        """Spans of an article that are no body text, and what they are."""
        return [(row.start, row.end, row.kind) for row in self._other_sentences.get(article, [])]

    @cached_property
    def _other_sentences(self) -> dict[str, list[Any]]:
        rows = self.table["sentences"]
        return _grouped(rows[rows["kind"] != "body"], ["article_id"])

    @cached_property
    def edits(self) -> dict[str, list[Any]]:
        """What cleaning did to each article that it changed, in order of the raw text."""
        return _grouped(self.table["cleaning_log"].sort_values(["raw_start", "raw_end"]), ["article_id"])

    @cached_property
    def shares(self) -> dict[tuple[str, str], dict[str, float]]:
        """What an article's page says of the article and a source."""
        return self.overlap[["reused_share", "quoted_share", "floor"]].to_dict("index")

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the tables that have one for each article, by article."""
        return {name: self.table[name].set_index("article_id").to_dict("index") for name in ("copying", "lineage")}

    def ranked_sources(self, article: str) -> list[str]:
        """The sources of an article, those that most words are shared with first, of equals the first by name."""
        sources = self._sources.get(article, [])
        return sorted(sources, key=lambda source: (-self.shares[article, source]["reused_share"], source))

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        pairs = pd.DataFrame(list(self.passages), columns=["article_id", "source_id"])
        pairs = between_articles(pairs, same_article(self.table["articles"]))
        return {article: list(rows) for article, rows in pairs.groupby("article_id")["source_id"]}

    @cached_property
    def min_verbatim_words(self) -> int:
        """The least length of a verbatim run in this run."""
        return int(self.record.get("parameters", {}).get("min_verbatim_words", DEFAULT_RUN_WORDS))


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
