"""A Story as a document of the cluster, and back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cluster.mapping import MEASURED, PRINTED, SIGNED, STORED, length_of, printed
from cluster.terms import BREAK, count_of, lines_of
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
from index.value import Value

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
line_for = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A document as one line of JSON."""


class Stamped(Value):
    """A story on its way to the cluster: what `index.schema` makes of it, and its ``stamp``.

    The stamp, 64 bits as text, tells whether the story has changed; None for a story that cannot
    be sent, because half a character stands in it.
    """

    story: Story
    stored: list[Any]
    matched: tuple[Any, ...]
    stamp: str | None


def stamped(stories: Sequence[Story], source: str) -> list[Stamped]:
    """``stories`` of the file called ``source``, stamped."""
    values = [values_of(story, source) for story in stories]
    lines = [line_of(stored) for stored, _ in values]
    return [
        Stamped(story, stored, matched, f"{stamp:016x}" if _is_whole(line) else None)
        for story, (stored, matched), line, stamp in zip(
            stories, values, lines, stamps(lines), strict=True
        )
    ]


def documents(stories: Sequence[Story], source: str) -> list[Document]:
    """``stories`` of the file called ``source`` as documents, as `documents_of` makes them."""
    return documents_of(stamped(stories, source))


def documents_of(ready: Sequence[Stamped]) -> list[Document]:
    """Stories as documents, each tied to itself alone; many at once are made in less time.

    Raises ValueError for a story that cannot be sent.
    """
    if any(one.stamp is None for one in ready):
        raise ValueError("a story with half a character cannot be sent")
    return [
        _document(one) | signed for one, signed in zip(ready, _signed_fields(ready), strict=True)
    ]


def _is_whole(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _document(ready: Stamped) -> Document:
    story = ready.story
    named = dict(zip(STORED_NAMES, ready.stored, strict=True))
    found: Document = {STORED: {name: one for name, one in named.items() if one is not None}}
    for name, value in zip(KEYWORDS, ready.matched, strict=True):
        if value not in (None, "", ()):
            found[name] = indexed_value(name, value)
    for name in PRINTED:
        if value := named[name]:
            found[printed(name)] = value
    for name, text in _texts(story).items():
        if text:
            found[name] = text
            if name in MEASURED:
                found[length_of(name)] = count_of(text)
    found |= {
        "format": story.format,
        "file": named["source"].rpartition("/")[2],
        "has_dateline": story.dateline is not None,
    }
    if day := named["day"]:
        found["date"], found["date_last"] = _span(day)
    return found | {"tie": story.id, "take": 0, "nth": 0, "behind": 0, "printings": 1}


def _texts(story: Story) -> dict[str, str]:
    """The fields of the story's words."""
    first = lead_of(story.body)
    lead, rest = lines_of(first), lines_of(story.body[len(first) :])
    return {
        "headline": lines_of(story.headline or ""),
        "lead": lead,
        "body": BREAK.join(filter(None, (lead, rest))),
        "byline": lines_of(story.byline or ""),
    }


@lru_cache(maxsize=10_000)
def _span(day: str) -> tuple[str, str]:
    """The first and last day that ``day`` may mean."""
    first, last = date_span(day)
    return first.date().isoformat(), last.date().isoformat()


def _signed_fields(ready: Sequence[Stamped]) -> list[Document]:
    """What stories are told to be copies by, of each in its turn."""
    stories = [one.story for one in ready]
    stamp = np.array([int(one.stamp or "", 16) for one in ready], np.uint64)
    signed = marked(signatures([s.body for s in stories]), stamp, [marks_of(s) for s in stories])
    rows = np.zeros(len(ready), _ROW)
    for name, array in signed._asdict().items():
        rows[name] = array
    keys = signed.signatures[:, 1:]
    counts = (keys != NO_KEY).sum(axis=1).tolist()  # they stand first
    return [
        {"stamp": one.stamp, SIGNED: b64encode(row.tobytes()).decode(), "keys": mine[:count]}
        for one, row, mine, count in zip(ready, rows, map(keys_of, keys), counts, strict=True)
    ]


def keys_of(keys: Sequence[int] | np.ndarray[Any, Any]) -> list[int]:
    """Keys of signatures as the field ``keys`` has them: numbers of 32 bits with a sign."""
    numbers: list[int] = (np.asarray(keys, np.int64) - _HALF).tolist()
    return numbers


def signed_rows(packed: Sequence[str]) -> Signed:
    """Some stories' values of the field ``signed``, as one `Signed`."""
    # The cluster gives them back without the signs that fill the last four up.
    rows = np.frombuffer(b"".join(b64decode(one + "==") for one in packed), _ROW)
    return Signed._make(np.ascontiguousarray(rows[name]) for name in Signed._fields)


def story_of(source: Mapping[str, Any]) -> Story:
    """The Story that a document's ``_source`` is of."""
    return from_document(source[STORED])
