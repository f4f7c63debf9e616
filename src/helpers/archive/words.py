"""The prose words of an archive's articles, from where they stand: texts need not be split again."""

from collections.abc import Callable, Collection, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from helpers.archive.splice import Stored
from helpers.layout import PROSE
from helpers.prose import ProseWords


class Sentences:
    """The sentences of prose of an archive's articles."""

    def __init__(self, stored: Stored) -> None:
        """Of the table `sentences`."""
        table = stored.arrow
        kept = np.flatnonzero(pc.is_in(table["kind"], value_set=pa.array(sorted(PROSE))).to_numpy())
        self._first, self._numbers = (table[name].to_numpy()[kept] for name in ("start", "sentence"))
        names, begins = stored.blocks
        self._places = {name: place for place, name in enumerate(names)}
        self._begins = np.searchsorted(kept, begins)

    def of(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where those of an article start, and their numbers."""
        place = self._places.get(name)
        own = slice(*self._begins[place : place + 2].tolist()) if place is not None else slice(0, 0)
        return self._first[own], self._numbers[own]


class Words(dict[str, ProseWords]):
    """The prose words of articles, each found when it is first asked for."""

    def __init__(self, find: Callable[[str], ProseWords]) -> None:
        """See above."""
        super().__init__()
        self._find = find

    def __missing__(self, name: str) -> ProseWords:
        """Find the words of an article."""
        return self.setdefault(name, self._find(name))


class Focus(Mapping[str, ProseWords]):
    """The prose words of some articles; those of others can be looked up."""

    def __init__(self, own: Collection[str], words: Words) -> None:
        """See above."""
        self._own, self._words = own, words

    def __getitem__(self, name: str) -> ProseWords:
        """The words of an article."""
        return self._words[name]

    def __iter__(self) -> Iterator[str]:
        """The articles in focus."""
        return iter(self._own)

    def __len__(self) -> int:
        """How many are in focus."""
        return len(self._own)
