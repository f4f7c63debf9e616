"""Which of two dates is earlier, and by how much: a date without a time of day tells less than one with it.

Times are kept in UTC, days as they were stated: such a day may be another one in another zone. A date of 00:00 is taken
as a day, since tables keep no other sign of it.
"""

from typing import NamedTuple

import pandas as pd

LEAST_DAYS = pd.Timedelta(days=2)
"""A date without a time of day is told from another one if their days are so far apart."""
_LARGE_HOURS = 48
"""From so many hours on a time is told in days."""


class Waits(NamedTuple):
    """Hours from one date to another (null: not told), and whether both have a time of day; else they are days."""

    hours: pd.Series
    timed: pd.Series


def has_time(dates: pd.Series) -> pd.Series:
    """Whether dates state a time of day."""
    return dates.notna() & (dates != dates.dt.normalize())


def waits(here: pd.Series, there: pd.Series) -> Waits:
    """How long after `there` each date of `here` is, by the rule of `precedes`; equal moments are no time apart."""
    timed = has_time(here) & has_time(there)
    days = here.dt.normalize() - there.dt.normalize()
    apart = (here - there).where(timed, days.where(days.abs() >= LEAST_DAYS))
    return Waits(apart.dt.total_seconds() / 3600, timed)


def precedes(first: pd.Timestamp, second: pd.Timestamp) -> bool | None:
    """Whether one date is before another; None where one is missing or they are too near to tell.

    >>> precedes(pd.Timestamp("2022-09-10 08:00"), pd.Timestamp("2022-09-10 09:30"))
    True
    >>> precedes(pd.Timestamp("2022-09-10"), pd.Timestamp("2022-09-11")) is None, precedes(pd.NaT, pd.NaT) is None
    (True, True)
    """
    if pd.isna(first) or pd.isna(second) or first == second:
        return None
    days = first.normalize(), second.normalize()
    near = (first in days or second in days) and abs(days[0] - days[1]) < LEAST_DAYS
    return None if near else bool(first < second)


def order(first: pd.Timestamp, second: pd.Timestamp) -> str:
    """How long before or after the second date the first one is; nothing where it is not told.

    >>> order(pd.Timestamp("2022-09-10 09:30"), pd.Timestamp("2022-09-10 08:00"))
    '1.5 h after'
    >>> order(pd.Timestamp("2022-09-10"), pd.Timestamp("2022-09-13 08:00")), order(pd.NaT, pd.Timestamp("2022-09-10"))
    ('3 days before', '')
    """
    if precedes(first, second) is None:
        return ""
    days = first.normalize(), second.normalize()
    timed = first != days[0] and second != days[1]
    hours = (first - second if timed else days[0] - days[1]).total_seconds() / 3600
    return f"{span(abs(hours), whole_days=not timed)} {'after' if hours > 0 else 'before'}"


def span(hours: float, *, whole_days: bool) -> str:
    """A length of time in words.

    >>> span(5.4, whole_days=False), span(48.0, whole_days=True), span(0.5, whole_days=False)
    ('5.4 h', '2 days', '30 min')
    """
    if whole_days or hours >= _LARGE_HOURS:
        return f"{hours / 24:.3g} {'day' if hours == 24 else 'days'}"
    return f"{hours:.3g} h" if hours >= 1 else f"{60 * hours:.2g} min"
