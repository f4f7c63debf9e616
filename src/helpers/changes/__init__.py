"""What the copy changed: differences word by word inside edited and paraphrased passages, classed by stated rules."""

from helpers.changes.classes import KINDS
from helpers.changes.distinct import distinct
from helpers.changes.table import COLUMNS, KEY, changes_table, no_changes, serious_first

__all__ = ["COLUMNS", "KEY", "KINDS", "changes_table", "distinct", "no_changes", "serious_first"]
