"""Which word of one sentence stands for which of the other: global alignment with costs by kinship and role."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from helpers.changes.places import COUNTRIES, SPELLINGS
from helpers.changes.tokens import Token
from helpers.changes.vocabulary import CLOCK, MONTHS, NEGATIVE_PREFIXES, PARTS_OF_DAY, SAME_WORDS

EQUAL, KIN, TYPED, PLAIN = "equal", "kin", "typed", "plain"
"""How the two tokens of a column are related: the same; the same word in another form; both of one role; not at all."""
GAP = -0.3
MOST_CELLS = 250_000
"""Longer stretches (text without sentences: 500 words against 500) are aligned more coarsely, to stay in time."""
_WORTH = {"number": 3.0, "name": 3.0, "time": 3.0, "content": 3.0}  # of equal tokens; others 1.2
_ROLES_PAIRED = ("number", "time", "saying", "name", "hedge", "negation")
_LEAST_PREFIX = 4
_LEAST_RATIO = 0.75
_SAME = {word: [same for same in SAME_WORDS if word in same] for word in frozenset().union(*SAME_WORDS)}
_VOWELS = str.maketrans("", "", "aeiouy'")
_LIKE = str.maketrans("cjw", "kyv")
_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("isation", "ization"),
    ("yse", "yze"),
    ("ise", "ize"),
    ("ising", "izing"),
    ("ised", "ized"),
)
_SPELLINGS += (("our", "or"), ("tre", "ter"), ("ence", "ense"), ("ll", "l"), ("ae", "e"), ("mme", "m"), ("ogue", "og"))
_SPELLINGS += (("grey", "gray"), ("cheque", "check"), ("tyre", "tire"), ("programe", "program"))


@dataclass(frozen=True, slots=True)
class Column:
    """A token of the source, one of the article, or both, and how they are related."""

    before: Token | None
    after: Token | None
    relation: str
    moved_before: bool = False
    moved_after: bool = False


def is_matched(column: Column) -> bool:
    """Whether the words of a column have a counterpart, here or elsewhere in the sentence."""
    return column.relation in (EQUAL, KIN) or column.moved_before or column.moved_after


def relation(a: Token, b: Token) -> str:
    """How two tokens are related."""
    if a.role == b.role == "number":
        if (a.qualifier == "ordinal") != (b.qualifier == "ordinal"):
            return PLAIN
        same = a.qualifier == b.qualifier and (a.key == b.key or (a.value is not None and a.value == b.value))
        return (EQUAL if a.key == b.key else KIN) if same else TYPED
    if a.key == b.key:
        return EQUAL
    if "number" in (a.role, b.role):
        return KIN if {a.key, b.key} in ({"a", "one"}, {"an", "one"}) else PLAIN
    if is_kin(a, b):
        return KIN
    if a.role != b.role or a.role not in _ROLES_PAIRED:
        return PLAIN
    return TYPED if a.role != "time" or _time_sort(a.key) == _time_sort(b.key) else PLAIN


def _time_sort(key: str) -> int:
    """Words of time stand for each other within their sort: months, parts of a day, clock, days."""
    return next((i for i, sort in enumerate((MONTHS, PARTS_OF_DAY, CLOCK)) if key in sort), 3)


def is_kin(a: Token, b: Token) -> bool:
    """Whether two tokens are one word: same stem, another spelling, another inflection."""
    if a.role == b.role == "name":
        return is_derived(a.key, b.key) or _is_listed(a.key, b.key)
    if "name" in (a.role, b.role):
        return a.stem == b.stem or is_derived(a.key, b.key)
    if "time" in (a.role, b.role) and a.role != b.role:
        return False
    return a.stem == b.stem or is_same_word(a.key, b.key)


@lru_cache(maxsize=1 << 16)
def is_same_word(a: str, b: str) -> bool:
    """Whether two words are one by spelling, abbreviation or ending.

    >>> is_same_word("kilometres", "kilometers"), is_same_word("logistics", "logistical"), is_same_word("war", "battle")
    (True, True, False)
    """
    if _is_listed(a, b) or american(a) == american(b):
        return True
    if opposes(a, b) or min(len(a), len(b)) <= _LEAST_PREFIX or a[:_LEAST_PREFIX] != b[:_LEAST_PREFIX]:
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _LEAST_RATIO


def _is_listed(a: str, b: str) -> bool:
    first, second = a.removesuffix("'s"), b.removesuffix("'s")
    return second in COUNTRIES.get(first, ()) or any(second in same for same in _SAME.get(first, ()))


@lru_cache(maxsize=1 << 16)
def american(word: str) -> str:
    """A word without hyphens, spelt as in America, roughly: good for comparing only."""
    plain = word.replace("-", "").removesuffix("'s").removesuffix("'")
    for british, other in _SPELLINGS:
        plain = plain.replace(british, other)
    return plain


def opposes(a: str, b: str) -> bool:
    """Whether one word is the other with a negative prefix.

    >>> opposes("likely", "unlikely"), opposes("like", "likely")
    (True, False)
    """
    short, long = sorted((a, b), key=len)
    return len(short) > 3 and long.endswith(short) and any(long == prefix + short for prefix in NEGATIVE_PREFIXES)


@lru_cache(maxsize=1 << 16)
def is_derived(a: str, b: str) -> bool:
    """Whether two names are one with another ending: Russia's, Russian."""
    short, long = sorted((a.removesuffix("'s").removesuffix("'"), b.removesuffix("'s").removesuffix("'")), key=len)
    if short == long:
        return True
    root = short.rstrip("aeiouy")
    return len(root) >= 3 and long.startswith(root) and long[len(root) :] in _ENDINGS


_ENDINGS = frozenset(["n", "s", "an", "ian", "ish", "ese", "ns", "ans", "ians", "ean", "i", "iani", "ic", "group"])


@lru_cache(maxsize=1 << 16)
def is_transliteration(a: str, b: str) -> bool:
    """Whether two names are one in other letters: same consonants, or one letter apart.

    >>> is_transliteration("zelenskiy", "zelensky"), is_transliteration("kiev", "kyiv")
    (True, True)
    >>> is_transliteration("iran", "iraq"), is_transliteration("austria", "australia")
    (False, False)
    """
    first, second = (name.removesuffix("'s").removesuffix("'") for name in (a, b))
    if second in SPELLINGS.get(first, ()):
        return True
    if min(len(first), len(second)) < 4 or first[0] != second[0]:
        return False
    if _consonants(first) == _consonants(second):
        return True
    edits = sum(max(j - i, m - k) for tag, i, j, k, m in _opcodes(first, second) if tag != "equal")
    return edits <= 1 and min(len(first), len(second)) >= 5


def _opcodes(a: str, b: str) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, a, b, autojunk=False).get_opcodes())


def _consonants(name: str) -> str:
    plain = name.replace("kh", "h").replace("ph", "f").translate(_LIKE)
    bare = plain.translate(_VOWELS)
    return "".join(c for i, c in enumerate(bare) if i == 0 or bare[i - 1] != c)


def _worth(a: Token, b: Token) -> float:
    """What pairing two tokens adds to an alignment."""
    how = relation(a, b)
    if how == EQUAL:
        return _WORTH.get(a.role, 1.2)
    if how == KIN:
        return 2.5 if a.role != "function" else 0.8
    if how == TYPED and a.role == "number":
        return 3.0 if a.value is not None and a.value == b.value else 1.6
    if how == TYPED:
        return 2.2 if a.role == "name" and is_transliteration(a.key, b.key) else 1.0
    if opposes(a.key, b.key):
        return 2.0
    if a.role == b.role:
        return 0.3 if a.role == "content" else 0.0
    return -0.6


def aligned(before: list[Token], after: list[Token]) -> list[Column]:
    """Columns of the best global alignment (Needleman and Wunsch 1970); of equals the one that pairs sooner.

    Common beginnings and ends are taken off first, for speed.
    """
    head = 0
    while head < min(len(before), len(after)) and before[head].key == after[head].key:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail].key == after[-1 - tail].key:
        tail += 1
    size = (len(before) - head - tail) * (len(after) - head - tail)
    inner = (_global if size <= MOST_CELLS else _coarse)(
        before[head : len(before) - tail], after[head : len(after) - tail]
    )
    first = [Column(a, b, EQUAL) for a, b in zip(before[:head], after[:head], strict=True)]
    last = [Column(a, b, EQUAL) for a, b in zip(before[len(before) - tail :], after[len(after) - tail :], strict=True)]
    return with_moves([*first, *inner, *last])


def _global(before: list[Token], after: list[Token]) -> list[Column]:
    best = [[GAP * j for j in range(len(after) + 1)]]
    step = [["left"] * (len(after) + 1)]
    for i, a in enumerate(before, 1):
        row, steps = [GAP * i], ["up"]
        for j, b in enumerate(after, 1):
            chosen = max((best[i - 1][j - 1] + _worth(a, b), 2), (best[i - 1][j] + GAP, 1), (row[j - 1] + GAP, 0))
            row.append(chosen[0])
            steps.append(("left", "up", "pair")[chosen[1]])
        best.append(row)
        step.append(steps)
    columns, i, j = [], len(before), len(after)
    while i or j:
        how = "left" if not i else "up" if not j else step[i][j]
        i, j = i - (how != "left"), j - (how != "up")
        gone, come = before[i] if how != "left" else None, after[j] if how != "up" else None
        columns.append(Column(gone, come, relation(gone, come) if gone and come else PLAIN))
    return columns[::-1]


def _coarse(before: list[Token], after: list[Token]) -> list[Column]:
    """Columns of texts too long for `_global`: common words in order, the others unpaired."""
    columns = []
    matcher = SequenceMatcher(None, [t.key for t in before], [t.key for t in after])
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            columns += [Column(a, b, EQUAL) for a, b in zip(before[i:j], after[k:m], strict=True)]
        else:
            columns += [Column(a, None, PLAIN) for a in before[i:j]]
            columns += [Column(None, b, PLAIN) for b in after[k:m]]
    return columns


def with_moves(columns: list[Column]) -> list[Column]:
    """The columns, with tokens marked as moved that are unmatched on both sides, at different places."""
    loose = [c.relation in (PLAIN, TYPED) for c in columns]
    gone = [i for i, c in enumerate(columns) if loose[i] and c.before and c.before.role != "function"]
    come = [i for i, c in enumerate(columns) if loose[i] and c.after and c.after.role != "function"]
    if len(gone) * len(come) > MOST_CELLS:
        return columns
    here, there = set[int](), set[int]()
    for i in gone:
        token = columns[i].before
        found = next((j for j in come if j not in there and _is_moved(token, columns[j].after)), None)
        if found is not None:
            here.add(i)
            there.add(found)
    return [Column(c.before, c.after, c.relation, i in here, i in there) for i, c in enumerate(columns)]


def _is_moved(a: Token | None, b: Token | None) -> bool:
    if a is None or b is None:
        return False
    if a.role == b.role == "number":
        return a.value is not None and (a.value, a.qualifier) == (b.value, b.qualifier)
    return (
        a.key == b.key
        or (a.stem == b.stem and len(a.stem) > 3)
        or (a.role == b.role == "name" and is_derived(a.key, b.key))
    )
