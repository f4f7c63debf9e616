"""Add articles to a finished run: `source-overlap add`."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from helpers import switch, tables
from helpers.alignment import AlignSettings
from helpers.analysis import analyse, interpret
from helpers.archive import index as stored
from helpers.archive.grow import Growth, Settings, index_of
from helpers.archive.splice import write
from helpers.archive.texts import Rules
from helpers.archive.told import interpreted
from helpers.archive.views import renew
from helpers.errors import RunError
from helpers.notebooks import assign, corpus_notebooks
from helpers.output import alone
from helpers.record import Inputs, Run, checksum, find_run, read_record, write_record
from helpers.report import write as write_pages
from helpers.size import is_large
from helpers.sources import Problem, Reading, read_corpus
from helpers.steps import EVERY_RUN, program


@dataclass(frozen=True)
class Added:
    """A run with the articles that were added to it, their ids, and whether they were there before."""

    run: Run
    articles: tuple[str, ...]
    known: bool = False


def add(
    place: str | Path,
    folder: str | Path,
    say: Callable[[str], object] = lambda line: None,
    processes: int | None = None,
) -> Added:
    """Compare new articles with those of a finished run; its tables are then those of a run on all of them.

    The archive comes first: where two articles are alike, the later one is the duplicate. A run of fewer than
    `size.LARGE` articles is done again as a whole; of a larger one only what new articles change. The first addition
    to a large run indexes it. A stopped addition leaves the run as it was.

    Args:
        place: what `find_run` takes.
        folder: the new articles: a folder, a table or an archive (see `helpers.sources`).
        say: told one line per step.
        processes: worker processes; by default as the run's parameters have it.

    Raises:
        HelpersError: there is no such run, it is not finished or another version made it; there are no articles in
            the folder, or some have ids that the run knows.
    """
    here = find_run(place)
    raw = Path(folder).expanduser().resolve()
    with alone(here.reports):
        switch.finish(here.processed)
        record = read_record(here.reports)
        _check(here, record)
        values = _values(record["parameters"])
        inputs = Inputs.of(raw)
        reading = _read(raw, values, least=1)
        new = {"raw": str(raw), "inputs": list(inputs.listed)}
        known = record["added"][-1:] == [new]
        if known:
            say("the tables hold these articles already")
        else:
            addition = _Addition(here, record, values, _settings(values, processes), reading, say)
            here = _staged(addition, new)
            inputs.check_unchanged(raw)
            switch.commit(here.processed, here.reports, _stale(here))
        renew(here)
        write_pages(here.processed, here.reports, read_record(here.reports))
    return Added(here, tuple(sorted(article.article_id for article in reading.articles)), known)


@dataclass(frozen=True)
class _Addition:
    """A run, what its record says and its notebooks' parameters; the new articles, and who is told of the work."""

    here: Run
    record: Mapping[str, Any]
    values: Mapping[str, Any]
    settings: Settings
    reading: Reading
    say: Callable[[str], object]


def _staged(new: _Addition, inputs: Mapping[str, Any]) -> Run:
    """Write everything beside what is there; `inputs` are the new files as the record lists them."""
    here, record = new.here, new.record
    known = set(tables.column("articles", "article_id", here.processed))
    _check_ids(new.reading, known, here, Path(inputs["raw"]))
    folder = switch.staging(here.processed)
    made = (_grown if is_large(len(known)) else _again)(new, folder)
    rows = made["problems"].to_pandas().itertuples()
    here = replace(here, problems=tuple(str(Problem(r.file, r.place, r.what, r.done)) for r in rows))
    told = {"program": record["program"], "added": [*record["added"], inputs], "folder": folder / "reports"}
    files = Inputs((*record["inputs"], *inputs["inputs"]), ())
    write_record(here, files, record["parameters"], finished=True, **told)
    return here


def _check(here: Run, record: Mapping[str, Any]) -> None:
    again = _again_first(here, record)
    if not record.get("finished"):
        raise RunError(f"{here.reports} holds no finished run: {again}")
    if record.get("program") != program():
        raise RunError(f"{here.reports} was made by another version of the program or its packages: {again}")


def _again_first(here: Run, record: Mapping[str, Any]) -> str:
    """What to do about a run to which nothing can be added."""
    if record.get("added"):
        return f"run `source-overlap run {here.raw} --fresh` first, and add again what was added"
    return f"run `source-overlap run {here.raw}` first"


def _check_ids(reading: Reading, known: set[str], here: Run, raw: Path) -> None:
    twice = [article for article in reading.articles if article.article_id in known]
    if twice:
        others = f" and {len(twice) - 1} more" if len(twice) > 1 else ""
        first = twice[0]
        raise RunError(
            f"{raw}: {here.corpus} has an article {first.article_id!r} ({first.path}){others} already: add only new "
            "articles, and give those that only share a name another one"
        )


def _values(given: Mapping[str, str]) -> dict[str, Any]:
    """Every parameter of the run's notebooks."""
    known = corpus_notebooks()
    notebooks = chain(known.values(), assign(known, given).values())
    return {name: value for notebook in notebooks for name, value in notebook.items()}


def _settings(values: Mapping[str, Any], processes: int | None) -> Settings:
    least = values["min_chars"]
    return Settings(
        Rules(values["language"], tuple(values["ignore_phrases"]), values["learn_boilerplate"]),
        values["idf"],
        AlignSettings(min_verbatim_words=values["min_verbatim_words"], min_short_chars=least, min_long_chars=least),
        values["min_cosine"],
        processes or values["processes"] or None,
    )


def _read(raw: Path, values: Mapping[str, Any], least: int = 2) -> Reading:
    limits = values["max_megabytes"], values["encoding"] or None, values["max_words"]
    return read_corpus(raw, values["columns"], *limits, least=least)


def _archive(new: _Addition) -> Reading:
    """The articles of a run, read again.

    Raises:
        RunError: they are not what they were.
    """
    record, added = new.record, new.record["added"]
    of_run = record["inputs"][: len(record["inputs"]) - sum(len(one["inputs"]) for one in added)]
    whole = Reading()
    for place in [{"raw": record["raw"], "inputs": of_run}, *added]:
        raw = Path(place["raw"])
        if list(Inputs.of(raw).listed) != place["inputs"]:
            raise RunError(f"{raw} has changed since it was compared: {_again_first(new.here, record)}")
        reading = _read(raw, new.values, 1)
        whole.articles += reading.articles
        whole.problems += reading.problems
    return whole


def _again(new: _Addition, folder: Path) -> dict[str, pa.Table]:
    """All tables anew: of a small archive."""
    archive, reading = _archive(new), new.reading
    new.say(f"a small archive: all {len(archive.articles) + len(reading.articles)} articles are compared again")
    both = Reading(archive.articles + reading.articles, archive.problems + reading.problems)
    made = everything(both, new.settings)
    for name, table in made.items():
        write(table, name, folder)
    return made


def everything(reading: Reading, settings: Settings) -> dict[str, pa.Table]:
    """The tables of a full run."""
    rules = settings.rules
    frames = analyse(
        reading,
        None,
        settings.min_cosine,
        settings.processes,
        idf=settings.idf,
        settings=settings.align,
        language=rules.language,
        ignore=rules.ignore,
        learn_boilerplate=rules.learn_boilerplate,
    )
    made = {name: tables.conform(frame, name) for name, frame in frames.items()}
    told = interpret({name: table.to_pandas() for name, table in made.items()})
    return made | {name: tables.conform(frame, name) for name, frame in told.items()}


def _grown(new: _Addition, folder: Path) -> dict[str, pa.Table]:
    """What new articles change in a large archive."""
    here, settings = new.here, new.settings
    before: Path | None = here.processed / stored.FOLDER
    index = stored.load(here.processed / stored.FOLDER, _sums(here.processed))
    if index is None:
        new.say("indexing the archive: this is done once")
        before = None
        known = {name: here.table(name) for name in ("articles", "sentences", "passages")}
        index = index_of(_archive(new), known, settings, settings.processes or os.cpu_count() or 1)
    growth = Growth(here.processed, index, new.reading, settings, lambda stage: new.say(f"{stage}: done"))
    made = growth.made()
    made |= interpreted(growth, made)
    for name, table in made.items():
        write(table, name, folder)
    stored.save(growth.new_index(), folder / stored.FOLDER, _sums(folder), before)
    return made


def _sums(folder: Path) -> dict[str, str]:
    """What an index is valid for: the checksum of every table."""
    return {name: checksum(folder / f"{name}.parquet") for name in tables.TABLES}


def _stale(here: Run) -> list[Path]:
    """What the tables no longer say: executed notebooks, figures, what was drawn and listed, the pages."""
    patterns = ["steps.json", "*.csv", "figures/*", "notebooks/[0-9][0-9]_*.ipynb", *EVERY_RUN]
    return sorted(path for pattern in patterns for path in here.reports.glob(pattern))
