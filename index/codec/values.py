"""Stored values in JSON: what it has no form for is told by the name of its type.

A told value is an object of one member, ``{"datetime": "2018-11-01T00:00:00"}``. What comes
back is of the named type: values of a class derived from it are kept as the type itself.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from decimal import Decimal

PLAIN = frozenset({str, int, bool, float, type(None)})
"""The types that JSON keeps as they are."""

_SEQUENCES = (list, tuple, set, frozenset)
_TIMES = (datetime, date, time)  # a datetime is a date as well


def told(value: Any) -> Any:
    """``value`` as JSON has it. Raises TypeError for one that cannot be stored."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, np.generic):
        return told(value.item())
    if isinstance(value, str):
        return str.__str__(value)  # not what a class derived from it prints
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, bytes | bytearray):
        return {"bytes": b2a_base64(value, newline=False).decode()}
    for sequence in _SEQUENCES:
        if isinstance(value, sequence):
            return {sequence.__name__: [told(item) for item in value]}
    if isinstance(value, Mapping):
        return {"dict": [[told(key), told(item)] for key, item in value.items()]}
    for moment in _TIMES:
        if isinstance(value, moment):
            return {moment.__name__: value.isoformat()}
    if isinstance(value, timedelta):
        return {"timedelta": [value.days, value.seconds, value.microseconds]}
    from decimal import Decimal  # a search reads none, and would wait for it

    if isinstance(value, Decimal):
        return {"Decimal": str(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored in an index")


def _decimal(text: str) -> Decimal:
    from decimal import Decimal

    return Decimal(text)


_UNTOLD = {
    "bytes": a2b_base64,
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "Decimal": _decimal,
}


def untold(value: Any) -> Any:
    """The value that `told` was given."""
    if isinstance(value, list):
        return [untold(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, told_as),) = value.items()
    return _UNTOLD[kind](untold(told_as))  # type: ignore[operator]
