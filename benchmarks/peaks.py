"""Peak memory of a stretch of work: of this process, and of it and its children together."""

import multiprocessing
import resource
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

_STATUS = Path("/proc/self/status")


def apart(work: Callable[..., Any], *values: Any) -> Any:
    """What a function gives that runs in a new process, with whose end its memory goes."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *values).result()


def forget_peak() -> None:
    """Let `own_peak` begin anew; where the system cannot, it stays the greatest since the process began."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def own_peak() -> float:
    """Greatest resident size of this process since `forget_peak`, in GB."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


class Peaks:
    """Tells the peak of each stage. Children are looked at every `seconds`, this process' own peak is exact."""

    def __init__(self, seconds: float = 0.2) -> None:
        self._seconds, self._most = seconds, 0.0
        forget_peak()
        threading.Thread(target=self._watch, daemon=True).start()

    def taken(self) -> tuple[float, float]:
        """Peak since the last call, in GB: of this process; of it and its children at one moment."""
        own, most = own_peak(), self._most
        self._most = 0.0
        forget_peak()
        return own, max(own, most)

    def _watch(self) -> None:
        wait, process = threading.Event(), psutil.Process()
        while not wait.wait(self._seconds):
            total = process.memory_info().rss
            for child in process.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    total += child.memory_info().rss
            self._most = max(self._most, total / 1e9)
