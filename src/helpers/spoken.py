"""Shared words in speech and in prose, and narration that a copy puts in quotation marks.

Two outlets that quote one press conference share speech; a copy shares prose. And where one article has in quotation
marks, as somebody's words, what another tells in its own voice, one of them is wrong about who said it.
"""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from helpers.prose import ProseWords
from helpers.segmentation import word_key
from helpers.shares import word_places
from helpers.speech import Speech, says, speeches

SPEECH_COLUMNS = ("both_speech", "own_speech", "source_speech", "both_prose")
"""Reused words in quotation marks in both articles, in the first only, in the source only, in neither."""
LEAST_WORDS = 8
"""Fewer words of narration inside quotation marks are not flagged: as few as make a verbatim run."""
MOST_SPEECH = 0.2
"""A quotation of whose shared words more than this part is speech in the source too is that speech."""
_LEAST_RUN = 2  # a word alone that recurs in the passage is chance
_ORDER = {"verbatim": 0, "edited": 1, "paraphrased": 2}

Corpus = Mapping[str, ProseWords]


def word_keys(text: str, own: ProseWords) -> list[str]:
    """The keys by which the prose words of a text are compared."""
    return [word_key(text[a:b]) for a, b in zip(own.start, own.end, strict=True)]


def counterparts(
    own: ProseWords, keys: list[str], source: ProseWords, source_keys: list[str], passages: pd.DataFrame
) -> np.ndarray:
    """For every prose word its word in the source: same key, in a run of two or more, in one passage; else -1.

    Args:
        own: words of the article; `keys` are theirs.
        keys: see `word_keys`.
        source: words of the source; `source_keys` are theirs.
        source_keys: see `word_keys`.
        passages: the rows of this ordered pair; verbatim ones come first, where passages lie inside each other.
    """
    found = np.full(len(own), -1, dtype=np.int64)
    for row in passages.assign(order=passages["kind"].map(_ORDER)).sort_values(["order", "start"]).itertuples():
        here, there = own.inside(row.start, row.end), source.inside(row.source_start, row.source_end)
        place = _matched(keys[here], source_keys[there])
        found[here] = np.where((found[here] < 0) & (place >= 0), place + there.start, found[here])
    return found


def _matched(keys: list[str], source_keys: list[str]) -> np.ndarray:
    """For every word of a passage its place among the source's words, -1 where it has none."""
    found = np.full(len(keys), -1, dtype=np.int64)
    for a, b, size in SequenceMatcher(None, keys, source_keys, autojunk=False).get_matching_blocks():
        if size >= _LEAST_RUN:
            found[a : a + size] = np.arange(b, b + size)
    return found


def shared_speech(corpus: Corpus, passages: pd.DataFrame) -> pd.DataFrame:
    """The words of every passage that stand in quotation marks in both articles: what two outlets may both have heard.

    Narration that only one of them puts in quotation marks is no shared speech, nor is speech that the other retells.

    Returns:
        One row per stretch of such words: row (number of the passage, 0 for the first of the table), first and stop:
        the article's words [first, stop).
    """
    mirror = {"article_id": "source_id", "start": "source_start", "end": "source_end"}
    places = [_edges(corpus, passages), _edges(corpus, passages[list(mirror.values())].set_axis(list(mirror), axis=1))]
    quoted = (places[0][:, 2] > 0) & (places[1][:, 2] > 0)
    names = zip(passages["article_id"].to_numpy()[quoted], passages["source_id"].to_numpy()[quoted], strict=True)
    verbatim = (passages["kind"] == "verbatim").to_numpy()
    rows = []
    for number, (a, b) in zip(np.flatnonzero(quoted).tolist(), names, strict=True):
        here, there = (slice(*edges[number, :2].tolist()) for edges in places)
        own, source = corpus[a], corpus[b]
        if verbatim[number] and here.stop - here.start == there.stop - there.start:
            spoken = own.quoted[here] & source.quoted[there]
        else:
            spoken = own.quoted[here] & _speech_there(own, here, source, there)
        rows += [(number, here.start + low, here.start + high) for low, high in _runs(spoken)]
    return pd.DataFrame(np.array(rows, dtype=np.int64).reshape(-1, 3), columns=["row", "first", "stop"])


def _edges(corpus: Corpus, passages: pd.DataFrame) -> np.ndarray:
    """First word of each passage, the one behind its last, and how many between them stand in quotation marks."""
    places = word_places(corpus, passages)
    return np.column_stack([places["first"], places["stop"], places["quoted_stop"] - places["quoted_first"]])


def _runs(flags: np.ndarray) -> Iterable[tuple[int, int]]:
    """The stretches [low, high) of True."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0)).tolist()
    return zip(edges[::2], edges[1::2], strict=True)


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
    return [word_key(own.text[a:b]) for a, b in zip(own.start[inside], own.end[inside], strict=True)]


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
    for (a, b), found in passages[passages["article_id"].isin(texts)].groupby(["article_id", "source_id"]):
        own, source = corpus[a], corpus[b]
        reused, there = np.zeros((2, len(own)), dtype=bool)
        for row in found.itertuples():
            here, other = own.inside(row.start, row.end), source.inside(row.source_start, row.source_end)
            reused[here] = True
            there[here] |= _speech_there(own, here, source, other)
        sides = [(here, other) for here in (True, False) for other in (True, False)]
        rows.append((a, b, *(int((reused & (own.quoted == h) & (there == o)).sum()) for h, o in sides)))
    return pd.DataFrame(rows, columns=["article_id", "source_id", *SPEECH_COLUMNS])


def passed_off_table(texts: Mapping[str, str], corpus: Corpus, passages: pd.DataFrame) -> pd.DataFrame:
    """Quotations of an article whose words another article tells in its own voice.

    Words that the source reports as somebody's (*Troops advance, Zelensky said*) are counted apart and do not raise a
    flag: indirect speech made direct is another fault. Neither does a quotation whose closing mark is missing: nobody
    knows where it ends. Nothing here says which of the two is right; where the source is the older one, or an agency's,
    the quotation is not to be trusted.

    Returns:
        One row per flagged quotation and source: article_id, start, end, speaker (null: none stated), source_id,
        source_start, source_end, narration_words, indirect_words, speech_words.
    """
    keys = {name: word_keys(texts[name], own) for name, own in corpus.items()}
    spoken = {name: speeches(texts[name]) for name in sorted(set(passages["article_id"]))}
    rows = []
    for (a, b), found in passages.groupby(["article_id", "source_id"]):
        if not corpus[a].quoted.any():
            continue
        place = counterparts(corpus[a], keys[a], corpus[b], keys[b], found)
        for speech in spoken[a]:
            if speech.closed and (row := _passed_off(speech, corpus[a], corpus[b], texts[b], place)):
                speaker = texts[a][slice(*speech.speaker)] if speech.speaker else None
                rows.append((a, speech.start, speech.end, speaker, b, *row))
    counted = ["narration_words", "indirect_words", "speech_words"]
    names = ["article_id", "start", "end", "speaker", "source_id", "source_start", "source_end", *counted]
    return pd.DataFrame(rows, columns=names)


def _passed_off(
    speech: Speech, own: ProseWords, source: ProseWords, source_text: str, place: np.ndarray
) -> tuple[int, int, int, int, int] | None:
    """Where the source tells the words of a quotation, and how many as narration, as indirect and as direct speech."""
    there = place[own.inside(speech.start, speech.end)]
    there = there[there >= 0]
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
