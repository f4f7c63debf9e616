"""What is known of languages: which one a text is in, how common its words are, what their stems are.

Frequencies are those of wordfreq (Speer 2022), stems Porter's (1980) for English and Snowball's for others; where a
language has neither, `knows` says so and callers fall back on the text itself.
"""

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import regex
from wordfreq import available_languages, get_frequency_dict, word_frequency

from helpers.segmentation import word_key
from helpers.spaceless import simplified

MEASURED = ("en", "de", "fr", "es", "ru", "uk", "ar", "zh", "ja", "ko", "vi")
"""Languages whose error is measured on spliced texts: `benchmarks/results/languages.csv`."""
UNKNOWN = "und"
"""ISO 639-3 code of a language that could not be told."""

# Relative frequency of words that wordfreq does not list (Izium): its own smallest value.
UNSEEN_FREQUENCY = 1e-9
# Porter's rules are for words; longer strings (hashes, addresses) are their own stem.
LONGEST_STEMMED = 40
_LEAST_DIFFERENT = 20  # words; of fewer nothing is said
_LEAST_LETTERS = 40  # fewer do not tell a language
_SAMPLE = 1200  # characters of a text that are looked at
_SNOWBALL = {
    "ar": "arabic",
    "da": "danish",
    "nl": "dutch",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "es": "spanish",
    "sv": "swedish",
}
_SAME = {"no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh", "tl": "fil"}  # codes wordfreq has under another
_ELISION = regex.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|all|dell|dall|nell|sull|un)'(?=\p{L})")
_ELIDING = ("fr", "it", "ca")
_ENOUGH_LETTERS = regex.compile(rf"(?:\P{{L}}*+\p{{L}}){{{_LEAST_LETTERS}}}")


def detect(text: str) -> str | None:
    """The language of a text (py3langid; Lui and Baldwin 2012, ACL); None where it has too few letters to tell.

    >>> detect("The town fell on Saturday as the troops advanced from the north."), detect("12 - 3")
    ('en', None)
    """
    return detect_many([text])[0]


def detect_many(texts: Sequence[str]) -> list[str | None]:
    """The same for many texts, which takes a tenth of the time from some hundred texts on."""
    from helpers.classify import classify

    samples = {i: text[:_SAMPLE] for i, text in enumerate(texts) if _ENOUGH_LETTERS.match(text[:_SAMPLE])}
    codes = dict(zip(samples, classify([*samples.values()]), strict=True))
    return [_SAME.get(codes[i], codes[i]) if i in codes else None for i in range(len(texts))]


def filled(found: Sequence[str | None]) -> list[str]:
    """The languages that were told; a text that was too short has the commonest of the others."""
    rest = commonest(Counter(language for language in found if language))
    return [language or rest for language in found]


def commonest(told: Mapping[str, int]) -> str:
    """The language that most texts are in, of equally many the first by its code."""
    return min(told, key=lambda language: (-told[language], language)) if told else UNKNOWN


@lru_cache
def knows(language: str) -> bool:
    """Whether the frequencies of a language's words are known."""
    return language in available_languages()


@lru_cache(maxsize=1 << 18)
def frequency(word: str, language: str = "en") -> float:
    """Relative frequency of a word in a language, never 0.

    >>> frequency("the") > frequency("bastion") > frequency("izium") == UNSEEN_FREQUENCY
    True
    """
    if any(character.isdigit() for character in word):
        known = word_frequency(word, "en") if len(word) <= LONGEST_STEMMED else 0.0
    else:
        known = _frequencies(language).get(simplified(word) if language == "zh" else word, 0.0)
    return max(known, UNSEEN_FREQUENCY)


def known_share(words: Sequence[str], language: str) -> float:
    """Share of the different words without figures that a language's list has; 1 of too few to tell.

    >>> known_share(["the"] * 9, "en"), known_share([f"{a}xq{b}" for a in "abcde" for b in "fghij"], "en")
    (1.0, 0.0)
    """
    different = [word for word in dict.fromkeys(words) if not any(map(str.isdigit, word))]
    if len(different) < _LEAST_DIFFERENT:
        return 1.0
    return sum(frequency(word, language) > UNSEEN_FREQUENCY for word in different) / len(different)


def zipf(word: str, language: str = "en") -> float:
    """Frequency on the Zipf scale, the power of ten of occurrences in 10^9 words: 0 to about 8."""
    return round(math.log10(frequency(word, language)), 2) + 9.0


def _frequencies(language: str) -> dict[str, float]:
    known: dict[str, float] = get_frequency_dict(language) if knows(language) else {}
    return known


def base_form(word: str, language: str) -> str:
    """A word without what is written onto it with an apostrophe: the English genitive, French and Italian articles.

    >>> base_form("moscow's", "en"), base_form("l'homme", "fr")
    ('moscow', 'homme')
    """
    if language in _ELIDING and (elided := _ELISION.match(word)):
        return word[elided.end() :]
    return word.removesuffix("'s")


def stem(base: str, language: str) -> str:
    """The stem of a word, without accents; of a language without a stemmer the word itself.

    >>> stem("advancing", "en"), stem("отступили", "ru"), stem("總統", "zh")
    ('advanc', 'отступ', '总统')
    """
    if language == "zh":
        return simplified(base)
    if len(base) > LONGEST_STEMMED or language not in (*_SNOWBALL, "en"):
        return word_key(base)
    return word_key(_stemmer(language)(base))


@contextmanager
def _not_loaded(*names: str) -> Iterator[None]:
    """Let imports of modules fail that NLTK loads if they are there, and uses for nothing that we need."""
    hidden: dict[str, Any] = dict.fromkeys(name for name in names if name not in sys.modules)
    sys.modules.update(hidden)
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@lru_cache
def _stemmer(language: str) -> Callable[[str], str]:
    with _not_loaded("sklearn", "scipy.stats"):  # which take four fifths of a second, in each worker process
        from nltk.stem.porter import PorterStemmer
        from nltk.stem.snowball import SnowballStemmer

    if language == "en":
        porter: Callable[[str], str] = PorterStemmer().stem
        return porter
    snowball: Callable[[str], str] = SnowballStemmer(_SNOWBALL[language]).stem
    return snowball
