"""The tables of notebooks 07 to 09 of an archive with new articles; what no new article touches is kept."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import tables
from helpers.archive.grow import Growth
from helpers.archive.splice import among
from helpers.changes import changes_table
from helpers.changes.table import most_shared
from helpers.credits import credits_table
from helpers.lineage import Tables, Wording, groups, lineage_table, wordings
from helpers.outlets import Tables as OutletTables
from helpers.outlets import outlet_tables
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
    found["changes"] = tables.conform(_changes(growth, made), "changes")
    lineage = _lineage(growth, {**made, **found})
    found["lineage"] = tables.conform(lineage, "lineage")
    return found | _outlets(growth, {**made, **found})


def _changes(growth: Growth, made: Mapping[str, pa.Table]) -> pd.DataFrame:
    """The table `changes`: pairs that stay as they were, and were read before, keep their rows."""
    read, before = most_shared(made["passages"].to_pandas()), most_shared(growth.stored("passages").frame())
    now = growth.numbered(read, "source_id")
    same = growth.unchanged(now) & np.isin(now, growth.numbered(before, "source_id"))
    old = growth.stored("changes").frame()
    old = old[np.isin(growth.numbered(old, "source_id"), now[same])]
    read = read[~same]
    new = changes_table(*growth.some({*read["article_id"], *read["source_id"]}), read)
    parts = [part for part in (old, new) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else new


def _outlets(growth: Growth, made: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of outlets, from all articles."""
    names = ("passages", "overlap", "copying", "credits", "lineage")
    read = {name: made[name].to_pandas() for name in names}
    outlets = outlet_tables(OutletTables(articles=growth.articles, **read, corpus=growth.words))
    flows, habits = tables.conform(outlets.flows, "outlet_flows"), tables.conform(outlets.habits, "outlet_habits")
    return {"outlet_flows": flows, "outlet_habits": habits}


def _lineage(growth: Growth, made: Mapping[str, pa.Table]) -> pd.DataFrame:
    """The table `lineage`: the account of a group is told anew if an article or a pair in it is another."""
    before = growth.stored("lineage").frame()
    stood = _members(before)
    was = {name for own in stood for name in own}
    told = groups(made["overlap"].to_pandas(), made["copying"].to_pandas())
    number = {name: i for i, own in enumerate(told, 1) for name in own}
    changed = {number[a] for a, b in growth.changed_pairs if a in number and number[a] == number.get(b)}
    changed |= {number[name] for name in growth.touched & number.keys()}
    anew = [own for i, own in enumerate(told, 1) if i in changed or tuple(own) not in stood]
    members = {name for own in anew for name in own}
    alone = {name for name in growth.names if name not in number and (name in growth.affected or name in was)}
    names = before["article_id"].tolist()
    again = among(names, members)
    known = _wordings(growth, before[again])
    rows = lineage_table(_restricted(growth, made, members | alone), known)
    kept = before[~again & ~among(names, alone)]
    parts = [part for part in (kept, rows) if len(part)]
    both = pd.concat(parts, ignore_index=True)
    return both.assign(group=both["article_id"].map(number).fillna(0).astype("int64"))


def _members(lineage: pd.DataFrame) -> set[tuple[str, ...]]:
    """The articles of each group of the table, ascending."""
    rows = lineage[lineage["group"] > 0].sort_values("article_id")
    return set(rows.groupby("group")["article_id"].agg(tuple))


def _wordings(growth: Growth, rows: pd.DataFrame) -> dict[tuple[str, str, str], Wording]:
    """What rows of the archive's lineage tell of the wording of pairs that stay as they were."""
    told = wordings(rows)
    told = told[growth.unchanged(growth.numbered(told, "other_id"))]
    names, others, relations, confidences, lines = (told[name].tolist() for name in told)
    return dict(zip(zip(names, others, relations, strict=True), zip(confidences, lines, strict=True), strict=True))


def _restricted(growth: Growth, made: Mapping[str, pa.Table], names: set[str]) -> Tables:
    """The rows of some articles, of pairs those of which both are among them."""
    own = list(names)
    articles, sentences = growth.some(names)
    rows = {name: _of(made[name], own) for name in ("passages", "overlap", "copying", "credits", "cleaning_log")}
    rows |= {name: _of(rows[name], own, "source_id") for name in ("passages", "overlap")}
    read = {name: table.to_pandas() for name, table in rows.items()}
    return Tables(articles=articles, sentences=sentences, **read, corpus=growth.words)


def _of(table: pa.Table, names: list[str], column: str = "article_id") -> pa.Table:
    return table.filter(pc.is_in(table[column], value_set=pa.array(names, pa.string())))
