"""What reading makes of inputs: articles, problems, and checks that every input passes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
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

    def undated(self, file: str, values: Sequence[object], dates: Sequence[object]) -> None:
        """Note the first of the dates of a table or manifest that could not be read, and how many others."""
        lost = [n for n, pair in enumerate(zip(values, dates, strict=True), 1) if pair[0] and pair[1] is None]
        if lost:
            others = f" and {len(lost) - 1} others" if len(lost) > 1 else ""
            what = f"{values[lost[0] - 1]!r} is no date whose day and month are sure (2026-02-07 is)"
            self.problems.append(Problem(file, f"row {lost[0]}{others}", what, "left without a date"))

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
