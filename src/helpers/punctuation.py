"""Where sentences end by Punkt (Kiss and Strunk 2006, Computational Linguistics 32), in a fifth of its time.

Punkt asks of every full stop, question and exclamation mark, with the word before it and the one behind it, whether a
sentence ends there. Most answers depend on the word before alone, and of those that do not many are the same question.
So a paragraph is cut at the ends that are certain and the library is asked about the rest: the spans are its own.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from punkt import LanguageVars, PunktParameters, PunktSentenceTokenizer, load_model, with_nonbreaking_prefixes

from helpers.layout import Span

_MODELS = {
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "it": "italian",
    "nb": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
    "sl": "slovene",
    "es": "spanish",
    "sv": "swedish",
    "tr": "turkish",
    "uk": "russian",
}
RULES = LanguageVars(multi_char_punct_pattern=r"[-.](?:(?<=-)-+|(?<=\.)(?:\.+|\s(?:\.\s)+\.))")
"""Punkt's own rules; runs of hyphens or full stops and spaced ellipses as a pattern that is found ten times as fast."""
_TITLES = PunktParameters(abbrev_types={"sec", "spc"})
_MARK = re.compile(
    r"[.?!](?:(?P<closing>[\"')\]}”’»]*)[ \t-\r]+(?=[\"'“‘(\[]*\w)|(?=" + RULES.non_word_char_class + r"|\s))"
)
"""Every mark that Punkt looks at, with what parts it from the next token where that is plainly a word."""
_LONGEST = 80
"""Characters of the longest question that is kept with its answer."""


class _Model(NamedTuple):
    """Punkt with the parameters of a language, and the words whose full stop may end no sentence."""

    punkt: PunktSentenceTokenizer
    doubtful: frozenset[str]


@lru_cache
def _model(language: str) -> _Model:
    """Punkt with a language's parameters and abbreviations, else with the English ones."""
    name = _MODELS.get(language, "english")
    parameters = with_nonbreaking_prefixes(load_model(name), name)
    known = parameters.merged_with(_TITLES) if name == "english" else parameters
    before = {word for word, _ in known.collocations}
    doubtful = frozenset(known.abbrev_types | known.numeric_abbrev_types | before)
    return _Model(PunktSentenceTokenizer(known, rules=RULES), doubtful)


@lru_cache(maxsize=1 << 16)
def _ends_in(context: str, language: str) -> bool:
    """Whether a sentence ends inside this: a word, its mark, and what follows."""
    *tokens, _ = _model(language).punkt.annotated_tokens(context)
    return any(token.sentbreak for token in tokens)


def sentence_spans(paragraph: str, language: str = "en") -> Iterator[Span]:
    """The spans of a paragraph's sentences as Punkt has them.

    >>> [*sentence_spans("Mr. Orban left. He said no.")]
    [(0, 15), (16, 27)]
    """
    begin = word_at = seen = 0
    unclear = -1
    for mark in _MARK.finditer(paragraph):
        stop = mark.start()
        word_at = _word_at(paragraph, word_at, seen, stop)
        seen = stop
        # of marks without a blank between them Punkt asks about the last
        ends = _ends_at(paragraph, word_at, mark, language) if unclear < word_at else None
        if ends:
            yield from _spans(paragraph, begin, mark.end("closing"), language, unclear >= begin)
            begin = word_at = seen = mark.end()
        elif ends is None:
            unclear = stop
    yield from _spans(paragraph, begin, len(paragraph), language, unclear >= begin)


def _word_at(paragraph: str, known: int, seen: int, stop: int) -> int:
    """Where what stands before a mark without a blank begins, `known` if there is no blank behind `seen`."""
    start = max(known, paragraph.rfind(" ", seen, stop) + 1)
    if paragraph[start:stop].isalpha():
        return start
    return max(start, *(paragraph.rfind(blank, seen, stop) + 1 for blank in "\t\n\v\f\r"))


def _ends_at(paragraph: str, word_at: int, mark: re.Match[str], language: str) -> bool | None:
    """Whether a sentence ends at a mark behind a word; None where that hangs on more than the next token."""
    closing, stop = mark["closing"], mark.start()
    if closing is None:
        return None
    word = paragraph[word_at:stop]
    if len(word) > 1 and word.isalpha() and word.lower() not in _model(language).doubtful:
        return True
    if not any(map(str.isalnum, word)):
        return None
    following = paragraph[mark.end() : mark.end() + _LONGEST].split(None, 1)[0]
    end = stop + 2 if closing else mark.end() + len(following)
    return _ends_in(paragraph[word_at:end], language) if end - word_at <= _LONGEST else None


def _spans(paragraph: str, begin: int, end: int, language: str, unclear: bool) -> Iterator[Span]:
    """The sentences between two places where one ends; one, if no unclear mark stands there."""
    piece = paragraph[begin:end]
    if unclear:
        yield from ((begin + a, begin + b) for a, b in _model(language).punkt.span_tokenize(piece))
    elif last := len(piece.rstrip()):
        yield begin, begin + last
