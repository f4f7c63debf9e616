"""Pages that are there already as they would be written: what each was made from is noted in ``pages.json``."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from helpers.record import write_json
from helpers.report.sheets import Sheet
from helpers.steps import PAGES

NOTED = "pages.json"


class Kept:
    """The pages of an earlier report.

    The note is taken away before the first page is written and comes back behind the last: what a stopped report
    left behind is written anew.
    """

    def __init__(self, reports: Path, made_by: Any) -> None:
        """See what is there.

        Args:
            reports: the folder above those of pages.
            made_by: what all pages depend on besides their sheets; another one makes all of them anew.
        """
        self._reports, self._made_by = reports, _digest(made_by)
        self._there = {
            path.relative_to(reports).as_posix(): path for name in PAGES for path in reports.glob(f"{name}/*")
        }
        self._before = self._read()
        self._now: dict[str, str] = {}
        (reports / NOTED).unlink(missing_ok=True)

    def _read(self) -> dict[str, str]:
        """What the pages were made from; a note that cannot be read counts as none."""
        try:
            noted = json.loads((self._reports / NOTED).read_text(encoding="utf-8"))
            return dict(noted["pages"]) if noted["made_by"] == self._made_by else {}
        except (OSError, ValueError, LookupError, TypeError):
            return {}

    def changed(self, sheets: Iterable[Sheet], kept: Callable[[], object]) -> Iterator[Sheet]:
        """The sheets whose pages are not there as they would be written; `kept` is called for each of the others."""
        for sheet in sheets:
            digest = self._now[sheet.name] = _digest(sheet)
            if self._before.get(sheet.name) == digest and sheet.name in self._there:
                kept()
            else:
                yield sheet

    def finish(self) -> None:
        """All pages are written: note them, and take away what else lies in their folders."""
        for name in self._there.keys() - self._now.keys():
            path = self._there[name]
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        write_json({"made_by": self._made_by, "pages": self._now}, self._reports / NOTED)


def _digest(content: Any) -> str:
    return blake2b(json.dumps(content, default=vars).encode(), digest_size=16).hexdigest()
