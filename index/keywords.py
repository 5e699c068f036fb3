"""The fields that are matched as they are: each different value looked at once.

What a value's terms are, and what stands in its column, Whoosh's own field types say, so
that a plain Whoosh program finds what it would have written itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFileWriter
from index.codec.columns import write_numbers, write_text
from index.codec.packing import Numbers
from index.codec.postings import Kind, Postings
from index.invert import invert_keywords, ranked
from index.schema import SEPARATOR, SEVERAL, date_span, indexed_value, make_schema

Ints = NDArray[np.int32]
Inverted = tuple[str, Kind, list[bytes], Postings]
"""A field's name, what its postings say, its terms, and their postings."""


def write_columns(
    file: ArrayFileWriter, fields: Mapping[str, Sequence[Hashable]]
) -> Iterator[Inverted]:
    """Write the columns of ``fields`` (by name, the value of each story); give the rest of each."""
    schema = make_schema()
    for name, of_stories in fields.items():
        values, numbers = _numbered(of_stories)
        known = {name: values}
        if name == "day":
            known["date"] = [date_span(day)[0] if day else None for day in values]
            known["date_last"] = [date_span(day)[1] if day else None for day in values]
        for field, told in known.items():
            if schema[field].column_type:
                _write_column(file, schema[field], field, told, numbers)
            terms, postings = _inverted(schema[field], field, told, numbers)
            if terms:
                yield field, _kind(schema[field]), terms, postings


def _numbered(of_stories: Sequence[Hashable]) -> tuple[list[Any], Ints]:
    """The different values, and the place among them of each story's."""
    values = list(dict.fromkeys(of_stories))
    known = {value: number for number, value in enumerate(values)}
    return values, np.fromiter(map(known.__getitem__, of_stories), np.int32, len(of_stories))


def _kind(spec: Any) -> Kind:
    from whoosh.formats import Existence

    return Kind.EXISTENCE if isinstance(spec.format, Existence) else Kind.FREQUENCY


def _inverted(
    spec: Any, name: str, values: list[Any], numbers: Ints
) -> tuple[list[bytes], Postings]:
    """The sorted terms of a field, and their postings."""
    from whoosh.fields import ID

    if type(spec) is ID:
        return _inverted_as_they_are(values, numbers)
    return _inverted_by_terms([_terms(spec, name, value) for value in values], numbers)


def _terms(spec: Any, name: str, value: Any) -> list[bytes]:
    """The terms of a value, each as often as it counts."""
    if value is None:
        return []
    found = spec.index(indexed_value(name, value))
    return [term for term, freq, _, _ in found for _ in range(freq)]


def _inverted_as_they_are(values: list[str | None], numbers: Ints) -> tuple[list[bytes], Postings]:
    """The sorted terms of a field whose values are its terms, and their postings."""
    docs: Numbers = np.arange(numbers.size)
    if None in values:
        docs = np.flatnonzero(numbers != values.index(None))
        numbers = numbers[docs]
    if not docs.size:
        return [], Postings(docs, docs, docs)
    places, terms, found = ranked(numbers, [(value or "").encode() for value in values])
    return terms, invert_keywords(places, docs, found)


def _inverted_by_terms(of_values: list[list[bytes]], numbers: Ints) -> tuple[list[bytes], Postings]:
    """The sorted terms of a field, and their postings."""
    known: dict[bytes, int] = {}
    flat = np.array(
        [known.setdefault(term, len(known)) for found in of_values for term in found], np.int32
    )
    sizes = np.fromiter(map(len, of_values), np.int64, len(of_values))
    counts = sizes[numbers]
    firsts = (np.cumsum(sizes) - sizes)[numbers] - (np.cumsum(counts) - counts)
    tokens = flat[np.repeat(firsts, counts) + np.arange(counts.sum())]
    docs: Numbers = np.repeat(np.arange(numbers.size), counts)
    if not tokens.size:
        return [], Postings(docs, docs, docs)
    places, terms, found = ranked(tokens, list(known))
    return terms, invert_keywords(places, docs, found)


def _write_column(
    file: ArrayFileWriter, spec: Any, name: str, values: list[Any], numbers: Ints
) -> None:
    from whoosh.columns import NumericColumn

    if name in SEVERAL:
        values = list(map(SEPARATOR.join, values))
    if isinstance(spec.column_type, NumericColumn):
        default = spec.column_type.default_value()
        told = [default if value is None else spec.to_column_value(value) for value in values]
        write_numbers(file, name, np.array(told, np.uint64)[numbers], default)
    else:
        texts = [(value or "").encode() for value in values]
        write_text(file, name, [texts[number] for number in numbers.tolist()])
