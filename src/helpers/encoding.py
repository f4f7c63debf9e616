"""Bytes to text, with a note of everything that was not certain.

The order: a byte order mark; UTF-16 or UTF-32 told by their zero bytes; UTF-8 if every byte fits; UTF-8 with a few
broken bytes; else the legacy encoding among `LEGACY` whose reading scores best (the mean of `_credit`; the earlier one
wins a tie). Content never raises: what cannot be decoded becomes U+FFFD, and a note says how many and where. Line ends
stay as they are. Text that was damaged before it was saved is the business of `helpers.mojibake.repair`.
"""

import codecs
from dataclasses import dataclass

import regex

from helpers.mojibake import repair

__all__ = ["LEGACY", "Decoded", "decode", "repair"]

LEGACY = ("cp1252", "latin_1", "cp1251", "koi8_r", "koi8_u", "gb18030", "big5", "cp932", "euc_jp", "cp949")
"""Encodings tried on bytes that are not Unicode."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096  # bytes that are looked at to tell an encoding
_TELLING_LINE = regex.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
_PRINTED = regex.compile(r"[^\p{Cn}\p{Co}\p{Cs}\x00-\x08\x0e-\x1f\x7f-\x9f]*")
_NO_TEXT = regex.compile(r"[\ufffd\x80-\x9f\p{Cn}\p{Co}\u2500-\u259f]")
_HAN_OR_HANGUL = regex.compile(r"[\p{Han}\p{Hangul}]")
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里好"
    "這個們來為國說時會對於著過發後裡日本月年分者事東京社會同"
    "이다는의에가을하고지은를로도한기사서자그들나인대어리해시정아보"
)
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпуыяігзьб")
_COMMON_LATIN = frozenset("éèêëàâäáãåæçíïîìñóôöõøúùûüßœÉÈÀÄÖÜÅØÇŠšŽžÁÓÍÚÑ")
_FIRST_LEVEL = {
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "cp932": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
    "cp949": (0xB0, 0xC8),
}
_MULTIBYTE = regex.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True)
class Decoded:
    """A decoded file: its text, the Python name of the encoding, and notes on what was guessed or lost."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str = "") -> Decoded:
    """Decode the bytes of a text file; `name` only appears in the notes.

    >>> decode("Kyiv’s".encode())
    Decoded(text='Kyiv’s', encoding='utf-8', notes=())
    >>> decode(b"Kyiv\\x92s caf\\xe9 \\x93opened\\x94", "a.txt").text
    'Kyiv’s café “opened”'
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _lenient(data[len(bom) :], encoding, name, ())
    encoding = _by_zero_bytes(data)
    if encoding:
        return _lenient(data, encoding, name, (f"no byte order mark: {encoding} by its zero bytes",))
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        cut_short = error.reason == "unexpected end of data"
    if _mostly_utf8(data, cut_short):
        return _lenient(data, "utf-8", name, ())
    guess = _guess(data)
    return _lenient(data, guess, name, (f"not UTF-8: read as {guess}",))


def _lenient(data: bytes, encoding: str, name: str, notes: tuple[str, ...]) -> Decoded:
    """Decode with U+FFFD for what does not fit, and note how often and where first."""
    text = data.decode(encoding, "replace")
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        lost = text.count("\ufffd") - data.decode(encoding, "ignore").count("\ufffd")
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        notes += (f"{lost} U+FFFD for bytes that are not {encoding}, the first at byte {error.start}, line {line}",)
    label = f"{name}: " if name else ""
    return Decoded(text, encoding, tuple(label + note for note in notes))


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
    return _PRINTED.fullmatch(text) is not None and (not sample.isascii() or 3 * telling > len(sample))


def _mostly_utf8(data: bytes, cut_short: bool) -> bool:
    """Whether three in four of the bytes above 127 belong to whole UTF-8 characters, or only the end is missing."""
    found = _MULTIBYTE.findall(data)
    above = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return bool(found) and (cut_short or (len(found) > 1 and sum(map(len, found)) >= 0.75 * above))


def _guess(data: bytes) -> str:
    """The legacy encoding whose reading scores best on the lines that are not ASCII, up to `_SAMPLE` bytes of them."""
    sample = bytearray()
    for match in _TELLING_LINE.finditer(data):
        sample += match.group()[: _SAMPLE - len(sample)]
        if len(sample) >= _SAMPLE:
            break
    return max(LEGACY, key=lambda encoding: _score(bytes(sample), encoding))


def _score(sample: bytes, encoding: str) -> float:
    """Mean credit of the non-ASCII characters in the reading of a sample."""
    text = f" {sample.decode(encoding, 'replace')} "
    credits = [
        _credit(before, char, after, encoding)
        for before, char, after in zip(text, text[1:], text[2:], strict=False)
        if char > "\x7f"
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
        return 1.0 if encoding in ("cp932", "euc_jp") else 0.3
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
    crowded = before > "\xbf" and before.isalpha() and after > "\xbf" and after.isalpha()
    return -1.0 if crowded else 0.9 if char in _COMMON_LATIN else 0.3


def _symbol_credit(before: str, char: str, after: str) -> float:
    """Quotation marks, dashes and signs."""
    if char in "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\xa0\xab\xbb":
        return 0.9
    if char in "£€°§©®™·•½²№×¿¡\u3000、。，！？：；「」『』（）《》":
        return 0.8
    return -0.5 if before.isalpha() or after.isalpha() else 0.0


def _is_first_level(char: str, encoding: str) -> bool:
    """Whether an East Asian standard lists the character among its common ones, told by the first byte."""
    low, high = _FIRST_LEVEL.get(encoding, (1, 0))
    return low <= char.encode(encoding, "replace")[0] <= high
