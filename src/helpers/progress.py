"""How far long work is: stage, rate and time left, shown in a terminal or below a cell once it takes a while."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

from tqdm import tqdm

TERMINAL = "SOURCE_OVERLAP_TERMINAL"
"""Environment variable: the open file of the terminal that a run was started in; its notebooks' kernels write there."""
STATIC = "SOURCE_OVERLAP_STATIC"
"""Environment variable: set where nobody looks at a notebook while it runs."""
PATIENCE = 2.0
"""Seconds of work before anything is shown."""

Item = TypeVar("Item")
Track = Callable[[Iterable[Item], str, int], Iterator[Item]]


def bar(stage: str, total: int, unit: str = "article") -> tqdm:
    """A bar to be told with `update`; close it, or use it in a `with`.

    It says nothing where a notebook runs without a terminal.
    """
    options = {"desc": stage, "total": total, "unit": f" {unit}s", "leave": False, "delay": PATIENCE, "smoothing": 0.0}
    terminal = _terminal()
    below_other = terminal is not None  # papermill's own bar counts the cells of the notebook
    silent = terminal is None and bool(os.environ.get(STATIC))
    return tqdm(file=terminal or sys.stderr, position=int(below_other), disable=silent, dynamic_ncols=True, **options)


def track(items: Iterable[Item], stage: str, total: int) -> Iterator[Item]:
    """The items, with a bar that counts them."""
    with bar(stage, total) as shown:
        for item in items:
            yield item
            shown.update()


def untracked(items: Iterable[Item], stage: str, total: int) -> Iterator[Item]:
    """The items."""
    return iter(items)


def _terminal() -> TextIO | None:
    """The terminal named by the environment, if it is one."""
    number = os.environ.get(TERMINAL, "")
    try:
        return os.fdopen(int(number), "w", closefd=False) if number and os.isatty(int(number)) else None
    except (OSError, ValueError):
        return None
