"""The command `source-overlap`."""

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from helpers.errors import HelpersError, SettingsError, require

DONE, PROBLEMS, COULD_NOT = 0, 1, 2
MOST_ALIKE = 10
"""Near duplicates that a run names."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 1 done with problems, 2 could not run, 128 and the number of a signal that stopped it.
    """
    try:
        with _stoppable():
            options = _parser().parse_args(arguments)
            warnings.showwarning = _show_warning
            return options.command(options)
    except HelpersError as error:
        _complain(str(error))
    except BrokenPipeError:
        _no_more_output()
        return DONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _complain(f"{place}{error.strerror or error}")
    except KeyboardInterrupt as stop:
        _complain(next(iter(getattr(stop, "__notes__", [])), "stopped"))
        return 128 + (stop.args[0] if stop.args else signal.SIGINT)
    return COULD_NOT


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a request to end, or a terminal that is closed, stop the work as Ctrl-C does: with kernels ended."""

    def stop(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    wanted = [number for name in names if signal.getsignal(number := getattr(signal, name)) == signal.SIG_DFL]
    for number in wanted:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in wanted:
            signal.signal(number, signal.SIG_DFL)


def _complain(message: str) -> None:
    print(f"source-overlap: {message}", file=sys.stderr)


def _no_more_output() -> None:
    """The reader of our output, such as `head`, has gone: say no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(line: str) -> None:
    """Tell how far a run is; a run whose reader has gone goes on."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        _no_more_output()


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"note: {message}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="source-overlap",
        description="Given a folder of news articles: how much does each one copy the others?",
        epilog="Exit codes: 0 done, 1 done with problems, 2 could not run, 130 stopped by Ctrl-C.",
    )
    parser.add_argument("--version", action="version", version=f"source-overlap {version('source-overlap')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run", help="all notebooks on a folder, table or zip of articles: tables, figures, report"
    )
    run.add_argument("folder", nargs="?", metavar="FOLDER", help="default: the five articles that come along")
    run.add_argument("--out", metavar="DIR", help="where to write (default: the project's data/processed and reports)")
    run.add_argument(
        "-p",
        dest="parameters",
        metavar="name=value",
        action="append",
        default=[],
        help="set a parameter of a notebook, such as min_verbatim_words=10 (the README lists them)",
    )
    run.add_argument("--fresh", action="store_true", help="do all steps, also those that are finished and still valid")
    run.add_argument(
        "--engine",
        choices=("embedded", "spark"),
        default="embedded",
        help="spark: the tables of a corpus for many machines, on the cluster of Spark's configuration (docs/spark.md)",
    )
    run.set_defaults(command=_run)

    add = commands.add_parser(
        "add", help="compare new articles with those of a finished run, which then holds them too"
    )
    add.add_argument("run", metavar="RUN", help="what --out named, a folder of reports, or a corpus' name")
    add.add_argument("folder", metavar="FOLDER", help="the new articles: a folder, a table or a zip archive")
    add.set_defaults(command=_add)

    report = commands.add_parser("report", help="the pages of a finished run, written anew from its tables")
    report.add_argument("run", metavar="RUN", help="what --out named, a folder of reports, or a corpus' name")
    report.set_defaults(command=_report)

    compare = commands.add_parser("compare", help="two files: shares in both directions and the passages")
    compare.add_argument("a", metavar="A", type=Path)
    compare.add_argument("b", metavar="B", type=Path)
    compare.set_defaults(command=_compare)

    evaluate = commands.add_parser("evaluate", help="score the aligner on a labelled corpus")
    corpora = evaluate.add_subparsers(required=True, metavar="CORPUS")
    pan13 = corpora.add_parser("pan13", help="PAN 2013 text alignment: plagdet, precision, recall, granularity")
    pan13.add_argument("directory", metavar="DIR", type=Path, help="the corpus: susp/, src/ and folders of pairs")
    pan13.add_argument("--folder", metavar="NAME", help="only this folder of pairs")
    pan13.add_argument("--sample", metavar="N", type=int, help="pairs per folder, drawn with a fixed seed")
    pan13.add_argument("--detections", metavar="OUT", type=Path, help="write the detections there, as PAN's XML")
    pan13.set_defaults(command=_evaluate_pan13)
    return parser


def _run(options: argparse.Namespace) -> int:
    from helpers import pipeline, summary
    from helpers.calibration import uncalibrated

    parameters = {}
    for pair in options.parameters:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise SettingsError(f"-p takes name=value, not {pair!r}")
        parameters[name] = value
    require(options.folder != "", "FOLDER is empty: name a folder, a table or a zip archive")
    folder = options.folder or pipeline.DEFAULT_CORPUS
    _say(f"Comparing the articles of {folder}")
    done = pipeline.run(folder, options.out, parameters, _say, fresh=options.fresh, engine=options.engine)
    if not (done.reports / "index.html").exists():
        print(f"tables     {summary.shown(done.processed)}")
        return _problems(done.problems)
    copying = done.table("copying")
    print(f"\n{summary.copying_text(copying)}\n")
    print(summary.labels_text(copying))
    for line in summary.first(summary.duplicates(done.table("articles")), MOST_ALIKE):
        print(line)
    if told := uncalibrated(parameters, done.table("articles")["language"]):
        print(f"note: {told}")
    print("copied: words that stand in a passage shared with another article; it does not say who copied whom\n")
    print(f"report     {summary.shown(done.reports / 'index.html')}")
    print(f"tables     {summary.shown(done.processed)}")
    print(f"figures    {summary.shown(done.reports / 'figures')}")
    print(f"evidence   {summary.shown(done.reports / 'evidence.csv')}")
    print(f"notebooks  {summary.shown(done.reports / 'notebooks')}")
    return _problems(done.problems)


def _problems(problems: Sequence[str]) -> int:
    from helpers.summary import MOST_LINES

    for problem in problems[:MOST_LINES]:
        print(f"problem: {problem}", file=sys.stderr)
    if len(problems) > MOST_LINES:
        print(f"... and {len(problems) - MOST_LINES} more problems: see the table problems", file=sys.stderr)
    return PROBLEMS if problems else DONE


def _add(options: argparse.Namespace) -> int:
    from helpers import summary
    from helpers.archive import add

    require(options.folder != "", "FOLDER is empty: name a folder, a table or a zip archive")
    _say(f"Comparing the articles of {options.folder} with those of {options.run}")
    done = add(options.run, options.folder, _say)
    n = len(done.articles)
    copying = done.run.table("copying")
    print(f"\n{summary.copying_text(copying, done.articles)}\n")
    print(summary.labels_text(copying[copying["article_id"].isin(done.articles)]))
    print("copied: words that stand in a passage shared with another article; it does not say who copied whom\n")
    if done.known:
        print(f"added      nothing: all {n} articles were there")
    else:
        told = f"{n} {'article' if n == 1 else 'articles'}"
        print(f"added      {told}, {done.sharing} sharing a passage with one of before")
        print("           the notebooks of the run showed the tables of before and are gone")
    for outlet, before, now in done.moved:
        name = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in outlet)
        print(f"outlet     {name}: copied {before:.1%} before, {now:.1%} now")
    print(f"report     {summary.shown(done.run.reports / 'index.html')}, of all articles, those added last on top")
    print(f"tables     {summary.shown(done.run.processed)}")
    return _problems(done.run.problems)


def _report(options: argparse.Namespace) -> int:
    from helpers import pipeline, summary

    print(summary.shown(pipeline.write_report(pipeline.find_run(options.run))))
    return DONE


def _compare(options: argparse.Namespace) -> int:
    from helpers.compare import compare_files

    print(compare_files(options.a, options.b))
    return DONE


def _evaluate_pan13(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from helpers.evaluation import evaluate_pan13

    require(options.sample is None or options.sample > 0, f"--sample takes 1 or more, not {options.sample}")
    scores = evaluate_pan13(
        options.directory,
        folders=[options.folder] if options.folder else None,
        sample=options.sample,
        processes=os.cpu_count() or 1,
        detections=options.detections,
        progress=lambda outcomes: tqdm(outcomes, unit="pair", disable=None),
    )
    print(scores.round(4).to_string(index=False))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
