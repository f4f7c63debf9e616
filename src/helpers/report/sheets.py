"""From what a page shows to its HTML: alone with that, so that worker processes can do it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from helpers.report.marks import (
    STRENGTH,
    Passage,
    Piece,
    Span,
    Stretch,
    changed_words,
    paragraph_pieces,
    paragraphs,
    speech_spans,
    spread,
)
from helpers.segmentation import quotations
from helpers.tables import atomic


class Told(NamedTuple):
    """What every page says of the run."""

    corpus: str
    version: str
    min_verbatim_words: int


class Sheet(NamedTuple):
    """A page: its name below the reports, its template, and what the template, or who prepares that, is told."""

    name: str
    template: str
    context: Mapping[str, Any]


class Body(NamedTuple):
    """The text of an article, spans of it that are no body text and what they are, and speech that is shared."""

    text: str
    roles: Sequence[tuple[int, int, str]]
    speech: Sequence[Stretch]


class Edit(NamedTuple):
    """An edit of cleaning, as in the table `cleaning_log`."""

    raw_start: int
    raw_end: int
    before: str
    after: str
    rule: str


class Shown(NamedTuple):
    """A passage of a pair, as in the table `passages`, and how many of its words are speech in both articles."""

    start: int
    end: int
    source_start: int
    source_end: int
    kind: str
    n_words: int
    score: float
    spoken_words: int


def written(reports: Path, told: Told, sheets: Sequence[Sheet]) -> list[Path]:
    """Write pages; returns where they are."""
    environment = _environment(told)
    targets = []
    for name, template, context in sheets:
        nested = "/" in name
        shown = _VIEWS[template](**context) if template in _VIEWS else context
        html = environment.get_template(template).render(root="../" if nested else "", nested=nested, **shown)
        targets.append(reports / name)
        with atomic(targets[-1]) as temporary:
            temporary.write_text(html, encoding="utf-8", errors="backslashreplace", newline="\n")
    return targets


@lru_cache
def _environment(told: Told) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )
    environment.globals |= told._asdict()
    return environment


def _article(body: Body, marks: Sequence[Passage], edits: Sequence[Edit], **others: Any) -> dict[str, Any]:
    """The context of an article's page."""
    raw = list(_replayed(body.text, edits))
    return {**others, "blocks": _blocks(body, marks), "n_edits": len(edits), "raw": raw}


def _blocks(body: Body, marks: Sequence[Passage]) -> list[dict[str, Any]]:
    """The paragraphs of an article, each with its role and pieces."""
    inside = spread(paragraphs(body.text), body.roles, lambda role: (role[0], role[1]))
    found = zip(_pieces(body, marks), inside, strict=True)
    return [{"role": _role(body.text, span, own), "pieces": cut} for (span, cut), own in found]


def _pieces(
    body: Body, marks: Sequence[Passage], changed: Mapping[int, Sequence[Span]] | None = None
) -> Iterator[tuple[Span, list[Piece]]]:
    quoted = quotations(body.text)
    return paragraph_pieces(body.text, marks, body.roles, quoted, changed, speech_spans(body.speech, quoted))


def _role(text: str, span: Span, roles: Sequence[tuple[int, int, str]]) -> str:
    """What a paragraph is as a whole; nothing if part of it, the lead behind a dateline for instance, is body text."""
    kinds = {kind for _, _, kind in roles}
    told = sum(len("".join(text[max(low, span[0]) : min(high, span[1])].split())) for low, high, _ in roles)
    return kinds.pop() if len(kinds) == 1 and told == len("".join(text[slice(*span)].split())) else ""


def _replayed(text: str, edits: Sequence[Edit]) -> list[dict[str, str]]:
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


def _pair(bodies: tuple[Body, Body], rows: Sequence[Shown], **others: Any) -> dict[str, Any]:
    """The context of a pair's page."""
    own, theirs = bodies
    marks: tuple[list[Passage], list[Passage]] = [], []
    changed: tuple[dict[int, list[Span]], dict[int, list[Span]]] = {}, {}
    for number, row in enumerate(rows, 1):
        here, there = (row.start, row.end), (row.source_start, row.source_end)
        for side, span in zip(marks, (here, there), strict=True):
            side.append(Passage(number, *span, row.kind))
        if STRENGTH[row.kind]:
            changed[0][number], changed[1][number] = changed_words(own.text, here, theirs.text, there)
    left, right = ([cut for _, cut in _pieces(*side)] for side in zip(bodies, marks, changed, strict=True))
    passages = [
        {
            **row._asdict(),
            "number": number,
            "text": own.text[row.start : row.end],
            "source_text": theirs.text[row.source_start : row.source_end],
        }
        for number, row in enumerate(rows, 1)
    ]
    return {**others, "left": left, "right": right, "passages": passages}


_VIEWS: Mapping[str, Callable[..., dict[str, Any]]] = {"article.html": _article, "pair.html": _pair}
"""What makes the context of a template from what a `Sheet` holds, where that is not the context itself."""
