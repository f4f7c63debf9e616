"""Run the numbered notebooks on a corpus, each with the parameters it declares, and write the report.

A run that was stopped, however, is completed by the same call: steps that are finished and valid are reused.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers import switch
from helpers.errors import RunError
from helpers.kernels import Kernels
from helpers.notebooks import NOTEBOOKS, assign, corpus_notebooks, execute
from helpers.output import alone
from helpers.record import (
    DEFAULT_CORPUS,
    PROJECT,
    Inputs,
    Run,
    check_nothing_added,
    check_same_corpus,
    find_run,
    locate,
    read_record,
    write_record,
)
from helpers.sources import Problem
from helpers.spark.engine import GATHERED, SPARK, Cluster
from helpers.steps import EMBEDDED, Steps, keys, program

__all__ = ["DEFAULT_CORPUS", "NOTEBOOKS", "PROJECT", "Run", "RunError", "find_run", "locate", "run", "write_report"]


def run(
    folder: str | Path,
    out: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = lambda line: None,
    *,
    fresh: bool = False,
    engine: str = EMBEDDED,
) -> Run:
    """Run the notebooks on a folder of articles.

    Args:
        folder: the articles: a folder, a table or an archive (see `helpers.sources`).
        out: folder to write to; by default ``data/processed/<name>`` and ``reports/<name>`` of the project.
        parameters: notebook parameters by name, as values or as text; each goes to the notebooks that declare it.
        say: told one line per step.
        fresh: do all steps, also those that an earlier run has finished.
        engine: "embedded", or "spark" to compute the tables of a large corpus on a cluster (see `spark.engine`); of
            one that is too large for this machine they are all that is made.

    Raises:
        HelpersError: the folder is no corpus, a parameter is unknown or wrong, the output cannot be written, or a
            notebook fails.
    """
    here = locate(folder, out)
    given = assign(corpus_notebooks(), parameters or {})
    inputs = Inputs.of(here.raw)
    with alone(here.reports) as lock:
        check_same_corpus(here)
        switch.finish(here.processed)
        if not fresh:
            check_nothing_added(here)
        write_record(here, inputs, parameters or {}, finished=False)
        whole = _run_steps(here, inputs, given, say, fresh, lock, engine)
        problems = (str(Problem(r.file, r.place, r.what, r.done)) for r in here.table("problems").itertuples())
        here = replace(here, problems=tuple(problems))
        write_record(here, inputs, parameters or {}, finished=True, program=program())
        if whole:
            started = time.monotonic()
            write_report(here)
            say(f"{'report':<22} {time.monotonic() - started:5.1f} s")
    return here


def _run_steps(
    here: Run,
    inputs: Inputs,
    given: Mapping[str, Mapping[str, Any]],
    say: Callable[[str], None],
    fresh: bool,
    lock: int | None,
    engine: str,
) -> bool:
    """Execute the notebooks whose results are not there; returns whether all were wanted."""
    is_default = here.raw == DEFAULT_CORPUS
    paths = {"raw_dir": str(here.raw), "processed_dir": str(here.processed), "reports_dir": str(here.reports)}
    values = {stem: {**paths, **own} for stem, own in given.items()}
    wanted, steps = keys(values, inputs, is_default, engine), Steps(here)
    if not fresh:
        steps.keep_valid(wanted)
    steps.clear()
    books = [NOTEBOOKS / f"{stem}.ipynb" for stem in wanted]
    with Cluster(here.raw, here.processed) as cluster, Kernels(lock) as kernels:
        for number, (stem, key) in enumerate(wanted.items(), 1):
            started = time.monotonic()
            on_cluster = engine == SPARK and cluster.takes(stem)
            if engine == SPARK and number > 1 and not on_cluster and not cluster.fits:
                say(f"more than {GATHERED} articles: no notebooks, figures and report; the tables are in parts")
                return False
            reused = stem in steps.finished
            if not reused:
                target = here.reports / "notebooks" / f"{stem}.ipynb"
                try:
                    if on_cluster:
                        cluster.do(stem, values[stem])
                    if not on_cluster or cluster.is_small:
                        following = next(iter(books[number:]), None) if engine == EMBEDDED else None
                        execute(books[number - 1], target, values[stem], kernels, is_default, following)
                    if number == 1:  # it alone reads them
                        inputs.check_unchanged(here.raw)
                    steps.finish(stem, key)
                except KeyboardInterrupt as stop:
                    stop.add_note(f"stopped during {stem}: run the same command again, finished steps are kept")
                    raise
            took = " reused" if reused else f"{time.monotonic() - started:5.1f} s"
            say(f"[{number}/{len(wanted)}] {stem:<16} {took}{' on the cluster' if on_cluster else ''}")
    return True


def write_report(here: Run) -> Path:
    """Write the pages of a finished run; returns the overview.

    Raises:
        HelpersError: the run is not finished, or a table is missing.
    """
    from helpers import report

    record = read_record(here.reports)
    if not record.get("finished"):
        raise RunError(f"{here.reports} holds no finished run: run `source-overlap run {here.raw}` first")
    return report.write(report.Results(here.processed, here.reports, record))
