"""Where the articles of a group that shares copy come from: the most plausible account, and the evidence for it.

Dates and credits decide; the text alone never does: it cannot tell a cut copy from an early version. Where dates or
credits are missing the account is *undecided*, with the nearest article named and the evidence listed.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.calibration import NON_DERIVED
from helpers.credits import LINK, RUNS
from helpers.dating import order, precedes
from helpers.prose import ProseWords
from helpers.schemas import TABLES
from helpers.shares import looked_up
from helpers.spoken import by_pair
from helpers.versions import DECIDED, NAMES, WEIGHTS, Cues, Half, Version, cues, earlier, halves

FIRST, BEFORE, COMMON, UNDECIDED, APART = "first", "before", "common source", "undecided", "apart"
RELATIONS = {
    FIRST: "the earliest of its group by date, or the agency's own page; it has no parent here",
    BEFORE: "the parent was published before it, by the dates stated, or is the agency's own page",
    COMMON: "it descends from a story of the agency that is the parent; that story need not be in the corpus",
    UNDECIDED: "it shares copy, and neither dates nor credits tell who was first",
    APART: "it shares no copy above the floor",
}
AGENCY = "agency:"
"""Prefix of a parent that is an agency's story and no article of the corpus."""
LINKED = 0.15
"""Least share of prose (direct speech left out) that makes two articles of one group: less would chain strangers."""

_WORDING = "containment "
"""What the lines of evidence on the wording begin with."""

Mention = tuple[str, str, int, int]
"""Agency or outlet, kind, start and end of a credit."""

COLUMNS = TABLES["lineage"].columns
KEY = TABLES["lineage"].key


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables that lineage is read from, and the prose words of the corpus."""

    articles: pd.DataFrame
    sentences: pd.DataFrame
    passages: pd.DataFrame
    overlap: pd.DataFrame
    copying: pd.DataFrame
    credits: pd.DataFrame
    cleaning_log: pd.DataFrame
    corpus: Mapping[str, ProseWords]


def groups(overlap: pd.DataFrame, copying: pd.DataFrame) -> list[list[str]]:
    """Groups of at least two articles that share copy: connected by pairs above the floor and above `LINKED`.

    Args:
        overlap: the table of that name.
        copying: the table of that name; gives each article's floor and label.
    """
    floor = dict(zip(copying["article_id"], copying["floor"], strict=True))
    derived = set(copying.loc[copying["label"] != NON_DERIVED, "article_id"])
    unquoted = overlap["reused_share"] - overlap["quoted_share"]
    prose = unquoted.where(unquoted < overlap["without_formulae"], overlap["without_formulae"])
    strong = (
        (prose >= LINKED)
        & (prose > overlap["article_id"].map(floor).astype("float64"))
        & overlap["article_id"].isin(derived)
    )
    names = np.array(sorted(set(copying["article_id"])), dtype=object)
    number = {name: i for i, name in enumerate(names.tolist())}
    own, source = (looked_up(overlap.loc[strong, name], number) for name in ("article_id", "source_id"))
    graph = coo_array((np.ones(len(own), dtype=bool), (own, source)), shape=(len(names), len(names)))
    label = connected_components(graph, directed=False)[1]  # numbered by their first articles
    order = np.argsort(label, kind="stable")
    found = np.split(names[order], np.flatnonzero(np.diff(label[order])) + 1)
    return [members.tolist() for members in found if len(members) > 1]


def common_agency(members: Collection[str], credits: pd.DataFrame, passages: pd.DataFrame) -> str | None:
    """The agency that all members had their copy from, as far as they say so.

    At least one runs its copy by its own credit. Each other runs it too, or names it inside a passage shared with a
    member: *Reuters saw burnt-out vehicles* in a copy that took the credit line off.
    """
    shared = passages[passages["article_id"].isin(members) & passages["source_id"].isin(members)]
    return _common_agency(members, _mentions(credits), by_pair(shared))


def _common_agency(
    members: Collection[str], mentions: Mapping[str, Sequence[Mention]], spans: Mapping[tuple[str, str], np.ndarray]
) -> str | None:
    """The same from the mentions of each article, and the passages of every two members."""
    runs: dict[str, set[str]] = {}
    for name in members:
        for agency in {mention[0] for mention in mentions.get(name, ()) if mention[1] in (RUNS, LINK)}:
            runs.setdefault(agency, set()).add(name)
    shared: dict[str, list[np.ndarray]] = {}
    for (name, _), own in spans.items() if runs else ():
        shared.setdefault(name, []).append(own)

    def is_named(agency: str, name: str) -> bool:
        edges = np.concatenate([np.empty((0, 4), dtype=np.int64), *shared.get(name, [])])
        own = (mention[2:] for mention in mentions.get(name, ()) if mention[0] == agency)
        return any(((edges[:, 0] <= start) & (end <= edges[:, 1])).any() for start, end in own)

    scores = {
        agency: len(own)
        for agency, own in runs.items()
        if all(name in own or is_named(agency, name) for name in members)
    }
    return min(scores, key=lambda name: (-scores[name], name)) if scores else None


def _mentions(credits: pd.DataFrame) -> dict[str, list[Mention]]:
    """What each article says of agencies and outlets."""
    found: dict[str, list[Mention]] = {}
    named = credits[credits["agency"].notna()]
    columns = (named[column].tolist() for column in ("article_id", "agency", "kind", "start", "end"))
    for name, *mention in zip(*columns, strict=True):
        found.setdefault(name, []).append((mention[0], mention[1], mention[2], mention[3]))
    return found


@dataclass(frozen=True, eq=False)
class _Group:
    """What is known of the articles of a group.

    `shares` are those of each member in each other, `spans` the passages of every two (see `spoken.by_pair`), `pages`
    the members that are the agency's own pages, `damaged` those that were wrongly decoded before.
    """

    members: Sequence[str]
    agency: str | None
    dates: Mapping[str, pd.Timestamp]
    mentions: Mapping[str, Sequence[Mention]]
    shares: Mapping[str, Mapping[str, float]]
    spans: Mapping[tuple[str, str], np.ndarray]
    version: Callable[[str], Version]
    undated: Set[str]
    pages: Set[str]
    damaged: Sequence[str]
    _read: dict[tuple[str, str], tuple[Half, Half]] = field(default_factory=dict)

    def halves(self, first: str, second: str) -> tuple[Half, Half]:
        """Two members against each other (see `versions.halves`); each pair is read once."""
        if (first, second) not in self._read:
            none = np.empty((0, 4), dtype=np.int64)
            spans = (self.spans.get(pair, none) for pair in ((first, second), (second, first)))
            mine, other = halves(self.version(first), self.version(second), *spans)
            self._read[first, second], self._read[second, first] = (mine, other), (other, mine)
        return self._read[first, second]


Wording = tuple[float | None, str]
"""Confidence, and the lines of evidence that an article's wording beside another one's gives."""


def lineage_table(data: Tables, known: Mapping[tuple[str, str, str], Wording] | None = None) -> pd.DataFrame:
    """The table `lineage`: one row per article.

    Args:
        data: what it is read from.
        known: the wording of articles, of the others they are compared with and their relation, where it was told
            before (see `wordings`).
    """
    rows: list[tuple[object, ...]] = []
    told = groups(data.overlap, data.copying)
    for number, group in enumerate(_groups(told, data), 1):
        rows += [(number, name, *_account(name, group, known or {})) for name in group.members]
    grouped = {name for members in told for name in members}
    for row in data.copying[~data.copying["article_id"].isin(grouped)].itertuples():
        why = "containment: no passage shared with another article"
        if row.top_source_share > 0:
            why = f"containment: {row.top_source_share:.0%} in {row.top_source}, no more than chance or quotation"
        rows.append((0, row.article_id, None, APART, None, None, None, why))
    frame = pd.DataFrame(rows, columns=[c.name for c in COLUMNS])
    types = {"str": "str", "int": "int64", "share": "float64"}
    return frame.astype({c.name: types[c.type] for c in COLUMNS}).sort_values(
        ["group", "article_id"], ignore_index=True
    )


def _groups(told: Sequence[Sequence[str]], data: Tables) -> Iterator[_Group]:
    """The groups with what is known of their articles; of pairs, those whose articles are both in it."""
    number = {name: i for i, members in enumerate(told) for name in members}

    def inside(pairs: pd.DataFrame) -> pd.DataFrame:
        own, source = (looked_up(pairs[name], number) for name in ("article_id", "source_id"))
        return pairs[(own >= 0) & (own == source)]

    spans: list[dict[tuple[str, str], np.ndarray]] = [{} for _ in told]
    for pair, own in by_pair(inside(data.passages)).items():
        spans[number[pair[0]]][pair] = own
    shares: dict[str, dict[str, float]] = {}
    rows = inside(data.overlap)
    pairs = (rows[column].tolist() for column in ("article_id", "source_id", "reused_share"))
    for name, source, share in zip(*pairs, strict=True):
        shares.setdefault(name, {})[source] = share
    mentions = _mentions(data.credits)
    known = data.articles.set_index("article_id")
    dates, texts = (known[name].to_dict() for name in ("published", "text"))
    sentences = data.sentences[data.sentences["article_id"].isin(number)]
    rows_of = sentences.groupby("article_id").indices
    columns = {name: sentences[name].to_numpy() for name in ("sentence", "start", "end", "kind")}
    log = data.cleaning_log
    misread = set(log.loc[log["rule"].str.startswith("mojibake"), "article_id"])

    def version(name: str) -> Version:
        own = {column: values[rows_of[name]].tolist() for column, values in columns.items()}
        return Version.of(texts[name], data.corpus[name], own)

    for members, own_spans in zip(told, spans, strict=True):
        agency = _common_agency(members, mentions, own_spans)
        yield _Group(
            members,
            agency,
            dates,
            mentions,
            shares,
            own_spans,
            cache(version),
            {name for name in members if pd.isna(dates[name])},
            {name for name in members if any(m[:2] == (agency, LINK) for m in mentions.get(name, ()))},
            sorted(misread.intersection(members)),
        )


def runs_agency(row: pd.Series) -> bool:
    """Whether an article credits its parent, an agency, as the source of its text; else it names it in shared copy."""
    agency = str(row["parent_id"]).removeprefix(AGENCY)
    credited = tuple(f"credits: {kind} {agency} (" for kind in (RUNS, LINK))
    return any(line.startswith(credited) for line in row["evidence"].splitlines())


def _account(
    name: str, group: _Group, known: Mapping[tuple[str, str, str], Wording]
) -> tuple[str | None, str, float | None, str, float, str]:
    """Parent, relation, confidence, nearest, its share and the evidence of one article of a group."""
    share = group.shares[name]
    nearest = max(share, key=lambda other: (share[other], other))
    parent, relation = _decided(name, share, group)
    other = parent if parent is not None and relation == BEFORE else nearest
    confidence, wording = known.get((name, other, relation)) or _worded(name, other, relation, group)
    beside = {BEFORE: [other], COMMON: sorted(share, key=lambda k: (share[k], k), reverse=True)}
    lines = _facts(name, group) + _order(name, beside.get(relation, []), group)
    return parent, relation, confidence, nearest, share[nearest], "\n".join([*lines, wording])


def _worded(name: str, other: str, relation: str, group: _Group) -> Wording:
    """What the wording of an article tells beside that of another one."""
    sides = group.halves(other, name)
    found = cues(group.version(other), group.version(name), *sides)
    confidence = earlier(found) if relation == BEFORE and any(found) else None
    return confidence, "\n".join([*_texts(name, other, found, sides), _lean(other, found, relation)])


def wordings(table: pd.DataFrame) -> pd.DataFrame:
    """What rows of `lineage` tell of wording: article_id, other_id, relation, confidence, lines."""
    rows = table[table["group"] > 0]
    told = [text.partition(f"\n{_WORDING}")[2] for text in rows["evidence"].tolist()]
    lines = pd.Series(told, rows.index, dtype="str")
    rows = rows.assign(other_id=rows["parent_id"].where(rows["relation"] == BEFORE, rows["nearest_id"]))
    rows = rows.assign(lines=_WORDING + lines)[["article_id", "other_id", "relation", "confidence", "lines"]]
    return rows[(lines != "") & ~lines.str.contains(f"\n{_WORDING}", regex=False)]  # what an id may hold


def _decided(name: str, share: Mapping[str, float], group: _Group) -> tuple[str | None, str]:
    """Parent and relation of an article: by the agency's own page, a common agency, then dates; else undecided."""
    agency, pages, dates = group.agency, group.pages, group.dates
    if agency and not pages & {name, *share}:
        return f"{AGENCY}{agency}", COMMON
    related = {k: v for k, v in share.items() if v > 0}
    if agency and name not in pages and (copied := {k: v for k, v in related.items() if k in pages}):
        return max(copied, key=lambda k: (copied[k], k)), BEFORE
    unknown = 0.0
    for k in sorted(related, key=lambda k: (related[k], k), reverse=True):
        if related[k] < unknown:
            break
        known = precedes(dates[k], dates[name])
        if known:
            return k, BEFORE
        unknown = related[k] if known is None else unknown
    return None, UNDECIDED if unknown or not related else FIRST


def _facts(name: str, group: _Group) -> list[str]:
    """Evidence outside the wording: dates, credits, damage."""
    stated = "undated" if name in group.undated else f"dated {group.dates[name]:%Y-%m-%d %H:%M}"
    lines = [f"dates: {stated}; {len(group.undated)} of {len(group.members)} of the group undated"]
    told = Counter(mention[:2] for mention in group.mentions.get(name, ()))
    lines += [f"credits: {kind} {who} ({n})" for (who, kind), n in sorted(told.items())] or ["credits: none"]
    if group.agency:
        lines.append(f"credits: all {len(group.members)} run {group.agency} or name it in a shared passage")
    if name in group.damaged:
        shared = [m for m in group.damaged if m != name]
        lines.append(f"damage: wrongly decoded before it came here; {', '.join(shared) or 'no other'} too")
    return lines


def _order(name: str, others: Sequence[str], group: _Group) -> list[str]:
    """When it was published beside the first of some others that it shares copy with and dates tell it from."""
    share, dates = group.shares[name], group.dates
    for other in others:
        if share[other] > 0 and (told := order(dates[name], dates[other])):
            return [f"dates: published {told} {other}"]
    return []


def _texts(name: str, other: str, found: Cues, sides: tuple[Half, Half]) -> list[str]:
    """Evidence of the wording against one other article; weights are log-odds that the other is older."""
    theirs, mine = sides
    weight = {k: f"({WEIGHTS[k] * v:+.1f})" for k, v in zip(NAMES, found, strict=True)}
    both = f"{mine.shared:.0%} of {name} in {other}, {theirs.shared:.0%} of {other} in {name}"
    lines = [
        f"{_WORDING}{weight['kept']}: {both}",
        f"opening {weight['opening']}: own sentences before the shared: {mine.opening}; of {other}: {theirs.opening}",
        f"extra {weight['inside']}: own sentences between shared ones: {mine.inside}; of {other}: {theirs.inside}",
        f"ending: own sentences behind the shared: {mine.ending}; of {other}: {theirs.ending}",
        f"broken: sentences of {other} that are several here: {theirs.merged}; the reverse: {mine.merged}",
    ]
    wrong = [f"error {weight['repaired']}: here {word}, in {other} {right}" for word, right in mine.wrong]
    wrong += [f"error {weight['repaired']}: in {other} {word}, here {right}" for word, right in theirs.wrong]
    return lines + wrong


def _lean(other: str, found: Cues, relation: str) -> str:
    """What the text alone would say, and that it is not a finding."""
    p = earlier(found)
    if max(p, 1 - p) < DECIDED:
        return f"lean: the text alone does not tell which of it and {other} is older (p = {p:.2f})"
    says = f"the text alone, read as updates of one agency, would call {other} the {'older' if p > 0.5 else 'younger'}"
    used = "agrees with" if p > 0.5 else "speaks against"
    end = f"{used} the order told" if relation == BEFORE else "a cut copy looks the same, so nothing is decided by it"
    return f"lean: {says} (p = {p:.2f}); {end}"
