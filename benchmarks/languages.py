"""The error of `copied_share` by language, on documents spliced from Debian's translated manuals.

    apt-get install gnome-user-docs debian-handbook
    python benchmarks/languages.py --documents 25 --out benchmarks/results

The articles are chapters and help pages of the two manuals, which exist in many languages: prose, though not news, and
full of set phrases. Paragraphs that recur are left out; host and sources share no run of 8 words. A language's row
says what of copied words is missed and what of others is marked; the row "detected" of how many pages the language
was told.
"""

import argparse
import os
import random
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd
from lxml import etree, html

from helpers.languages import UNKNOWN, detect
from helpers.segmentation import words
from helpers.splicing import Spliced, measure, splice

PLACES = {
    "en": ("C", "en-US"),
    "de": ("de", "de-DE"),
    "fr": ("fr", "fr-FR"),
    "es": ("es", "es-ES"),
    "ru": ("ru", "ru-RU"),
    "uk": ("uk", ""),
    "ar": ("", "ar-MA"),
    "zh": ("zh_CN", "zh-CN"),
    "zh-TW": ("", "zh-TW"),
    "ja": ("ja", "ja-JP"),
    "ko": ("ko", "ko-KR"),
    "vi": ("vi", "vi-VN"),
    "uk-unknown": ("uk", ""),
}
"""Folders of a language below /usr/share/help and /usr/share/doc/debian-handbook/html; the last is read as if nothing
were known of it."""
KINDS = ("verbatim", "reordered", "abridged", "replaced 20 %", "replaced 40 %", "inserted", "mixed", "none")
SCRIPTS = {
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "ar": ("ARABIC",),
    "zh": ("CJK",),
    "zh-TW": ("CJK",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL",),
    "uk-unknown": ("CYRILLIC",),
}
"""How the names of most letters of a translated paragraph begin; others are left in English in the manuals."""
WORDS = (150, 900)
"""Length of an article, in words."""


def pages(language: str, root: Path) -> list[str]:
    """The articles of a language: paragraphs that stand in one page or chapter and nowhere else."""
    manual, handbook = PLACES[language]
    files = sorted((root / "usr/share/help" / manual / "gnome-help").glob("*.page")) if manual else []
    files += sorted((root / "usr/share/doc/debian-handbook/html" / handbook).glob("*.html")) if handbook else []
    seen = english(root) if language != "en" else set()
    found = []
    for file in files:
        kept = [p for p in dict.fromkeys(paragraphs(file)) if p not in seen and _is_translated(p, language)]
        seen |= set(kept)
        found += list(_articles(kept))
    return found


@lru_cache
def english(root: Path) -> frozenset[str]:
    """Paragraphs of the English manuals: where they stand in others they were not translated."""
    return frozenset(p for text in pages("en", root) for p in text.split("\n\n"))


def paragraphs(file: Path) -> Iterator[str]:
    """The paragraphs of a page that end like a sentence."""
    data = file.read_bytes()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = html.fromstring(data) if file.suffix == ".html" else etree.fromstring(data, parser)
    tags = root.iter("{*}p", "p") if file.suffix == ".page" else root.xpath("//p | //div[@class='para']")
    for element in tags:
        text = " ".join("".join(element.itertext()).split())
        if text.endswith((".", "。", "!", "؟", "।")) or (text and "\u0e00" < text[-1] < "\u0e7f"):
            yield text


def _is_translated(paragraph: str, language: str) -> bool:
    letters = [c for c in paragraph if c.isalpha()]
    own = SCRIPTS.get(language)
    if own is None:
        return len(letters) > 40
    return sum(unicodedata.name(c, "").startswith(own) for c in letters) > 0.6 * len(letters) > 12


def _articles(kept: list[str]) -> Iterator[str]:
    """The paragraphs as articles of some length."""
    article: list[str] = []
    for paragraph in kept:
        article.append(paragraph)
        text = "\n\n".join(article)
        if len(words(text)) >= WORDS[0]:
            if len(words(text)) <= WORDS[1]:
                yield text
            article = []


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of 8 words."""
    keys = [word.key for word in words(text)]
    return set(zip(*(keys[i:] for i in range(8)), strict=False))


def documents(language: str, articles: list[str], n: int, seed: int) -> list[Spliced]:
    """`n` documents of every kind; hosts and sources share no run of 8 words."""
    rng = random.Random(seed)
    shingles = {text: runs(text) for text in articles}
    made = []
    for kind in KINDS:
        while sum(document.kind == kind for document in made) < n:
            three = rng.sample(articles, 3)
            if not any(shingles[a] & shingles[b] for a, b in ((three[0], three[1]), (three[0], three[2]))):
                made.append(splice(three[0], three[1:], kind, rng, language))
    return made


def row(language: str, articles: list[str], measured: pd.DataFrame) -> dict[str, object]:
    """What is told of a language."""
    base = language.split("-")[0]
    error = (measured["share"] - measured["truth"]).abs()
    copied = measured["truth"] > 0
    covered = (measured["low"] - 1e-9 <= measured["truth"]) & (measured["truth"] <= measured["high"] + 1e-9)
    by_kind = {f"error {kind}": round(error[measured["kind"] == kind].mean(), 4) for kind in KINDS}
    return {
        "language": language,
        "pages": len(articles),
        "detected": round(sum(detect(text) == base for text in articles) / len(articles), 4),
        "documents": len(measured),
        "mean_absolute_error": round(error.mean(), 4),
        "missed_words": round(measured["missed"][copied].mean(), 4),
        "false_words": round(measured["false"].mean(), 4),
        "interval_covers": round(covered.mean(), 4),
        **by_kind,
        "date": datetime.now(UTC).date().isoformat(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--debian", type=Path, default=Path("/"), help="where the packages are unpacked")
    parser.add_argument("--documents", type=int, default=25, help="documents of each kind and language")
    parser.add_argument("--languages", default=",".join(PLACES))
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows = []
    with ProcessPoolExecutor(options.processes) as pool:
        for language in options.languages.split(","):
            articles = pages(language, options.debian)
            if len(articles) < 10:
                print(f"{language}: {len(articles)} pages, skipped (are both packages installed?)")
                continue
            made = documents(language.split("-")[0], articles, options.documents, options.seed)
            if language.endswith("unknown"):
                made = [replace(document, language=UNKNOWN) for document in made]
            measured = pd.DataFrame(pool.map(measure, made, chunksize=8))
            rows.append(row(language, articles, measured))
            print(rows[-1], flush=True)
    if options.out and rows:
        options.out.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(options.out / "languages.csv", index=False)


if __name__ == "__main__":
    main()
