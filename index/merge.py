"""Several segments -> one: their arrays end to end, without the deleted stories.

Stored text is copied in the blocks it was compressed in wherever no story has to be taken
out. Terms are merged a range at a time, so that a merge takes as much memory as a range and
not as the segments.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.codec.arrayfile import ArrayFileWriter
from index.codec.columns import write_numbers, write_text
from index.codec.packing import Numbers, narrowed
from index.codec.postings import FieldPostings, FieldWriter, Kind, Postings
from index.codec.segment import SegmentArrays
from index.codec.stored import StoredReader, StoredWriter
from index.samecopy.signed import together
from index.segmenting import new_segment
from index.signing import read_signed, write_signed
from index.toc import LiveSegment

RANGE = 1 << 19
"""Postings of which no more than about so many are merged at once."""
SMALL_BLOCK = 8 * 1024
"""Bytes below which a compressed block is taken apart, lest many small ones pile up."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment to merge: ``kept`` are the numbers of its live stories; ``new`` gives each
    story its number in the merged segment, -1 for none."""

    arrays: SegmentArrays
    kept: Numbers
    new: Numbers


def can_merge(folder: Path, name: str) -> bool:
    """Whether a segment holds nothing but what newsq writes: another program may add more."""
    arrays = SegmentArrays.map(folder, name)
    columns = (arrays.column_kind(name) for name in arrays.docs_file.meta.get("columns", {}))
    return (
        all(arrays.terms_file.meta["fields"][name] != Kind.OPAQUE for name in arrays.fields())
        and "opaque" not in columns
        and not any("/vectors" in name for name in arrays.docs_file.names())
    )


def merge(folder: Path, segments: Sequence[LiveSegment]) -> LiveSegment:
    """Write the live stories of ``segments`` in ``folder``, in order, as one new segment.

    No table of contents lists it yet. Raises OSError if it cannot be written.
    """
    parts = _parts(folder, segments)
    with new_segment(folder) as (name, terms_file, docs_file):
        _merge_stories(docs_file, parts)
        for field in sorted({name for part in parts for name in part.arrays.fields()}):
            _merge_field(terms_file, field, parts)
    return LiveSegment(name, sum(part.kept.size for part in parts), np.empty(0, np.uint32))


def _parts(folder: Path, segments: Sequence[LiveSegment]) -> list[Part]:
    parts = []
    count = 0
    for segment in segments:
        arrays = SegmentArrays.map(folder, segment.name)
        live = np.ones(arrays.count, bool)
        live[segment.deleted] = False
        kept = np.flatnonzero(live)
        new = np.full(arrays.count, -1, np.int64)
        new[kept] = np.arange(count, count + kept.size)
        parts.append(Part(arrays, kept, new))
        count += kept.size
    return parts


def _merge_stories(file: ArrayFileWriter, parts: list[Part]) -> None:
    file.meta["count"] = sum(part.kept.size for part in parts)
    _merge_stored(file, parts)
    write_signed(file, together([read_signed(part.arrays).of(part.kept) for part in parts]))
    for name in sorted({name for part in parts for name in _lengths_of(part)}):
        found = ((part, part.arrays.lengths(name)) for part in parts)
        lengths = [
            np.zeros(part.kept.size, np.int64) if known is None else known[part.kept]
            for part, known in found
        ]
        joined = np.concatenate(lengths)
        if joined.any():
            file.add(f"{name}/lengths", narrowed(joined))
    columns: dict[str, dict[str, Any]] = {}
    for part in parts:
        columns |= part.arrays.docs_file.meta.get("columns", {})
    for name, about in sorted(columns.items()):
        if about["kind"] == "text":
            write_text(file, name, [text for part in parts for text in _texts(part, name)])
        else:
            _merge_numbers(file, name, about["default"], parts)


def _lengths_of(part: Part) -> list[str]:
    names = part.arrays.docs_file.names()
    return [name.removesuffix("/lengths") for name in names if name.endswith("/lengths")]


def _texts(part: Part, name: str) -> list[bytes]:
    column = part.arrays.text_column(name)
    if column is None:
        return [b""] * int(part.kept.size)
    values = list(column.values.between(0, len(column.values)))
    return [values[number] for number in column.numbers[part.kept].tolist()]


def _merge_numbers(file: ArrayFileWriter, name: str, default: float, parts: list[Part]) -> None:
    found = [(part, part.arrays.numbers(name)) for part in parts]
    dtype = next(numbers.dtype for _, numbers in found if numbers is not None)
    values = [
        np.full(part.kept.size, default, dtype) if numbers is None else numbers[part.kept]
        for part, numbers in found
    ]
    write_numbers(file, name, np.concatenate(values), default)


def _merge_stored(file: ArrayFileWriter, parts: list[Part]) -> None:
    readers = [part.arrays.stored() for part in parts]
    names = list(dict.fromkeys(name for reader in readers for name in reader.names))
    writer = StoredWriter(file)
    for part, reader in zip(parts, readers, strict=True):
        as_they_are = reader.names == names
        first = 0
        for block, count in reader.blocks():
            live = part.new[first : first + count] >= 0
            first += count
            if as_they_are and bool(live.all()) and len(block) >= SMALL_BLOCK:
                writer.add_block(block, count)
            elif live.any():
                for line, keep in zip(reader.unpacked(block), live.tolist(), strict=True):
                    if keep:
                        writer.add(line if as_they_are else _renamed(line, reader, names))
    writer.close(names)


def _renamed(line: bytes, reader: StoredReader, names: list[str]) -> bytes:
    """A story's line with its values in the order of other ``names``."""
    known = dict(zip(reader.names, json.loads(line), strict=False))
    return json.dumps(
        [known.get(name) for name in names], ensure_ascii=False, separators=(",", ":")
    ).encode("utf-8", "surrogatepass")


def _merge_field(file: ArrayFileWriter, name: str, parts: list[Part]) -> None:
    known = [(part, part.arrays.field(name)) for part in parts]
    fields = [(part, field) for part, field in known if field is not None]
    writer: FieldWriter | None = None
    for bounds in _ranges([field for _, field in fields]):
        terms, postings = _merge_range(fields, bounds)
        if terms:
            writer = writer or FieldWriter(file, name, fields[0][1].kind)
            writer.add(terms, postings)
    if writer is not None:
        writer.close()


def _ranges(fields: list[FieldPostings]) -> Iterator[list[tuple[int, int]]]:
    """Ranges of terms, the same in all ``fields``: for each field (low, high)."""
    cuts: set[bytes] = set()
    share = max(RANGE // len(fields), 1)
    for field in fields:
        ends = np.cumsum(field.counts, dtype=np.int64)
        if ends.size:
            steps = np.searchsorted(ends, np.arange(share, int(ends[-1]), share))
            cuts.update(field.terms[number] for number in np.unique(steps).tolist())
    lows = [0] * len(fields)
    for cut in sorted(cuts):
        highs = [field.terms.first_from(cut) for field in fields]
        yield list(zip(lows, highs, strict=True))
        lows = highs
    yield [(low, len(field.terms)) for low, field in zip(lows, fields, strict=True)]


def _merge_range(
    fields: list[tuple[Part, FieldPostings]], bounds: list[tuple[int, int]]
) -> tuple[list[bytes], Postings]:
    """The terms of one range that live stories have, and their postings."""
    of_fields = [
        list(field.terms.between(low, high))
        for (_, field), (low, high) in zip(fields, bounds, strict=True)
    ]
    terms = sorted(set().union(*of_fields))
    rank = {term: number for number, term in enumerate(terms)}
    found: list[tuple[Numbers, Postings]] = []
    for (part, field), (low, high), names in zip(fields, bounds, of_fields, strict=True):
        if low < high:
            places = np.fromiter(map(rank.__getitem__, names), np.int64, len(names))
            found.append(_moved(part, places, field.range(low, high, positions=True)))
    if not found:
        nothing = np.empty(0, np.int64)
        return [], Postings(nothing, nothing, nothing)
    return _interleaved(terms, found)


def _moved(part: Part, places: Numbers, postings: Postings) -> tuple[Numbers, Postings]:
    """(the term's place of each posting, the postings) of live stories, under new numbers."""
    of_postings = np.repeat(places, postings.counts)
    docs = part.new[postings.docs]
    live = docs >= 0
    if live.all():
        return of_postings, Postings(postings.counts, docs, postings.freqs, postings.positions)
    positions = postings.positions
    if positions is not None:
        positions = positions[np.repeat(live, postings.freqs)]
    return of_postings[live], Postings(postings.counts, docs[live], postings.freqs[live], positions)


def _interleaved(
    terms: list[bytes], found: list[tuple[Numbers, Postings]]
) -> tuple[list[bytes], Postings]:
    """Postings of several segments term by term, those of one segment behind another's."""
    places = np.concatenate([places for places, _ in found])
    docs = np.concatenate([postings.docs for _, postings in found])
    freqs = np.concatenate([postings.freqs for _, postings in found])
    counts = np.bincount(places, minlength=len(terms))
    order = np.argsort(places, kind="stable")
    kinds = [postings.positions for _, postings in found]
    positions = None
    if all(kind is not None for kind in kinds):
        joined = np.concatenate([kind for kind in kinds if kind is not None])
        firsts = (np.cumsum(freqs) - freqs)[order]
        sizes = freqs[order]
        firsts -= np.cumsum(sizes) - sizes
        positions = joined[np.repeat(firsts, sizes) + np.arange(joined.size)]
    kept = np.flatnonzero(counts)
    return [terms[number] for number in kept.tolist()], Postings(
        counts[kept], docs[order], freqs[order], positions
    )
