"""Packed records by ranges of their upper bits, in memory or on disk: what is made of them is made bucket by bucket."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import numpy as np

from helpers.candidates.keys import Numbers


class Buckets:
    """Collects 64-bit records and hands them out again sorted, bucket by bucket.

    Args:
        edges: where the buckets end, ascending; the last one is above all records.
        on_disk: whether records go to files of a temporary folder, which goes when the context ends.
    """

    def __init__(self, edges: Numbers, on_disk: bool = False) -> None:
        self._edges = edges
        self._kept: list[list[Numbers]] = [[] for _ in edges]
        self._folder = TemporaryDirectory(prefix="candidates-") if on_disk else None

    def __enter__(self) -> "Buckets":
        """The collection itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Remove what was kept."""
        self._kept = []
        if self._folder:
            self._folder.cleanup()

    def add(self, records: Numbers) -> None:
        """Take records of any order; equal ones count each."""
        records = np.sort(records)
        stops = np.searchsorted(records, self._edges)
        for bucket, (start, stop) in enumerate(zip(np.append(0, stops[:-1]), stops, strict=True)):
            if not self._folder:
                self._kept[bucket].append(records[start:stop].copy())
                continue
            with self._path(bucket).open("ab") as file:
                records[start:stop].tofile(file)

    def __iter__(self) -> Iterator[Numbers]:
        """The records of each bucket, sorted; each bucket is handed out once."""
        for bucket in range(len(self._edges)):
            records = self._taken(bucket)
            records.sort()
            yield records

    def _taken(self, bucket: int) -> Numbers:
        if self._folder:
            path = self._path(bucket)
            records = np.fromfile(path, np.uint64) if path.exists() else np.empty(0, np.uint64)
            path.unlink(missing_ok=True)
            return records
        kept, self._kept[bucket] = self._kept[bucket], []
        return np.concatenate([np.empty(0, np.uint64), *kept])

    def _path(self, bucket: int) -> Path:
        return Path(self._folder.name if self._folder else "") / f"{bucket:05d}.u64"
