"""Hostile articles, file names and corpora, made from a seed: what `fuzz.py` and the quick tests feed the pipeline."""

import csv
import io
import json
import random
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from helpers.pipeline import DEFAULT_CORPUS, PROJECT
from pathological import KINDS

PAYLOADS = (
    '<script>alert(1)</script><img src=x onerror="alert(2)"><svg/onload=alert(3)>',
    '"><iframe src="javascript:alert(1)"></iframe></title></pre></textarea><!-- ',
    "</p></section><style>*{display:none}</style><base href='http://evil.example/'>",
    "{{ 7*7 }} {% raw %} {% import os %} {{ self.__init__.__globals__ }} {# comment #}",
    "%s %n %(name)s {0} {name!r:>10} {0.__class__.__mro__} ${PATH} $(id) `id`",
    "(a+)+$ [a-z ( ?P<name> \\1 (?i) .* \\p{L} [[:alpha:]] (?<=a)b",
    '=HYPERLINK("http://evil.example";"click") =cmd|\' /C calc\'!A0 +1+1 -2+3 @SUM(1,1)',
    "\t=1+1\r=2+2\n=3+3\n+4\n-5\n@6",
    "../../../../etc/passwd ..\\..\\windows\\win.ini /etc/shadow C:\\autoexec.bat file:///etc/passwd",
    "!!python/object/apply:os.system ['id']\n--- &a [*a, *a]\nkey: {<<: *a}",
    "\\input{/etc/passwd} $\\frac{1}{0}$ \\write18{id} $x^2_{y}$ $$",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\ \x07\x08\x08",
    "\u202eright to left\u202c \u2066isolate\u2069 \u200b\u200d\ufeff \u00ad",
    "'; DROP TABLE articles; -- \" OR 1=1",
    "\ud7ff\ue000\uf8ff\ufffe\uffff\U0010ffff \U000e0041\U000e007f",
    "Kyiv\x00 fell\x01.\x02 \x85 \x1c\x1d\x1e \u2028 \u2029",
    "By Jane Doe\nKYIV, Ukraine – “We go,” he said. ‘No!’ (Reporting by A; Editing by B)",
    "published: 2022-13-45T99:99\nDate: 0000-00-00",
    "1,234 total views, 5 views today\nRead more: everything\ngsg\nAdvertisement",
    "Russiaâ€™s Ã¢â‚¬â„¢ 鈥檚 鈥淟ast鈥 Ð¿Ñ€Ð¸ \ufffd\ufffd\ufffd a\ufffd b\ufffd\ufffd\ufffd",
    "İIıi ŉ ß ﬃ Ǆ ΐ ﷺ ½ Ⅷ ٣ ๓ 𝟘 ᾳ",
)
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp1251", "gb18030", "big5", "cp932", "koi8_r")
CATEGORIES = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf")
CATEGORIES += ("Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn")
NAMES = (
    "news\nbreak.txt",
    "quote\"s and 'more'.txt",
    "<script>alert(1)</script>.txt",
    "=1+1.txt",
    "-rf.txt",
    "@SUM(A1).txt",
    "+plus.txt",
    "\ttab.txt",
    "article.txt",
    "ARTICLE.txt",
    "Article.TXT",
    "caf\u00e9.txt",
    "cafe\u0301.txt",
    "..\\..\\up.txt",
    "{{7*7}}.txt",
    "%s%n{0}.txt",
    "a&amp;b#c?d.txt",
    "\u202egnp.txt",
    " .txt",
    "a.b.c..txt",
    "con.txt",
    "$(id)`id`;id.txt",
    "n" * 250 + ".txt",
    "é" * 125 + ".txt",
    "javascript:alert(1).txt",
    "bad\udcff\udcfe.txt",
    "sub/nested/deep.txt",
    "=sub/<b>x.txt",
    "Sub/a~2.txt",
    "a~2.txt",
    "sub/a.md",
    "a.md",
)


@lru_cache(maxsize=1)
def real_texts() -> tuple[str, ...]:
    """Articles of the default corpus and pairs written for evaluation."""
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in sorted(DEFAULT_CORPUS.rglob("*.txt"))]
    lines = (PROJECT / "data" / "evaluation" / "written_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return (*texts, *(row[side] for row in map(json.loads, lines) for side in ("text", "source")))


@lru_cache(maxsize=1)
def alphabet() -> dict[str, str]:
    """Some characters of each Unicode category."""
    found: dict[str, list[str]] = {name: [] for name in CATEGORIES}
    for code in [*range(0x3000), *range(0x3000, 0x110000, 97)]:
        category = unicodedata.category(chr(code))
        if category in found and len(found[category]) < 400:
            found[category].append(chr(code))
    return {name: "".join(chars) for name, chars in found.items()}


def _random_unicode(rng: random.Random) -> str:
    chosen = rng.sample(CATEGORIES, rng.randint(1, 5))
    pool = "".join(alphabet()[name] for name in chosen) + " \n" * 40
    return "".join(rng.choices(pool, k=rng.randint(1, 1500)))


def _pathological(rng: random.Random) -> str:
    return KINDS[rng.choice(list(KINDS))](rng.choice((40, 300, 2000)))


def _payloads(rng: random.Random) -> str:
    return rng.choice((" ", "\n", "\n\n", "")).join(rng.choices(PAYLOADS, k=rng.randint(1, 12)))


def _mutated(rng: random.Random) -> str:
    """A stretch of a real text with pieces cut out, doubled, moved, and payloads put in."""
    text = rng.choice(real_texts())
    start = rng.randrange(max(1, len(text) - 200))
    text = text[start : start + rng.randint(100, 4000)]
    for _ in range(rng.randint(1, 12)):
        a, b = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + rng.choice((1, 3, 80, 400)))
        piece = rng.choice(("", text[a:b] * 2, text[a:b][::-1], text[a:b].upper(), rng.choice(PAYLOADS), text[b:a:-1]))
        text = text[:a] + piece + text[b:]
    return text


def _mixed(rng: random.Random) -> str:
    makers = (_random_unicode, _pathological, _payloads, _mutated)
    parts = [rng.choice(makers)(rng)[: rng.choice((50, 500))] for _ in range(rng.randint(2, 6))]
    return rng.choice(("\n\n", "\n", " ")).join(parts)


MAKERS: tuple[Callable[[random.Random], str], ...] = (
    _random_unicode,
    _pathological,
    _payloads,
    _mutated,
    _mutated,
    _mixed,
)


def hostile_text(rng: random.Random) -> str:
    """A text of up to some thousand characters."""
    return rng.choice(MAKERS)(rng)


def hostile_bytes(rng: random.Random) -> bytes:
    """A file: a hostile text in some encoding, often damaged, or no text at all."""
    if rng.random() < 0.03:
        return rng.randbytes(rng.randint(0, 600))
    text = hostile_text(rng)
    if rng.random() < 0.6:
        return text.encode("utf-8", "surrogatepass" if rng.random() < 0.1 else "replace")
    data = text.encode(rng.choice(ENCODINGS), "replace")
    if rng.random() < 0.3:  # mojibake: read wrongly and saved again
        data = data.decode(rng.choice(("cp1252", "gb18030", "cp1251", "latin-1")), "replace").encode()
    for _ in range(rng.choice((0, 0, 1, 5))):
        place = rng.randrange(len(data) + 1)
        data = data[:place] + rng.choice((b"", b"\xff", b"\x00", b"\xe2\x80", rng.randbytes(3))) + data[place + 1 :]
    return data[: rng.randint(0, len(data))] if rng.random() < 0.2 else data


def _page(rng: random.Random) -> bytes:
    title, body = hostile_text(rng)[:80], hostile_text(rng)
    head = f"<html><head><title>{title}</title><meta name=author content='{title}'></head><body>"
    return f"{head}<article><h1>{title}</h1><p>{body}</p><p>{hostile_text(rng)}</p></article>".encode(
        "utf-8", "replace"
    )


def _table(rng: random.Random) -> pd.DataFrame:
    rows = range(rng.randint(0, 5))
    column = {name: [hostile_text(rng)[:1500] for _ in rows] for name in ("text", "title", "outlet", "author", "url")}
    column["id"] = [rng.choice(("a", "A", "=1", "../x", "a\nb", "<b>", "", " ", "-", str(i))) for i in rows]
    column["published"] = [rng.choice(("2022-09-10", "x", "9999-99-99", "1677-01-01", "12", "")) for _ in rows]
    names = [name for name in column if name == "text" or rng.random() < 0.6]
    table = pd.DataFrame({name: column[name] for name in names}, dtype=object)
    return table.map(lambda value: value.encode("utf-8", "replace").decode())


def _table_bytes(rng: random.Random, suffix: str) -> bytes:
    table, target = _table(rng), io.BytesIO()
    if suffix == ".parquet":
        table.to_parquet(target)
    elif suffix == ".jsonl":
        table.to_json(target, orient="records", lines=True)
    else:
        table.to_csv(target, index=False, sep="\t" if suffix == ".tsv" else rng.choice(",;|"))
    data = target.getvalue()
    if rng.random() < 0.3:
        place = rng.randrange(len(data) + 1)
        data = data[:place] + rng.randbytes(rng.randint(0, 4)) + data[place + rng.randint(0, 30) :]
    return data


def _archive(rng: random.Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [
            "../../evil.txt",
            "/abs.txt",
            "a.txt",
            "A.txt",
            "x/../../y.txt",
            "..\\w.txt",
            "in.zip",
            "t.csv",
            "=x.txt",
        ]
        names += ["=x.txt", "n\nl.txt", "a.txt/b.txt", ".hidden.txt", "manifest.csv", "<b>.html", "e" * 300 + ".txt"]
        for name in rng.sample(names, rng.randint(0, 8)):
            archive.writestr(name, hostile_bytes(rng))
    data = target.getvalue()
    return data[: rng.randint(0, len(data))] if rng.random() < 0.2 else data


def _manifest(rng: random.Random, names: list[str]) -> bytes:
    chosen = [*rng.sample(names, min(len(names), 4)), "../outside.txt", "/etc/passwd", "nowhere.txt", "x/../a.txt"]
    rows = [{"file": n, "title": hostile_text(rng)[:60], "outlet": hostile_text(rng)[:20], "id": "x"} for n in chosen]
    written = io.StringIO()
    csv.DictWriter(written, list(rows[0])).writerows([dict(zip(rows[0], rows[0], strict=True)), *rows])
    return written.getvalue().encode("utf-8", "replace")


def write_corpus(rng: random.Random, folder: Path, most: int = 50) -> None:
    """A folder of up to `most` files with hostile names and contents."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 50 if rng.random() < 0.04 else rng.choice((2, 3, 4, 6, 8, 12))
    count = min(most, count)
    names = rng.sample(NAMES, min(count, len(NAMES))) + [f"plain{i}.txt" for i in range(count - len(NAMES))]
    texts = [hostile_bytes(rng) for _ in names]
    for i in range(1, len(texts)):  # some articles copy others
        if rng.random() < 0.4:
            texts[i] = rng.choice(texts[:i]) + b" " + texts[i][:400]
    files = dict(zip(names, texts, strict=True))
    others = [(f"t{i}{suffix}", suffix) for i, suffix in enumerate((".csv", ".tsv", ".jsonl", ".parquet", ".csv"))]
    for name, suffix in rng.sample(others, rng.randint(0, 3)):
        files[name] = _table_bytes(rng, suffix)
    if rng.random() < 0.4:
        files["z.zip"] = _archive(rng)
    if rng.random() < 0.3:
        files["p.html"] = _page(rng)
    if rng.random() < 0.4:
        files["manifest.csv"] = _manifest(rng, names)
    for name, data in files.items():
        _write(folder / name, data)


def _write(path: Path, data: bytes) -> None:
    """Write a file, unless this file system has no such name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError:
        return
