"""The table `passages`: align every candidate pair of a corpus, on one core or on all."""

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor

import pandas as pd

from helpers import tables
from helpers.alignment import AlignSettings, Document, Passage, align_documents
from helpers.prose import ProseWords, count_words

COLUMNS = [
    "article_id",
    "start",
    "end",
    "source_id",
    "source_start",
    "source_end",
    "kind",
    "score",
    "n_words",
    "quoted_words",
    "block",
]
KEY = list(tables.TABLES["passages"].key)
PARALLEL_PAIRS = 400
"""From this many pairs on, starting worker processes (about two seconds) pays."""
CHUNK = 64
"""Pairs a worker process is handed at a time."""

_TYPES = {name: "str" for name in ("article_id", "source_id", "kind")} | {"score": "float64"}

Pair = tuple[str, str]
_worker: dict[str, Document] = {}


def candidate_pairs(similarity: pd.DataFrame, min_cosine: float) -> list[Pair]:
    """Unordered pairs worth aligning: those whose words or characters are at least this similar."""
    likely = similarity[["cosine_words", "cosine_chars"]].max(axis=1) >= min_cosine
    forward = similarity["article_id"] < similarity["other_id"]
    chosen = similarity[likely & forward].sort_values(["article_id", "other_id"])
    return list(zip(chosen["article_id"], chosen["other_id"], strict=True))


def passages_table(
    texts: Mapping[str, str],
    corpus: Mapping[str, ProseWords],
    pairs: list[Pair],
    settings: AlignSettings | None = None,
    processes: int | None = None,
    languages: Mapping[str, str] | None = None,
) -> Iterator[pd.DataFrame]:
    """The rows of `passages`, one frame per pair aligned, both directions in it; the order is that of `pairs`.

    Args:
        texts: canonical text by article_id.
        corpus: prose words by article_id.
        pairs: unordered pairs of article_ids.
        settings: of the aligner.
        processes: worker processes; by default as many as there are cores, and none for a small corpus. The rows
            do not depend on it.
        languages: ISO 639-1 code by article_id; by default all are English.
    """
    settings = settings or AlignSettings()
    needed = sorted({article for pair in pairs for article in pair})
    documents = {
        article: Document.from_text(texts[article], (languages or {}).get(article, "en")) for article in needed
    }
    for pair, found in zip(pairs, _aligned(documents, pairs, settings, processes), strict=True):
        yield _rows(pair, found, corpus)


def _aligned(
    documents: dict[str, Document], pairs: list[Pair], settings: AlignSettings, processes: int | None
) -> Iterable[list[Passage]]:
    if processes is None:
        processes = (os.cpu_count() or 1) if len(pairs) >= PARALLEL_PAIRS else 1
    if processes < 2:
        yield from (align_documents(documents[a], documents[b], settings) for a, b in pairs)
        return
    chunks = [(pairs[i : i + CHUNK], settings) for i in range(0, len(pairs), CHUNK)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start_worker, (documents,)) as pool:
        for found in pool.map(_align_chunk, chunks):
            yield from found


def _start_worker(documents: dict[str, Document]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker.update(documents)


def _end_with_parent() -> None:
    """End a worker whose parent was killed: it would wait for work forever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _align_chunk(job: tuple[list[Pair], AlignSettings]) -> list[list[Passage]]:
    chunk, settings = job
    return [align_documents(_worker[a], _worker[b], settings) for a, b in chunk]


def _rows(pair: Pair, found: list[Passage], corpus: Mapping[str, ProseWords]) -> pd.DataFrame:
    rows = []
    for p in found:
        here = corpus[pair[0]].clip(p.start, p.end)
        there = corpus[pair[1]].clip(p.source_start, p.source_end)
        if not here and not there:  # datelines, captions and credits alone are no evidence
            continue
        here, there = here or (p.start, p.end), there or (p.source_start, p.source_end)
        for article, own, source, other in ((pair[0], here, pair[1], there), (pair[1], there, pair[0], here)):
            counted = count_words(corpus[article], *own)
            rows.append((article, *own, source, *other, p.kind, p.score, *counted, p.block))
    return pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(KEY)


def no_rows() -> pd.DataFrame:
    """An empty table of passages with the types it would have: what a corpus without copying hands on."""
    return pd.DataFrame({name: pd.Series(dtype=_TYPES.get(name, "int64")) for name in COLUMNS})
