"""Shared words in speech and in prose, and narration that a copy puts in quotation marks.

Two outlets that quote one press conference share speech; a copy shares prose. And where one article has in quotation
marks, as somebody's words, what another tells in its own voice, one of them is wrong about who said it.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.prose import ProseWords, quoted_words
from helpers.segmentation import keys_at
from helpers.shares import looked_up, numbered_pairs, row_ranges, word_places
from helpers.speech import says

SPEECH_COLUMNS = ("both_speech", "own_speech", "source_speech", "both_prose")
"""Reused words in quotation marks in both articles, in the first only, in the source only, in neither."""
LEAST_WORDS = 8
"""Fewer words of narration inside quotation marks are not flagged: as few as make a verbatim run."""
MOST_SPEECH = 0.2
"""A quotation of whose shared words more than this part is speech in the source too is that speech."""
_AT_ONCE = 1 << 16
_NONE = np.empty(0, dtype=np.int64)
_LEAST_RUN = 2  # a word alone that recurs in the passage is chance
_ORDER = {"verbatim": 0, "edited": 1, "paraphrased": 2}

Corpus = Mapping[str, ProseWords]


class Reused(NamedTuple):
    """The words of every passage: found once, counted by pair and by article.

    `places` are those of `shares.word_places`, without words in quotation marks; `speech` is that of `shared_speech`.
    """

    places: pd.DataFrame
    speech: pd.DataFrame

    @classmethod
    def of(cls, corpus: Corpus, passages: pd.DataFrame, formulaic: Mapping[str, np.ndarray] | None = None) -> "Reused":
        """Find them; see `word_places`."""
        places, speech = [], []
        for part in row_ranges(passages):
            rows = passages.iloc[part]
            own = word_places(corpus, rows, formulaic or {})
            found = shared_speech(corpus, rows, own)
            places.append(own.drop(columns=["quoted_first", "quoted_stop"]))
            speech.append(found.assign(row=found["row"] + part.start))
        return cls(pd.concat(places), pd.concat(speech, ignore_index=True))

    def among(self, rows: slice) -> "Reused":
        """Those of some rows of the table."""
        speech = self.speech.iloc[slice(*self.speech["row"].searchsorted([rows.start, rows.stop]))]
        return Reused(self.places.iloc[rows], speech.assign(row=speech["row"] - rows.start))


def word_keys(text: str, own: ProseWords) -> list[str]:
    """The keys by which the prose words of a text are compared."""
    return keys_at(text, own.start, own.end)


def by_pair(passages: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """Start, end, source_start and source_end of the passages of every ordered pair, pairs sorted, verbatim first."""
    pairs, groups = numbered_pairs(passages)
    order = np.lexsort((passages["start"], looked_up(passages["kind"], _ORDER), groups))
    spans = passages[["start", "end", "source_start", "source_end"]].to_numpy(dtype=np.int64)[order]
    edges = np.searchsorted(groups[order], np.arange(len(pairs) + 1)).tolist()
    names = zip(pairs["article_id"].tolist(), pairs["source_id"].tolist(), strict=True)
    return {pair: spans[low:high] for pair, (low, high) in zip(names, pairwise(edges), strict=True)}


def counterparts(
    own: ProseWords, keys: list[str], source: ProseWords, source_keys: list[str], spans: np.ndarray
) -> np.ndarray:
    """For every prose word its word in the source: same key, in a run of two or more, in one passage; else -1.

    Args:
        own: words of the article; `keys` are theirs.
        keys: see `word_keys`.
        source: words of the source; `source_keys` are theirs.
        source_keys: see `word_keys`.
        spans: passages of this ordered pair (see `by_pair`): where they lie inside each other, the first counts.
    """
    found = np.full(len(own), -1, dtype=np.int64)
    edges = [edge.tolist() for edge in (*own.stretches(*spans[:, :2].T), *source.stretches(*spans[:, 2:].T))]
    for first, stop, low, high in zip(*edges, strict=True):
        place, known = _matched(keys[first:stop], source_keys[low:high]), found[first:stop]
        found[first:stop] = np.where((known < 0) & (place >= 0), place + low, known)
    return found


def _matched(keys: list[str], source_keys: list[str]) -> np.ndarray:
    """For every word of a passage its place among the source's words, -1 where it has none."""
    if keys == source_keys and len(keys) >= _LEAST_RUN:
        return np.arange(len(keys))
    found = np.full(len(keys), -1, dtype=np.int64)
    for a, b, size in SequenceMatcher(None, keys, source_keys, autojunk=False).get_matching_blocks():
        if size >= _LEAST_RUN:
            found[a : a + size] = np.arange(b, b + size)
    return found


def shared_speech(corpus: Corpus, passages: pd.DataFrame, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """The words of every passage that stand in quotation marks in both articles: what two outlets may both have heard.

    Narration that only one of them puts in quotation marks is no shared speech, nor is speech that the other retells.

    Args:
        corpus: prose words by article.
        passages: the table of that name.
        places: see `shares.word_places`, if they are known.

    Returns:
        One row per stretch of such words: row (number of the passage, 0 for the first of the table), first and stop:
        the article's words [first, stop).
    """
    places = word_places(corpus, passages) if places is None else places
    rows = np.flatnonzero(places["quoted_stop"] > places["quoted_first"])
    there = word_places(corpus, _mirror(passages).iloc[rows])
    both = (there["quoted_stop"] > there["quoted_first"]).to_numpy()
    rows, found = rows[both], [places.iloc[rows[both]], there[both]]
    edges = [side[["first", "stop"]].to_numpy(dtype=np.int64) for side in found]
    own, source, kind = (passages[name].iloc[rows] for name in ("article_id", "source_id", "kind"))
    as_it_is = (kind == "verbatim").to_numpy() & (np.ptp(edges[0], axis=1) == np.ptp(edges[1], axis=1))
    stretches = []
    for low in range(0, max(1, len(rows)), _AT_ONCE):
        part = slice(low, low + _AT_ONCE)
        told = own.iloc[part], source.iloc[part], as_it_is[part], *(side[part].tolist() for side in edges)
        spoken = [_spoken(corpus, *row) for row in zip(*told, strict=True)]
        stretches.append(_stretches(rows[part], edges[0][part, 0], spoken))
    return pd.concat(stretches, ignore_index=True)


def _spoken(corpus: Corpus, a: str, b: str, as_it_is: bool, own: list[int], source: list[int]) -> np.ndarray:
    """Which words of a passage of two articles are speech in both."""
    here, there = slice(*own), slice(*source)
    spoken, heard = quoted_words(corpus, a)[here], quoted_words(corpus, b)[there]
    if as_it_is:
        return spoken & heard
    return spoken if heard.all() else spoken & _speech_there(corpus[a], here, corpus[b], there)


def _stretches(rows: np.ndarray, first: np.ndarray, flags: Sequence[np.ndarray]) -> pd.DataFrame:
    """The stretches of True in the words of each row, which begin at its `first`."""
    gap = np.zeros(1, dtype=bool)
    flat = np.concatenate([part for own in flags for part in (gap, own)] + [gap])
    begins = np.cumsum([0, *(len(own) + 1 for own in flags)])
    low, stop = np.flatnonzero(flat[1:] != flat[:-1]).reshape(-1, 2).T
    owner = np.searchsorted(begins, low, side="right") - 1
    shift = (first - begins[:-1])[owner]
    return pd.DataFrame({"row": rows[owner], "first": low + shift, "stop": stop + shift})


def _speech_there(own: ProseWords, here: slice, source: ProseWords, there: slice) -> np.ndarray:
    """For every word of a passage whether its counterpart is speech; without one as the last, else as most of it."""
    quoted = source.quoted[there]
    if quoted.all() or not quoted.any():
        return np.full(len(own.quoted[here]), bool(quoted.any()))
    place = _matched(_keys(own, here), _keys(source, there))
    found = np.append(quoted.mean() > 0.5, quoted[place])  # the first stands for the words before any counterpart
    known = np.append(True, place >= 0)
    return found[np.maximum.accumulate(np.where(known, np.arange(len(known)), 0))][1:]


def _keys(own: ProseWords, inside: slice) -> list[str]:
    starts, ends = own.start[inside], own.end[inside]
    low, high = (int(starts[0]), int(ends[-1])) if len(starts) else (0, 0)
    return keys_at(own.text[low:high], starts - low, ends - low)


def speech_table(texts: Mapping[str, str], corpus: Corpus, passages: pd.DataFrame) -> pd.DataFrame:
    """Reused words of every ordered pair with passages, split into shared speech and shared prose.

    Args:
        texts: clean text by article; only articles in it are looked at.
        corpus: prose words by article.
        passages: the table of that name.

    Returns:
        Columns article_id, source_id and `SPEECH_COLUMNS`, which add up to `reused_words` of the table `overlap`;
        both_speech over the article's words is its `quoted_share`.
    """
    rows = []
    for (a, b), spans in by_pair(passages[passages["article_id"].isin(texts)]).items():
        own, source = corpus[a], corpus[b]
        reused, there = np.zeros((2, len(own)), dtype=bool)
        for start, end, source_start, source_end in spans.tolist():
            here, other = own.inside(start, end), source.inside(source_start, source_end)
            reused[here] = True
            there[here] |= _speech_there(own, here, source, other)
        sides = [(here, other) for here in (True, False) for other in (True, False)]
        rows.append((a, b, *(int((reused & (own.quoted == h) & (there == o)).sum()) for h, o in sides)))
    return pd.DataFrame(rows, columns=["article_id", "source_id", *SPEECH_COLUMNS])


def passed_off_table(
    texts: Mapping[str, str], corpus: Corpus, passages: pd.DataFrame, quotations: pd.DataFrame
) -> pd.DataFrame:
    """Quotations of an article whose words another article tells in its own voice.

    Words that the source reports as somebody's (*Troops advance, Zelensky said*) are counted apart and do not raise a
    flag: indirect speech made direct is another fault. Neither does a quotation whose closing mark is missing: nobody
    knows where it ends. Nothing here says which of the two is right; where the source is the older one, or an agency's,
    the quotation is not to be trusted.

    Args:
        texts: clean text by article.
        corpus: prose words by article.
        passages: the table of that name.
        quotations: the table of that name.

    Returns:
        One row per flagged quotation and source: article_id, start, end, speaker (null: none stated), source_id,
        source_start, source_end, narration_words, indirect_words, speech_words.
    """
    closed = quotations[quotations["closed"]]
    starts, ends, speakers = (closed[name].to_numpy() for name in ("start", "end", "speaker"))
    of_article = closed.groupby("article_id").indices
    keys = cache(lambda name: word_keys(texts[name], corpus[name]))
    found = []
    for (a, b), spans in by_pair(_narrated(corpus, passages)).items():
        speech = of_article.get(a, _NONE)
        own, source = corpus[a], corpus[b]
        first, stop = own.stretches(starts[speech], ends[speech])
        place = counterparts(own, keys(a), source, keys(b), spans)
        met = np.append(0, np.cumsum(place >= 0))
        for i in np.flatnonzero(met[stop] - met[first] >= LEAST_WORDS).tolist():
            if row := _passed_off(place[first[i] : stop[i]], source, texts[b]):
                found.append((a, *(column[speech[i]] for column in (starts, ends, speakers)), b, *row))
    counted = ["narration_words", "indirect_words", "speech_words"]
    names = ["article_id", "start", "end", "speaker", "source_id", "source_start", "source_end", *counted]
    return pd.DataFrame(found, columns=names)


def _narrated(corpus: Corpus, passages: pd.DataFrame) -> pd.DataFrame:
    """The passages with words in quotation marks, of pairs whose sources have enough words outside them for a flag."""
    places = word_places(corpus, passages)
    rows = passages[(places["quoted_stop"] > places["quoted_first"]).to_numpy()]
    there = word_places(corpus, _mirror(rows))
    outside = (there["stop"] - there["first"]) - (there["quoted_stop"] - there["quoted_first"])
    pairs, groups = numbered_pairs(rows)
    return rows[np.bincount(groups, outside, len(pairs))[groups] >= LEAST_WORDS]


def _mirror(passages: pd.DataFrame) -> pd.DataFrame:
    """The passages as they stand in their sources."""
    return passages[["source_id", "source_start", "source_end"]].set_axis(["article_id", "start", "end"], axis=1)


def _passed_off(place: np.ndarray, source: ProseWords, source_text: str) -> tuple[int, int, int, int, int] | None:
    """Where the source tells the words of a quotation, and how many as narration, as indirect and as direct speech."""
    there = place[place >= 0]
    direct = source.quoted[there]
    if len(there) < LEAST_WORDS or direct.mean() > MOST_SPEECH:
        return None
    told = there[~direct]
    reported = {s: says(_sentence(source, source_text, s)) for s in set(source.sentence[told])}
    narrated = np.array([not reported[s] for s in source.sentence[told]])
    if narrated.sum() < LEAST_WORDS:
        return None
    span = int(source.start[told.min()]), int(source.end[told.max()])
    return *span, int(narrated.sum()), int((~narrated).sum()), int(direct.sum())


def _sentence(own: ProseWords, text: str, sentence: int) -> str:
    """A sentence, from its first to its last word."""
    inside = np.flatnonzero(own.sentence == sentence)
    return text[own.start[inside[0]] : own.end[inside[-1]]]
