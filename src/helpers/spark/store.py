"""Tables of a cluster: kept between steps, numbered, grouped, and written as the tables of a run."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers import tables
from helpers.output import TEMPORARY

Batches = Iterator[pd.DataFrame]
WORK = f"{TEMPORARY}spark"
"""Folder, below the run's tables, of what steps hand to each other."""
ROWS = 20_000
"""Articles, or rows that hold as much, in a partition."""
_SPARK = {pa.string(): T.StringType(), pa.int64(): T.LongType(), pa.float64(): T.DoubleType()}
_SPARK |= {pa.timestamp("us"): T.TimestampNTZType(), pa.bool_(): T.BooleanType()}


@dataclass(frozen=True)
class Store:
    """A session, and the folder of a run's tables, which every worker sees under this name."""

    spark: SparkSession
    processed: Path

    @property
    def work(self) -> Path:
        """Where steps keep what they hand to each other."""
        return self.processed / WORK

    def parts(self, rows: int, each: int = ROWS) -> int:
        """In how many partitions so many rows are worked on."""
        return max(self.spark.sparkContext.defaultParallelism, -(-rows // each))

    def keep(self, frame: DataFrame, name: str) -> DataFrame:
        """Compute a table once, whatever happens to workers later."""
        frame.write.mode("overwrite").parquet(self._path(name))
        return self.kept(name)

    def kept(self, name: str) -> DataFrame:
        """A table that was kept."""
        return self.spark.read.parquet(self._path(name))

    def holds(self, name: str) -> bool:
        """Whether a table was kept, wholly."""
        return (Path(self._path(name)) / "_SUCCESS").exists()

    def forget(self, name: str) -> None:
        """Take away a table that was kept."""
        shutil.rmtree(self._path(name), ignore_errors=True)

    def small(self, frame: pd.DataFrame, schema: str) -> DataFrame:
        """A table of the driver."""
        return self.spark.createDataFrame(frame, schema)

    def write(self, frame: DataFrame, name: str, rows: int, each: int = ROWS) -> None:
        """Write one of the run's tables, every part by a worker, checked and sorted, whole or not at all."""
        key = list(tables.TABLES[name].key)
        target, place = self.processed / f"{name}.parquet", self.work / "tables"
        shutil.rmtree(place / target.name, ignore_errors=True)

        def written(batches: Batches) -> Batches:
            frames = [batch for batch in batches if len(batch)]
            if frames:
                context = TaskContext.get()
                tables.write(pd.concat(frames), name, place, context.partitionId() if context else 0)
            yield pd.DataFrame({"rows": [sum(map(len, frames))]})

        chosen = frame.select([column.name for column in tables.TABLES[name].columns])
        ordered = chosen.repartitionByRange(self.parts(rows, each), *key).sortWithinPartitions(*key)
        if not ordered.mapInPandas(written, "rows long").groupBy().sum("rows").collect()[0][0]:
            empty = tables.TABLES[name].schema.empty_table().to_pandas()
            tables.write(empty, name, place, 0)
        _replace(place / target.name, target)

    def table(self, name: str) -> DataFrame:
        """One of the run's tables, in parts or in one file."""
        return self.spark.read.parquet(str(self.processed / f"{name}.parquet"))

    def gather(self, name: str) -> None:
        """Put the parts of a table into one file, the same that one machine writes."""
        frame = tables.read(name, self.processed)
        shutil.rmtree(self.processed / f"{name}.parquet")
        tables.write(frame, name, self.processed)

    def _path(self, name: str) -> str:
        return str(self.work / name)


def _replace(made: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    os.replace(made, target)


def mapped(frame: DataFrame, function: Callable[..., Batches], schema: str | T.StructType, **known: Any) -> DataFrame:
    """What a function makes of the batches of each partition."""

    def called(batches: Batches) -> Batches:
        return map(_plain, function(batches, **known))

    return frame.mapInPandas(called, schema)


def met(
    left: DataFrame, right: DataFrame, function: Callable[..., pd.DataFrame], schema: str | T.StructType, **known: Any
) -> DataFrame:
    """What a function makes of the rows of two tables that have the same `block`."""

    def called(own: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
        return _plain(function(own, theirs, **known))

    return left.groupBy("block").cogroup(right.groupBy("block")).applyInPandas(called, schema)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with texts, and columns without any value, as objects: others Spark may fail to take over."""
    texts = frame.select_dtypes("str").columns.union(frame.columns[frame.isna().all()])
    return frame.astype(dict.fromkeys(texts, object))


def schema_of(name: str) -> T.StructType:
    """The columns of one of the run's tables, as Spark names their types."""
    return T.StructType([T.StructField(field.name, _SPARK[field.type]) for field in tables.TABLES[name].schema])


def numbered(store: Store, frame: DataFrame, by: str, name: str) -> DataFrame:
    """Number the rows of a table 0, 1, ... in the order of a column: column `article`."""
    shift = 33  # of Spark's monotonically increasing numbers: the partition above, the row below
    rows = store.keep(frame.orderBy(by).withColumn("place", F.monotonically_increasing_id()), name)
    counts: Any = rows.groupBy(F.shiftright("place", shift).alias("part")).count().toPandas()
    sizes = counts.sort_values("part")
    first = sizes.assign(first=sizes["count"].cumsum() - sizes["count"])[["part", "first"]]
    offsets = F.broadcast(store.small(first, "part long, first long"))
    joined = rows.withColumn("part", F.shiftright("place", shift)).join(offsets, "part")
    article = F.col("first") + F.col("place").bitwiseAND((1 << shift) - 1)
    return joined.withColumn("article", article).drop("part", "first", "place")


def components(edges: DataFrame) -> pd.DataFrame:
    """The connected components of a graph: columns `node` and `component`, numbered from 0.

    The driver holds 16 bytes for each edge; nodes without edges are left out.

    Args:
        edges: columns a and b, long.
    """
    pairs: Any = edges.distinct().toPandas()
    nodes, codes = np.unique(pairs[["a", "b"]].to_numpy(dtype=np.int64), return_inverse=True)
    first, second = codes.reshape(-1, 2).T
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (first, second)), shape=(len(nodes), len(nodes)))
    labels = connected_components(graph, directed=False)[1] if len(nodes) else nodes
    return pd.DataFrame({"node": nodes, "component": labels.astype(np.int64)})


def gathered(batches: Batches) -> pd.DataFrame:
    """All rows of a partition; without columns if there is none."""
    frames = [batch for batch in batches if len(batch)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def buffer(values: np.ndarray) -> bytes:
    """Numbers as bytes, which Spark hands on as they are."""
    return np.ascontiguousarray(values).tobytes()
