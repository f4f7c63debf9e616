"""When outlets had the stories that several of them have; a story is a group of articles that share copy."""

import numpy as np
import pandas as pd

from helpers.dating import has_time, waits
from helpers.outlets.shared import Tables
from helpers.overlap import outlets
from helpers.shares import looked_up


def first_copies(articles: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """The first copy of each story at each outlet, of stories at several outlets; the first of a story on top.

    Of one day, copies with a time of day come before those without. An outlet's undated copy stands for it only where
    it has no dated one.

    Args:
        articles: the table of that name.
        lineage: the table of that name; a story is a group of it.

    Returns:
        story, outlet, article_id, published, timed (it has a time of day).
    """
    rows = lineage.loc[lineage["group"] > 0, ["group", "article_id"]].rename(columns={"group": "story"})
    stamps = pd.to_datetime(articles.set_index("article_id")["published"]).astype("datetime64[us]")
    published = pd.Series(stamps.reindex(rows["article_id"]).to_numpy(), rows.index)
    rows = rows.assign(outlet=rows["article_id"].map(outlets(articles)), published=published, timed=has_time(published))
    rows = rows.assign(day=published.dt.normalize(), untimed=~rows["timed"])
    rows = rows.sort_values(["story", "day", "untimed", "published", "article_id"])
    rows = rows.drop_duplicates(["story", "outlet"])
    rows = rows[rows.groupby("story")["outlet"].transform("size") > 1]
    return rows[["story", "outlet", "article_id", "published", "timed"]].reset_index(drop=True)


def behind_first(copies: pd.DataFrame) -> pd.DataFrame:
    """How long after a story's first dated copy at any other outlet each dated copy is.

    Args:
        copies: see `first_copies`.

    Returns:
        outlet, delay_hours (below 0: the outlet was first; null: not told), timed (both have a time of day); by the
        index of the copies, without those of which no other outlet has a dated one.
    """
    dated = copies[copies["published"].notna()]
    dates = dated.groupby("story")["published"]
    there = dates.transform("first").where(dates.cumcount() > 0, dates.shift(-1))
    hours, timed = waits(dated["published"], there)
    return dated[["outlet"]].assign(delay_hours=hours, timed=timed)[there.notna()]


def delays_table(data: Tables, copies: pd.DataFrame) -> pd.DataFrame:
    """How long after another outlet each outlet had what they share: one row per story and ordered pair of outlets.

    Two outlets have a story in common if articles of theirs in it share words, and both have a dated copy. Where one
    date has no time of day, both are taken as days, and there is no delay of less than two (see `dating`).

    Args:
        data: the tables.
        copies: see `first_copies`.

    Returns:
        article_id, source_id, outlet, source_outlet, delay_hours (below 0: the outlet was first; null: days less
        than two apart), timed.
    """
    number = {name: i for i, name in enumerate(data.lineage["article_id"].tolist())}
    named = outlets(data.articles)
    told = data.lineage["group"].to_numpy(), np.array([named[name] for name in number], dtype=object)
    pairs = data.overlap.loc[data.overlap["reused_share"] > 0, ["article_id", "source_id"]]
    names = ("story", "outlet", "other_story", "source_outlet")
    known = (values[places] for places in (looked_up(pairs[name], number) for name in pairs) for values in told)
    rows = pd.DataFrame(dict(zip(names, known, strict=True)))
    same = (rows["story"] > 0) & (rows["story"] == rows.pop("other_story")) & (rows["outlet"] != rows["source_outlet"])
    rows = rows[same].drop_duplicates()
    dated = copies.loc[copies["published"].notna(), ["story", "outlet", "article_id", "published"]]
    there = dated.rename(columns={"outlet": "source_outlet", "article_id": "source_id", "published": "first"})
    rows = rows.merge(dated, on=["story", "outlet"]).merge(there, on=["story", "source_outlet"])
    hours, timed = waits(rows["published"], rows["first"])
    rows = rows.assign(delay_hours=hours, timed=timed)
    columns = ["article_id", "source_id", "outlet", "source_outlet", "delay_hours", "timed"]
    return rows[columns].sort_values(columns[:2], ignore_index=True)
