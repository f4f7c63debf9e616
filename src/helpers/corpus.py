"""From articles as they were read to the tables that every later step starts from."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.cleaning import Cleaned, clean, take_out
from helpers.duplicates import Fingerprint, earlier_copies
from helpers.edits import Edit, apply
from helpers.errors import require
from helpers.languages import MEASURED, UNKNOWN, detect_many, filled, known_share, knows
from helpers.layout import PROSE, Span
from helpers.mojibake import repair
from helpers.progress import Track, untracked
from helpers.recurring import LEAST_STORIES, Lines, recurring_lines, teaching
from helpers.segmentation import Read, sentence_columns, word_spans
from helpers.sources import Problem, RawArticle
from helpers.workers import spread

PARALLEL_ARTICLES = 800
"""From this many articles on, starting worker processes (about two seconds) pays."""
CHUNK = 256
"""Articles a worker process is handed at a time."""
LEAST_KNOWN = 0.2
"""A text with a smaller share of known words was hardly read as it was written."""
AUTO = "auto"
"""Language of a corpus whose articles are each to be told theirs."""


@dataclass(frozen=True)
class CleanCorpus:
    """What cleaning makes of a folder: the three tables of notebook 01."""

    articles: pd.DataFrame
    sentences: pd.DataFrame
    cleaning_log: pd.DataFrame


class First(NamedTuple):
    """What is known of an article before the others are looked at; `lines` of those an outlet is learnt from."""

    language: str | None
    cleaned: Cleaned
    lines: Lines | None


class Job(NamedTuple):
    """An article to split; `recurring` are spans of its clean text to take out, for which the raw one is needed."""

    cleaned: Cleaned
    language: str
    recurring: list[Span]
    raw: str


class Split(NamedTuple):
    """An article's part in the tables; of `log` and `sentences` the columns, nothing if there are no rows."""

    text: str
    published: datetime | None
    title: str | None
    n_words: int
    log: tuple[Sequence[Any], ...]
    sentences: tuple[Sequence[Any], ...]
    fingerprint: Fingerprint


class _Told(NamedTuple):
    """What is known of an article before the others are looked at; `done` is its part in the tables, if all goes well.

    It is only cleaned if it has no language of its own, or lines that look like boilerplate.
    """

    language: str | None
    lines: Lines | None
    done: Split | Cleaned


def clean_corpus(
    raw: list[RawArticle],
    language: str = AUTO,
    ignore: tuple[str, ...] = (),
    learn_boilerplate: bool = True,
    processes: int | None = None,
    track: Track = untracked,
) -> CleanCorpus:
    """Clean and split every article.

    Args:
        raw: the articles as read.
        language: ISO 639-1 code of all articles, or "auto" to tell each article's own.
        ignore: phrases to drop (see `cleaning.clean`).
        learn_boilerplate: whether lines that recur across an outlet's articles go too (see `recurring`).
        processes: worker processes; by default as many as there are cores, and none for a small corpus. The tables
            do not depend on it.
        track: wraps what comes back, article by article, to show how far the work is (see `progress.track`).

    Raises:
        SettingsError: the language is no code.
    """
    check_language(language)
    if processes is None:
        processes = (os.cpu_count() or 1) if len(raw) >= PARALLEL_ARTICLES else 1
    learnt = teaching(article.outlet for article in raw) if learn_boilerplate else set()
    with spread(processes, CHUNK) as run:
        begin = partial(_told_articles, language=language, ignore=ignore)
        first_jobs = [(article.text, article.outlet in learnt) for article in raw]
        told = [*track(run(begin, first_jobs), "cleaning", len(raw))]
        languages = filled([own.language for own in told])
        jobs = _jobs(raw, told, languages, ignore)
        again = track(run(split_articles, [*jobs.values()]), "finding sentences", len(jobs))
        done = {i: own.done for i, own in enumerate(told) if isinstance(own.done, Split)}
        done |= dict(zip(jobs, again, strict=True))
    split = [done[i] for i in range(len(raw))]
    prints = {article.article_id: own.fingerprint for article, own in zip(raw, split, strict=True)}
    return tables_of(raw, languages, split, earlier_copies(prints))


def check_language(language: str) -> None:
    """Whether this can be the language of a corpus.

    Raises:
        SettingsError: it is no code.
    """
    is_code = language == AUTO or (2 <= len(language) <= 3 and language.isascii() and language.islower())
    require(is_code, f'language must be "auto" or an ISO 639-1 code such as "en", not {language!r}')


def begun_articles(jobs: Sequence[tuple[str, bool]], language: str, ignore: tuple[str, ...]) -> list[First]:
    """The language of each article, told after its encoding is repaired, its clean text, its lines if asked for."""
    return [first for first, _ in _begun(jobs, language, ignore)]


def _begun(jobs: Sequence[tuple[str, bool]], language: str, ignore: tuple[str, ...]) -> Iterator[tuple[First, Read]]:
    """The same with the words of each clean text."""
    repaired = [repair(text) for text, _ in jobs]
    told: Sequence[str | None] = [language] * len(jobs)
    if language == AUTO:
        told = detect_many([apply(text, edits) for (text, _), edits in zip(jobs, repaired, strict=True)])
    for (text, with_lines), own, edits in zip(jobs, told, repaired, strict=True):
        cleaned = clean(text, ignore, own or "", repaired=edits)
        words = Read.of(cleaned.text)
        yield First(own, cleaned, Lines.of(cleaned.text, words) if with_lines else None), words


def _told_articles(jobs: Sequence[tuple[str, bool]], language: str, ignore: tuple[str, ...]) -> list[_Told]:
    """Articles split as soon as they are clean, but for those whose lines have stood in others: they may be cut."""
    seen: Counter[int] = Counter()
    told = []
    for own, words in _begun(jobs, language, ignore):
        lines = set() if own.lines is None else set(own.lines.numbers.tolist())
        done: Split | Cleaned = own.cleaned
        if own.language and all(seen[line] < LEAST_STORIES for line in lines):
            done = split_article(Job(own.cleaned, own.language, [], ""), words)
        told.append(_Told(own.language, own.lines, done))
        seen.update(lines)
    return told


def _jobs(
    raw: list[RawArticle], told: Sequence[_Told], languages: list[str], ignore: tuple[str, ...]
) -> dict[int, Job]:
    """The articles that are to be split, or split again without the lines that their outlets repeat, by place."""
    texts, outlets, lines = {}, {}, {}
    for article, own in zip(raw, told, strict=True):
        if own.lines is not None:
            name = article.article_id
            texts[name], outlets[name], lines[name] = own.done.text, article.outlet, own.lines
    spans = recurring_lines(texts, outlets, lines)
    jobs = {}
    for i, (article, own, language) in enumerate(zip(raw, told, languages, strict=True)):
        recurring = spans.get(article.article_id, [])
        if recurring or isinstance(own.done, Cleaned):
            cleaned = _cleaned(own.done) if own.language else clean(article.text, ignore, language)
            jobs[i] = Job(cleaned, language, recurring, article.text if recurring else "")
    return jobs


def _cleaned(done: Split | Cleaned) -> Cleaned:
    """What cleaning made of an article."""
    if isinstance(done, Cleaned):
        return done
    edits = (Edit(a, b, before, after, rule) for rule, a, b, before, after in zip(*done.log, strict=True))
    return Cleaned(done.text, tuple(edits), done.published)


def split_articles(jobs: Sequence[Job]) -> list[Split]:
    """The parts of each article in the tables."""
    return [split_article(job) for job in jobs]


def split_article(job: Job, words: Read | None = None) -> Split:
    """An article's part in the tables; `words` are those of its clean text, if they are known."""
    cleaned = job.cleaned
    if job.recurring:
        cleaned, words = take_out(cleaned, job.recurring, "recurring_line", job.raw), None
    text = cleaned.text
    places, keys = words or Read.of(text)
    found = sentence_columns(text, job.language, places)
    numbers = [np.arange(len(found.kinds)), found.starts, found.ends, found.quoted_words]
    sentence, starts, ends, quoted = (column.astype(np.int32) for column in numbers)
    columns: tuple[Any, ...] = (sentence, starts, ends, found.kinds, quoted)
    headline = found.kinds.index("headline") if "headline" in found.kinds else None
    return Split(
        text,
        cleaned.published,
        None if headline is None else text[starts[headline] : ends[headline]],
        sum(n for n, kind in zip(found.n_words.tolist(), found.kinds, strict=True) if kind in PROSE),
        tuple(zip(*((e.rule, e.start, e.end, e.before, e.after) for e in cleaned.edits), strict=True)),
        columns if found.kinds else (),
        Fingerprint.of(keys),
    )


def tables_of(
    raw: list[RawArticle], languages: list[str], split: list[Split], copies: Mapping[str, str]
) -> CleanCorpus:
    """The tables of articles; `copies` names the article that one repeats."""
    names = [article.article_id for article in raw]
    rows = [
        article_row(article, own, language, copies.get(article.article_id))
        for article, own, language in zip(raw, split, languages, strict=True)
    ]
    return CleanCorpus(
        pd.DataFrame(rows),
        stacked(names, [own.sentences for own in split], ["sentence", "start", "end", "kind", "quoted_words"]),
        stacked(names, [own.log for own in split], ["rule", "raw_start", "raw_end", "before", "after"]),
    )


def stacked(names: list[str], tables: Iterable[tuple[Sequence[Any], ...]], columns: list[str]) -> pd.DataFrame:
    """The rows of all articles, each headed by the article it is of."""
    own = [(name, table) for name, table in zip(names, tables, strict=True) if table]
    stacked: dict[str, Any] = {"article_id": [*chain.from_iterable(repeat(name, len(table[0])) for name, table in own)]}
    for i, column in enumerate(columns):
        pieces = [table[i] for _, table in own]
        is_array = bool(pieces) and isinstance(pieces[0], np.ndarray)
        stacked[column] = np.concatenate(pieces, dtype=np.int64) if is_array else [*chain.from_iterable(pieces)]
    return pd.DataFrame(stacked, dtype=None if own else object)


def _written(text: str) -> list[str]:
    """The words of a text as they are written, in lower case."""
    starts, ends = word_spans(text)
    return [text[a:b].casefold() for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def article_problems(articles: pd.DataFrame) -> list[Problem]:
    """Problems of articles as they were cleaned: no words, unlikely words, a language whose error is not measured."""
    columns = (articles[name] for name in ("path", "text", "language"))
    unlikely = [(path, own) for path, text, own in zip(*columns, strict=True) if is_unlikely(text, own)]
    others = articles[~articles["language"].isin(MEASURED)].groupby("language")["path"]
    languages = [(str(language), paths.iloc[0], len(paths)) for language, paths in others]
    return told_problems(articles["path"][articles["n_words"] == 0], unlikely, languages)


def is_unlikely(text: str, language: str) -> bool:
    """Whether a text has hardly a word of its language."""
    return not text.isascii() and knows(language) and known_share(_written(text), language) < LEAST_KNOWN


def told_problems(
    empty: Iterable[str], unlikely: Iterable[tuple[str, str]], languages: Iterable[tuple[str, str, int]]
) -> list[Problem]:
    """What `article_problems` says.

    Args:
        empty: path of each article without words.
        unlikely: path and language of those with unlikely words.
        languages: languages that are not measured, the first article's path, and the number of articles.
    """
    problems = [Problem(path, "", "has no words that count", "kept, with a share of 0") for path in empty]
    for path, language in unlikely:
        what = f"has hardly a word of its language ({language}): read in a wrong encoding? (-p encoding= names it)"
        problems.append(Problem(path, "", what, "kept"))
    for language, path, n in languages:
        what = f"is in a language ({language}) whose error is not measured"
        if not knows(language):
            what = f"is in a language ({language}) that is not supported: only near-verbatim copying is found"
        if language == UNKNOWN:
            what = "is too short, or in too many languages, to tell its language"
        others = f"and {n - 1} more" if n > 1 else ""
        problems.append(Problem(path, others, what, "compared all the same"))
    return problems


def article_row(article: RawArticle, own: Split, language: str, duplicate_of: str | None) -> dict[str, object]:
    """An article's row in the table `articles`."""
    return {
        "article_id": article.article_id,
        "path": article.path,
        "outlet": article.outlet,
        "title": article.title or own.title,
        "published": own.published if article.published is None else article.published,
        "author": article.author,
        "url": article.url,
        "language": language,
        "text": own.text,
        "n_words": own.n_words,
        "duplicate_of": duplicate_of,
    }


def replayed(raw: Mapping[str, str], log: pd.DataFrame) -> dict[str, str]:
    """Every raw text with the edits of the table `cleaning_log` applied: the clean texts, if nothing was lost."""
    edits: dict[str, list[Edit]] = {article: [] for article in raw}
    rows = log[["raw_start", "raw_end", "before", "after", "rule"]].itertuples(index=False, name=None)
    for article, row in zip(log["article_id"], rows, strict=True):
        edits[article].append(Edit(*row))
    return {article: apply(text, sorted(edits[article])) for article, text in raw.items()}


def problems_table(problems: list[Problem]) -> pd.DataFrame:
    """The table `problems`, in the order in which they were met."""
    rows = [(number, p.file, p.place, p.what, p.done) for number, p in enumerate(problems, 1)]
    table = pd.DataFrame(rows, columns=["problem", "file", "place", "what", "done"])
    return table.astype({"problem": "int64", **dict.fromkeys(["file", "place", "what", "done"], "str")})
