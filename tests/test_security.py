"""SECURITY.md tells the limits that the code has."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TEXT = (Path(__file__).resolve().parent.parent / "SECURITY.md").read_text("utf-8")
ROWS = re.findall(r"^\|[^|]*\|[^|]*\| *([^|]+?) *\| *`([\w.]+)` *\|$", TEXT, re.MULTILINE)
UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def in_the_code(name: str) -> Any:
    module, constant = re.fullmatch(r"([a-z0-9_.]+)\.([A-Z].*)", name).groups()  # type: ignore[union-attr]  # else the test fails, as it should
    found: Any = import_module(module)
    for part in constant.split("."):
        if isinstance(found, dict):
            found = next(value for key, value in found.items() if key.name == part)
        else:
            found = getattr(found, part)
    return found


def test_the_table_has_rows() -> None:
    assert len(ROWS) == len(re.findall(r"^\|.*`[\w.]+` *\|$", TEXT, re.MULTILINE)) > 30


@pytest.mark.parametrize(("told", "name"), ROWS, ids=[name for _, name in ROWS])
def test_the_table_is_what_the_code_does(told: str, name: str) -> None:
    if name.startswith("serve."):
        pytest.importorskip("starlette", exc_type=ImportError)
    number, _, unit = told.partition(" ")
    assert in_the_code(name) == float(number.replace(",", "")) * UNITS[unit]
