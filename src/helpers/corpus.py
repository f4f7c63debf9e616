"""From articles as they were read to the tables that every later step starts from."""

from dataclasses import dataclass

import pandas as pd

from helpers.cleaning import Cleaned, clean, take_out
from helpers.duplicates import earlier_copies
from helpers.edits import Edit, apply
from helpers.errors import require
from helpers.languages import MEASURED, detect_all, knows
from helpers.layout import PROSE
from helpers.mojibake import repair
from helpers.recurring import recurring_lines
from helpers.segmentation import Sentence, sentences, word_keys, word_spans
from helpers.sources import Problem, RawArticle

AUTO = "auto"
"""Language of a corpus whose articles are each to be told theirs."""


@dataclass(frozen=True)
class CleanCorpus:
    """What cleaning makes of a folder: the three tables of notebook 01."""

    articles: pd.DataFrame
    sentences: pd.DataFrame
    cleaning_log: pd.DataFrame


def clean_corpus(
    raw: list[RawArticle], language: str = AUTO, ignore: tuple[str, ...] = (), learn_boilerplate: bool = True
) -> CleanCorpus:
    """Clean and split every article.

    Args:
        raw: the articles as read.
        language: ISO 639-1 code of all articles, or "auto" to tell each article's own.
        ignore: phrases to drop (see `cleaning.clean`).
        learn_boilerplate: whether lines that recur across an outlet's articles go too (see `recurring`).

    Raises:
        SettingsError: the language is no code.
    """
    is_code = language == AUTO or (2 <= len(language) <= 3 and language.isascii() and language.islower())
    require(is_code, f'language must be "auto" or an ISO 639-1 code such as "en", not {language!r}')
    languages = _languages(raw) if language == AUTO else [language] * len(raw)
    texts = [clean(article.text, ignore, own) for article, own in zip(raw, languages, strict=True)]
    if learn_boilerplate:
        texts = _without_recurring(raw, texts)
    keys = {article.article_id: word_keys(cleaned.text) for article, cleaned in zip(raw, texts, strict=True)}
    copies = earlier_copies(keys)
    rows, sentence_rows, log_rows = [], [], []
    for article, cleaned, own in zip(raw, texts, languages, strict=True):
        found = sentences(cleaned.text, own)
        rows.append(_article_row(article, cleaned, found, own, copies.get(article.article_id)))
        sentence_rows += [(article.article_id, i, *sentence) for i, sentence in enumerate(found)]
        log_rows += [(article.article_id, e.rule, e.start, e.end, e.before, e.after) for e in cleaned.edits]
    return CleanCorpus(
        pd.DataFrame(rows),
        pd.DataFrame(sentence_rows, columns=["article_id", "sentence", "start", "end", "kind", "quoted_words"]),
        pd.DataFrame(log_rows, columns=["article_id", "rule", "raw_start", "raw_end", "before", "after"]),
    )


def _languages(raw: list[RawArticle]) -> list[str]:
    """The language of each article, told after its encoding is repaired."""
    texts = (article.text for article in raw)
    return detect_all(text if text.isascii() else apply(text, repair(text)) for text in texts)


def language_problems(articles: pd.DataFrame) -> list[Problem]:
    """A problem for each language whose error is not measured, with the articles that are in it."""
    problems = []
    for language, rows in articles[~articles["language"].isin(MEASURED)].groupby("language"):
        what = f"is in a language ({language}) whose error is not measured"
        if not knows(str(language)):
            what = f"is in a language ({language}) that is not supported: only near-verbatim copying is found"
        others = f"and {len(rows) - 1} others" if len(rows) > 1 else ""
        problems.append(Problem(rows["path"].iloc[0], others, what, "compared all the same"))
    return problems


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
    prose = sum(len(word_spans(cleaned.text[s.start : s.end])[0]) for s in found if s.kind in PROSE)
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
