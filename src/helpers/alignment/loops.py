"""Which of two implementations of the aligner runs: numpy, or machine code for large corpora."""

from importlib.util import find_spec

from helpers.alignment.documents import Document
from helpers.alignment.rows import Loops, canonical_passages
from helpers.alignment.settings import AlignSettings

COMPILED_PAIRS = 20_000
"""From this many pairs on, loading machine code pays (once after an update it is compiled, which takes a minute)."""


def _document(text: str, language: str, settings: AlignSettings) -> Document:
    return Document.from_text(text, language)


PLAIN = Loops(_document, canonical_passages)


def fastest(n_pairs: int) -> Loops:
    """The implementation to align so many pairs with, ready for worker processes."""
    if n_pairs < COMPILED_PAIRS or find_spec("numba") is None:
        return PLAIN
    from helpers.alignment import compiled

    compiled.make_ready()
    return Loops(compiled.prepared, compiled.canonical_passages)
