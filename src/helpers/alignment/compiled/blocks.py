# mypy: disable-error-code="no-untyped-def"
"""`blocks` and `select` as machine code."""

import numpy as np
from numba import njit

from helpers.alignment import select as plain
from helpers.alignment import summary as summaries
from helpers.alignment.compiled.refine import refine
from helpers.alignment.compiled.words import ascending, mirrored
from helpers.alignment.refine import SCORE_STEP


@njit
def find_boxes(side, other_side, candidates, min_side_score):
    """As `blocks.find_boxes` of texts that are not the same, before any is too short, and without summaries."""
    swap = len(side.word_types) > len(other_side.word_types)
    longer, shorter, boxes = (side, other_side, candidates) if swap else (other_side, side, mirrored(candidates))
    scores, n = np.empty((len(boxes), 1), np.int64), 0
    for box in boxes:
        fit, other_fit = refine(longer, shorter, (box[0], box[1], box[2], box[3]))
        if _holds(longer, fit, min_side_score) and _holds(shorter, other_fit, min_side_score):
            boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3] = fit[0], fit[1], other_fit[0], other_fit[1]
            if fit[3] >= plain.SNAP_FIDELITY and fit[4] >= plain.SNAP_COHESION:
                _snap(longer, len(shorter.word_types), boxes[n])
            scores[n, 0] = -np.int64((fit[2] + other_fit[2]) / SCORE_STEP)
            n += 1
    boxes = boxes[:n] if swap else mirrored(boxes[:n])
    order = ascending(np.concatenate((scores[:n], boxes), axis=1))
    kept = np.zeros(n, np.bool_)
    for k in range(n):
        kept[k] = not overlapping(boxes[order[k]], boxes[order[:k]][kept[:k]]).any()
    return boxes[order[kept]]


@njit
def with_summary(summary, boxes):
    """As one side of `blocks._with_summaries`; `summary` is its box, empty if there is none."""
    overlap = overlapping(summary, boxes)
    near = boxes[overlap]
    length, other_length = (near[:, 1] - near[:, 0]).sum(), (near[:, 3] - near[:, 2]).sum()
    if summary[1] == 0 or other_length < summaries.LEAST_CONDENSING * length:
        return boxes
    return np.concatenate((boxes[~overlap], summary.reshape(1, 4)))


@njit
def _holds(side, fit, min_side_score):
    """As `blocks._holds`."""
    return fit[2] + (side.priors[fit[0]] + side.priors[fit[1]]) >= min_side_score


@njit
def _snap(side, n_others, box):
    """As `select.snap` of a box whose longer side says "copied word for word": the box itself is changed."""
    n_words, reach = len(side.word_types), plain.SNAP_REACH_WORDS
    low, high = max(0, box[0] - reach), min(n_words, box[1] + reach)
    other_low, other_high = max(0, box[2] - reach), min(n_others, box[3] + reach)
    pairs, other_pairs = side.word_pairs[low : high - 1], side.other_pairs[other_low : other_high - 1]
    found, shift = _commonest_shift(pairs, other_pairs, side.n_pairs)
    if not found:
        return
    shift += other_low - low
    low, high = max(low, other_low - shift), min(high, other_high - shift)
    start, stop = _best_run(side.word_types[low:high], side.other_types[low + shift : high + shift])
    if stop - start >= plain.SNAP_LEAST_SHARE * min(box[1] - box[0], box[3] - box[2]):
        box[0], box[1], box[2], box[3] = low + start, low + stop, low + start + shift, low + stop + shift


@njit
def _commonest_shift(pairs, other_pairs, n_pairs):
    """As `select._commonest_shift`: whether there is one, and it."""
    once, other_place = np.zeros(n_pairs + 1, np.int32), np.full(n_pairs + 1, -1)
    for pair in pairs:
        once[pair] += 1
    for place in range(len(other_pairs)):  # -1: never, -2: more than once
        pair = other_pairs[place]
        other_place[pair] = place if other_place[pair] == -1 else -2
    times, best, least = np.zeros(len(pairs) + len(other_pairs), np.int32), -1, len(pairs)
    for place in range(len(pairs)):
        if once[pairs[place]] == 1 and other_place[pairs[place]] >= 0:
            shift = other_place[pairs[place]] - place + least
            times[shift] += 1
            if best < 0 or times[shift] > times[best] or (times[shift] == times[best] and shift < best):
                best = shift
    return best >= 0, best - least


@njit
def _best_run(types, others):
    """As `select.best_run` of equal and unequal words."""
    total = best = lowest = 0.0
    start = stop = lowest_at = 0
    for k in range(len(types)):
        total += 1.0 if types[k] == others[k] else plain.SNAP_MISMATCH
        if total - lowest > best:
            best, start, stop = total - lowest, lowest_at, k + 1
        elif total < lowest:
            lowest, lowest_at = total, k + 1
    return start, stop


@njit
def overlapping(box, others):
    """As `select.overlaps_much` with each of the others."""
    found = np.zeros(len(others), np.bool_)
    for k in range(len(others)):
        share = _overlap_share(box[0], box[1], others[k, 0], others[k, 1])
        found[k] = min(share, _overlap_share(box[2], box[3], others[k, 2], others[k, 3])) > plain.MAX_OVERLAP
    return found


@njit
def _overlap_share(start, stop, other_start, other_stop):
    """As `select._overlap_share`."""
    shared = min(stop, other_stop) - max(start, other_start)
    return shared / max(1, min(stop - start, other_stop - other_start))
