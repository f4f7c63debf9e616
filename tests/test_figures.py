"""Figures of many articles."""

from types import SimpleNamespace

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
    corpus, passages = shared(5)
    figure, rows = figures.passage_map(corpus, passages)
    drawn = legend(figure)
    pd.testing.assert_frame_equal(rows, passages)
    assert set(drawn) == {"a00", "a01", "a02", "a03", "a04", "in no passage"}
    assert len(set(drawn.values())) == 6


def test_of_many_sources_the_one_that_shares_most_stands_out_in_every_article():
    figure, _ = figures.passage_map(*shared(30))
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


def test_the_passages_beside_the_map_are_those_of_its_lanes(tmp_path):
    corpus, passages = shared(60)
    more = [("a07", f"a{i:02}", 0, 390, 39) for i in range(10, 18)]
    more = pd.DataFrame(more, columns=["article_id", "source_id", "start", "end", "n_words"]).assign(kind="edited")
    passages = pd.concat([passages, more]).sort_values(["article_id", "source_id"], ignore_index=True)
    figure, rows = figures.passage_map(corpus, passages)
    figures.save(figure, rows, tmp_path, "passage_map")
    kept = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert kept[:20] == ["a07", *(f"a{i:02}" for i in range(20) if i != 7)]
    assert kept[20::19] == ["a20", "a59"]
    assert len(set(kept)) == figures.LARGEST
    lanes = [
        (name, source) for name in sorted(kept) for source in passages[passages["article_id"] == name]["source_id"]
    ]
    lanes = [(name, source) for name, source in lanes if name != "a07" or source in {f"a{i}" for i in range(10, 15)}]
    beside = pd.read_csv(tmp_path / "passage_map.csv")
    assert [*zip(beside["article_id"], beside["source_id"], strict=True)] == lanes
    assert len(figure.axes[0].collections) == len(lanes)


def test_of_many_articles_the_bars_are_the_highest_and_some_of_every_height():
    shares = np.repeat([1.0, 0.5, 0.0], [30, 40, 30])
    table = pd.DataFrame({"article_id": [f"a{i:02}" for i in range(100)], "copied_share": shares, "quoted_share": 0.0})
    table = table.assign(verbatim_share=shares, edited_share=0.0, paraphrased_share=0.0, original_share=1 - shares)
    figure = figures.copied_shares(table.assign(ci_low=shares, ci_high=shares))
    drawn = [text.get_text() for text in figure.axes[1].texts]
    assert len(drawn) == figures.LARGEST
    assert set(drawn[:20]) == {"100%"}
    assert {share: drawn[20:].count(share) for share in ("100%", "50%", "0%")} == {"100%": 3, "50%": 9, "0%": 8}


def pairs(rows: list[tuple[str, str, float]], names: tuple[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*names, "reused_share"])
    return table.assign(
        **{f"{kind}_share": table["reused_share"] / 3 for kind in ("verbatim", "edited", "paraphrased")}
    )


def test_the_rows_beside_the_heatmaps_are_of_the_articles_drawn():
    rows = [(f"{a}{i:02}", f"{b}{i:02}", 0.9 - i / 100) for i in range(30) for a, b in ("ab", "ba")]
    overlap = pairs(rows, ("article_id", "source_id"))
    figure, drawn = figures.overlap_heatmaps(overlap)
    assert sorted(drawn["article_id"]) == [f"{a}{i:02}" for a in "ab" for i in range(20)]
    heat = np.nan_to_num(figure.axes[0].images[0].get_array().filled(0))
    assert sorted(heat[heat > 0]) == sorted(drawn["reused_share"])
    few = overlap[:40]
    pd.testing.assert_frame_equal(figures.overlap_heatmaps(few)[1], few)


def test_the_rows_beside_the_heatmap_of_outlets_are_of_those_drawn():
    rows = [(f"o{i:02}", f"o{j:02}", i / 100) for i in range(50) for j in range(50) if i != j]
    table = pairs(rows, ("outlet", "source_outlet"))
    figure, drawn = figures.outlet_heatmap(table)
    kept = {f"o{i:02}" for i in range(10, 50)}
    pd.testing.assert_frame_equal(drawn, table[table["outlet"].isin(kept) & table["source_outlet"].isin(kept)])
    few = table[table["outlet"].isin(kept) & table["source_outlet"].isin(kept)]
    pd.testing.assert_frame_equal(figures.outlet_heatmap(few)[1], few)
    assert figure.axes[0].images[0].get_clim() == (0, 0.5)  # 0.49 is the most


def test_letters_that_the_font_lacks_are_taken_from_fonts_that_are_there(monkeypatch):
    there = [SimpleNamespace(name=name) for name in ("Comic Sans", "Malgun Gothic", "DejaVu Sans")]
    monkeypatch.setattr(figures.mpl.font_manager.fontManager, "ttflist", there)
    assert figures._families() == ["DejaVu Sans", "Malgun Gothic"]


def test_a_heatmap_of_outlets_that_share_nothing_has_a_scale():
    figure, _ = figures.outlet_heatmap(pairs([("a", "b", 0.0), ("b", "a", 0.0)], ("outlet", "source_outlet")))
    assert figure.axes[0].images[0].get_clim() == (0, 0.1)


def test_the_bars_of_candidates_are_beside_them():
    shares = pd.DataFrame({"share": [0.1, 0.5, 1.0], "other_share": [0.3, 0.2, 0.0]})
    candidates = shares.assign(own_share=0.0, other_own_share=[0.0, 0.3, 0.99])
    _, drawn = figures.candidate_shares(candidates)
    assert len(drawn) == 25
    for name, most in (("with", [0.3, 0.5, 1.0]), ("without", [0.0, 0.3, 0.99])):
        for low, high, n in zip(drawn["share_from"], drawn["share_to"], drawn[f"pairs {name} formulae"], strict=True):
            assert n == sum(low <= share < high or share == high == 1 for share in most)
