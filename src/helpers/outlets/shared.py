"""What articles share with other outlets: how many words, who printed them first, what of it is an agency's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.outlets.agency import agency_articles, common_agencies
from helpers.outlets.firsts import (
    LINKED,
    NEVER,
    SHARED,
    UNDATED,
    VERDICTS,
    Cells,
    Stretches,
    When,
    count_verdicts,
    cut,
    when,
)
from helpers.overlap import outlets, same_article
from helpers.prose import ProseWords
from helpers.shares import union_lengths, word_places
from helpers.spoken import shared_speech


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables that habits are read from, and the prose words of the corpus."""

    articles: pd.DataFrame
    passages: pd.DataFrame
    overlap: pd.DataFrame
    copying: pd.DataFrame
    credits: pd.DataFrame
    lineage: pd.DataFrame
    corpus: Mapping[str, ProseWords]


class Shared(NamedTuple):
    """Words by article, each print of one article once.

    `articles`: number, outlet, n_words, copied (shared with any other article), agency; and of those shared with other
    outlets: shared, quoted, and one column for each of `VERDICTS`. `pairs`: the last six by number and source_outlet.
    `agencies`: words that are an agency's, by number and agency.
    """

    articles: pd.DataFrame
    pairs: pd.DataFrame
    agencies: pd.DataFrame


class Prints(NamedTuple):
    """Articles by number: all ids, the number of each, the place of the id that stands for each number, its outlet."""

    ids: pd.Index
    number: np.ndarray
    first: np.ndarray
    outlet: np.ndarray

    @classmethod
    def of(cls, articles: pd.DataFrame) -> "Prints":
        """The prints of every article have one number; the first of them stands for the article."""
        groups = same_article(articles)
        ids = pd.Index([name for group in groups for name in group])
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        outlet = outlets(articles)
        named = np.array([outlet[group[0]] for group in groups], dtype=object)
        return cls(ids, np.repeat(np.arange(len(groups)), sizes), np.cumsum(sizes) - sizes, named)


def linked_pairs(overlap: pd.DataFrame, copying: pd.DataFrame) -> pd.DataFrame:
    """Ordered pairs of articles that share more prose, in one direction at least, than reports on one topic do.

    Args:
        overlap: the table of that name.
        copying: the table of that name; gives each article's floor.
    """
    prose = np.minimum(overlap["reused_share"] - overlap["quoted_share"], overlap["without_formulae"]).to_numpy()
    floor = copying["floor"].to_numpy()[pd.Index(copying["article_id"]).get_indexer(overlap["article_id"])]
    rows = overlap.loc[prose > floor, ["article_id", "source_id"]]
    mirror = rows.rename(columns={"article_id": "source_id", "source_id": "article_id"})
    return pd.concat([rows, mirror]).drop_duplicates(ignore_index=True)


def shared_words(data: Tables) -> Shared:
    """What each article shares with other outlets, counted in words."""
    prints = Prints.of(data.articles)
    names = prints.ids[prints.first]
    n_words = data.articles.set_index("article_id")["n_words"].reindex(names).to_numpy(dtype=np.int64)
    rows, spoken = _rows(data, prints)
    agencies = agency_articles(data.credits, data.lineage)
    known, common = _known(rows, prints, linked_pairs(data.overlap, data.copying), agencies)
    agencies = agencies.assign(number=names.get_indexer(agencies["article_id"]))
    parts = _agency_words(agencies, rows.iloc[common["row"]].assign(agency=common["agency"].to_numpy()), n_words)

    numbers = np.arange(len(n_words))
    articles = pd.DataFrame({"number": numbers, "outlet": prints.outlet, "n_words": n_words})
    articles["copied"] = _covered(rows["number"].to_numpy(), rows, len(n_words))
    articles["agency"] = parts.groupby("number")["words"].max().reindex(numbers, fill_value=0).to_numpy()
    counting = _Counting.of(rows, spoken, known, prints, data.articles, n_words)
    articles = articles.merge(counting.by(["number"]), how="left", on="number").fillna(0)
    pairs = counting.by(["number", "source_outlet"]).merge(articles[["number", "outlet", "n_words"]], on="number")
    return Shared(articles, pairs, parts)


def _covered(groups: np.ndarray, rows: pd.DataFrame, n: int) -> np.ndarray:
    """Words of each group that its rows cover."""
    return union_lengths(groups, rows["first"].to_numpy(), rows["stop"].to_numpy(), n).astype(np.int64)


def _rows(data: Tables, prints: Prints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Passages that first prints share with other articles, and the speech in them (see `spoken.shared_speech`).

    `own` and `source` are places in `prints.ids`.
    """
    own, source = (prints.ids.get_indexer(data.passages[name]) for name in ("article_id", "source_id"))
    number, other = prints.number[own], prints.number[source]
    kept = (prints.first[number] == own) & (number != other)
    passages = data.passages[kept].reset_index(drop=True)
    places = word_places(data.corpus, passages)
    found = {"own": own[kept], "source": source[kept], "number": number[kept]}
    found["source_outlet"] = prints.outlet[other[kept]]
    found["apart"] = prints.outlet[number[kept]] != found["source_outlet"]
    return pd.concat([pd.DataFrame(found), places], axis=1), shared_speech(data.corpus, passages, places)


def _known(
    rows: pd.DataFrame, prints: Prints, linked: pd.DataFrame, agencies: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame]:
    """What is known of each row but for dates, as bits; and the agencies of its articles, by place of the row."""
    size = len(prints.ids)
    pairs, pair = np.unique(rows["own"].to_numpy() * size + rows["source"].to_numpy(), return_inverse=True)
    own, source = (prints.ids.get_indexer(linked[name]) for name in ("article_id", "source_id"))
    above = np.where(np.isin(pairs, own * size + source), LINKED, 0)
    carried = agencies.assign(article=prints.ids.get_indexer(agencies["article_id"]))
    told, common = common_agencies(pairs // size, pairs % size, carried)
    common = common.merge(pd.DataFrame({"pair": pair, "row": np.arange(len(pair))}), on="pair")
    return (SHARED | above | told)[pair].astype(np.uint8), common


def _agency_words(agencies: pd.DataFrame, parts: pd.DataFrame, n_words: np.ndarray) -> pd.DataFrame:
    """Words that are an agency's, by article: all of one that runs its copy, else those shared with others that do.

    Args:
        agencies: articles that carry an agency's text (see `agency.agency_articles`), by number; -1: a later print.
        parts: rows whose articles carry the text of one agency.
        n_words: words of each article.
    """
    grouped = parts.groupby(["number", "agency"])
    found = grouped.size().index.to_frame(index=False)
    found["words"] = _covered(grouped.ngroup().to_numpy(), parts, len(found))
    runs = agencies.loc[agencies["whole"] & (agencies["number"] >= 0), ["number", "agency"]]
    runs = runs.assign(words=n_words[runs["number"]])
    return pd.concat([found, runs]).groupby(["number", "agency"], as_index=False)["words"].max()


@dataclass(frozen=True, eq=False)
class _Counting:
    """Rows ready to be counted by article and source: shared speech in them, what is known of them, dates, cells."""

    rows: pd.DataFrame
    spoken: pd.DataFrame
    known: np.ndarray
    seen: When
    here: Stretches
    own: When
    cells: Cells

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        spoken: pd.DataFrame,
        known: np.ndarray,
        prints: Prints,
        articles: pd.DataFrame,
        n_words: np.ndarray,
    ) -> "_Counting":
        """Cut the articles into cells and give each row the date of its source."""
        cells, places = cut(rows["number"].to_numpy(), rows["first"].to_numpy(), rows["stop"].to_numpy(), n_words)
        rows = rows.assign(cell=places[0], cell_stop=places[1])
        dates = when(articles.set_index("article_id")["published"].reindex(prints.ids))
        seen = dates.at(rows["source"].to_numpy())
        known = (known | np.where(seen.undated, UNDATED, 0)).astype(np.uint8)
        same = ~rows["apart"].to_numpy()
        here = _stretches(rows["number"].to_numpy(), rows, known, seen, same)
        return cls(rows, spoken, known, seen, here, _first_prints(dates, prints.number, len(n_words)), cells)

    def by(self, keys: list[str]) -> pd.DataFrame:
        """Words shared with other outlets, by some columns of the rows, the article's number first."""
        chosen = self.rows["apart"].to_numpy()
        blocks = self.rows[chosen].groupby(keys)
        found = blocks.size().index.to_frame(index=False)
        block = np.full(len(self.rows), -1)
        block[chosen] = blocks.ngroup().to_numpy()
        there = _stretches(block, self.rows, self.known, self.seen, chosen)
        counts = count_verdicts(there, found["number"].to_numpy(), self.here, self.own, self.cells)
        found = found.assign(shared=counts.sum(axis=1), **dict(zip(VERDICTS, counts.T, strict=True)))
        speech = self.spoken[chosen[self.spoken["row"]]]
        return found.assign(quoted=_covered(block[speech["row"]], speech, len(found)))


def _first_prints(dates: When, number: np.ndarray, n: int) -> When:
    """When an outlet first published each article, over its prints."""
    own = When(np.full(n, NEVER), np.full(n, NEVER), np.zeros(n, dtype=bool))
    np.minimum.at(own.timed, number, dates.timed)
    np.minimum.at(own.day, number, dates.day)
    np.logical_or.at(own.undated, number, dates.undated)
    return own


def _stretches(block: np.ndarray, rows: pd.DataFrame, known: np.ndarray, seen: When, chosen: np.ndarray) -> Stretches:
    """The chosen rows, in the order of their blocks."""
    order = np.flatnonzero(chosen)
    order = order[np.argsort(block[order], kind="stable")]
    first, stop = (rows[name].to_numpy()[order] for name in ("cell", "cell_stop"))
    return Stretches(block[order], first, stop, known[order], seen.at(order))
