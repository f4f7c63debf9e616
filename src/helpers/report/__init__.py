"""The report: pages that show the evidence side by side, made from finished tables, read from disk without a server.

Article text is hostile: it reaches a page through autoescaping templates only, never as a name of a file, and the
pages' Content-Security-Policy allows no script but the one that comes along.
"""

from helpers.report.pages import write
from helpers.report.results import Results

__all__ = ["Results", "write"]
