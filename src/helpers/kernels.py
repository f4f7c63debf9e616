"""The kernels of a run: the next notebook's starts, and does its imports, while one is at work."""

import os
import sys
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from traitlets.config import Config

from helpers.notebooks import cells
from helpers.output import unwritable
from helpers.progress import STATIC, TERMINAL

CONFIG = Config({"KernelManager": {"transport_encryption": "required"}})
ARGUMENTS = ("--IPKernelApp.log_level=50", "--HistoryManager.hist_file=:memory:")
"""What a stopping kernel says of itself is no error, and its commands are nobody's history."""


class Kernel(AsyncKernelManager):
    """A kernel that is at work, or made ready for it, in a process of its own."""

    opened: AsyncKernelClient | None = None

    def client(self, **options: Any) -> AsyncKernelClient:  # type: ignore[override]
        """The connection of the notebook, to be closed with the kernel: nbclient closes those it started itself."""
        self.opened = super().client(**options)
        return self.opened

    def end(self) -> None:
        """Kill the process: nothing in it needs an orderly end, and Ctrl-C is quick."""
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.kill()
            process.wait()
        if self.opened is not None:
            self.opened.stop_channels()
        self.cleanup_connection_file()


class Kernels:
    """The kernels of a run's notebooks. When the `with` block ends, all have ended.

    They show figures and tables where a notebook in JupyterLab would show widgets, and progress where the command
    `source-overlap` writes its errors.
    """

    def __init__(self, lock: int | None = None) -> None:
        """None is started yet.

        Args:
            lock: an open file that they keep open as long as they live (see `helpers.output.alone`).
        """
        self._error = os.dup(sys.__stderr__.fileno()) if sys.__stderr__ and sys.stderr is sys.__stderr__ else None
        self._kept = tuple(number for number in (lock, self._error) if number is not None)
        self._started: dict[Path, Kernel] = {}

    def __enter__(self) -> "Kernels":
        return self

    def __exit__(self, *_: object) -> None:
        while self._started:
            self._started.popitem()[1].end()
        if self._error is not None:
            os.close(self._error)

    def start(self, notebook: Path) -> Kernel:
        """The kernel of a notebook, started unless it was; nobody waits until it is ready.

        Raises:
            OutputError: its connection file cannot be written.
        """
        if notebook not in self._started:
            self._started[notebook] = kernel = Kernel(kernel_name="python3", config=CONFIG)
            imports = next(source for kind, source, _ in cells(notebook) if kind == "code")
            try:
                run_sync(kernel.start_kernel)(
                    extra_arguments=[*ARGUMENTS, f"--IPKernelApp.exec_lines={imports}"],
                    cwd=str(notebook.parent),
                    env={**os.environ, STATIC: "1", TERMINAL: "" if self._error is None else str(self._error)},
                    pass_fds=self._kept,
                )
            except OSError as error:
                raise unwritable(error, error.filename or "a temporary file") from error
        return self._started[notebook]

    def end(self, notebook: Path) -> None:
        """End the kernel of a notebook."""
        self._started.pop(notebook).end()
