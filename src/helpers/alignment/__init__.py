"""Which passages two texts share: verbatim, edited or paraphrased.

`align` compares two strings; for many comparisons prepare each text once with `Document.from_text` and call
`align_documents`. `find_blocks` gives the stretches that contain them, as the PAN evaluation scores them.
"""

from helpers.alignment.blocks import Block, find_blocks
from helpers.alignment.documents import Document, Prepared
from helpers.alignment.loops import Loops, fastest
from helpers.alignment.rows import Passage, align, align_documents
from helpers.alignment.settings import PAN_SETTINGS, AlignSettings

__all__ = [
    "PAN_SETTINGS",
    "AlignSettings",
    "Block",
    "Document",
    "Loops",
    "Passage",
    "Prepared",
    "align",
    "align_documents",
    "fastest",
    "find_blocks",
]
