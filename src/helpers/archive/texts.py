"""The articles of a growing corpus as they were read, and what cleaning learns from all of them together.

A new article may teach that a line is boilerplate of its outlet, or tip the commonest language, which those have
that are too short to tell: old articles that this changes are cleaned again from their raw text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.candidates.numbering import is_among
from helpers.cleaning import clean
from helpers.corpus import CHUNK, First, Job, begun_articles, is_unlikely, split_articles
from helpers.duplicates import Fingerprint, Shingles, earlier_copies, shingles
from helpers.languages import filled
from helpers.layout import Span
from helpers.parts import Split
from helpers.recurring import LEAST_ARTICLES, Lines, learn
from helpers.segmentation import keys_at, word_keys, word_spans
from helpers.sources import RawArticle
from helpers.workers import spread

BANDS = 12
RAW = ("article_id", "path", "outlet", "text", "encoding", "title", "published", "url", "author")


@dataclass(frozen=True)
class Rules:
    """The parameters of cleaning (see `corpus.clean_corpus`)."""

    language: str = "auto"
    ignore: tuple[str, ...] = ()
    learn_boilerplate: bool = True


@dataclass(frozen=True, eq=False)
class AllLines:
    """The lines of all articles of known outlets: a number each, whether it is a sentence, where an article begins."""

    numbers: NDArray[np.uint64]
    sentences: NDArray[np.bool_]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, lines: Iterable[Lines | None]) -> "AllLines":
        """The lines of articles, of those that have none (no outlet is known) nothing."""
        own = [one or Lines.none() for one in lines]
        every = Lines.joined(own)
        return cls(every.numbers, every.sentences, np.cumsum([0, *(len(one.numbers) for one in own)]))

    def with_more(self, more: "AllLines") -> "AllLines":
        """These, then more."""
        offsets = np.append(self.offsets, self.offsets[-1] + more.offsets[1:])
        numbers = np.concatenate([self.numbers, more.numbers])
        return AllLines(numbers, np.concatenate([self.sentences, more.sentences]), offsets)

    def holding(self, articles: NDArray[np.int64], lines: set[int]) -> NDArray[np.int64]:
        """Those of some articles, ascending, that hold one of the lines."""
        found = is_among(self.numbers, np.array(sorted(lines), dtype=np.uint64))
        owners = np.searchsorted(self.offsets, np.flatnonzero(found), side="right") - 1
        return np.intersect1d(owners, articles)


@dataclass(frozen=True, eq=False)
class Texts:
    """What is known of the articles, in the order in which they were read.

    Attributes:
        meta: columns of `RAW` without text, `told` (the language, null where it could not be told), `language` (the
            one it was cleaned in), `misread` (see `corpus.is_unlikely`).
        raw: the raw texts of articles, by their places.
        lines: of each article.
        learnt: boilerplate of each outlet that has some.
        bands: keys under which near articles meet (see `duplicates`): (articles, `BANDS`); 0: no words.
    """

    meta: pd.DataFrame
    raw: Callable[[Sequence[int]], list[str]]
    lines: AllLines
    learnt: dict[str, set[int]]
    bands: NDArray[np.uint64]

    @classmethod
    def none(cls) -> "Texts":
        """Of no articles."""
        meta = pd.DataFrame({name: pd.Series(dtype="object") for name in (*RAW, "told", "language", "misread")})
        bands = np.empty((0, BANDS), np.uint64)
        return cls(meta.drop(columns="text"), lambda places: [], AllLines.of([]), {}, bands)

    def article(self, place: int, text: str) -> RawArticle:
        """An article as it was read."""
        row = self.meta.iloc[place]
        known: dict[str, Any] = {name: None if pd.isna(row[name]) else row[name] for name in RAW if name != "text"}
        return RawArticle(**known, text=text)


class Grown(NamedTuple):
    """Texts after articles came: the places of those that are new or were cleaned again, these articles, their parts.

    `copies` says for each article of `compared` which one it repeats, if it repeats one.
    """

    texts: Texts
    touched: list[int]
    raw: list[RawArticle]
    split: list[Split]
    copies: dict[str, str]
    compared: list[str]


def grown(
    known: Texts,
    new: list[RawArticle],
    rules: Rules,
    clean_text: Callable[[int], str] = lambda place: "",
    processes: int = 1,
) -> Grown:
    """Clean new articles, and old ones again that these change.

    Args:
        known: the old articles.
        new: articles whose ids no old one has.
        rules: see there.
        clean_text: the text of an old article as it is now, by its place.
        processes: worker processes.
    """
    n = len(known.meta)
    with spread(processes, CHUNK) as run:
        begin = partial(begun_articles, language=rules.language, ignore=rules.ignore)
        begun = [*run(begin, [(a.text, rules.learn_boilerplate and a.outlet is not None) for a in new])]
    told = [None if pd.isna(own) else own for own in known.meta["told"]] + [first.language for first in begun]
    languages = filled(told)
    again = {i for i, own in enumerate(known.meta["language"]) if own != languages[i]}
    lines = known.lines.with_more(AllLines.of(first.lines for first in begun))
    outlets = [None if pd.isna(own) else own for own in known.meta["outlet"]] + [a.outlet for a in new]
    source = _Source(known, new, begun, told, languages, rules)
    learnt = dict(known.learnt)
    members: dict[str, list[int]] = {}
    for place, outlet in enumerate(outlets):
        if outlet is not None:
            members.setdefault(outlet, []).append(place)
    for outlet in sorted({o for o in (outlets[i] for i in [*again, *range(n, len(told))]) if o is not None}):
        places = np.array(members[outlet])
        learnt[outlet] = set()
        if rules.learn_boilerplate and len(places) >= LEAST_ARTICLES:
            learnt[outlet] = _learn(lines, places, source)
        again |= set(lines.holding(places[places < n], learnt[outlet] ^ known.learnt.get(outlet, set())).tolist())
    touched = [*sorted(again), *range(n, len(told))]
    raw = [source.raw(place) for place in touched]
    jobs = [_job(source, place, article, learnt) for place, article in zip(touched, raw, strict=True)]
    with spread(processes, CHUNK) as run:
        split = [*run(split_articles, jobs)]
    texts = _texts(known, new, lines, learnt, told, languages, dict(zip(touched, split, strict=True)))
    named = {place: own.fingerprint for place, own in zip(touched, split, strict=True)}
    compared = _meeting(known.bands, texts.bands, touched)
    prints = {place: named.get(place) or _fingerprint(clean_text(place)) for place in compared}
    names = texts.meta["article_id"]
    copies = earlier_copies({names.iloc[place]: own for place, own in prints.items()})
    return Grown(texts, touched, raw, split, copies, [names.iloc[place] for place in compared])


@dataclass(frozen=True, eq=False)
class _Source:
    """Raw and first clean texts of old and new articles, made when they are asked for."""

    known: Texts
    new: list[RawArticle]
    begun: list[First]
    told: list[str | None]
    languages: list[str]
    rules: Rules

    @cached_property
    def _old(self) -> dict[int, RawArticle]:
        return {}

    def raw(self, place: int) -> RawArticle:
        """An article as read."""
        n = len(self.known.meta)
        if place >= n:
            return self.new[place - n]
        if place not in self._old:
            self._old[place] = self.known.article(place, self.known.raw([place])[0])
        return self._old[place]

    def cleaned(self, place: int) -> Any:
        """An article cleaned by its own text alone."""
        n = len(self.known.meta)
        if place >= n and self.begun[place - n].language:
            return self.begun[place - n].cleaned
        return clean(self.raw(place).text, self.rules.ignore, self.languages[place])

    def lines(self, place: int) -> Lines:
        """The lines of an article as outlets are learnt from them."""
        n = len(self.known.meta)
        own = self.begun[place - n].lines if place >= n else None
        return own or Lines.of(clean(self.raw(place).text, self.rules.ignore, self.told[place] or "").text)


def _learn(lines: AllLines, places: NDArray[np.int64], source: _Source) -> set[int]:
    """The boilerplate of an outlet, whose articles stand at some places (see `recurring`)."""
    rows = np.concatenate([np.arange(*lines.offsets[[place, place + 1]]) for place in places])
    owners = np.repeat(np.arange(len(places)), np.diff(lines.offsets)[places])

    def shingles_of(i: int) -> Shingles:
        return shingles(word_keys(source.cleaned(int(places[i])).text))

    return learn(lines.numbers[rows], lines.sentences[rows], owners, len(places), shingles_of)


def _job(source: _Source, place: int, article: RawArticle, learnt: Mapping[str, set[int]]) -> Job:
    cleaned = source.cleaned(place)
    spans: list[Span] = []
    boilerplate = learnt.get(article.outlet, set()) if article.outlet is not None else set()
    if boilerplate:
        own = source.lines(place)
        junk = is_among(own.numbers, np.array(sorted(boilerplate), dtype=np.uint64))
        spans = sorted(zip(own.starts[junk].tolist(), own.ends[junk].tolist(), strict=True))
    return Job(cleaned, source.languages[place], spans, article.text if spans else "")


def _texts(
    known: Texts,
    new: list[RawArticle],
    lines: AllLines,
    learnt: dict[str, set[int]],
    told: list[str | None],
    languages: list[str],
    split: Mapping[int, Split],
) -> Texts:
    n = len(known.meta)
    rows = [{name: getattr(article, name) for name in RAW if name != "text"} for article in new]
    meta = pd.concat([known.meta, pd.DataFrame(rows, columns=known.meta.columns[:-3])], ignore_index=True)
    misread = np.append(known.meta["misread"].to_numpy(dtype=bool), np.zeros(len(new), dtype=bool))
    bands = np.concatenate([known.bands, np.zeros((len(new), BANDS), np.uint64)])
    for place, own in split.items():
        misread[place] = is_unlikely(own.text, languages[place])
        bands[place] = own.fingerprint.bands or 0

    def raw(places: Sequence[int]) -> list[str]:
        old = iter(known.raw([place for place in places if place < n]))
        return [new[place - n].text if place >= n else next(old) for place in places]

    meta = meta.assign(told=pd.Series(told, dtype="object"), language=languages, misread=misread)
    return replace(known, meta=meta, raw=raw, lines=lines, learnt=learnt, bands=bands)


def _meeting(before: NDArray[np.uint64], after: NDArray[np.uint64], touched: list[int]) -> list[int]:
    """The places of articles that may repeat, or be repeated by, what came or changed, directly or through others."""
    changed = np.array([place for place in touched if place < len(before)], dtype=np.int64)
    keys = np.concatenate([after, before[changed]])
    owners = np.concatenate([np.arange(len(after)), changed])
    has_words = keys.any(axis=1)
    keys, owners = keys[has_words], owners[has_words]
    flat = (keys * np.uint64(2 * BANDS + 1) + np.arange(BANDS, dtype=np.uint64)).ravel()
    values, at = np.unique(flat, return_inverse=True)
    size = len(after) + len(values)
    edges = (np.repeat(owners, BANDS), len(after) + at)
    graph = coo_array((np.ones(len(at), dtype=bool), edges), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][: len(after)]
    return np.flatnonzero(np.isin(labels, labels[touched])).tolist()


def _fingerprint(text: str) -> Fingerprint:
    return Fingerprint.of(keys_at(text, *word_spans(text)))
