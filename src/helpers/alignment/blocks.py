"""Blocks: the stretches of two texts that a reader would call one act of copying."""

from dataclasses import dataclass

import numpy as np

from helpers.alignment.documents import Document, Prepared
from helpers.alignment.pairing import Box, Side, pair_sides
from helpers.alignment.refine import Fit, refine
from helpers.alignment.select import drop_overlapping, overlaps_much, snap
from helpers.alignment.settings import AlignSettings
from helpers.alignment.summary import find_summary
from helpers.alignment.windows import candidate_boxes

Scored = tuple[float, Box]


@dataclass(frozen=True, order=True)
class Block:
    """A stretch of a text and its counterpart, unmatched sentences in between included.

    Attributes:
        start: First character in the text.
        end: Character after the last.
        source_start: First character in the source text.
        source_end: Character after the last.
        score: Evidence in nats, both sides together (see `refine`).
    """

    start: int
    end: int
    source_start: int
    source_end: int
    score: float

    def mirrored(self) -> "Block":
        """The same block seen from the source."""
        return Block(self.source_start, self.source_end, self.start, self.end, self.score)


def is_canonical(document: Prepared, source: Prepared) -> bool:
    """Whether `document` comes first: the shorter text, or the first in the alphabet of two as long.

    All work is done in this order and turned round at the end, so that align(a, b) mirrors align(b, a).
    """
    return (len(document.text), document.text) <= (len(source.text), source.text)


def find_blocks(document: Document, source: Document, settings: AlignSettings) -> list[Block]:
    """Blocks of two texts in text order; turning the texts round mirrors them exactly.

    Args:
        document: One text.
        source: The other; nothing is assumed about who copied.
        settings: See `AlignSettings`.
    """
    if not document.n_words or not source.n_words:
        return []
    if is_canonical(document, source):
        return sorted(_canonical_blocks(document, source, settings))
    return sorted(block.mirrored() for block in _canonical_blocks(source, document, settings))


def _canonical_blocks(document: Document, source: Document, settings: AlignSettings) -> list[Block]:
    """Blocks of two texts in canonical order."""
    sides = pair_sides(document, source)
    return [_block(sides, score, box) for score, box in find_boxes(sides, settings)]


def find_boxes(sides: tuple[Side, Side], settings: AlignSettings) -> list[Scored]:
    """Blocks of two texts in canonical order, in words, with their evidence in nats."""
    document, source = sides[0].document, sides[1].document
    if np.array_equal(document.keys, source.keys):
        boxes = [(0.0, Box(0, document.n_words, 0, source.n_words))]
        return [item for item in boxes if _is_long_enough(sides, item[1], settings)]
    candidates = candidate_boxes(sides, settings.min_cosine)
    passages = drop_overlapping(_refined(sides, candidates, settings))
    passages = [item for item in passages if _is_long_enough(sides, item[1], settings)]
    return _with_summaries(sides, passages) if settings.summaries else passages


def _refined(sides: tuple[Side, Side], candidates: list[Box], settings: AlignSettings) -> list[Scored]:
    """Candidates after refinement and snap, as far as both sides hold."""
    swap = sides[0].document.n_words > sides[1].document.n_words
    shorter, longer = sides[::-1] if swap else sides
    scored = []
    for box in candidates:
        refined = refine(longer, shorter, box if swap else box.mirrored())
        if not _holds(longer, refined.longer, settings) or not _holds(shorter, refined.shorter, settings):
            continue
        exact = snap(longer, shorter, refined)
        scored.append((refined.score, exact if swap else exact.mirrored()))
    return scored


def _holds(side: Side, fit: Fit, settings: AlignSettings) -> bool:
    """Whether the evidence on one side suffices; edges at sentence and line ends are evidence too."""
    priors = side.document.priors
    return fit.score + float(priors[fit.start] + priors[fit.stop]) >= settings.min_side_score


def _with_summaries(sides: tuple[Side, Side], passages: list[Scored]) -> list[Scored]:
    """The passages, and the summaries of either text in the other that they do not explain.

    A summary replaces the passages that explain only scraps of it.
    """
    for index, side in enumerate(sides):
        seen = [other.mirrored() if index else other for _, other in passages]
        found = find_summary(side, seen)
        if found is not None:
            score, box = found
            rest = [item for item, other in zip(passages, seen, strict=True) if not overlaps_much(other, box)]
            passages = [*rest, (score, box.mirrored() if index else box)]
    return passages


def _block(sides: tuple[Side, Side], score: float, box: Box) -> Block:
    start, end = sides[0].document.span(box.start, box.stop)
    source_start, source_end = sides[1].document.span(box.other_start, box.other_stop)
    return Block(start, end, source_start, source_end, score)


def _is_long_enough(sides: tuple[Side, Side], box: Box, settings: AlignSettings) -> bool:
    block = _block(sides, 0.0, box)
    lengths = sorted((block.end - block.start, block.source_end - block.source_start))
    return lengths[0] >= settings.min_short_chars and lengths[1] >= settings.min_long_chars
