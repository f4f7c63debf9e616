"""Files of a run that change together: all are written beside the old ones, then moved into their place.

The moves take milliseconds. From the moment the list of files is there they are finished even if the program is
killed between two of them: whoever opens the run next goes on with them. Before that moment nothing has changed.
"""

import json
import os
import shutil
from pathlib import Path

from helpers.output import atomic, unwritable

FOLDER = ".adding"
_LIST = "moves.json"


def staging(processed: Path) -> Path:
    """An empty folder for the new files; what an addition that was stopped had left there is taken away.

    Raises:
        OutputError: it cannot be written.
    """
    folder = processed / FOLDER
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    except OSError as error:
        raise unwritable(error, folder) from error
    return folder


def commit(processed: Path, reports: Path, stale: list[Path]) -> None:
    """Let the staged files take the place of the old ones.

    Args:
        processed: folder of the tables; what is staged goes there, but for the folder `reports`.
        reports: folder of the reports.
        stale: files that the change makes wrong.
    """
    folder = processed / FOLDER
    moves = [(path, processed / path.name) for path in sorted(folder.iterdir()) if path.name != "reports"]
    moves += [(path, reports / path.name) for path in sorted((folder / "reports").glob("*"))]
    listed = {"moves": [[str(a), str(b)] for a, b in moves], "stale": [str(path) for path in stale]}
    with atomic(folder / _LIST) as temporary:
        temporary.write_text(json.dumps(listed), encoding="utf-8", errors="surrogateescape")
    finish(processed)


def finish(processed: Path) -> bool:
    """Go on with moves that were begun; returns whether there were any.

    Raises:
        OutputError: a file cannot be moved.
    """
    folder = processed / FOLDER
    try:
        listed = json.loads((folder / _LIST).read_text(encoding="utf-8", errors="surrogateescape"))
    except FileNotFoundError:
        return False
    try:
        for path in listed["stale"]:
            Path(path).unlink(missing_ok=True)
        for source, target in listed["moves"]:
            if Path(source).is_dir() and Path(target).is_dir():
                shutil.rmtree(target)
            if Path(source).exists():
                os.replace(source, target)
        shutil.rmtree(folder)
        return True
    except OSError as error:
        raise unwritable(error, error.filename or processed) from error
