"""Coverage-guided fuzzing of the decoders, of cleaning and of the aligner, with Atheris (libFuzzer for Python).

    pip install atheris==3.0.0
    python benchmarks/fuzz_coverage.py decode -max_total_time=180 corpus-folder

Arguments after the target go to libFuzzer; its last lines tell executions (`#`), coverage (`cov`), features (`ft`) and
inputs kept (`corp`). An input that fails is written to a file ``crash-...`` in the current folder.
"""

# ruff: noqa: PT018
import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["helpers"]):
    from helpers import cleaning, edits
    from helpers.alignment import align
    from helpers.encoding import decode
    from helpers.mojibake import repair


def decoded(data: bytes) -> None:
    """Decoding and repair never raise, leave no lone surrogate, and repair replays."""
    text = decode(data).text
    text.encode("utf-8")
    edits.apply(text, repair(text)).encode("utf-8")


def cleaned(data: bytes) -> None:
    """The log of cleaning replays."""
    text = data.decode("utf-8", "replace")
    result = cleaning.clean(text)
    assert edits.apply(text, result.edits) == result.text


def aligned(data: bytes) -> None:
    """Passages lie in their texts, and turning the texts round mirrors them."""
    text, _, other = data.decode("utf-8", "replace").partition("|")
    found = align(text, other)
    assert found == sorted(p.mirrored() for p in align(other, text))
    for p in found:
        assert 0 <= p.start < p.end <= len(text) and 0 <= p.source_start < p.source_end <= len(other)
        assert 0 <= p.score <= 1


TARGETS: dict[str, Callable[[bytes], None]] = {"decode": decoded, "clean": cleaned, "align": aligned}


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"name a target: {', '.join(TARGETS)}")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
