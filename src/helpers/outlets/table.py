"""The tables `outlet_flows` and `outlet_habits`: from articles to what an outlet does."""

from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.outlets.intervals import Interval, part_sums, share_interval, word_sums
from helpers.outlets.shared import Shared, Tables, shared_words
from helpers.outlets.stories import behind_first, delays_table, first_copies
from helpers.schemas import TABLES
from helpers.size import is_large

FLOW = ["outlet", "source_outlet"]
_COUNTS = ["n_dated", "n_timed", "n_near"]
_QUARTILES = ["delay_low_hours", "median_delay_hours", "delay_high_hours"]
LEAST_SPREAD = 5
"""Fewer delays have a median, but no quartiles."""
_MIDDLE = (0.25, 0.5, 0.75), (LEAST_SPREAD, 1, LEAST_SPREAD)


class Outlets(NamedTuple):
    """The tables `outlet_flows` and `outlet_habits`, and the delays that they sum up (see `delays_table`)."""

    flows: pd.DataFrame
    habits: pd.DataFrame
    delays: pd.DataFrame


def outlet_tables(data: Tables) -> Outlets:
    """Which outlet shares words with which, who had them first, and the habits of each."""
    shared, copies = shared_words(data), first_copies(data.articles, data.lineage)
    delays = delays_table(data, copies)
    return Outlets(flows_table(shared, delays), habits_table(shared, behind_first(copies)), delays)


def flows_table(shared: Shared, delays: pd.DataFrame) -> pd.DataFrame:
    """The table `outlet_flows`: ordered pairs of outlets; of many outlets, those that share words.

    Args:
        shared: see `shared_words`.
        delays: see `delays_table`.
    """
    articles, pairs = shared.articles, shared.pairs
    names = sorted(set(articles["outlet"]))
    keys = pd.MultiIndex.from_frame(pairs[FLOW].drop_duplicates())
    if not is_large(len(names)):
        keys = pd.MultiIndex.from_tuples(permutations(names, 2), names=FLOW)
    keys = keys.sort_values()
    whole = word_sums(articles["n_words"], articles["outlet"]).reindex(keys.get_level_values("outlet"))
    sharing = pairs[pairs["shared"] > 0].groupby(FLOW)["shared"].agg(["size", "sum"]).reindex(keys, fill_value=0)
    table = keys.to_frame(index=False).astype("str")
    table["articles"] = articles.groupby("outlet").size().loc[table["outlet"]].to_numpy()
    table["n_words"] = whole["words"].to_numpy()
    table[["sharing_articles", "shared_words"]] = sharing.to_numpy()
    table = table.assign(**_shares(pairs, keys, whole, "outlet_flows"))
    return _finished(table, _delays(delays, FLOW).reindex(keys), "outlet_flows")


def habits_table(shared: Shared, delays: pd.DataFrame) -> pd.DataFrame:
    """The table `outlet_habits`: one row per outlet.

    Args:
        shared: see `shared_words`.
        delays: see `behind_first`.
    """
    articles = shared.articles.set_index("number")
    articles["original"] = articles["n_words"] - articles["copied"]
    whole = word_sums(articles["n_words"], articles["outlet"])
    table = pd.DataFrame({"outlet": pd.Series(whole.index, dtype="str")})
    table["articles"] = articles.groupby("outlet").size().to_numpy()
    table["n_words"] = whole["words"].to_numpy()
    agencies = shared.agencies.assign(outlet=shared.agencies["number"].map(articles["outlet"]))
    table["top_agency"] = _top(agencies, "agency", "words").reindex(table["outlet"])["agency"].to_numpy()
    top = _top(shared.pairs, "source_outlet", "shared").reindex(table["outlet"])
    table["top_source"] = top["source_outlet"].to_numpy()
    table["top_source_share"] = (top["shared"].fillna(0).to_numpy() / table["n_words"].clip(lower=1)).to_numpy()
    table = table.assign(**_shares(articles, whole.index.rename("outlet"), whole, "outlet_habits"))
    return _finished(table, _delays(delays, ["outlet"]).reindex(table["outlet"]), "outlet_habits")


def _top(rows: pd.DataFrame, name: str, words: str) -> pd.DataFrame:
    """By outlet, what most words belong to; of equals the first by name."""
    sums = rows[rows[words] > 0].groupby(["outlet", name], as_index=False)[words].sum()
    sums = sums.sort_values(["outlet", words, name], ascending=[True, False, True])
    return sums.drop_duplicates("outlet").set_index("outlet")


def _shares(rows: pd.DataFrame, keys: pd.Index, whole: pd.DataFrame, name: str) -> dict[str, np.ndarray]:
    """The shares that a table's schema names, and their intervals where it names these.

    Words that another outlet had first are no more than those shared; where no shared word is decided, nothing tells.

    Args:
        rows: words of each article, in columns named like the shares.
        keys: what rows are summed by, in the order of the table.
        whole: the outlets of the table's rows (see `word_sums`).
        name: the table.
    """
    columns, by = {c.name for c in TABLES[name].columns}, list(keys.names)
    parts = sorted(part for part in rows if f"{part}_share" in columns)
    sums = rows.groupby(by)[parts].sum().reindex(keys, fill_value=0)
    found = {f"{part}_share": sums[part].to_numpy() / whole["words"].clip(lower=1).to_numpy() for part in parts}
    for part in parts:
        if f"{part}_low" in columns:
            drawn = part_sums(rows[part], rows["n_words"], rows[by]).reindex(keys, fill_value=0.0)
            found |= dict(zip([f"{part}_{end}" for end in Interval._fields], share_interval(drawn, whole), strict=True))
    silent = (sums["shared"] > 0) & (sums["undecided"] == sums["shared"])
    for end in ("low", "high"):
        most = np.fmin(found[f"source_first_{end}"], found[f"shared_{end}"])
        found[f"source_first_{end}"] = np.where(silent, np.nan, most)
    return found


def _finished(table: pd.DataFrame, waits: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with the delays, its columns as the schema names them."""
    table[_COUNTS] = waits[_COUNTS].fillna(0).to_numpy(dtype=np.int64)
    table[_QUARTILES] = waits[_QUARTILES].to_numpy(dtype=float)
    types = {"str": "str", "int": "int64", "share": "float64", "float": "float64"}
    return table[[c.name for c in TABLES[name].columns]].astype({c.name: types[c.type] for c in TABLES[name].columns})


def _delays(delays: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Of each outlet or pair the stories with dates, those with times, those of near days, median and quartiles."""
    rows = delays.assign(near=delays["delay_hours"].isna()).groupby(by)
    hours = rows["delay_hours"]
    quartiles = [hours.quantile(share).where(hours.count() >= least) for share, least in zip(*_MIDDLE, strict=True)]
    return pd.concat(
        [rows.size(), rows["timed"].sum(), rows["near"].sum(), *quartiles], axis=1, keys=_COUNTS + _QUARTILES
    )
