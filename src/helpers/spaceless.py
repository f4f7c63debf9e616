"""Words of Chinese and Japanese, which are written without blanks between them.

A run of such characters is cut into the words whose frequencies multiply to the most (the unigram model that
word-frequency segmenters such as jieba use, without its guesses at unknown words). The frequencies are those of
wordfreq (Speer 2022), which counted words cut in the same way; it knows Chinese in simplified characters, so
traditional ones are looked up as such. What no list knows stays single characters, or one word if it is katakana.
"""

import gzip
import math
from functools import lru_cache
from importlib.resources import files

import msgpack
import regex
from wordfreq import get_frequency_dict

CHARACTERS = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_RUN = regex.compile(rf"[{CHARACTERS}]+|[^{CHARACTERS}]+")
_ANY = regex.compile(rf"[{CHARACTERS}]")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_KATAKANA = regex.compile(r"[\p{Katakana}ー]+")
_LONGEST = 8  # characters; of a million words of either list few are longer
_UNKNOWN = math.log(1e-9)  # of a character that no list knows; wordfreq's smallest frequency is ten times that


def holds_spaceless(text: str) -> bool:
    """Whether a text has characters of a script written without blanks.

    >>> holds_spaceless("Izium"), holds_spaceless("2022年")
    (False, True)
    """
    return not text.isascii() and _ANY.search(text) is not None


@lru_cache(maxsize=1 << 16)
def split(run: str) -> tuple[int, ...]:
    """Where the words of a run of letters and digits end.

    >>> text = "总统2022年表示军队已撤出"
    >>> [text[a:b] for a, b in zip((0, *split(text)), split(text))]
    ['总统', '2022', '年', '表示', '军队', '已', '撤出']
    """
    ends: list[int] = []
    for match in _RUN.finditer(run):
        piece = match.group()
        inner = _most_likely(simplified(piece)) if _ANY.match(piece) else [len(piece)]
        ends += [match.start() + end for end in inner]
    return tuple(ends)


def _most_likely(run: str) -> list[int]:
    """Ends of the words of the likeliest cut, by dynamic programming from the left."""
    known = _log_frequencies("ja" if _KANA.search(run) else "zh")
    loans = {loan.start(): loan.end() for loan in _KATAKANA.finditer(run)}
    best, before = [0.0] + [-math.inf] * len(run), [0] * (len(run) + 1)
    for start in range(len(run)):
        words = {start + 1: _UNKNOWN} | ({loans[start]: _UNKNOWN} if start in loans else {})
        for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
            if (value := known.get(run[start:end])) is not None:
                words[end] = value
        for end, value in words.items():
            if best[start] + value > best[end]:
                best[end], before[end] = best[start] + value, start
    ends = [len(run)]
    while before[ends[-1]]:
        ends.append(before[ends[-1]])
    return ends[::-1]


@lru_cache
def _log_frequencies(language: str) -> dict[str, float]:
    return {word: math.log(value) for word, value in get_frequency_dict(language).items() if len(word) <= _LONGEST}


def simplified(text: str) -> str:
    """Chinese with each character in its simplified form, of the same length.

    >>> simplified("總統")
    '总统'
    """
    return text.translate(_simplified_forms())


@lru_cache
def _simplified_forms() -> dict[int, str]:
    """Wordfreq's own map; its function for it would need a tokenizer that is not used here."""
    packed = files("wordfreq").joinpath("data", "_chinese_mapping.msgpack.gz").read_bytes()
    forms: dict[int, str] = msgpack.unpackb(gzip.decompress(packed), raw=False, strict_map_key=False)
    return {code: form for code, form in forms.items() if len(form) == 1}
