"""Passages: verbatim runs, edited and paraphrased rows of two texts, numbered by block."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.alignment.blocks import Scored, find_boxes, is_canonical
from helpers.alignment.documents import Document, Prepared
from helpers.alignment.pairing import Box, Side, pair_sides
from helpers.alignment.plausibility import is_plausible, is_plausible_alone
from helpers.alignment.settings import AlignSettings
from helpers.alignment.tighten import LinkedWords, Row, tight_rows
from helpers.alignment.units import PairWeights, link_units, word_weights
from helpers.alignment.verbatim import Run, verbatim_runs

VERBATIM, EDITED, PARAPHRASED = "verbatim", "edited", "paraphrased"
# Rows outside accepted blocks form one block if no more words than this lie between them, on both texts.
NEAR_WORDS = 30
# Texts of fewer words are not called copies of each other even if they are the same.
LEAST_IDENTICAL_WORDS = 3
# Rows that are not in order must share this much of their information (set looking at the five articles).
LEAST_PARAPHRASE_SCORE = 0.25


class Passage(NamedTuple):
    """A tight row: every word of it has a counterpart, or is a changed word among some that have.

    Attributes:
        start: First character in the text.
        end: Character after the last.
        source_start: First character in the source text.
        source_end: Character after the last.
        kind: verbatim, edited (most words recur in order) or paraphrased.
        score: Share of the information of both sides that has a counterpart, 0 to 1 (verbatim: 1).
        block: Number of the block it belongs to, 0-based in order of the shorter text.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    kind: str
    score: float
    block: int

    def mirrored(self) -> "Passage":
        """The same passage seen from the source."""
        spans = self.source_start, self.source_end, self.start, self.end
        return Passage(*spans, self.kind, self.score, self.block)


def canonical_passages(document: Document, source: Document, settings: AlignSettings) -> list[Passage]:
    """Passages of two texts with words, the first of which comes first (see `is_canonical`), in no order."""
    sides = pair_sides(document, source)
    blocks = find_boxes(sides, settings)
    runs = _runs(document, source, settings)
    rows = _linked_rows(sides, blocks, runs, settings) if blocks else []
    rows = [row for row in rows if _kind(row, settings) == EDITED or row.score >= LEAST_PARAPHRASE_SCORE]
    run_boxes = [_run_box(run) for run in runs]
    rows = _vouched(sides, rows, run_boxes, settings)
    boxes = run_boxes + [row.box for row in rows]
    numbers = block_numbers(boxes, [box for _, box in blocks])
    scores = [1.0] * len(runs) + [row.score for row in rows]
    kinds = [VERBATIM] * len(runs) + [_kind(row, settings) for row in rows]
    found = zip(boxes, kinds, scores, numbers, strict=True)
    return [_passage(sides, *values) for values in found]


Passages = Callable[[Any, Any, AlignSettings], list[Passage]]


class Loops(NamedTuple):
    """An implementation: what makes a text in a language ready, and its `canonical_passages` of two such texts.

    All find the same passages.
    """

    prepared: Callable[[str, str, AlignSettings], Prepared]
    passages: Passages


def align_documents(
    document: Prepared, source: Prepared, settings: AlignSettings, passages: Passages = canonical_passages
) -> list[Passage]:
    """Passages of two texts in text order; turning the texts round mirrors them exactly.

    Args:
        document: One text, made ready by `Document.from_text` or the implementation that `passages` belongs to.
        source: The other; nothing is assumed about who copied.
        settings: See `AlignSettings`.
        passages: See `loops.fastest`.
    """
    if not document.n_words or not source.n_words:
        return []
    if is_canonical(document, source):
        return sorted(passages(document, source, settings))
    return sorted(passage.mirrored() for passage in passages(source, document, settings))


def align(text: str, source_text: str, settings: AlignSettings | None = None, language: str = "en") -> list[Passage]:
    """Passages that two texts share; `language` is the ISO 639-1 code of both.

    >>> a = "Moscow abandoned its main bastion in northeastern Ukraine on Saturday."
    >>> b = "It rained. On Saturday Moscow abandoned its main bastion in northeastern Ukraine, they said."
    >>> [(p.kind, a[p.start : p.end]) for p in align(a, b)]  # doctest: +NORMALIZE_WHITESPACE
    [('verbatim', 'Moscow abandoned its main bastion in northeastern Ukraine'),
     ('edited', 'Moscow abandoned its main bastion in northeastern Ukraine on Saturday')]
    """
    documents = Document.from_text(text, language), Document.from_text(source_text, language)
    return align_documents(*documents, settings or AlignSettings())


def _runs(document: Document, source: Document, settings: AlignSettings) -> list[Run]:
    """Verbatim runs; texts of the same words are one run, however short they are and however much they repeat."""
    n = settings.min_verbatim_words
    if document.n_words >= LEAST_IDENTICAL_WORDS and np.array_equal(document.keys, source.keys):
        return [Run(document.n_words, 0, 0)]
    return verbatim_runs(document.ngrams(n), source.ngrams(n), n)


def _linked_rows(sides: tuple[Side, Side], blocks: list[Scored], runs: list[Run], settings: AlignSettings) -> list[Row]:
    """Tight rows of all linked units that verbatim runs do not show already."""
    n_words, n_others = sides[0].document.n_words, sides[1].document.n_words
    covered = _covered_before(runs, n_words, n_others)
    if _is_verbatim(Box(0, n_words, 0, n_others), covered):
        return []
    weights = word_weights(sides[0]), word_weights(sides[1])
    starts, other_starts = sides[0].document.unit_starts, sides[1].document.unit_starts
    rows: dict[Box, Row] = {}
    for unit, other_unit in link_units(sides, weights, [box for _, box in blocks]):
        span = starts[unit : unit + 2].tolist() + other_starts[other_unit : other_unit + 2].tolist()
        whole = Box(*span)
        if _is_verbatim(whole, covered):
            continue
        tight = tight_rows(_linked_words(sides, weights, whole), settings.max_gap_words)
        placed = [replace(row, box=_moved(row.box, whole.start, whole.other_start)) for row in tight]
        if placed and is_plausible(sides, weights, placed):
            rows |= {row.box: row for row in placed if not _is_verbatim(row.box, covered)}
    return list(rows.values())


def _vouched(sides: tuple[Side, Side], rows: list[Row], runs: list[Box], settings: AlignSettings) -> list[Row]:
    """The rows that may be copies by themselves, and those that stand near one that may, or near a verbatim run."""
    sure = [is_plausible_alone(sides, row, settings.min_edited_share) for row in rows]
    vouching = [row.box for row, alone in zip(rows, sure, strict=True) if alone]

    def has_company(box: Box) -> bool:
        if any(_are_near(box, run) for run in runs):
            return True
        return any(_are_near(box, other) and _are_apart(box, other) for other in vouching)

    return [row for row, alone in zip(rows, sure, strict=True) if alone or has_company(row.box)]


def _linked_words(sides: tuple[Side, Side], weights: PairWeights, box: Box) -> LinkedWords:
    types = sides[0].document.word_types[box.start : box.stop]
    other_types = sides[1].document.word_types[box.other_start : box.other_stop]
    in_first = sides[0].other_types[box.other_start : box.other_stop]
    return LinkedWords(types.tolist(), in_first.tolist(), weights[0][types], weights[1][other_types])


def _moved(box: Box, start: int, other_start: int) -> Box:
    return Box(box.start + start, box.stop + start, box.other_start + other_start, box.other_stop + other_start)


def _run_box(run: Run) -> Box:
    return Box(run.start, run.start + run.length, run.other_start, run.other_start + run.length)


def _kind(row: Row, settings: AlignSettings) -> str:
    return EDITED if row.in_order >= settings.min_edited_share else PARAPHRASED


def _covered_before(runs: list[Run], n_words: int, n_others: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number of words before each place that verbatim runs cover, in both texts."""
    covered, other_covered = np.zeros(n_words, dtype=bool), np.zeros(n_others, dtype=bool)
    for length, start, other_start in runs:
        covered[start : start + length] = True
        other_covered[other_start : other_start + length] = True
    return np.append(0, np.cumsum(covered)), np.append(0, np.cumsum(other_covered))


def _is_verbatim(box: Box, covered: tuple[NDArray[np.intp], NDArray[np.intp]]) -> bool:
    """Whether verbatim runs cover both sides of a box: a row would say nothing new."""
    here = covered[0][box.stop] - covered[0][box.start] == box.stop - box.start
    there = covered[1][box.other_stop] - covered[1][box.other_start] == box.other_stop - box.other_start
    return bool(here and there)


def block_numbers(rows: list[Box], blocks: list[Box]) -> list[int]:
    """Number of each row's block: the accepted block that holds its centre, else that of its neighbours."""
    owners = [_owner(row, blocks) for row in rows]
    loose = [index for index, owner in enumerate(owners) if owner < 0]
    for index, label in zip(loose, _neighbourhoods([rows[index] for index in loose]), strict=True):
        owners[index] = len(blocks) + label
    firsts: dict[int, Box] = {}
    for row, owner in zip(rows, owners, strict=True):
        firsts[owner] = min(row, firsts.get(owner, row))
    ranked = sorted(firsts, key=lambda owner: (firsts[owner], owner))
    number = {owner: rank for rank, owner in enumerate(ranked)}
    return [number[owner] for owner in owners]


def _neighbourhoods(rows: list[Box]) -> list[int]:
    """A number for each row, the same for rows that are near each other, directly or through others.

    A sweep along one text; for each word of the other it keeps, of the rows there, the one that reaches furthest:
    who is near any of them is near that one, or joined with it already. Linear in the words of the rows.
    """
    if len(rows) < 2:
        return [0] * len(rows)
    order = sorted(range(len(rows)), key=lambda index: rows[index])
    length = max(row.other_stop for row in rows) + NEAR_WORDS + 1
    reach, owner = np.full(length, -1), np.zeros(length, dtype=np.intp)
    edges: list[tuple[int, int]] = []
    for index in order:
        row = rows[index]
        here = slice(row.other_start, row.other_stop + NEAR_WORDS + 1)
        edges += [(index, other) for other in np.unique(owner[here][reach[here] >= row.start]).tolist()]
        further = reach[here] < row.stop + NEAR_WORDS
        reach[here][further] = row.stop + NEAR_WORDS
        owner[here][further] = index
    ends = np.array(edges, dtype=np.intp).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), dtype=bool), (ends[:, 0], ends[:, 1])), shape=(len(rows),) * 2)
    labels: list[int] = connected_components(graph, directed=False)[1].tolist()
    return labels


def _owner(row: Box, blocks: list[Box]) -> int:
    """Index of the smallest accepted block that holds the centre of a row on both texts, or -1."""
    centre, other_centre = (row.start + row.stop) / 2, (row.other_start + row.other_stop) / 2
    sizes = [
        (block.stop - block.start + block.other_stop - block.other_start, index)
        for index, block in enumerate(blocks)
        if block.start <= centre < block.stop and block.other_start <= other_centre < block.other_stop
    ]
    return min(sizes)[1] if sizes else -1


def _are_near(row: Box, other: Box) -> bool:
    gap = max(row.start, other.start) - min(row.stop, other.stop)
    other_gap = max(row.other_start, other.other_start) - min(row.other_stop, other.other_stop)
    return max(gap, other_gap) <= NEAR_WORDS


def _are_apart(row: Box, other: Box) -> bool:
    here = row.stop <= other.start or other.stop <= row.start
    return here and (row.other_stop <= other.other_start or other.other_stop <= row.other_start)


def _passage(sides: tuple[Side, Side], box: Box, kind: str, score: float, number: int) -> Passage:
    start, end = sides[0].document.span(box.start, box.stop)
    source_start, source_end = sides[1].document.span(box.other_start, box.other_stop)
    return Passage(start, end, source_start, source_end, kind, score, number)
