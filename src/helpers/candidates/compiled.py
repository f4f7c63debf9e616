# mypy: disable-error-code="no-untyped-def"
"""The loops of large corpora as machine code (see `loops.Loops`); threads run them at the same time.

Space is asked of numpy, which gets it from the system in large pages: in small ones it took a tenth of the time.
"""

import numpy as np
from numba import njit

_DIGIT = 11
"""Bits by which numbers are sorted at once."""
_MOVES = 32
"""Steps that a number may take on average where few are sorted by insertion."""
_SPREAD_BITS, _SPREADS = np.uint64(12), np.uint64(4095)
"""As `loops.SPREAD_BITS`, but here: what is compiled is kept until this file changes."""
_ONE, _RARITY, _ENOUGH = 1 << 20, 1 << 10, 1 << 29
"""In the table of what pairs may share: a number, rarity 1, and from where on nothing is added."""
_machine_code = njit(nogil=True, cache=True)


def dealt(values, by, shift, part_of):
    """As `loops.dealt`."""
    result = np.empty_like(values)
    return result, _deal(values, by, shift, part_of, result)


def ascending(values):
    """As `numpy.sort`, perhaps in place: digit by digit, those that are the same everywhere left out."""
    return _by_digits(values, np.empty_like(values))


def repeated(values):
    """As `loops.repeated`: dealt by so many upper bits that most parts hold one number, then sorted part by part."""
    bits, result = len(values).bit_length(), np.empty_like(values)
    return result[: _repeated(values, np.uint64(64 - bits), np.zeros(1 << bits, np.int32), result)]


def encounters(present, after, spread, some, bits):
    """As `loops.encounters`."""
    result = np.empty(after[some].sum(), np.uint64)
    _meet(present, after, spread, some.start, bits, result)
    return result


def promising(records, bits, least, least_rarity):
    """As `loops.promising`, in place: added up article by article, in a table of the others."""
    if not len(records):
        return records
    shift, by_article = bits + _SPREAD_BITS, np.empty_like(records)
    stops = _deal(records, records, shift, np.arange(int(records.max() >> shift) + 1), by_article)
    worth = _ONE + _RARITY // np.maximum(1, np.arange(-1, int(_SPREADS))) + 1
    table = np.zeros(1 << int(bits), np.uint32)
    rarity = int(_RARITY * least_rarity)
    return records[: _promising(by_article, stops, table, worth.astype(np.uint32), least, rarity, records)]


@_machine_code
def _deal(values, by, shift, part_of, result):
    at = np.zeros(part_of[-1] + 1, np.int64)
    for number in by:
        at[part_of[number >> shift]] += 1
    total = 0
    for part in range(len(at)):
        at[part], total = total, total + at[part]
    for k in range(len(values)):
        part = part_of[by[k] >> shift]
        result[at[part]] = values[k]
        at[part] += 1
    return at


@_machine_code
def _by_digits(values, spare):
    differ = np.uint64(0)
    for value in values:
        differ |= value ^ values[0]
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


@_machine_code
def _repeated(values, shift, stops, result):
    for value in values:
        stops[value >> shift] += 1
    total = 0
    for part in range(len(stops)):
        count = stops[part]
        stops[part] = total if count > 1 else -1
        total += count if count > 1 else 0
    for value in values:
        part = value >> shift
        if stops[part] >= 0:
            result[stops[part]] = value
            stops[part] += 1
    start = 0
    for stop in stops:
        if stop >= 0:
            _sort_few(result[start:stop])
            start = stop
    return total


@_machine_code
def _sort_few(values):
    left = _MOVES * len(values)
    for k in range(1, len(values)):
        value, at = values[k], k
        while at and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
        left -= k - at
        if left < 0:
            for n, number in enumerate(_by_digits(values.copy(), np.empty_like(values))):
                values[n] = number
            return


@_machine_code
def _meet(present, after, spread, own, bits, result):
    n = 0
    while n < len(result):
        article = present[own] << bits
        for other in range(own + 1, own + 1 + after[own]):
            result[n] = (article | present[other]) << _SPREAD_BITS | spread[own]
            n += 1
        own += 1


@_machine_code
def _promising(records, stops, table, worth, least, least_rarity, result):
    start = n = 0
    mask = np.uint64(len(table) - 1)
    for stop in stops:
        for record in records[start:stop]:
            other = record >> _SPREAD_BITS & mask
            if table[other] < _ENOUGH:
                table[other] += worth[record & _SPREADS]
        for record in records[start:stop]:
            found = table[record >> _SPREAD_BITS & mask]
            result[n] = record
            n += found >= _ENOUGH or (found // _ONE >= least and found % _ONE >= least_rarity)
        for record in records[start:stop]:
            table[record >> _SPREAD_BITS & mask] = 0
        start = stop
    return n
