"""What `--engine spark` does: the steps of a run whose tables come from a cluster."""

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow.dataset as ds

from helpers.alignment import AlignSettings
from helpers.errors import RunError, require
from helpers.notebooks import NOTEBOOKS, declared
from helpers.size import is_large
from helpers.spark.session import session, told

SPARK = "spark"
GATHERED = 200_000
"""Up to so many articles, tables become single files and the notebooks from 04 on and the report are made from them."""


class Cluster:
    """The steps of a run that are done on a cluster.

    Args:
        raw: the articles, and
        processed: the folder of the run's tables; every worker sees both under these names.
        settings: Spark's own; by default those of its configuration files.
    """

    def __init__(self, raw: Path, processed: Path, settings: Mapping[str, str] | None = None) -> None:
        self._raw, self._processed, self._settings = raw, processed, settings
        self._stack = ExitStack()
        self._store: Any = None

    def __enter__(self) -> "Cluster":
        """The cluster, which is called when it is needed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the cluster, and take away what its steps handed to each other."""
        self._stack.close()
        if self._store:
            shutil.rmtree(self._store.work, ignore_errors=True)

    @property
    def is_small(self) -> bool:
        """Whether the articles are so few that all their pairs are compared, on one machine."""
        return not is_large(self._articles())

    @property
    def fits(self) -> bool:
        """Whether one machine can draw and show the tables."""
        return self._articles() <= GATHERED

    def _articles(self) -> int:
        return int(ds.dataset(self._processed / "articles.parquet").count_rows())

    def takes(self, stem: str) -> bool:
        """Whether the cluster does a step: the shares of what fits one machine are a notebook's."""
        return stem == "01_cleaning" or (
            stem in STEPS and not self.is_small and (stem in ("02_similarity", "03_passages") or not self.fits)
        )

    def do(self, stem: str, given: Mapping[str, Any]) -> None:
        """Do a step, with its notebook's parameters.

        Raises:
            RunError: the cluster does not answer, or a task failed again and again.
            HelpersError: what the step itself says.
        """
        if self._store is None:
            spark = self._stack.enter_context(session(self._settings))
            from helpers.spark.store import Store

            self._store = Store(spark, self._processed)
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            for name in STEPS[stem](self._store, self._raw, declared(NOTEBOOKS / f"{stem}.ipynb") | dict(given)):
                if self.fits:
                    self._store.gather(name)
        except (PySparkException, Py4JError) as error:
            raise RunError(f"{stem}: the cluster failed ({told(error)}): Spark's log says where") from error


def _clean(store: Any, raw: Path, given: dict[str, Any]) -> tuple[str, ...]:
    from helpers.spark.cleaning import clean

    clean(store, str(raw), given)
    return "articles", "sentences", "cleaning_log"


def _compare(store: Any, raw: Path, given: dict[str, Any]) -> tuple[str, ...]:
    from helpers.spark.candidates import compare

    require(given["idf"] == "background", "--engine spark takes idf=background: leave out -p idf, or the engine")
    compare(store)
    return "similarity", "candidates"


def _align(store: Any, raw: Path, given: dict[str, Any]) -> tuple[str, ...]:
    from helpers.spark.shares import align

    chars, words = given["min_chars"], given["min_verbatim_words"]
    align(store, AlignSettings(min_verbatim_words=words, min_short_chars=chars, min_long_chars=chars))
    return ("passages",)


def _overlap(store: Any, raw: Path, given: dict[str, Any]) -> tuple[str, ...]:
    from helpers.spark.shares import overlap

    overlap(store)
    return ("overlap",)


def _copying(store: Any, raw: Path, given: dict[str, Any]) -> tuple[str, ...]:
    from helpers.spark.shares import copying

    copying(store)
    return ("copying",)


STEPS = {
    "01_cleaning": _clean,
    "02_similarity": _compare,
    "03_passages": _align,
    "04_overlap": _overlap,
    "05_copying": _copying,
}
