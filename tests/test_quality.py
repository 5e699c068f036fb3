"""The floors under how well copy is read and found; see benchmarks/quality.py and finding.py.

A floor holds on exactly the data it was pinned on. It may be raised; it must be when what
is measured rises a point above it, so that a later slide cannot hide under an old floor.
"""

from __future__ import annotations

import pytest

from benchmarks import finding, quality
from benchmarks.gate import Gate, floors

SLACK = 0.01


@pytest.mark.parametrize("gate", [*quality.gates(), *finding.gates()], ids=lambda gate: gate.name)
def test_floor_holds(gate: Gate) -> None:
    if not gate.is_there:
        pytest.skip(f"the data of {gate.name!r} is not beside the repository")
    pinned = floors()[gate.name]
    assert gate.digest == pinned["data"], "other data: measure anew, and pin floor and digest"
    score = gate.measure()
    assert score.share >= pinned["share"], "\n".join(score.misses[:20])
    assert score.share <= pinned["share"] + SLACK, "better than the floor: raise it"
