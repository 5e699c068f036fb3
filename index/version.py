"""Can this version of newsq read an index? One number tells, which stands in it as data."""

from __future__ import annotations

from index.errors import IndexVersionError

FORMAT = 1
"""The format of an index as a whole. Raised whenever one of before would be read wrongly or not
at all: its fields, the terms of a text, the layout of its files. `scripts/keep_index.py` keeps
an index of every released version, and a test opens them."""


def check_format(found: int, where: object) -> None:
    """Raise IndexVersionError if the index at ``where`` is not of this version's format.

    ``found`` is the format that it says it has; 0 where another program has made it.
    """
    if found == FORMAT:
        return
    formats = f"(format {found}; this one reads {FORMAT})"
    again = f"newsq index FOLDER --rebuild --index {where}"
    if found > FORMAT:
        raise IndexVersionError(
            f"A newer version of newsq made the index at {where} {formats}. "
            f"Update newsq, or build it again: {again}"
        )
    if found > 0:
        raise IndexVersionError(
            f"An older version of newsq made the index at {where} {formats}. "
            f"Build it again: {again}"
        )
    raise IndexVersionError(f"Another program made the index at {where}. Build it again: {again}")
