"""Work on many items in as many processes as there are cores; what comes back does not depend on how many."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Spread(Protocol):
    """Calls a function with chunks of jobs and gives all results in the order of the jobs."""

    def __call__(self, function: Callable[[list[Job]], list[Result]], jobs: Sequence[Job]) -> Iterator[Result]:
        """The results; `function` and jobs can be pickled."""


@contextmanager
def spread(processes: int, chunk: int) -> Iterator[Spread]:
    """A way to call functions on jobs, `chunk` at a time: in worker processes, or here if `processes` is below two."""

    def chunks(jobs: Sequence[Job]) -> list[list[Job]]:
        return [list(jobs[i : i + chunk]) for i in range(0, len(jobs), chunk)]

    if processes < 2:

        def here(function: Callable[[list[Job]], list[Result]], jobs: Sequence[Job]) -> Iterator[Result]:
            return (result for part in chunks(jobs) for result in function(part))

        yield here
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, end_with_parent) as pool:

        def there(function: Callable[[list[Job]], list[Result]], jobs: Sequence[Job]) -> Iterator[Result]:
            return (result for part in pool.map(function, chunks(jobs)) for result in part)

        yield there


def end_with_parent() -> None:
    """End this worker as soon as its parent was killed: it would wait for work forever."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
