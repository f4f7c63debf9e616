"""Writing: files that are whole or not there, one run at a time in a place, and a sentence where it does not work."""

import errno
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from helpers.errors import OutputError, RunError

TEMPORARY = ".part-"
"""What names of files begin with that are being written; a killed run leaves them behind, the next takes them away."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}
PATIENCE = 30.0
"""Seconds a run waits for what a killed one has left behind: kernels notice when they are ready that nobody waits."""


def unwritable(error: OSError, place: str | Path) -> OutputError:
    """Why a place cannot be written to, and what to do.

    >>> str(unwritable(OSError(errno.ENOSPC, "No space left on device"), "copying.parquet"))
    'no room for copying.parquet (No space left on device): free some space, or choose another place, and run again'
    """
    why = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in FULL:
        return OutputError(f"no room for {place} ({why}): free some space, or choose another place, and run again")
    if error.errno in REFUSED:
        return OutputError(f"{place} cannot be written ({why}): make its folder writable, or choose another place")
    if error.errno in NO_FOLDER:
        return OutputError(f"{place} cannot be written: a file stands where a folder is needed; choose another place")
    return OutputError(f"{place} cannot be written ({why}): choose another place")


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place when the block ends well, and goes when it does not.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o644)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(error, path) from error


@contextmanager
def alone(reports: Path) -> Iterator[int | None]:
    """Keep other runs out of a place; yields the open lock, which the run's kernels inherit.

    So a place is free again when the last process that could write to it is gone, however it ended.

    Raises:
        RunError: another run is at work there.
        OutputError: the place cannot be written to.
    """
    try:
        import fcntl  # noqa: F401
    except ImportError:  # Windows
        yield None
        return
    try:
        reports.mkdir(parents=True, exist_ok=True)
        lock = _wait_for(reports / ".running")
    except OSError as error:
        raise unwritable(error, reports) from error
    with lock:
        try:
            yield lock.fileno()
        finally:
            (reports / ".running").unlink(missing_ok=True)


def _wait_for(path: Path) -> IO[str]:
    """The lock, once the kernel of a killed run has let go of it."""
    deadline = time.monotonic() + PATIENCE
    while (lock := _locked(path)) is None:
        if _is_held_by_a_run(path) or time.monotonic() > deadline:
            raise RunError(f"another run is writing to {path.parent}: wait for it, or choose another --out")
        time.sleep(0.1)
    return lock


def _locked(path: Path) -> IO[str] | None:
    """The lock with our process id in it; None if it is held, or was taken away while we opened it."""
    import fcntl

    lock = path.open("a", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        lock.close()
        raise
    lock.close()
    return None


def _is_held_by_a_run(path: Path) -> bool:
    """Whether the process that took the lock is alive; if not, only a kernel of it is, and not for long."""
    try:
        os.kill(int(path.read_text(encoding="ascii")), 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    except (PermissionError, ValueError):  # it is another user's, or writes its number just now
        return True
    return True
