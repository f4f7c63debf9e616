"""Where the aligner's time goes: processor time of each stage, a pair at a time, on one core.

    python benchmarks/stages.py corpora/pan13-train --sample 200 --out benchmarks/results/stages.csv

Stages are timed by a wrapper around the function that is each stage's entry; the remainder is what lies between.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.alignment import PAN_SETTINGS, Document, blocks, rows
from helpers.alignment.rows import align_documents
from helpers.evaluation import pan_folders, read_pairs, sample_pairs

STAGES = {
    "pair the vocabularies": [(blocks, "pair_sides"), (rows, "pair_sides")],
    "candidates: windows": [(blocks, "candidate_boxes")],
    "refine edges": [(blocks, "refine")],
    "verbatim snap": [(blocks, "snap")],
    "drop overlaps": [(blocks, "drop_overlapping")],
    "summaries": [(blocks, "find_summary")],
    "verbatim runs": [(rows, "verbatim_runs")],
    "link sentences": [(rows, "link_units")],
    "tighten rows": [(rows, "tight_rows")],
    "plausibility": [(rows, "is_plausible"), (rows, "is_plausible_alone")],
}
spent: Counter[str] = Counter()


def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its processor time added to the stage."""

    def wrapper(*args: Any) -> Any:
        started = time.process_time()
        try:
            return function(*args)
        finally:
            spent[stage] += time.process_time() - started

    return wrapper


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sample", type=int, default=200, help="pairs per folder")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    for stage, places in STAGES.items():
        for module, name in places:
            setattr(module, name, timed(stage, getattr(module, name)))
    folders = pan_folders(options.directory)
    pairs = [p for folder in folders for p in sample_pairs(read_pairs(options.directory, folder), options.sample)]
    names = {("susp", p.suspicious) for p in pairs} | {("src", p.source) for p in pairs}
    texts = {name: (options.directory.joinpath(*name)).read_text(encoding="utf-8") for name in sorted(names)}
    started = time.process_time()
    documents = {name: Document.from_text(text) for name, text in texts.items()}
    prepared = time.process_time() - started
    started = time.process_time()
    for pair in pairs:
        align_documents(documents["susp", pair.suspicious], documents["src", pair.source], PAN_SETTINGS)
    total = time.process_time() - started
    spent["the rest"] = total - sum(spent.values())
    table = pd.DataFrame([(stage, 1000 * s / len(pairs), s / total) for stage, s in spent.items()])
    table.columns = ["stage", "ms per pair", "share"]
    table = table.sort_values("share", ascending=False).round(3)
    print(table.to_string(index=False))
    rate, each = len(pairs) / total, 1000 * prepared / len(texts)
    print(f"{rate:.0f} pairs/s/core with rows; {each:.2f} ms to prepare a document")
    if options.out:
        table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
