"""How many damaged articles come back: stored in any encoding, misread once or twice, mixed, with NUL bytes.

    apt-get install gnome-user-docs debian-handbook
    python benchmarks/encodings.py --versions 1000 --out benchmarks/results

Clean articles of 80 to 600 words in ten languages: Reuters (half of them with curly quotes and dashes set, since the
agency writes ASCII), the five of the default corpus, and paragraphs of the GNOME help and the Debian handbook. Every
damage is done to whole articles; `decode` and `repair` get its bytes. Letters are equal if the sequence of letters and
digits is (NFC); exact means every character. The peer is charset-normalizer for stored and mixed files, ftfy for
misread ones. `clean` rows count articles that stay as they are.

Left out, because the letters are gone from the bytes: words whose letters became "?" or U+FFFD or were dropped
(Cyrillic read as Shift JIS, German in ISO 8859-1 read as UTF-8). A lossy damage is therefore taken only where marks
alone lose bytes: in English, with three marks at least, since one alone could be a Chinese word. Where one paragraph is
misread in a clean file, it holds three letters beyond ASCII at least, for the same reason. Nor is a text put into an
encoding that lacks its characters; quotes, dashes and blanks that an encoding lacks are first written in ASCII, as an
editor's export does. GB 18030, Big5, Shift JIS and EUC-KR are written by Python's codecs of these names or of the code
pages of Windows.
"""

import argparse
import json
import lzma
import random
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import charset_normalizer
import ftfy
import ftfy.bad_codecs  # registers the "sloppy" code pages: undefined bytes stay control characters, as in browsers
import pandas as pd
import regex
from lxml import etree, html

from helpers.cleaning import clean
from helpers.edits import apply
from helpers.encoding import decode, repair
from splice import PROJECT, REUTERS

WESTERN = ("en", "de", "fr", "es")
LANGUAGES = {
    "en": ("C", "en-US", r"\p{Latin}"),
    "de": ("de", "de-DE", r"\p{Latin}"),
    "fr": ("fr", "fr-FR", r"\p{Latin}"),
    "es": ("es", "es-ES", r"\p{Latin}"),
    "ru": ("ru", "ru-RU", r"\p{Cyrillic}"),
    "uk": ("uk", "uk-UA", r"\p{Cyrillic}"),
    "ja": ("ja", "ja-JP", r"[\p{Han}\p{Hiragana}\p{Katakana}]"),
    "ko": ("ko", "ko-KR", r"\p{Hangul}"),
    "zh_CN": ("zh_CN", "zh-CN", r"\p{Han}"),
    "zh_TW": ("zh_TW", "zh-TW", r"\p{Han}"),
}
"""Folder in the GNOME help, folder in the Debian handbook, script."""
LEGACY = {
    "cp1252": WESTERN,
    "latin_1": WESTERN[1:],
    "iso8859_15": WESTERN[1:],
    "cp1251": ("ru", "uk"),
    "koi8_r": ("ru",),
    "koi8_u": ("uk",),
    "gb18030": ("zh_CN",),
    "big5": ("zh_TW",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "euc_kr": ("ko",),
    "cp949": ("ko",),
}
MISREAD = ("latin_1", "cp1252", "cp1251", "koi8_r", "cp1250", "mac_roman", "cp437", "gb18030", "big5", "cp932", "cp949")
LOSSY = ("cp1252", "cp1251", "gb18030", "gbk", "big5", "cp932", "shift_jis", "cp949", "euc_kr", "ascii")
TWICE = [("latin_1",) * 2, ("cp1252",) * 2, ("cp1251",) * 2, ("koi8_r",) * 2, ("gb18030",) * 2]
TWICE += [("cp1252", "latin_1"), ("cp1252", "cp1251"), ("cp1251", "cp1252"), ("latin_1",) * 3, ("cp1252",) * 3]
MIXED = ("cp1252", "latin_1", "cp1251", "koi8_r", "gb18030", "big5", "cp932", "cp949")
_ASCII = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\xa0": " "}
_MARK = regex.compile("[“”‘’–—…]")
_TRIES = 300


class Article(NamedTuple):
    """A clean text and its language."""

    language: str
    text: str


class Damaged(NamedTuple):
    """The bytes of a damaged file, and the text that should come of them."""

    family: str
    kind: str
    language: str
    data: bytes
    text: str


class Kind(NamedTuple):
    """A damage: what it makes of a text, or None where it cannot be done to this one."""

    family: str
    name: str
    languages: tuple[str, ...]
    damage: Callable[[str, random.Random], tuple[bytes, str] | None]


# --- Articles ------------------------------------------------------------------------------------------------------


def articles(debian: Path, texts: list[Path], n: int, seed: int) -> list[Article]:
    """`n` clean articles, as many of each language as there are."""
    rng = random.Random(seed)
    english = set(paragraphs(debian, "en"))
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        own = [p for p in paragraphs(debian, language) if language == "en" or p not in english]
        found[language] = list(joined(own, language, rng))
    corpus = sorted((PROJECT / "data/raw/kharkiv-2022").glob("*.txt"))
    given = [file for folder in texts for file in sorted(folder.rglob("*.txt"))]
    news = [clean(file.read_text("utf-8")).text for file in (*corpus, *given)] + list(reuters(n, rng))
    found["en"] = news + found["en"]
    for own in found.values():
        rng.shuffle(own)
    share = sorted((own for own in found.values()), key=len)
    most, left = 0, n
    for i, own in enumerate(share):
        most = left // (len(share) - i)
        left -= min(len(own), most)
    return [Article(language, text) for language, own in found.items() for text in own[: most + 1]]


def reuters(n: int, rng: random.Random) -> Iterator[str]:
    """Reuters articles as they are, and typeset."""
    if not REUTERS.exists():
        print(f"without Reuters: {REUTERS} is not there")
        return
    with lzma.open(REUTERS, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, 40 * n, 40):
            text = json.loads(line)["text"].strip()
            if 80 <= len(text.split()) <= 600:
                yield typeset(text) if rng.random() < 0.5 else text


def typeset(text: str) -> str:
    """Curly quotes, apostrophes and dashes for those of a typewriter."""
    text = regex.sub(r'(?<![^\s(\[])"(?=\S)', "“", text).replace('"', "”")
    text = regex.sub(r"(?<![^\s(\[“])'(?=\w)", "‘", text).replace("'", "’")
    return text.replace("...", "…").replace(" -- ", " — ").replace(" - ", " — ")


def paragraphs(debian: Path, language: str) -> Iterator[str]:
    """Paragraphs of text in a language, in order."""
    help_, handbook, script = LANGUAGES[language]
    pages = sorted((debian / "usr/share/help" / help_ / "gnome-help").glob("*.page"))
    pages += sorted((debian / "usr/share/doc/debian-handbook/html" / handbook).glob("*.html"))
    for page in pages:
        mallard = page.suffix == ".page"
        root = etree.parse(page).getroot() if mallard else html.parse(page).getroot()
        for element in root.iter("{*}p") if mallard else root.xpath("//p | //div[@class='para'][not(.//div)]"):
            text = unicodedata.normalize("NFC", " ".join("".join(element.itertext()).split()))
            letters = len(regex.findall(r"\p{L}", text))
            if letters >= 30 and len(regex.findall(script, text)) > 0.5 * letters:
                yield text


def joined(found: list[str], language: str, rng: random.Random) -> Iterator[str]:
    """Articles of 80 to 600 words (or as many letters as that would be) from paragraphs that follow each other."""
    words = 5 if language in WESTERN else 6 if language in ("ru", "uk") else 1.7
    parts: list[str] = []
    least = rng.randint(80, 500)
    for text in found:
        parts.append(text)
        if sum(map(len, parts)) >= words * least:
            yield "\n\n".join(parts)
            parts, least = [], rng.randint(80, 500)


# --- Damage --------------------------------------------------------------------------------------------------------


def written(text: str, encoding: str) -> str:
    """The text with what the encoding lacks in ASCII."""
    return "".join(c if c.isascii() or _holds(c, encoding) else _ASCII.get(c, c) for c in text)


def _holds(char: str, encoding: str) -> bool:
    try:
        return bool(char.encode(encoding))
    except UnicodeEncodeError:
        return False


def stored(text: str, rng: random.Random, encoding: str, bom: bool = False) -> tuple[bytes, str]:
    """The bytes of an encoding."""
    text = written(text, encoding)
    return (("\ufeff" if bom else "") + text).encode(encoding), text


def misread(text: str, rng: random.Random, readers: tuple[str, ...]) -> tuple[bytes, str]:
    """UTF-8, read by each reader in turn and saved as UTF-8."""
    damaged = text
    for reader in readers:
        damaged = damaged.encode().decode(_sloppy(reader))
    return damaged.encode(), text


def misread_with_loss(text: str, rng: random.Random, reader: str, errors: str) -> tuple[bytes, str] | None:
    """UTF-8, of whose marks (at least three) a reader loses bytes, but of no letter."""
    if len(_MARK.findall(text)) < 3 or not all(_survives(char, reader) for char in set(text) if char.isalnum()):
        return None
    return text.encode().decode(reader, errors).encode(), text


def _sloppy(encoding: str) -> str:
    return encoding.replace("cp", "sloppy-windows-") if encoding.startswith("cp125") else encoding


def _survives(char: str, reader: str) -> bool:
    try:
        return bool(char.encode().decode(reader))
    except UnicodeDecodeError:
        return False


def read_as_utf8(text: str, rng: random.Random, encoding: str, errors: str) -> tuple[bytes, str] | None:
    """Legacy bytes read as UTF-8, where only marks are lost."""
    text = written(text, encoding)
    if any(char > "\x7f" and char.isalnum() for char in text):
        return None
    return text.encode(encoding).decode("utf-8", errors).encode(), text


def mixed(text: str, rng: random.Random, outer: str, inner: str) -> tuple[bytes, str] | None:
    """One paragraph in another encoding."""
    lines = written(written(text, outer), inner).split("\n")
    telling = [i for i, line in enumerate(lines) if not line.isascii()]
    if len(telling) < 2:
        return None
    odd = rng.choice(telling)
    data = [line.encode(inner if i == odd else outer) for i, line in enumerate(lines)]
    return b"\n".join(data), "\n".join(lines)


def one_misread(text: str, rng: random.Random, reader: str) -> tuple[bytes, str] | None:
    """One paragraph misread, the rest not."""
    lines = text.split("\n")
    telling = [i for i, line in enumerate(lines) if sum(char > "\x7f" and char.isalpha() for char in line) >= 3]
    if len(telling) < 2:
        return None
    odd = rng.choice(telling)
    lines[odd] = lines[odd].encode().decode(_sloppy(reader))
    return "\n".join(lines).encode(), text


def inside(text: str, rng: random.Random) -> tuple[bytes, str] | None:
    """Every other mark of a UTF-8 file in the bytes of cp1252."""
    parts = regex.split("([“”‘’–—…])", text)
    if len(parts) < 7:
        return None
    return b"".join(part.encode("cp1252" if i % 4 == 1 else "utf-8") for i, part in enumerate(parts)), text


def sprinkled(text: str, rng: random.Random, encoding: str, extra: str, share: float = 0.005) -> tuple[bytes, str]:
    """Characters of `extra` put between others."""
    text = written(text, encoding)
    parts = [char + (rng.choice(extra) if rng.random() < share else "") for char in text]
    return ("".join(parts) + rng.choice(extra)).encode(encoding), text


def padded(text: str, rng: random.Random, encoding: str, block: int = 4096) -> tuple[bytes, str]:
    """NUL bytes up to the end of a block."""
    data, text = stored(text, rng, encoding, bom=encoding.startswith("utf-16"))
    return data + bytes(-len(data) % block or block), text


def torn(text: str, rng: random.Random, encoding: str) -> tuple[bytes, str]:
    """A block of NUL bytes between two paragraphs."""
    data, text = stored(text, rng, encoding)
    at = data.find(b"\n") + 1
    return data[:at] + bytes(rng.randint(1, 600)) + data[at:], text


def kinds() -> Iterator[Kind]:
    """All damages."""
    every = tuple(LANGUAGES)
    yield Kind("stored", "utf-8", every, partial(stored, encoding="utf-8"))
    yield Kind("stored", "utf-8 BOM", every, partial(stored, encoding="utf-8", bom=True))
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield Kind("stored", name, every, partial(stored, encoding=name))
        yield Kind("stored", f"{name} BOM", every, partial(stored, encoding=name, bom=True))
    for name, languages in LEGACY.items():
        yield Kind("stored", name, languages, partial(stored, encoding=name))
    for name in MISREAD:
        yield Kind("misread", f"utf-8 as {name}", every, partial(misread, readers=(name,)))
    for name in LOSSY:
        for errors in ("replace", "ignore"):
            damage = partial(misread_with_loss, reader=name, errors=errors)
            yield Kind("lossy", f"utf-8 as {name}, {errors}", ("en",), damage)
    for errors in ("replace", "ignore"):
        damage = partial(read_as_utf8, encoding="cp1252", errors=errors)
        yield Kind("lossy", f"cp1252 as utf-8, {errors}", ("en",), damage)
    for readers in TWICE:
        yield Kind("twice", " ".join(readers), every, partial(misread, readers=readers))
    for name in MIXED:
        yield Kind("mixed", f"{name} in utf-8", LEGACY[name], partial(mixed, outer="utf-8", inner=name))
        yield Kind("mixed", f"utf-8 in {name}", LEGACY[name], partial(mixed, outer=name, inner="utf-8"))
    for name in ("latin_1", "cp1252", "cp1251", "gb18030"):
        yield Kind("mixed", f"one paragraph as {name}", every, partial(one_misread, reader=name))
    yield Kind("mixed", "cp1252 marks in utf-8", WESTERN, inside)
    for name, languages in (("utf-8", every), ("cp1252", WESTERN), ("cp1251", ("ru", "uk")), ("gb18030", ("zh_CN",))):
        yield Kind("nul", f"NUL in {name}", languages, partial(sprinkled, encoding=name, extra="\0"))
    controls = "\x00\x01\x02\x07\x08\x0e\x10\x1a\x1b\x7f"
    yield Kind("nul", "control characters", every, partial(sprinkled, encoding="utf-8", extra=controls))
    for name in ("utf-8", "utf-16-le"):
        yield Kind("nul", f"{name}, padded", every, partial(padded, encoding=name))
    yield Kind("nul", "utf-8, a block of NUL", every, partial(torn, encoding="utf-8"))


def versions(found: list[Article], n: int, seed: int) -> Iterator[Damaged]:
    """`n` damaged versions, the kinds in turn, the languages of each kind in turn."""
    rng = random.Random(seed)
    telling = {name: [a for a in found if a.language == name and not a.text.isascii()] for name in LANGUAGES}
    every = list(kinds())
    for number in range(n):
        kind, turn = every[number % len(every)], number // len(every)
        for attempt in range(_TRIES):
            language = kind.languages[(turn + attempt) % len(kind.languages)]
            if not telling[language]:
                continue
            try:
                done = kind.damage(rng.choice(telling[language]).text, rng)
            except UnicodeError:
                continue
            if done:
                yield Damaged(kind.family, kind.name, language, *done)
                break


# --- Measuring -----------------------------------------------------------------------------------------------------


def restored(data: bytes) -> str:
    """What the project makes of a file."""
    text = decode(data).text
    return apply(text, repair(text))


def by_peer(family: str, data: bytes) -> str:
    """What charset-normalizer or ftfy makes of it."""
    if family in ("stored", "mixed", "nul"):
        best = charset_normalizer.from_bytes(data).best()
        return str(best) if best else ""
    return ftfy.fix_encoding(data.decode("utf-8"))


def letters(text: str) -> str:
    return "".join(regex.findall(r"[\p{L}\p{N}]", unicodedata.normalize("NFC", text)))


def _measured(version: Damaged) -> dict[str, object]:
    got, peer = restored(version.data), by_peer(version.family, version.data)
    return {
        "family": version.family,
        "kind": version.kind,
        "language": version.language,
        "letters": letters(got) == letters(version.text),
        "exact": got == version.text,
        "peer_letters": letters(peer) == letters(version.text),
    }


def _unchanged(article: Article) -> dict[str, object]:
    same = restored(article.text.encode()) == article.text
    return {"family": "clean", "kind": article.language, "letters": same, "exact": same, "peer_letters": None}


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by kind, by family, and over all damaged versions."""
    damaged = rows[rows["family"] != "clean"]
    by_family = rows.assign(kind="all")
    total = damaged.assign(family="all", kind="all")
    table = pd.concat([total, by_family, rows]).groupby(["family", "kind"], sort=False)
    shares = table[["letters", "exact", "peer_letters"]].mean().astype(float).round(4)
    return shares.assign(versions=table.size(), date=date.today().isoformat()).reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=1000)
    parser.add_argument("--clean", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="folders of further clean English .txt")
    parser.add_argument("--debian", type=Path, default=Path("/"), help="where the two packages are unpacked")
    parser.add_argument("--failures", type=Path, help="write the damaged versions that do not come back here")
    parser.add_argument("--processes", type=int)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = articles(options.debian, options.texts, options.clean, options.seed)
    damaged = list(versions(found, options.versions, options.seed))
    start = time.perf_counter()
    with ProcessPoolExecutor(options.processes) as pool:
        results = list(pool.map(_measured, damaged, chunksize=20))
        rows = pd.DataFrame([*results, *pool.map(_unchanged, found, chunksize=50)])
    table = summarise(rows)
    print(table.to_string(index=False))
    print(f"{time.perf_counter() - start:.0f} s")
    if options.failures:
        options.failures.mkdir(parents=True, exist_ok=True)
        for i, (version, result) in enumerate(zip(damaged, results, strict=True)):
            if not result["letters"]:
                stem = f"{version.family}-{version.kind.replace(' ', '_')}-{version.language}-{i}"
                (options.failures / f"{stem}.bin").write_bytes(version.data)
                (options.failures / f"{stem}.txt").write_text(version.text, "utf-8")
        changed = [a for a in found if restored(a.text.encode()) != a.text]
        for i, article in enumerate(changed):
            (options.failures / f"clean-{article.language}-{i}.txt").write_text(article.text, "utf-8")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "encodings.csv", index=False)


if __name__ == "__main__":
    main()
