"""Repair of mojibake: UTF-8 text that someone read as a legacy encoding, with or without lost bytes.

Each round undoes one wrong reading: the encoding in whose bytes most of the text's non-ASCII runs are UTF-8
(`helpers.misreadings`). What that encoding lost for good (the last byte of a curly quote) is chosen by its context
(`helpers.lost_marks`). ftfy looks at what is left. Real Chinese beside the damage stays, since a run is changed only
if all its bytes make sense, and a weak one only in a text with strong ones. Every change is an `Edit` of the damaged
characters alone.
"""

import re
import string
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import ftfy
import regex

from helpers.edits import Edit, apply, compose
from helpers.lost_marks import MARKS, SLOT, choose
from helpers.misreadings import Piece, Run, is_lost, read, runs_of, script

ENCODINGS = (
    "gb18030",
    "cp1252",
    "latin-1",
    "cp1251",
    "koi8-r",
    "cp932",
    "cp950",
    "cp949",
    "cp1250",
    "mac_roman",
    "cp437",
    "ascii",
    "uhc",
)
"""The wrong readings undone here; ftfy knows more single-byte ones. Earlier ones win a tie."""

_LEFT_TO_FTFY = ("cp1252", "latin-1", "cp1251", "cp1250")  # without a strong run
_MARK_SET = frozenset(MARKS)
_MULTIBYTE = ("gb18030", "cp932", "cp950", "cp949")
_EVIDENT = 8
_STRICTER = {"gb18030": "gbk", "cp932": "shift_jis", "cp949": "euc_kr"}  # readers that lose more
_ROUNDS = 8
_SHORT = 8
_FTFY = ftfy.TextFixerConfig(
    unescape_html=False,
    normalization=None,
    explain=False,
)
_RARE_LETTER = regex.compile(r"[\u0180-\u0217\u021c-\u024f]")
_WINDOW = re.compile(r"[^\x00-\x7f\ufffd]+[a-zA-Z]?")
_WINDOW_WITH_BLANK = re.compile(r"[^\x00-\x7f\ufffd]+ ?[a-zA-Z]?")
_BEFORE = frozenset(string.ascii_letters + ".,?! ")


def repair(text: str) -> list[Edit]:
    """Edits that undo encoding damage in `text`: sorted, not overlapping, none for clean text.

    >>> damaged = "Russia\\u9225\\u6a9a \\u9225\\u6ddfast\\u9225 move"
    >>> apply(damaged, repair(damaged))
    'Russia’s “Last” move'
    >>> repair("A clean café in 黑料社")
    []
    """
    edits: list[Edit] = []
    current = text
    for _ in range(_ROUNDS):
        found = [] if current.isascii() else _one_round(current, bool(edits))
        if not found:
            break
        edits = compose(edits, found, text) if edits else found
        current = apply(text, edits)
    return [edit for edit in edits if edit.before != edit.after]


def _one_round(text: str, damaged: bool) -> list[Edit]:
    """Undo one wrong reading: that of the encoding with the most evidence, else what ftfy sees.

    ftfy reads "Ã " as "à " and "Â " as a no-break blank; that is taken only in a text known to be `damaged`.
    """
    readings = {encoding: _accepted(text, encoding) for encoding in ENCODINGS}
    best = max(ENCODINGS, key=lambda encoding: sum(run.end - run.start for run in readings[encoding]))
    if readings[best]:
        return _edits(text, readings[best], best)
    found = list(_ftfy_edits(text, _WINDOW_WITH_BLANK if damaged else _WINDOW))
    return found if damaged or any(_is_in_word(text, edit) for edit in found) else []


def _is_in_word(text: str, edit: Edit) -> bool:
    """Whether a repair is more than a string that is quoted: a letter stands beside it, or it is long."""
    beside = text[max(edit.start - 1, 0) : edit.start] + text[edit.end : edit.end + 1]
    return any(char.isalpha() for char in beside) or (len(edit.before) > 2 and script(edit.after) != "")


def _accepted(text: str, encoding: str) -> list[Run]:
    """The runs of this reading that have enough evidence behind them."""
    if encoding in _BY_PATTERN:
        return _BY_PATTERN[encoding](text)
    found, strays = read(text, encoding)
    whole = _in_whole_lines(text, found, strays, encoding) if any(run.whole for run in found) else set()
    runs = [run for run in found if run.kind and run not in whole]
    others = len(strays) + sum(not run.kind for run in found if run not in whole)
    return sorted([*whole, *_by_context(text, runs, others, encoding)], key=lambda run: run.start)


def _in_whole_lines(text: str, runs: list[Run], strays: list[int], encoding: str) -> set[Run]:
    """The runs of lines that are UTF-8 throughout, which only chance would do to a few characters.

    In a file that has other lines as well, each must have evidence of its own.
    """
    ends = [match.start() for match in regex.finditer("\n", text)]
    broken = {bisect(ends, start) for start in [*strays, *(run.start for run in runs if not run.whole)]}
    lines: dict[int, list[Run]] = {}
    for run in runs:
        lines.setdefault(bisect(ends, run.start), []).append(run)
    good = [own for line, own in lines.items() if line not in broken]
    groups = good if broken else [[run for own in good for run in own]]
    return {run for group in groups if _is_evident(text, group, encoding) for run in group}


def _is_evident(text: str, runs: list[Run], encoding: str) -> bool:
    """Whether so many characters, or such between ASCII letters, are UTF-8 by more than chance."""
    glued = {text[run.start : run.end] for run in runs if _is_glued(text, run)}
    whole = sum(run.whole for run in runs)
    if encoding in _MULTIBYTE:
        return whole >= _EVIDENT or (len(glued) >= 2 and all(run.kind in ("latin", "mark") for run in runs))
    if not glued and all(run.kind == "latin" for run in runs):
        return False
    mixed = sum("\u0400" <= part <= "\u04ff" for part in glued)  # a Cyrillic letter in a Latin word
    return whole + len(glued) + mixed >= (3 if all(run.kind for run in runs) else _EVIDENT)


def _by_context(text: str, runs: list[Run], others: int, encoding: str) -> list[Run]:
    """The runs that stand among strong ones, or without any others inside words."""
    kinds = {run.kind for run in runs if run.strong}
    if kinds:
        trusted = sum(run.strong for run in runs) >= others
        kinds |= {"latin", "mark"} | ({"unknown"} if kinds - {"mark"} else set())
        return [r for r in runs if r.strong or (trusted and (r.kind in kinds or r.end - r.start > 2))]
    if others or encoding in _LEFT_TO_FTFY:
        return []
    glued = [run for run in runs if _is_glued(text, run)]
    letters = {text[run.start : run.end] for run in glued if run.kind == "latin"}
    marks = [run for run in glued if run.kind == "mark" and text[run.start] != "\ufffd"]
    return runs if len(letters) >= 2 or len(marks) >= 2 else []


def _is_glued(text: str, run: Run) -> bool:
    """Whether a small ASCII letter stands beside the run, as in a word with an accented letter."""
    return text[max(run.start - 1, 0) : run.start].islower() or text[run.end : run.end + 1].islower()


def _all_lost(text: str) -> list[Run]:
    """Marks of which every byte became U+FFFD, as Big5, EUC-KR or ASCII readers leave them: three in a row.

    Longer runs may be words, and what precedes a number may be a currency: those stay.
    """
    lengths = [len(match.group()) for match in regex.finditer("\ufffd+", text)]
    threes = sum(length % 3 == 0 for length in lengths)
    if threes < 2 or threes + lengths.count(2) < 0.9 * len(lengths):
        return []
    runs, _ = read(text, "ascii")
    return [run for run in runs if run.end - run.start == 3 and not text[run.end : run.end + 1].isdigit()]


def _swallowed(text: str) -> list[Run]:
    """Marks of which a Korean reader dropped two bytes and took the third for a syllable, with the letter behind it.

    These syllables are rare in Korean (they are beyond KS X 1001): a text of which they are all the Hangul is damaged.
    """
    runs = []
    for start, part in runs_of(text):
        data = part.encode("cp949", "replace")
        mark, letter = (b"\xe2\x80" + data[:1]).decode("utf-8", "ignore"), data[1:].decode("latin-1")
        if len(part) == 1 and mark in _MARK_SET and len(data) == 2 and letter.isascii() and letter.isalpha():
            runs.append(Run(start, start + 1, (Piece(0, 1, mark + letter),), "mark", True, 2))
        elif any("\uac00" <= char <= "\ud7a3" for char in part):
            return []
    return runs if len(runs) >= 2 else []


_BY_PATTERN = {"ascii": _all_lost, "uhc": _swallowed}


def _edits(text: str, runs: list[Run], encoding: str) -> list[Edit]:
    """Turn accepted runs into edits, with the lost marks chosen."""
    pieces = [Piece(run.start + p.start, run.start + p.end, p.text) for run in runs for p in run.pieces]
    pieces = _with_question_marks(text, pieces)
    marks = iter(_chosen(text, pieces, encoding))
    edits: list[Edit] = []
    for piece in pieces:
        lost = SLOT in piece.text
        after = "".join(next(marks) if char == SLOT else char for char in piece.text)
        rule = f"mojibake:{encoding}-lost" if lost else f"mojibake:{encoding}"
        edits.append(Edit(piece.start, piece.end, text[piece.start : piece.end], after, rule))
    return _merged(edits)


def _merged(edits: list[Edit]) -> list[Edit]:
    """Join intact edits that touch, so that a word is one edit."""
    groups: list[list[Edit]] = []
    for edit in edits:
        last = groups[-1][-1] if groups else None
        if last and last.end == edit.start and last.rule == edit.rule and not edit.rule.endswith("-lost"):
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return [
        replace(
            group[0],
            end=group[-1].end,
            before="".join(edit.before for edit in group),
            after="".join(edit.after for edit in group),
        )
        for group in groups
    ]


def _with_question_marks(text: str, pieces: list[Piece]) -> list[Piece]:
    """Let lost marks take the "?" behind them, if most have one: it stands for the lost byte and maybe a blank."""
    ends = [text[piece.end : piece.end + 1] == "?" for piece in pieces if piece.text.endswith(SLOT)]
    if 2 * sum(ends) <= len(ends):
        return pieces
    return [_with_question_mark(text, piece) if piece.text.endswith(SLOT) else piece for piece in pieces]


def _with_question_mark(text: str, piece: Piece) -> Piece:
    if text[piece.end : piece.end + 1] != "?":
        return piece
    swallowed = " " if text[piece.end + 1 : piece.end + 2].isalnum() else ""
    return replace(piece, end=piece.end + 1, text=piece.text + swallowed)


def _chosen(text: str, pieces: list[Piece], encoding: str) -> list[str]:
    """The marks for all slots, in order."""
    if not any(SLOT in piece.text for piece in pieces):
        return []
    parts: list[str] = []
    allowed: list[str] = []
    position = 0
    for piece in pieces:
        parts += [text[position : piece.start].replace(SLOT, "\ue001"), piece.text]
        position = piece.end
        allowed += [_possible(text, piece, encoding)] * piece.text.count(SLOT)
    return choose("".join(parts) + text[position:].replace(SLOT, "\ue001"), allowed)


def _possible(text: str, piece: Piece, encoding: str) -> str:
    """The marks whose last byte a reader of `encoding` loses at this place."""
    following = text[piece.end : piece.end + 1]
    if not piece.text.endswith(SLOT) or not following.isascii():
        return MARKS
    for reader in (encoding, _STRICTER.get(encoding, encoding)):
        possible = "".join(mark for mark in MARKS if is_lost(mark, following, reader))
        if possible:
            return possible
    return MARKS


def _ftfy_edits(text: str, window: re.Pattern[str]) -> Iterator[Edit]:
    """What ftfy repairs, window by window."""
    for start, end in _windows(text, window):
        before = text[start:end]
        after = _fixed(before) if len(before) <= _SHORT else ftfy.fix_encoding(before, _FTFY)
        if after == before:
            continue
        edit = _trimmed(Edit(start, end, before, after, "mojibake:ftfy"))
        if (script(after) or len(edit.before) > 2) and not _RARE_LETTER.search(edit.after):
            yield edit


def _windows(text: str, window: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """A run of non-ASCII characters, with up to two neighbours before it that are letters, marks or blanks."""
    end = 0
    for match in window.finditer(text):
        start = match.start()
        while start > max(end, match.start() - 2) and text[start - 1] in _BEFORE:
            start -= 1
        end = match.end()
        yield start, end


@lru_cache(maxsize=1 << 14)
def _fixed(window: str) -> str:
    """The same short words are looked at in most articles."""
    return ftfy.fix_encoding(window, _FTFY)


def _trimmed(edit: Edit) -> Edit:
    """Without the characters that begin and end both sides alike."""
    before, after = edit.before, edit.after
    shortest = min(len(before), len(after))
    head = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    rest = shortest - head
    tail = next((i for i in range(rest) if before[-1 - i] != after[-1 - i]), rest)
    return Edit(
        edit.start + head,
        edit.end - tail,
        before[head : len(before) - tail],
        after[head : len(after) - tail],
        edit.rule,
    )
