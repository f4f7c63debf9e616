"""Small or large: from what size on a corpus is no longer compared pair by pair."""

LARGE = 600
"""From so many on, tables hold only the pairs that share something, and figures show groups and outlets."""
FORMULA_ARTICLES = 50
"""A word run that stands in more articles is a formula; a corpus of no more articles has none."""


def is_large(n: int) -> bool:
    """Whether so many articles (or outlets) are too many for a table or a figure of all their pairs.

    >>> is_large(500), is_large(50_000)
    (False, True)
    """
    return n >= LARGE
