"""Errors a user can act on: every message names the place and the remedy."""


class HelpersError(Exception):
    """Base of all errors raised on purpose; the command line prints its message without a traceback."""


class CorpusError(HelpersError):
    """The folder of articles cannot be read as a corpus."""


class SettingsError(HelpersError):
    """A setting has a wrong name, type or range."""


class TableError(HelpersError):
    """A table is missing or does not follow its schema."""


class RunError(HelpersError):
    """A run cannot begin or go on, or is not there."""


class OutputError(HelpersError):
    """A file cannot be written: no room, no right, or a file where a folder is needed."""


def require(condition: bool, message: str) -> None:
    """Check a setting: the sentence says what is wrong and what would be right.

    Raises:
        SettingsError: the condition does not hold.
    """
    if not condition:
        raise SettingsError(message)
