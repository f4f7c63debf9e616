"""From articles to habits: which outlet shares words with which, who had them first, how late, how much is its own."""

from helpers.outlets.shared import Tables
from helpers.outlets.table import Outlets, outlet_tables

__all__ = ["Outlets", "Tables", "outlet_tables"]
