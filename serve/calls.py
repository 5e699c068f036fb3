"""What is asked and what is answered: calls, answers, and views, which make one of the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import Headers, QueryParams

from serve.parameters import Parameter
from serve.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, wherever it is answered: at which address, with which parameters, on which
    day.

    ``options`` are what the parameters say, by the library's names (`serve.parameters.read`).
    ``base`` is where the server is, as the request has it: ``http://127.0.0.1:8000``.
    """

    path: str
    names: dict[str, str]
    parameters: QueryParams
    options: dict[str, Any]
    base: str
    today: date


@dataclass(frozen=True, slots=True)
class Call(Asked):
    """What is asked of a snapshot.

    ``form`` is what was posted. It and the ``headers`` are there only for what is answered live.
    """

    snapshot: Snapshot
    headers: Headers = field(default_factory=Headers)
    form: QueryParams = field(default_factory=QueryParams)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: bytes of a media type, with headers of their own."""

    body: bytes
    kind: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class View:
    """What stands at an address: the parameters that it takes, and how it is answered.

    Forms send every field that they have, and those who pass an address on may add to it: a
    ``forgiving`` view takes what is empty for none, and leaves out what it does not know. What
    is ``live`` depends on more than the snapshot: it is answered anew each time, and nobody
    keeps it.
    """

    parameters: tuple[Parameter, ...]
    answer: Callable[[Call], Answer]
    forgiving: bool = False
    live: bool = False
