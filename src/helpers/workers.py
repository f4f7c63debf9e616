"""Work on many items in as many processes as there are cores; what comes back does not depend on how many."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
AHEAD = 4
"""Chunks of jobs that wait, or are worked at, for each process."""


class Spread(Protocol):
    """Calls a function with chunks of jobs and gives all results in the order of the jobs."""

    def __call__(self, function: Callable[[list[Job]], list[Result]], jobs: Iterable[Job]) -> Iterator[Result]:
        """The results; `function` and jobs can be pickled."""


def cores_for(n: int, least: int) -> int:
    """How many worker processes `n` items are worth: as many as there are cores from `least` on, else none."""
    return (os.cpu_count() or 1) if n >= least else 1


@contextmanager
def spread(processes: int, chunk: int) -> Iterator[Spread]:
    """A way to call functions on jobs, `chunk` at a time: in worker processes, or here if `processes` is below two.

    Jobs are taken when there is room for them, so that those of a large corpus never stand in memory all at once.
    """

    def chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
        rest = iter(jobs)
        return iter(lambda: [*islice(rest, chunk)], [])

    if processes < 2:

        def here(function: Callable[[list[Job]], list[Result]], jobs: Iterable[Job]) -> Iterator[Result]:
            return (result for part in chunks(jobs) for result in function(part))

        yield here
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, end_with_parent) as pool:

        def there(function: Callable[[list[Job]], list[Result]], jobs: Iterable[Job]) -> Iterator[Result]:
            ahead: deque[Future[list[Result]]] = deque()
            try:
                for part in chunks(jobs):
                    ahead.append(pool.submit(function, part))
                    if len(ahead) > AHEAD * processes:
                        yield from ahead.popleft().result()
                while ahead:
                    yield from ahead.popleft().result()
            finally:
                for future in ahead:
                    future.cancel()

        yield there


def end_with_parent() -> None:
    """End this worker as soon as its parent was killed: it would wait for work forever."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
