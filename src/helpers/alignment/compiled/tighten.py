# mypy: disable-error-code="no-untyped-def"
"""`tighten` as machine code."""

import numpy as np
from numba import njit

from helpers.alignment import tighten as plain
from helpers.alignment.compiled.words import ascending
from helpers.alignment.refine import SCORE_STEP


@njit
def tight_rows(all_types, all_others, all_weights, all_other_weights, whole, max_gap):
    """As `tighten.tight_rows` of the words of a box of two texts.

    Returns:
        Boxes in words of the texts, in no order; of each its score, and what recurs in order.
    """
    types, weights = all_types[whole[0] : whole[1]], all_weights[whole[0] : whole[1]]
    others, other_weights = all_others[whole[2] : whole[3]], all_other_weights[whole[2] : whole[3]]
    matches = _match_words(types, others, weights)
    todo = [(0, len(types), 0, len(others))]
    kept = [todo[0] for _ in range(0)]
    while todo:
        box = todo.pop()
        start, stop, other_start, other_stop = box
        inside = _inside(matches, box)
        if not _holds_enough(box, inside, weights, len(others)):
            continue
        parts = _kept_parts(start, stop, other_start, other_stop, inside, max_gap)
        other_parts = _kept_parts(other_start, other_stop, start, stop, _mirrored(inside), max_gap)
        unchanged = len(parts) == len(other_parts) == 1
        unchanged = unchanged and parts[0, 0] == start and parts[0, 1] == stop
        if unchanged and other_parts[0, 0] == other_start and other_parts[0, 1] == other_stop:
            if box not in kept:
                kept.append(box)
            continue
        for k in range(len(parts)):
            for m in range(len(other_parts)):
                todo.append((parts[k, 0], parts[k, 1], other_parts[m, 0], other_parts[m, 1]))
    boxes, scores = np.empty((len(kept), 4), np.int64), np.empty((len(kept), 2))
    for k, box in enumerate(kept):
        boxes[k, 0], boxes[k, 1] = box[0] + whole[0], box[1] + whole[0]
        boxes[k, 2], boxes[k, 3] = box[2] + whole[2], box[3] + whole[2]
        scores[k, 0], scores[k, 1] = _row(box, _inside(matches, box), types, others, weights, other_weights)
    return boxes, scores


@njit
def _match_words(types, others, weights):
    """As `tighten.match_words`: for each word its counterpart, or -1."""
    stretches = _common_stretches(types, others, weights)
    matches, used = np.full(len(types), -1), np.zeros(len(others), np.bool_)
    for k in range(len(stretches)):
        start, other_start, length = stretches[k, 3], stretches[k, 4], stretches[k, 5]
        free = 0.0
        for step in range(length):
            if matches[start + step] < 0 and not used[other_start + step]:
                free += weights[start + step]
        if free < plain.LEAST_ANCHOR:
            continue
        for step in range(length):
            if matches[start + step] < 0 and not used[other_start + step]:
                matches[start + step] = other_start + step
                used[other_start + step] = True
    filled, before = matches.copy(), -1
    for i in range(len(types)):
        if matches[i] < 0:
            continue
        if before >= 0:
            reached = matches[before] + 1
            for gap in range(before + 1, i):
                j = reached
                while j < matches[i] and others[j] != types[gap]:
                    j += 1
                if j < matches[i]:
                    reached = j + 1
                    if not used[j]:
                        filled[gap] = j
        before = i
    return filled


@njit
def _common_stretches(types, others, weights):
    """As `tighten._common_stretches`: by what they are ranked, and start, other start and length."""
    found, n = np.empty((32, 6), np.int64), 0
    reach = np.zeros(len(others) + 1, np.int64)  # length of the stretch that ends before each place, of the last word
    for i in range(len(types) + 1):
        for j in range(len(others), -1, -1):  # backwards: what the last word left is read before it is overwritten
            length = reach[j]
            equal = i < len(types) and j < len(others) and types[i] == others[j]
            if length and not equal:
                weight = weights[i - length : i].sum()
                if weight >= plain.LEAST_ANCHOR:
                    if n == len(found):
                        found = np.concatenate((found, np.empty_like(found)))
                    a, b, row = i - length, j - length, found[n]
                    row[0], row[1], row[2] = -np.int64(weight / SCORE_STEP), abs(b - a), a + b
                    row[3], row[4], row[5] = a, b, length
                    n += 1
            if j < len(others):
                reach[j + 1] = length + 1 if equal else 0
        reach[0] = 0
    return found[ascending(found[:n])]


@njit
def _inside(matches, box):
    """As `tighten._inside`: (counterparts, 2)."""
    found = np.empty((box[1] - box[0], 2), np.int64)
    n = 0
    for i in range(box[0], box[1]):
        if box[2] <= matches[i] < box[3]:
            found[n, 0], found[n, 1] = i, matches[i]
            n += 1
    return found[:n]


@njit
def _mirrored(inside):
    """The counterparts seen from the other side, in its order."""
    order = np.argsort(inside[:, 1], kind="mergesort")
    return inside[order][:, ::-1].copy()


@njit
def _holds_enough(box, inside, weights, n_others):
    """As `tighten._holds_enough`."""
    whole = (box[0] == 0 and box[1] == len(weights)) or (box[2] == 0 and box[3] == n_others)
    if len(inside) < (plain.LEAST_ROW_MATCHES if whole else plain.LEAST_PART_MATCHES):
        return False
    return weights[inside[:, 0]].sum() >= plain.LEAST_ROW_INFORMATION


@njit
def _kept_parts(start, stop, other_start, other_stop, inside, max_gap):
    """As `tighten._kept_parts`."""
    kept, n, reached = np.empty((stop - start + 1, 2), np.int64), 0, start
    if stop - start - len(inside) >= max_gap:
        values = np.full(stop - start, plain.ALONE)
        for k in range(len(inside)):
            values[inside[k, 0] - start] = -plain.MATCH_VALUE
        ends = _heavy_stretches(values, max_gap)
        for low in range(len(ends)):
            opposed = min(_opposed_words(start + low, start + ends[low], other_start, other_stop, inside), max_gap)
            if not ends[low] or values[low : ends[low]].sum() < max_gap + plain.OPPOSED_DISCOUNT * opposed:
                continue
            if start + low > reached:
                kept[n, 0], kept[n, 1] = reached, start + low
                n += 1
            reached = start + ends[low]
    if reached < stop:
        kept[n, 0], kept[n, 1] = reached, stop
        n += 1
    return kept[:n]


@njit
def _opposed_words(low, high, other_start, other_stop, inside):
    """As `tighten._opposed_words`."""
    start, stop = other_start, other_stop
    for k in range(len(inside)):
        if inside[k, 0] < low:
            start = inside[k, 1] + 1
        elif inside[k, 0] >= high:
            stop = inside[k, 1]
            break
    matched = 0
    for k in range(len(inside)):
        matched += start <= inside[k, 1] < stop
    return max(0, stop - start - matched)


@njit
def _heavy_stretches(values, least):
    """As `tighten._heavy_stretches`: at the start of each stretch its end, elsewhere 0."""
    ends = np.zeros(len(values), np.int64)
    bounds, todo = np.zeros((len(values) + 2, 2), np.int64), 1
    bounds[0, 1] = len(values)
    while todo:
        todo -= 1
        first, after = bounds[todo]
        total = best = lowest = 0.0
        start = stop = lowest_at = first
        for place in range(first, after):
            total += values[place]
            if total - lowest > best:
                best, start, stop = total - lowest, lowest_at, place + 1
            elif total < lowest:
                lowest, lowest_at = total, place + 1
        if best >= least:
            ends[start] = stop
            bounds[todo, 0], bounds[todo, 1] = first, start
            bounds[todo + 1, 0], bounds[todo + 1, 1] = stop, after
            todo += 2
    return ends


@njit
def _row(box, inside, types, others, weights, other_weights):
    """As `tighten._row`: its score, and what recurs in order."""
    start, stop, other_start, other_stop = box
    matched = weights[inside[:, 0]].sum() + other_weights[inside[:, 1]].sum()
    total = weights[start:stop].sum() + other_weights[other_start:other_stop].sum()
    common = np.zeros(other_stop - other_start + 1, np.int64)  # the longest subsequences of what was read
    for i in range(start, stop):
        diagonal = 0
        for j in range(other_start, other_stop):
            above = common[j - other_start + 1]
            longest = diagonal + 1 if types[i] == others[j] else max(above, common[j - other_start])
            diagonal, common[j - other_start + 1] = above, longest
    return min(1.0, matched / total), 2 * common[-1] / (stop - start + other_stop - other_start)
