"""The table `passages`: align every candidate pair of a corpus, on one core or on all."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from helpers.workers import cores_for, end_with_parent

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
KINDS = ("edited", "paraphrased", "verbatim")
ROW = np.dtype([(name, {"kind": "i1", "score": "f8"}.get(name, "i4")) for name in COLUMNS])
"""A row as 45 bytes: articles by number, the kind as its place in `KINDS`."""
RANGES = 32
"""Ranges of articles that the table is put together from at most: rows stand in memory once, those of a range twice."""
_TRIMMED = 64
"""After so many jobs memory is given back: what they leave free lies between rows that stay."""
PARALLEL_PAIRS = 400
"""From this many pairs on, starting worker processes (about two seconds) pays."""
LEAST_CHUNK, MOST_CHUNK = 64, 2048
"""Pairs a worker process is handed at a time: the more, the fewer texts are made ready in both."""
CHUNKS_PER_PROCESS = 12
KEPT_TEXTS = 2000
"""Texts made ready for alignment that a process keeps at most, about 70 kB each for an article of 500 words."""

_TYPES = {name: "str" for name in ("article_id", "source_id", "kind")} | {"score": "float64"}

Pair = tuple[str, str]
Rows = NDArray[np.void]
"""An array of `ROW`."""
Aligned = tuple[int, Rows]
Found = tuple[int, int, Passage]
"""A passage of two articles, which are given by number."""


@dataclass(frozen=True, eq=False)
class Pairs(Collection[Pair]):
    """Pairs of articles, as numbers: tuples of names take 50 times the memory.

    Attributes:
        names: the articles that stand in any pair, sorted.
        numbers: places among these: (pairs, 2).
    """

    names: list[str]
    numbers: NDArray[np.int32]

    @classmethod
    def of(cls, first: pd.Series, second: pd.Series) -> "Pairs":
        """From the names of both sides.

        >>> pairs = Pairs.of(pd.Series(["b", "a"]), pd.Series(["c", "c"]))
        >>> pairs.names, [*pairs], len(pairs)
        (['a', 'b', 'c'], [('b', 'c'), ('a', 'c')], 2)
        """
        numbers, names = pd.factorize(pd.concat([first, second], ignore_index=True), sort=True)
        return cls(names.tolist(), numbers.astype(np.int32).reshape(2, -1).T)

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Pair]:
        """The pairs as names."""
        return ((self.names[first], self.names[second]) for first, second in zip(*self.numbers.T, strict=True))

    def __contains__(self, pair: object) -> bool:
        """Whether this pair is one of them."""
        return any(pair == own for own in self)


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
        for side in ("article_id", "source_id"):
            rows[side] = numbers[rows[side]]
        return len(job.pairs), _in_order([rows])

    def _passages(self, job: _Job, first: int, second: int) -> list[Passage]:
        text, source = self.texts[job.articles[first]], self.texts[job.articles[second]]
        return align_documents(text, source, self.settings, self.loops.passages)


_worker: list[_Aligner] = []


def candidate_pairs(similarity: pd.DataFrame, min_cosine: float, candidates: pd.DataFrame) -> Pairs:
    """Unordered pairs worth aligning: of a large corpus the candidates, else what is similar.

    Args:
        similarity: the table of that name.
        min_cosine: least cosine of words or of characters.
        candidates: the table of that name, without rows if the corpus is small.
    """
    if len(candidates):
        return Pairs.of(candidates["article_id"], candidates["other_id"])
    likely = similarity[["cosine_words", "cosine_chars"]].max(axis=1) >= min_cosine
    forward = similarity["article_id"] < similarity["other_id"]
    chosen = similarity[likely & forward].sort_values(["article_id", "other_id"])
    return Pairs.of(chosen["article_id"], chosen["other_id"])


def passages_table(
    texts: Mapping[str, str],
    corpus: Mapping[str, ProseWords],
    pairs: Collection[Pair],
    settings: AlignSettings | None = None,
    processes: int | None = None,
    languages: Mapping[str, str] | None = None,
    progress: Callable[[int], object] = lambda done: None,
    compact: bool = False,
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
        compact: articles and kinds as categories (in alphabetical order), numbers of 32 bits: a third of the memory.
    """
    if processes is None:
        processes = cores_for(len(pairs), PARALLEL_PAIRS)
    if not pairs:
        return no_rows()
    aligner = _Aligner(settings or AlignSettings(), fastest(len(pairs)))
    own = pairs if isinstance(pairs, Pairs) else Pairs.of(*(pd.Series(side) for side in zip(*pairs, strict=True)))
    portions, names = _portions(own.numbers, processes), own.names
    jobs = [partial(_job, portion, names, texts, corpus, languages or {}) for portion in portions]
    give_back()
    n_ranges = min(RANGES, len(jobs))
    found: list[list[Rows]] = [[] for _ in range(n_ranges)]
    bounds = np.arange(1, n_ranges) * len(names) // n_ranges
    for number, (n_pairs, rows) in enumerate(_aligned(jobs, aligner, processes)):
        for part, piece in zip(found, np.split(rows, np.searchsorted(rows["article_id"], bounds)), strict=True):
            part.append(piece.copy())
        if number % _TRIMMED == _TRIMMED - 1:
            give_back()
        progress(n_pairs)
    return _table(found, names, compact)


def table_of(rows: Sequence[Rows], names: Sequence[str]) -> pd.DataFrame:
    """The table, from rows that give each article as its number among the sorted names."""
    return _table([[*rows]], names)


def _table(found: list[list[Rows]], names: Sequence[str], compact: bool = False) -> pd.DataFrame:
    """The table, from the rows of successive ranges of articles, each taken away when it was written."""
    n_rows = sum(len(piece) for part in found for piece in part)
    columns = {name: np.empty(n_rows, ROW[name]) for name in COLUMNS}
    stop = 0
    while found:
        rows = _in_order(found.pop(0))
        start, stop = stop, stop + len(rows)
        for name, column in columns.items():
            column[start:stop] = rows[name]
        del rows
        give_back()
    ids, kinds = (pd.Index(values, dtype="str") for values in (names, KINDS))
    told = {"article_id": ids, "source_id": ids, "kind": kinds}
    made = {}
    for name in COLUMNS:
        column = columns.pop(name)[:stop]
        if name in told:
            made[name] = tables.named(column, told[name], compact)
        else:
            made[name] = column if compact or name == "score" else column.astype(np.int64)
    return pd.DataFrame(made, copy=False)


def _in_order(pieces: Sequence[Rows]) -> Rows:
    """All rows in the order of the table, each once."""
    rows = np.concatenate(pieces)
    rows = rows[np.lexsort([rows[name] for name in reversed(KEY)])]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = np.logical_or.reduce([rows[name][1:] != rows[name][:-1] for name in KEY])
    return rows[new]


def _portions(pairs: NDArray[np.int32], processes: int) -> list[NDArray[np.int32]]:
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
    pairs: NDArray[np.int32],
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
        JoinedWords.among(corpus, articles),
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


def both_rows(found: Sequence[Found], words: JoinedWords) -> Rows:
    """Passages as rows of both articles, cut to their prose; none where neither side has any.

    Args:
        found: passages of articles that are given by number, as they are in the rows.
        words: the prose words of these articles.
    """
    rows = np.zeros((2, len(found)), dtype=ROW)
    if not found:
        return rows.ravel()
    first, second = np.array([pair for *pair, _ in found]).T
    told = dict(zip(Passage._fields, zip(*(passage for _, _, passage in found), strict=True), strict=True))
    start, end, source_start, source_end = (np.array(told[name]) for name in Passage._fields[:4])
    here, there = words.clipped(first, start, end), words.clipped(second, source_start, source_end)
    counts = (here.n_words > 0) | (there.n_words > 0)  # datelines, captions and credits alone are no evidence
    for own, sides in zip(rows, [(first, here, second, there), (second, there, first, here)], strict=True):
        own["article_id"], span, own["source_id"], other = sides
        own["start"], own["end"], own["n_words"], own["quoted_words"] = span
        own["source_start"], own["source_end"], *_ = other
        own["kind"] = [KINDS.index(kind) for kind in told["kind"]]
        own["score"], own["block"] = told["score"], told["block"]
    return rows[:, counts].ravel()


def no_rows() -> pd.DataFrame:
    """An empty table of passages with the types it would have: what a corpus without copying hands on."""
    return pd.DataFrame({name: pd.Series(dtype=_TYPES.get(name, "int64")) for name in COLUMNS})
