"""From a decoded raw file to the canonical text: repair, boilerplate, white space; every edit logged.

The author's words and typos stay: they are evidence of copying. Named rules take out what the site put around
the article. Each boilerplate rule says of one line whether it is junk; a rule never looks at the topic.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice

import regex

from helpers.disguise import hidden_characters, line_end_hyphens, look_alikes
from helpers.edits import Edit, apply, compose
from helpers.layout import PROSE, count_tokens, has_end_mark, lines, paragraph_kinds, paragraphs
from helpers.mojibake import repair
from helpers.notices import notice

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
    r"(?:[\d.,]++\s*+(?:total )?+(?:views?|shares?|comments?|reads?|likes?|min(?:ute)?s? read)"
    r"(?: today)?+[\s,;·|]*+)++",
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
_BLANKS = regex.compile(r"\s*")
_BLANKS_BEFORE = regex.compile(r"(?r)\s*")
_FROM_BREAK = regex.compile(r"[\r\n\u2028\u2029]\s*")
_NO_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_LAST_WORDS = regex.compile(r"(?r)[\p{L}\p{M}\p{N}]+(?:[^\p{L}\p{M}\p{N}]+[\p{L}\p{M}\p{N}]+)?")
_FULL_STOPS = (".", "?", "!")
_TEASER_TOKENS = 12
_FOREIGN_LETTERS = 20
_REPEATED_WORDS = 8
"""A paragraph of at least this many words that stands a second time in its article is a repetition."""
_PHRASE_WORDS = 3
"""A phrase to ignore of at least this many words is ignored inside a line too."""


@dataclass(frozen=True)
class Cleaned:
    """The canonical text, the edits that lead to it from the raw text, and the date the page stated."""

    text: str
    edits: tuple[Edit, ...]
    published: datetime | None


def clean(raw: str, ignore: tuple[str, ...] = (), language: str = "en", repaired: list[Edit] | None = None) -> Cleaned:
    """Clean one article.

    Args:
        raw: the decoded file.
        ignore: phrases to drop wherever they stand alone in a line, and inside a line too if they have at least three
            words; taken literally, compared without case, any white space between their words.
        language: ISO 639-1 code; tells whether a word broken at a line end is one word.
        repaired: the edits that undo encoding damage, where they are known.

    >>> clean("gsg\\nIzium fell.  \\n\\n\\n\\nKyiv stands.\\n 350 total views").text
    'Izium fell.\\n\\nKyiv stands.'
    """
    stated = _DATE.match(raw)
    published = _date(stated.group(1)) if stated else None
    stages: tuple[Callable[[str], list[Edit]], ...] = (
        lambda text: repair(text) if repaired is None else repaired,
        hidden_characters,
        look_alikes,
        lambda text: line_end_hyphens(text, language),
        lambda text: ignored_phrases(text, ignore),
        lambda text: boilerplate(text, ignore, dated=published is not None),
        repeated_paragraphs,
        white_space,
    )
    return _run(stages, Cleaned(raw, (), published), raw)


def take_out(cleaned: Cleaned, spans: Iterable[tuple[int, int]], rule: str, raw: str) -> Cleaned:
    """The article without these spans of its clean text, and the log that leads there from the raw text."""
    edits = [Edit(a, b, cleaned.text[a:b], "", rule) for a, b in sorted(spans)]
    return _run((lambda text: edits, white_space), cleaned, raw)


def _run(stages: Iterable[Callable[[str], list[Edit]]], start: Cleaned, raw: str) -> Cleaned:
    text, edits = start.text, list(start.edits)
    for stage in stages:
        if step := stage(text):
            edits = compose(edits, step, raw)
            text = apply(text, step)
    return Cleaned(text, tuple(edits), start.published)


def ignored_phrases(text: str, ignore: Collection[str]) -> list[Edit]:
    """Edits that take the phrases of at least three words out of the lines they stand in, with a blank beside them.

    >>> text = "Izium fell. Read our  blog! Kyiv said."
    >>> apply(text, ignored_phrases(text, ["read our blog!"]))
    'Izium fell. Kyiv said.'
    """
    phrases = sorted((p for p in ignore if count_tokens(p) >= _PHRASE_WORDS), key=len, reverse=True)
    if not phrases:
        return []
    literal = "|".join(r"\s+".join(map(regex.escape, phrase.split())) for phrase in phrases)
    pattern = regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{literal})(?![\p{{L}}\p{{N}}])[ \t]*", regex.IGNORECASE)
    return [Edit(m.start(), m.end(), m.group(), "", "ignored_phrase") for m in pattern.finditer(text)]


def repeated_paragraphs(text: str) -> list[Edit]:
    """Edits that take out a paragraph of prose that stands in the article before, word for word.

    >>> text = "One two three four five six seven eight.\\n\\n" * 2
    >>> [(e.start, e.end) for e in repeated_paragraphs(text)]
    [(42, 82)]
    """
    endings = [_last_words(text[start:end]) for start, end in paragraphs(text)]
    if len(set(endings)) == len(endings):
        return []
    times = Counter(endings)
    prose = [(start, end) for start, end, kind in paragraph_kinds(text) if kind in PROSE]
    seen: set[str] = set()
    edits = []
    for start, end in prose:
        piece = text[start:end]
        if times[_last_words(piece)] < 2:
            continue
        plain = _NO_WORD.sub(" ", piece.casefold()).strip()
        if plain.count(" ") + 1 < _REPEATED_WORDS:
            continue
        if plain in seen:
            edits.append(Edit(start, end, text[start:end], "", "repeated_paragraph"))
        seen.add(plain)
    return edits


def _last_words(paragraph: str) -> str:
    """What two paragraphs have in common if all their words are the same: the last two."""
    return _NO_WORD.sub(" ", last.group().casefold()) if (last := _LAST_WORDS.search(paragraph)) else ""


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
    if rule := notice(stripped):
        return rule
    if stripped[-1:] in _FULL_STOPS and len(stripped) > 1 and stripped[-2] != ".":
        return None  # a full sentence is the author's; three dots are the page's
    short = count_tokens(stripped, _TEASER_TOKENS + 1) <= _TEASER_TOKENS
    return "teaser" if short and _TEASER.fullmatch(stripped.rstrip(" .…:>»")) else None


def _edge_lines(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Lines at either edge of the article that belong to the page: peeled off until an ordinary line stands there."""
    main = cache(lambda: _main_script(text))  # told only where a line asks for it
    rules: list[tuple[str, Callable[[str], bool]]] = [("stray_line", _is_stray)]
    if not text.isascii():
        rules.insert(0, ("foreign_script", lambda line: _is_foreign(line, main)))
    for order in (spans, spans[::-1]):
        for span in order:
            line = text[slice(*span)].strip()
            rule = next((name for name, test in rules if test(line)), None)
            if rule is None:
                break
            yield span, rule


def _is_stray(line: str) -> bool:
    """A lone token without a capital, a digit or an end mark: a label of the page, never a headline."""
    return line.isalpha() and line.islower() and line.isascii()


def _is_foreign(line: str, main: Callable[[], str]) -> bool:
    """A short line without an end mark, all of whose letters are of a script the article is not written in."""
    letters = [*islice((c for c in line if c.isalpha()), _FOREIGN_LETTERS + 1)]
    if not 0 < len(letters) <= _FOREIGN_LETTERS or has_end_mark(line):
        return False
    own = _SCRIPTS[main()]
    return not any(own.match(c) for c in letters)


def _main_script(text: str) -> str:
    """The script most letters of a text belong to."""
    return "Latin" if text.isascii() else max(_SCRIPTS, key=lambda name: len(_SCRIPTS[name].findall(text)))


def white_space(text: str) -> list[Edit]:
    """Edits that bring line ends to newline, leave at most one blank line and no blanks around line ends."""
    first = _BLANKS.match(text).end()
    stop = _BLANKS_BEFORE.match(text, first).start()
    changes = [(0, first, "")]
    for match in _FROM_BREAK.finditer(text, first, stop):
        start = _BLANKS_BEFORE.match(text, first, match.start()).start()
        changes.append((start, match.end(), "\n" * min(len(_BREAK.findall(match.group())), 2)))
    changes.append((stop, len(text), ""))
    return [Edit(a, b, text[a:b], after, "white_space") for a, b, after in changes if text[a:b] != after]


def _date(iso: str) -> datetime | None:
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None
