"""What reading makes of inputs: articles, problems, and checks that every input passes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers.errors import CorpusError

CONTROL_SHARE = 0.02
"""A text with a greater share of control and undecodable characters is not text."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")


@dataclass(frozen=True)
class Problem:
    """Something about an input: the file, the place in it, what is wrong, what was done."""

    file: str
    place: str
    what: str
    done: str

    def __str__(self) -> str:
        """One line."""
        place = f", {self.place}" if self.place else ""
        return f"{self.file}{place}: {self.what}; {self.done}"


@dataclass(frozen=True)
class RawArticle:
    """An article as it was read, and what its source says of it."""

    article_id: str
    path: str
    outlet: str | None
    text: str
    encoding: str
    notes: tuple[str, ...] = ()
    title: str | None = None
    published: pd.Timestamp | None = None
    url: str | None = None
    author: str | None = None


@dataclass
class Reading:
    """What was read: the articles, the problems, which columns of tables were taken for what; the declared encoding."""

    articles: list[RawArticle] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    encoding: str | None = None

    def left_out(self, file: str, what: str, place: str = "") -> None:
        """Note an input that is not used."""
        self.problems.append(Problem(file, place, what, "left out"))


def check_text(text: str) -> None:
    """Raise a CorpusError if this is empty or no text."""
    if not text.strip():
        raise CorpusError("holds no text")
    if len(_CONTROL.findall(text)) > CONTROL_SHARE * len(text):
        raise CorpusError("is not text")


def with_title(title: str | None, text: str) -> str:
    """The text under its headline, unless it begins with it."""
    words = (title or "").split()
    if not title or " ".join(text.split(maxsplit=len(words))[: len(words)]).casefold().startswith(
        " ".join(words).casefold()
    ):
        return text
    return f"{title}\n\n{text}"


def stated_date(value: Any) -> pd.Timestamp | None:
    """A date without time zone (UTC), or None where it cannot be read as one."""
    return stated_dates([value])[0]


def stated_dates(values: Sequence[Any]) -> list[pd.Timestamp | None]:
    """The same for many values, each in a format of its own; words such as "today" state none."""
    values = [None if isinstance(value, str) and not any(map(str.isdigit, value)) else value for value in values]
    dates = pd.to_datetime(pd.Series(values, dtype=object), errors="coerce", utc=True, format="mixed")
    if dates.dt.unit == "ns" and len(values) > 1:  # one value in nanoseconds narrows the years of all
        return [stated_date(value) for value in values]
    return [None if pd.isna(date) else date.tz_localize(None) for date in dates]
