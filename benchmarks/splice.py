"""Documents whose copied share is known word by word, spliced from real news, and the error of `copied_share` on them.

    python benchmarks/splice.py --documents 100 --out benchmarks/results

A document is a *host* article into which sentences of one or more *source* articles were put, as they were or edited.
Host and sources are the most similar articles, over a month apart, that share no run of 8 words. A replaced word inside
a copied sentence counts as copied.
"""

import argparse
import json
import lzma
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from wordfreq import top_n_list

from helpers import overlap
from helpers.alignment import AlignSettings
from helpers.cleaning import clean
from helpers.passages import passages_table
from helpers.prose import ProseWords, prose_words
from helpers.segmentation import sentences, words

PROJECT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("SOURCE_OVERLAP_CORPORA", PROJECT.parent / "shared" / "corpora"))
REUTERS = CORPORA / "reuters-2006-2010.jsonl.xz"

EDITS = ("verbatim", "reordered", "abridged", "replaced 10 %", "replaced 20 %", "replaced 40 %")
KINDS = (*EDITS, "inserted", "several sources", "mixed", "scattered", "whole", "none")
SHARES = ("verbatim_share", "edited_share", "paraphrased_share", "original_share")
VOCABULARY = top_n_list("en", 6000)[300:]


@dataclass(frozen=True)
class Spliced:
    """A document, the sources given to the aligner, and which characters are copied."""

    kind: str
    text: str
    sources: tuple[str, ...]
    copied: tuple[tuple[int, int], ...]


class Article(NamedTuple):
    """A cleaned article and its day, counted from some day."""

    day: int
    text: str


def reuters(step: int, path: Path = REUTERS) -> list[Article]:
    """Every `step`-th article, cleaned, of those that are long enough to splice."""
    found: list[Article] = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, step):
            article = json.loads(line)
            text = clean(article["text"]).text
            if 1200 <= len(text) <= 8000:
                found.append(Article(date.fromisoformat(article["day"]).toordinal(), text))
    return found


def body(text: str) -> list[str]:
    """The body sentences of an article, on one line each."""
    return [" ".join(text[s.start : s.end].split()) for s in sentences(text) if s.kind == "body"]


def edit(sentence: str, kind: str, rng: random.Random) -> str:
    """One copied sentence, edited."""
    tokens = sentence.split(" ")
    if kind == "abridged" and len(tokens) > 10:
        for _ in range(2):
            cut = rng.randint(2, max(2, len(tokens) // 6))
            at = rng.randrange(1, len(tokens) - cut)
            del tokens[at : at + cut]
    elif kind.startswith("replaced"):
        share = int(kind.split()[1]) / 100
        tokens = [rng.choice(VOCABULARY) if rng.random() < share else token for token in tokens]
    return " ".join(tokens)


def splice(host: str, sources: list[str], kind: str, rng: random.Random) -> Spliced:
    """Put sentences of the sources into the host; between 10 and 90 % of the words end up copied.

    "mixed" edits every sentence in another way; "scattered" does too, takes every third sentence of the source and puts
    each between two of the host; "whole" takes nothing from the host.
    """
    own = body(host)
    if kind == "none":
        return Spliced(kind, "\n\n".join(own), tuple(sources), ())
    pieces = [(sentence, False) for sentence in own[: rng.randint(3, max(3, len(own)))]]
    for source in sources if kind == "several sources" else sources[:1]:
        theirs = body(source)
        n = min(len(theirs), rng.randint(3, 12))
        first = rng.randrange(0, len(theirs) - n + 1)
        chosen = theirs[first % 3 :: 3] if kind == "scattered" else theirs[first : first + n]
        run = [(edit(s, _edit_of(kind, rng), rng), True) for s in chosen]
        if kind == "whole":
            pieces = []
        if kind == "reordered":
            rng.shuffle(run)
        pieces = _insert(pieces, run, kind, rng)
    lines, copied, position = [], [], 0
    for sentence, is_copy in pieces:
        if is_copy:
            copied.append((position, position + len(sentence)))
        lines.append(sentence)
        position += len(sentence) + 2
    return Spliced(kind, "\n\n".join(lines), tuple(sources), tuple(copied))


def _edit_of(kind: str, rng: random.Random) -> str:
    """The edit of one sentence of a document of this kind."""
    if kind in ("mixed", "scattered", "whole"):
        return rng.choice(EDITS)
    return kind if kind in EDITS else "verbatim"


def _insert(pieces: list, run: list, kind: str, rng: random.Random) -> list:
    """As one stretch, or scattered among the host's sentences ("inserted" original text, from the copy's view)."""
    if kind == "scattered":
        return [piece for pair in zip(pieces, run, strict=False) for piece in pair] + pieces[len(run) :]
    if kind in ("inserted", "reordered"):
        result = list(pieces)
        at = rng.randrange(len(result) + 1)
        for piece in run:
            result.insert(at, piece)
            at = min(len(result), at + 1 + (rng.random() < 0.5) * rng.randint(1, 2))
        return result
    at = rng.randrange(len(pieces) + 1)
    return [*pieces[:at], *run, *pieces[at:]]


def measure(document: Spliced, settings: AlignSettings | None = None, seed: int = 0) -> dict[str, object]:
    """True and measured copied share of one document, with the interval."""
    texts = {"document": document.text} | {f"source {i}": text for i, text in enumerate(document.sources)}
    corpus = {name: prose_words(text, _sentence_rows(text)) for name, text in texts.items()}
    pairs = [("document", name) for name in texts if name != "document"]
    passages = pd.concat(passages_table(texts, corpus, pairs, settings, processes=1))
    table = overlap.overlap_table(corpus, passages)
    row = overlap.copying_table(corpus, passages, table, seed=seed).set_index("article_id").loc["document"]
    truth = _true_words(corpus["document"], document.copied)
    found = overlap.word_kinds(corpus["document"], passages[passages["article_id"] == "document"]) > 0
    return {
        "kind": document.kind,
        "words": len(truth),
        "truth": float(truth.mean()) if len(truth) else 0.0,
        "share": row["copied_share"],
        **{name: row[name] for name in SHARES},
        "low": row["ci_low"],
        "high": row["ci_high"],
        "false": float((found & ~truth).sum() / max(1, (~truth).sum())),
        "missed": float((truth & ~found).sum() / max(1, truth.sum())),
    }


def _sentence_rows(text: str) -> pd.DataFrame:
    rows = [(i, *s) for i, s in enumerate(sentences(text))]
    return pd.DataFrame(rows, columns=["sentence", "start", "end", "kind", "quoted_words"])


def _true_words(own: ProseWords, copied: tuple[tuple[int, int], ...]) -> np.ndarray:
    truth = np.zeros(len(own), dtype=bool)
    for start, end in copied:
        truth[own.inside(start, end)] = True
    return truth


def documents(articles: list[Article], n: int, seed: int) -> Iterator[Spliced]:
    """`n` documents of every kind, each of a host and two sources."""
    rng = random.Random(seed)
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(a.text for a in articles)
    for kind in KINDS:
        for _ in range(n):
            host, *sources = same_topic(articles, vectors, rng.randrange(len(articles)))
            yield splice(host, sources, kind, rng)


def same_topic(articles: list[Article], vectors: csr_matrix, host: int) -> list[str]:
    """The host and the two most similar articles of another month that share no run of 8 words with it."""
    order = np.argsort(-(vectors @ vectors[host].T).toarray().ravel(), kind="stable")
    chosen, seen = [articles[host].text], eight_word_runs(articles[host].text)
    for article in (articles[i] for i in order):
        shingles = eight_word_runs(article.text)
        if abs(article.day - articles[host].day) > 30 and not seen & shingles:
            chosen.append(article.text)
            seen |= shingles
        if len(chosen) == 3:
            break
    return chosen


def eight_word_runs(text: str) -> set[tuple[str, ...]]:
    """All runs of 8 words of a text."""
    keys = [word.key for word in words(text)]
    return {tuple(keys[i : i + 8]) for i in range(len(keys) - 7)}


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error, bias and coverage by kind of edit."""
    rows = rows.assign(
        error=rows["share"] - rows["truth"],
        inside=(rows["low"] - 1e-9 <= rows["truth"]) & (rows["truth"] <= rows["high"] + 1e-9),
        width=rows["high"] - rows["low"],
    )
    rows["absolute"] = rows["error"].abs()
    table = rows.groupby("kind", sort=False).agg(
        documents=("truth", "size"),
        true_share=("truth", "mean"),
        mean_absolute_error=("absolute", "mean"),
        worst=("absolute", "max"),
        bias=("error", "mean"),
        missed_words=("missed", "mean"),
        false_words=("false", "mean"),
        interval_covers=("inside", "mean"),
        interval_width=("width", "mean"),
    )
    return table.round(4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100, help="documents of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    articles = reuters(12)
    made = list(documents(articles, options.documents, options.seed))
    with ProcessPoolExecutor(options.processes) as pool:
        rows = pd.DataFrame(pool.map(measure, made, chunksize=8))
    table = summarise(rows)
    print(table.to_string())
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "splice.csv")


if __name__ == "__main__":
    main()
