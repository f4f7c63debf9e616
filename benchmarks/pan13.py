"""Score the aligner on the PAN 2013 training corpus, and time it.

The corpus is split by source document into halves: constants may be chosen on the dev half only, and the
held-out half says how good they are.

    python benchmarks/pan13.py corpora/pan13-train --dev --processes 2
    python benchmarks/pan13.py corpora/pan13-train --held-out
"""

import argparse
import zlib
from pathlib import Path

from tqdm import tqdm

from helpers.alignment import PAN_SETTINGS, AlignSettings
from helpers.evaluation import (
    Pair,
    evaluate_pairs,
    pan_folders,
    read_pairs,
    sample_pairs,
    summarise,
    write_detections,
)


def is_held_out(pair: Pair) -> bool:
    """Half of the source documents, by a hash of their names."""
    return zlib.crc32(pair.source.encode()) % 2 == 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=Path)
    half = parser.add_mutually_exclusive_group()
    half.add_argument("--dev", action="store_true", help="only the half that constants are tuned on")
    half.add_argument("--held-out", action="store_true", help="only the other half")
    parser.add_argument("--folder", action="append", help="a folder of pairs (may be repeated; default: all)")
    parser.add_argument("--sample", type=int, help="pairs per folder")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--lengths", type=int, nargs=2, help="least characters of a block, shorter and longer side")
    parser.add_argument("--out", type=Path, help="write the scores here, as CSV")
    parser.add_argument("--detections", type=Path, help="write PAN's XML here")
    arguments = parser.parse_args()

    chosen = []
    for folder in arguments.folder or pan_folders(arguments.directory):
        pairs = read_pairs(arguments.directory, folder)
        if arguments.dev or arguments.held_out:
            pairs = [pair for pair in pairs if is_held_out(pair) == arguments.held_out]
        chosen += sample_pairs(pairs, arguments.sample)
    settings = AlignSettings(*arguments.lengths) if arguments.lengths else PAN_SETTINGS
    outcomes = evaluate_pairs(
        arguments.directory,
        chosen,
        settings,
        arguments.processes,
        lambda stream: tqdm(stream, total=len(chosen), unit="pair", disable=None),
    )
    if arguments.detections:
        for pair, outcome in outcomes.items():
            write_detections(arguments.detections / pair.folder, pair, outcome.detections)
    scores = summarise(outcomes).round(4)
    print(scores.to_string(index=False))
    if arguments.out:
        scores.to_csv(arguments.out, index=False)
    seconds = sum(outcome.seconds for outcome in outcomes.values())
    print(f"{len(outcomes) / seconds:.0f} pairs/s/core (texts prepared; {seconds:.1f} s in all)")


if __name__ == "__main__":
    main()
