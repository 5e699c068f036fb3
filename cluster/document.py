"""A Story as a document of the cluster, and back."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cluster.mapping import MEASURED, PRINTED, SIGNED, STORED, length_of, printed
from cluster.terms import lines
from index.analysis import terms
from index.codec.stored import line_of
from index.samecopy.signatures import NO_KEY, WIDTH, signatures
from index.samecopy.signed import Signed, marked, marks_of
from index.schema import (
    KEYWORDS,
    date_span,
    from_document,
    indexed_value,
    values_of,
)
from index.schema import STORED as STORED_NAMES
from index.signing import stamps
from index.story import Story, lead_of

Document = dict[str, Any]
_ROW = np.dtype(
    [
        ("signatures", "<u4", (WIDTH,)),
        ("stamps", "<u8"),
        ("days", "<i4"),
        ("takes", "<u2"),
        ("slugs", "<u8"),
    ]
)
"""A row of `Signed`, as it lies in the field ``signed``."""
_HALF = 2**31


def documents(stories: Sequence[Story], source: str) -> list[Document]:
    """``stories`` of the file called ``source`` as documents, each tied to itself alone.

    Raises ValueError for a story with what cannot be sent (half a character).
    """
    values = [values_of(story, source) for story in stories]
    marks = [marks_of(story) for story in stories]
    lines = [line_of(stored) for stored, _ in values]
    for line in lines:
        line.decode()
    stamped = np.array(stamps(lines), np.uint64)
    signed = marked(signatures([story.body for story in stories]), stamped, marks)
    return [
        _document(story, stored, matched) | _signed_fields(signed, row)
        for row, (story, (stored, matched)) in enumerate(zip(stories, values, strict=True))
    ]


def stamps_of(stories: Sequence[Story], source: str) -> list[str | None]:
    """What tells whether stories of the file called ``source`` have changed: 64 bits as text.

    None for a story that cannot be sent, because half a character stands in it.
    """
    lines = [line_of(values_of(story, source)[0]) for story in stories]
    return [
        f"{stamp:016x}" if _is_whole(line) else None
        for line, stamp in zip(lines, stamps(lines), strict=True)
    ]


def _is_whole(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _document(story: Story, stored: list[Any], matched: tuple[Any, ...]) -> Document:
    named = dict(zip(STORED_NAMES, stored, strict=True))
    found: Document = {STORED: {name: one for name, one in named.items() if one is not None}}
    for name, value in zip(KEYWORDS, matched, strict=True):
        if value not in (None, "", ()):
            found[name] = indexed_value(name, value)
    for name in PRINTED:
        if value := named[name]:
            found[printed(name)] = value
    texts = {
        "headline": story.headline,
        "lead": lead_of(story.body),
        "body": story.body,
        "byline": story.byline,
    }
    for name, text in texts.items():
        if words := terms(text or ""):
            found[name] = lines(words)
            if name in MEASURED:
                found[length_of(name)] = len(words)
    found |= {
        "format": story.format,
        "file": named["source"].rpartition("/")[2],
        "has_dateline": story.dateline is not None,
    }
    if day := named["day"]:
        first, last = date_span(day)
        found |= {"date": first.date().isoformat(), "date_last": last.date().isoformat()}
    return found | {"tie": story.id, "take": 0, "nth": 0, "behind": 0, "printings": 1}


def _signed_fields(signed: Signed, row: int) -> Document:
    keys = signed.signatures[row, 1:]
    packed = np.zeros(1, _ROW)
    for name, array in signed._asdict().items():
        packed[name] = array[row]
    return {
        "stamp": f"{int(signed.stamps[row]):016x}",
        SIGNED: base64.b64encode(packed.tobytes()).decode(),
        "keys": keys_of(keys[keys != NO_KEY]),
    }


def keys_of(keys: Sequence[int] | np.ndarray[Any, Any]) -> list[int]:
    """Keys of signatures as the field ``keys`` has them: numbers of 32 bits with a sign."""
    return [int(key) - _HALF for key in keys]


def signed_rows(packed: Sequence[str]) -> Signed:
    """Some stories' values of the field ``signed``, as one `Signed`."""
    # The cluster gives them back without the signs that fill the last four up.
    rows = np.frombuffer(b"".join(base64.b64decode(one + "==") for one in packed), _ROW)
    return Signed._make(np.ascontiguousarray(rows[name]) for name in Signed._fields)


def story_of(source: Mapping[str, Any]) -> Story:
    """The Story that a document's ``_source`` is of."""
    return from_document(source[STORED])
