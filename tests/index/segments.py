"""What a segment says, in plain values, for tests to compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.codec.segment import SegmentArrays


def contents(folder: Path, name: str) -> dict[str, Any]:
    """Everything in a segment: terms with their postings, lengths, columns, stored fields."""
    arrays = SegmentArrays.map(folder, name)
    said: dict[str, Any] = {"count": arrays.count}
    for name_ in arrays.fields():
        field = arrays.field(name_)
        assert field is not None
        said[name_] = str(field.kind), _postings(field)
        lengths = arrays.lengths(name_)
        said[f"{name_} lengths"] = None if lengths is None else lengths.tolist()
    for name_, about in arrays.docs_file.meta.get("columns", {}).items():
        text, numbers = arrays.text_column(name_), arrays.numbers(name_)
        if text is not None:
            values = [text[doc] for doc in range(arrays.count)]
            if any(values):  # one that says nothing says as much as none
                said[f"{name_} column"] = values
        elif numbers is not None and (numbers != about["default"]).any():
            said[f"{name_} column"] = numbers.tolist()  # Whoosh leaves out one without values
    said["stored"] = [arrays.stored().fields(doc) for doc in range(arrays.count)]
    return said


def _postings(field: Any) -> dict[bytes, Any]:
    found = {}
    for place, term in enumerate(field.terms):
        docs, freqs = field.docs(place), field.freqs(place)
        positions = field.positions(place, freqs).tolist() if field.kind == "positions" else None
        found[term] = docs.tolist(), freqs.tolist(), positions
    return found
