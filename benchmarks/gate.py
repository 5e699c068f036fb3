"""A measure with a floor that tests hold it to, and the table of many."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).resolve().parent.parent / "tests" / "floors.toml"


@dataclass(slots=True)
class Score:
    """Cases, those that came out right, and what was wrong with the others.

    Where a case may be partly right, its part counts.
    """

    cases: int = 0
    right: float = 0
    misses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The part of all cases that came out right, 0 to 1."""
        return self.right / self.cases if self.cases else 1.0

    def add(self, name: str, wrong: list[str]) -> None:
        """Count one more case; nothing ``wrong`` makes it right."""
        self.cases += 1
        self.right += not wrong
        if wrong:
            self.misses.append(f"{name}: {'; '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Gate:
    """One measure: its name, the data it reads, and how it is taken."""

    name: str
    data: tuple[Path, ...]
    measure: Callable[[], Score]

    @property
    def is_there(self) -> bool:
        """Whether its data is beside the repository."""
        return all(path.exists() for path in self.data)

    @property
    def digest(self) -> str:
        """A fingerprint of the data, so that a floor is a floor on the same cases."""
        summed = hashlib.blake2b(digest_size=8)
        for path in self.data:
            summed.update(path.read_bytes())
        return summed.hexdigest()


def floors() -> dict[str, dict[str, Any]]:
    """Gate name -> {"share": the floor, "data": the data's digest}."""
    return tomllib.loads(FLOORS.read_text("utf-8"))


def report(gates: Iterable[Gate], flags: Sequence[str]) -> None:
    """Print a row a gate; with the flags ``--misses`` and ``--digests`` these as well."""
    pinned = floors()
    print(f"{'gate':30} {'cases':>6} {'right':>7} {'share':>7} {'floor':>7}")
    for gate in gates:
        if not gate.is_there:
            continue
        score = gate.measure()
        floor = pinned.get(gate.name, {}).get("share", 0.0)
        print(f"{gate.name:30} {score.cases:6} {score.right:7.6g} {score.share:7.2%} {floor:7.2%}")
        if "--misses" in flags:
            print("".join(f"    {miss}\n" for miss in score.misses), end="")
        if "--digests" in flags:
            print(f"    data = {gate.digest!r}")
