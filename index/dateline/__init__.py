"""Datelines: where, when and by whom a story was filed, told from its opening.

``grammar`` says what a dateline may be made of, ``evidence`` whether a reading is one,
``opening`` which reading of a text is its dateline.
"""

from index.dateline.names import natural_case
from index.dateline.opening import Opening, parse_line, parse_opening, parse_tagged

__all__ = ["Opening", "natural_case", "parse_line", "parse_opening", "parse_tagged"]
