"""From articles as they were read to the tables that every later step starts from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, repeat
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from helpers.cleaning import Cleaned, clean, take_out
from helpers.duplicates import BANDS, Fingerprint, earlier_places, shingles
from helpers.edits import Edit, apply
from helpers.errors import require
from helpers.languages import MEASURED, UNKNOWN, detect_many, filled, known_share, knows
from helpers.layout import PROSE, Span
from helpers.memory import give_back
from helpers.mojibake import repair
from helpers.parts import TOLD, Part, Split, in_one_piece, joined, row_frame, text_column
from helpers.progress import Track, untracked
from helpers.recurring import LEAST_STORIES, Lines, boilerplate, teaching
from helpers.segmentation import Read, sentence_columns, word_keys, word_spans
from helpers.sources import Problem, RawArticle
from helpers.workers import Spread, cores_for, spread

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


class _Told(NamedTuple):
    """What is known of a chunk of articles before the others are looked at.

    Attributes:
        languages: of each article, where it could be told.
        lines: of all of them, one article behind the other.
        n_lines: how many each has.
        part: their parts in the tables, if all goes well.
        rest: the articles, by place, that are only cleaned: they have no language of their own, or lines that look
            like boilerplate.
    """

    languages: list[str | None]
    lines: Lines
    n_lines: NDArray[np.int32]
    part: Part
    rest: dict[int, Cleaned]

    def text(self, place: int) -> str:
        """The clean text of an article."""
        return self.rest[place].text if place in self.rest else self.part.text(place)

    def cleaned(self, place: int) -> Cleaned:
        """What cleaning made of an article."""
        return self.rest[place] if place in self.rest else self.part.cleaned(place)


_NOTHING = _Told([], Lines.none(), np.empty(0, np.int32), Part.of([]), {})


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
        processes = cores_for(len(raw), PARALLEL_ARTICLES)
    learnt = teaching(article.outlet for article in raw) if learn_boilerplate else set()
    told: list[_Told] = []
    with spread(processes, CHUNK) as run:
        begin = partial(_told_articles, language=language, ignore=ignore)
        first_jobs = ((article.text, article.outlet in learnt) for article in raw)
        for _ in track(_counted(run(begin, first_jobs), told), "cleaning", len(raw)):
            pass
        languages = filled([own for chunk in told for own in chunk.languages])
        parts = _parts(raw, told, languages, ignore, run, track)
    give_back()
    copies = _copies(joined(parts))
    texts = [part.articles["text"] for part in parts]
    whole = joined(replace(part, articles=part.articles.select(TOLD)) for part in parts)
    del parts
    return _tables(raw, languages, whole, in_one_piece(texts), copies)


def _parts(
    raw: list[RawArticle], told: list[_Told], languages: list[str], ignore: tuple[str, ...], run: Spread, track: Track
) -> list[Part]:
    """The parts of all articles in the tables; `told` is emptied."""
    spans = _boilerplate(raw, told)
    todo = [_todo(chunk, spans, i * CHUNK) for i, chunk in enumerate(told)]
    jobs = _jobs(raw, told, todo, languages, spans, ignore)
    again = track(run(split_articles, jobs), "finding sentences", sum(map(len, todo)))
    parts = []
    for number, places in enumerate(todo):
        part = told[number].part
        parts.append(part.replaced(places, Part.of([*islice(again, len(places))])) if places else part)
        told[number] = _NOTHING
    told.clear()
    return parts


def _counted(chunks: Iterable[_Told], told: list[_Told]) -> Iterator[None]:
    """Put what is known of chunks into a list, and give nothing, as often as there are articles."""
    for chunk in chunks:
        told.append(chunk)
        yield from repeat(None, len(chunk.languages))


def _copies(part: Part) -> dict[int, int]:
    """The places of articles that repeat an earlier one, and its place."""
    bands = np.concatenate([piece.flatten().to_numpy() for piece in part.articles["bands"].chunks]).reshape(-1, BANDS)
    digests = part.articles["digest"].to_numpy()
    return earlier_places(digests, bands, lambda place: shingles(word_keys(part.text(place))))


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
    languages: list[str | None] = []
    lines: list[Lines] = []
    split: list[Split | None] = []
    rest: dict[int, Cleaned] = {}
    for place, (own, words) in enumerate(_begun(jobs, language, ignore)):
        numbers = set() if own.lines is None else set(own.lines.numbers.tolist())
        is_done = own.language and all(seen[line] < LEAST_STORIES for line in numbers)
        split.append(split_article(Job(own.cleaned, own.language, [], ""), words) if own.language and is_done else None)
        if not is_done:
            rest[place] = own.cleaned
        languages.append(own.language)
        lines.append(own.lines or Lines.none())
        seen.update(numbers)
    n_lines = np.array([len(own.numbers) for own in lines], dtype=np.int32)
    return [_Told(languages, Lines.joined(lines), n_lines, Part.of(split), rest)]


def _boilerplate(raw: list[RawArticle], told: Sequence[_Told]) -> dict[int, list[Span]]:
    """The lines of articles that their outlets repeat, by place."""
    lines = Lines.joined([chunk.lines for chunk in told])
    lengths = np.concatenate([np.empty(0, np.int32), *(chunk.n_lines for chunk in told)])
    outlets = [article.outlet for article in raw]
    return boilerplate(lines, lengths, outlets, lambda place: told[place // CHUNK].text(place % CHUNK))


def _todo(chunk: _Told, spans: Mapping[int, list[Span]], first: int) -> list[int]:
    """The places in a chunk of the articles that are to be split, or split again without the lines outlets repeat."""
    return [i for i in range(len(chunk.languages)) if i in chunk.rest or first + i in spans]


def _jobs(
    raw: list[RawArticle],
    told: Sequence[_Told],
    todo: Sequence[list[int]],
    languages: list[str],
    spans: Mapping[int, list[Span]],
    ignore: tuple[str, ...],
) -> Iterator[Job]:
    """These articles, in order."""
    for number, places in enumerate(todo):
        chunk = told[number]
        for i in places:
            place = number * CHUNK + i
            article, language, recurring = raw[place], languages[place], spans.get(place, [])
            cleaned = chunk.cleaned(i) if chunk.languages[i] else clean(article.text, ignore, language)
            yield Job(cleaned, language, recurring, article.text if recurring else "")


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
    part = Part.of(split)
    tables = _tables(raw, languages, part, part.articles["text"], {})
    named = [copies.get(article.article_id) for article in raw]
    return replace(tables, articles=tables.articles.assign(duplicate_of=named))


def _tables(
    raw: list[RawArticle], languages: list[str], part: Part, texts: pa.ChunkedArray, copies: Mapping[int, int]
) -> CleanCorpus:
    """The tables of articles; `copies` says by place which earlier one an article repeats."""
    names = [article.article_id for article in raw]
    titles, dates = (part.articles[name].to_pylist() for name in ("title", "published"))
    stated = [article.published for article in raw]
    columns = {
        "article_id": names,
        "path": [article.path for article in raw],
        "outlet": [article.outlet for article in raw],
        "title": [article.title or own for article, own in zip(raw, titles, strict=True)],
        "published": [own if date is None else date for date, own in zip(stated, dates, strict=True)],
        "author": [article.author for article in raw],
        "url": [article.url for article in raw],
        "language": languages,
        "text": text_column(texts),
        "n_words": part.articles["n_words"].to_numpy().astype(np.int64),
        "duplicate_of": [names[copies[place]] if place in copies else None for place in range(len(names))],
    }
    own = pa.array(names, pa.large_string())
    articles = pd.DataFrame(columns, copy=False)
    del columns, titles, dates, stated
    give_back()
    log = row_frame(own, part.rows("log"), part.log)
    return CleanCorpus(articles, row_frame(own, part.rows("sentence"), part.sentences), log)


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
