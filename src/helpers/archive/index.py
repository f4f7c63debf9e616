"""What an archive keeps beside its tables so that articles can be added: raw texts, and what all pairs share."""

import json
import os
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from helpers.archive.pairs import Pairs
from helpers.archive.runs import Frequent, Shared, Words
from helpers.archive.texts import AllLines, Texts
from helpers.candidates.keys import CorpusKeys, Places
from helpers.prose import Spans

FOLDER = "index"
_TOGETHER = 128  # raw texts that are read together


@dataclass(frozen=True, eq=False)
class Index:
    """The index of an archive.

    Attributes:
        texts: the articles, in the order in which they were read.
        pairs: what all pairs share.
        spans: where the words of the articles stand, by their numbers in `pairs`.
        numbers: the number in `pairs` of each article of `texts`.
        outlet_words: words that articles share with outlets (see `overlap.outlet_words`).
        read_problems: how many rows of `problems` tell of reading; the others tell of articles.
    """

    texts: Texts
    pairs: Pairs
    spans: Spans
    numbers: Places
    outlet_words: pd.DataFrame
    read_problems: int


def save(index: Index, folder: Path, valid_for: Mapping[str, Any], before: Path | None = None) -> None:
    """Write the index.

    Args:
        index: the index.
        folder: a new folder.
        valid_for: what `load` must be asked with.
        before: folder of the index that this one was made from: raw texts that are there are not written again.
    """
    folder.mkdir(parents=True)
    pieces = sorted(before.glob("raw-*.parquet")) if before else []
    for piece in pieces:
        os.link(piece, folder / piece.name)
    written = sum(pq.read_metadata(piece).num_rows for piece in pieces)
    texts = index.texts.raw(range(written, len(index.texts.meta)))
    raw = pa.table({"text": pa.array(texts, pa.large_string())})
    pq.write_table(raw, folder / f"raw-{len(pieces):05}.parquet", _TOGETHER, compression="zstd")
    index.texts.meta.to_parquet(folder / "meta.parquet")
    index.outlet_words.to_parquet(folder / "outlet_words.parquet")
    for name, array in _arrays(index).items():
        np.save(folder / f"{name}.npy", _narrow(array))
    learnt = {outlet: sorted(lines) for outlet, lines in index.texts.learnt.items()}
    told = {"valid_for": valid_for, "learnt": learnt, "read_problems": index.read_problems}
    (folder / "index.json").write_text(json.dumps(told, sort_keys=True), encoding="ascii")


def _narrow(array: NDArray[Any]) -> NDArray[Any]:
    """Counts and places in half the room, where they have it: `load` widens them."""
    fits = array.dtype == np.int64 and len(array) and array.max() <= np.iinfo(np.int32).max and array.min() >= 0
    return array.astype(np.int32) if fits else array


def _wide(array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(array, dtype=np.int64 if array.dtype == np.int32 else None)  # slices of a memmap are slow


def _arrays(index: Index) -> dict[str, Any]:
    pairs, lines = index.pairs, index.texts.lines
    arrays = {"numbers": index.numbers, "bands": index.texts.bands, "live": pairs.live}
    arrays |= {"words": pairs.keys.numbers, "offsets": pairs.keys.offsets}
    arrays |= {f"lines_{name}": getattr(lines, name) for name in ("numbers", "sentences", "offsets")}
    arrays |= {f"spans_{name}": getattr(index.spans, name) for name in Spans.__annotations__}
    for name, part in (("lexicon", pairs.words), ("shared", pairs.shared), ("frequent", pairs.frequent)):
        arrays |= {f"{name}_{column}": array for column, array in part._asdict().items()}
    return arrays


def load(folder: Path, valid_for: Mapping[str, Any]) -> Index | None:
    """The index in a folder; None if there is none, or none that is valid."""
    try:
        told = json.loads((folder / "index.json").read_text(encoding="ascii"))
        if told["valid_for"] != valid_for:
            return None
        arrays = {path.stem: _wide(np.load(path, mmap_mode="r")) for path in folder.glob("*.npy")}
        meta, outlet_words = (pd.read_parquet(folder / f"{name}.parquet") for name in ("meta", "outlet_words"))
    except (OSError, ValueError, LookupError, pa.ArrowInvalid):
        return None

    def part(kind: Any, name: str) -> Any:
        return kind(*(arrays[f"{name}_{column}"] for column in kind._fields))

    lines = AllLines(*(arrays[f"lines_{name}"] for name in ("numbers", "sentences", "offsets")))
    learnt = {outlet: set(own) for outlet, own in told["learnt"].items()}
    texts = Texts(meta, _Raw(folder), lines, learnt, np.asarray(arrays["bands"]))
    keys = CorpusKeys(arrays["words"], np.asarray(arrays["offsets"]))
    kept = (part(Words, "lexicon"), part(Shared, "shared"), part(Frequent, "frequent"))
    pairs = Pairs(keys, np.asarray(arrays["live"]), *kept)
    spans = Spans(*(arrays[f"spans_{name}"] for name in Spans.__annotations__))
    return Index(texts, pairs, spans, np.asarray(arrays["numbers"]), outlet_words, told["read_problems"])


class _Raw:
    """The raw texts in a folder: those that stand together are read when one of them is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[int, pa.Array] = {}

    @cached_property
    def _groups(self) -> tuple[list[tuple[Path, int]], list[int]]:
        """Each group of texts by its file and its number there; at which text they begin."""
        pieces = {piece: pq.read_metadata(piece) for piece in sorted(self._folder.glob("raw-*.parquet"))}
        groups = [(piece, i) for piece, told in pieces.items() for i in range(told.num_row_groups)]
        return groups, [0, *accumulate(pieces[piece].row_group(i).num_rows for piece, i in groups)]

    def _text(self, place: int) -> str:
        groups, begins = self._groups
        group = bisect_right(begins, place) - 1
        if group not in self._read:
            piece, number = groups[group]
            self._read[group] = pq.ParquetFile(piece).read_row_group(number)["text"].combine_chunks()
        return str(self._read[group][place - begins[group]])

    def __call__(self, places: Sequence[int]) -> list[str]:
        return [self._text(place) for place in places]
