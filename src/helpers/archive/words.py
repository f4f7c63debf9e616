"""Where the words of an archive's articles stand, kept so that texts need not be split again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from helpers.archive.splice import Stored
from helpers.layout import PROSE
from helpers.prose import ProseWords

_FAR = 255


@dataclass(frozen=True, eq=False)
class Spans:
    """The prose words of articles, by number.

    Attributes:
        steps: characters from one edge of a word to the next, from 0 on in each article: (2 * words,); 255: see `far`.
        far_places: where among the steps those of 255 or more stand, ascending.
        far: these.
        quoted: of each word whether it is direct speech.
        offsets: where the words of each article begin, and the number of words.
    """

    steps: NDArray[np.uint8]
    far_places: NDArray[np.int64]
    far: NDArray[np.int64]
    quoted: NDArray[np.bool_]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, articles: Iterable[ProseWords]) -> "Spans":
        """The words of some articles."""
        own = list(articles)
        edges = [np.diff(np.stack([one.start, one.end], axis=1).ravel(), prepend=0) for one in own]
        steps = np.concatenate([np.empty(0, np.int64), *edges])
        far = np.flatnonzero(steps >= _FAR)
        quoted = np.concatenate([np.empty(0, bool), *(one.quoted for one in own)])
        offsets = np.cumsum([0, *map(len, own)])
        return cls(np.minimum(steps, _FAR).astype(np.uint8), far, steps[far], quoted, offsets)

    def with_more(self, more: "Spans") -> "Spans":
        """These, then more."""
        moved = replace(more, far_places=more.far_places + len(self.steps), offsets=self.offsets[-1] + more.offsets[1:])
        return Spans(*(np.concatenate([getattr(self, name), getattr(moved, name)]) for name in Spans.__annotations__))

    def words(self, number: int, first: NDArray[np.int64], sentences: NDArray[np.int64], text: str) -> ProseWords:
        """The words of an article.

        Args:
            number: the article.
            first: where its sentences of prose start.
            sentences: their numbers.
            text: of the article.
        """
        own = slice(*self.offsets[number : number + 2].tolist())
        steps = self.steps[2 * own.start : 2 * own.stop].astype(np.int32)
        far = slice(*np.searchsorted(self.far_places, [2 * own.start, 2 * own.stop]).tolist())
        steps[self.far_places[far] - 2 * own.start] = self.far[far]
        edges = np.cumsum(steps, dtype=np.int32)
        owner = np.searchsorted(first, edges[::2], side="right") - 1
        number_of = sentences[owner].astype(np.int32) if len(edges) else np.empty(0, np.int32)
        return ProseWords(edges[::2], edges[1::2], number_of, np.asarray(self.quoted[own]), text)


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
