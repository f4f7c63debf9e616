"""The table `passages`: align every candidate pair of a corpus, on one core or on all."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, depth_first_order, minimum_spanning_tree

from helpers import tables
from helpers.alignment import AlignSettings, Loops, Passage, Prepared, align_documents, fastest
from helpers.memory import give_back
from helpers.prose import JoinedWords, ProseWords
from helpers.workers import end_with_parent

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
LEAST_CHUNK, MOST_CHUNK = 64, 2048
"""Pairs a worker process is handed at a time: the more, the fewer texts are made ready in both."""
CHUNKS_PER_PROCESS = 12
KEPT_TEXTS = 2000
"""Texts made ready for alignment that a process keeps at most, about 70 kB each for an article of 500 words."""

_TYPES = {name: "str" for name in ("article_id", "source_id", "kind")} | {"score": "float64"}

Pair = tuple[str, str]
Aligned = tuple[int, pd.DataFrame]
Found = tuple[int, int, Passage]
"""A passage of two articles, which are given by number."""


@dataclass(frozen=True)
class _Job:
    """Pairs to align, as places among the articles of the job; of these the number, text, language and words."""

    pairs: list[tuple[int, int]]
    articles: list[int]
    texts: list[str]
    languages: list[str]
    words: JoinedWords


@dataclass
class _Aligner:
    """Aligns jobs, and keeps the texts of the last ones ready."""

    settings: AlignSettings
    loops: Loops
    texts: dict[int, Prepared] = field(default_factory=dict)

    def aligned(self, job: _Job) -> Aligned:
        """The number of pairs of a job, and their rows of `passages`, articles by number."""
        for article, text, language in zip(job.articles, job.texts, job.languages, strict=True):
            known = self.texts.pop(article, None)
            self.texts[article] = known or self.loops.prepared(text, language, self.settings)
        found = [(*pair, passage) for pair in job.pairs for passage in self._passages(job, *pair)]
        for article in list(self.texts)[:-KEPT_TEXTS]:  # those needed longest ago
            del self.texts[article]
        rows, numbers = both_rows(found, job.words), np.array(job.articles)
        rows = rows.assign(article_id=numbers[rows["article_id"]], source_id=numbers[rows["source_id"]])
        return len(job.pairs), rows.drop_duplicates(KEY)

    def _passages(self, job: _Job, first: int, second: int) -> list[Passage]:
        text, source = self.texts[job.articles[first]], self.texts[job.articles[second]]
        return align_documents(text, source, self.settings, self.loops.passages)


_worker: list[_Aligner] = []


def candidate_pairs(similarity: pd.DataFrame, min_cosine: float, candidates: pd.DataFrame) -> list[Pair]:
    """Unordered pairs worth aligning: of a large corpus the candidates, else what is similar.

    Args:
        similarity: the table of that name.
        min_cosine: least cosine of words or of characters.
        candidates: the table of that name, without rows if the corpus is small.
    """
    if len(candidates):
        return list(zip(candidates["article_id"], candidates["other_id"], strict=True))
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
    progress: Callable[[int], object] = lambda done: None,
) -> pd.DataFrame:
    """The table `passages`: one row per passage and direction.

    Args:
        texts: canonical text by article_id.
        corpus: prose words by article_id.
        pairs: unordered pairs of article_ids.
        settings: of the aligner.
        processes: worker processes; by default as many as there are cores, and none for a small corpus. The rows
            do not depend on it.
        languages: ISO 639-1 code by article_id; by default all are English.
        progress: told now and then how many more pairs are done.
    """
    if processes is None:
        processes = (os.cpu_count() or 1) if len(pairs) >= PARALLEL_PAIRS else 1
    if not pairs:
        return no_rows()
    aligner = _Aligner(settings or AlignSettings(), fastest(len(pairs)))
    different, numbers = np.unique(np.array(pairs, dtype=object), return_inverse=True)
    names, numbers = different.tolist(), numbers.reshape(-1, 2)
    jobs = [partial(_job, portion, names, texts, corpus, languages or {}) for portion in _portions(numbers, processes)]
    give_back()
    frames = []
    for n_pairs, frame in _aligned(jobs, aligner, processes):
        frames.append(frame)
        progress(n_pairs)
    return table_of(frames, names)


def table_of(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """The table, from rows that give each article as its number among the sorted names."""
    rows = pd.concat(frames).sort_values(KEY, ignore_index=True)
    ids = pd.array(names, dtype="str")
    return rows.assign(article_id=ids[rows["article_id"]], source_id=ids[rows["source_id"]])


def _portions(pairs: NDArray[np.intp], processes: int) -> list[NDArray[np.intp]]:
    """The pairs in portions, those of an article and its neighbours near each other: few texts are needed at a time.

    Articles are taken in the order of a walk along a spanning forest of the pairs that keeps to articles of many pairs.
    """
    first, second = pairs.T
    n, degree = int(pairs.max()) + 1, np.bincount(pairs.ravel())
    forest = minimum_spanning_tree(coo_array((1 / (degree[first] + degree[second]), (first, second)), shape=(n, n)))
    _, roots = np.unique(connected_components(forest, directed=False)[1], return_index=True)
    edges = coo_array(forest)
    joined = np.concatenate([edges.row, np.full(len(roots), n)]), np.concatenate([edges.col, roots])
    whole = coo_array((np.ones(len(joined[0])), joined), shape=(n + 1, n + 1)).tocsr()
    place = np.argsort(depth_first_order(whole, n, directed=False, return_predecessors=False))
    ordered = pairs[np.lexsort((np.maximum(place[first], place[second]), np.minimum(place[first], place[second])))]
    size = min(max(len(pairs) // (CHUNKS_PER_PROCESS * max(1, processes)), LEAST_CHUNK), MOST_CHUNK)
    return [ordered[i : i + size] for i in range(0, len(ordered), size)]


def _job(
    pairs: NDArray[np.intp],
    names: Sequence[str],
    texts: Mapping[str, str],
    corpus: Mapping[str, ProseWords],
    languages: Mapping[str, str],
) -> _Job:
    places = {number: place for place, number in enumerate(dict.fromkeys(pairs.ravel().tolist()))}
    articles = [names[number] for number in places]
    return _Job(
        [(places[first], places[second]) for first, second in pairs.tolist()],
        [*places],
        [texts[article] for article in articles],
        [languages.get(article, "en") for article in articles],
        JoinedWords.of([corpus[article] for article in articles]),
    )


def _aligned(jobs: Sequence[Callable[[], _Job]], aligner: _Aligner, processes: int) -> Iterator[Aligned]:
    """The pairs of each job and their rows, in no order; a job is made when a process is about to be free.

    Each process has a stretch of neighbouring jobs of its own, so that few texts are made ready in both; who has done
    all of his takes the last one of whoever has most left.
    """
    if processes < 2:
        yield from (aligner.aligned(job()) for job in jobs)
        return
    context = multiprocessing.get_context("spawn")
    lanes = [deque(jobs[len(jobs) * i // processes : len(jobs) * (i + 1) // processes]) for i in range(processes)]
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, context, _start_worker, (aligner,))) for _ in range(processes)
        ]
        waiting: dict[Future[Aligned], int] = {}
        free = [*range(processes)] * 2
        while free or waiting:
            for lane in free:
                longest = max(lanes, key=len)
                if lanes[lane] or longest:
                    job = lanes[lane].popleft() if lanes[lane] else longest.pop()
                    waiting[pools[lane].submit(_aligned_in_worker, job())] = lane
            done = wait(waiting, return_when=FIRST_COMPLETED).done
            free = [waiting.pop(future) for future in done]
            yield from [future.result() for future in done]


def _start_worker(aligner: _Aligner) -> None:
    end_with_parent()
    _worker.append(aligner)


def _aligned_in_worker(job: _Job) -> Aligned:
    return _worker[0].aligned(job)


def both_rows(found: Sequence[Found], words: JoinedWords) -> pd.DataFrame:
    """Passages as rows of both articles, cut to their prose; none where neither side has any.

    Args:
        found: passages of articles that are given by number, as they are in the rows.
        words: the prose words of these articles.
    """
    if not found:
        return no_rows().astype({"article_id": "int64", "source_id": "int64"})
    first, second = np.array([pair for *pair, _ in found]).T
    table = pd.DataFrame([passage for _, _, passage in found], columns=Passage._fields)
    here = words.clipped(first, table["start"].to_numpy(), table["end"].to_numpy())
    there = words.clipped(second, table["source_start"].to_numpy(), table["source_end"].to_numpy())
    counts = (here.n_words > 0) | (there.n_words > 0)  # datelines, captions and credits alone are no evidence
    sides = [(first, here, second, there), (second, there, first, here)]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "article_id": own,
                    "start": span.start,
                    "end": span.end,
                    "source_id": source,
                    "source_start": other.start,
                    "source_end": other.end,
                    "kind": table["kind"],
                    "score": table["score"],
                    "n_words": span.n_words,
                    "quoted_words": span.quoted_words,
                    "block": table["block"],
                }
            )[counts]
            for own, span, source, other in sides
        ]
    )


def no_rows() -> pd.DataFrame:
    """An empty table of passages with the types it would have: what a corpus without copying hands on."""
    return pd.DataFrame({name: pd.Series(dtype=_TYPES.get(name, "int64")) for name in COLUMNS})
