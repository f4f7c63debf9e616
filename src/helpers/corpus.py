"""From articles as they were read to the tables that every later step starts from."""

from dataclasses import dataclass

import pandas as pd

from helpers.cleaning import Cleaned, clean
from helpers.edits import Edit
from helpers.layout import PROSE
from helpers.segmentation import Sentence, sentences, words
from helpers.sources import Problem, RawArticle


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
        "title": article.title or title,
        "published": cleaned.published if article.published is None else article.published,
        "author": article.author,
        "url": article.url,
        "language": language,
        "text": cleaned.text,
        "n_words": prose,
        "duplicate_of": duplicate_of,
    }


def logged_edits(log: pd.DataFrame, article_id: str) -> list[Edit]:
    """The edits of one article, from the table `cleaning_log`, ready for `edits.apply`."""
    rows = log[log["article_id"] == article_id].sort_values(["raw_start", "raw_end"])
    return [Edit(r.raw_start, r.raw_end, r.before, r.after, r.rule) for r in rows.itertuples()]


def problems_table(problems: list[Problem]) -> pd.DataFrame:
    """The table `problems`, in the order in which they were met."""
    rows = [(number, p.file, p.place, p.what, p.done) for number, p in enumerate(problems, 1)]
    table = pd.DataFrame(rows, columns=["problem", "file", "place", "what", "done"])
    return table.astype({"problem": "int64", **dict.fromkeys(["file", "place", "what", "done"], "str")})
