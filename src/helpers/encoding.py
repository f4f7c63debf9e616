"""Bytes to text, with a note of everything that was not certain.

The order: a byte order mark; the encoding that is declared; UTF-16 or UTF-32 told by their zero bytes; UTF-8 if every
byte fits; else line by line, UTF-8 or the legacy encoding among `LEGACY` whose reading scores best (the mean of
`_credit`; the earlier one wins a tie), since a file may hold both. Content never raises: what cannot be decoded becomes
U+FFFD, and a note says how many and where. Control characters in what is else readable are dropped with a note. Line
ends stay as they are. Text that was damaged before it was saved is the business of `helpers.mojibake.repair`.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from helpers.mojibake import repair

__all__ = ["LEGACY", "Decoded", "decode", "is_encoding", "repair"]

LEGACY = (
    *("cp1252", "latin_1", "iso8859_15", "cp1251", "koi8_r", "koi8_u"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
)
"""Encodings tried on bytes that are not Unicode."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLOCK = 1 << 20
_SAMPLE = 4096  # bytes that are looked at to tell an encoding
_PRINTED = regex.compile(r"[^\p{Cn}\p{Co}\p{Cs}\x00-\x08\x0e-\x1f\x7f-\x9f]*")
_NO_TEXT = regex.compile(r"[\ufffd\x00-\x08\x0e-\x1f\x80-\x9f\p{Cn}\p{Co}\u2500-\u259f]")
_CONTROL = regex.compile("[\x00-\x08\x0e-\x1b\x7f]+")
_CONTROL_BYTES = bytes([*range(9), *range(14, 28), 127])  # the same; in UTF-16 and UTF-32 also parts of others
_CONTROL_SHARE = 0.02  # of what is not NUL: with more it is no text
_HAN_OR_HANGUL = regex.compile(r"[\p{Han}\p{Hangul}]")
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里好"
    "這個們來為國說時會對於著過發後裡日本月年分者事東京社會同"
    "이다는의에가을하고지은를로도한기사서자그들나인대어리해시정아보"
)
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпуыяігзьб")
_COMMON_LATIN = frozenset("éèêëàâäáãåæçíïîìñóôöõøúùûüßœÉÈÀÄÖÜÅØÇŠšŽžÁÓÍÚÑ")
_RARELY_ALONE = frozenset("œŒšŠžŽŸ")  # ISO 8859-15 has them where Latin-1 has fractions and accents
_FIRST_LEVEL = {
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "cp932": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
    "cp949": (0xB0, 0xC8),
}
_MULTIBYTE = regex.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_STRAY_MARK = regex.compile(rb"(?<![\x80-\xff])[\x85\x91-\x97](?![\x80-\xff])")
_IN_WORD = regex.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z\x80-\xff]")
_SURE = 6  # characters beyond ASCII that are no accident when a line is UTF-8
_LEAST_SCORE = 0.5  # of a line that is taken for legacy in a file of UTF-8, of UTF-16 without a mark


@dataclass(frozen=True)
class Decoded:
    """A decoded file: its text, the Python name of the encoding, and notes on what was guessed or lost."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str = "", declared: str | None = None) -> Decoded:
    """Decode the bytes of a text file.

    Args:
        data: the bytes.
        name: appears in the notes.
        declared: the encoding, where it is known; taken unless a byte order mark or a byte belies it.

    Raises:
        LookupError: Python knows no encoding of the `declared` name.

    >>> decode("Kyiv’s".encode())
    Decoded(text='Kyiv’s', encoding='utf-8', notes=())
    >>> decode(b"Kyiv\\x92s caf\\xe9 \\x93opened\\x94", "a.txt").text
    'Kyiv’s café “opened”'
    >>> decode(b"\\xc1", declared="koi8-r").text
    'а'
    """
    decoded = _declared(data, declared) if declared else _detected(data)
    blocks = (data[i : i + _BLOCK] for i in range(0, len(data), _BLOCK))
    if any(len(block.translate(None, _CONTROL_BYTES)) < len(block) for block in blocks):
        decoded = _without_controls(decoded)
    label = f"{name}: " if name else ""
    return Decoded(decoded.text, decoded.encoding, tuple(label + note for note in decoded.notes))


def is_encoding(name: str) -> bool:
    """Whether Python knows a text encoding of this name.

    >>> is_encoding("KOI8-R"), is_encoding("klingon"), is_encoding("hex")
    (True, False, False)
    """
    try:
        return "a".encode(name) != b""
    except (LookupError, ValueError):
        return False


def _declared(data: bytes, declared: str) -> Decoded:
    """What was declared, if every byte fits and no byte order mark says else; what is detected otherwise."""
    marked = any(data.startswith(bom) for bom, _ in _BOMS)
    if not marked or declared.lower().startswith("utf"):
        try:
            return Decoded(data.decode(declared).removeprefix("\ufeff"), codecs.lookup(declared).name)
        except UnicodeError:
            pass
    found = _detected(data)
    if found.encoding == codecs.lookup(declared).name:
        return found
    return Decoded(found.text, found.encoding, (f"is not {declared} as declared: {found.encoding}", *found.notes))


def _detected(data: bytes) -> Decoded:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _lenient(data[len(bom) :], encoding)
    encoding = _by_zero_bytes(data)
    if encoding:
        return _lenient(data, encoding, f"no byte order mark: {encoding} by its zero bytes")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and _MULTIBYTE.search(data):
            return _lenient(data, "utf-8")
    guess = _guess(data)
    if guess.startswith("utf-16"):
        return _lenient(data, guess, f"no byte order mark: read as {guess}")
    return _by_line(data, guess)


def _lenient(data: bytes, encoding: str, *notes: str) -> Decoded:
    """Decode with U+FFFD for what does not fit, and note how often and where first."""
    text = data.decode(encoding, "replace")
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        lost = text.count("\ufffd") - data.decode(encoding, "ignore").count("\ufffd")
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        notes += (f"{lost} U+FFFD for bytes that are not {encoding}, the first at byte {error.start}, line {line}",)
    return Decoded(text, encoding, notes)


def _without_controls(decoded: Decoded) -> Decoded:
    """The text without its control characters, unless there are so many that it is no text; NUL may be padding."""
    found = list(_CONTROL.finditer(decoded.text))
    text = _CONTROL.sub("", decoded.text)
    dropped = len(decoded.text) - len(text)
    nul = decoded.text.count("\0")
    if not dropped or dropped - nul > _CONTROL_SHARE * len(text):
        return decoded
    line = decoded.text.count("\n", 0, found[0].start()) + 1
    note = f"{dropped} control characters dropped ({nul} of them NUL), the first in line {line}"
    return Decoded(text, decoded.encoding, (*decoded.notes, note))


def _by_zero_bytes(data: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark: the other bytes of ASCII blanks and letters are 0 there."""
    if b"\0" not in data[:_SAMPLE]:
        return ""
    for encoding, width, low in (
        ("utf-32-le", 4, 0),
        ("utf-32-be", 4, 3),
        ("utf-16-le", 2, 0),
        ("utf-16-be", 2, 1),
    ):
        sample = data[:_SAMPLE]
        high = sample[width - 1 - low :: width]
        if len(data) % width == 0 and high.count(0) > sample[low::width].count(0) and _prints(sample, encoding):
            return encoding
    return ""


def _prints(sample: bytes, encoding: str) -> bool:
    """Whether the sample is text in this encoding: all of it decodes, to characters that are printed."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    telling = sum(sample.count(high) for high in range(7))  # the high bytes of Latin to Arabic letters
    return _PRINTED.fullmatch(text) is not None and 3 * telling > len(sample)


def _by_line(data: bytes, legacy: str) -> Decoded:
    """Decode a file whose lines are UTF-8 or `legacy`, each by itself."""
    lines = data.split(b"\n")
    telling = [i for i, line in enumerate(lines) if not line.isascii()]
    unicode = {i for i in telling if _is_utf8(lines[i], legacy)}
    mainly = 2 * sum(len(lines[i]) for i in unicode) > sum(len(lines[i]) for i in telling)
    if mainly:
        unicode |= {i for i in telling if i not in unicode and not _is_legacy(lines[i], legacy)}
    if not unicode:
        return _lenient(data, legacy, f"not UTF-8: read as {legacy}")
    others = [i for i in telling if (i in unicode) != mainly]
    if mainly and not others and not _STRAY_MARK.search(data):
        return _lenient(data, "utf-8")
    notes: tuple[str, ...] = () if mainly else (f"not UTF-8: read as {legacy}",)
    if others:
        notes += (f"{len(others)} lines read as {legacy if mainly else 'utf-8'}, the first is line {others[0] + 1}",)
    parts = [_with_marks(line) if i in unicode else line.decode(legacy, "replace") for i, line in enumerate(lines)]
    lost = [i for i in telling for _ in range(parts[i].count("\ufffd") - lines[i].count("\ufffd".encode()))]
    if lost:
        notes += (f"{len(lost)} U+FFFD for bytes that could not be read, the first in line {lost[0] + 1}",)
    return Decoded("\n".join(parts), "utf-8" if mainly else legacy, notes)


def _is_utf8(line: bytes, legacy: str) -> bool:
    """Whether a line is UTF-8, maybe with a few broken bytes, rather than `legacy`."""
    line = _STRAY_MARK.sub(b"", line)
    found = _MULTIBYTE.findall(line)
    within = sum(map(len, found))
    above = len(line) - len(line.translate(None, bytes(range(128, 256))))
    if not found or within < 0.75 * above:
        return False
    return len(found) >= _SURE or _score(line, "utf-8") >= _score(line, legacy)


def _is_legacy(line: bytes, legacy: str) -> bool:
    """Whether a line in a file of UTF-8 reads well as `legacy`, more than stray bytes by themselves."""
    return _IN_WORD.search(line) is not None and _score(line, legacy) >= _LEAST_SCORE


def _with_marks(line: bytes) -> str:
    """A line of UTF-8, in which single bytes may be the quotes and dashes of Windows."""
    return _STRAY_MARK.sub(lambda match: match.group().decode("cp1252").encode(), line).decode("utf-8", "replace")


def _guess(data: bytes) -> str:
    """The encoding whose reading scores best on the lines that are not UTF-8, up to `_SAMPLE` bytes of them."""
    sample = b"\n".join(_broken_lines(data))
    candidates = {encoding: _score(sample, encoding) for encoding in LEGACY}
    if len(data) % 2 == 0 and len(data[:_SAMPLE].translate(None, _CONTROL_BYTES)) < len(data[:_SAMPLE]):
        wide = {encoding: _score(data[:_SAMPLE], encoding) for encoding in ("utf-16-le", "utf-16-be")}
        candidates |= {encoding: score for encoding, score in wide.items() if score >= _LEAST_SCORE}
    return max(candidates, key=lambda encoding: candidates[encoding])


def _broken_lines(data: bytes) -> Iterator[bytes]:
    """Lines that are not UTF-8, cut off at `_SAMPLE` bytes together."""
    left = _SAMPLE
    for line in data.split(b"\n"):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            yield line[:left]
            left -= len(line)
        if left <= 0:
            return


def _score(sample: bytes, encoding: str) -> float:
    """Mean credit of the non-ASCII characters in the reading of a sample."""
    text = f" {sample.decode(encoding, 'replace')} "
    credits = [
        _credit(before, char, after, encoding)
        for before, char, after in zip(text, text[1:], text[2:], strict=False)
        if char > "\x7f" or char < "\t"
    ]
    return sum(credits) / len(credits) if credits else 0.0


def _credit(before: str, char: str, after: str, encoding: str) -> float:
    """How expected a character is between its neighbours: from 1 (a common letter in a word) to -2 (no character)."""
    if _NO_TEXT.match(char):
        return -2.0
    if _HAN_OR_HANGUL.match(char):
        if before.isascii() and before.isalpha():
            return -1.0 if after.isascii() and after.isalpha() else 0.0
        return 1.0 if char in _COMMON else 0.6 if _is_first_level(char, encoding) else 0.1
    if "\u3040" <= char <= "\u30ff" and char.isalpha():
        return 1.0 if encoding in ("cp932", "euc_jp") or encoding.startswith("utf") else 0.3
    if char.isalpha() and not "\uff00" <= char <= "\uffff":
        return _letter_credit(before, char, after)
    return _symbol_credit(before, char, after)


def _letter_credit(before: str, char: str, after: str) -> float:
    """Letters of an alphabet: in words of their own script, in the usual case, common ones."""
    cyrillic = "\u0400" <= char <= "\u04ff"
    if any(other.isalpha() and cyrillic != ("\u0400" <= other <= "\u04ff") for other in (before, after)):
        return -1.0
    if char.isupper() and (before.islower() or (before.isalpha() and after.islower())):
        return -1.0
    if cyrillic:
        return 1.0 if char in _COMMON_CYRILLIC or (char.isupper() and after.islower()) else 0.6
    if char in _RARELY_ALONE and not before.isalpha() and not after.isalpha():
        return -0.5
    crowded = before > "\xbf" and before.isalpha() and after > "\xbf" and after.isalpha()
    return -1.0 if crowded else 0.9 if char in _COMMON_LATIN else 0.3


def _symbol_credit(before: str, char: str, after: str) -> float:
    """Quotation marks, dashes and signs."""
    if char in "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\xa0\xab\xbb":
        return 0.9
    if char in "£€°§©®™·•¼½¾²№×¿¡\u3000、。，！？：；「」『』（）《》":
        return 0.8
    return -0.5 if before.isalpha() or after.isalpha() else 0.0


def _is_first_level(char: str, encoding: str) -> bool:
    """Whether an East Asian standard lists the character among its common ones, told by the first byte."""
    standards = [encoding] if encoding in _FIRST_LEVEL else _FIRST_LEVEL
    return any(
        low <= char.encode(name, "replace")[0] <= high for name in standards for low, high in [_FIRST_LEVEL[name]]
    )
