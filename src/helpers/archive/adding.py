"""Add articles to a finished run: `source-overlap add`."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from helpers import switch, tables
from helpers.alignment import AlignSettings
from helpers.analysis import analyse, interpret
from helpers.archive import index as stored
from helpers.archive.grow import Growth, Settings, index_of
from helpers.archive.known import Known, checksums
from helpers.archive.splice import write
from helpers.archive.texts import Rules
from helpers.archive.told import interpreted
from helpers.archive.views import renew
from helpers.output import alone
from helpers.prose import ProseWords
from helpers.record import Inputs, Run, find_run, read_record, write_record
from helpers.report import Results
from helpers.report import write as write_pages
from helpers.size import is_large
from helpers.sources import Problem, Reading
from helpers.steps import EVERY_RUN

ENDING = ("writing", "figures and lists", "pages")
SMALL = ("reading", "all articles again", *ENDING)
LARGE = ("reading", "index", "cleaning", "candidates", "similarity", "alignment", "shares", "lineage, changes", *ENDING)
"""Stages of an addition to a small and to a large run."""
MOST_MOVED, LEAST_MOVED = 3, 0.0005
"""Outlets whose shares changed most: that many are named, if they changed by so much."""


Words = Mapping[str, ProseWords]


@dataclass(frozen=True)
class Added:
    """A run with the articles that were added to it, and what they changed.

    Attributes:
        run: the run.
        articles: ids of what was added; of a folder that the run knows already, of all its articles.
        known: whether all were there before.
        sharing: how many of those added share a passage with articles of before.
        moved: outlets whose copied share has changed most: name, share before, share now.
    """

    run: Run
    articles: tuple[str, ...]
    known: bool = False
    sharing: int = 0
    moved: tuple[tuple[str, float, float], ...] = ()


class Timed:
    """Tells how long each stage took."""

    def __init__(self, say: Callable[[str], object], stages: Sequence[str]) -> None:
        """The clock runs from now on."""
        self.say, self._stages, self._began = say, stages, time.monotonic()

    def __call__(self, stage: str, reused: bool = False) -> None:
        """A stage is done."""
        now = time.monotonic()
        took = " reused" if reused else f"{now - self._began:5.1f} s"
        self.say(f"[{self._stages.index(stage) + 1}/{len(self._stages)}] {stage:<18} {took}")
        self._began = now


def add(
    place: str | Path,
    folder: str | Path,
    say: Callable[[str], object] = lambda line: None,
    processes: int | None = None,
) -> Added:
    """Compare new articles with those of a finished run; its tables are then those of a run on all of them.

    The archive comes first: where two articles are alike, the later one is the duplicate. Articles that the run has
    are skipped. A run of fewer than `size.LARGE` articles is done again as a whole; of a larger one only what new
    articles change. The first addition to a large run indexes it. A stopped addition leaves the run as it was.

    Args:
        place: what `find_run` takes.
        folder: the new articles: a folder, a table or an archive (see `helpers.sources`).
        say: told one line per step.
        processes: worker processes; by default as the run's parameters have it.

    Raises:
        HelpersError: there is no such run, it is not finished or another version made it; there are no articles in
            the folder, or one has the id of an article of the run, and another text.
    """
    here, raw = find_run(place), Path(folder).expanduser().resolve()
    with alone(here.reports):
        switch.finish(here.processed)
        known = Known(here, read_record(here.reports))
        known.check()
        timed = Timed(say, LARGE if is_large(len(known.ids)) else SMALL)
        inputs, every = Inputs.of(raw), known.read(raw, 1)
        reading, skipped = known.only_new(every, raw)
        timed("reading")
        if skipped:
            say(f"{skipped} of {len(every.articles)} articles are skipped: the run has them, with the same text")
        added, words = Added(here, _ids(every), known=True), None
        if reading.articles:
            addition = _Addition(known, reading, _settings(known.values, processes), timed)
            told = {"raw": str(raw), "inputs": list(inputs.listed), "articles": _ids(reading)}
            added, words = _staged(addition, told)
            timed("writing")
            inputs.check_unchanged(raw)
            switch.commit(here.processed, here.reports, _stale(here))
        if reading.articles or not (here.reports / "index.html").exists():  # pages are taken away first, written last
            results = Results(here.processed, here.reports, read_record(here.reports), words)
            renew(results)
            timed("figures and lists")
            write_pages(results)
            timed("pages")
    return added


@dataclass(frozen=True)
class _Addition:
    """A run, the new articles, the settings, and who is told of the work."""

    known: Known
    reading: Reading
    settings: Settings
    timed: Timed


def _staged(new: _Addition, inputs: Mapping[str, Any]) -> tuple[Added, Words | None]:
    """Write everything beside what is there; `inputs` are the new files as the record lists them."""
    here, record = new.known.run, new.known.record
    folder = switch.staging(here.processed)
    made, words = (_grown if is_large(len(new.known.ids)) else _again)(new, folder)
    before = set(here.table("problems")[["file", "place", "what"]].itertuples(index=False, name=None))
    rows = [row for row in made["problems"].to_pandas().itertuples() if (row.file, row.place, row.what) not in before]
    here = replace(here, problems=tuple(str(Problem(r.file, r.place, r.what, r.done)) for r in rows))
    told = {"program": record["program"], "added": [*record["added"], inputs], "folder": folder / "reports"}
    files = Inputs((*record["inputs"], *inputs["inputs"]), ())
    write_record(here, files, record["parameters"], finished=True, **told)
    return _account(new, here, made), words


def _account(new: _Addition, here: Run, made: Mapping[str, pa.Table]) -> Added:
    """What an addition changed."""
    names = _ids(new.reading)
    shares = made["overlap"].select(["article_id", "source_id", "reused_words"]).to_pandas()
    old = ~shares["source_id"].isin(names) & (shares["reused_words"] > 0)
    sharing = shares.loc[old & shares["article_id"].isin(names), "article_id"].nunique()
    outlets = set(made["articles"]["outlet"].to_pylist())
    columns = ["outlet", "copied_share"]
    habits = (here.table("outlet_habits")[columns], made["outlet_habits"].select(columns).to_pandas())
    both = habits[0][habits[0]["outlet"].isin(outlets)].merge(habits[1], on="outlet", suffixes=("", "_now"))
    order = (both["copied_share_now"] - both["copied_share"]).abs().sort_values(ascending=False, kind="stable")
    moved = both.loc[order[order >= LEAST_MOVED].index[:MOST_MOVED]].itertuples(index=False, name=None)
    return Added(here, names, sharing=sharing, moved=tuple(moved))


def _ids(reading: Reading) -> tuple[str, ...]:
    return tuple(sorted(article.article_id for article in reading.articles))


def _settings(values: Mapping[str, Any], processes: int | None) -> Settings:
    least = values["min_chars"]
    return Settings(
        Rules(values["language"], tuple(values["ignore_phrases"]), values["learn_boilerplate"]),
        values["idf"],
        AlignSettings(min_verbatim_words=values["min_verbatim_words"], min_short_chars=least, min_long_chars=least),
        values["min_cosine"],
        processes or values["processes"] or None,
    )


def _again(new: _Addition, folder: Path) -> tuple[dict[str, pa.Table], None]:
    """All tables anew: of a small archive; nothing is told of its words."""
    archive, reading = new.known.archive, new.reading
    both = Reading(archive.articles + reading.articles, archive.problems + reading.problems)
    made = everything(both, new.settings)
    new.timed("all articles again")
    for name, table in made.items():
        write(table, name, folder)
    return made, None


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


def _grown(new: _Addition, folder: Path) -> tuple[dict[str, pa.Table], Words]:
    """What new articles change in a large archive, and the words of all articles."""
    known, settings, processed = new.known, new.settings, new.known.run.processed
    before, index = processed / stored.FOLDER if known.index else None, known.index
    if index is None:
        read = {name: known.run.table(name) for name in ("articles", "sentences", "passages")}
        index = index_of(known.archive, read, settings, settings.processes or os.cpu_count() or 1)
    new.timed("index", reused=before is not None)
    growth = Growth(processed, index, new.reading, settings, new.timed)
    made = growth.made()
    made |= interpreted(growth, made)
    new.timed("lineage, changes")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: write(made[name], name, folder), made))
    stored.save(growth.new_index(), folder / stored.FOLDER, checksums(folder), before)
    return made, growth.words


def _stale(here: Run) -> list[Path]:
    """What the tables no longer say: executed notebooks, figures, what was drawn and listed, the pages."""
    patterns = ["steps.json", "*.csv", "figures/*", "notebooks/[0-9][0-9]_*.ipynb", *EVERY_RUN]
    return sorted(path for pattern in patterns for path in here.reports.glob(pattern))
