"""The tables of notebooks 07 to 09 of an archive with new articles; what no new article touches is kept."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import tables
from helpers.archive.grow import Growth
from helpers.changes import changes_table
from helpers.changes.table import most_shared
from helpers.credits import credits_table
from helpers.lineage import Tables, groups, lineage_table
from helpers.outlets import Tables as OutletTables
from helpers.outlets import outlet_tables
from helpers.prose import corpus_words
from helpers.speech import quotations_table


def interpreted(growth: Growth, made: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables `credits`, `quotations`, `lineage`, `changes`, `outlet_flows`, `outlet_habits` of all articles.

    Args:
        growth: the addition.
        made: the other tables of all articles.
    """
    articles, sentences = growth.some(growth.touched)
    found = {
        "credits": growth.stored("credits").with_rows(growth.touched, credits_table(articles, sentences)),
        "quotations": growth.stored("quotations").with_rows(growth.touched, quotations_table(articles)),
    }
    read = most_shared(made["passages"].to_pandas())
    pairs = {*read["article_id"], *read["source_id"]}
    found["changes"] = tables.conform(changes_table(*growth.some(pairs), read), "changes")
    lineage = _lineage(growth, {**made, **found})
    found["lineage"] = tables.conform(lineage, "lineage")
    return found | _outlets(growth, {**made, **found})


def _outlets(growth: Growth, made: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of outlets, from all articles."""
    articles, sentences = growth.some(set(growth.names))
    names = ("passages", "overlap", "copying", "credits", "lineage")
    read = {name: made[name].to_pandas() for name in names}
    outlets = outlet_tables(OutletTables(articles=articles, **read, corpus=corpus_words(articles, sentences)))
    flows, habits = tables.conform(outlets.flows, "outlet_flows"), tables.conform(outlets.habits, "outlet_habits")
    return {"outlet_flows": flows, "outlet_habits": habits}


def _lineage(growth: Growth, made: Mapping[str, pa.Table]) -> pd.DataFrame:
    """The table `lineage`: the account of a group is told anew if one of its articles is affected, or is new to it."""
    overlap, copying = made["overlap"].to_pandas(), made["copying"].to_pandas()
    before = growth.stored("lineage").frame()
    was = {
        name: frozenset(rows) for _, rows in before[before["group"] > 0].groupby("group")["article_id"] for name in rows
    }
    told = groups(overlap, copying)
    anew = [own for own in told if not growth.affected.isdisjoint(own) or was.get(own[0]) != frozenset(own)]
    members = {name for own in anew for name in own}
    number = {name: i for i, own in enumerate(told, 1) for name in own}
    alone = {name for name in growth.names if name not in number and (name in growth.affected or name in was)}
    rows = lineage_table(_restricted(growth, made, members | alone, overlap, copying))
    kept = before[~before["article_id"].isin(members | alone)]
    parts = [part for part in (kept, rows) if len(part)]
    both = pd.concat(parts, ignore_index=True)
    return both.assign(group=both["article_id"].map(number).fillna(0).astype("int64"))


def _restricted(
    growth: Growth, made: Mapping[str, pa.Table], names: set[str], overlap: pd.DataFrame, copying: pd.DataFrame
) -> Tables:
    """The rows of some articles, of pairs those of which both are among them."""
    own = list(names)
    articles, sentences = growth.some(names)
    shares = overlap[overlap["article_id"].isin(own) & overlap["source_id"].isin(own)]
    passages = _of(made["passages"], own)
    return Tables(
        articles,
        sentences,
        passages[passages["source_id"].isin(own)],
        shares,
        copying[copying["article_id"].isin(own)],
        _of(made["credits"], own),
        _of(made["cleaning_log"], own),
        corpus_words(articles, sentences),
    )


def _of(table: pa.Table, names: list[str]) -> pd.DataFrame:
    return table.filter(pc.is_in(table["article_id"], value_set=pa.array(names, pa.string()))).to_pandas()
