"""Who printed shared words first: from dates that are far enough apart, and from agencies' credits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.dating import LEAST_DAYS, has_time

VERDICTS = ("source_first", "own_first", "agency_story", "undecided")
"""What is told of a shared word; the four sum to the shared words."""
SHARED, LINKED, UNDATED, STORY, PAGE, OWN_PAGE = (np.uint8(1 << bit) for bit in range(6))
"""Bits of what is known of a passage: shared at all; of a pair above the floor; its source is undated; both articles
run one agency's story; the source is the agency's own page; the article is."""
NEVER = np.int64(1 << 60)
DAY = np.int64(86_400_000_000)
DAYS = np.int64(LEAST_DAYS // pd.Timedelta(days=1)) * DAY
"""So far apart days must be (see `dating`), in µs."""
CHUNK = 2_000_000
"""Cells worked on at once."""


class When(NamedTuple):
    """First dates, in µs, with and without a time of day (`NEVER`: none), and whether an appearance is undated."""

    timed: np.ndarray
    day: np.ndarray
    undated: np.ndarray

    def at(self, places: np.ndarray | slice) -> "When":
        """Those of some places."""
        return When(self.timed[places], self.day[places], self.undated[places])


def when(published: pd.Series) -> When:
    """When each article was published, as far as it says so."""
    published = pd.to_datetime(published)
    known = published.notna().to_numpy()
    stamps = published.to_numpy(dtype="datetime64[us]").astype(np.int64)
    timed = has_time(published).to_numpy()
    return When(np.where(timed, stamps, NEVER), np.where(known & ~timed, stamps, NEVER), ~known)


def precedes(first: When, second: When) -> np.ndarray:
    """Whether one of the first appearances is before every one of the second, by the dates.

    >>> [a, b] = [when(pd.Series(pd.to_datetime([stamp]))) for stamp in ("2022-09-10 08:00", "2022-09-10 09:00")]
    >>> precedes(a, b).tolist(), precedes(b, a).tolist()
    ([True], [False])
    """
    timed = (first.timed < second.timed) & (first.timed // DAY * DAY + DAYS <= second.day)
    day = first.day + DAYS <= np.minimum(second.timed, second.day)
    return ~second.undated & (timed | day)


class Cells(NamedTuple):
    """Articles cut wherever a shared stretch begins or ends: the words of a cell are shared with the same articles.

    `width`: words of each cell, article after article; `begin`: where the cells of each article begin, and the end.
    """

    width: np.ndarray
    begin: np.ndarray

    @property
    def n(self) -> np.ndarray:
        """Cells of each article."""
        return np.diff(self.begin)


def cut(article: np.ndarray, first: np.ndarray, stop: np.ndarray, n_words: np.ndarray) -> tuple[Cells, np.ndarray]:
    """Cut articles into cells; returns them, and first and last-but-one cell of each stretch within its article.

    Args:
        article: of each stretch.
        first: its first word.
        stop: the word behind it.
        n_words: words of each article.

    >>> cells, places = cut(np.array([1, 1]), np.array([0, 2]), np.array([4, 6]), np.array([3, 9]))
    >>> cells.width.tolist(), cells.begin.tolist(), places.tolist()
    ([3, 2, 2, 2, 3], [0, 1, 5], [[0, 1], [2, 3]])
    """
    base = np.append(0, np.cumsum(n_words))
    stretches = np.stack([base[article] + first, base[article] + stop])
    edges = np.unique(np.concatenate([base, stretches.ravel()]))
    begin = np.searchsorted(edges, base)
    return Cells(np.diff(edges), begin), np.searchsorted(edges, stretches) - begin[article]


@dataclass(frozen=True, eq=False)
class Stretches:
    """Shared stretches: the block each belongs to, its cells [first, stop) there, and the article it is shared with.

    `known` are bits (see `SHARED`), `seen` tells when the other article was published. Sorted by block.
    """

    block: np.ndarray
    first: np.ndarray
    stop: np.ndarray
    known: np.ndarray
    seen: When

    def between(self, low: int, high: int) -> "Stretches":
        """Those of the blocks [low, high)."""
        rows = slice(*np.searchsorted(self.block, [low, high]))
        return Stretches(self.block[rows], self.first[rows], self.stop[rows], self.known[rows], self.seen.at(rows))


def count_verdicts(there: Stretches, article: np.ndarray, here: Stretches, own: When, cells: Cells) -> np.ndarray:
    """How many words of each block have which of `VERDICTS`.

    A word was first printed at the source if one article there is before every article here that holds it, and the
    other way round; the outlet's own other articles are looked at too, for it may print again what it had first. Dates
    tell only of words in a pair of articles above the floor.

    Args:
        there: stretches found at a source. A block is an article beside one source.
        article: the article of each block, ascending.
        here: stretches found in other articles of the same outlet; its blocks are the articles.
        own: when each article was published by its outlet.
        cells: of the articles.

    Returns:
        an array of blocks by verdicts.
    """
    counts = np.zeros((len(article), len(VERDICTS)), dtype=np.int64)
    for blocks in _chunks(cells.n[article]):
        low, high = article[blocks.start], article[blocks.stop - 1] + 1
        starts = np.append(0, np.cumsum(cells.n[article[blocks]]))
        nothing = np.full(len(starts) - 1, NEVER)
        begin = When(nothing, nothing, np.zeros(len(nothing), dtype=bool))
        source, known = _spread(there.between(blocks.start, blocks.stop), starts, blocks.start, begin)
        mine = here.between(low, high)
        outlet, _ = _spread(mine, cells.begin[low : high + 1] - cells.begin[low], low, own.at(slice(low, high)))
        cell = np.flatnonzero(known)
        block = np.searchsorted(starts, cell, side="right") - 1
        place = cell - starts[block] + cells.begin[article[blocks][block]]
        verdict = _verdicts(source.at(cell), outlet.at(place - cells.begin[low]), known[cell])
        np.add.at(counts, (block + blocks.start, verdict), cells.width[place])
    return counts


def _chunks(cells: np.ndarray) -> Iterator[slice]:
    """Blocks so cut that each slice holds about `CHUNK` cells, or one block."""
    part = np.cumsum(cells) // CHUNK
    edges = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(cells)]
    yield from (slice(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True) if a < b)


def _spread(rows: Stretches, starts: np.ndarray, base: int, begin: When) -> tuple[When, np.ndarray]:
    """First appearance of each cell of some blocks, laid end to end, and what is known of it.

    Args:
        rows: stretches of these blocks.
        starts: where the cells of each block begin, and the end of the last.
        base: number of the first block.
        begin: when the block's words appeared before any stretch is looked at.
    """
    found = begin.at(np.repeat(np.arange(len(starts) - 1), np.diff(starts)))
    known = np.zeros(int(starts[-1]), dtype=np.uint8)
    lengths = rows.stop - rows.first
    row = np.repeat(np.arange(len(lengths)), lengths)
    cell = np.arange(len(row)) + (starts[rows.block - base] + rows.first - np.cumsum(lengths) + lengths)[row]
    np.bitwise_or.at(known, cell, rows.known[row])
    np.minimum.at(found.timed, cell, rows.seen.timed[row])
    np.minimum.at(found.day, cell, rows.seen.day[row])
    return found._replace(undated=found.undated | (known & UNDATED > 0)), known


def _verdicts(there: When, here: When, known: np.ndarray) -> np.ndarray:
    """The verdict on each shared cell, as a number into `VERDICTS`: credits before dates."""
    linked = known & LINKED > 0
    told = [known & PAGE > 0, known & OWN_PAGE > 0, known & STORY > 0]
    told += [linked & precedes(there, here), linked & precedes(here, there)]
    return np.select(told, [0, 1, 2, 0, 1], 3)
