"""Which pairs of articles deserve alignment, and which word runs are formulae."""

from helpers.candidates.formulae import Formulae, formulae
from helpers.candidates.frames import candidates_table, formulae_table, formulaic_words
from helpers.candidates.keys import CorpusKeys, CorpusWords, corpus_keys, read_words
from helpers.candidates.select import Found, candidates, pair_share
from helpers.candidates.settings import CandidateSettings

__all__ = [
    "CandidateSettings",
    "CorpusKeys",
    "CorpusWords",
    "Formulae",
    "Found",
    "candidates",
    "candidates_table",
    "corpus_keys",
    "formulae",
    "formulae_table",
    "formulaic_words",
    "pair_share",
    "read_words",
]
