"""From a decoded raw file to the canonical text: repair, boilerplate, white space; every edit logged.

The author's words and typos stay: they are evidence of copying. Named rules take out what the site put around
the article. Each boilerplate rule says of one line whether it is junk; a rule never looks at the topic.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import regex

from helpers.edits import Edit, apply, compose
from helpers.layout import count_tokens, has_end_mark, lines
from helpers.mojibake import repair

_TEASER = regex.compile(
    r"(?:latest|related|more|top|popular|recent|trending|breaking)"
    r" (?:stories|articles|news|posts|headlines|stor(?:y|ies) from .*)"
    r"|(?:please )?(?:continue|click(?: here)?|tap(?: here)?|sign up|log in|subscribe|register)\b"
    r" (?:to|for|here|now|today)\b.*"
    r"|(?:read|see|view|show|load) (?:more|also|next|all)\b.*|advertisement|sponsored(?: content)?"
    r"|share (?:this|on)\b.*|follow us\b.*|comments?(?: \(\d+\))?|print(?: this)?|you (?:may|might) also like\b.*",
    regex.IGNORECASE,
)
_COUNTER = regex.compile(
    r"(?:[\d.,]+\s*(?:total )?(?:views?|shares?|comments?|reads?|likes?|min(?:ute)?s? read)(?: today)?[\s,;·|]*)+",
    regex.IGNORECASE,
)
_DATE = regex.compile(
    r"\s*(?:date|published|updated|posted)(?: on| at)?\s*:?\s*(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\s*",
    regex.IGNORECASE,
)
_SCRIPTS = {
    name: regex.compile(rf"\p{{{name}}}")
    for name in (
        "Latin",
        "Cyrillic",
        "Greek",
        "Han",
        "Hiragana",
        "Katakana",
        "Hangul",
        "Arabic",
        "Hebrew",
        "Thai",
    )
}
_BREAK = regex.compile(r"\r\n?|[\n\u2028\u2029]")
_TEASER_TOKENS = 12


@dataclass(frozen=True)
class Cleaned:
    """The canonical text, the edits that lead to it from the raw text, and the date the page stated."""

    text: str
    edits: tuple[Edit, ...]
    published: datetime | None


def clean(raw: str, ignore: tuple[str, ...] = ()) -> Cleaned:
    """Clean one article.

    Args:
        raw: the decoded file.
        ignore: lines to drop wherever they stand alone, compared without case and outer blanks.

    >>> clean("gsg\\nIzium fell.  \\n\\n\\n\\nKyiv stands.\\n 350 total views").text
    'Izium fell.\\n\\nKyiv stands.'
    """
    edits: list[Edit] = []
    text = raw
    published = None
    if stated := _DATE.match(raw):
        published = _date(stated.group(1))
    stages: tuple[Callable[[str], list[Edit]], ...] = (
        repair,
        lambda text: boilerplate(text, ignore, dated=published is not None),
        white_space,
    )
    for stage in stages:
        step = stage(text)
        edits = compose(edits, step, raw)
        text = apply(text, step)
    return Cleaned(text, tuple(edits), published)


def boilerplate(text: str, ignore: tuple[str, ...] = (), *, dated: bool = False) -> list[Edit]:
    """Edits that take out the lines the site put around the article, and a date put before its first word."""
    edits: list[Edit] = []
    start = 0
    if dated and (stated := _DATE.match(text)):
        start = stated.end()
        edits.append(Edit(0, start, text[:start], "", "published_date"))
    spans = [(a, b) for a, b in lines(text) if b > start]
    ignored = {phrase.strip().casefold() for phrase in ignore}
    named = {span: rule for span in spans if (rule := _junk_line(text[slice(*span)], ignored))}
    kept = [span for span in spans if span not in named]
    named |= {span: rule for span, rule in _edge_lines(text, kept)}
    edits += [Edit(a, b, text[a:b], "", named[a, b]) for a, b in sorted(named)]
    return edits


def _junk_line(line: str, ignored: set[str]) -> str | None:
    """The rule by which a line is boilerplate wherever it stands."""
    stripped = line.strip()
    if stripped.casefold() in ignored:
        return "ignored_phrase"
    if _COUNTER.fullmatch(stripped):
        return "view_counter"
    ends = regex.search(r"[^.][.?!]$", stripped)  # a full sentence is the author's; three dots are the page's
    if not ends and count_tokens(stripped) <= _TEASER_TOKENS and _TEASER.fullmatch(stripped.rstrip(" .…:>»")):
        return "teaser"
    return None


def _edge_lines(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Lines at either edge of the article that belong to the page: peeled off until an ordinary line stands there."""
    main = _main_script(text)
    rules: list[tuple[str, Callable[[str], bool]]] = [
        ("foreign_script", lambda line: _is_foreign(line, main)),
        ("stray_line", _is_stray),
    ]
    for order in (spans, spans[::-1]):
        for span in order:
            line = text[slice(*span)].strip()
            rule = next((name for name, test in rules if test(line)), None)
            if rule is None:
                break
            yield span, rule


def _is_stray(line: str) -> bool:
    """A lone token without a capital, a digit or an end mark: a label of the page, never a headline."""
    return count_tokens(line) == 1 and line.islower() and line.isalpha() and line.isascii()


def _is_foreign(line: str, main: str) -> bool:
    """A short line without an end mark, all of whose letters are of a script the article is not written in."""
    letters = [c for c in line if c.isalpha()]
    own = _SCRIPTS[main]
    foreign = bool(letters) and not any(own.match(c) for c in letters)
    return foreign and len(letters) <= 20 and not has_end_mark(line)


def _main_script(text: str) -> str:
    """The script most letters of a text belong to."""
    return max(_SCRIPTS, key=lambda name: len(_SCRIPTS[name].findall(text)))


def white_space(text: str) -> list[Edit]:
    """Edits that bring line ends to newline, leave at most one blank line and no blanks around line ends."""
    edits = []
    for match in regex.finditer(r"\s+", text):
        blank = match.group()
        breaks = len(_BREAK.findall(blank))
        at_edge = match.start() == 0 or match.end() == len(text)
        after = "" if at_edge else "\n" * min(breaks, 2) or blank
        if after != blank:
            edits.append(Edit(match.start(), match.end(), blank, after, "white_space"))
    return edits


def _date(iso: str) -> datetime | None:
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None
