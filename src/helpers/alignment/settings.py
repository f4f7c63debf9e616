"""What a user of the aligner can turn."""

from dataclasses import dataclass

from helpers.errors import SettingsError


@dataclass(frozen=True)
class AlignSettings:
    """Settings of the aligner; the defaults are made for news articles.

    Attributes:
        min_short_chars: Least length of a block on its shorter side, in characters (default 60; PAN uses 150).
        min_long_chars: Least length of a block on its longer side, in characters (default 60; PAN uses 230).
        min_verbatim_words: Least length of a verbatim run, in words (default 8).
        min_side_score: Least evidence for a block on each of its sides, priors of its edges included, in nats
            (default 20; 17 finds more, 24 gives fewer false ones).
        min_cosine: Least cosine of two 40-word windows that starts a search for a block (default 0.2).
        max_gap_words: A row is cut where at least this many words in succession have no counterpart
            (default 8, in words).
        min_edited_share: A row is edited, not paraphrased, if at least this share of the words of both
            sides recur in order on the other (default 0.5).
        summaries: Look for passages that condense the whole of a much longer text (default True).

    Raises:
        SettingsError: A value is out of range; the message names it and the range.
    """

    min_short_chars: int = 60
    min_long_chars: int = 60
    min_verbatim_words: int = 8
    min_side_score: float = 20.0
    min_cosine: float = 0.2
    max_gap_words: int = 8
    min_edited_share: float = 0.5
    summaries: bool = True

    def __post_init__(self) -> None:
        """Check every range."""
        self._check("min_short_chars", 0, 1_000_000, int)
        self._check("min_long_chars", self.min_short_chars, 1_000_000, int)
        self._check("min_verbatim_words", 2, 1000, int)
        self._check("min_side_score", 0, 1000, float)
        self._check("min_cosine", 0.01, 0.99, float)
        self._check("max_gap_words", 2, 1000, int)
        self._check("min_edited_share", 0, 1, float)
        if not isinstance(self.summaries, bool):
            raise SettingsError(f"summaries is {self.summaries!r}: set it to True or False")

    def _check(self, name: str, low: float, high: float, kind: type) -> None:
        value = getattr(self, name)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (kind is float and isinstance(value, float))):
            wanted = "a whole number" if kind is int else "a number"
            raise SettingsError(f"{name} is {value!r}: set it to {wanted} from {low:g} to {high:g}")
        if not low <= value <= high:
            raise SettingsError(f"{name} is {value!r}: set it to a value from {low:g} to {high:g}")


# PAN 2013 counts no passage shorter than this (characters, shorter and longer side).
PAN_SETTINGS = AlignSettings(min_short_chars=150, min_long_chars=230)
