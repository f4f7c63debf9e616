"""Read articles from wherever they lie; what cannot be used becomes a `Problem`."""

from helpers.sources.files import from_bytes, input_files, read_corpus
from helpers.sources.reading import Problem, RawArticle, Reading
from helpers.sources.tabular import guess_columns

__all__ = ["Problem", "RawArticle", "Reading", "from_bytes", "guess_columns", "input_files", "read_corpus"]
