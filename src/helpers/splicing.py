"""Documents whose copied share is known word by word, and the error of `copied_share` on them.

A document is a *host* article into which sentences of one or more *sources* were put, as they were or edited. A
replaced word inside a copied sentence counts as copied.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd
from wordfreq import top_n_list

from helpers import overlap, shares
from helpers.alignment import AlignSettings
from helpers.passages import passages_table
from helpers.prose import ProseWords, prose_words
from helpers.segmentation import sentences, words
from helpers.similarity import cosine_matrix, similarity_table, word_vectors
from helpers.spaceless import holds_spaceless

EDITS = ("verbatim", "reordered", "abridged", "replaced 10 %", "replaced 20 %", "replaced 40 %")
KINDS = (*EDITS, "inserted", "several sources", "mixed", "scattered", "whole", "none")
"""Kinds of documents.

"inserted" puts sentences of the host between the copied ones. "mixed" edits every sentence in another way; "scattered"
does too, takes every third sentence of the source and puts each between two of the host; "whole" takes nothing from
the host; "none" nothing from the sources.
"""
PARAGRAPH = "\n\n"


@dataclass(frozen=True)
class Spliced:
    """A document, the sources given to the aligner, and which characters are copied."""

    kind: str
    text: str
    sources: tuple[str, ...]
    copied: tuple[tuple[int, int], ...]
    language: str = "en"


def splice(host: str, sources: Sequence[str], kind: str, rng: random.Random, language: str = "en") -> Spliced:
    """Put sentences of the sources into the host, as the kind says (see `KINDS`); all texts are in one language."""
    own = body(host, language)
    if kind == "none":
        return Spliced(kind, PARAGRAPH.join(own), tuple(sources), (), language)
    pieces = [(sentence, False) for sentence in own[: rng.randint(3, max(3, len(own)))]]
    if kind == "whole":
        pieces = []
    for source in sources if kind == "several sources" else sources[:1]:
        taken = _taken(body(source, language), kind, rng)
        run = [(edit(s, _edit_of(kind, rng), rng, language), True) for s in taken]
        if kind == "reordered":
            rng.shuffle(run)
        pieces = _insert(pieces, run, kind, rng)
    starts = np.cumsum([0, *(len(sentence) + len(PARAGRAPH) for sentence, _ in pieces)]).tolist()
    copied = [(at, at + len(s)) for at, (s, is_copy) in zip(starts, pieces, strict=False) if is_copy]
    return Spliced(kind, PARAGRAPH.join(s for s, _ in pieces), tuple(sources), tuple(copied), language)


def sample(hosts: Sequence[str], sources: Sequence[str], n: int, seed: int, language: str = "en") -> list[Spliced]:
    """`n` documents of every kind, each of a host and two sources drawn at random."""
    rng = random.Random(seed)
    drawn = [(kind, rng.choice(hosts), rng.sample(list(sources), 2)) for kind in KINDS for _ in range(n)]
    return [splice(host, two, kind, rng, language) for kind, host, two in drawn]


def judge_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """What the aligner marks in labelled pairs of short texts.

    Args:
        pairs: columns id, label ("copy" or "independent"), how, text, source.

    Returns:
        The pairs with `share`, the share of the words of `text` that are marked, and `marked`, those words.
    """
    judged = []
    for pair in pairs.itertuples():
        texts = {"text": pair.text, "source": pair.source}
        corpus = {name: prose_words(text, sentence_rows(text)) for name, text in texts.items()}
        rows = passages_table(texts, corpus, [("text", "source")], None, 1)
        own, rows = corpus["text"], rows[rows["article_id"] == "text"]
        marked = [pair.text[row.start : row.end] for row in rows.itertuples()]
        judged.append((float((shares.word_kinds(own, rows) > 0).mean()), " | ".join(dict.fromkeys(marked))))
    return pairs.assign(share=[share for share, _ in judged], marked=[text for _, text in judged])


def body(text: str, language: str = "en") -> list[str]:
    """The body sentences of an article, on one line each."""
    return [" ".join(text[s.start : s.end].split()) for s in sentences(text, language) if s.kind == "body"]


def edit(sentence: str, kind: str, rng: random.Random, language: str = "en") -> str:
    """One copied sentence, edited; replaced words become words of middling frequency, not synonyms."""
    blank = "" if holds_spaceless(sentence) else " "
    tokens = sentence.split(" ") if blank else _spaceless_tokens(sentence)
    if kind == "abridged" and len(tokens) > 10:
        for _ in range(2):
            cut = rng.randint(2, max(2, len(tokens) // 6))
            at = rng.randrange(1, len(tokens) - cut)
            del tokens[at : at + cut]
    elif kind.startswith("replaced"):
        share = int(kind.split()[1]) / 100
        tokens = [rng.choice(_vocabulary(language)) if rng.random() < share else token for token in tokens]
    return blank.join(tokens)


def _spaceless_tokens(sentence: str) -> list[str]:
    """The words of a sentence written without blanks, each with the marks that follow it."""
    starts = [word.start for word in words(sentence)]
    return [sentence[a:b] for a, b in pairwise((0, *starts[1:], len(sentence)))]


@lru_cache
def _vocabulary(language: str) -> list[str]:
    return list(top_n_list(language, 6000)[300:])


def _taken(theirs: list[str], kind: str, rng: random.Random) -> list[str]:
    """The sentences of a source that are copied: 3 to 12 in succession, or every third."""
    n = min(len(theirs), rng.randint(3, 12))
    first = rng.randrange(0, len(theirs) - n + 1)
    return theirs[first % 3 :: 3] if kind == "scattered" else theirs[first : first + n]


def _edit_of(kind: str, rng: random.Random) -> str:
    """The edit of one sentence of a document of this kind."""
    if kind in ("mixed", "scattered", "whole"):
        return rng.choice(EDITS)
    return kind if kind in EDITS else "verbatim"


def _insert(
    pieces: list[tuple[str, bool]], run: list[tuple[str, bool]], kind: str, rng: random.Random
) -> list[tuple[str, bool]]:
    """Copied sentences among those of the host: one by one, with one or two of the host between, or as one stretch."""
    if kind == "scattered":
        return [piece for pair in zip(pieces, run, strict=False) for piece in pair] + pieces[len(run) :]
    at = rng.randrange(len(pieces) + 1)
    if kind not in ("inserted", "reordered"):
        return [*pieces[:at], *run, *pieces[at:]]
    result = list(pieces)
    for piece in run:
        result.insert(at, piece)
        at = min(len(result), at + 1 + (rng.random() < 0.5) * rng.randint(1, 2))
    return result


def measure(document: Spliced, settings: AlignSettings | None = None) -> dict[str, object]:
    """What the method says of one document, and what is true.

    Returns:
        kind, words, truth (true copied share), share (`copied_share`), low and high (its interval), the share of each
        kind of word, bridged (share if blocks were counted instead of rows), missed (of the copied words), false (of
        the others), cosine (of the most similar source), label.
    """
    texts = {"document": document.text} | {f"source {i}": text for i, text in enumerate(document.sources)}
    corpus = {name: prose_words(text, sentence_rows(text, document.language)) for name, text in texts.items()}
    pairs, languages = [("document", s) for s in list(texts)[1:]], dict.fromkeys(texts, document.language)
    passages = passages_table(texts, corpus, pairs, settings, 1, languages)
    prose = pd.Series({name: _prose(text, corpus[name]) for name, text in texts.items()})
    cosine = cosine_matrix(word_vectors(prose, document.language), prose.index)
    alike = similarity_table(cosine, cosine)
    table = overlap.copying_table(corpus, passages, overlap.overlap_table(corpus, passages), alike, prose)
    row = table.set_index("article_id").loc["document"]
    own, rows = corpus["document"], passages[passages["article_id"] == "document"]
    truth, found = _marked(own, document.copied), shares.word_kinds(own, rows) > 0
    return {
        "kind": document.kind,
        "words": len(own),
        "truth": float(truth.mean()) if len(truth) else 0.0,
        "share": row["copied_share"],
        "low": row["ci_low"],
        "high": row["ci_high"],
        **{f"{kind}_share": row[f"{kind}_share"] for kind in shares.KINDS},
        "bridged": _bridged(own, rows),
        "missed": float((truth & ~found).sum() / max(1, truth.sum())),
        "false": float((found & ~truth).sum() / max(1, (~truth).sum())),
        "cosine": alike[alike["article_id"] == "document"]["cosine_words"].max(),
        "label": row["label"],
    }


def sentence_rows(text: str, language: str = "en") -> pd.DataFrame:
    """The sentences of one text, as rows of the table `sentences`."""
    rows = [(i, *s) for i, s in enumerate(sentences(text, language))]
    return pd.DataFrame(rows, columns=["sentence", "start", "end", "kind", "quoted_words"])


def _prose(text: str, own: ProseWords) -> str:
    return " ".join(text[start:end] for start, end in zip(own.start, own.end, strict=True))


def _bridged(own: ProseWords, rows: pd.DataFrame) -> float:
    """Share of the words from the first to the last of each block, whatever stands between."""
    blocks = rows.groupby(["source_id", "block"]).agg({"start": "min", "end": "max"})
    return float(_marked(own, blocks.itertuples(index=False)).mean()) if len(own) else 0.0


def _marked(own: ProseWords, spans: Iterable[tuple[int, int]]) -> np.ndarray:
    marked = np.zeros(len(own), dtype=bool)
    for start, end in spans:
        marked[own.inside(start, end)] = True
    return marked


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """Error, coverage of the interval and labels by kind of document, from rows of `measure`; the last row is all."""
    labels = sorted(rows["label"].unique())
    rows = pd.concat([rows, rows.assign(kind="all")])
    rows = rows.assign(
        error=rows["share"] - rows["truth"],
        absolute=(rows["share"] - rows["truth"]).abs(),
        bridged_error=(rows["bridged"] - rows["truth"]).abs(),
        covered=(rows["low"] - 1e-9 <= rows["truth"]) & (rows["truth"] <= rows["high"] + 1e-9),
        width=rows["high"] - rows["low"],
        **{name.replace(" ", "_"): rows["label"] == name for name in labels},
    )
    table = rows.groupby("kind", sort=False).agg(
        documents=("truth", "size"),
        true_share=("truth", "mean"),
        mean_absolute_error=("absolute", "mean"),
        worst=("absolute", "max"),
        bias=("error", "mean"),
        missed_words=("missed", "mean"),
        false_words=("false", "mean"),
        bridged_error=("bridged_error", "mean"),
        interval_covers=("covered", "mean"),
        interval_width=("width", "mean"),
        **{name.replace(" ", "_"): (name.replace(" ", "_"), "mean") for name in labels},
    )
    return table.round(4)
