"""Numbers in bins, in memory or on disk: what is made of them is made bin by bin."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import numpy as np

from helpers.candidates.keys import Numbers, Places
from helpers.candidates.loops import fastest

MEMORY_WORDS = 1 << 22
"""Words of a corpus from which bins are files: in memory they would need some 0.1 GB for each join."""

AT_ONCE = 1 << 21
"""Records handed out at once: what is made of them takes ten times their space."""


class Bins:
    """Collects 64-bit numbers in bins and hands the contents of each bin out once.

    Args:
        n_words: of the corpus, which decides whether bins are files of a temporary folder, which goes when the context
            ends.
    """

    def __init__(self, n_words: int) -> None:
        self._kept: dict[int, list[Numbers]] = {}
        self._folder = TemporaryDirectory(prefix="candidates-") if n_words > MEMORY_WORDS else None

    def __enter__(self) -> Self:
        """The collection itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Remove what was kept."""
        self._kept = {}
        if self._folder:
            self._folder.cleanup()

    def put(self, number: int, values: Numbers) -> None:
        """Append to a bin."""
        if not self._folder:
            self._kept.setdefault(number, []).append(values.copy())
            return
        with self._path(number).open("ab") as file:
            values.tofile(file)

    def deal(self, dealt: tuple[Numbers, Places]) -> None:
        """Append to each bin what `loops.dealt` has dealt it."""
        values, stops = dealt
        for number, (start, stop) in enumerate(pairwise([0, *stops.tolist()])):
            self.put(number, values[start:stop])

    def taken(self, number: int) -> Numbers:
        """What a bin holds, in the order in which it came; the bin is empty then."""
        if not self._folder:
            return np.concatenate([np.empty(0, np.uint64), *self._kept.pop(number, [])])
        path = self._path(number)
        values = np.fromfile(path, np.uint64) if path.exists() else np.empty(0, np.uint64)
        path.unlink(missing_ok=True)
        return values

    def _path(self, number: int) -> Path:
        return Path(self._folder.name if self._folder else "") / f"{number:05d}.bin"


class Buckets(Bins):
    """Collects packed records by ranges of their upper bits and hands them out again sorted, bucket by bucket.

    Args:
        stops: where the buckets end, by the number in the upper bits, ascending; the last one is above all records.
        bits: below these.
        n_words: see `Bins`.
    """

    def __init__(self, stops: Places, bits: np.uint64, n_words: int) -> None:
        super().__init__(n_words)
        self._bucket_of = np.repeat(np.arange(len(stops), dtype=np.uint16), np.diff(stops, prepend=0))
        self._n, self._bits, self._loops = len(stops), bits, fastest(n_words)

    def add(self, records: Numbers) -> None:
        """Take records of any order; equal ones count each."""
        self.deal(self._loops.dealt(records, records, self._bits, self._bucket_of))

    def sorted(self, chosen: Callable[[Numbers], Numbers] = lambda records: records) -> Iterator[Numbers]:
        """All records, sorted, some at a time: those of one number in the upper bits stay together; once.

        Args:
            chosen: the records of a bucket that are wanted.
        """
        for bucket in range(self._n):
            records = self._loops.ascending(chosen(self.taken(bucket)))
            start = 0
            while len(records) - start > AT_ONCE:
                number = records[start + AT_ONCE] >> self._bits
                number += records[start] >> self._bits == number  # it has more records than that by itself
                start, first = int(np.searchsorted(records, number << self._bits)), start
                yield records[first:start]
            yield records[start:]
