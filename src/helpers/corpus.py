"""From articles as they were read to the tables that every later step starts from."""

from dataclasses import dataclass

import pandas as pd

from helpers.cleaning import Cleaned, clean, take_out
from helpers.duplicates import earlier_copies
from helpers.edits import Edit
from helpers.layout import PROSE
from helpers.recurring import recurring_lines
from helpers.segmentation import Sentence, sentences, words
from helpers.similarity import word_keys
from helpers.sources import Problem, RawArticle


@dataclass(frozen=True)
class CleanCorpus:
    """What cleaning makes of a folder: the three tables of notebook 01."""

    articles: pd.DataFrame
    sentences: pd.DataFrame
    cleaning_log: pd.DataFrame


def clean_corpus(
    raw: list[RawArticle], language: str = "en", ignore: tuple[str, ...] = (), learn_boilerplate: bool = True
) -> CleanCorpus:
    """Clean and split every article.

    Args:
        raw: the articles as read.
        language: ISO 639-1 code noted in `articles`; sentences are split by English rules.
        ignore: phrases to drop (see `cleaning.clean`).
        learn_boilerplate: whether lines that recur across an outlet's articles go too (see `recurring`).
    """
    texts = [clean(article.text, ignore, language) for article in raw]
    if learn_boilerplate:
        texts = _without_recurring(raw, texts)
    keys = {article.article_id: word_keys(cleaned.text) for article, cleaned in zip(raw, texts, strict=True)}
    copies = earlier_copies(keys)
    rows, sentence_rows, log_rows = [], [], []
    for article, cleaned in zip(raw, texts, strict=True):
        found = sentences(cleaned.text)
        rows.append(_article_row(article, cleaned, found, language, copies.get(article.article_id)))
        sentence_rows += [(article.article_id, i, *sentence) for i, sentence in enumerate(found)]
        log_rows += [(article.article_id, e.rule, e.start, e.end, e.before, e.after) for e in cleaned.edits]
    return CleanCorpus(
        pd.DataFrame(rows),
        pd.DataFrame(sentence_rows, columns=["article_id", "sentence", "start", "end", "kind", "quoted_words"]),
        pd.DataFrame(log_rows, columns=["article_id", "rule", "raw_start", "raw_end", "before", "after"]),
    )


def _without_recurring(raw: list[RawArticle], texts: list[Cleaned]) -> list[Cleaned]:
    """The articles without the lines that their outlets repeat."""
    names = [article.article_id for article in raw]
    clean_texts = {name: cleaned.text for name, cleaned in zip(names, texts, strict=True)}
    spans = recurring_lines(clean_texts, {article.article_id: article.outlet for article in raw})
    return [
        take_out(cleaned, spans[article.article_id], "recurring_line", article.text)
        if article.article_id in spans
        else cleaned
        for article, cleaned in zip(raw, texts, strict=True)
    ]


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
