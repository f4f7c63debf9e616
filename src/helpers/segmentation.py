"""Words, sentences and quotations, each with its place in the text: spans are [start, end) in code points."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter
from typing import NamedTuple

import regex
from punkt import PunktParameters, PunktSentenceTokenizer, load_model, with_nonbreaking_prefixes

from helpers.layout import is_credit, paragraph_kinds, paragraphs

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’ʼ＇][\p{L}\p{M}\p{N}]+)*")

_LOWER = regex.compile(r"\p{Ll}")
_ATTRIBUTION = regex.compile(
    r"(?<=[!?][”\"’]\s)\p{Lu}[\p{L}.'’-]*(?:\s[\p{L}.'’-]+){0,3}?"
    r"\s(?:said|says|wrote|writes|asked|told|added|shouted|tweeted|posted|declared)\b"
)
_GLUED = regex.compile(r"(?:(…|\.\.\.)\s+(?=[“‘\"]?\p{Lu})|(?<=\p{Ll}{3})(\.[”’\"]?)(?=[“‘\"]?\p{Lu}\p{Ll}))")
_OPENING = regex.compile(r"[“„«]|(?<![\p{L}\p{N}.,!?;:…)\]”’'\"])\"(?=\S)|(?<![\p{L}\p{N}])[‘'](?=[\p{L}\p{N}])")
_DOUBLE = regex.compile(r"[“„«]|(?<![\p{L}\p{N}.,!?;:…)\]”’'\"])\"(?=\S)")
_SENTENCE_END = regex.compile(r"[.!?…](?=\s|$)")
_CLOSING = {
    "“": regex.compile(r"”|(?<=\S)\""),
    "„": regex.compile(r"[“”]|(?<=\S)\""),
    "«": regex.compile(r"»"),
    '"': regex.compile(r"(?<=\S)[\"”](?![\p{L}\p{N}])"),
    "‘": regex.compile(r"(?<=\S)[’'](?![\p{L}\p{N}])"),
    "'": regex.compile(r"(?<=\S)['’](?![\p{L}\p{N}])"),
}
_TITLES = PunktParameters(abbrev_types={"sec", "spc"})


class Word(NamedTuple):
    """A word of a text: its span and the key it is compared by."""

    start: int
    end: int
    key: str


def words(text: str) -> list[Word]:
    """All words: maximal runs of letters, digits and inner apostrophes.

    >>> [w.key for w in words("Moscow’s 6-month-old CAFÉ ‘war’")]
    ["moscow's", '6', 'month', 'old', 'cafe', 'war']
    """
    return [Word(m.start(), m.end(), word_key(m.group())) for m in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 18)
def word_key(word: str) -> str:
    """The form words are compared by: casefolded, without accents, with straight apostrophes."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return regex.sub("[’ʼ＇]", "'", plain) or word


class Sentence(NamedTuple):
    """A sentence of an article: its span, its kind (see `layout`) and how many of its words are direct speech."""

    start: int
    end: int
    kind: str
    quoted_words: int


@lru_cache(maxsize=1)
def _punkt() -> PunktSentenceTokenizer:
    """Punkt (Kiss & Strunk 2006) with the English parameters and the abbreviations news uses before names."""
    parameters = with_nonbreaking_prefixes(load_model("english"), "english")
    return PunktSentenceTokenizer(parameters.merged_with(_TITLES))


def sentences(text: str) -> list[Sentence]:
    """Sentences in order; lines and paragraphs first, then Punkt inside each.

    >>> text = "It lies 45 miles off. “We go. Now!” she said."
    >>> [text[s.start : s.end] for s in sentences(text)]
    ['It lies 45 miles off.', '“We go.', 'Now!” she said.']
    >>> [s.quoted_words for s in sentences(text)]
    [0, 2, 1]
    """
    quotes = quotations(text)
    found: list[Sentence] = []
    for start, end, kind in paragraph_kinds(text):
        spans = split_sentences(text[start:end]) if kind in ("body", "caption") else [(0, end - start)]
        for a, b in spans:
            span = (start + a, start + b)
            own = "credit" if kind == "body" and is_credit(text[span[0] : span[1]]) else kind
            found.append(Sentence(*span, own, _words_inside(text, span, quotes)))
    return found


def split_sentences(paragraph: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph.

    Punkt, mended where it is weak: what follows in lower case or says who spoke belongs to the sentence before it
    (“Stop!” he shouted. “Run!” Yermak wrote); an ellipsis before a capital and a full stop glued to a capital end a
    sentence.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _punkt().span_tokenize(paragraph):
        if spans and (_LOWER.match(paragraph, start) or _ATTRIBUTION.match(paragraph, start)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [piece for span in spans for piece in _split_glued(paragraph, span)]


def _split_glued(paragraph: str, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    start, end = span
    for match in _GLUED.finditer(paragraph, start, end):
        yield start, match.end(match.lastindex)
        start = match.end()
    yield start, end


def quotations(text: str) -> list[tuple[int, int]]:
    """Spans of direct speech, marks excluded, in order and without overlap.

    Straight and curly marks may be mixed, as they are in real copies. A quotation that is not closed before the next
    one opens ends with its sentence; where the next paragraph opens with a mark again, as print does it, with its
    paragraph. Single marks open only before a word and must be closed.

    >>> text = "Residents were told to ‘save lives,’ TASS’s man said. “We go."
    >>> [text[a:b] for a, b in quotations(text)]
    ['save lives,', 'We go.']
    """
    spans = paragraphs(text)
    reopened = [text[start : start + 1] in ("“", '"', "„", "«") for start, _ in spans][1:] + [False] * bool(spans)
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

    def next(self, pattern: regex.Pattern[str], place: int) -> regex.Match[str] | None:
        """The first match that begins at `place` or behind it."""
        found = self._found.get(pattern)
        if pattern not in self._found or (found and found.start() < place):
            found = self._found[pattern] = pattern.search(self._text, place)
        return found


def _quotations_in(paragraph: str, goes_on: bool) -> Iterator[tuple[int, int]]:
    position, ahead = 0, _Ahead(paragraph)
    while opening := _OPENING.search(paragraph, position):
        single = opening.group() in "‘'"
        closing = ahead.next(_CLOSING[opening.group()], opening.end())
        following = None if single else ahead.next(_DOUBLE, opening.end())
        if closing and not (following and following.start() < closing.start()):
            yield opening.end(), closing.start()
            position = closing.end()
        elif single:
            position = opening.end()
        else:
            end = ahead.next(_SENTENCE_END, opening.end())
            stop = len(paragraph) if not end or (goes_on and not following) else end.end()
            yield opening.end(), min(stop, following.start()) if following else stop
            position = stop if not following else min(stop, following.start())


def _words_inside(text: str, span: tuple[int, int], quotes: list[tuple[int, int]]) -> int:
    first = bisect_right(quotes, span[0], key=itemgetter(1))
    near = takewhile(lambda quote: quote[0] < span[1], map(quotes.__getitem__, range(first, len(quotes))))
    return sum(len(_WORD.findall(text, max(a, span[0]), min(b, span[1]))) for a, b in near)
