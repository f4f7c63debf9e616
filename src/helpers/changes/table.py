"""The table `changes`: one row per change of each pair of articles, the most serious first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.changes.classes import BASE, Found, changes_of
from helpers.changes.facts import is_other_number
from helpers.changes.matching import EQUAL, KIN, Column, aligned, is_matched
from helpers.changes.tokens import Token, name_keys, tokens
from helpers.changes.units import Span, Unit, prose_spans, units
from helpers.dating import precedes
from helpers.schemas import TABLES
from helpers.shares import looked_up, numbered_pairs

COLUMNS = [column.name for column in TABLES["changes"].columns]
KEY = TABLES["changes"].key
"""Unique; one row per change and unordered pair: there is no mirror row."""
LEAST_MATCHED = 0.3
"""Sentences with a smaller share of matched words are too unlike to say what was changed."""
MUCH_BETTER = 0.25
"""Sentences whose matched share is so much greater with another sentence are read beside that one alone."""
SMALL = 12
"""Whole numbers up to this stand in many texts by chance."""
_TYPES = {"str": "str", "int": "int64", "share": "float64"}
MOST_PAIRS = 500
"""Of a corpus with more pairs that have edited passages, those that share most words are read."""


@dataclass(frozen=True, eq=False)
class _Text:
    """An article as this module reads it."""

    text: str
    language: str
    spans: list[Span]
    names: frozenset[str]
    read: dict[Span, list[Token]] = field(default_factory=dict)

    def tokens(self, spans: Sequence[Span]) -> list[Token]:
        """The tokens of some sentences, each read once."""
        for span in spans:
            if span not in self.read:
                self.read[span] = tokens(self.text, span, self.names, self.language)
        return [token for span in spans for token in self.read[span]]

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Values of the numbers that two texts do not share by chance."""
        values = {token.value for token in self.tokens(self.spans) if token.value is not None}
        return frozenset(v for v in values if v > SMALL or v != int(v))


def changes_table(articles: pd.DataFrame, sentences: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Every change inside the edited and paraphrased passages of every pair, most serious first.

    Each unordered pair is read once. The source is the article published earlier where the dates tell (see `dating`),
    else the first by article_id: *before* and *after* then say nothing of who copied.

    Args:
        articles: the table of that name.
        sentences: the table of that name.
        passages: the table of that name.
    """
    language = articles.get("language", pd.Series("en", articles.index))
    texts = {}
    read = most_shared(passages)
    edited = read[read["kind"] != "verbatim"]
    needed = {*edited["article_id"], *edited["source_id"]}
    by_article = dict(list(sentences[sentences["article_id"].isin(needed)].groupby("article_id")))
    for name, text, code in zip(articles["article_id"], articles["text"], language, strict=True):
        if name not in needed:
            continue
        spans = prose_spans(by_article.get(name, sentences.iloc[:0]))
        texts[name] = _Text(text, code, spans, name_keys(text, spans, code))
    dates = dict(zip(articles["article_id"], articles["published"], strict=True)) if "published" in articles else {}
    rows = []
    for (article, source), found in read.groupby(["article_id", "source_id"]):
        if _is_source(source, article, dates) and (found["kind"] != "verbatim").any():
            pair = (article, texts[article], source, texts[source])
            rows += _pair_rows(_units(found, pair), pair, _apart(dates.get(article), dates.get(source)))
    if not rows:
        return no_changes()
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values("severity", ascending=False, kind="stable")
    table = table.drop_duplicates(list(KEY))
    return serious_first(table)


def serious_first(table: pd.DataFrame) -> pd.DataFrame:
    """The changes, the most serious first."""
    return table.sort_values(["severity", *KEY], ascending=[False, *[True] * len(KEY)], ignore_index=True)


def most_shared(passages: pd.DataFrame) -> pd.DataFrame:
    """The passages of the pairs that are read: all, or of many those whose edited ones are longest together."""
    edited = passages[(passages["kind"] != "verbatim") & (passages["article_id"] < passages["source_id"])]
    pairs, groups = numbered_pairs(edited)
    if len(pairs) <= MOST_PAIRS:
        return passages
    length = np.bincount(groups, edited["end"] - edited["start"])
    longest = pairs.iloc[np.argsort(-length, kind="stable")[:MOST_PAIRS]]
    number = {name: i for i, name in enumerate({*longest["article_id"], *longest["source_id"]})}

    def numbered(rows: pd.DataFrame) -> np.ndarray:
        ends = np.stack([looked_up(rows[name], number) for name in ("article_id", "source_id")])
        return np.where(ends.min(axis=0) < 0, -1, ends.min(axis=0) * len(number) + ends.max(axis=0))

    return passages[np.isin(numbered(passages), numbered(longest))]


def no_changes() -> pd.DataFrame:
    """An empty table of changes with the types it would have."""
    return pd.DataFrame({c.name: pd.Series(dtype=_TYPES[c.type]) for c in TABLES["changes"].columns})


def _is_source(source: str, article: str, dates: Mapping[str, pd.Timestamp]) -> bool:
    first = precedes(dates.get(source, pd.NaT), dates.get(article, pd.NaT))
    return source < article if first is None else first


def _apart(first: object, second: object) -> float:
    """Days between two dates; 0 where one is unknown."""
    return 0.0 if pd.isna(first) or pd.isna(second) else abs(first - second) / pd.Timedelta(days=1)  # type: ignore


_Pair = tuple[str, _Text, str, _Text]


def _units(rows: pd.DataFrame, pair: _Pair) -> list[Unit]:
    _, own, _, theirs = pair
    rows = rows.sort_values(["start", "end", "source_start", "source_end"])
    return units(rows, own.text, own.spans, theirs.text, theirs.spans)


def _pair_rows(found: list[Unit], pair: _Pair, days: float) -> list[tuple[object, ...]]:
    """The rows of all units but those whose sentences have a much better counterpart elsewhere.

    Args:
        found: the sentences that are read beside each other.
        pair: the articles.
        days: between their dates.
    """
    columns = [aligned(pair[3].tokens(unit.source), pair[1].tokens(unit.article)) for unit in found]
    matched = [_matched(own) for own in columns]
    best: dict[tuple[int, Span], float] = {}
    for unit, share in zip(found, matched, strict=True):
        for key in _keys(unit):
            best[key] = max(share, best.get(key, 0.0))
    read = [
        (unit, own, share)
        for unit, own, share in zip(found, columns, matched, strict=True)
        if share >= LEAST_MATCHED and all(best[key] <= share + MUCH_BETTER for key in _keys(unit))
    ]
    weight = _one_story(read, pair, days)
    return [row for unit, own, share in read for row in _unit_rows(unit, own, share, pair, weight)]


def _one_story(read: list[tuple[Unit, list[Column], float]], pair: _Pair, days: float) -> float:
    """How surely two articles are versions of one story, .3 to 1: a factor of the severity of their changes.

    Less if little of either is read beside the other, if days lie between them, and if numbers differ in most of their
    common sentences: two reports of one market or one index are filled in anew from day to day.
    """
    sides = [(pair[3].spans, {s for unit, *_ in read for s in unit.source})]
    sides.append((pair[1].spans, {s for unit, *_ in read for s in unit.article}))
    common = max(sum(b - a for a, b in own) / max(1, sum(b - a for a, b in spans)) for spans, own in sides)
    anew = (sum(any(map(is_other_number, columns)) for _, columns, _ in read) - 1) / max(1, len(read))
    return float(
        min(1.0, 0.6 + 0.8 * common) * (1 - 0.05 * min(6.0, max(0.0, days - 1))) * (1 - 0.5 * max(0.0, anew - 0.4))
    )


def _keys(unit: Unit) -> list[tuple[int, Span]]:
    return [(side, span) for side, spans in enumerate((unit.source, unit.article)) for span in spans]


def _unit_rows(
    unit: Unit, columns: list[Column], matched: float, pair: _Pair, weight: float
) -> Iterator[tuple[object, ...]]:
    article, own, source, theirs = pair
    common = own.numbers & theirs.numbers, own.names & theirs.names
    for found in [*changes_of(columns, matched, *common), *_joints(unit, columns)]:
        here = _span(found.after, columns, found.place, "after")
        there = _span(found.before, columns, found.place, "before")
        yield (
            *(article, *here, source, *there, theirs.text[slice(*there)], own.text[slice(*here)]),
            *(found.kind, found.rule, round(weight * found.severity, 4)),
            *(unit.article[0][0], unit.article[-1][1], unit.source[0][0], unit.source[-1][1]),
        )


def _matched(columns: list[Column]) -> float:
    """Matched words that are no function words, over those of the side that has fewer."""
    same = sum(is_matched(c) and c.before is not None and c.before.role != "function" for c in columns)
    sides = [
        sum(t is not None and t.role != "function" for t in side)
        for side in ([c.before for c in columns], [c.after for c in columns])
    ]
    return min(1.0, same / max(1, min(sides)))


def _joints(unit: Unit, columns: list[Column]) -> list[Found]:
    """The change that sentences were merged or split, if each of them has a counterpart."""
    many, side = (unit.source, "before") if len(unit.source) > 1 else (unit.article, "after")
    if len(many) < 2:
        return []
    for start, end in many:
        own = [c for c in columns if (t := getattr(c, side)) and start <= t.start < end]
        if sum(c.relation in (EQUAL, KIN) for c in own) < LEAST_MATCHED * len(own):
            return []
    kind = "merged" if side == "before" else "split"
    before = tuple(c.before for c in columns if c.before)
    after = tuple(c.after for c in columns if c.after)
    return [Found(before, after, kind, f"{len(unit.source)} sentences / {len(unit.article)}", BASE[kind], 0)]


def _span(found: tuple[Token, ...], columns: list[Column], place: int, side: str) -> Span:
    """From the first to the last token; of none, the point behind the nearest token before it, else before all."""
    if found:
        return found[0].start, found[-1].end
    previous = [t for c in columns[:place] if (t := getattr(c, side))]
    if previous:
        return previous[-1].end, previous[-1].end
    following = [t for c in columns if (t := getattr(c, side))]
    return following[0].start, following[0].start
