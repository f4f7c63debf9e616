"""Runs of a text that are UTF-8 if one puts them back into the bytes of a wrong encoding.

A reader that takes UTF-8 for GBK turns the bytes of ``’s`` (E2 80 99 73) into two Chinese characters, and drops the
last byte of ``” `` (E2 80 9D 20), since 9D 20 is nothing in GBK. Here a run of non-ASCII characters goes back to bytes
and is read again; it counts only if every byte fits.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import regex

from helpers.lost_marks import MARKS, SLOT

_LOST, _FOREIGN = "\u0100", "\ufffe"  # in a byte view: a lost byte, a character that the encoding cannot hold
_ENDS = "".join(mark.encode()[2:].decode("latin-1") for mark in MARKS)
_RUN = regex.compile(r"[^\x00-\x7f]+")
_TOKEN = regex.compile(
    r"(?P<ascii>[\x00-\x7f]+)"
    r"|(?P<whole>[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
    rf"|(?:\xe2{_LOST}|{_LOST}{{2}})(?P<end>[{_ENDS}])"
    rf"|(?P<mark>\xe2\x80{_LOST}?|\xe2{_LOST}{{2}}|{_LOST}{{3}})"
    rf"|(?P<inside>\xe2(?:(?P<end>[{_ENDS}])|(?=[\xc2-\xf4]|$)))"
    rf"|(?P<letter>[\xc2-\xdf]{_LOST}?|[\xe0-\xf4][\x80-\xbf{_LOST}]{{1,2}})"
)
_SYMBOLS = r"\x00-\x7f\xa0-\xbf\u2010-\u2044\u20ac\u2116\u2122\ufffd" + SLOT
_KINDS = {
    "latin": regex.compile(r"[\x00-\x7f\xa0-\u024f]+"),
    "mark": regex.compile(rf"[{_SYMBOLS}\xc0-\u024f\u02b0-\u036f\u1e00-\u1eff\u2070-\u22ff]+"),
    "cyrillic": regex.compile(rf"[{_SYMBOLS}\u0400-\u045f\u0490\u0491]+"),
    "greek": regex.compile(rf"[{_SYMBOLS}\u0370-\u03ff]+"),
    "arabic": regex.compile(rf"[{_SYMBOLS}\u060c-\u06ff]+"),
    "hebrew": regex.compile(rf"[{_SYMBOLS}\u05b0-\u05f4]+"),
    "cjk": regex.compile(rf"[{_SYMBOLS}\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uffee]+"),
}
_PUNCTUATION = regex.compile(r"[\u2010-\u2044\u20ac\u2122]")
_LETTER = regex.compile(r"\p{L}")
_BEYOND_ASCII = regex.compile(r"[^\x00-\x7f]")
_NOT_WHOLE = regex.compile(rf"[\ufffd\ufffe{SLOT}]")
_CUT = ("\xe2\x80\ufffd", "\xe2€\ufffd")  # one character of two bytes, or two of one, and the lost third


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start:end`` of a run, read as `text`, in which a `SLOT` stands for each lost mark."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is UTF-8 in a wrong encoding.

    `kind` is the script of the result ("mark": typographic marks and Latin letters, "unknown": only lost letters, "":
    none, which may be text that was misread before). `strong` runs are evidence by themselves. `whole` is the number of
    characters beyond ASCII in a result of which nothing is lost, else 0.
    """

    start: int
    end: int
    pieces: tuple[Piece, ...]
    kind: str
    strong: bool
    whole: int


def read(text: str, encoding: str) -> tuple[list[Run], list[int]]:
    """The runs of `text` that can be read as UTF-8 in the bytes of `encoding`, and where the others begin.

    >>> runs, others = read("Russia\\u9225\\u6a9a 黑料社", "gb18030")
    >>> [(run.pieces[0].text, run.strong) for run in runs], others
    ([('’s', True)], [9])
    """
    runs, others = [], []
    for start, part in runs_of(text):
        run = _read_run(part, encoding)
        if run is None:
            others.append(start)
        else:
            runs.append(Run(start, start + len(part), run.pieces, run.kind, run.strong, run.whole))
    return runs, others


@lru_cache(maxsize=2)
def runs_of(text: str) -> tuple[tuple[int, str], ...]:
    """The runs of non-ASCII characters, and where each begins."""
    return tuple((match.start(), match.group()) for match in _RUN.finditer(text))


@lru_cache(maxsize=4096)
def is_lost(third: str, following: str, encoding: str) -> bool:
    """Whether a reader of `encoding` drops the last byte of the mark `third` before the ASCII text `following`."""
    return (third.encode()[2:] + following.encode()).decode(encoding, "ignore") == following


@lru_cache(maxsize=65536)
def _read_run(run: str, encoding: str) -> Run | None:
    """One run by itself, its places counted from its beginning."""
    pieces = tuple(_pieces(run, encoding))
    result = "".join(piece.text for piece in pieces)
    kind = script(result)
    whole = 0 if not result or _NOT_WHOLE.search(result) else len(_BEYOND_ASCII.findall(result))
    if not kind and not whole:
        return None
    strong = bool(_PUNCTUATION.search(result)) or (SLOT in result and f"{_bytes(run[0], encoding)}{run[1:]}" in _CUT)
    if kind not in ("latin", "mark"):
        strong = len(_LETTER.findall(result.replace(SLOT, ""))) >= 4 and _is_odd(run, encoding)
    return Run(0, len(run), pieces, kind, strong and bool(kind), whole)


def script(result: str) -> str:
    """The kind of a repaired stretch: "latin", "mark", a script, "unknown" (lost letters only), "" if mixed or rare."""
    if result and not result.strip("\ufffd"):
        return "unknown"
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(result)), "")


def _is_odd(run: str, encoding: str) -> bool:
    """Whether the run holds characters that are rare in real text of this encoding: those beyond GB 2312."""
    if encoding != "gb18030":
        return True
    try:
        run.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _is_writable(run: str, encoding: str) -> bool:
    """A quick look whether the encoding holds the run, but for what `_bytes` treats on its own."""
    try:
        regex.sub("[\ufffd€\x80-\x9f]", "", run).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=65536)
def _bytes(char: str, encoding: str) -> str:
    """The bytes of one character, each as the Latin-1 character of its number."""
    if char == "\ufffd":
        return _LOST
    if char == "€" and encoding == "gb18030":
        return "\x80"  # what Windows and browsers read there
    try:
        return char.encode(encoding).decode("latin-1")
    except UnicodeEncodeError:
        return char if "\x80" <= char <= "\x9f" else _FOREIGN


def _pieces(run: str, encoding: str) -> Iterator[Piece]:
    """Read a run as UTF-8, cut wherever a character ends; nothing if a byte does not fit."""
    if not _is_writable(run, encoding):
        return
    view = [_bytes(char, encoding) for char in run]
    ends = {end: index + 1 for index, end in enumerate(accumulate(len(part) for part in view))}
    tokens = _tokens("".join(view), encoding, ends)
    done, parts = 0, ""
    for end, text in tokens:
        parts += text
        if end in ends:
            yield Piece(done, ends[end], parts)
            done, parts = ends[end], ""


def _tokens(codes: str, encoding: str, borders: Container[int]) -> list[tuple[int, str]]:
    """Cut a byte view into UTF-8 characters, whole or damaged: (where it ends, what it reads).

    A lone first byte E2 counts as a mark only inside a misread character, not at one of the `borders` between them.
    """
    tokens: list[tuple[int, str]] = []
    position = whole = 0
    for match in _TOKEN.finditer(codes):
        if match.start() != position or (match["inside"] and (position == 0 or position in borders)):
            return []
        position = match.end()
        text = _reading(match, encoding)
        whole += text != "\ufffd"
        tokens.append((position, text))
    explicit = _LOST in codes
    return tokens if position == len(codes) and (explicit or 2 * whole >= len(tokens)) else []


def _reading(match: regex.Match[str], encoding: str) -> str:
    """What one token stands for: itself, a mark, a `SLOT`, or U+FFFD for a letter that cannot be known."""
    if match["ascii"]:
        return match["ascii"]
    if match["whole"]:
        try:
            return match["whole"].encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return _FOREIGN
    if match["end"]:
        return (b"\xe2\x80" + match["end"].encode("latin-1")).decode("utf-8")
    if encoding == "cp932" and match["letter"] and match["letter"][0] == "\xc2":
        return "\xa0"  # A0 is the only second byte of a printed character that Shift JIS does not know
    return "\ufffd" if match["letter"] else SLOT
