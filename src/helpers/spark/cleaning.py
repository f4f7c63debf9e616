"""Clean and split every article on the workers, find copies, and write the tables of notebook 01."""

from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from helpers import tables
from helpers.corpus import Job, is_unlikely, problems_table, split_article, told_problems
from helpers.duplicates import Fingerprint, earlier_copies
from helpers.languages import MEASURED
from helpers.layout import PROSE
from helpers.parts import Split
from helpers.recurring import Lines
from helpers.sources import Problem
from helpers.spark.reading import Known, learn, read
from helpers.spark.store import Batches, Store, buffer, components, gathered, mapped, numbered

_LOG = {"rule": "string", "raw_start": "long", "raw_end": "long", "before": "string", "after": "string"}
_SENTENCES = {"sentence": "long", "start": "long", "end": "long", "kind": "string", "quoted_words": "long"}
_ARTICLE = "article_id string, path string, outlet string, title string, published timestamp_ntz, author string, "
_ARTICLE += "url string, language string, text string, n_words long"
_FINGERPRINT = "digest binary, shingles binary, bands array<long>"
_COLUMNS = {f"log_{name}": kind for name, kind in _LOG.items()} | {f"own_{n}": kind for n, kind in _SENTENCES.items()}
_SPLIT = f"position long, {_ARTICLE}, unlikely boolean, {_FINGERPRINT}"
_SPLIT += "".join(f", {name} array<{kind}>" for name, kind in _COLUMNS.items())


def clean(store: Store, path: str, given: dict[str, Any]) -> int:
    """The tables `articles`, `sentences`, `cleaning_log` and `problems`; returns the number of articles."""
    raw, problems = read(store, path, given)
    known = learn(store, raw, given)
    store.forget("documents")
    split = store.keep(mapped(raw, _split, _SPLIT, known=known), "split")
    n = split.count()
    store.write(split.join(_copies(store, split), "position", "left"), "articles", n)
    for name, prefix, columns in (("cleaning_log", "log", _LOG), ("sentences", "own", _SENTENCES)):
        store.write(_exploded(split, prefix, list(columns)), name, n)
    tables.write(problems_table(problems + _problems(split)), "problems", store.processed)
    return n


def _split(batches: Batches, known: Known) -> Batches:
    """The part of each article in the tables."""
    for batch in batches:
        first = known.begun(batch["text"], batch["outlet"])
        rows = []
        for row, own in zip(batch.itertuples(), first, strict=True):
            cleaned = known.settled(row.text, own).cleaned
            recurring = _boilerplate(own.lines, known.boilerplate.get(row.outlet))
            language = own.language or known.rest
            done = split_article(Job(cleaned, language, recurring, row.text if recurring else ""))
            rows.append(_row(row, done, language))
        yield pd.DataFrame(rows).astype({"published": "datetime64[us]"})


def _boilerplate(lines: Lines | None, learnt: np.ndarray | None) -> list[tuple[int, int]]:
    """Where the boilerplate of its outlet stands in an article."""
    if lines is None or learnt is None:
        return []
    junk = np.isin(lines.numbers, learnt)
    return sorted(zip(lines.starts[junk].tolist(), lines.ends[junk].tolist(), strict=True))


def _row(row: Any, own: Split, language: str) -> dict[str, Any]:
    article = {name: getattr(row, name) for name in ("article_id", "path", "outlet", "author", "url")}
    article |= {"title": row.title or own.title, "language": language, "text": own.text, "n_words": own.n_words}
    article["published"] = own.published if pd.isna(row.published) else row.published
    own_print = own.fingerprint
    fingerprint = {
        "digest": own_print.digest,
        "shingles": buffer(own_print.shingles),
        "bands": np.array(own_print.bands, np.uint64).view(np.int64),
    }
    values = [*(own.log or [()] * len(_LOG)), *(own.sentences or [()] * len(_SENTENCES))]
    columns = dict(zip(_COLUMNS, map(list, values), strict=True))
    unlikely = is_unlikely(own.text, language)
    return {"position": row.position, **article, "unlikely": unlikely, **fingerprint, **columns}


def _copies(store: Store, split: DataFrame) -> DataFrame:
    """The earlier article that an article repeats (see `duplicates`): columns position and duplicate_of.

    Articles that share a band of their shingles, directly or through others, are compared by one worker, in the order
    of the corpus: what is found is what one machine finds.
    """
    prints = split.where("size(bands) > 0").select("position", "article_id", "digest", "shingles", "bands")
    firsts = prints.groupBy("digest").agg(F.min("position").alias("first"))
    prints = prints.join(firsts, "digest")
    alone = prints.where("position = first")
    band = alone.select("position", F.posexplode("bands").alias("band", "number"))
    meeting = band.groupBy("band", "number").agg(F.min("position").alias("a"), F.collect_list("position").alias("all"))
    edges = meeting.where("size(all) > 1").select("a", F.explode("all").alias("b")).where("a < b")
    found = components(edges)
    near = alone.drop("first").join(store.small(found, "position long, component long"), "position")
    near = near.repartition(store.parts(len(found)), "component")
    repeating = store.keep(mapped(near, _nearest, "first long, duplicate_of string"), "copies")
    names = alone.select("first", F.col("article_id").alias("first_id"))
    same = prints.select("position", "first").join(repeating, "first", "left").join(names, "first")
    repeated = F.when(F.col("position") != F.col("first"), F.col("first_id"))
    copies = same.select("position", F.coalesce("duplicate_of", repeated).alias("duplicate_of"))
    return copies.where("duplicate_of is not null")


def _nearest(batches: Batches) -> Batches:
    """The copies among articles of whole components."""
    rows = gathered(batches)
    if not len(rows):
        return
    rows = rows.sort_values("position")
    prints = {
        row.article_id: Fingerprint(
            bytes(row.digest),
            np.frombuffer(row.shingles, np.uint64),
            tuple(np.asarray(row.bands, np.int64).view(np.uint64).tolist()),
        )
        for row in rows.itertuples()
    }
    place = dict(zip(rows["article_id"], rows["position"], strict=True))
    copies = earlier_copies(prints)
    yield pd.DataFrame({"first": [place[name] for name in copies], "duplicate_of": list(copies.values())}).astype(
        {"first": "int64", "duplicate_of": "str"}
    )


def _exploded(split: DataFrame, prefix: str, columns: list[str]) -> DataFrame:
    """The rows of a table that articles hold as one array for each column."""
    rows = F.explode(F.arrays_zip(*(f"{prefix}_{name}" for name in columns))).alias("row")
    return split.select("article_id", rows).select(
        "article_id", *(F.col(f"row.{prefix}_{name}").alias(name) for name in columns)
    )


def _problems(split: DataFrame) -> list[Problem]:
    """What is wrong with articles (see `corpus.article_problems`)."""
    wrong = split.where("n_words = 0 or unlikely").orderBy("position")
    found = wrong.select("path", "language", "n_words", "unlikely").collect()
    others = split.where(~F.col("language").isin(*MEASURED)).groupBy("language")
    first = others.agg(F.min_by("path", "position").alias("path"), F.count("*").alias("n")).orderBy("language")
    return told_problems(
        [row.path for row in found if not row.n_words],
        [(row.path, row.language) for row in found if row.unlikely],
        [(row.language, row.path, row.n) for row in first.collect()],
    )


def documents(store: Store) -> DataFrame:
    """The articles with their sentences as arrays, numbered in the order of their ids: what later steps start from."""
    if store.holds("documents"):
        return store.kept("documents")
    articles = store.table("articles").select("article_id", "language", "text")
    names = numbered(store, articles.select("article_id"), "article_id", "numbers")
    columns = ("sentence", "start", "end", "kind")
    rows = store.table("sentences").groupBy("article_id")
    own = rows.agg(F.sort_array(F.collect_list(F.struct(*columns))).alias("own"))
    joined = articles.join(names, "article_id").join(own, "article_id", "left")
    arrays = [F.coalesce(f"own.{name}", F.array().cast(f"array<{_SENTENCES[name]}>")) for name in columns]
    named = [array.alias(f"own_{name}") for name, array in zip(columns, arrays, strict=True)]
    found = joined.select("article", "article_id", "language", "text", *named)
    return store.keep(found.repartition(store.parts(articles.count())), "documents")


def prose(rows: pd.DataFrame) -> pd.Series:
    """The prose of documents, by article_id in the order of the rows (see `prose.prose_texts`)."""
    texts = []
    for row in rows.itertuples():
        spans = zip(row.own_start, row.own_end, row.own_kind, strict=True)
        texts.append(" ".join(row.text[start:end] for start, end, kind in spans if kind in PROSE))
    return pd.Series(texts, index=rows["article_id"].to_numpy(dtype=object), dtype="str")


def sentences(rows: pd.DataFrame) -> pd.DataFrame:
    """The table `sentences` of documents, which hold it as arrays."""
    columns = {name: np.concatenate([[], *rows[f"own_{name}"]]) for name in ("sentence", "start", "end")}
    counts = rows["own_start"].map(len).to_numpy()
    table = pd.DataFrame(columns, dtype=np.int64)
    kinds = [kind for own in rows["own_kind"] for kind in own]
    return table.assign(article_id=np.repeat(rows["article_id"].to_numpy(dtype=object), counts), kind=kinds)
