"""Names of articles and outlets, short enough for an axis or a line."""

from collections.abc import Sequence


def short_labels(ids: Sequence[str], width: int = 22) -> list[str]:
    """Labels that fit an axis: the part before the first underscore where that is unique, else the id cut in two.

    Cut labels stay different from each other: all of them get wider until they are.

    >>> short_labels(["000_5b56ba34", "001_754b2646"])
    ['000', '001']
    >>> short_labels(["reuters_1", "reuters_2"])
    ['reuters_1', 'reuters_2']
    """
    heads = [name.split("_")[0] for name in ids]
    if all(heads) and len(set(heads)) == len(heads):
        ids = heads
    labels = [_cut(name, width) for name in ids]
    while len(set(labels)) < len(set(ids)) and width < max(map(len, ids)):
        width += 6
        labels = [_cut(name, width) for name in ids]
    return labels


def _cut(name: str, width: int) -> str:
    clean = name if name.isprintable() else "".join(c if c.isprintable() else "�" for c in name)
    return clean if len(clean) <= width else f"{clean[: width - width // 3 - 1]}…{clean[-(width // 3) :]}"
