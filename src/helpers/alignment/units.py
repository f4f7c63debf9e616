"""Sentences of one text and their counterparts in the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.alignment.documents import Document, Incidence, Indices
from helpers.alignment.pairing import Box, Side
from helpers.alignment.refine import SCORE_STEP

# Constants of the design, set looking at the five articles on Kharkiv; word weights are in nats.
LEAST_FREQUENCY = 1e-7
COMMON_WORDS = 4.0  # nats taken off each word: only what is rarer than about 2 % counts
LEAST_WEIGHT, MOST_WEIGHT = 0.15, 9.0
ENOUGH_INFORMATION = 15.0  # nats from which a link's rank depends on its share alone
DICE_RANK = 0.3
CELLS_AT_ONCE = 2_000_000  # pairs of units, and of equal words in them, held in memory
MOST_MEETINGS = 20_000_000  # equal words of two units that are looked at, those of rare words first

Places = NDArray[np.intp]
PairWeights = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class LinkRule:
    """Least values of a link: shared information in nats, share of the poorer unit, Dice share, shared pairs."""

    information: float
    containment: float
    dice: float
    pairs: int


ANYWHERE = (LinkRule(10, 0.4, 0, 2), LinkRule(5, 0, 0.42, 1))
INSIDE_BLOCK = LinkRule(6, 0.25, 0.2, 1)


def word_weights(side: Side) -> NDArray[np.float64]:
    """Weight of each type in nats: rare in English, and not what both texts go on about."""
    document = side.document
    rarity = -np.log(np.maximum(document.frequencies, LEAST_FREQUENCY)) - COMMON_WORDS
    most = np.maximum(document.type_counts, side.other_counts[:-1])
    weights: NDArray[np.float64] = np.clip(rarity, LEAST_WEIGHT, MOST_WEIGHT) / (1 + np.log(most))
    return np.rint(weights / SCORE_STEP) * SCORE_STEP


def link_units(sides: tuple[Side, Side], weights: PairWeights, boxes: list[Box]) -> list[tuple[int, int]]:
    """Pairs of units that tell the same: each unit's best partner, from both texts.

    Args:
        sides: Both texts.
        weights: Of the types of both (see `word_weights`).
        boxes: Words of the accepted blocks; inside one of them less is asked of a link.
    """
    document, other = sides[0].document, sides[1].document
    cells, information = _shared_information(sides, weights[0])
    if not len(cells):
        return []
    rows, columns = np.divmod(cells, other.n_units)
    mass = _mass(document, weights[0])[rows]
    other_mass = _mass(other, weights[1])[columns]
    containment = information / np.minimum(mass, other_mass)
    dice = 2 * information / (mass + other_mass)
    pairs = _shared_pairs(sides, cells)
    linked = np.zeros(len(cells), dtype=bool)
    for rule in ANYWHERE:
        linked |= _obeys(rule, information, containment, dice, pairs)
    inside = _in_one_box(document, other, boxes, rows, columns)
    linked |= inside & _obeys(INSIDE_BLOCK, information, containment, dice, pairs)
    rank = containment * np.minimum(1, information / ENOUGH_INFORMATION) + DICE_RANK * dice
    rows, columns, rank = rows[linked], columns[linked], rank[linked]
    best = _best_of_each(rows, columns, rank) | _best_of_each(columns, rows, rank)
    return sorted(zip(rows[best].tolist(), columns[best].tolist(), strict=True))


def _obeys(
    rule: LinkRule,
    information: NDArray[np.float64],
    containment: NDArray[np.float64],
    dice: NDArray[np.float64],
    pairs: NDArray[np.intp],
) -> NDArray[np.bool_]:
    return (
        (information >= rule.information)
        & (containment >= rule.containment)
        & (dice >= rule.dice)
        & (pairs >= rule.pairs)
    )  # fmt: skip


def _mass(document: Document, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of the types of each unit, in nats."""
    units, types = document.unit_types
    return np.bincount(units, weights=weights[types], minlength=document.n_units).astype(np.float64)


def _renumbered(others: Incidence, numbers: Indices, n_numbers: int) -> Incidence:
    """Incidences of the other text, as far as this one has their numbers too."""
    renumbered = numbers[others.numbers]
    known = renumbered < n_numbers
    return Incidence(others.rows[known], renumbered[known])


def _meetings(own: Incidence, others: Incidence, n_others: int) -> Iterator[tuple[Places, Places]]:
    """Cells (unit times `n_others` plus other unit) where two units share a number, and the number.

    In batches of whole rows, so that memory stays bounded.
    """
    times = np.bincount(others.numbers, minlength=int(own.numbers.max(initial=0)) + 1)
    counts = times[own.numbers]
    if counts.sum() > MOST_MEETINGS:
        counts *= _rare_enough(own.numbers, counts)
    meeting = np.flatnonzero(counts)
    units, numbers, counts = own.rows[meeting].astype(np.intp), own.numbers[meeting], counts[meeting]
    first = (np.cumsum(times) - times)[numbers]
    other_units = others.rows[np.argsort(others.numbers, kind="stable")]
    for here in _batches(units, counts, n_others):
        ends = np.cumsum(counts[here])
        places = np.arange(ends[-1]) + np.repeat(first[here] - ends + counts[here], counts[here])
        yield (
            np.repeat(units[here] * n_others, counts[here]) + other_units[places],
            np.repeat(numbers[here], counts[here]),
        )


def _batches(units: Places, counts: Places, n_others: int) -> Iterator[slice]:
    """Entries of successive whole units that together have about `CELLS_AT_ONCE` meetings and cells."""
    per_unit = np.bincount(units, weights=counts) + n_others
    if per_unit.sum() < CELLS_AT_ONCE and len(units):
        yield slice(0, len(units))
        return
    batch_of_unit = (np.cumsum(per_unit) // CELLS_AT_ONCE).astype(np.intp)
    edges = np.flatnonzero(np.diff(batch_of_unit[units], prepend=-1))
    yield from map(slice, edges.tolist(), [*edges[1:].tolist(), len(units)])


def _rare_enough(numbers: Indices, counts: Places) -> NDArray[np.bool_]:
    """Which entries meet others: all, or in texts that repeat themselves or are very long those of rare numbers."""
    meetings = np.bincount(numbers, weights=counts)
    rarest = np.argsort(meetings, kind="stable")
    enough = np.ones(len(meetings), dtype=bool)
    enough[rarest[np.cumsum(meetings[rarest]) > MOST_MEETINGS]] = False
    return enough[numbers]


def _shared_information(sides: tuple[Side, Side], weights: NDArray[np.float64]) -> tuple[Places, NDArray[np.float64]]:
    """Cells of units that share the least information any rule asks for, and how much they share, in nats."""
    document, other = sides[0].document, sides[1].document
    least = min(rule.information for rule in (*ANYWHERE, INSIDE_BLOCK))
    others = _renumbered(other.unit_types, sides[0].types_of_other, len(document.types))
    cells: list[Places] = [np.zeros(0, np.intp)]
    information: list[NDArray[np.float64]] = [np.zeros(0)]
    for met, types in _meetings(document.unit_types, others, other.n_units):
        low = int(met.min())
        shared = np.bincount(met - low, weights=weights[types])
        enough = np.flatnonzero(shared >= least)
        cells.append(enough + low)
        information.append(shared[enough].astype(np.float64))
    return np.concatenate(cells), np.concatenate(information)


def _shared_pairs(sides: tuple[Side, Side], cells: Places) -> NDArray[np.intp]:
    """Number of adjacent word pairs that the two units of each of the (ascending) cells share."""
    document, other = sides[0].document, sides[1].document
    others = _renumbered(other.unit_pairs, sides[0].pairs_of_other, len(document.pairs))
    shared = np.zeros(len(cells), dtype=np.intp)
    for met, _ in _meetings(document.unit_pairs, others, other.n_units):
        low = int(met.min())
        times = np.bincount(met - low)
        here = slice(*cells.searchsorted((low, low + len(times))).tolist())
        shared[here] = times[cells[here] - low]
    return shared


def _in_one_box(
    document: Document, other: Document, boxes: list[Box], rows: Places, columns: Places
) -> NDArray[np.bool_]:
    """Whether the centres of both units lie in one accepted block."""
    centre = ((document.unit_starts[:-1] + document.unit_starts[1:]) / 2)[rows]
    other_centre = ((other.unit_starts[:-1] + other.unit_starts[1:]) / 2)[columns]
    inside = np.zeros(len(rows), dtype=bool)
    for box in boxes:
        here = (box.start <= centre) & (centre < box.stop)
        inside |= here & (box.other_start <= other_centre) & (other_centre < box.other_stop)
    return inside


def _best_of_each(owners: NDArray[np.intp], others: NDArray[np.intp], rank: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which links are the best of their owner; of equals the first."""
    order = np.lexsort((others, -rank, owners))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(owners[order]) != 0
    best = np.zeros(len(order), dtype=bool)
    best[order[first]] = True
    return best
