"""Dates as people write them: none is guessed whose day and month could be taken for each other."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

_NUMERIC = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})(?!\d)(.*)", re.DOTALL)
_HOURS = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3},
}
"""Hours by which zones are ahead of UTC, by their letters: those of RFC 5322 and of continental Europe.

Letters of several zones (IST, BST) tell none; GMT, UTC and Z are read anyway.
"""
_ZONE = re.compile(rf"\b({'|'.join(_HOURS)})\s*$")
_CLOCK = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[ap]\.?m\b)?\s*(?:[+-]\d{2}:?\d{2})?|\d{1,2}\s*[ap]\.?m\b",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?:^|[^a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_RUN_TOGETHER = 6
"""So many figures without a mark between them hold day, month and year."""
_AGENCY_FORMAT = "%a %b %d, %Y %I:%M%p %z"
"""Fri Oct 20, 2006 6:15pm -0400: what pandas reads value by value otherwise, forty times as slowly."""


def stated_date(value: Any) -> pd.Timestamp | None:
    """A date without time zone (UTC), or None where it cannot be read as one.

    >>> stated_date("7.2.2026"), stated_date("03/02/2026"), stated_date("today")
    (Timestamp('2026-02-07 00:00:00'), None, None)
    """
    return stated_dates([value])[0]


def stated_dates(values: Sequence[Any]) -> list[pd.Timestamp | None]:
    """The same for many values, each in a format of its own.

    Dates in figures with dots are day, month, year. Of those with strokes or hyphens one of the column must tell the
    order, by a number above twelve, and none may speak against it; else they are not read.

    >>> [str(date)[:10] for date in stated_dates(["03/02/2026", "13/02/2026"])]
    ['2026-02-03', '2026-02-13']
    """
    day_first = _order([match for value in values if isinstance(value, str) and (match := _NUMERIC.match(value))])
    plain = [_iso(value, day_first) if isinstance(value, str) else value for value in values]
    return _read(plain)


def _read(plain: Sequence[Any]) -> list[pd.Timestamp | None]:
    stated = pd.Series(plain, dtype=object)
    dates = pd.to_datetime(stated, errors="coerce", utc=True, format=_AGENCY_FORMAT)
    if not dates.isna().equals(stated.isna()):
        dates = pd.to_datetime(stated, errors="coerce", utc=True, format="mixed")
    if dates.dt.unit == "ns" and len(plain) > 1:  # one value in nanoseconds narrows the years of all
        return [date for value in plain for date in _read([value])]
    return [_naive(date) for date in dates]


def _naive(date: Any) -> pd.Timestamp | None:
    return None if pd.isna(date) else date.tz_localize(None)


def _order(found: Sequence[re.Match[str]]) -> bool | None:
    """Whether days stand before months in a column; None if it does not tell."""
    strokes = [(int(match[1]), int(match[3])) for match in found if match[2] != "."]
    first, second = (any(pair[place] > 12 for pair in strokes) for place in (0, 1))
    return None if first == second else first


def _is_whole(value: str) -> bool:
    """Whether a date has day, month and year: readers put the first of the month, or today's day, for one that lacks.

    >>> [_is_whole(date) for date in ("1 June 2009", "2009-06-01 10:30", "June 2009", "10:30 June 2009", "2009-06")]
    [True, True, False, False, False]
    """
    date = _CLOCK.sub(" ", value)
    figures = re.findall(r"\d+", date)
    parts = len(figures) + bool(_MONTH.search(date))
    return parts >= 3 or any(len(figure) >= _RUN_TOGETHER for figure in figures)


def _iso(value: str, day_first: bool | None) -> str | None:
    """The date with its year first and its zone in hours; None where its order is not told or a part lacks."""
    value = _ZONE.sub(lambda zone: f"{_HOURS[zone[1]]:+03}00", value)
    match = _NUMERIC.match(value)
    if not match:
        return value if _is_whole(value) else None
    first, mark, second, year, rest = match.groups()
    days_first = True if mark == "." else day_first
    if len(year) == 2 or (days_first is None and first != second):
        return None
    day, month = (first, second) if days_first else (second, first)
    return f"{year}-{int(month):02}-{int(day):02}{rest}"
