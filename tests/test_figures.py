"""Figures of many articles."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from helpers import figures
from helpers.prose import ProseWords


def shared(n_articles: int) -> tuple[dict[str, ProseWords], pd.DataFrame]:
    """Articles of 40 words; each shares 30 with the next one and 10 with the one after that."""
    names = [f"a{i:02}" for i in range(n_articles)]
    places = np.arange(40) * 10
    words = {name: ProseWords(places, places + 9, np.zeros(40, np.int32), np.zeros(40, bool)) for name in names}
    rows = [
        (name, names[(i + step) % n_articles], 0, 10 * n, n)
        for i, name in enumerate(names)
        for step, n in ((1, 30), (2, 10))
    ]
    columns = ["article_id", "source_id", "start", "end", "n_words"]
    return words, pd.DataFrame(rows, columns=columns).assign(kind="edited")


def legend(figure) -> dict[str, str]:
    found = figure.axes[0].get_legend()
    colours = [to_hex(handle.get_facecolor()) for handle in found.legend_handles]
    return dict(zip([text.get_text() for text in found.get_texts()], colours, strict=True))


def test_few_sources_are_told_apart_by_colour():
    drawn = legend(figures.passage_map(*shared(5)))
    assert set(drawn) == {"a00", "a01", "a02", "a03", "a04", "in no passage"}
    assert len(set(drawn.values())) == 6


def test_of_many_sources_the_one_that_shares_most_stands_out_in_every_article():
    figure = figures.passage_map(*shared(30))
    drawn = legend(figure)
    assert set(drawn) == {"the one that shares most", "the next 4 at most", "in no passage"}
    lanes = [to_hex(lane.get_facecolor()[0]) for lane in figure.axes[0].collections]
    assert lanes.count(drawn["the one that shares most"]) == 30
    assert lanes.count(drawn["the next 4 at most"]) == 30


def test_of_many_articles_the_heatmaps_show_clusters():
    rows = [("hub", f"n{i:02}", 0.5) for i in range(20)] + [(f"n{i:02}", "hub", 0.2) for i in range(20)]
    rows += [(f"a{i:02}", f"b{i:02}", 0.9) for i in range(30)] + [(f"c{i:02}", f"d{i:02}", 0.05) for i in range(30)]
    kept, note = figures._clusters(pd.DataFrame(rows, columns=["article_id", "source_id", "reused_share"]))
    assert {"hub", *(f"n{i:02}" for i in range(9))} <= set(kept)
    assert len(kept) == figures.LARGEST
    assert not [name for name in kept if name.startswith("c")]
    assert f"of {len(rows) - 19} articles" in note
