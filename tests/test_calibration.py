"""Interval, floor, label: what a copied share is worth."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import calibration, splicing
from helpers.pipeline import PROJECT

SAMPLE = PROJECT / "data" / "evaluation"
HOST = "\n\n".join(
    [
        "The baker opened his shop at five and lit the oven before anybody came.",
        "Rain ran down the windows, and the street lamps were still burning.",
        "A dog slept under the bench beside the door of the post office.",
        "Nobody spoke of the election while the bread was being weighed.",
    ]
)
SOURCE = "\n\n".join(
    [
        "Three tankers left the harbour on Monday with crude oil for refineries in the north.",
        "Dock workers had ended a strike of two weeks after a vote in the union hall.",
        "Insurers raised the price of cover for ships that pass the strait by a fifth.",
        "The ministry promised an escort for every convoy until the end of the month.",
    ]
)

fractions = st.tuples(*[st.floats(0, 1)] * 4).filter(lambda f: sum(f) > 0.01)


@given(fractions)
def test_the_interval_holds_the_share_and_stays_in_bounds(parts):
    shares = dict(zip(calibration.KINDS, np.array(parts) / sum(parts), strict=True))
    low, high = calibration.interval(shares)
    assert 0 <= low <= 1 - shares["original"] <= high <= 1


def test_reworded_passages_are_less_certain_than_verbatim_ones():
    def width(**shares):
        low, high = calibration.interval({kind: shares.get(kind, 0.0) for kind in calibration.KINDS})
        return high - low

    assert width(verbatim=0.5, original=0.5) < width(edited=0.5, original=0.5) < width(paraphrased=0.5, original=0.5)


def test_the_floor_grows_with_similarity_and_is_far_below_a_copy():
    for n_words in (100, 400, 2000):
        floors = [calibration.floor(n_words, cosine) for cosine in (0.1, 0.3, 0.4, 0.6)]
        assert floors == sorted(floors)
        assert 0 < floors[0] <= floors[-1] < 0.35


def test_the_score_grows_with_containment():
    assert calibration.derived_score(0.3, 0.02) < 0.2 < 0.8 < calibration.derived_score(0.9, 0.6)


@pytest.mark.parametrize(
    ("copied", "prose", "floor", "score", "label"),
    [
        (0.0, 0.0, 0.03, 0.1, "non-derived"),
        (0.03, 0.03, 0.03, 0.1, "non-derived"),  # not above the floor
        (0.2, 0.2, 0.03, 0.1, "partially derived"),  # passages say so
        (0.03, 0.03, 0.05, 0.7, "partially derived"),  # vocabulary confirms it
        (0.0, 0.0, 0.03, 0.7, "non-derived"),  # vocabulary alone is no evidence
        (0.4, 0.0, 0.03, 0.9, "non-derived"),  # all that is shared is a quotation
        (0.97, 0.97, 0.03, 0.9, "wholly derived"),
    ],
)
def test_labels(copied, prose, floor, score, label):
    assert calibration.label(copied, prose, floor, score) == label


@pytest.mark.parametrize("kind", splicing.KINDS)
def test_a_spliced_document_says_which_of_its_words_are_copied(kind):
    document = splicing.splice(HOST, [SOURCE, HOST[::-1]], kind, random.Random(3))
    copied = [document.text[start:end] for start, end in document.copied]
    assert all(document.text.count(sentence) for sentence in copied)
    own = set(splicing.body(HOST))
    assert not own & set(copied)
    rest = set(splicing.body(document.text)) - set(copied)
    assert rest <= own
    assert (kind == "none") == (not copied)
    assert (kind == "whole") == (not rest)
    if kind in ("verbatim", "reordered", "inserted"):
        assert set(copied) <= set(splicing.body(SOURCE))


def test_inserted_sentences_are_not_counted_though_the_block_holds_them():
    source = splicing.body(SOURCE)
    own = splicing.body(HOST)
    text = "\n\n".join([source[0], own[0], source[1], own[1], source[2], source[3]])
    spans = [(text.index(s), text.index(s) + len(s)) for s in source]
    row = splicing.measure(splicing.Spliced("inserted", text, (SOURCE,), tuple(spans)))
    assert row["share"] == pytest.approx(row["truth"])
    assert row["bridged"] == 1.0


def test_errors_are_summed_up_by_kind_and_over_all():
    rows = pd.DataFrame(
        [
            {"kind": "a", "truth": 0.5, "share": 0.4, "low": 0.3, "high": 0.6, "bridged": 0.7, "missed": 0.2},
            {"kind": "a", "truth": 0.5, "share": 0.6, "low": 0.55, "high": 0.6, "bridged": 0.7, "missed": 0.0},
        ]
    ).assign(false=0.0, label="partially derived")
    table = splicing.summarise(rows)
    assert list(table.index) == ["a", "all"]
    assert table.loc["a", ["mean_absolute_error", "bias", "interval_covers"]].tolist() == pytest.approx([0.1, 0, 0.5])
    assert table.loc["all", "bridged_error"] == pytest.approx(0.2)


def test_the_sample_that_is_shipped_is_right_to_a_few_hundredths_and_covered():
    hosts = [path.read_text(encoding="utf-8") for path in sorted((SAMPLE / "hosts").glob("*.txt"))]
    rows = pd.DataFrame([splicing.measure(d) for d in splicing.sample(hosts[:2], hosts[2:], 2, seed=5)])
    table = splicing.summarise(rows)
    assert table.loc[["verbatim", "reordered", "inserted", "none"], "mean_absolute_error"].max() <= 0.01
    assert table.loc["all", "mean_absolute_error"] <= 0.03
    assert table.loc["all", "interval_covers"] >= 0.85


def test_written_pairs_tell_copies_from_independent_reports():
    pairs = splicing.judge_pairs(pd.read_json(SAMPLE / "written_pairs.jsonl", lines=True)).set_index("id")
    assert pairs.loc["copy-verbatim", "share"] == 1
    assert pairs.loc[["report-storm", "report-names", "report-frost", "report-izium"], "share"].max() == 0
    assert pairs.groupby("label")["share"].mean()["copy"] > 0.5
