"""The two inner loops of the aligner as machine code, for corpora of thousands of pairs (numba).

Each function here does what the one it names does, in plain loops; tests hold them equal. A few pairs never load this
module: importing numba takes longer than aligning them.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from helpers.alignment import refine as edges
from helpers.alignment import tighten
from helpers.alignment.pairing import PSEUDO_WORDS, Box, Side
from helpers.alignment.refine import Fit, Refined
from helpers.alignment.tighten import Row

compiled = njit(cache=True, nogil=True)

REACH, X_DROP, ROUNDS = edges.REACH_WORDS, edges.X_DROP, edges.MAX_ROUNDS
MIN_CHANCE, MAX_CHANCE = edges.MIN_CHANCE, edges.MAX_CHANCE
MIN_FIDELITY, MAX_FIDELITY = edges.MIN_FIDELITY, edges.MAX_FIDELITY
MIN_COHESION, MAX_COHESION, CHANCE_COHESION = edges.MIN_COHESION, edges.MAX_COHESION, edges.CHANCE_COHESION
MAX_GAIN, SCALE, STEP = edges.MAX_GAIN, edges.SCALE, edges.SCORE_STEP
LEAST_ANCHOR, ALONE, MATCH_VALUE = tighten.LEAST_ANCHOR, tighten.ALONE, tighten.MATCH_VALUE
LEAST_INFORMATION, OPPOSED = tighten.LEAST_ROW_INFORMATION, tighten.OPPOSED_DISCOUNT
LEAST_MATCHES, LEAST_PART_MATCHES = tighten.LEAST_ROW_MATCHES, tighten.LEAST_PART_MATCHES


def refine(longer: Side, shorter: Side, box: Box) -> Refined:
    """As `refine.refine`."""
    fits = _refine(_arrays(longer), _arrays(shorter), np.array(box))
    return Refined(*(Fit(int(f[0]), int(f[1]), *f[2:]) for f in fits))


def _arrays(side: Side) -> tuple[NDArray[np.generic], ...]:
    """What `_fit` reads of a side."""
    document = side.document
    sizes = np.array([len(document.types), len(document.pairs)])
    return (*side.background, side.other_types, side.other_pairs, document.word_pairs, document.priors, sizes)


@compiled
def _refine(longer, shorter, box):
    long_fit = _fit(longer, box[0], box[1], box[2], box[3])
    short_fit = _fit(shorter, box[2], box[3], int(long_fit[0]), int(long_fit[1]))
    for _ in range(ROUNDS - 1):
        moved = np.array([int(long_fit[0]), int(long_fit[1]), int(short_fit[0]), int(short_fit[1])])
        if np.array_equal(moved, box):
            break
        box = moved
        long_fit = _fit(longer, box[0], box[1], box[2], box[3])
        short_fit = _fit(shorter, box[2], box[3], int(long_fit[0]), int(long_fit[1]))
    return long_fit, short_fit


@compiled
def _fit(side, start, stop, other_start, other_stop):
    """As `refine.fit_side`."""
    low, high = max(0, start - REACH), min(len(side[0]), stop + REACH)
    chance, matched, supported = _facts(side, start, stop, other_start, other_stop, low, high)
    weight = found = beside = 0.0
    for k in range(start - low, stop - low):
        weight += 1 - chance[k]
        if matched[k]:
            found += 1 - chance[k]
            if supported[k]:
                beside += 1 - chance[k]
    fidelity = min(max(found / weight if weight > 0 else 0.0, MIN_FIDELITY), MAX_FIDELITY)
    cohesion = min(max(beside / found if found > 0 else 0.0, MIN_COHESION), MAX_COHESION)
    values = _word_scores(chance, matched, supported, fidelity, cohesion)
    first, after, score = _best_stretch(values, side[8][low : high + 1], start - low, stop - low)
    return low + first, low + after, score, fidelity, cohesion


@compiled
def _facts(side, start, stop, other_start, other_stop, low, high):
    """As `refine._chance_and_matches` and `refine._supported`."""
    types, counts, other_counts, pseudo_counts, least_rates, other_types, other_pairs, word_pairs, _, sizes = side
    there, here = np.zeros(sizes[0] + 1, np.int64), np.zeros(sizes[0], np.int64)
    known = np.zeros(sizes[1] + 1, np.bool_)
    for j in range(other_start, other_stop):
        there[other_types[j]] += 1
    for j in range(other_start, other_stop - 1):
        known[other_pairs[j]] = True
    for i in range(start, stop):
        here[types[i]] += 1
    length = other_stop - other_start
    rest = len(other_types) - length + PSEUDO_WORDS
    own_rest = len(types) - (stop - start) + PSEUDO_WORDS
    chance = np.empty(high - low)
    matched, supported = np.zeros(high - low, np.bool_), np.zeros(high - low, np.bool_)
    for i in range(low, high):
        seen = there[types[i]]
        rate = max((other_counts[i] - seen + pseudo_counts[i]) / rest, least_rates[i])
        rate = max(rate, (counts[i] - here[types[i]]) / own_rest)
        chance[i - low] = min(max(1 - math.exp(-rate * length), MIN_CHANCE), MAX_CHANCE)
        matched[i - low] = seen > 0
        if i + 1 < high and known[word_pairs[i]]:
            supported[i - low] = supported[i - low + 1] = True
    return chance, matched, supported


@compiled
def _word_scores(chance, matched, supported, fidelity, cohesion):
    """As `refine.word_scores`."""
    alone, beside = math.log((1 - cohesion) / (1 - CHANCE_COHESION)), math.log(cohesion / CHANCE_COHESION)
    scores = np.empty(len(chance))
    for k in range(len(chance)):
        unlikely = 1 - chance[k]
        if_copied = max(fidelity, chance[k] + 0.5 * unlikely)
        ratio = if_copied / chance[k] if matched[k] else (1 - if_copied) / unlikely
        score = min(math.log(ratio), MAX_GAIN)
        if supported[k]:
            score += beside
        elif matched[k]:
            score += alone
        scores[k] = np.rint(score * (SCALE / STEP)) * STEP
    return scores


@compiled
def _best_stretch(values, priors, start, stop):
    """As `refine.best_stretch`."""
    total = np.zeros(len(values) + 1)
    positive = 0.0
    for k in range(len(values)):
        total[k + 1] = total[k] + values[k]
        if start <= k < stop:
            positive += max(values[k], 0.0)
    centre, gathered = start, max(values[start], 0.0)
    while gathered < positive / 2:
        centre += 1
        gathered += max(values[centre], 0.0)
    left = _climb(priors, total, centre, -1)
    right = _climb(priors, total, centre + 1, 1)
    return left, right, total[right] - total[left]


@compiled
def _climb(priors, total, place, step):
    """As `refine._climb`: leftwards sums count negative."""
    best, best_place = -np.inf, place
    while 0 <= place < len(total):
        height = priors[place] + step * total[place]
        if height > best:
            best, best_place = height, place
        elif height < best - X_DROP:
            break
        place += step
    return best_place


def tight_rows(words: tighten.LinkedWords, max_gap_words: int) -> list[Row]:
    """As `tighten.tight_rows`."""
    types, others = np.array(words.types, np.int64), np.array(words.other_types, np.int64)
    found = zip(*_tight_rows(types, others, words.weights, words.other_weights, max_gap_words), strict=True)
    return sorted((Row(Box(*box), score, order) for box, score, order in found), key=lambda row: row.box)


@compiled
def _tight_rows(types, others, weights, other_weights, max_gap):
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
        cut = [(a, b, c, d) for a, b in parts for c, d in other_parts]
        if len(cut) != 1 or cut[0] != box:
            todo.extend(cut)
        elif box not in kept:
            kept.append(box)
    scores, orders = np.empty(len(kept)), np.empty(len(kept))
    for k, box in enumerate(kept):
        scores[k], orders[k] = _row(box, _inside(matches, box), types, others, weights, other_weights)
    return kept, scores, orders


@compiled
def _match_words(types, others, weights):
    """As `tighten.match_words`: for each word its counterpart, or -1."""
    stretches = _common_stretches(types, others, weights)
    matches, used = np.full(len(types), -1), np.zeros(len(others), np.bool_)
    for k in range(len(stretches)):
        start, other_start, length = stretches[k]
        free = 0.0
        for step in range(length):
            if matches[start + step] < 0 and not used[other_start + step]:
                free += weights[start + step]
        if free < LEAST_ANCHOR:
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


@compiled
def _common_stretches(types, others, weights):
    """As `tighten._common_stretches`."""
    found = [(0.0, 0, 0, 0, 0, 0) for _ in range(0)]
    reach = np.zeros(len(others) + 1, np.int64)  # length of the stretch that ends before each place, of the last word
    for i in range(len(types) + 1):
        for j in range(len(others), -1, -1):  # backwards: what the last word left is read before it is overwritten
            length = reach[j]
            equal = i < len(types) and j < len(others) and types[i] == others[j]
            if length and not equal:
                weight = weights[i - length : i].sum()
                if weight >= LEAST_ANCHOR:
                    a, b = i - length, j - length
                    found.append((-weight, abs(b - a), a + b, a, b, length))
            if j < len(others):
                reach[j + 1] = length + 1 if equal else 0
        reach[0] = 0
    found.sort()
    return [(a, b, length) for _, _, _, a, b, length in found]


@compiled
def _inside(matches, box):
    """As `tighten._inside`: (counterparts, 2)."""
    found = np.empty((box[1] - box[0], 2), np.int64)
    n = 0
    for i in range(box[0], box[1]):
        if box[2] <= matches[i] < box[3]:
            found[n, 0], found[n, 1] = i, matches[i]
            n += 1
    return found[:n]


@compiled
def _mirrored(inside):
    """The counterparts seen from the other side, in its order."""
    order = np.argsort(inside[:, 1], kind="mergesort")
    return inside[order][:, ::-1].copy()


@compiled
def _holds_enough(box, inside, weights, n_others):
    """As `tighten._holds_enough`."""
    whole = (box[0] == 0 and box[1] == len(weights)) or (box[2] == 0 and box[3] == n_others)
    if len(inside) < (LEAST_MATCHES if whole else LEAST_PART_MATCHES):
        return False
    return weights[inside[:, 0]].sum() >= LEAST_INFORMATION


@compiled
def _kept_parts(start, stop, other_start, other_stop, inside, max_gap):
    """As `tighten._kept_parts`."""
    if stop - start - len(inside) < max_gap:
        return [(start, stop)]
    values = np.full(stop - start, ALONE)
    for k in range(len(inside)):
        values[inside[k, 0] - start] = -MATCH_VALUE
    kept = [(start, stop) for _ in range(0)]
    reached = start
    for low, high in sorted(_heavy_stretches(values, start, max_gap)):
        opposed = min(_opposed_words(low, high, other_start, other_stop, inside), max_gap)
        if values[low - start : high - start].sum() < max_gap + OPPOSED * opposed:
            continue
        if low > reached:
            kept.append((reached, low))
        reached = high
    if reached < stop:
        kept.append((reached, stop))
    return kept


@compiled
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


@compiled
def _heavy_stretches(values, offset, least):
    """As `tighten._heavy_stretches`."""
    found = [(offset, offset) for _ in range(0)]
    todo = [(0, len(values))]
    while todo:
        first, after = todo.pop()
        total = best = lowest = 0.0
        start = stop = lowest_at = first
        for place in range(first, after):
            total += values[place]
            if total - lowest > best:
                best, start, stop = total - lowest, lowest_at, place + 1
            elif total < lowest:
                lowest, lowest_at = total, place + 1
        if best >= least:
            found.append((offset + start, offset + stop))
            todo.append((first, start))
            todo.append((stop, after))
    return found


@compiled
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
