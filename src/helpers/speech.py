"""Direct speech with its speaker, where the article states one.

Rules for English news: a verb of saying beside the quotation, names before or after it. A pronoun is resolved only
where one person was named before it, and a quotation without a word on its speaker goes on with the one before it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import regex

from helpers.agencies import mentions
from helpers.layout import paragraphs
from helpers.prose import CHUNK, PARALLEL_ARTICLES
from helpers.schemas import TABLES
from helpers.segmentation import quotations
from helpers.workers import cores_for, spread

COLUMNS = TABLES["quotations"].columns
KEY = TABLES["quotations"].key

Span = tuple[int, int]

_MARKS = "“”„«»「」『』\"‘’'"
_VERBS = (
    r"(?:said|says|say|told|tells|wrote|writes|added|adds|asked|asks|tweeted|tweets|posted|shouted|declared|declares"
    r"|stated|states|warned|warns|explained|explains|insisted|insists|argued|argues|replied|claimed|claims"
    r"|acknowledged|acknowledges|announced|announces|noted|notes|recalled|continued|concluded|stressed|admitted"
    r"|commented|remarked|suggested|urged|vowed|joked|quipped)"
)
_SAY = regex.compile(rf"(?<![\p{{L}}’'-]){_VERBS}(?![\p{{L}}’'-]| by (?!(?:tele)?phone|e-?mail|video|text|fax))")
_PASSIVE = regex.compile(r"\b(?:is|are|was|were|be|been|being)(?: \p{L}+)? $")
_QUOTED = regex.compile(r"\bquot(?:ed|es|ing) (?P<who>[^,.;“”\"]{2,80}?)(?: as (?:saying|telling)|[,.]|$)")
_ACCORDING = regex.compile(r"\b[Aa]ccording to (?P<who>[^,.;:“”\"]{2,80})(?=[,.;:]|$)")
_PRONOUN = regex.compile(r"(?:he|she|they|it|He|She|They|It)")
_PERSON = regex.compile(r"\p{Lu}[\p{L}.'’-]*(?: (?:(?:de|van|von|bin|al|el|der|la|di) )?\p{Lu}[\p{L}.'’-]*){1,8}")
_INSTITUTION = regex.compile(
    r"\b(?:Ministry|Army|Forces?|Service|Party|Department|Administration|Council|University|Bank|Corp|Inc|Co|Group"
    r"|States?|Republic|House|Street|News|Union|Nations|Committee|Agency|Operation|Times|Press|Fund|Exchange|City"
    r"|Staff|Twitter|Province|Region|Institute|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_ABBREVIATED = r"(?<!\b(?:\p{Lu}|Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|Lt|St|Inc|Corp|Co|Ltd))"
_SHORTENED = r"(?<!\b(?:U\.S|Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|Lt|St)|\s\p{Lu})"  # the code of a share may end a sentence
_SENTENCE_END = regex.compile(rf"{_SHORTENED}[.!?][”\"’']?\s+(?=\p{{Lu}})|\n")
_CLAUSE = regex.compile(
    rf"{_ABBREVIATED}[.!?;:]\s|[“”\"\n–—]| - | (?:but|while|when|because|although|as|that|after|before) "
)
_LEADING = regex.compile(
    r"\s*(?:(?:[Aa]nd|[Bb]ut|[Mm]eanwhile|[Ll]ater|[Ee]arlier|[Hh]owever|[Aa]lso|[Tt]hen|[Ii]n|[Oo]n|[Aa]t|[Aa]s)\b[^,]*,\s*)?"
    r"(?:(?:[Aa]nd|[Bb]ut|[Ll]ater|[Ee]arlier|[Tt]hen|[Ss]ince)\s+)?"
)
_TRAILING = regex.compile(
    r"(?:\s+(?:also|later|earlier|then|has|had|have|was|again|once|already|still|moreover|familiar|\p{Ll}+ly"
    rf"|on \p{{Lu}}\p{{Ll}}+day|{_VERBS}))+\s*$"
)
_JOINED = regex.compile(r"\s*(?:and |but )?")
_NO_HEAD = frozenset(
    regex.findall(
        r"\w+",
        """and or but nor so yet if as than that which who whose what where when while because although though
        since until in on at of for from with by to after before about during under over there here not i we you""",
    )
)
_INSIDE = frozenset({"than", "is", "are", "was", "were", "has", "had", "have", "would", "will", "could"})
_NO_END = _NO_HEAD | _INSIDE | {"the", "a", "an"}
_NO_NOUN = regex.compile(
    r"(?:\p{L}{3,}(?:al|ent|ant|ous|ive|ed|ing|ar)ly|[Ff]irst|[Ee]arlier|[Ll]ater|[Aa]lso|[Ii]nstead|[Mm]eanwhile"
    r"|[Hh]owever|[Mm]oreover|(?:[Tt]his|[Ll]ast|[Nn]ext) (?:week|month|quarter|year))\b"
)
_ALONE = regex.compile(r"(?:he|she|they|it|police|people|\p{Ll}+s)")
_GLOSS = regex.compile(
    r"\b(?:mean(?:s|t|ing)?|(?:nick)?named|(?:is|are|was|were) called|titled|entitled|known as"
    r"|the (?:word|name|term))\s*$"
)
_STOP = regex.compile(rf"{_ABBREVIATED}[.!?](?:\s|$)|[“\"\n]")
_FORWARD_STOP = regex.compile(
    rf"{_ABBREVIATED}\.|[,;:“”\"()\n]| (?:in|on|at|during|who|as|when|after|before|that|by|with|from|told|to|and) |$"
)
_NOUN = regex.compile(r"\p{L}")
_BOUND = regex.compile(r"\s*(?:,|\p{Ll})")
_INTRODUCED = regex.compile(r"(?:[,:]|\bthat)\s*$")
_ATTRIBUTION = regex.compile(r"[^.!?\n]{0,120}[.,;]?\s*")
_PART = regex.compile(r"[^,]+")
_GENITIVE = regex.compile(r"['’]s$")
LONGEST_NAME = 12
"""Words of a speaker's description; longer stretches are no name."""
_ENDS = ".,!?…—–-:;)]"
"""What speech that is a paragraph of its own ends with; a heading does not."""
NEAR = 160
"""Characters behind a quotation in which its speaker is looked for."""


class Speech(NamedTuple):
    """A quotation, marks excluded, the span of its speaker's name (None: not stated), and whether it is closed."""

    start: int
    end: int
    speaker: Span | None
    closed: bool


def speeches(text: str) -> list[Speech]:
    """The quotations of a text, in order, each with its speaker.

    >>> text = "“We go,” Ann Lee told reporters. “Now.” The mayor, Bo Ek, sat. “No.” he said."
    >>> [(text[s.start : s.end], text[slice(*s.speaker)] if s.speaker else None) for s in speeches(text)]
    [('We go,', 'Ann Lee'), ('Now.', 'Ann Lee'), ('No.', None)]
    """
    quotes, blocks = quotations(text), paragraphs(text)
    found: list[Speech] = []
    for i, (start, end) in enumerate(quotes):
        before = quotes[i - 1][1] + 1 if i else 0
        after = quotes[i + 1][0] - 1 if i + 1 < len(quotes) else len(text)
        place = _block(blocks, start)
        alone = _stands_alone(text, (start, end), blocks[place])
        if (alone and _is_heading(text, (start, end), blocks, place)) or _is_gloss(text, start, end):
            found.append(Speech(start, end, None, _is_closed(text, end)))
            continue
        speaker = _stated(text, (start, end), (before, after), blocks, place)
        if speaker and _PRONOUN.fullmatch(text[slice(*speaker)]):
            speaker = _named_before(text, start, blocks, place, found)
        elif speaker is None and found:
            speaker = _continued(text, start, found[-1], blocks, place)
        if speaker is None and alone:
            speaker = _named_before(text, start, blocks, place, found)
        found.append(Speech(start, end, speaker, _is_closed(text, end)))
    return found


def _is_heading(text: str, quote: Span, blocks: Sequence[Span], place: int) -> bool:
    """Whether a quotation that is a paragraph of its own is a heading: short, no mark ends it, no colon leads to it."""
    start, end = quote
    ends = text[end - 1] in _ENDS or text[end + 1 : blocks[place][1]].strip() or not _is_closed(text, end)
    led = place and text[slice(*blocks[place - 1])].rstrip().endswith(":")
    return not ends and not led and len(text[start:end].split()) <= LONGEST_NAME


def _is_gloss(text: str, start: int, end: int) -> bool:
    """Whether a quotation says what a name means."""
    return len(text[start:end].split()) <= 3 and bool(_GLOSS.search(text, max(0, start - NEAR), start - 1))


def _is_closed(text: str, end: int) -> bool:
    return text[end : end + 1] in tuple(_MARKS)


def quotations_table(articles: pd.DataFrame, processes: int | None = None) -> pd.DataFrame:
    """The table `quotations`: one row per quotation of every article.

    Args:
        articles: the table of that name.
        processes: worker processes; by default as many as there are cores, if there are many articles.
    """
    names, texts = (articles[name].tolist() for name in ("article_id", "text"))
    if processes is None:
        processes = cores_for(len(texts), PARALLEL_ARTICLES)
    with spread(processes, CHUNK) as run:
        found = zip(names, texts, run(_speeches, texts), strict=True)
        rows = [(name, speech, text) for name, text, own in found for speech in own]
    named = [(text[slice(*s.speaker)], *s.speaker) if s.speaker else (None, None, None) for _, s, text in rows]
    values = [(name, s.start, s.end, *who, s.closed) for (name, s, _), who in zip(rows, named, strict=True)]
    types = {"str": "str", "int": "int64", "bool": "bool"}
    frame = pd.DataFrame(values, columns=[c.name for c in COLUMNS])
    return frame.astype({c.name: "Int64" if c.null and c.type == "int" else types[c.type] for c in COLUMNS})


def _speeches(texts: Sequence[str]) -> list[list[Speech]]:
    return [speeches(text) for text in texts]


def says(text: str) -> bool:
    """Whether a sentence reports what someone said, in the speaker's words or not.

    >>> says("Troops advance, Zelensky said."), says("Troops advance.")
    (True, False)
    """
    return bool(_SAY.search(text) or _ACCORDING.search(text) or _QUOTED.search(text))


def _block(blocks: Sequence[Span], place: int) -> int:
    """The paragraph that holds a place."""
    return max(0, bisect_right(blocks, (place, len(blocks) and blocks[-1][1])) - 1)


def _stated(text: str, quote: Span, free: Span, blocks: Sequence[Span], place: int) -> Span | None:
    """The speaker that the words around a quotation name: behind it first where a comma binds them to it."""
    low = max(free[0], blocks[place][0])
    if text[low : quote[0] - 1].strip() == "" and place and text[slice(*blocks[place - 1])].endswith(":"):
        low = max(free[0], blocks[place - 1][0])
    high = min(free[1], blocks[place][1], quote[1] + NEAR)
    ahead, behind = (quote[1] + 1, high), (low, quote[0] - 1)
    bound = text[quote[1] - 1 : quote[1]] in ",?!—" or _BOUND.match(text[slice(*ahead)])
    introduced = _INTRODUCED.search(text[slice(*behind)])
    sides = [_behind(text, behind)] if introduced or not bound else []
    sides += [_ahead(text, ahead)] if bound else []
    sides += [_behind(text, behind)] if bound and not introduced else []
    return next((side for side in sides if side), None)


def _ahead(text: str, span: Span) -> Span | None:
    """The speaker in what follows a quotation: `said NAME`, `NAME said`, `AGENCY quoted NAME as saying`."""
    piece = text[slice(*span)]
    stop = _STOP.search(piece)
    piece = piece[: stop.start() + 1] if stop else piece
    if quoted := _QUOTED.search(piece):
        return _named(text, span[0] + quoted.start("who"), span[0] + quoted.end("who"))
    verb = _SAY.search(piece)
    lead = piece[: verb.start()].lstrip(" ,\u00a0") if verb else ""
    if verb and not lead:
        start = span[0] + verb.end()
        end = _FORWARD_STOP.search(text, start + 1)
        return _named(text, start, end.start() if end else start)
    if verb and verb.start() <= 90:
        return _np_before(text, span[0], span[0] + verb.start())
    return None


def _behind(text: str, span: Span) -> Span | None:
    """The speaker in what leads to a quotation, within its sentence: the subject of the last verb of saying."""
    piece = text[slice(*span)]
    ends = [m.end() for m in _SENTENCE_END.finditer(piece.rstrip())]
    low = span[0] + (ends[-1] if ends else 0)
    piece = text[low : span[1]]
    if according := _ACCORDING.search(piece):
        return _named(text, low + according.start("who"), low + according.end("who"))
    verbs = [m for m in _SAY.finditer(piece) if not _PASSIVE.search(piece[: m.start()])]
    return _np_before(text, low, low + verbs[-1].start()) if verbs else None


def _np_before(text: str, low: int, verb: int) -> Span | None:
    """The noun phrase that ends before a verb; of *NAME, who he is, said* the name."""
    cuts = [m.end() for own in (_CLAUSE, _SAY) for m in own.finditer(text, low, verb)]
    low = max(cuts, default=low)
    low = _LEADING.match(text, low, verb).end()
    piece = text[low:verb].rstrip()
    if piece.endswith(","):
        parts = list(_PART.finditer(piece))
        people = [p for p in parts if _PERSON.fullmatch(p.group().strip()) and not _INSTITUTION.search(p.group())]
        own = next(iter(people or parts)) if people or len(parts) > 1 else None
        return _named(text, low + own.start(), low + own.end()) if own else None
    tail = piece if " & " in piece else piece.rsplit(",", 1)[-1]  # Keefe, Bruyette & Woods
    return _named(text, low + len(piece) - len(tail), low + len(piece))


def _named(text: str, start: int, end: int) -> Span | None:
    """The span as a speaker; None where it is no name: empty, too long, or an agency that passes the words on."""
    start = _JOINED.match(text, start, end).end()
    tail = _TRAILING.search(text, start, end)
    span = _trimmed(text, start, tail.start() if tail else end)
    name = text[slice(*span)]
    if not _NOUN.search(name) or not _is_noun_phrase(name) or any(mark in name for mark in '“”"'):
        return None
    return None if any(b == len(name) for _, _, b in mentions(name, {})) else span


def _is_noun_phrase(name: str) -> bool:
    """Whether words may name who speaks; no clause, adverb, time, or noun that is neither a name nor several people.

    >>> [_is_noun_phrase(name) for name in ("one analyst", "officials", "sign", "said Lee", "more than in 2006")]
    [True, True, False, False, False]
    """
    parts = name.split()
    if len(parts) > LONGEST_NAME or parts[0].casefold() in _NO_HEAD or not _INSIDE.isdisjoint(parts):
        return False
    pronoun = len(parts) > 1 and any(map(_PRONOUN.fullmatch, (parts[0], parts[-1])))
    if pronoun or parts[-1] in _NO_END or not name[0].isalnum():
        return False
    if name in ("The", "A") or _NO_NOUN.match(name) or _SAY.search(name):
        return False
    return len(parts) > 1 or not name.islower() or bool(_ALONE.fullmatch(name))


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(" ,\n\u00a0"))
    return start, max(start, start + len(piece.strip(" ,\n\u00a0")))


def _continued(text: str, start: int, last: Speech, blocks: Sequence[Span], place: int) -> Span | None:
    """The speaker of the quotation before, where this one goes on with it.

    In one paragraph: nothing but the attribution of the last one, to the end of its sentence, stands between. In the
    next: the last one was left open, or closed its paragraph, and this one opens.
    """
    opens = text[blocks[place][0] : start - 1].strip() == ""
    between = text[last.end + 1 : start - 1]
    if _block(blocks, last.start) == place:
        return last.speaker if _ATTRIBUTION.fullmatch(between) else None
    adjacent = _block(blocks, last.start) == place - 1
    return last.speaker if opens and adjacent and (not last.closed or between.strip() == "") else None


def _stands_alone(text: str, quote: Span, block: Span) -> bool:
    """Whether a quotation is all that its paragraph says."""
    return text[block[0] : quote[0] - 1].strip() == "" and text[quote[1] + 1 : block[1]].strip(" .,") == ""


def _named_before(text: str, start: int, blocks: Sequence[Span], place: int, spoken: list[Speech]) -> Span | None:
    """Who was named, or spoke, in this paragraph or the one before, outside quotations; None: several, or nobody."""
    low = blocks[max(0, place - 1)][0]
    near = [s for s in spoken if s.end > low]
    people: dict[str, Span] = {}
    for span in [s.speaker for s in near if s.speaker] + [m.span() for m in _PERSON.finditer(text, low, start)]:
        name = _GENITIVE.sub("", text[slice(*span)])
        inside = any(s.start <= span[0] < s.end for s in near)
        if not inside and not _INSTITUTION.search(name) and name.split()[-1][0].isupper():
            people.setdefault(name.split()[-1], (span[0], span[0] + len(name)))
    return next(iter(people.values())) if len(people) == 1 else None
