"""Which engines there are, and whether they are installed."""

from __future__ import annotations

import importlib
from typing import cast

from benchmarks.peers.engine import Engine

NEWSQ = "newsq"
MODULES = (NEWSQ, "tantivy", "xapian", "sqlite", "bm25s", "whoosh")
"""Modules of this package, in the order of the tables."""


def load(name: str) -> Engine:
    """The engine of that module; raises ImportError if what it needs is not installed."""
    return cast(Engine, importlib.import_module(f"benchmarks.peers.{name}"))


def installed(names: list[str]) -> list[str]:
    """Those of ``names`` that can run; for each of the others a line says how to add it."""
    found = []
    for name in names:
        try:
            load(name)
        except ImportError as error:
            print(f"{name} is left out ({error}). To add the peers: pip install --group bench")
        else:
            found.append(name)
    return found
