"""Columns: one value for each story, for facets, sorting and filters.

Text is kept as a sorted list of the different values and a number for each story that says
which; whole numbers as steps above the least of them. Both take as few bytes a story as
there are different values to tell apart. Columns of Whoosh's other classes are kept as
Whoosh writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.packing import narrowed
from index.codec.terms import TermDictionary, joined


def write_text(file: ArrayFileWriter, name: str, values: Sequence[bytes]) -> None:
    """Write a column of text: ``values`` of all stories, b"" for none."""
    distinct = sorted(set(values))
    place = {value: number for number, value in enumerate(distinct)}
    numbers = np.fromiter(map(place.__getitem__, values), np.int64, len(values))
    data, starts = joined(distinct)
    file.meta.setdefault("columns", {})[name] = {"kind": "text"}
    file.add(f"{name}/values", data)
    file.add(f"{name}/values.starts", starts)
    file.add(f"{name}/column", narrowed(numbers))


def write_numbers(
    file: ArrayFileWriter, name: str, values: NDArray[Any], default: int | float
) -> None:
    """Write a column of numbers, ``default`` where a story has none."""
    about: dict[str, Any] = {"kind": "floats", "default": default}
    if values.dtype.kind == "f":
        coded = values
    else:
        known = values[values != default]
        base = int(known.min()) if known.size else 0
        # Differences may pass the largest signed number, so they are taken unsigned.
        offsets = (values - np.array(base, values.dtype)).astype(np.uint64)
        step = int(np.gcd.reduce(offsets[values != default])) or 1 if known.size else 1
        codes = offsets // np.uint64(step)
        if known.size and int(codes[values != default].max()) >= 2**63 - 1:
            base, step, coded = 0, 1, values
        else:
            codes += np.uint64(1)
            codes[values == default] = 0
            coded = narrowed(codes)
        about = {
            "kind": "raw" if coded is values else "numbers",
            "default": int(default),
            "base": base,
            "step": step,
            "type": values.dtype.str[1:],
        }
    file.meta.setdefault("columns", {})[name] = about
    file.add(f"{name}/column", coded)


def write_opaque(file: ArrayFileWriter, name: str, data: bytes) -> None:
    """Write a column as Whoosh wrote it."""
    file.meta.setdefault("columns", {})[name] = {"kind": "opaque"}
    file.add(f"{name}/column", np.frombuffer(data, np.uint8))


class TextColumn:
    """A column of text: ``values`` are the different ones, ``numbers[doc]`` says which."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.values = TermDictionary(file.array(f"{name}/values"), file.array(f"{name}/values.starts"))
        self.numbers = file.array(f"{name}/column")

    def __getitem__(self, doc: int) -> bytes:
        return self.values[int(self.numbers[doc])]


def read_numbers(file: ArrayFile, name: str) -> NDArray[Any]:
    """A column of numbers, each of the type it was written in."""
    about = file.meta["columns"][name]
    coded = file.array(f"{name}/column")
    if about["kind"] in ("floats", "raw"):
        return coded
    dtype = np.dtype("<" + about["type"])
    steps = coded.astype(np.uint64)
    numbers = ((steps - np.uint64(1)) * np.uint64(about["step"])).astype(dtype)
    numbers += np.array(about["base"], dtype)
    numbers[coded == 0] = about["default"]
    return numbers
