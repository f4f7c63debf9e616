"""Which articles carry an agency's text, by their credits and by the table `lineage`."""

import numpy as np
import pandas as pd

from helpers.agencies import OUTLETS
from helpers.credits import LINK, RUNS
from helpers.lineage import AGENCY, BEFORE, COMMON
from helpers.outlets.firsts import OWN_PAGE, PAGE, STORY

PARTLY = ("with_files", "contributed")
"""Rules whose credit speaks of a part of the article: only what it shares with others of the agency counts."""


def agency_articles(credits: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """Articles that carry text of an agency: article_id, agency, whole (all of it), page (it is the agency's own).

    Args:
        credits: the table of that name.
        lineage: the table of that name.
    """
    own = credits[credits["kind"].isin([RUNS, LINK]) & credits["agency"].notna() & ~credits["agency"].isin([*OUTLETS])]
    told = own.assign(whole=~own["rule"].isin(PARTLY), page=own["kind"] == LINK)
    story = lineage[(lineage["relation"] == COMMON) & lineage["parent_id"].notna()]
    story = story.assign(agency=story["parent_id"].str.removeprefix(AGENCY))
    pages = told.loc[told["page"], ["article_id", "agency"]].drop_duplicates()
    after = lineage[lineage["relation"] == BEFORE].merge(pages, left_on="parent_id", right_on="article_id")
    after = after.rename(columns={"article_id_x": "article_id"})
    columns = ["article_id", "agency", "whole", "page"]
    parts = [told, *(rows.assign(whole=False, page=False) for rows in (story, after))]
    carried = pd.concat([rows[columns] for rows in parts]).astype({"whole": bool, "page": bool})
    return carried.groupby(["article_id", "agency"], as_index=False).any()


def common_agencies(own: np.ndarray, source: np.ndarray, carried: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """What credits tell of pairs of articles, as bits of `firsts`, and the agencies they have in common.

    Args:
        own: the article of each pair.
        source: the other one.
        carried: see `agency_articles`; `article` as in the pairs.

    Returns:
        the bits of each pair; a table of `pair` (its place) and `agency`.
    """
    columns = ["article", "agency", "page"]
    pairs = pd.DataFrame({"pair": np.arange(len(own)), "article": own, "source": source})
    both = pairs.merge(carried[columns], on="article").drop(columns="article").rename(columns={"source": "article"})
    both = both.merge(carried[columns], on=["article", "agency"], suffixes=("", "_source"))
    page, source_page = both["page"], both["page_source"]
    bits = np.select([source_page & ~page, page & ~source_page, ~page], [PAGE, OWN_PAGE, STORY], 0)
    known = np.zeros(len(own), dtype=np.uint8)
    np.bitwise_or.at(known, both["pair"].to_numpy(dtype=np.int64), bits.astype(np.uint8))
    return known, both[["pair", "agency"]]
