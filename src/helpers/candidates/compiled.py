# mypy: disable-error-code="no-untyped-def"
"""The loops of large corpora as machine code (see `loops.Loops`); threads run them at the same time."""

import numpy as np
from numba import njit

_DIGIT = 11
"""Bits by which numbers are sorted at once."""
_MOVES = 32
"""Steps that a number may take on average where few are sorted by insertion."""
_TABLE_BITS = 22
_ONE, _RARITY, _ENOUGH = 1 << 20, 1 << 10, 1 << 29
"""In the table of what pairs may share: a number, rarity 1, and from where on nothing is added."""


@njit(nogil=True, cache=True)
def dealt(values, parts, n):
    """As `loops.dealt`."""
    stops = np.zeros(n, np.int64)
    for part in parts:
        stops[part] += 1
    at = np.cumsum(stops) - stops
    result = np.empty_like(values)
    for k in range(len(values)):
        part = parts[k]
        result[at[part]] = values[k]
        at[part] += 1
    return result, at


@njit(nogil=True, cache=True)
def ascending(values):
    """As `numpy.sort`: digit by digit, those that are the same everywhere left out."""
    differ = np.uint64(0)
    for value in values:
        differ |= value ^ values[0]
    spare = np.empty_like(values)
    at = np.empty(1 << _DIGIT, np.int64)
    mask = np.uint64((1 << _DIGIT) - 1)
    for low in range(0, 64, _DIGIT):
        shift = np.uint64(low)
        if not differ >> shift & mask:
            continue
        at[:] = 0
        for value in values:
            at[value >> shift & mask] += 1
        total = 0
        for digit in range(len(at)):
            at[digit], total = total, total + at[digit]
        for value in values:
            digit = value >> shift & mask
            spare[at[digit]] = value
            at[digit] += 1
        values, spare = spare, values
    return values


@njit(nogil=True, cache=True)
def repeated(values):
    """As `loops.repeated`: dealt by so many upper bits that most parts hold one number, then sorted part by part."""
    bits = 1
    while 1 << bits < len(values):
        bits += 1
    shift = np.uint64(64 - bits)
    stops = np.zeros((1 << bits) + 1, np.int32)
    for value in values:
        stops[value >> shift] += 1
    total = 0
    for part in range(len(stops)):
        count = stops[part]
        stops[part] = total if count > 1 else -1
        total += count if count > 1 else 0
    result = np.empty(total, np.uint64)
    for value in values:
        part = value >> shift
        if stops[part] >= 0:
            result[stops[part]] = value
            stops[part] += 1
    start = 0
    for stop in stops[:-1]:
        if stop >= 0:
            _sort(result[start:stop])
            start = stop
    return result


@njit(nogil=True, cache=True)
def _sort(values):
    left = _MOVES * len(values)
    for k in range(1, len(values)):
        value, at = values[k], k
        while at and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
        left -= k - at
        if left < 0:
            values[:] = ascending(values.copy())
            return


@njit(nogil=True, cache=True)
def encounters(present, after, spread, start, stop, bits):
    """As `loops.encounters`."""
    result, n = np.empty(after[start:stop].sum(), np.uint64), 0
    for own in range(start, stop):
        article = present[own] << bits
        for other in range(own + 1, own + 1 + after[own]):
            result[n] = (article | present[other]) << np.uint64(12) | spread[own]
            n += 1
    return result


@njit(nogil=True, cache=True)
def promising(records, least, least_rarity):
    """As `loops.promising`: added up by a few bits of a number of the pair, which others may have, too."""
    bits = 1
    while 1 << bits < 2 * len(records) and bits < _TABLE_BITS:
        bits += 1
    shift, factor = np.uint64(64 - bits), np.uint64(0x9E3779B97F4A7C55)
    worth = np.array([_ONE + _RARITY // max(1, spread - 1) + 1 for spread in range(1 << 12)], np.uint32)
    table = np.zeros(1 << bits, np.uint32)
    for record in records:
        at = (record >> np.uint64(12)) * factor >> shift
        if table[at] < _ENOUGH:
            table[at] += worth[record & np.uint64(4095)]
    least_worth, n = np.uint32(_RARITY * least_rarity), 0
    result = np.empty_like(records)
    for record in records:
        found = table[(record >> np.uint64(12)) * factor >> shift]
        result[n] = record
        n += found >= _ENOUGH or (found // _ONE >= least and found % _ONE >= least_worth)
    return result[:n].copy()
