"""A view of a run to turn and click in JupyterLab: thresholds, shares, marked texts.

Outside a live notebook (papermill, nbval, a page on the web) the same call shows a table that needs nothing.
"""

import io
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd

from helpers import summary, tables
from helpers.figures import SHARE_MAP
from helpers.labels import short_labels
from helpers.overlap import between_articles, same_article
from helpers.progress import STATIC
from helpers.prose import ProseWords, corpus_words
from helpers.report.marks import STRENGTH, Passage, paragraphs, pieces
from helpers.segmentation import quotations
from helpers.shares import union_lengths

NUMBERED = 20
"""Up to this many articles the heatmap is a table with numbers; beyond, an image."""
LISTED = 100
"""Passages listed at most."""


class Shares:
    """Shares of a run under thresholds that change: prepared once, then quick for hundreds of articles."""

    def __init__(self, processed: str | Path) -> None:
        """Read the tables `articles`, `sentences` and `passages` of a run.

        Raises:
            TableError: a table is missing.
        """
        articles = tables.read("articles", processed).sort_values("article_id")
        self.names: list[str] = articles["article_id"].tolist()
        self.labels: dict[str, str] = dict(zip(self.names, short_labels(self.names), strict=True))
        self.text: dict[str, str] = dict(zip(self.names, articles["text"], strict=True))
        self.words: Mapping[str, ProseWords] = corpus_words(articles, tables.read("sentences", processed))
        rows = between_articles(tables.read("passages", processed), same_article(articles))
        self.rows = rows[rows["n_words"] > 0].reset_index(drop=True)

    @cached_property
    def places(self) -> pd.DataFrame:
        """For each passage: numbers of article and source, first word and the word behind the last."""
        number = {name: i for i, name in enumerate(self.names)}
        inside = [self.words[row.article_id].inside(row.start, row.end) for row in self.rows.itertuples()]
        return pd.DataFrame(
            {
                "article": self.rows["article_id"].map(number).to_numpy(dtype=np.int64),
                "source": self.rows["source_id"].map(number).to_numpy(dtype=np.int64),
                "first": [part.start for part in inside],
                "stop": [part.stop for part in inside],
            },
            dtype=np.int64,
        )

    def chosen(self, kinds: tuple[str, ...] = tuple(STRENGTH), min_words: int = 1, min_score: float = 0.0) -> pd.Series:
        """Which passages count: of these kinds, at least so long and so sure."""
        rows = self.rows
        return rows["kind"].isin(kinds) & (rows["n_words"] >= min_words) & (rows["score"] >= min_score)

    def matrix(self, chosen: pd.Series) -> np.ndarray:
        """`reused_share` of every row article with every column article."""
        n, places = len(self.names), self.places[chosen.to_numpy()]
        pair = (places["article"] * n + places["source"]).to_numpy()
        words = union_lengths(pair, places["first"].to_numpy(), places["stop"].to_numpy(), n * n).reshape(n, n)
        shares: np.ndarray = words / self._lengths[:, None]
        return shares

    def copied(self, chosen: pd.Series) -> np.ndarray:
        """`copied_share` of every article: over the union of its sources."""
        places = self.places[chosen.to_numpy()]
        article, first, stop = (places[name].to_numpy() for name in ("article", "first", "stop"))
        shares: np.ndarray = union_lengths(article, first, stop, len(self.names)) / self._lengths
        return shares

    @cached_property
    def _lengths(self) -> np.ndarray:
        return np.array([max(1, len(self.words[name])) for name in self.names], dtype=float)

    def table(self, chosen: pd.Series) -> pd.DataFrame:
        """Copied share and top source of each article, the most copied first."""
        matrix, labels = self.matrix(chosen), [self.labels[name] for name in self.names]
        best = matrix.argmax(axis=1)
        table = pd.DataFrame(
            {
                "article": labels,
                "words": [len(self.words[name]) for name in self.names],
                "copied": self.copied(chosen),
                "top source": [labels[b] if matrix[i, b] else "none" for i, b in enumerate(best)],
            }
        )
        return table.sort_values(["copied", "article"], ascending=[False, True], ignore_index=True)


class Explorer:
    """What `explore` returns: shows itself as widgets in JupyterLab, else as a table."""

    def __init__(self, processed: str | Path) -> None:
        """Read a run's tables; see `Shares`."""
        self.shares = Shares(processed)
        self._pages = jinja2.Environment(
            loader=jinja2.PackageLoader("helpers.report"), autoescape=True, undefined=jinja2.StrictUndefined
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        table = self.shares.table(self.shares.chosen())
        bundle = {"text/plain": summary.table_text(table), "text/html": self._render("shares", table=table)}
        if os.environ.get(STATIC):
            return bundle
        live: dict[str, Any] = self.widget._repr_mimebundle_()
        return {**live, **bundle}

    def _render(self, part: str, **context: Any) -> str:
        return self._pages.get_template("explore.html").render(part=part, **context)

    @cached_property
    def widget(self) -> Any:
        """The widgets, wired."""
        import ipywidgets as w

        names = [(self.shares.labels[name], name) for name in self.shares.names]
        ranked = self.shares.table(self.shares.chosen())
        known = {label: name for label, name in names}
        first = known[ranked["article"].iloc[0]]
        top = known.get(ranked["top source"].iloc[0], next(name for name in self.shares.names if name != first))
        wide = {"description_width": "9em"}
        self.kinds = w.SelectMultiple(options=list(STRENGTH), value=list(STRENGTH), rows=3, description="kinds")
        self.min_words = w.IntSlider(1, 1, 60, description="least words", style=wide, continuous_update=False)
        self.min_score = w.FloatSlider(0.0, min=0.0, max=1.0, step=0.05, description="least score", style=wide)
        self.min_score.continuous_update = False
        self.article = w.Dropdown(options=names, value=first, description="article")
        self.source = w.Dropdown(options=names, value=top, description="source")
        self.find = w.Text(description="find", placeholder="words of a passage", continuous_update=False)
        self.heatmap, self.table, self.texts, self.passages = w.HTML(), w.HTML(), w.HTML(), w.HTML()
        self.image = w.Image(format="png", width=560)
        for control in (self.kinds, self.min_words, self.min_score):
            control.observe(self._thresholds, names="value")
        for control in (self.article, self.source, self.find):
            control.observe(self._pair, names="value")
        self._thresholds()
        few = len(self.shares.names) <= NUMBERED
        return w.VBox(
            [
                w.HBox([self.kinds, w.VBox([self.min_words, self.min_score])]),
                w.HBox([self.heatmap if few else self.image, self.table]),
                w.HBox([self.article, self.source, self.find]),
                self.texts,
                self.passages,
            ]
        )

    def _thresholds(self, change: Any = None) -> None:
        """Shares anew, then the pair."""
        shares, self._chosen = (
            self.shares,
            self.shares.chosen(tuple(self.kinds.value), self.min_words.value, self.min_score.value),
        )
        matrix = shares.matrix(self._chosen)
        if len(shares.names) <= NUMBERED:
            labels = [shares.labels[name] for name in shares.names]
            percents = np.round(100 * matrix).astype(int)
            steps = np.minimum(10, np.ceil(10 * matrix)).astype(int)
            cells = [list(zip(*row, strict=True)) for row in zip(percents.tolist(), steps.tolist(), strict=True)]
            self.heatmap.value = self._render("heatmap", labels=labels, rows=list(zip(labels, cells, strict=True)))
        else:
            self.image.value = _png(matrix)
        self.table.value = self._render("shares", table=shares.table(self._chosen).head(NUMBERED))
        self._pair()

    def _pair(self, change: Any = None) -> None:
        """The two texts and their passages."""
        shares, a, b = self.shares, self.article.value, self.source.value
        rows = shares.rows[self._chosen & (shares.rows["article_id"] == a) & (shares.rows["source_id"] == b)]
        wanted = self.find.value.lower()
        found = [wanted in shares.text[a][r.start : r.end].lower() for r in rows.itertuples()]
        rows = rows[np.array(found, dtype=bool)].sort_values(["start", "end"])
        sides = []
        for name, start, end in ((a, "start", "end"), (b, "source_start", "source_end")):
            places = zip(rows[start], rows[end], rows["kind"], strict=True)
            marks = [Passage(i, low, high, kind) for i, (low, high, kind) in enumerate(places, 1)]
            text = shares.text[name]
            blocks = [pieces(text, span, marks, (), quotations(text)) for span in paragraphs(text)]
            sides.append((shares.labels[name], blocks))
        self.texts.value = self._render("texts", sides=sides)
        if a == b:
            self.passages.value = self._render("same")
            return
        listed = [(r.kind, r.n_words, r.score, shares.text[a][r.start : r.end]) for r in rows.head(LISTED).itertuples()]
        self.passages.value = self._render("passages", rows=listed, more=max(0, len(rows) - LISTED))


def _png(matrix: np.ndarray) -> bytes:
    """The matrix as an image, each cell some pixels wide."""
    from matplotlib.image import imsave

    side = max(1, 800 // len(matrix))
    target = io.BytesIO()
    imsave(target, np.kron(matrix, np.ones((side, side))), cmap=SHARE_MAP, vmin=0, vmax=1, format="png")
    return target.getvalue()


def explore(run: Any) -> Explorer:
    """Look into a run: thresholds that move, shares that follow, texts side by side.

    Args:
        run: what `helpers.run` returned, or the folder of a run's tables.

    Raises:
        TableError: the folder lacks `articles`, `sentences` or `passages`.
    """
    return Explorer(getattr(run, "processed", run))
