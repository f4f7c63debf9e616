"""Add articles to a finished run without doing it again."""

from helpers.archive.adding import Added, add
from helpers.archive.views import renew

__all__ = ["Added", "add", "renew"]
