"""How an article is laid out: its lines and paragraphs, and which of them are headline, caption or credit.

Kinds are read off the page, never guessed from the topic: length, end marks, position and the set phrases of
news desks. Headline, headings and body count as prose; dateline, caption and credit do not.
"""

import string
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import regex

Span = tuple[int, int]

PROSE = ("headline", "heading", "body")
KINDS = ("headline", "dateline", "heading", "body", "caption", "credit")

MOST_FURNITURE_WORDS = 80
"""A longer paragraph is no caption and no credit: some sites print an article as one paragraph."""
HEADING_WORDS = 14
"""A line of fewer words than this that ends without an end mark is a heading (facts: no body line lost)."""
HEADLINE_WORDS = 25
"""A first line of at most this many words without an end mark is the headline."""

_SOFT_BREAK = regex.compile(r"[^\s.?!…:”\"')][ \t]*\n[ \t]*(\S)")
_TOKEN = regex.compile(r"(?<!\S)[^\s\p{L}\p{N}]*+[\p{L}\p{N}]\S*+")
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_PLAIN = frozenset(string.ascii_letters + string.digits)
_NO_BLANKS = "\x1c\x1d\x1e\x1f"  # at which `str.split` splits
_CLOSERS = "”’\"'»)]」』） \t\u00a0"
_END_MARKS = tuple(".?!…:;,。？！؟۔।،؛、，：；")
_CREDIT = regex.compile(
    r"\W{0,3}(?:(?:additional |with )?(?:reporting|writing|editing|reported|written|edited|compiled|translated"
    r"|photograph(?:y|s)?|photos?|graphics?) by\b|©|copyright\b|\(c\) \d{4}|all rights reserved)",
    regex.IGNORECASE,
)
_CONTRIBUTED = regex.compile(  # apart from the others: the engine looks for its long word first
    r"\W{0,3}[^.\n]{1,120}\bcontributed (?:reporting )?to this (?:report|article|story)\W*$", regex.IGNORECASE
)
_OPENS_NO_CREDIT = frozenset(string.ascii_letters + string.digits) - frozenset("aAcCeEgGpPrRtTwW")
_BYLINE = regex.compile(
    r"By\s++(?:\p{Lu}[\p{L}.'’-]*+(?:,|\s++and\b)?+\s*+){1,10}+"
    r"(?:[|–—-]?\s*(?:\p{L}+\s+){0,3}(?:reporter|correspondent|editor|writer|columnist|bureau chief)s?)?"
    r"\s*(?:[|(]?\s*\S*@\S+)?"
)
_CAPTION_OPENING = regex.compile(
    r"\W{0,3}(?:(?:photo|image|picture|credit)\s*[:/]|(?:image|media|photo) (?:source|caption|credit),)",
    regex.IGNORECASE,
)
_CAPTION_SIGNS = {
    ("in this ",): regex.compile(r"in this (?:\w+ )?(?:photo|picture|image|photograph|still)\b", regex.IGNORECASE),
    ("handout", "via reuters", "reuters/", "p photo", "epa photo", "getty images", "file photo"): regex.compile(
        r"handout (?:photo|picture|image)\b|\bvia REUTERS\b|\b(?-i:REUTERS/\p{Lu})|/Handout\b"
        r"|\b(?:AP|AFP|EPA) Photo\b|\bGetty Images\b|\bfile photo\b",
        regex.IGNORECASE,
    ),
}
"""Patterns that are looked for only in texts with one of the strings before them, which are found much faster."""
_PLACE = r"(?:\p{Lu}[\p{L}.'’-]{0,40}(?:/\p{Lu}[\p{L}.'’-]{0,40}){0,4}|\p{Ll}{1,40}/\p{Lu}{3,40}|\d{1,4})"
_DATELINE = regex.compile(
    rf"(?=[^–—\n]{{0,60}}?\b\p{{Lu}}{{4}}){_PLACE}(?:,?[ \u00a0]+{_PLACE}){{0,6}}"
    r"[ \u00a0]*(?:\([^()\n]{2,40}\))?[ \u00a0]*(?:[–—]|--?)(?=\s|$)"
)


def lines(text: str) -> list[Span]:
    """Spans of the lines that hold anything but blanks.

    >>> lines("Izium fell.\\n\\n  Kyiv stands.")
    [(0, 11), (13, 27)]
    """
    found, start = [], 0
    for line in text.split("\n"):
        if line and not line.isspace():
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def is_wrapped(text: str) -> bool:
    """Whether lines were broken at a fixed width, so that a newline does not end a paragraph.

    Follows the aligner's rule: at least four newlines that follow no end mark, over a quarter of them before a
    token that is neither capital nor digit.

    >>> is_wrapped("one\\ntwo three\\nfour five\\nsix seven\\neight")
    True
    """
    if text.count("\n") < 4 or sum([line.lstrip()[:1].islower() for line in text.split("\n")]) < 2:
        return False
    nexts = _SOFT_BREAK.findall(text)
    soft = sum(c.islower() for c in nexts)
    return len(nexts) >= 4 and soft > len(nexts) / 4


@lru_cache(maxsize=2)
def paragraphs(text: str) -> tuple[Span, ...]:
    """Spans of the paragraphs: lines, or in hard-wrapped text what blank lines separate."""
    if not is_wrapped(text):
        return tuple(_trim(text, span) for span in lines(text))
    blocks = regex.finditer(r"\S(?:[^\n]|\n(?![ \t]*\n))*", text)
    return tuple(_trim(text, m.span()) for m in blocks if m.group().strip())


def count_tokens(text: str, most: int | None = None) -> int:
    """Blank-separated tokens that hold a letter or a digit; counting ends at `most`."""
    if not any(char in text for char in _NO_BLANKS):
        enough = most or len(text)
        tokens = text.split(None, enough + enough // 8)
        whole = tokens[: enough + enough // 8]  # behind them is the rest, uncut
        n = sum([token[0] in _PLAIN or _LETTER.search(token) is not None for token in whole])
        if n >= enough or len(tokens) == len(whole):
            return min(n, enough)
    return sum(1 for _ in islice(_TOKEN.finditer(text), most))


def has_end_mark(text: str) -> bool:
    """Whether the text ends with a mark that ends or goes on with a sentence, closing quotes aside."""
    return text.rstrip(_CLOSERS).endswith(_END_MARKS)


def is_credit(text: str) -> bool:
    """Whether a line or sentence says who wrote, edited or owns the article.

    >>> is_credit("(Reporting by Reuters reporters; Writing by Peter Graff)"), is_credit("Editing was hard.")
    (True, False)
    """
    if text[:1] not in _OPENS_NO_CREDIT and _CREDIT.match(text):
        return True
    if "contr" in text.lower() and _CONTRIBUTED.match(text):
        return True
    return text.startswith("By") and _BYLINE.fullmatch(text) is not None and not has_end_mark(text)


def is_caption(text: str) -> bool:
    """Whether a paragraph describes a picture and names its source."""
    folded = text.replace("İ", "i").casefold()
    return _CAPTION_OPENING.match(text) is not None or any(
        any(sign in folded for sign in signs) and pattern.search(text) for signs, pattern in _CAPTION_SIGNS.items()
    )


def is_heading(text: str) -> bool:
    """Whether a paragraph is a heading: short and without an end mark, or a cry of at most six words."""
    if not has_end_mark(text):
        return count_tokens(text, HEADING_WORDS) < HEADING_WORDS
    return text.rstrip(_CLOSERS).endswith("!") and count_tokens(text, 7) <= 6


def dateline_end(text: str) -> int:
    """The length of the dateline that a paragraph opens with; 0 where there is none.

    >>> dateline_end("KYIV/HRAKOVE, Ukraine – Moscow abandoned its main bastion")
    23
    """
    match = _DATELINE.match(text)
    return match.end() if match else 0


def paragraph_kinds(text: str) -> Iterator[tuple[int, int, str]]:
    """The paragraphs, each with its kind; a dateline that opens a paragraph comes as a piece of its own."""
    spans = paragraphs(text)
    opening = True  # until the first body paragraph
    for i, (start, end) in enumerate(spans):
        piece = text[start:end]
        dateline = dateline_end(piece) if opening else 0
        if dateline:
            yield start, start + dateline, "dateline"
            start, end = _trim(text, (start + dateline, end))
            if start == end:
                continue
            kind = "body"
        else:
            kind = _kind(piece, first=i == 0 and len(spans) > 1)
        opening = opening and kind != "body"
        yield start, end, kind


def _kind(piece: str, *, first: bool) -> str:
    short = count_tokens(piece, MOST_FURNITURE_WORDS + 1) <= MOST_FURNITURE_WORDS
    if short and is_credit(piece):
        return "credit"
    if short and is_caption(piece) and not (first and is_heading(piece)):
        return "caption"
    if first and not has_end_mark(piece) and count_tokens(piece, HEADLINE_WORDS + 1) <= HEADLINE_WORDS:
        return "headline"
    return "heading" if is_heading(piece) else "body"


def _trim(text: str, span: Span) -> Span:
    start, end = span
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()) if piece.strip() else start
