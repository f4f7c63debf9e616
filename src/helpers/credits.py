"""What an article says of its own origin: agencies, outlets and desks it runs, cites, or quotes people through.

Rules over sentences. A name alone says nothing (*the Dow Jones index*, *CNBC's profit*): a mention counts where its
words say what it is doing there. Names come from a list, or from a word for a newspaper or agency beside them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd
import regex

from helpers.agencies import MEDIUM, agency_of, may_mention, mentions
from helpers.prose import CHUNK, PARALLEL_ARTICLES
from helpers.schemas import TABLES
from helpers.workers import cores_for, spread

RUNS, CITES, VIA, PHOTO, STAFF, LINK = "runs", "cites", "via", "photo", "staff", "link"
KINDS = {
    RUNS: "the text is the agency's: `LONDON (Reuters) -`, `Reporting by Reuters reporters`, `© Reuters`",
    CITES: "the agency or outlet is the source: `Reuters reported`, `Reuters saw`, `economists polled by Reuters`",
    VIA: "a person's words came through it: `told Reuters`, `TASS quoted him as saying`, `she said, AFP reported`",
    PHOTO: "a picture's credit: `Handout via REUTERS`, `AP Photo`",
    STAFF: "people who reported, wrote or edited, no agency named: `(Reporting by Peter Graff)`",
    LINK: "the address that the page gives as its own is the agency's or outlet's",
}
"""Kinds of a mention. An interview given to an agency (`told Reuters`) is `via`: its copy carries a person's words."""

_SAID = (
    r"(?:said|says|say|saying|told|tells|wrote|writes|added|adds|announced|confirmed|denied|warned|declared|insisted"
    r"|argued|claimed|stated|predicted|acknowledged|noted)"
)
_REPORTED = (
    r"(?:report(?:s|ed|ing)?|said|says|saying|wrote|writes|cited|citing|revealed|estimates?|estimated|placed|showed"
    r"|shows?|learned|saw|seen|heard|found|speculated|noted|called|disclosed|verified|understands|published"
    r"|added|warned|urged|argued|ranked|listed|wrote)"
)
_STAFF = regex.compile(
    r"\b(?:(?i:(?:additional )?(?:reporting|writing|editing|compiled|written|edited|reported) by)"
    r"|(?:[Rr]eporting|Editing)) (?=\p{Lu})"
)
_TAIL = rf"(?:['’]s?)?(?:[ ](?:{MEDIUM}|Web site|Insider|Television|newspaper group|state))*"
_LEAD = r"(?:[Tt]he |an? )?(?:[^\s,.;:\"“”]+ ){0,4}?(?:the )?[“\"]?"
_OF_COMPANY = r"(?! in an? (?:statement|e-?mail|filing|release)| it\b| its (?:profit|revenue|net|board|shares))"

_ODD_SPACE = regex.compile(r"\s\s|[^\S ]|[\x1c-\x1f]")
_SPACE = regex.compile(r"\s+|[\x1c-\x1f]")
"""What `_squeeze` changes."""

REACH = 400
"""Characters on either side of a name that rules look at: a sentence without an end must not take for ever."""

_Rule = tuple[str, str, regex.Pattern[str] | None, regex.Pattern[str] | None]


def _rule(name: str, kind: str, left: str = "", right: str = "") -> _Rule:
    """A rule: what must stand right before the mention, and right after it."""
    before = regex.compile(rf"{left}$") if left else None
    return name, kind, before, regex.compile(right) if right else None


_PAPER = r"(?:poll|survey|data|report|source|count|tally|story|article|calculation|list|I/B/E/S)s?\b"
_PEOPLE = r"(?:reporter|correspondent|witness|journalist|photographer)(?:s|es)?\b"
_WHEN = r"(?: (?:has|was|have|had|also|later|first|earlier|\p{Ll}+ly|on \p{L}+))*"
_DESK = r"(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Ww]ritten|[Ff]irst published)"
_FILES = r"(?i:with (?:files|reporting|material) from|source:?|from)"
_PICTURE = r"(?:[Pp]hoto(?:graph)?(?: by|:)|[Pp]icture:|[Ii]mage:)"
_PHOTOGRAPHER = r"/\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3}\W*$"
_COUNTED = r"polled|surveyed|tracked|obtained|compiled|reviewed|seen|listed|estimates?"
_ACTIVE_SAID = rf"(?<!\b(?:is|are|was|were|be|been) )\b{_SAID}\b"

_RULES: tuple[_Rule, ...] = (
    _rule("dateline", RUNS, r"\((?:[^()]{0,20}\W)?", r"[^()]{0,20}\)\s*(?:[-–—]|$)"),
    _rule(
        "rights", RUNS, r"(?:©|\([cC]\)|[Cc]opyright|(?:[Dd]istribut|[Pp]rovid)ed by) ?(?:\d{4}\W{0,3})?(?:[Tt]he )?"
    ),
    _rule("desk", RUNS, rf"{_DESK} (?:by|on|in) (?:the )?"),
    _rule("with_files", RUNS, rf"{_FILES} (?:the )?(?:[^.]{{0,40}} and )?(?<=^.{{0,60}})", r"\W{0,3}$"),
    _rule("contributed", RUNS, "", r" contributed to this (?:report|story|article)"),
    _rule("picture", PHOTO, rf"(?:\bvia |{_PICTURE}[^.]{{0,40}})"),
    _rule("picture", PHOTO, "", rf"(?: (?:[Pp]hoto|[Ff]ile [Pp]hoto|Images)\b|{_PHOTOGRAPHER})"),
    _rule("picture", PHOTO, r"(?:Handout|[\p{L}]/)"),
    _rule("told", VIA, rf"\b(?:told|tells|telling|informed) {_LEAD}"),
    _rule("interview", VIA, rf"\binterview(?:ed)? (?:with|to|by|on|in|published (?:in|by)) {_LEAD}"),
    _rule("interview", VIA, rf"\binterview (?:[^.;]{{0,70}} )?(?:with|to|on) {_LEAD}"),
    _rule("interview", VIA, "", rf"{_TAIL}[ ](?:[\p{{Ll}}]+ )?interview\b"),
    _rule("quoted", VIA, "", rf"{_TAIL}[^.;“”\"]{{0,40}}\b(?:quot(?:ed|es|ing)\b|cit(?:ed|es|ing)\b[^.;]* as saying)"),
    _rule("quoted", VIA, rf"\bquoted(?: as saying)?(?: on \p{{L}}+)? (?:by|in) {_LEAD}"),
    _rule("contacted", VIA, rf"(?<!not be )\b(?:contacted|reached|asked|interviewed) by {_LEAD}"),
    _rule(
        "writing_in",
        VIA,
        rf"\b(?:writing|(?:piece|article|column|op-ed|letter) (?:for|in)|wrote) (?:in )?{_LEAD}",
        rf"{_TAIL}(?:,| on \p{{L}}+,).*\b(?:{_SAID}|called)\b",
    ),
    _rule("said_on", VIA, rf"\b{_SAID} (?:[^.;“”\"]{{0,30}} )?(?:on|in an?|to) {_LEAD}"),
    _rule(
        "said_reported",
        VIA,
        rf"(?:{_ACTIVE_SAID}[^;]*,[”\"’']?|,[”\"’']) (?:according to )?{_LEAD}",
        rf"{_TAIL}(?: (?:reported|reports))?(?: on \p{{L}}+| earlier)?[.”\"]?$",
    ),
    _rule("according_said", VIA, rf"^According to {_LEAD}", rf"{_TAIL},.*\b{_SAID}\b"),
    _rule("according", CITES, rf"\b[Aa]ccording to {_LEAD}"),
    _rule("counted", CITES, rf"\b(?:{_COUNTED}|(?:survey|estimated|ranked)[^.;]{{0,30}}) by {_LEAD}"),
    _rule("own_data", CITES, "", rf"{_TAIL}(?:-\p{{Lu}}+)?(?: News)? (?:{_PAPER}|{_PEOPLE}|Estimates)"),
    _rule("unable", CITES, "", r" (?:could not|was unable|was not able|has not been able|is unable|has not)\b"),
    _rule(
        "reported_in",
        CITES,
        rf"\b(?:reported(?: on \p{{L}}+| first)?|report|story|article|commentary) (?:in|by|on|from) {_LEAD}",
    ),
    _rule("source_line", CITES, r"\b[Ss]ources?: (?:[^.]{0,40})?"),
    _rule(
        "reports",
        CITES,
        r"(?<!\b(?:of|for|at) (?:the )?)",
        rf"\)?{_TAIL},?(?: [^,.;“”]{{3,90}},)?{_WHEN} {_REPORTED}\b{_OF_COMPANY}",
    ),
    _rule("report_of", CITES, r"\breports? (?:from|by) (?:[^.;]{0,40} )?"),
)

COLUMNS = TABLES["credits"].columns
KEY = TABLES["credits"].key


class Credit(NamedTuple):
    """A mention: span of the name, the agency's or outlet's canonical name, its kind, and the rule that found it."""

    start: int
    end: int
    agency: str | None
    kind: str
    rule: str


def credits(text: str, sentences: pd.DataFrame) -> list[Credit]:
    """What an article says of its origin, in the order of the text.

    Args:
        text: an article.
        sentences: its rows of the table of that name.

    >>> text = "KYIV (Reuters) - Troops fled. “We ran,” a man told AFP. The BBC hired."
    >>> from helpers.segmentation import sentences
    >>> [(text[c.start : c.end], c.kind) for c in credits(text, pd.DataFrame(sentences(text)))]
    [('Reuters', 'runs'), ('AFP', 'via')]
    """
    return _credits(text, zip(sentences["start"], sentences["end"], sentences["kind"], strict=True))


def _of_articles(jobs: Sequence[tuple[str, list[tuple[int, int, str]]]]) -> list[list[Credit]]:
    return [_credits(*job) for job in jobs]


def _credits(text: str, sentences: Iterable[tuple[int, int, str]]) -> list[Credit]:
    """The same from start, end and kind of the sentences."""
    found: list[Credit] = []
    named: dict[str, None] = {}
    for start, end, kind in sentences:
        found += _in_sentence(text[start:end], start, kind, named)
    return found


def _in_sentence(sentence: str, offset: int, kind: str, named: dict[str, None]) -> Iterator[Credit]:
    """The mentions of a sentence; `named` gathers the outlets of the article for its short forms."""
    if kind != "credit" and "(" not in sentence and not may_mention(sentence):
        return
    squeezed, places = _squeeze(sentence)
    runs = False
    for agency, start, end in mentions(squeezed, named):
        if rule := _matching(squeezed[max(0, start - REACH) : start], squeezed[end : end + REACH], kind):
            runs |= rule[1] == RUNS
            yield Credit(offset + places[start], offset + places[end - 1] + 1, agency, rule[1], rule[0])
    if runs or not (kind == "credit" or "(" in squeezed):
        return
    if (staff := _STAFF.search(squeezed)) and (kind == "credit" or "(" in squeezed[: staff.end()]):
        yield Credit(offset + places[staff.start()], offset + len(sentence), None, STAFF, "desk")


def _squeeze(text: str) -> tuple[str, Sequence[int]]:
    """The text with every run of white space as one blank, and the place of each of its characters."""
    if not _ODD_SPACE.search(text):
        return text, range(len(text))
    places: list[int] = []
    behind = 0
    for run in _SPACE.finditer(text):
        places.extend(range(behind, run.start() + 1))
        behind = run.end()
    places.extend(range(behind, len(text)))
    return _SPACE.sub(" ", text), places


def _matching(left: str, right: str, kind: str) -> tuple[str, str] | None:
    """The first rule that the words around a mention follow: its name and its kind."""
    for name, found, before, after in _RULES:
        if name in ("picture", "with_files") and kind not in ("caption", "credit"):
            continue
        if (not before or before.search(left)) and (not after or after.match(right)):
            return name, found
    return None


def credits_table(articles: pd.DataFrame, sentences: pd.DataFrame, processes: int | None = None) -> pd.DataFrame:
    """The table `credits`: one row per mention, and one per page whose address is an agency's.

    Args:
        articles: the table of that name.
        sentences: the table of that name.
        processes: worker processes; by default as many as there are cores, if there are many articles.
    """
    if processes is None:
        processes = cores_for(len(articles), PARALLEL_ARTICLES)
    rows_of = sentences.groupby("article_id").indices
    columns = [sentences[name].to_numpy() for name in ("start", "end", "kind")]
    rows = []
    names, texts, outlets, urls = (articles[name].tolist() for name in ("article_id", "text", "outlet", "url"))
    places = (rows_of.get(name, []) for name in names)
    own = ([*zip(*(column[at].tolist() for column in columns), strict=True)] for at in places)
    with spread(processes, CHUNK) as run:
        mentioned = run(_of_articles, zip(texts, own, strict=True))
        for name, outlet, url, found in zip(names, outlets, urls, mentioned, strict=True):
            agency = agency_of(outlet, url)
            link = [Credit(0, 0, agency, LINK, "address")] if agency else []
            rows += [(name, *credit) for credit in link + found]
    return pd.DataFrame(rows, columns=[c.name for c in COLUMNS]).drop_duplicates(list(KEY))
