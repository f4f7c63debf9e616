"""Figures and lists of a run anew from its tables: what the notebooks draw and write beside them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers import figures, tables
from helpers.changes import serious_first
from helpers.changes.figure import changes_by_class
from helpers.lineage_figure import lineage_figure
from helpers.outlets.figures import outlet_network
from helpers.outlets.timeline import appearances, outlet_timeline
from helpers.report import Results
from helpers.similarity import cluster
from helpers.summary import evidence


def renew(run: Results) -> None:
    """Draw the figures and write the lists that follow from a run's tables.

    Raises:
        HelpersError: a table is missing, or a file cannot be written.
    """
    made = _made(run)
    articles, passages = made["articles"], made["passages"]
    drawn = {
        "similarity": _alike(made["similarity"], made["candidates"]),
        "overlap": figures.overlap_heatmaps(made["overlap"]),
        "passage_map": figures.passage_map(run.words, passages),
        "copying": (figures.copied_shares(made["copying"]), made["copying"]),
        "lineage": lineage_figure(made["lineage"]),
        "changes": changes_by_class(made["changes"]),
    }
    if len(set(articles["outlet"].dropna())) > 1:
        drawn["outlets"] = figures.outlet_heatmap(made["source_overlap"])
    if made["outlet_flows"]["shared_words"].any():
        drawn["outlet_network"] = outlet_network(made["outlet_flows"])
    if len(seen := appearances(articles, made["lineage"])):
        drawn["outlet_timeline"] = outlet_timeline(seen)
    for name, (figure, table) in drawn.items():
        figures.save(figure, table, run.reports / "figures", name)
    tables.write_csv(evidence(passages, run.text, run.words), run.reports / "evidence.csv")
    tables.write_csv(run.flags, run.reports / "passed_off.csv")
    tables.write_csv(made["changes"], run.reports / "changes.csv")


def _made(run: Results) -> dict[str, pd.DataFrame]:
    """The tables, with rows in the order in which the notebooks make them, not that of the files."""
    lineage = run.table["lineage"].sort_values(["group", "article_id"])
    return {**run.table, "lineage": lineage, "changes": serious_first(run.table["changes"])}


def _alike(similarity: pd.DataFrame, candidates: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """The figure of notebook 02: of a large corpus the candidates, of a small one all pairs."""
    if len(candidates) or similarity["cosine_chars"].isna().any():
        return figures.candidate_shares(candidates)
    words, chars = (_square(similarity, name) for name in ("cosine_words", "cosine_chars"))
    return figures.similarity_heatmaps(words, chars, cluster(chars)), similarity.round(6)


def _square(similarity: pd.DataFrame, value: str) -> pd.DataFrame:
    matrix = similarity.pivot_table(index="article_id", columns="other_id", values=value)
    values = matrix.to_numpy(copy=True)
    np.fill_diagonal(values, 1.0)
    return pd.DataFrame(values, matrix.index, matrix.columns)
