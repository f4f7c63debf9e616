"""A finished run as an addition sees it: its record, its articles, its index, the command that makes it anew."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from helpers import tables
from helpers.archive import index as stored
from helpers.archive.index import Index
from helpers.errors import RunError
from helpers.notebooks import assign, corpus_notebooks
from helpers.record import Inputs, Run, checksum, locate
from helpers.size import is_large
from helpers.sources import RawArticle, Reading, read_corpus
from helpers.steps import program


@dataclass(frozen=True)
class Known:
    """A run and what its record says."""

    run: Run
    record: Mapping[str, Any]

    @cached_property
    def values(self) -> dict[str, Any]:
        """Every parameter of the run's notebooks."""
        notebooks = corpus_notebooks()
        given = assign(notebooks, self.record["parameters"]).values()
        return {name: value for notebook in chain(notebooks.values(), given) for name, value in notebook.items()}

    @cached_property
    def ids(self) -> set[str]:
        """The articles."""
        return set(tables.column("articles", "article_id", self.run.processed))

    @cached_property
    def sums(self) -> dict[str, str]:
        """What an index is valid for (see `checksums`)."""
        return checksums(self.run.processed)

    @cached_property
    def index(self) -> Index | None:
        """The index, if there is one for these tables."""
        return stored.load(self.run.processed / stored.FOLDER, self.sums) if is_large(len(self.ids)) else None

    @cached_property
    def places(self) -> list[Mapping[str, Any]]:
        """Where the articles were read, in this order, and the files of each place."""
        added = self.record["added"]
        n = len(self.record["inputs"]) - sum(len(one["inputs"]) for one in added)
        return [{"raw": self.record["raw"], "inputs": self.record["inputs"][:n]}, *added]

    @cached_property
    def archive(self) -> Reading:
        """The articles, read again.

        Raises:
            RunError: they are not what they were.
        """
        whole, seen = Reading(), set[str]()
        for place in self.places:
            raw = Path(place["raw"])
            files = Inputs.of(raw).listed
            if any(one not in files for one in place["inputs"]):
                raise self._changed(raw)
            reading, later = self.read(raw, 1), {one["path"] for one in files} - _names(place)
            own = [a for a in reading.articles if a.article_id not in seen and not _lies_in(a.path, later)]
            seen |= {article.article_id for article in own}
            whole.articles += own
            whole.problems += [problem for problem in reading.problems if not _lies_in(problem.file, later)]
        if seen != self.ids:
            raise self._changed(Path(self.record["raw"]))
        return whole

    def _changed(self, raw: Path) -> RunError:
        return RunError(f"{raw} has changed since it was compared: {self.advice()}")

    def read(self, raw: Path, least: int) -> Reading:
        """Read articles as the run did."""
        values = self.values
        limits = values["max_megabytes"], values["encoding"] or None, values["max_words"]
        return read_corpus(raw, values["columns"], *limits, least=least)

    def check(self) -> None:
        """Whether articles can be added.

        Raises:
            RunError: the run is not finished, or another version made it.
        """
        if not self.record.get("finished"):
            raise RunError(f"{self.run.reports} holds no finished run: {self.advice()}")
        if self.record.get("program") != program():
            raise RunError(
                f"{self.run.reports} was made by another version of the program or its packages: {self.advice()}"
            )

    def advice(self) -> str:
        """What to do about a run to which nothing can be added: the commands to type."""
        here = self.run
        elsewhere = locate(here.raw).reports != here.reports
        out = ["--out", str(here.reports.parent)] if elsewhere else []
        given = [word for name, value in self.record["parameters"].items() for word in ("-p", f"{name}={value}")]
        added = [place["raw"] for place in self.record.get("added", [])]
        run = ["source-overlap", "run", str(here.raw), *out, *given, *["--fresh"][: len(added)]]
        name = str(here.reports.parent if elsewhere else here.reports)
        again = [["source-overlap", "add", name, raw] for raw in added]
        return "run `" + " && ".join(map(shlex.join, [run, *again])) + "` first"

    def only_new(self, reading: Reading, raw: Path) -> tuple[Reading, int]:
        """The articles that the run has not, and how many others there are: it has these, with the same text.

        Raises:
            RunError: it has one with another text.
        """
        again = [article for article in reading.articles if article.article_id in self.ids]
        before = self._articles({article.article_id for article in again})
        for article in again:
            old = before[article.article_id]
            if old.text != article.text:
                there = next((p["raw"] for p in self.places if _lies_in(old.path, _names(p))), self.run.corpus)
                raise RunError(
                    f"{raw}: {article.path} has the id {article.article_id!r} of {old.path} in {there}, and another "
                    "text: give it another name (or another id in its table or manifest), or leave it out"
                )
        new = [article for article in reading.articles if article.article_id not in before]
        return replace(reading, articles=new), len(again)

    def _articles(self, ids: set[str]) -> dict[str, RawArticle]:
        """Some articles as they were read."""
        if not ids or self.index is None:
            return {one.article_id: one for one in (self.archive.articles if ids else []) if one.article_id in ids}
        texts = self.index.texts
        places = [place for place, name in enumerate(texts.meta["article_id"]) if name in ids]
        found = [texts.article(place, text) for place, text in zip(places, texts.raw(places), strict=True)]
        return {article.article_id: article for article in found}


def checksums(folder: Path) -> dict[str, str]:
    """The checksum of every table."""
    return {name: checksum(folder / f"{name}.parquet") for name in tables.TABLES}


def _names(place: Mapping[str, Any]) -> set[str]:
    """The files of a place."""
    return {one["path"] for one in place["inputs"]}


def _lies_in(path: str, files: set[str]) -> bool:
    """Whether an article's path names one of some files, a row of one, or what an archive among them holds.

    >>> [_lies_in(path, {"a.csv", "b.zip"}) for path in ("a.csv#3", "b.zip/c.txt", "c.txt")]
    [True, True, False]
    """
    whole = [PurePosixPath(path), PurePosixPath(path.rsplit("#", 1)[0])]
    return not files.isdisjoint(str(part) for one in whole for part in (one, *one.parents))
