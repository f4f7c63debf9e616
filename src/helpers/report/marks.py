"""Texts cut into pieces that a page can mark: which passages cover them, quoted, shared speech, changed or not."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

from helpers.prose import ProseWords
from helpers.segmentation import words

STRENGTH = {"verbatim": 0, "edited": 1, "paraphrased": 2}
"""Kinds of passages, strongest first: a word in several is shown as the strongest."""

Span = tuple[int, int]
T = TypeVar("T")


class Stretch(NamedTuple):
    """A stretch of words in quotation marks: its span, the end of the word before it, the start of the one after."""

    start: int
    end: int
    before: int
    after: int


@dataclass(frozen=True)
class Passage:
    """A passage as a page shows it: its number on the page, place in the text, kind, and what it links to.

    Of passages of one kind that of the lowest `rank` is shown, of these the shortest.
    """

    number: int
    start: int
    end: int
    kind: str
    source: str = ""
    href: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is marked in one way.

    `passages` are all that cover it, the one it is shown as first; `opens` are those that begin here; `closes`
    tells that the passage it is shown as ends here.
    """

    text: str
    passages: tuple[Passage, ...] = ()
    opens: tuple[int, ...] = ()
    closes: bool = False
    role: str = ""
    quoted: bool = False
    changed: bool = False
    speech: bool = False

    @property
    def shown(self) -> Passage | None:
        """The passage it is marked as."""
        return self.passages[0] if self.passages else None


def paragraphs(text: str) -> list[Span]:
    """Spans of the paragraphs of a clean text.

    >>> paragraphs("One.\\n\\nTwo.")
    [(0, 4), (6, 10)]
    """
    found, start = [], 0
    for part in text.split("\n\n"):
        if part.strip():
            found.append((start, start + len(part)))
        start += len(part) + 2
    return found


def pieces(
    text: str,
    span: Span,
    passages: Sequence[Passage],
    roles: Sequence[tuple[int, int, str]] = (),
    quoted: Iterable[Span] = (),
    changed: Mapping[int, Sequence[Span]] | None = None,
    opened: set[int] | None = None,
    speech: Iterable[Span] = (),
) -> list[Piece]:
    """Cut a span of a text wherever a passage, a role, a quotation or a change begins or ends.

    Args:
        text: the text.
        span: what of it is cut.
        passages: passages of the text.
        roles: spans that are no body text, with what they are.
        quoted: spans inside quotation marks.
        changed: by the number of a passage, its words without a counterpart.
        opened: numbers of passages that began in an earlier span of the same text; those that begin here are added.
        speech: spans inside quotation marks in both articles.

    >>> [p.text for p in pieces("one two three", (0, 13), [Passage(1, 4, 7, "edited")])]
    ['one ', 'two', ' three']
    """
    start, end = span
    near = [p for p in passages if p.start < end and p.end > start]
    opened = set() if opened is None else opened
    changes = {p.number: _near((changed or {}).get(p.number, ()), span) for p in near}
    places = [(p.start, p.end) for p in near], quoted, [(r[0], r[1]) for r in roles], speech
    layers = [_near(spans, span) for spans in places]
    names = [r[2] for r in roles if r[0] < end and r[1] > start]
    edges = {start, end}
    for low, high in chain(*layers, *changes.values()):
        edges |= {max(low, start), min(high, end)}
    cut = []
    ordered = sorted(edges)
    for (low, high), shared, inside, own, spoken in zip(
        pairwise(ordered), *(_covering(layer, ordered) for layer in layers), strict=True
    ):
        over = sorted((near[i] for i in shared), key=_order)
        opens = tuple(p.number for p in over if p.number not in opened)
        opened |= set(opens)
        change = any(a <= low and high <= b for a, b in (changes[over[0].number] if over else ()))
        closes = bool(over) and high == min(over[0].end, end)
        role = names[own[0]] if own else ""
        cut.append(Piece(text[low:high], tuple(over), opens, closes, role, bool(inside), change, bool(over and spoken)))
    return cut


def _covering(spans: Sequence[Span], edges: Sequence[int]) -> Iterator[list[int]]:
    """For each stretch between two edges the numbers of the spans that cover it; spans begin and end at edges."""
    waiting = sorted(range(len(spans)), key=lambda number: spans[number][0], reverse=True)
    active: list[int] = []
    for low, high in pairwise(edges):
        active = [number for number in active if spans[number][1] >= high]
        while waiting and spans[waiting[-1]][0] <= low:
            number = waiting.pop()
            if spans[number][1] >= high:
                insort(active, number)
        yield active


def spread(spans: Sequence[Span], items: Iterable[T], place: Callable[[T], Span]) -> list[list[T]]:
    """For each of some sorted, disjoint spans the items that meet it.

    >>> spread([(0, 4), (6, 10)], [(1, 2), (3, 7), (4, 6)], lambda item: item)
    [[(1, 2), (3, 7)], [(3, 7)]]
    """
    found: list[list[T]] = [[] for _ in spans]
    ends = [end for _, end in spans]
    for item in items:
        low, high = place(item)
        for number in range(bisect_right(ends, low), len(spans)):
            if spans[number][0] >= high:
                break
            found[number].append(item)
    return found


def _order(passage: Passage) -> tuple[int, ...]:
    return STRENGTH[passage.kind], passage.rank, passage.end - passage.start, passage.number


def _near(spans: Iterable[Span], span: Span) -> list[Span]:
    return [(a, b) for a, b in spans if a < span[1] and b > span[0]]


def paragraph_pieces(
    text: str,
    passages: Sequence[Passage],
    roles: Sequence[tuple[int, int, str]],
    quoted: Sequence[Span],
    changed: Mapping[int, Sequence[Span]] | None = None,
    speech: Sequence[Span] = (),
) -> Iterator[tuple[Span, list[Piece]]]:
    """Every paragraph of a text with its pieces, as `pieces` cuts them."""
    spans, opened = paragraphs(text), set[int]()
    near = spread(spans, passages, lambda p: (p.start, p.end))
    near_roles = spread(spans, roles, lambda r: (r[0], r[1]))
    layers = (spread(spans, layer, lambda s: s) for layer in (quoted, speech))
    for span, own, own_roles, inside, spoken in zip(spans, near, near_roles, *layers, strict=True):
        yield span, pieces(text, span, own, own_roles, inside, changed, opened, spoken)


def placed(own: ProseWords, stretches: Iterable[Span]) -> list[Stretch]:
    """Stretches of an article's words [first, stop), as places in its text (see `spoken.shared_speech`)."""
    starts, ends = own.start, own.end
    found = []
    for first, stop in stretches:
        before = int(ends[first - 1]) if first else 0
        after = int(starts[stop]) if stop < len(own) else len(own.text)
        found.append(Stretch(int(starts[first]), int(ends[stop - 1]), before, after))
    return found


def speech_spans(stretches: Iterable[Stretch], quoted: Sequence[Span]) -> list[Span]:
    """Spans of stretches inside quotations, with the marks at a quotation's ends where they reach them.

    Args:
        stretches: what is in quotation marks in both articles.
        quoted: spans of the article's quotations, in order.
    """
    starts, ends = [a for a, _ in quoted], [b for _, b in quoted]
    found = set()
    for low, high, before, after in stretches:
        opening, closing = starts[bisect_right(starts, low) - 1], ends[bisect_left(ends, high)]
        found.add((low if before > opening else opening, high if after < closing else closing))
    return sorted(found)


def changed_words(text: str, span: Span, other: str, other_span: Span) -> tuple[list[Span], list[Span]]:
    """Stretches of words of two spans that have no counterpart in order in the other, as spans of each text.

    >>> changed_words("a raisin fell", (0, 13), "a grape fell", (0, 12))
    ([(2, 8)], [(2, 7)])
    """
    own, theirs = words(text[slice(*span)]), words(other[slice(*other_span)])
    matcher = SequenceMatcher(None, [w.key for w in own], [w.key for w in theirs], autojunk=False)
    here, there = [], []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        here += [(span[0] + own[i].start, span[0] + own[j - 1].end)] if i < j else []
        there += [(other_span[0] + theirs[k].start, other_span[0] + theirs[m - 1].end)] if k < m else []
    return here, there
