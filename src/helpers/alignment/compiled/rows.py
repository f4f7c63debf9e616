# mypy: disable-error-code="no-untyped-def"
"""`rows` as machine code."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from helpers.alignment import rows as plain
from helpers.alignment.compiled.blocks import find_boxes, with_summary
from helpers.alignment.compiled.plausibility import (
    Prose,
    is_plausible,
    numbers_in,
    shares_function_words,
    tells_other_numbers,
)
from helpers.alignment.compiled.refine import Edges
from helpers.alignment.compiled.summary import find_summary
from helpers.alignment.compiled.tighten import tight_rows
from helpers.alignment.compiled.units import link_units, mass_of, needs_batches, word_weights
from helpers.alignment.compiled.verbatim import covered_before, equal_ngrams, is_verbatim, most_pairs, verbatim_runs
from helpers.alignment.compiled.windows import add_products, candidate_boxes, needs_strips
from helpers.alignment.compiled.words import ascending, by_number, characters, match_sorted, mirrored, seen_from

MOST_ROWS = 2000
VERBATIM, EDITED, PARAPHRASED = range(3)


def kept(made_of: int) -> Callable[..., Any]:
    """The compiled entry, kept on disk under the number `made_of` (numba looks for changes in this file alone)."""

    @njit(cache=True, nogil=True)
    def canonical_passages(a, b, options):
        """As `rows.canonical_passages`.

        Returns:
            Whether the texts are too long or repeat themselves too much, and are left to the plain functions;
            of each passage the four edges in characters, kind and block number; and its score.
        """
        _ = made_of
        whole = np.array([[0, len(a.keys), 0, len(b.keys)]])
        same = np.array_equal(a.keys, b.keys)
        types_of_b, types_of_a = match_sorted(a.types, b.types)
        here, there = equal_ngrams(a.ngrams, a.ngram_places, b.ngrams, b.ngram_places)
        left = len(here) > most_pairs(len(a.ngrams), len(b.ngrams))
        left |= needs_strips(a.n_windows, b.n_windows, types_of_a, len(b.types))
        if left or needs_batches(a.unit_types, a.unit_pairs, len(a.unit_starts), len(b.unit_starts)):
            return True, np.zeros((0, 6), np.int64), np.zeros(0)
        pairs_of_b, pairs_of_a = match_sorted(a.pairs, b.pairs)
        seen = seen_from(len(a.types), types_of_b, pairs_of_b, b.word_types, b.type_counts, b.word_pairs)
        other_seen = seen_from(len(b.types), types_of_a, pairs_of_a, a.word_types, a.type_counts, a.word_pairs)
        if same and len(a.keys) >= plain.LEAST_IDENTICAL_WORDS:
            runs = whole
        else:
            runs = verbatim_runs(here, there, options.min_verbatim_words)
        blocks = whole
        if not same:
            sizes, other_sizes = (a.n_windows, len(a.keys)), (b.n_windows, len(b.keys))
            windows, frequencies = (a.window_types, b.window_types), (a.frequencies, b.frequencies)
            boxes = candidate_boxes(
                *windows, types_of_a, types_of_b, sizes, other_sizes, *frequencies, options.min_cosine
            )
            own = a.word_types, a.type_counts, a.frequencies, a.word_pairs, len(a.pairs), a.priors
            side = Edges(*own, seen.other_types, seen.other_counts, seen.other_pairs)
            own = b.word_types, b.type_counts, b.frequencies, b.word_pairs, len(b.pairs), b.priors
            other_side = Edges(*own, other_seen.other_types, other_seen.other_counts, other_seen.other_pairs)
            blocks = find_boxes(side, other_side, boxes, options.min_side_score)
        blocks = blocks[_long_enough(characters(blocks, a.starts, a.ends, b.starts, b.ends), options)]
        if not same and options.summaries and not a.wrapped and not b.wrapped:
            blocks = with_summary(_summary(a, seen), blocks)
            blocks = mirrored(with_summary(_summary(b, other_seen), mirrored(blocks)))
        rows, scores, orders = _linked_rows(a, b, seen, other_seen, blocks, runs, options)
        if len(runs) + len(rows) > MOST_ROWS:
            return True, np.zeros((0, 6), np.int64), np.zeros(0)
        table = np.empty((len(runs) + len(rows), 6), np.int64)
        boxes = np.concatenate((runs, rows))
        table[:, :4] = characters(boxes, a.starts, a.ends, b.starts, b.ends)
        table[:, 4] = VERBATIM
        table[len(runs) :, 4] = np.where(orders >= options.min_edited_share, EDITED, PARAPHRASED)
        table[:, 5] = block_numbers(boxes, blocks)
        return False, table, np.concatenate((np.ones(len(runs)), scores))

    return canonical_passages


@njit
def _long_enough(edges, options):
    """As `blocks._is_long_enough`."""
    lengths, other_lengths = edges[:, 1] - edges[:, 0], edges[:, 3] - edges[:, 2]
    enough = np.minimum(lengths, other_lengths) >= options.min_short_chars
    return enough & (np.maximum(lengths, other_lengths) >= options.min_long_chars)


@njit
def _summary(a, seen):
    """The box of a summary, empty if there is none."""
    start, stop = find_summary(a.word_types, a.frequencies, a.summary_priors, seen.other_types, seen.other_counts)
    return np.array([start, stop, 0, len(seen.other_types)])


@njit
def _linked_rows(a, b, seen, other_seen, blocks, runs, options):
    """As `rows._linked_rows`, without those that share too little to be paraphrased, and `rows._vouched`."""
    rows, scores, n = np.empty((16, 4), np.int64), np.empty((16, 2)), 0
    before = covered_before(runs[:, 0], runs[:, 1], len(a.keys))
    other_before = covered_before(runs[:, 2], runs[:, 3], len(b.keys))
    if not len(blocks) or is_verbatim(np.array([0, len(a.keys), 0, len(b.keys)]), before, other_before):
        return rows[:0], scores[:0, 0], scores[:0, 1]
    weights = word_weights(a.frequencies, a.type_counts, seen.other_counts)
    other_weights = word_weights(b.frequencies, b.type_counts, other_seen.other_counts)
    side = Prose(a.word_types, a.frequencies, a.opening, weights, a.unit_starts, seen.other_types)
    other_side = Prose(b.word_types, b.frequencies, b.opening, other_weights, b.unit_starts, other_seen.other_types)
    of_word, of_other = weights[a.word_types], other_weights[b.word_types]
    for unit, other_unit in _links(a, b, other_seen, weights, other_weights, blocks):
        whole = np.concatenate((a.unit_starts[unit : unit + 2], b.unit_starts[other_unit : other_unit + 2]))
        if is_verbatim(whole, before, other_before):
            continue
        boxes, shares = tight_rows(a.word_types, seen.other_types, of_word, of_other, whole, options.max_gap_words)
        numbers, other_numbers = _numbers(a.numbers, b.numbers, characters(boxes, a.starts, a.ends, b.starts, b.ends))
        if not len(boxes) or not is_plausible(side, other_side, boxes, shares[:, 0], numbers, other_numbers):
            continue
        for k in range(len(boxes)):
            enough = shares[k, 1] >= options.min_edited_share or shares[k, 0] >= plain.LEAST_PARAPHRASE_SCORE
            if enough and not is_verbatim(boxes[k], before, other_before):
                if n == len(rows):
                    rows = np.concatenate((rows, np.empty_like(rows)))
                    scores = np.concatenate((scores, np.empty_like(scores)))
                rows[n], scores[n] = boxes[k], shares[k]
                n += 1
    edges = characters(rows[:n], a.starts, a.ends, b.starts, b.ends)
    sure = scores[:n, 1] >= options.min_edited_share
    for k in range(n):
        if sure[k]:
            numbers, other_numbers = _numbers(a.numbers, b.numbers, edges[k : k + 1])
            sure[k] = not tells_other_numbers(numbers, other_numbers, 0.0)
            sure[k] &= shares_function_words(side, other_side, rows[k : k + 1])
    kept = np.flatnonzero(_vouched(rows[:n], sure, runs))
    return rows[kept], scores[:, 0][kept], scores[:, 1][kept]


@njit
def _numbers(numbers, other_numbers, edges):
    """As `plausibility._numbers`, of boxes in characters."""
    return numbers_in(numbers, edges[:, 0], edges[:, 1]), numbers_in(other_numbers, edges[:, 2], edges[:, 3])


@njit
def _links(a, b, other_seen, weights, other_weights, blocks):
    """The links of units."""
    n, m = len(a.unit_starts) - 1, len(b.unit_starts) - 1
    information, pairs = np.zeros((n, m)), np.zeros((n, m))
    add_products(information, a.unit_types, by_number(b.unit_types, len(b.types)), other_seen.types_of_other, weights)
    once = np.ones(len(a.pairs))
    add_products(pairs, a.unit_pairs, by_number(b.unit_pairs, len(b.pairs)), other_seen.pairs_of_other, once)
    mass, other_mass = mass_of(a.unit_types, weights, n), mass_of(b.unit_types, other_weights, m)
    return link_units(information, pairs, mass, other_mass, a.unit_starts, b.unit_starts, blocks)


@njit
def _vouched(rows, sure, runs):
    """As `rows._vouched`: which rows stay."""
    kept = sure.copy()
    for k in range(len(rows)):
        for run in range(len(runs)):
            kept[k] |= _are_near(rows[k], runs[run])
        for other in range(len(rows)):
            kept[k] |= sure[other] and _are_near(rows[k], rows[other]) and _are_apart(rows[k], rows[other])
    return kept


@njit
def _are_near(row, other):
    """As `rows._are_near`."""
    gap, other_gap = max(row[0], other[0]) - min(row[1], other[1]), max(row[2], other[2]) - min(row[3], other[3])
    return max(gap, other_gap) <= plain.NEAR_WORDS


@njit
def _are_apart(row, other):
    """As `rows._are_apart`."""
    here, there = row[1] <= other[0] or other[1] <= row[0], row[3] <= other[2] or other[3] <= row[2]
    return here and there


@njit
def block_numbers(rows, blocks):
    """As `rows.block_numbers`."""
    owners = np.empty(len(rows), np.int64)
    for k in range(len(rows)):
        owners[k] = _owner(rows[k], blocks)
        if owners[k] < 0:
            owners[k] = len(blocks) + k
            for other in range(k):
                if owners[other] >= len(blocks) and owners[other] != owners[k] and _are_near(rows[k], rows[other]):
                    owners[: k + 1][owners[: k + 1] == owners[k]] = owners[other]
    numbers, n = np.full(len(blocks) + len(rows), -1), 0
    for k in ascending(rows):
        if numbers[owners[k]] < 0:
            numbers[owners[k]] = n
            n += 1
    return numbers[owners]


@njit
def _owner(row, blocks):
    """As `rows._owner`."""
    centre, other_centre = (row[0] + row[1]) / 2, (row[2] + row[3]) / 2
    best, least = -1, 0
    for k in range(len(blocks)):
        block = blocks[k]
        if block[0] <= centre < block[1] and block[2] <= other_centre < block[3]:
            size = block[1] - block[0] + block[3] - block[2]
            if best < 0 or size < least:
                best, least = k, size
    return best
