"""Read a corpus file by file on the workers, and learn from all articles what cleaning needs to know."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from helpers.cleaning import clean
from helpers.corpus import CHUNK, First, begun_articles, check_language
from helpers.duplicates import shingles
from helpers.errors import CorpusError
from helpers.languages import commonest
from helpers.recurring import LEAST_ARTICLES, least_stories, sampled, stories
from helpers.segmentation import word_keys
from helpers.sources import Problem, RawArticle, Reading
from helpers.sources.files import Member, checked, manifests_of, members, named, read_alone, short_enough
from helpers.spark.store import Batches, Store, mapped

_FACTS = ("article_id", "path", "outlet", "text", "title", "published", "url", "author")
_RAW = "position long, stage long, article_id string, path string, outlet string, text string, title string, "
_RAW += "published timestamp_ntz, url string, author string, problem array<string>"
_FIRST = "position long, outlet string, language string, lines array<long>, sentences array<boolean>"
_FILE_BITS = 32  # of a position: the file above, the row below


@dataclass(frozen=True)
class Known:
    """What cleaning an article needs to know of the others.

    Attributes:
        language: as the parameter says, or "auto".
        rest: the language of articles that do not tell theirs.
        ignore: phrases to drop.
        teaching: the outlets that boilerplate is learnt from.
        boilerplate: numbers of the lines that are boilerplate, by outlet.
    """

    language: str
    rest: str
    ignore: tuple[str, ...]
    teaching: frozenset[str]
    boilerplate: dict[str, np.ndarray]

    def begun(self, texts: Sequence[str], outlets: Sequence[str | None]) -> list[First]:
        """What is known of each article alone; told a language if it does not tell one itself."""
        first: list[First] = []
        jobs = [(text, outlet in self.teaching) for text, outlet in zip(texts, outlets, strict=True)]
        for i in range(0, len(jobs), CHUNK):
            first += begun_articles(jobs[i : i + CHUNK], self.language, self.ignore)
        return first

    def settled(self, text: str, own: First) -> First:
        """An article that has a language."""
        return own if own.language else own._replace(language=self.rest, cleaned=clean(text, self.ignore, self.rest))


def read(store: Store, path: str, given: dict[str, Any]) -> tuple[DataFrame, list[Problem]]:
    """The articles as they were read, and the problems, in the order of the corpus.

    Raises:
        CorpusError: there are fewer than two articles, or ids that no renaming makes unique.
    """
    notes = Reading(encoding=given["encoding"] or None)
    columns = checked(given["columns"], given["encoding"])
    found = members(path, notes)
    early = len(notes.problems)
    manifests = manifests_of(found, notes)
    jobs = [(i, m.name, os.fsencode(m.file)) for i, m in enumerate(found) if m.file and m not in manifests]
    files = store.small(pd.DataFrame(jobs, columns=["number", "name", "file"]), "number long, name string, file binary")
    files = files.repartitionByRange(min(max(1, len(jobs)), store.parts(0) * 64), "number")
    raw = store.keep(mapped(files, _rows_of, _RAW, manifests=manifests, columns=columns, given=given), "raw")
    told = raw.where("problem is not null").orderBy("stage", "position").select("stage", "problem").collect()
    by_stage = {stage: [Problem(*row.problem) for row in told if row.stage == stage] for stage in (0, 1)}
    problems = [*notes.problems[:early], *by_stage[0], *notes.problems[early:], *by_stage[1]]
    articles = _uniquely_named(store, raw.where("problem is null").drop("problem", "stage"), problems)
    return articles, problems


def _rows_of(batches: Batches, manifests: list[Member], columns: dict[str, str], given: dict[str, Any]) -> Batches:
    """The articles of each file, and its problems; texts that are too long are a later stage's."""
    for batch in batches:
        for number, name, file in zip(batch["number"], batch["name"], batch["file"], strict=True):
            own = Member.of(Path(os.fsdecode(file)), name)
            reading = read_alone(own, manifests, columns, given["max_megabytes"], given["encoding"] or None)
            early = len(reading.problems)
            kept = short_enough(reading, given["max_words"])
            yield _frame([(i, None, [getattr(a, fact) for fact in _FACTS]) for i, a in enumerate(kept)], number)
            told = [[p.file, p.place, p.what, p.done] for p in reading.problems]
            yield _frame([(i, problem, [None] * len(_FACTS)) for i, problem in enumerate(told)], number, early)


def _frame(rows: list[tuple[int, list[str] | None, list[Any]]], number: int, early: int = 0) -> pd.DataFrame:
    values = [((number << _FILE_BITS) + i, int(i >= early), *facts, problem) for i, problem, facts in rows]
    frame = pd.DataFrame(values, columns=["position", "stage", *_FACTS, "problem"])
    return frame.astype({"published": "datetime64[us]"})


def _uniquely_named(store: Store, raw: DataFrame, problems: list[Problem]) -> DataFrame:
    """The articles, those whose ids repeat renamed as `read_corpus` does."""
    again = raw.groupBy("article_id").count().where("count > 1").select("article_id")
    rows = raw.join(again, "article_id").select("article_id", "path", "position").orderBy("position").collect()
    if rows:
        renamed = named([RawArticle(row.article_id, row.path, None, "", "") for row in rows], problems)
        given = [(row.position, article.article_id) for row, article in zip(rows, renamed, strict=True)]
        names = store.small(pd.DataFrame(given, columns=["position", "given"]), "position long, given string")
        raw = raw.join(F.broadcast(names), "position", "left")
        raw = raw.withColumn("article_id", F.coalesce("given", "article_id")).drop("given")
    n, different = raw.agg(F.count("article_id"), F.countDistinct("article_id")).collect()[0]
    if n < 2:
        why = "".join(f" ({problem})" for problem in problems[:5])
        raise CorpusError(f"the corpus holds {n or 'no'} article: put at least two texts there to compare{why}")
    if different < n:
        raise CorpusError("ids of articles are also names of files: name the column of ids, -p 'columns={id: ...}'")
    return raw


def learn(store: Store, raw: DataFrame, given: dict[str, Any]) -> Known:
    """The languages and the boilerplate of the corpus.

    Raises:
        SettingsError: the language is no code.
    """
    check_language(given["language"])
    ignore = tuple(given["ignore_phrases"])
    sizes = raw.where("outlet is not null").groupBy("outlet").count().where(F.col("count") >= LEAST_ARTICLES)
    outlets = frozenset(row.outlet for row in sizes.collect()) if given["learn_boilerplate"] else frozenset()
    known = Known(given["language"], "", ignore, outlets, {})
    first = store.keep(mapped(raw, _first, _FIRST, known=known), "first")
    told = first.where("language is not null").groupBy("language").count().collect()
    known = replace(known, rest=commonest({row.language: row["count"] for row in told}))
    return replace(known, boilerplate=_boilerplate(store, raw, first, known)) if outlets else known


def _first(batches: Batches, known: Known) -> Batches:
    for batch in batches:
        found = known.begun(batch["text"], batch["outlet"])
        rows = [(own.language, *_different(own)) for own in found]
        yield batch[["position", "outlet"]].assign(
            language=[row[0] for row in rows], lines=[row[1] for row in rows], sentences=[row[2] for row in rows]
        )


def _different(own: First) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The numbers of an article's different lines, and whether each is a sentence."""
    if own.lines is None:
        return None, None
    numbers, codes = np.unique(own.lines.numbers, return_inverse=True)
    sentences = np.zeros(len(numbers), dtype=bool)
    np.logical_or.at(sentences, codes, own.lines.sentences)
    return numbers.view(np.int64), sentences


def _boilerplate(store: Store, raw: DataFrame, first: DataFrame, known: Known) -> dict[str, np.ndarray]:
    """The lines that stand in enough stories of an outlet (see `recurring`)."""
    first = first.where("lines is not null")
    sizes: Any = first.groupBy("outlet").count().toPandas()
    told = _stories(store, raw, first.select("position", F.col("outlet").alias("holder")), sizes, known)
    few = {outlet: least_stories(n, False) for outlet, n in told.items()}
    lines = first.select("position", "outlet", F.explode(F.arrays_zip("lines", "sentences")).alias("line"))
    lines = lines.select("position", "outlet", F.col("line.lines").alias("line"), F.col("line.sentences").alias("own"))
    least = F.broadcast(store.small(pd.DataFrame(few.items(), columns=["outlet", "few"]), "outlet string, few double"))
    counted = lines.groupBy("outlet", "line").agg(F.count("*").alias("count"), F.max("own").alias("sentence"))
    often: Any = counted.join(least, "outlet").where("count >= few").toPandas()
    often["holder"] = often["line"].astype(str) + " " + often["outlet"]
    wanted = F.broadcast(store.small(often[["outlet", "line", "holder"]], "outlet string, line long, holder string"))
    holders = lines.join(wanted, ["outlet", "line"]).select("position", "holder")
    found = _stories(store, raw, holders, often[["holder", "count"]], known)
    learnt: dict[str, list[int]] = {}
    for row in often.itertuples():
        if found[str(row.holder)] >= least_stories(told[str(row.outlet)], bool(row.sentence)):
            learnt.setdefault(str(row.outlet), []).append(int(row.line))
    return {outlet: np.sort(np.array(own, np.int64).view(np.uint64)) for outlet, own in learnt.items()}


def _stories(store: Store, raw: DataFrame, holders: DataFrame, sizes: pd.DataFrame, known: Known) -> dict[str, float]:
    """How many stories the articles of each holder (an outlet, a line of it) tell.

    Args:
        store: of the run.
        raw: the articles.
        holders: columns position and holder.
        sizes: the holder, and how many articles it has.
        known: what cleaning needs to know.
    """
    sizes = sizes.set_axis(["holder", "n"], axis=1)
    places = [(holder, n, place) for holder, n in sizes.itertuples(index=False) for place in sampled(n)]
    chosen = store.small(pd.DataFrame(places, columns=["holder", "n", "place"]), "holder string, n long, place long")
    order = F.row_number().over(Window.partitionBy("holder").orderBy("position")) - 1
    sample = holders.withColumn("place", order).join(F.broadcast(chosen), ["holder", "place"])
    texts = raw.join(sample.select("position").distinct(), "position").select("position", "outlet", "text")
    shingled = mapped(texts, _shingled, "position long, shingles binary", known=known)
    rows = sample.join(shingled, "position").groupBy("holder").applyInPandas(_told, "holder string, stories double")
    return {row.holder: row.stories for row in rows.collect()}


def _shingled(batches: Batches, known: Known) -> Batches:
    for batch in batches:
        first = known.begun(batch["text"], [None] * len(batch))
        final = [known.settled(text, own).cleaned.text for text, own in zip(batch["text"], first, strict=True)]
        yield batch[["position"]].assign(shingles=[shingles(word_keys(text)).tobytes() for text in final])


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.sort_values("place")
    sample = [np.frombuffer(own, np.uint64) for own in rows["shingles"]]
    return pd.DataFrame({"holder": rows["holder"].iloc[:1], "stories": [stories(int(rows["n"].iloc[0]), sample)]})
