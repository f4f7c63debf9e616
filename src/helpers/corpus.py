"""Read a folder of articles, and make the tables that every later step starts from."""

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.cleaning import Cleaned, clean
from helpers.edits import Edit
from helpers.encoding import decode
from helpers.errors import CorpusError
from helpers.layout import PROSE
from helpers.segmentation import Sentence, sentences, words

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
CONTROL_SHARE = 0.02
"""A file with a greater share of control and undecodable characters is not text."""


class CorpusWarning(UserWarning):
    """Something of the corpus was lost: a file left out, or characters that could not be decoded."""


@dataclass(frozen=True)
class RawArticle:
    """A file as it was read: its name, and its bytes as text."""

    article_id: str
    path: str
    outlet: str | None
    text: str
    encoding: str
    notes: tuple[str, ...]


def find_files(folder: str | Path) -> list[Path]:
    """The ``.txt`` files below a folder, sorted; hidden ones are left alone.

    Raises:
        CorpusError: the folder is missing, or holds fewer than two such files.
    """
    root = Path(folder)
    if not root.is_dir():
        raise CorpusError(f"{root} is not a folder: name a folder of .txt files")
    visible = (p for p in root.rglob("*") if not any(part[0] == "." for part in p.relative_to(root).parts))
    files = sorted(p for p in visible if p.suffix.lower() == ".txt" and p.is_file())
    _require_two(root, files)
    return files


def read_folder(folder: str | Path) -> list[RawArticle]:
    """Read every ``.txt`` file below a folder; a sub-folder is an outlet.

    Files that cannot be read or hold no text are left out with a warning that names them.

    Raises:
        CorpusError: the folder is missing, or holds fewer than two articles.
    """
    root, files = Path(folder), find_files(folder)
    stems = Counter(path.stem for path in files)
    articles = []
    for path in files:
        relative = path.relative_to(root)
        name = relative.with_suffix("").as_posix() if stems[path.stem] > 1 else path.stem
        outlet = relative.parts[0] if len(relative.parts) > 1 else None
        try:
            articles.append(read_file(path, name, relative.as_posix(), outlet))
        except CorpusError as error:
            warnings.warn(f"left out: {error}", CorpusWarning, stacklevel=2)
    _require_two(root, [article.path for article in articles])
    return articles


def _require_two(root: Path, articles: Sequence[object]) -> None:
    if len(articles) < 2:
        found = "no article" if not articles else f"only one article ({articles[0]})"
        raise CorpusError(f"{root} holds {found}: put at least two .txt files with text there to compare")


def read_file(path: Path, article_id: str, shown: str | None = None, outlet: str | None = None) -> RawArticle:
    """Read one file; what decoding had to guess is given as a warning.

    Raises:
        CorpusError: the file cannot be read or holds no text.
    """
    shown = shown or str(path)
    try:
        decoded = decode(path.read_bytes())
    except OSError as error:
        raise CorpusError(f"{shown} cannot be read ({error.strerror})") from error
    if not decoded.text.strip():
        raise CorpusError(f"{shown} holds no text")
    if len(_CONTROL.findall(decoded.text)) > CONTROL_SHARE * len(decoded.text):
        raise CorpusError(f"{shown} is not text")
    for note in decoded.notes:
        category = CorpusWarning if "U+FFFD" in note else UserWarning
        warnings.warn(f"{shown}: {note}", category, stacklevel=3)
    return RawArticle(article_id, shown, outlet, decoded.text, decoded.encoding, decoded.notes)


@dataclass(frozen=True)
class CleanCorpus:
    """What cleaning makes of a folder: the three tables of notebook 01."""

    articles: pd.DataFrame
    sentences: pd.DataFrame
    cleaning_log: pd.DataFrame


def clean_corpus(raw: list[RawArticle], language: str = "en", ignore: tuple[str, ...] = ()) -> CleanCorpus:
    """Clean and split every article.

    Args:
        raw: the articles as read.
        language: ISO 639-1 code noted in `articles`; sentences are split by English rules.
        ignore: lines to drop wherever they stand alone.
    """
    rows, sentence_rows, log_rows = [], [], []
    firsts: dict[str, str] = {}
    for article in raw:
        cleaned = clean(article.text, ignore)
        found = sentences(cleaned.text)
        keys = " ".join(word.key for word in words(cleaned.text))
        first = firsts.setdefault(keys, article.article_id)
        rows.append(_article_row(article, cleaned, found, language, None if first == article.article_id else first))
        sentence_rows += [(article.article_id, i, *sentence) for i, sentence in enumerate(found)]
        log_rows += [(article.article_id, e.rule, e.start, e.end, e.before, e.after) for e in cleaned.edits]
    return CleanCorpus(
        pd.DataFrame(rows),
        pd.DataFrame(sentence_rows, columns=["article_id", "sentence", "start", "end", "kind", "quoted_words"]),
        pd.DataFrame(log_rows, columns=["article_id", "rule", "raw_start", "raw_end", "before", "after"]),
    )


def _article_row(
    article: RawArticle, cleaned: Cleaned, found: list[Sentence], language: str, duplicate_of: str | None
) -> dict[str, object]:
    title = next((cleaned.text[s.start : s.end] for s in found if s.kind == "headline"), None)
    prose = sum(len(words(cleaned.text[s.start : s.end])) for s in found if s.kind in PROSE)
    return {
        "article_id": article.article_id,
        "path": article.path,
        "outlet": article.outlet,
        "title": title,
        "published": cleaned.published,
        "author": None,
        "url": None,
        "language": language,
        "text": cleaned.text,
        "n_words": prose,
        "duplicate_of": duplicate_of,
    }


def logged_edits(log: pd.DataFrame, article_id: str) -> list[Edit]:
    """The edits of one article, from the table `cleaning_log`, ready for `edits.apply`."""
    rows = log[log["article_id"] == article_id].sort_values(["raw_start", "raw_end"])
    return [Edit(r.raw_start, r.raw_end, r.before, r.after, r.rule) for r in rows.itertuples()]
