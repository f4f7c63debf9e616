"""What a run says in a terminal or a notebook: small text tables and passages side by side."""

import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.calibration import NON_DERIVED, PARTIALLY, WHOLLY
from helpers.labels import short_labels
from helpers.prose import ProseWords
from helpers.shares import numbered_pairs, word_places

MOST_LINES = 40
"""Articles, pairs or sentences listed at most where a corpus may have any number of them."""


def copying_text(copying: pd.DataFrame, only: Collection[str] | None = None) -> str:
    """The copying table, of the articles of which most is copied, of all or of some, as text, most copied first."""
    among = copying if only is None else copying[copying["article_id"].isin(list(only))]
    rows = among.sort_values(["copied_share", "article_id"], ascending=[False, True]).head(MOST_LINES)
    label = dict(zip(copying["article_id"], short_labels(list(copying["article_id"])), strict=True))
    kinds = ("verbatim", "edited", "paraphrased", "original")
    shown = pd.DataFrame(
        {
            "article": rows["article_id"].map(label),
            "words": rows["n_words"],
            "copied": rows["copied_share"].map("{:.0%}".format),
            "95 % interval": [f"{a:.0%}-{b:.0%}" for a, b in zip(rows["ci_low"], rows["ci_high"], strict=True)],
            "as speech": rows["quoted_share"].map("{:.0%}".format),
            **{kind: rows[f"{kind}_share"].map("{:.0%}".format) for kind in kinds},
            "top source": [label.get(source, "none") for source in rows["top_source"]],
            "label": rows["label"],
        }
    )
    more = len(among) - len(rows)
    return shown.to_string(index=False) + (f"\n... and {more} more of which less is copied" if more else "")


def labels_text(copying: pd.DataFrame) -> str:
    """How many articles are derived, in a line.

    >>> labels_text(pd.DataFrame({"label": ["non-derived", "wholly derived", "non-derived"]}))
    '3 articles: 1 wholly derived, 0 partially derived, 2 non-derived'
    """
    counts = copying["label"].value_counts()
    told = (f"{counts.get(label, 0):,} {label}" for label in (WHOLLY, PARTIALLY, NON_DERIVED))
    return f"{len(copying):,} articles: {', '.join(told)}"


def first(lines: Iterable[str], most: int = MOST_LINES) -> list[str]:
    """The first lines, and one that tells how many more there are.

    >>> first(["a", "b", "c", "d"], 2)
    ['a', 'b', '... and 2 more']
    """
    every = list(lines)
    return every[:most] + ([f"... and {len(every) - most} more"] if len(every) > most else [])


def table_text(table: pd.DataFrame, rows: int = 20, digits: int = 3) -> str:
    """The first rows of a table as text, and how many more there are; "none" if it has none."""
    if table.empty:
        return "none"
    shown = table.head(rows)
    numbers = shown.select_dtypes("float")
    text = shown.assign(**numbers.round(digits)).to_string(index=not isinstance(table.index, pd.RangeIndex))
    return text if len(table) <= rows else f"{text}\n... and {len(table) - rows} more rows"


def duplicates(articles: pd.DataFrame) -> list[str]:
    """A line for each article that has the same or nearly the same words as an earlier one."""
    label = dict(zip(articles["article_id"], short_labels(list(articles["article_id"])), strict=True))
    again = articles[articles["duplicate_of"].notna()]
    pairs = zip(again["article_id"], again["duplicate_of"], strict=True)
    return [f"{label[a]} has the same or nearly the same words as {label[first]}" for a, first in pairs]


def evidence(passages: pd.DataFrame, text: Mapping[str, str], corpus: Mapping[str, ProseWords]) -> pd.DataFrame:
    """Every passage with its words, for readers of spreadsheets, in the order of the article.

    Passages lie inside each other; `new_words` are those in no passage above it with this source: they add up to
    `reused_words`.
    """
    rows = passages[passages["n_words"] > 0].sort_values(["article_id", "source_id", "start", "end", "source_start"])
    places = word_places(corpus, rows)
    _, pair = numbered_pairs(rows)
    behind = places["stop"].groupby(pair).cummax().groupby(pair).shift(fill_value=0)  # of the passages above
    rows = rows.assign(new_words=(places["stop"] - np.maximum(places["first"], behind)).clip(lower=0))
    for side, name in (("", "article_id"), ("source_", "source_id")):
        spans = zip(*(rows[column].tolist() for column in (name, f"{side}start", f"{side}end")), strict=True)
        texts = (text[article][start:end] for article, start, end in spans)
        rows[f"{side}text"] = pd.Series(texts, rows.index, dtype="object")
    columns = ["article_id", "source_id", "block", "kind", "score", "n_words", "new_words", "quoted_words"]
    return rows[[*columns, "text", "source_text"]]


def in_context(text: str, start: int, end: int, after: str, reach: int = 28) -> str:
    """One line: what stands around an edit, and what it becomes.

    >>> in_context("retreating鈥 the fighting", 10, 11, "…")
    'retreating[鈥 → …] the fighting'
    """
    left, right = text[max(0, start - reach) : start], text[end : end + reach]
    return _one_line(f"{left}[{text[start:end]} → {after}]{right}")


def passage_text(row: Any, text: Mapping[str, str], width: int = 100) -> str:
    """A passage and its counterpart, one under the other."""
    here = _one_line(text[row.article_id][row.start : row.end])
    there = _one_line(text[row.source_id][row.source_start : row.source_end])
    names = labels(text)
    head = f"{row.kind} · {row.n_words} words · score {row.score:.2f}"
    lines = [
        textwrap.shorten(f"{label}: {piece}", 3 * width, placeholder=" …")
        for label, piece in ((names[row.article_id], here), (names[row.source_id], there))
    ]
    wrapped = [textwrap.fill(line, width, initial_indent="  ", subsequent_indent="       ") for line in lines]
    return "\n".join([head, *wrapped])


def side_by_side(row: Any, text: Mapping[str, str], width: int = 52) -> str:
    """A passage and its counterpart in two columns."""
    pieces = (
        text[row.article_id][row.start : row.end],
        text[row.source_id][row.source_start : row.source_end],
    )
    columns = [textwrap.wrap(_one_line(piece), width) for piece in pieces]
    names = labels(text)
    heads = [f"{names[name]} ({row.kind}, {row.n_words} words)" for name in (row.article_id, row.source_id)]
    body = [f"{left:<{width}} │ {right}" for left, right in zip_longest(*columns, fillvalue="")]
    rule = "─" * width
    return "\n".join([f"{heads[0]:<{width}} │ {heads[1]}", f"{rule}─┼─{rule}", *body, ""])


def longest_verbatim(passages: pd.DataFrame, n: int) -> pd.DataFrame:
    """The longest verbatim passages, at most one for each pair of articles, the mirror rows left out."""
    rows = passages[(passages["kind"] == "verbatim") & (passages["article_id"] > passages["source_id"])]
    order = rows.sort_values(["n_words", "article_id", "start"], ascending=[False, True, True])
    return order.drop_duplicates(["article_id", "source_id"]).head(n)


def unmarked_between(
    passages: pd.DataFrame, sentences: pd.DataFrame, text: Mapping[str, str], width: int = 150
) -> Iterator[str]:
    """Body sentences that touch no passage of a pair but stand between two that do, one line each."""
    names = labels(text)
    ordered = sentences[sentences["kind"] == "body"].sort_values("start")
    spans, places = ordered[["start", "end"]].to_numpy(), ordered.groupby("article_id").indices
    for (article, source), rows in passages.groupby(["article_id", "source_id"]):
        own = spans[places.get(article, [])]
        hit = [bool(((rows["start"] < end) & (rows["end"] > start)).any()) for start, end in own]
        who = f"{names[article]} against {names[source]}"
        for i, (start, end) in enumerate(own):
            if not hit[i] and any(hit[:i]) and any(hit[i + 1 :]):
                yield f"{who}: {textwrap.shorten(_one_line(text[article][start:end]), width, placeholder=' …')}"


def shown(path: Path) -> str:
    """A path relative to the working directory where it lies below it."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def labels(text: Mapping[str, str]) -> dict[str, str]:
    """The short label of every article of a corpus: unique among all, not only among those shown."""
    return dict(zip(sorted(text), short_labels(sorted(text)), strict=True))


def _one_line(text: str) -> str:
    """The text on one line, control characters made visible: it may be printed to a terminal."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))
