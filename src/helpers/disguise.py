"""Undo what hides a word from comparison and not from the eye: hidden characters, look-alikes, line-end hyphens.

Each function returns edits of the characters concerned. A character goes only where it cannot matter to a reader: a
joiner stays inside an Arabic or Indic word and in an emoji, real mixtures of scripts (COVIDный) stay as they are.
"""

import re
from collections import Counter
from collections.abc import Iterator

import regex

from helpers.edits import Edit
from helpers.languages import knows, zipf
from helpers.layout import lines

JOINED_ZIPF = 1.5
"""A word broken at a line end had no hyphen of its own only if the whole is at least this frequent (Zipf scale)."""
JOINED_LOSS = 1.0
"""... and at most this much rarer than its rarer part: right for 99.2 % of words, 97.5 % of compounds (Reuters)."""

_BLANKS = r"[^\S\n\r\u2028\u2029]*"
_LINE_END = rf"{_BLANKS}(?:\r\n?|[\n\u2028\u2029]){_BLANKS}"

_BIDI = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_TAGS = "\U000e0001\U000e0020-\U000e007f"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINERS = "\u200b-\u200d\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"
_NEVER_SEEN = "\u00ad\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
_HIDDEN = re.compile(f"[{_NEVER_SEEN}{_JOINERS}{_SELECTORS}{_TAGS}{_BIDI}]+")
_OF_BIDI = regex.compile(f"[{_BIDI}]")
_OF_SCRIPTS = regex.compile(f"[{_JOINERS}{_SELECTORS}]")
_OF_EMOJI = regex.compile(f"[\u200d{_SELECTORS}{_TAGS}]")
_SOFT_LINE_END = regex.compile(rf"(?<=\p{{L}})\u00ad{_LINE_END}(?=\p{{Ll}})")
_OTHER_SCRIPT = regex.compile(r"[^\p{Latin}\p{Cyrillic}\p{Greek}\p{Common}\p{Inherited}]")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}]")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}\p{Nko}]")

# Letters that look the same in print (Unicode UTS 39, confusables), Cyrillic or Greek above Latin. Today's letters
# are those that a text of that script would have; the rest (izhitsa, Komi, Kurdish) only serve as a disguise.
_TODAY = {
    "Cyrillic": ("аеорсухіјѕАВЕКМНОРСТУХІЈЅ", "aeopcyxijsABEKMHOPCTYXIJS"),
    "Greek": ("ονιαρκυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oviapkuABEZHIKMNOPTYX"),
}
_LATIN_OF = str.maketrans(
    {a: b for pair in _TODAY.values() for a, b in zip(*pair, strict=True)}
    | dict(zip("кԁһӏԛԝѵүԚԜҮӀѴ", "kdhlqwvyQWYIV", strict=True))
)
_OWN_OF = {script: str.maketrans(dict(zip(b, a, strict=True))) for script, (a, b) in _TODAY.items()}
_DOUBTFUL = frozenset(map(chr, _LATIN_OF)) | {c for _, latin in _TODAY.values() for c in latin}
_SYMBOLS = frozenset("ανρκ")  # Greek letters that formulas and names of substances use beside Latin ones
_SCRIPTS = {name: regex.compile(rf"\p{{{name}}}") for name in ("Latin", "Cyrillic", "Greek")}
_NOT_LATIN = regex.compile(r"[\p{Cyrillic}\p{Greek}]")
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")

_HYPHENATED = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])(?P<first>[\p{{L}}\p{{M}}]+)[-\u2010](?P<end>{_LINE_END})(?P<second>\p{{Ll}}[\p{{L}}\p{{M}}]*)"
    rf"|(?<=[\p{{N}}.])[-\u2010](?P<end>{_LINE_END})(?=\p{{Ll}})"
)
_HYPHEN_AT_END = re.compile(r"-\s*?[\r\n\u2028\u2029]")
_SUSPENDED = ("and", "or", "to", "but", "und", "oder", "et", "ou", "y", "o", "e")  # pre- and post-war


def hidden_characters(text: str) -> list[Edit]:
    """Edits that take out characters no reader sees, with the line end behind a soft hyphen inside a word.

    Joiners, selectors and zero-width blanks stay next to letters of scripts that use them (all but Latin, Cyrillic
    and Greek) and in emoji; marks of direction stay in texts with Arabic or Hebrew letters, Latin words apart.

    >>> [(e.start, e.end, e.before) for e in hidden_characters("Ki\\u200bev \\u0645\\u06cc\\u200c\\u062e")]
    [(2, 3, '\\u200b')]
    """
    if text.isascii() or not _HIDDEN.search(text):
        return []
    broken = {m.start(): m for m in _SOFT_LINE_END.finditer(text)}
    edits = [Edit(m.start(), m.end(), m.group(), "", "line_end_hyphen") for m in broken.values()]
    mixed_directions = bool(_RIGHT_TO_LEFT.search(text))
    for run in _HIDDEN.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        for start, end in _unseen(run, before, after, mixed_directions):
            if not any(start <= place < end for place in broken):
                edits.append(Edit(start, end, text[start:end], "", "hidden_character"))
    return sorted(edits)


def _unseen(run: re.Match[str], before: str, after: str, mixed_directions: bool) -> Iterator[tuple[int, int]]:
    """Spans of the characters of a run that nothing needs, neighbours joined."""
    in_script = bool(_OTHER_SCRIPT.match(before) or _OTHER_SCRIPT.match(after))
    in_emoji = bool(_EMOJI.match(before) or after == "\u20e3")
    in_word = all(any(s.match(c) for s in _SCRIPTS.values()) for c in (before, after))
    start = None
    for place, character in enumerate(run.group(), run.start()):
        needed = (
            (in_script and _OF_SCRIPTS.match(character))
            or (in_emoji and _OF_EMOJI.match(character))
            or (mixed_directions and not in_word and _OF_BIDI.match(character))
        )
        if needed and start is not None:
            yield start, place
            start = None
        elif not needed and start is None:
            start = place
    if start is not None:
        yield start, run.end()


def look_alikes(text: str) -> list[Edit]:
    """Edits that write a word in the script of its line, where the letters of another script only look like it.

    The script of a line is that of its letters without a look-alike. A word mixed of two scripts is rewritten if
    all its foreign letters have look-alikes; a word wholly in the other script only if nothing else in the line is
    of that script. In a Cyrillic or Greek line names stay Latin (BBC), and a Greek
    letter that is a symbol (TNFα) stays in a Latin one.

    >>> [(e.before, e.after) for e in look_alikes("Th\\u0435 \\u0441at and \\u0430 mat")]
    [('Th\\u0435', 'The'), ('\\u0441at', 'cat'), ('\\u0430', 'a')]
    >>> look_alikes("COVID\\u043d\\u044b\\u0439 \\u0433\\u043e\\u0434")
    []
    """
    if text.isascii() or not _NOT_LATIN.search(text) or not _SCRIPTS["Latin"].search(text):
        return []
    whole = _evidence(text)
    edits: list[Edit] = []
    for start, end in lines(text):
        line = text[start:end]
        if not _NOT_LATIN.search(line):
            continue
        evidence = _evidence(line)
        main = (evidence or whole).most_common(1)
        for word in _LETTERS.finditer(line) if main else ():
            rewritten = _in_script(word.group(), main[0][0], evidence)
            if rewritten != word.group():
                edits.append(Edit(start + word.start(), start + word.end(), word.group(), rewritten, "look_alike"))
    return edits


def _evidence(text: str) -> Counter[str]:
    """How many letters without a look-alike a text has of each script."""
    letters = "".join(c for c in text if c not in _DOUBTFUL)
    return Counter({s: n for s, pattern in _SCRIPTS.items() if (n := len(pattern.findall(letters)))})


def _in_script(word: str, main: str, evidence: Counter[str]) -> str:
    """The word in the main script of its line, or as it was."""
    of = {script: pattern.findall(word) for script, pattern in _SCRIPTS.items()}
    pure = not of[main]
    if main == "Latin":
        foreign, table = of["Cyrillic"] + of["Greek"], _LATIN_OF
        if pure and (evidence["Cyrillic"] + evidence["Greek"] or word in _SYMBOLS):
            return word
        if not pure and _SYMBOLS & set(of["Greek"]) and sum(c.islower() for c in of["Latin"]) < 2:
            return word  # TNFα
    else:
        foreign, table = of["Latin"], _OWN_OF[main]
        if pure and (evidence["Latin"] or not word.islower()):
            return word
    return word.translate(table) if all(ord(c) in table for c in foreign) else word


def line_end_hyphens(text: str, language: str = "en") -> list[Edit]:
    """Edits that join what was broken at a line end; the line end goes, the hyphen too if it only broke the word.

    A hyphen broke the word if the article has the whole word elsewhere (and not with a hyphen), or the language
    knows it. Only a break before a small letter is one; "pre-" before "and" is none.

    >>> text = "An inter-\\nnational, well-\\nknown post-\\nand pre-war case"
    >>> [(e.before, e.after) for e in line_end_hyphens(text)]
    [('-\\n', ''), ('\\n', '')]
    """
    if not _HYPHEN_AT_END.search(text.replace("\u2010", "-")):
        return []
    edits: list[Edit] = []
    seen: Counter[str] | None = None
    for match in _HYPHENATED.finditer(text):
        first, second = match["first"], match["second"]
        if second and second.casefold() in _SUSPENDED:
            continue
        seen = seen or Counter(regex.findall(r"[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*", text.casefold()))
        start, end = match.span("end")
        if first and _is_one_word(first.casefold(), second.casefold(), seen, language):
            start -= 1
        edits.append(Edit(start, end, text[start:end], "", "line_end_hyphen"))
    return edits


def _is_one_word(first: str, second: str, seen: Counter[str], language: str) -> bool:
    whole, compound = seen[first + second], seen[f"{first}-{second}"]
    if whole != compound:
        return whole > compound
    if not knows(language):
        return False
    parts = min(zipf(part, language) for part in (first, second))
    return zipf(first + second, language) >= max(JOINED_ZIPF, parts - JOINED_LOSS)
