"""The aligner as machine code, for corpora of thousands of pairs (numba).

Each function of the modules here does what the one it names does, in plain loops; tests hold them equal. Texts that
are very long or repeat themselves are left to the plain functions. A few pairs never load this package: importing
numba takes longer than aligning them.
"""

from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from helpers.alignment import rows as plain
from helpers.alignment.compiled import rows, texts, words
from helpers.alignment.compiled.texts import Readers, Text
from helpers.alignment.rows import Passage
from helpers.alignment.settings import AlignSettings

KINDS = (plain.VERBATIM, plain.EDITED, plain.PARAPHRASED)


class Options(NamedTuple):
    """The values of `AlignSettings`, each of one type."""

    min_short_chars: int
    min_long_chars: int
    min_verbatim_words: int
    min_side_score: float
    min_cosine: float
    max_gap_words: int
    min_edited_share: float
    summaries: bool


def prepared(text: str, language: str, settings: AlignSettings) -> Text:
    """As `Document.from_text`."""
    return texts.prepared(text, language, settings.min_verbatim_words, _readers)


def canonical_passages(text: Text, source: Text, settings: AlignSettings) -> list[Passage]:
    """As `rows.canonical_passages`."""
    options = Options(**{name: kind(getattr(settings, name)) for name, kind in Options.__annotations__.items()})
    left, edges, scores = _passages(text.words, source.words, options)
    if left:
        return plain.canonical_passages(text.document, source.document, settings)
    found = zip(edges.tolist(), scores.tolist(), strict=True)
    return [Passage(a, b, c, d, KINDS[kind], score, block) for (a, b, c, d, kind, block), score in found]


def make_ready() -> None:
    """Compile, or load what is on disk: before worker processes start, lest each of them compiles by itself."""
    text = prepared("One word.", "en", AlignSettings())
    canonical_passages(text, text, AlignSettings())


def _digest_of_sources() -> int:
    """A number of all modules of the aligner: constants of the plain ones are part of the machine code."""
    sources = sorted(Path(__file__).parents[1].rglob("*.py"))
    return int.from_bytes(blake2b(b"".join(path.read_bytes() for path in sources), digest_size=7).digest())


_made_of = _digest_of_sources()
_readers, _passages = Readers(*words.kept(_made_of)), rows.kept(_made_of)
