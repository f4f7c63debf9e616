"""Two files, in the terminal: shares in both directions and the passages."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers import corpus, overlap, summary
from helpers.alignment import AlignSettings
from helpers.errors import CorpusError
from helpers.passages import passages_table
from helpers.prose import corpus_words
from helpers.sources import RawArticle, from_bytes
from helpers.sources.files import ARCHIVE, PAGES, TABLES, from_page


def compare_files(a: str | Path, b: str | Path, settings: AlignSettings | None = None) -> str:
    """Clean two files, align them, and say what they share.

    Raises:
        CorpusError: a file is not there or holds no text.
    """
    raw = [_read(Path(path), name) for path, name in zip((a, b), _names(a, b), strict=True)]
    cleaned = corpus.clean_corpus(raw)
    text = dict(zip(cleaned.articles["article_id"], cleaned.articles["text"], strict=True))
    words = corpus_words(cleaned.articles, cleaned.sentences)
    pair = (raw[0].article_id, raw[1].article_id)
    passages = passages_table(text, words, [pair], settings)
    shares = overlap.overlap_table(words, passages)
    lines = [_share_line(row, summary.labels(text)) for row in shares.itertuples()]
    forward = passages[(passages["article_id"] == pair[0]) & (passages["n_words"] > 0)].sort_values(["start", "end"])
    lines += ["", *(summary.passage_text(row, text) + "\n" for row in forward.itertuples())]
    return "\n".join(lines) if len(forward) else "\n".join([*lines, "No shared passage was found."])


def _read(path: Path, name: str) -> RawArticle:
    if path.suffix.lower() in (*TABLES, ARCHIVE):
        raise CorpusError(f"{path} is a table or archive: `source-overlap run` compares its articles")
    try:
        if path.suffix.lower() in PAGES:
            return replace(from_page(str(path), None, path.read_bytes()), article_id=name)
        return from_bytes(path.read_bytes(), name, str(path))
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror})") from error
    except CorpusError as error:
        raise CorpusError(f"{path} {error}") from error


def _names(a: str | Path, b: str | Path) -> tuple[str, str]:
    """Names that tell the two files apart."""
    first, second = Path(a).stem, Path(b).stem
    if first != second:
        return first, second
    return (str(a), str(b)) if str(a) != str(b) else (f"{first} (1)", f"{first} (2)")


def _share_line(row: Any, labels: dict[str, str]) -> str:
    prose, speech = row.reused_share - row.quoted_share, row.quoted_share
    return (
        f"{row.reused_share:4.0%} of the words of {labels[row.article_id]} stand in passages shared with "
        f"{labels[row.source_id]}: {prose:.0%} as prose, {speech:.0%} as speech in quotation marks in both "
        f"(verbatim {row.verbatim_share:.0%}, edited {row.edited_share:.0%}, paraphrased {row.paraphrased_share:.0%}; "
        f"longest identical run {row.longest_verbatim_words} words)"
    )
