"""Words, sentences and quotations, each with its place in the text: spans are [start, end) in code points."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from helpers.layout import is_credit, paragraph_kinds, paragraphs
from helpers.punctuation import sentence_spans
from helpers.spaceless import holds_spaceless, split

_HIDDEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"  # characters that are not seen and part no word
_WORD = regex.compile(
    rf"[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}{_HIDDEN}]*(?:['’ʼ＇][\p{{L}}\p{{M}}\p{{N}}{_HIDDEN}]+)*"
)
_ATTACHED = regex.compile(rf"[\p{{M}}{_HIDDEN}]")
PLAIN = 0x2E80  # scripts written without blanks begin here
LETTER, APOSTROPHE, OTHER = 1, 2, 3
_ASCII_KINDS = bytes(LETTER if chr(code).isalnum() else APOSTROPHE if code == ord("'") else 0 for code in range(256))
_HIDDEN_RUN = regex.compile(f"[{_HIDDEN}]+")
_APOSTROPHES = regex.compile("[’ʼ＇]")
_TYPESET = {"’": "'", **dict.fromkeys("“”‘–—…", " ")}  # beyond ASCII, what most texts have
_SPACED = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | {ord("'"): "'"}
_LONE_APOSTROPHE = re.compile(r"'(?:(?![a-z0-9])|(?<![a-z0-9]'))")

_LOWER = regex.compile(r"\p{Ll}")
_ATTRIBUTION = regex.compile(
    r"(?<=[!?][”\"’]\s)\p{Lu}[\p{L}.'’-]*(?:\s[\p{L}.'’-]+){0,3}?"
    r"\s(?:said|says|wrote|writes|asked|told|added|shouted|tweeted|posted|declared)\b"
)
_GLUED = regex.compile(
    r"(?:(…|\.\.\.)\s+(?=[“‘\"]?\p{Lu})|(?<=\p{Ll}{3})(\.[”’\"]?)(?=[“‘\"]?\p{Lu}\p{Ll})"
    r"|([。！？؟۔।][”’\"»」』）)]*)\s*(?=\S))"
)
_GLUED_STOP = re.compile(r"\.(?:\.\.|[”’\"]?[“‘\"]?[A-Z\x80-\U0010ffff][a-z\x80-\U0010ffff])")
_GLUED_MARK = re.compile("[…。！？؟۔।]")
"""Of these two one is found wherever sentences are glued; in most paragraphs neither is."""
_DOUBLE_MARK = (
    r"[“‟„«「『]|``(?=\S)|(?<![\p{L}\p{N}'])''(?=[\p{L}\p{N}])|(?<![\p{L}\p{N}.,!?…])»(?=[\p{L}\p{N}])"
    r"|(?<![\p{L}\p{N}.,!?;:…)\]”’'\"])[\"”＂״](?=\S)|(?<=[\p{Han}\p{Hiragana}\p{Katakana}：，、])[\"＂](?=\p{L})"
)
_DOUBLE = regex.compile(_DOUBLE_MARK)
_OPENING = regex.compile(rf"{_DOUBLE_MARK}|(?<![\p{{L}}\p{{N}}])[‘‛'‚‹](?=[\p{{L}}\p{{N}}])")
_SENTENCE_END = regex.compile(r"[.!?…؟۔](?=\s|$)|[。！？]")
_BEFORE_WORD = r"(?!(?!\p{Han})[\p{L}\p{N}])"  # Chinese goes on behind a mark without a blank
_STRAIGHT = regex.compile(rf"(?<=\S)[\"”＂״]{_BEFORE_WORD}")
_SINGLE = regex.compile(r"(?<=\S)[’'](?![\p{L}\p{N}])")
_CLOSING = {
    "“": regex.compile(r"”|(?<=\S)\""),
    "‟": regex.compile(r"”|(?<=\S)\""),
    "„": regex.compile(r"[“”]|(?<=\S)\""),
    "«": regex.compile(r"»"),
    "»": regex.compile(r"«|(?<=[\p{L}\p{N}.,!?…])»"),
    "「": regex.compile(r"」"),
    "『": regex.compile(r"』"),
    "``": regex.compile(r"''|(?<=\S)[\"”]"),
    "''": regex.compile(r"''"),
    **dict.fromkeys(('"', "”", "＂", "״"), _STRAIGHT),
    **dict.fromkeys(("‘", "‛", "'"), _SINGLE),
    "‚": regex.compile(r"(?<=\S)[‘’'](?![\p{L}\p{N}])"),
    "‹": regex.compile(r"›"),
}
_SINGLES = "‘‛'‚‹"
_MARKS = re.compile("[“”‟„‘’‛‚«»‹›「」『』`'\"＂״](?:(?<![A-Za-z0-9][‘’'])|(?![A-Za-z0-9]))")
"""With one of them every match of these patterns begins; what stands between letters is an apostrophe."""


Places = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Where words start and where they end."""


class Word(NamedTuple):
    """A word of a text: its span and the key it is compared by."""

    start: int
    end: int
    key: str


def words(text: str) -> list[Word]:
    """All words: maximal runs of letters, digits and inner apostrophes; of Chinese and Japanese see `spaceless`.

    >>> [w.key for w in words("Moscow’s 6-month-old CAFÉ ‘war’")]
    ["moscow's", '6', 'month', 'old', 'cafe', 'war']
    >>> [w.key for w in words("ﬁve ＭＥＮ, 总统表示：")]
    ['five', 'men', '总统', '表示']
    """
    starts, ends = word_spans(text)
    return [*map(Word, starts.tolist(), ends.tolist(), keys_at(text, starts, ends))]


def word_spans(text: str) -> Places:
    """Where the words of a text start and end; the same as `words`, for texts by the thousand."""
    if text.isascii():
        kinds = np.frombuffer(text.encode().translate(_ASCII_KINDS), dtype=np.int8)
    else:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        kinds = character_kinds()[np.minimum(codes, PLAIN)]
        if (kinds == OTHER).any():
            spans = [(m.start() + a, m.start() + b) for m in _WORD.finditer(text) for a, b in _inner_spans(m.group())]
            return _columns(spans)
    inside = np.zeros(len(kinds) + 2, dtype=bool)
    inside[1:-1] = kinds == LETTER
    apostrophes = np.flatnonzero(kinds == APOSTROPHE) + 1
    inside[apostrophes[inside[apostrophes - 1] & inside[apostrophes + 1]]] = True
    edges = np.flatnonzero(inside[1:] != inside[:-1]).astype(np.int32)
    return edges[::2], edges[1::2]


def word_keys(text: str) -> list[str]:
    """The words of a text as they are compared; the same as `words`, for texts by the thousand."""
    plain = text
    if not text.isascii():
        for mark, written in _TYPESET.items():
            plain = plain.replace(mark, written)
        if not plain.isascii():
            return keys_at(text, *word_spans(text))
    plain = plain.translate(_SPACED)
    return (_LONE_APOSTROPHE.sub(" ", plain) if "'" in plain else plain).split()


class Read(NamedTuple):
    """The words of a text as it was read once: where they stand (see `word_spans`), and by what they are compared."""

    places: Places
    keys: list[str]

    @classmethod
    def of(cls, text: str) -> "Read":
        """Read it."""
        return cls(word_spans(text), word_keys(text))


def _columns(spans: list[tuple[int, int]]) -> Places:
    table = np.array(spans, dtype=np.int32).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@lru_cache
def character_kinds() -> NDArray[np.int8]:
    """Letter or digit, apostrophe, mark or blank, or what only the pattern can tell, of each plain character."""
    kinds = np.zeros(PLAIN + 1, dtype=np.int8)
    for code in range(PLAIN):
        char = chr(code)
        kinds[code] = LETTER if _WORD.fullmatch(char) else OTHER if _ATTACHED.match(char) else 0
    kinds[[ord(mark) for mark in "'’"]] = APOSTROPHE
    kinds[PLAIN] = OTHER
    return kinds


def keys_at(text: str, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> list[str]:
    """The keys of the words at these places."""
    if text.isascii():
        text = text.lower()
        return [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    return [word_key(text[a:b]) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def _inner_spans(run: str) -> Iterator[tuple[int, int]]:
    """Spans of the words in a run of letters and digits."""
    return pairwise((0, *split(run))) if holds_spaceless(run) else iter([(0, len(run))])


@lru_cache(maxsize=1 << 18)
def word_key(word: str) -> str:
    """The form words are compared by: casefolded, without accents and hidden characters, with straight apostrophes.

    Ligatures, full-width and mathematical letters are the plain letters they stand for.
    """
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word.casefold()).casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return _APOSTROPHES.sub("'", _HIDDEN_RUN.sub("", plain)) or word


class Sentence(NamedTuple):
    """A sentence of an article: its span, its kind (see `layout`) and how many of its words are direct speech."""

    start: int
    end: int
    kind: str
    quoted_words: int


def sentences(text: str, language: str = "en", words: Places | None = None) -> list[Sentence]:
    """Sentences in order; lines and paragraphs first, then Punkt inside each.

    Args:
        text: an article.
        language: ISO 639-1 code, for the abbreviations that end no sentence.
        words: see `word_spans`, where they are known.

    >>> text = "It lies 45 miles off. “We go. Now!” she said."
    >>> [text[s.start : s.end] for s in sentences(text)]
    ['It lies 45 miles off.', '“We go.', 'Now!” she said.']
    >>> [s.quoted_words for s in sentences(text)]
    [0, 2, 1]
    """
    own = sentence_columns(text, language, words or word_spans(text))
    return [*map(Sentence, own.starts.tolist(), own.ends.tolist(), own.kinds, own.quoted_words.tolist())]


class Sentences(NamedTuple):
    """The same by column, and how many words each sentence has."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    kinds: list[str]
    quoted_words: NDArray[np.int64]
    n_words: NDArray[np.int64]


def sentence_columns(text: str, language: str, words: Places) -> Sentences:
    """The `sentences` of a text, for texts by the thousand."""
    quoted_before = np.append(0, np.cumsum(in_quotations(text, *words)))
    spans: list[tuple[int, int]] = []
    kinds: list[str] = []
    for start, end, kind in paragraph_kinds(text):
        own = split_sentences(text[start:end], language) if kind in ("body", "caption") else [(0, end - start)]
        spans += [(start + a, start + b) for a, b in own]
        kinds += ["credit" if kind == "body" and is_credit(text[start + a : start + b]) else kind for a, b in own]
    table = np.array(spans, dtype=np.int64).reshape(-1, 2)
    first, stop = words_inside(*words, table)
    return Sentences(table[:, 0], table[:, 1], kinds, quoted_before[stop] - quoted_before[first], stop - first)


def words_inside(
    starts: NDArray[np.int32], ends: NDArray[np.int32], spans: Sequence[tuple[int, int]] | NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the words at these places: the first that lies in each span, and the one behind the last.

    >>> words_inside(*word_spans("Izium fell. Kyiv stands."), [(0, 11), (11, 12)])
    (array([0, 2]), array([2, 2]))
    """
    table = np.array(spans, dtype=np.int64).reshape(-1, 2)
    first = np.searchsorted(starts, table[:, 0])
    return first, np.maximum(first, np.searchsorted(ends, table[:, 1], side="right"))


def split_sentences(paragraph: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph.

    Punkt, mended where it is weak: what follows in lower case or says who spoke belongs to the sentence before it
    (“Stop!” he shouted. “Run!” Yermak wrote); an ellipsis before a capital and a full stop glued to a capital end a
    sentence.
    """
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(paragraph, language):
        if spans and _goes_on(paragraph, start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    if not _GLUED_STOP.search(paragraph) and (paragraph.isascii() or not _GLUED_MARK.search(paragraph)):
        return spans
    return [piece for span in spans for piece in _split_glued(paragraph, span)]


def _goes_on(paragraph: str, start: int) -> bool:
    """Whether the sentence before goes on here."""
    first = paragraph[start]
    if first.islower() if first.isascii() else _LOWER.match(first):
        return True
    return paragraph[start - 2] in '”"’' and _ATTRIBUTION.match(paragraph, start) is not None


def _split_glued(paragraph: str, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    start, end = span
    for match in _GLUED.finditer(paragraph, start, end):
        yield start, match.end(match.lastindex)
        start = match.end()
    yield start, end


LONGEST_QUOTATION = 1500
"""Characters between two marks of one paragraph; more are two quotations of which marks were lost."""


def quotations(text: str) -> list[tuple[int, int]]:
    """Spans of direct speech, marks excluded, in order and without overlap.

    Straight and curly marks may be mixed, as they are in real copies. A quotation that is not closed before the next
    one opens, or for `LONGEST_QUOTATION` characters, ends with its sentence; where the next paragraph opens with a
    mark again, as print does it, with its paragraph. Single marks open only before a word and must be closed.

    >>> text = "Residents were told to ‘save lives,’ TASS’s man said. “We go."
    >>> [text[a:b] for a, b in quotations(text)]
    ['save lives,', 'We go.']
    """
    spans = paragraphs(text)
    reopened = [bool(_DOUBLE.match(text, start)) for start, _ in spans][1:] + [False] * bool(spans)
    return [
        (start + a, start + b)
        for (start, end), goes_on in zip(spans, reopened, strict=True)
        for a, b in _quotations_in(text[start:end], goes_on)
    ]


class _Ahead:
    """The next match of each pattern in a text, asked for at places that never go back: all is read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[regex.Pattern[str], regex.Match[str] | None] = {}
        self._marks = [mark.start() for mark in _MARKS.finditer(text)]

    def next(self, pattern: regex.Pattern[str], place: int) -> regex.Match[str] | None:
        """The first match that begins at `place` or behind it."""
        found = self._found.get(pattern)
        if pattern not in self._found or (found and found.start() < place):
            found = self._found[pattern] = self._first(pattern, place)
        return found

    def _first(self, pattern: regex.Pattern[str], place: int) -> regex.Match[str] | None:
        if pattern is _SENTENCE_END:
            return pattern.search(self._text, place)
        marks = (self._marks[i] for i in range(bisect_left(self._marks, place), len(self._marks)))
        return next(filter(None, (pattern.match(self._text, mark) for mark in marks)), None)


def _quotations_in(paragraph: str, goes_on: bool) -> Iterator[tuple[int, int]]:
    position, ahead = 0, _Ahead(paragraph)
    while opening := ahead.next(_OPENING, position):
        single = opening.group() in _SINGLES
        closing = ahead.next(_CLOSING[opening.group()], opening.end())
        following = None if single else ahead.next(_DOUBLE, opening.end())
        near = closing is not None and closing.start() - opening.end() <= LONGEST_QUOTATION
        if closing and near and not (following and following.start() < closing.start()):
            yield opening.end(), closing.start()
            position = closing.end()
        elif single:
            position = opening.end()
        else:
            end = ahead.next(_SENTENCE_END, opening.end())
            stop = len(paragraph) if not end or (goes_on and not following) else end.end()
            yield opening.end(), min(stop, following.start()) if following else stop
            position = stop if not following else min(stop, following.start())


def in_quotations(text: str, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of the words at these places stand in direct speech."""
    quoted = np.zeros(len(starts), dtype=bool)
    if spans := quotations(text):
        opening, closing = np.array(spans).T
        places = zip(np.searchsorted(starts, opening), np.searchsorted(ends, closing, side="right"), strict=True)
        for first, stop in places:
            quoted[first:stop] = True
    return quoted
