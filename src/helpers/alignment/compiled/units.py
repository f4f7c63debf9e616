# mypy: disable-error-code="no-untyped-def"
"""`units` as machine code."""

import numpy as np
from numba import njit

from helpers.alignment import units as plain
from helpers.alignment.refine import SCORE_STEP

*ANYWHERE, INSIDE_BLOCK = (
    (float(rule.information), float(rule.containment), float(rule.dice), rule.pairs)
    for rule in (*plain.ANYWHERE, plain.INSIDE_BLOCK)
)
ANYWHERE = tuple(ANYWHERE)  # type: ignore[assignment]
LEAST_INFORMATION = min(rule[0] for rule in (*ANYWHERE, INSIDE_BLOCK))


@njit
def word_weights(frequencies, counts, other_counts):
    """As `units.word_weights`."""
    weights = np.empty(len(counts))
    for t in range(len(weights)):
        rarity = -np.log(max(frequencies[t], plain.LEAST_FREQUENCY)) - plain.COMMON_WORDS
        rarity = min(max(rarity, plain.LEAST_WEIGHT), plain.MOST_WEIGHT)
        most = max(counts[t], other_counts[t])
        weights[t] = np.rint(rarity / (1 + np.log(most)) / SCORE_STEP) * SCORE_STEP
    return weights


@njit
def needs_batches(unit_types, unit_pairs, n_units, n_others):
    """Whether `units` might go through the meetings in batches, or drop some: a matter for the plain functions."""
    most = max(len(unit_types.rows), len(unit_pairs.rows)) * n_others
    return n_units * n_others > plain.CELLS_AT_ONCE or most > plain.MOST_MEETINGS


@njit
def link_units(information, pairs, mass, other_mass, unit_starts, other_starts, boxes):
    """As `units.link_units`, pairs of units ascending.

    Args:
        information: Weight of the types that each two units share.
        pairs: How many pairs they share.
        mass: See `mass_of`, of the units of one text.
        other_mass: The same of the other.
        unit_starts: First words of the units of one text, and the number of its words.
        other_starts: The same of the other.
        boxes: Words of the accepted blocks.
    """
    rank = np.full(information.shape, -1.0)
    for i in range(len(mass)):
        for j in range(len(other_mass)):
            shared = information[i, j]
            if shared < LEAST_INFORMATION:
                continue
            containment, dice = shared / min(mass[i], other_mass[j]), 2 * shared / (mass[i] + other_mass[j])
            linked = False
            for rule in ANYWHERE:
                linked |= _obeys(rule, shared, containment, dice, pairs[i, j])
            if not linked and _obeys(INSIDE_BLOCK, shared, containment, dice, pairs[i, j]):
                centre, other_centre = (
                    (unit_starts[i] + unit_starts[i + 1]) / 2,
                    (other_starts[j] + other_starts[j + 1]) / 2,
                )
                linked = _in_one_box(centre, other_centre, boxes)
            if linked:
                rank[i, j] = containment * min(1.0, shared / plain.ENOUGH_INFORMATION) + plain.DICE_RANK * dice
    return _best_links(rank)


@njit
def mass_of(unit_types, weights, n_units):
    """As `units._mass`."""
    mass = np.zeros(n_units)
    for k in range(len(unit_types.rows)):
        mass[unit_types.rows[k]] += weights[unit_types.numbers[k]]
    return mass


@njit
def _obeys(rule, information, containment, dice, pairs):
    """As `units._obeys`."""
    return information >= rule[0] and containment >= rule[1] and dice >= rule[2] and pairs >= rule[3]


@njit
def _in_one_box(centre, other_centre, boxes):
    """As `units._in_one_box` of one link."""
    for k in range(len(boxes)):
        if boxes[k, 0] <= centre < boxes[k, 1] and boxes[k, 2] <= other_centre < boxes[k, 3]:
            return True
    return False


@njit
def _best_links(rank):
    """As `units._best_of_each` of both sides: units and other units, ascending."""
    best, other_best = np.full(rank.shape[0], -1), np.full(rank.shape[1], -1)
    for i in range(rank.shape[0]):
        for j in range(rank.shape[1]):
            if rank[i, j] >= 0:
                if best[i] < 0 or rank[i, j] > rank[i, best[i]]:
                    best[i] = j
                if other_best[j] < 0 or rank[i, j] > rank[other_best[j], j]:
                    other_best[j] = i
    for i in range(rank.shape[0]):
        for j in range(rank.shape[1]):
            rank[i, j] = best[i] == j or other_best[j] == i
    return np.argwhere(rank > 0)
