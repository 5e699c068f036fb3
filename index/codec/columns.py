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
from index.codec.checked import damaged
from index.codec.packing import narrowed
from index.codec.terms import TermDictionary, write_terms

_MOST_STEPS = 2**63 - 2
"""`narrowed` keeps signed numbers, and one is for stories without a value."""


def write_text(file: ArrayFileWriter, name: str, values: Sequence[bytes]) -> None:
    """Write a column of text: ``values`` of all stories, b"" for none."""
    distinct = sorted(set(values))
    place = {value: number for number, value in enumerate(distinct)}
    numbers = np.fromiter(map(place.__getitem__, values), np.int64, len(values))
    _tell(file, name, {"kind": "text"})
    write_terms(file, f"{name}/values", distinct)
    file.add(f"{name}/column", narrowed(numbers))


def write_numbers(
    file: ArrayFileWriter, name: str, values: NDArray[Any], default: int | float
) -> None:
    """Write a column of numbers, ``default`` where a story has none."""
    if values.dtype.kind == "f":
        _tell(file, name, {"kind": "floats", "default": default})
        file.add(f"{name}/column", values)
        return
    known = values != default
    present = values[known]
    base = int(present.min()) if present.size else 0
    offsets = _above(present, base)
    step = int(np.gcd.reduce(offsets)) or 1 if present.size else 1
    offsets //= np.uint64(step)
    about = {"default": int(default), "type": values.dtype.str[1:]}
    if int(offsets.max(initial=0)) > _MOST_STEPS:
        _tell(file, name, {"kind": "raw", **about})
        file.add(f"{name}/column", values)
        return
    codes = np.zeros(values.size, np.uint64)
    codes[known] = offsets + np.uint64(1)
    _tell(file, name, {"kind": "numbers", **about, "base": base, "step": step})
    file.add(f"{name}/column", narrowed(codes))


def _above(numbers: NDArray[Any], base: int) -> NDArray[np.uint64]:
    """How far ``numbers`` are above ``base``: it may be more than a signed number holds."""
    return _unsigned(numbers) - np.uint64(base % 2**64)


def _unsigned(numbers: NDArray[Any]) -> NDArray[np.uint64]:
    """Whole numbers of any type modulo 2**64."""
    if numbers.dtype.kind == "u":
        return numbers.astype(np.uint64)
    return numbers.astype(np.int64).view(np.uint64)


def write_opaque(file: ArrayFileWriter, name: str, data: bytes) -> None:
    """Write a column as Whoosh wrote it."""
    _tell(file, name, {"kind": "opaque"})
    file.add(f"{name}/column", np.frombuffer(data, np.uint8))


def _tell(file: ArrayFileWriter, name: str, about: dict[str, Any]) -> None:
    file.meta.setdefault("columns", {})[name] = about


class TextColumn:
    """A column of text: ``values`` are the different ones, ``numbers[doc]`` says which.

    Raises DamagedFileError for numbers that are none of the values.
    """

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.values = TermDictionary(file, f"{name}/values")
        self.numbers = file.array(f"{name}/column")
        if self.numbers.size and int(self.numbers.max()) >= len(self.values):
            raise damaged(file.name, f"the column {name} has values that are not there")

    def __getitem__(self, doc: int) -> bytes:
        return self.values[int(self.numbers[doc])]


def read_numbers(file: ArrayFile, name: str) -> NDArray[Any]:
    """A column of numbers, each of the type it was written in."""
    about = file.about("columns")[name]
    coded = file.array(f"{name}/column")
    if about["kind"] in ("floats", "raw"):
        return coded
    dtype = np.dtype(about["type"])
    steps = _unsigned(coded)
    steps -= np.uint64(1)
    steps *= np.uint64(about["step"])
    steps += np.uint64(about["base"] % 2**64)
    numbers = (steps if dtype.kind == "u" else steps.view(np.int64)).astype(dtype, copy=False)
    numbers[coded == 0] = about["default"]
    return numbers
