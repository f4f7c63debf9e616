"""Alignment and shares on the workers: the tables of notebooks 03 to 05."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from helpers import tables
from helpers.alignment import AlignSettings
from helpers.candidates import formulaic_words
from helpers.overlap import copying_table, overlap_table, shares_of_outlets, words_from_outlets
from helpers.passages import COLUMNS, no_rows, passages_table
from helpers.prose import ProseWords, corpus_words
from helpers.spark.candidates import NUMBERS, TEXT, blocks, texts
from helpers.spark.cleaning import documents, prose, sentences
from helpers.spark.store import Store, met, schema_of

_EACH = 200
"""Articles whose shares are counted together."""


def align(store: Store, settings: AlignSettings) -> None:
    """The table `passages`: blocks of pairs, each with the texts it needs, aligned where they meet."""
    found = met(blocks(store), texts(store), _aligned, schema_of("passages"), settings=settings)
    found = store.keep(found, "passages")
    store.write(found, "passages", found.count(), NUMBERS)


def _words(rows: pd.DataFrame) -> Mapping[str, ProseWords]:
    return corpus_words(rows, sentences(rows))


def _aligned(pairs: pd.DataFrame, rows: pd.DataFrame, settings: AlignSettings) -> pd.DataFrame:
    named = [*zip(pairs["article_id"], pairs["other_id"], strict=True)]
    text, languages = (dict(zip(rows["article_id"], rows[name], strict=True)) for name in ("text", "language"))
    return passages_table(text, _words(rows), named, settings, 1, languages)


def overlap(store: Store) -> None:
    """The tables `overlap` and `source_overlap`."""
    prints = _prints(store)
    rows = _rows(store, prints)
    texts = _texts(store, store.kept("rows"))
    formulae = tables.read("formulae", store.processed)
    found = store.keep(met(rows, texts, _overlap, schema_of("overlap"), formulae=formulae), "overlap")
    store.write(found, "overlap", found.count(), NUMBERS)
    kinds = "article_id string, source_outlet string, words long"
    _write_outlets(store, prints, store.keep(met(rows, texts, _outlets, kinds), "outlets"))


def copying(store: Store) -> None:
    """The table `copying`."""
    prints = _prints(store)
    rows = _rows(store, prints)
    near = _nearest(store, prints).withColumn("block", _block(store))
    near = store.keep(near, "nearest").select("source_id", "block")
    texts = _texts(store, store.kept("rows").select("source_id", "block").union(near))
    known = texts.join(store.kept("nearest").drop("block"), "article_id", "left")
    formulae = tables.read("formulae", store.processed)
    found = store.keep(met(rows, known, _copying, schema_of("copying"), formulae=formulae), "copying")
    store.write(found, "copying", found.count(), NUMBERS)


def _block(store: Store) -> Column:
    """The block of an `article_id`."""
    return F.pmod(F.hash("article_id"), F.lit(max(1, documents(store).count() // _EACH)))


def _rows(store: Store, prints: DataFrame) -> DataFrame:
    """The passages, with what is known of both articles, in blocks of articles."""
    source = prints.select(*(F.col(name).alias(f"source_{name}") for name in ("id", "outlet", "original")))
    own = prints.withColumnRenamed("id", "article_id")
    same = (F.col("outlet") == F.col("source_outlet")) & (F.col("original") == F.col("source_original"))
    rows = store.table("passages").join(source, "source_id").join(own, "article_id").withColumn("same", same)
    return store.keep(rows.withColumn("block", _block(store)), "rows")


def _texts(store: Store, sources: DataFrame) -> DataFrame:
    """The documents of each block of articles, which are its `own`, and those of their sources."""
    own = documents(store).select("article_id", F.lit(True).alias("own"), _block(store).alias("block"))
    others = sources.select(F.col("source_id").alias("article_id"), F.lit(False).alias("own"), "block")
    wanted = own.union(others).groupBy("block", "article_id").agg(F.max("own").alias("own"))
    return wanted.join(documents(store).select(*TEXT), "article_id")


def _prints(store: Store) -> DataFrame:
    """The outlet of each article, and the first of those that are the same text (see `overlap.same_article`)."""
    articles = store.table("articles")
    found = articles.select(
        F.col("article_id").alias("id"),
        F.coalesce("outlet", "article_id").alias("outlet"),
        F.coalesce("duplicate_of", "article_id").alias("original"),
    )
    return found.withColumn("first", F.min("id").over(Window.partitionBy("outlet", "original")) == F.col("id"))


def _passages(rows: pd.DataFrame) -> pd.DataFrame:
    """The passages of a block; with types where there are none."""
    return rows[COLUMNS].reset_index(drop=True) if len(rows) else no_rows()


def _overlap(rows: pd.DataFrame, documents: pd.DataFrame, formulae: pd.DataFrame) -> pd.DataFrame:
    formulaic = formulaic_words(prose(documents[documents["own"]]), formulae)
    return overlap_table(_words(documents), _passages(rows), formulaic, every_pair=False)


def _outlets(rows: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The words of each article found in other outlets, and, of no outlet, all its words."""
    words = _words(documents[documents["own"]])
    own = pd.DataFrame({"article_id": [*words], "source_outlet": None, "words": [*map(len, words.values())]})
    rows = rows[rows["first"]] if len(rows) else no_rows().assign(source_outlet=pd.Series(dtype="str"))
    return pd.concat([own, words_from_outlets(words, rows).astype({"source_outlet": object})])


def _write_outlets(store: Store, prints: DataFrame, words: DataFrame) -> None:
    first = prints.where("first").select(F.col("id").alias("article_id"), "outlet")
    counted = words.join(first, "article_id").groupBy("outlet", "source_outlet")
    sums: Any = counted.agg(F.count("*").alias("size"), F.sum("words").alias("sum")).toPandas()
    total = sums["source_outlet"].isna()
    reused = sums[~total].set_index(["outlet", "source_outlet"])["sum"]
    table = shares_of_outlets(sums[total].set_index("outlet")[["size", "sum"]], reused)
    tables.write(table, "source_overlap", store.processed)


def _nearest(store: Store, prints: DataFrame) -> DataFrame:
    """What is known of each article's nearest other (see `overlap._nearest`)."""
    own, source = (
        prints.select(F.col("id").alias(f"{side}_id"), F.struct("outlet", "original").alias(f"{side}_print"))
        for side in ("article", "source")
    )
    shared = store.table("overlap").select("article_id", "source_id", "reused_share", "quoted_share")
    pairs = store.table("similarity").withColumnRenamed("other_id", "source_id").drop("cosine_chars")
    pairs = pairs.join(own, "article_id").join(source, "source_id").where("article_print != source_print")
    pairs = pairs.join(shared, ["article_id", "source_id"], "left").fillna(0.0, ["reused_share", "quoted_share"])
    alike = F.when(F.col("reused_share") == 0, F.col("cosine_words")).otherwise(0.0)
    order = Window.partitionBy("article_id").orderBy(F.desc("reused_share"), alike.desc(), "source_id")
    best = pairs.withColumn("rank", F.row_number().over(order)).where("rank = 1")
    return best.select("article_id", "source_id", "cosine_words", "reused_share", "quoted_share")


def _copying(rows: pd.DataFrame, documents: pd.DataFrame, formulae: pd.DataFrame) -> pd.DataFrame:
    own = documents[documents["own"]]
    near = own[own["source_id"].notna()][["article_id", "source_id", "cosine_words", "reused_share", "quoted_share"]]
    similarity = near.rename(columns={"source_id": "other_id"})[["article_id", "other_id", "cosine_words"]]
    passages = _passages(rows[~rows["same"].astype(bool)])
    formulaic = formulaic_words(prose(own), formulae)
    shared = near.drop(columns="cosine_words")
    table = copying_table(_words(documents), passages, shared, similarity, prose(documents), (), formulaic)
    return table[table["article_id"].isin(own["article_id"])]
