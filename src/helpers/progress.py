"""How far long work is: stage, rate and time left, shown in a terminal or below a cell once it takes a while."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

from tqdm import tqdm

TERMINAL = "SOURCE_OVERLAP_TERMINAL"
"""Environment variable: the open file that is a run's standard error; its notebooks' kernels write there."""
STATIC = "SOURCE_OVERLAP_STATIC"
"""Environment variable: set where nobody looks at a notebook while it runs."""
PATIENCE = 2.0
"""Seconds of work before anything is shown."""
BETWEEN_LINES = 30.0
"""Seconds between two lines in a log, or in a terminal that does not say how wide it is."""

Item = TypeVar("Item")
Track = Callable[[Iterable[Item], str, int], Iterator[Item]]


def bar(stage: str, total: int, unit: str = "article") -> tqdm:
    """A bar to be told with `update`; close it, or use it in a `with`.

    A line now and then where standard error cannot show a bar; nothing where a notebook runs without one.
    """
    options = {"desc": stage, "total": total, "unit": f" {unit}s", "leave": False, "delay": PATIENCE, "smoothing": 0.0}
    error, position = _standard_error(), 1  # papermill's bar, of its cells, is above
    if error is None and sys.stderr is sys.__stderr__ and not os.environ.get(STATIC):
        error, position = sys.stderr, 0
    if error is None:
        return tqdm(file=sys.stderr, disable=bool(os.environ.get(STATIC)), dynamic_ncols=True, **options)
    if _is_wide(error):
        return tqdm(file=error, position=position, dynamic_ncols=True, **options)
    options |= {"delay": BETWEEN_LINES, "mininterval": BETWEEN_LINES, "miniters": 1}
    return tqdm(file=_Lines(error), ncols=80, **options)


def track(items: Iterable[Item], stage: str, total: int) -> Iterator[Item]:
    """The items, with a bar that counts them."""
    with bar(stage, total) as shown:
        for item in items:
            yield item
            shown.update()


def untracked(items: Iterable[Item], stage: str, total: int) -> Iterator[Item]:
    """The items."""
    return iter(items)


class _Lines:
    """Bars that would overwrite each other, each on a line of its own."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> None:
        if text.strip():
            self._out.write(f"{text.strip()}\n")

    def flush(self) -> None:
        self._out.flush()


def _standard_error() -> TextIO | None:
    """What the environment names, if it is open."""
    try:
        return os.fdopen(int(os.environ.get(TERMINAL, "")), "w", closefd=False)
    except (OSError, ValueError):
        return None


def _is_wide(out: TextIO) -> bool:
    """Whether it is a terminal that says how wide it is."""
    try:
        return os.get_terminal_size(out.fileno()).columns > 0
    except OSError:
        return False
