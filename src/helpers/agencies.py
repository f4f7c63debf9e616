"""Names of news agencies and outlets: how they are written, where their pages lie, how to find them in a text."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import regex

AGENCIES = {
    "Reuters": r"(?:Thomson )?Reuters",
    "Associated Press": r"(?:The )?Associated Press|AP",
    "AFP": r"Agence France[- ]Presse|AFP",
    "TASS": r"(?:ITAR-|Itar-)?(?:TASS|Tass)",
    "Interfax": r"Interfax(?:-Ukraine)?",
    "RIA Novosti": r"RIA(?:[- ]Novosti)?",
    "Xinhua": r"Xinhua",
    "dpa": r"dpa|DPA|Deutsche Presse-Agentur",
    "EFE": r"EFE",
    "ANSA": r"ANSA",
    "Kyodo": r"Kyodo",
    "Jiji": r"Jiji",
    "Yonhap": r"Yonhap",
    "KCNA": r"KCNA|Korean Central News Agency",
    "Ukrinform": r"Ukrinform",
    "PA": r"Press Association|PA Media|PA(?= news)",
    "UPI": r"UPI|United Press International",
    "Bloomberg": r"Bloomberg(?: News| TV| Television)?",
    "Dow Jones Newswires": r"Dow Jones Newswires",
    "PTI": r"PTI|Press Trust of India",
    "IRNA": r"IRNA",
    "ISNA": r"ISNA",
    "Fars": r"Fars",
    "Mehr": r"Mehr",
    "SANA": r"SANA",
    "MENA": r"MENA",
    "Petra": r"Petra",
    "Anadolu": r"Anadolu|Anatolian|Anatolia",
    "Antara": r"Antara",
    "Bernama": r"Bernama",
    "Belga": r"Belga",
    "Tanjug": r"Tanjug",
    "Canadian Press": r"(?:The )?Canadian Press",
    "Getty Images": r"Getty Images",
    "EPA": r"EPA(?:-EFE)?",
}
"""Canonical names of news agencies, and how they are written."""
OUTLETS = {
    "BBC": r"BBC",
    "CNN": r"CNN",
    "CNBC": r"CNBC",
    "NBC": r"NBC",
    "ABC": r"ABC",
    "CBS": r"CBS",
    "PBS": r"PBS|Public Broadcasting Service",
    "CNET": r"CNET",
    "NPR": r"NPR|National Public Radio",
    "Fox News": r"Fox News(?: Channel)?",
    "Sky News": r"Sky News",
    "Al Jazeera": r"[Aa]l[- ]Jazeera",
    "Al Arabiya": r"[Aa]l[- ]Arabiya",
    "New York Times": r"New York Times(?: Magazine)?",
    "Wall Street Journal": r"Wall Street Journal",
    "Washington Post": r"Washington Post",
    "Los Angeles Times": r"(?:Los Angeles|LA) Times",
    "Financial Times": r"Financial Times",
    "Sunday Times": r"Sunday Times",
    "The Guardian": r"Guardian",
    "The Telegraph": r"(?:Daily|Sunday) Telegraph",
    "The Economist": r"Economist",
    "Barron's": r"Barron['’]s",
    "Forbes": r"Forbes(?:\.com| [Mm]agazine)?",
    "Newsweek": r"Newsweek",
    "Politico": r"Politico",
    "MarketWatch": r"MarketWatch(?:\.com)?",
    "Denver Post": r"Denver Post",
    "Nikkei": r"Nihon Keizai Shimbun|Nikkei",
    "Asahi": r"Asahi(?: Shimbun)?",
    "Yomiuri": r"Yomiuri(?: Shimbun)?",
    "Mainichi": r"Mainichi",
    "Le Monde": r"Le Monde",
    "Le Figaro": r"(?:Le )?Figaro",
    "Les Echos": r"Les Echos",
    "Der Spiegel": r"(?:Der )?Spiegel",
    "Bild": r"Bild(?: am Sonntag)?",
    "Handelsblatt": r"Handelsblatt",
    "Kommersant": r"Kommersant",
    "Vedomosti": r"Vedomosti",
}
"""Canonical names of newspapers and broadcasters, and how they are written."""
_SHORT = {"Times": ("New York Times", "Financial Times"), "Journal": ("Wall Street Journal",)}
"""Short forms, read as the outlet of that name which the article has named before."""
HOSTS = {
    "reuters.com": "Reuters",
    "apnews.com": "Associated Press",
    "afp.com": "AFP",
    "tass.com": "TASS",
    "interfax.com": "Interfax",
    "bloomberg.com": "Bloomberg",
    "news.cn": "Xinhua",
    "upi.com": "UPI",
    "ukrinform.net": "Ukrinform",
}
"""Hosts of agencies' own pages."""

_NAMES = {**AGENCIES, **OUTLETS}
_GROUPS = list(_NAMES)
_KNOWN = "|".join(f"(?P<n{i}>{pattern}|{pattern.upper()})" for i, pattern in enumerate(_NAMES.values()))
MEDIUM = (
    r"(?:(?:News|news) (?:Agency|agency)|news service|newswire|wire service|newspaper|magazine|business daily|daily"
    r"|weekly|broadcaster|television|TV|radio|news site|website)"
)
"""A word for what publishes news."""
_NOT_A_NAME = (
    r"(?!(?:\p{Lu}\p{Ll}+(?:ese|ish|ian|can)|French|Dutch|German|Greek|Swiss|Thai|Iraqi|Israeli|U\.S\.|US|UK|State"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Web|Internet|In|On|At|The|An?|This|One|Another|Some)\b"
    r"|\p{Lu}\p{Ll}+-\p{Ll}+|\p{Lu}\p{L}+['’]s )"
)
_PROPER = rf"{_NOT_A_NAME}" r"\p{Lu}[\p{L}\p{N}'’&-]*(?:[ ]\p{Lu}[\p{L}\p{N}'’&-]*){0,3}"
_NAME = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.])(?=\p{{Lu}}|dpa|al[- ]|the )"  # as they all begin: most words need no closer look
    rf"(?:{_KNOWN}|[Tt]he (?P<short>Times|Journal)|(?<=\b{MEDIUM} )(?P<after>{_PROPER})"
    rf"|(?<=\b(?i:the|an?) (?:[\p{{Ll}}-]+ )?)(?P<before>{_PROPER})(?= {MEDIUM}\b)"
    rf"|(?P<bare>{_PROPER})(?= (?:daily|newspaper|[Nn]ews [Aa]gency|magazine) (?:quot|report|said|cit))"
    r"|[Tt]he (?:[\p{Ll}-]+ )?(?P<daily>(?:\p{Lu}[\p{Ll}'’]+ ){1,2}(?:Daily|Post|Herald|Tribune|Gazette|Globe))"
    r")(?![\p{L}\p{N}]|-\p{Ll})"
)
_OPTIONAL = regex.compile(r"\((?:\?:[^()]*\)\?|\?=[^()]*\))")
_WORD = re.compile("[A-Za-z]+")
_TELLING = {
    max(reversed(_WORD.findall(alternative)), key=len)
    for pattern in [*_NAMES.values(), MEDIUM, *_SHORT, "Daily|Post|Herald|Tribune|Gazette|Globe"]
    for alternative in _OPTIONAL.sub("", pattern).split("|")
}
_TELLING |= {word.upper() for word in _TELLING}
"""Words of which every match of `_NAME` has one: the longest of each alternative, options left out."""


def may_mention(sentence: str) -> bool:
    """Whether a sentence has a word of those without which nobody is named."""
    return not _TELLING.isdisjoint(_WORD.findall(sentence))


def mentions(sentence: str, named: dict[str, None]) -> Iterator[tuple[str, int, int]]:
    """Canonical name and span of every agency or outlet that a sentence names, on the list or called a newspaper.

    Args:
        sentence: with single blanks.
        named: gathers what the article has named so far: its short forms (*the Journal*) are read by it.

    >>> list(mentions("The Wall Street Journal and the Yomiuri newspaper", {}))
    [('Wall Street Journal', 4, 23), ('Yomiuri', 32, 39)]
    """
    if not may_mention(sentence):
        return
    for match in _NAME.finditer(sentence):
        name, start, end = _canonical(match, named)
        if name:
            named[name] = None
            yield name, start, end


def _canonical(match: regex.Match[str], named: dict[str, None]) -> tuple[str | None, int, int]:
    """The canonical name behind a match, and its span."""
    group = match.lastgroup or ""
    start, end = match.span(group)
    if group == "short":
        known = [name for name in named if name in _SHORT[match.group(group)]]
        return (known[-1] if known else None), start, end
    return (_GROUPS[int(group[1:])] if group[1:].isdigit() else match.group(group)), start, end


def agency_of(outlet: str | None, url: str | None) -> str | None:
    """The agency whose own page this is, by the name of the outlet or the host of the address.

    >>> agency_of(None, "https://www.reuters.com/article/x"), agency_of("The Gazette", None)
    ('Reuters', None)
    """
    if (
        isinstance(outlet, str)
        and (match := _NAME.fullmatch(outlet))
        and (name := _canonical(match, {})[0]) in AGENCIES
    ):
        return name
    try:
        host = (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:  # not an address
        return None
    return next((name for end, name in HOSTS.items() if host == end or host.endswith(f".{end}")), None)
