"""Measure the constants of `helpers.calibration` and write them to `src/helpers/calibration.json`.

    python benchmarks/calibrate.py --date 2026-11-22

Interval: on spliced documents of seed 7 (regression) and 8 (coverage). Floor: on same-day pairs of seed 0. Label: the
logistic regression on METER's scores; the least share of "wholly derived" on the spliced documents of seed 7. What
`splice.py` (seed 2) and `floor.py` (seed 1) report was measured on other articles.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, QuantileRegressor
from sklearn.metrics import f1_score
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score

import floor
import splice
from helpers.calibration import KINDS

TARGET = Path(__file__).parents[1] / "src" / "helpers" / "calibration.json"
RESULTS = Path(__file__).parent / "results"
COVERAGE = 0.95
LEAST_PAIRS = 100
"""A class of the floor with fewer pairs has no value of its own."""


def intervals(fit: pd.DataFrame, cover: pd.DataFrame) -> dict[str, dict[str, float]]:
    """What to add to the share, per share of each kind: quantile regressions, widened to cover other documents."""
    names = [f"{kind}_share" for kind in KINDS]
    error = fit["truth"] - fit["share"]
    sides = {}
    for side, quantile in (("low", (1 - COVERAGE) / 2), ("high", (1 + COVERAGE) / 2)):
        found = QuantileRegressor(quantile=quantile, alpha=0, fit_intercept=False).fit(fit[names], error)
        sides[side] = found.coef_
    missing = cover["truth"] - cover["share"]
    low, high = (np.where(s == "low", -1, 1) * (cover[names] @ sides[s]) for s in ("low", "high"))
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(missing < 0, -missing / low.clip(1e-9), missing / high.clip(1e-9))
    factor = max(1.0, float(np.quantile(needed, COVERAGE, method="higher")))
    print(f"interval: widened by {factor:.3f}")
    return {side: dict(zip(KINDS, (factor * c).round(4).tolist(), strict=True)) for side, c in sides.items()}


def floors(rows: pd.DataFrame) -> dict[str, list]:
    """The 99th percentile by length and similarity, never below that of all lengths, nor of less similar pairs."""
    table = floor.summarise(rows).set_index(["words_from", "cosine_from"])
    pooled = floor.summarise(rows.assign(words=0)).set_index(["words_from", "cosine_from"])["p99"]
    shares = []
    for length in map(str, floor.LENGTH):
        row: list[float] = []
        for similarity in map(str, floor.SIMILARITY):
            cell = table.loc[(length, similarity)] if (length, similarity) in table.index else None
            own = float(cell["p99"]) if cell is not None and cell["pairs"] >= LEAST_PAIRS else 0.0
            row.append(max([own, float(pooled["0", similarity]), *row]))
        shares.append(row)
    return {"words": floor.LENGTH[1:], "cosine": floor.SIMILARITY[1:], "share": shares}


def derived() -> tuple[dict[str, float], dict[str, object]]:
    """Derived or not, from the containment of words and of runs of three words, on METER's scores."""
    scores = pd.read_csv(splice.CORPORA / "meter-scores.csv")
    x, y = scores[["uni_containment", "tri_containment"]].to_numpy(), scores["derived"]
    model = LogisticRegression(C=1000, class_weight="balanced", max_iter=5000)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=5, random_state=0)
    f1 = cross_val_score(model, x, y, scoring="f1_macro", cv=folds)
    measured = {"task": "derived or not (METER scores)", "rows": len(y), "macro_f1": f1.mean(), "by": "5 x 10-fold"}
    model.fit(x, y)
    uni, tri = model.coef_[0].round(4).tolist()
    return {"intercept": round(float(model.intercept_[0]), 4), "uni": uni, "tri": tri}, measured


def wholly(fit: pd.DataFrame, test: pd.DataFrame) -> tuple[float, dict[str, object]]:
    """The copied share that best tells documents with nothing of their own from those with something."""
    whole = fit["kind"] == "whole"
    grid = np.arange(0.5, 1.0, 0.01)
    scores = [f1_score(whole, fit["share"] >= share, average="macro") for share in grid]
    least = round(float(grid[int(np.argmax(scores))]), 2)
    f1 = f1_score(test["kind"] == "whole", test["share"] >= least, average="macro")
    return least, {"task": "wholly or not (spliced)", "rows": len(test), "macro_f1": f1, "by": "other documents"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=150, help="documents of each kind")
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--date", required=True)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    fit, cover = (splice.measured(options.documents, seed, options.processes) for seed in (7, 8))
    (logistic, meter), (least, spliced) = derived(), wholly(fit, cover)
    constants = {
        "made": options.date,
        "interval": intervals(fit, cover),
        "floor": floors(floor.measured(options.pairs, 0, options.processes)),
        "derived": logistic,
        "wholly": least,
    }
    TARGET.write_text(json.dumps(constants, indent=2) + "\n", encoding="utf-8")
    pd.DataFrame([meter, spliced]).round(3).to_csv(RESULTS / "labels.csv", index=False)
    print(TARGET.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
