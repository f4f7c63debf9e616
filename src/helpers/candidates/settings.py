"""What makes a pair of articles a candidate."""

from dataclasses import dataclass

from helpers.errors import require
from helpers.size import FORMULA_ARTICLES


@dataclass(frozen=True)
class CandidateSettings:
    """Settings of the search for candidates; the defaults are measured on news (`benchmarks/candidates.py`).

    Attributes:
        run_words: Words of the runs whose exact shares are found (default 8).
        formula_articles: A run that stands in more articles is a formula (default 50, in articles).
        joined_articles: A run that stands in more articles counts for no pair (default 1000, in articles); time and
            space grow with it.
        least_share: Least share of either article in shared runs, formulae left out (default 0.1); with formulae,
            twice as much.
        rare_words: Words of the rare runs (default 5).
        rare_articles: A run is rare if it stands in at most this many articles (default 50).
        common_words: This many of the corpus' commonest words are no content words (default 400).
        reach: Each content word makes a pair with this many next ones (default 4).
        pair_articles: A word pair is rare if it stands in at most this many articles (default 20).
        least_shared: Least number of rare runs, or of rare word pairs, that two articles share (default 2).
        least_rarity: Least rarity of these (default 0.5); see `joins.PairCounts`.
        least_score: Least score of other pairs (default 0.02); see `candidates`.
        nearest: The pairs of an article that come before all others (default 5); see `candidates`.
        per_article: Candidates kept per article of the corpus, on average (default 4.6).
    """

    run_words: int = 8
    formula_articles: int = FORMULA_ARTICLES
    joined_articles: int = 1000
    least_share: float = 0.1
    rare_words: int = 5
    rare_articles: int = 50
    common_words: int = 400
    reach: int = 4
    pair_articles: int = 20
    least_shared: int = 2
    least_rarity: float = 0.5
    least_score: float = 0.02
    nearest: int = 5
    per_article: float = 4.6

    def __post_init__(self) -> None:
        """Check every range."""
        for name, low in (
            ("run_words", 2),
            ("rare_words", 2),
            ("reach", 1),
            ("least_shared", 1),
            ("common_words", 0),
            ("nearest", 0),
        ):
            require(getattr(self, name) >= low, f"{name} is {getattr(self, name)!r}: set it to {low} or more")
        for name in ("formula_articles", "rare_articles", "pair_articles"):
            value = getattr(self, name)
            require(2 <= value < 4096, f"{name} is {value!r}: set it to a number from 2 to 4095")
        joined, formula = self.joined_articles, self.formula_articles
        require(joined >= formula, f"joined_articles is {joined!r}: set it to formula_articles ({formula}) or more")
        require(0 < self.least_share <= 1, f"least_share is {self.least_share!r}: set it above 0, to at most 1")
        require(self.per_article > 0, f"per_article is {self.per_article!r}: set it above 0")
