"""One segment, every byte and every number of it, held against what it says elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.check.findings import Affected, Finding
from index.codec.arrayfile import ArrayFile
from index.codec.checked import DamagedFileError
from index.codec.packing import Numbers
from index.codec.postings import FieldPostings, Kind
from index.codec.segment import DOCS, TERMS, SegmentArrays
from index.errors import IndexFolderError
from index.schema import from_document
from index.signing import read_signed
from index.toc import LiveSegment

MOST_NAMED = 1_000
"""Stories that a finding names; it counts all."""
AT_ONCE = 1 << 19
"""Postings that are looked at at once, about."""


def check_segment(folder: Path, segment: LiveSegment) -> Iterator[Finding]:
    """What is wrong with a segment in ``folder``; nothing, if it is sound."""
    opened: dict[str, ArrayFile] = {}
    for end in (DOCS, TERMS):
        try:
            opened[end] = ArrayFile.map(folder / f"{segment.name}{end}")
        except (IndexFolderError, OSError) as error:
            what = str(error) if isinstance(error, IndexFolderError) else error.strerror or "gone"
            yield Finding(f"{segment.name}{end}", f"cannot be read: {what}", (), segment.count)
    if len(opened) < 2:
        return
    arrays = SegmentArrays(opened[DOCS], opened[TERMS])
    if arrays.count != segment.count:
        yield Finding(f"{segment.name}{DOCS}", f"holds {arrays.count} stories, not {segment.count}")
        return
    live = segment.live
    broken = False
    for end, file in opened.items():
        for name in file.damaged():
            broken = True
            affected = _unreadable(arrays) if name == "stored" else live
            yield _finding(segment, end, _changed(name), arrays, np.intersect1d(affected, live))
    if not broken:
        for end, what, docs in _contradictions(arrays):
            yield _finding(segment, end, what, arrays, np.intersect1d(docs, live))


def _changed(name: str) -> str:
    return f"what it holds of {name} has changed" if name else "what lies between has changed"


def _finding(
    segment: LiveSegment, end: str, what: str, arrays: SegmentArrays, docs: Numbers
) -> Finding:
    named = tuple(_named(arrays, docs[:MOST_NAMED].tolist()))
    return Finding(f"{segment.name}{end}", what, named, int(docs.size))


def _named(arrays: SegmentArrays, docs: list[int]) -> Iterator[Affected]:
    """What can still be told of some stories."""
    ids: dict[int, str] | None = None
    for doc in docs:
        try:
            fields = arrays.stored().fields(doc)
            yield Affected(fields["id"], fields.get("headline"), fields.get("path"))
        except (DamagedFileError, KeyError, IndexError):
            if ids is None:
                ids = _ids_left(arrays)
            yield Affected(ids.get(doc) or f"story {doc}")


def _ids_left(arrays: SegmentArrays) -> dict[int, str]:
    """The ids by which stories are found, as far as they can be read."""
    try:
        return _ids(arrays)
    except (DamagedFileError, UnicodeDecodeError):
        return {}


def _unreadable(arrays: SegmentArrays) -> Numbers:
    """The stories in stored blocks that cannot be read."""
    try:
        stored = arrays.stored()
    except DamagedFileError:
        return np.arange(arrays.count)
    bad = []
    for doc in range(arrays.count):
        try:
            stored.fields(doc)
        except DamagedFileError:
            bad.append(doc)
    return np.array(bad, np.int64)


def _contradictions(arrays: SegmentArrays) -> Iterator[tuple[str, str, Numbers]]:
    """(the file's end, what does not fit, the stories that it is about)."""
    everyone = np.arange(arrays.count)
    ids: dict[int, str] = {}
    for name in arrays.fields():
        try:
            field = arrays.field(name)
            wrong = None if field is None else _field_contradiction(arrays, name, field)
        except DamagedFileError as error:
            wrong = str(error)
        if wrong:
            yield TERMS, wrong, everyone
    try:
        for name in arrays.docs_file.meta.get("columns", {}):
            if arrays.text_column(name) is None:
                arrays.numbers(name)
        read_signed(arrays)
        ids = _ids(arrays)
    except (DamagedFileError, UnicodeDecodeError) as error:
        yield DOCS, str(error), everyone
    stored = arrays.stored()
    for doc in range(arrays.count):
        try:
            story = from_document(stored.fields(doc))
        except (DamagedFileError, KeyError, ValueError, TypeError) as error:
            yield DOCS, f"story {doc} makes no sense ({error})", np.array([doc])
            continue
        if ids.get(doc, story.id) != story.id:
            yield DOCS, f"story {doc} is found by another id, {ids[doc]}", np.array([doc])


def _ids(arrays: SegmentArrays) -> dict[int, str]:
    field = arrays.field("id")
    if field is None:
        return {}
    docs = field.range(0, len(field.terms)).docs.tolist()
    return dict(zip(docs, (term.decode() for term in field.terms), strict=False))


def _field_contradiction(arrays: SegmentArrays, name: str, field: FieldPostings) -> str | None:
    """What does not fit in a field's terms and postings."""
    lengths = arrays.lengths(name)
    totals = np.zeros(arrays.count, np.int64)
    last: bytes | None = None
    for low, high in _ranges(field):
        terms = list(field.terms.between(low, high))
        pairs = zip([last, *terms], terms, strict=False)
        if any(before is not None and before >= term for before, term in pairs):
            return f"the terms of {name} are not in order"
        last = terms[-1] if terms else last
        found = field.range(low, high, positions=True)
        if not _rising(found.docs, found.counts) or (found.docs < 0).any():
            return f"the postings of {name} are not in order"
        totals += np.bincount(found.docs, found.freqs, arrays.count).astype(np.int64)
        if found.positions is not None and not _rising(found.positions, found.freqs):
            return f"the positions of {name} are not in order"
    if lengths is not None and field.kind is not Kind.OPAQUE and (totals != lengths).any():
        return f"the words of {name} are not as many as its stories are long"
    return None


def _ranges(field: FieldPostings) -> Iterator[tuple[int, int]]:
    ends = np.cumsum(field.counts, dtype=np.int64)
    low = 0
    while low < ends.size:
        before = int(ends[low - 1]) if low else 0
        high = max(int(np.searchsorted(ends, before + AT_ONCE, "right")), low + 1)
        yield low, high
        low = high


def _rising(numbers: Numbers, sizes: Numbers) -> bool:
    """Whether numbers rise within each run of ``sizes``."""
    steps = np.diff(numbers)
    inside = np.ones(steps.size, bool)
    inside[np.cumsum(sizes)[:-1] - 1] = False
    return bool((steps[inside] > 0).all())
