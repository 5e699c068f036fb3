"""What is asked of a worker, and what it answers. All of it is pickled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.corpus import Corpus
from benchmarks.harness.questions import Question


@dataclass(frozen=True, slots=True)
class Build:
    """Build an index with ``engine``; the answer is `Built`."""

    engine: str
    corpus: Corpus
    where: Path
    cores: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Built:
    """``seconds`` of building, and the most memory that this process has held, in bytes."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Open:
    """Open an index; the answer is `Opened`."""

    engine: str
    where: Path
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Opened:
    """``seconds`` of opening, and for each question whether the engine can be asked it."""

    seconds: float
    can: list[bool]


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the questions of these numbers; the answer is the seconds that each took.

    ``mode`` is "top", "ids" (top, then the ids of its stories) or "counted"; the answer is
    None if the engine cannot do that at all. Those of ``before`` are asked first, untimed:
    another process had the core until now.
    """

    mode: str
    numbers: list[int]
    before: list[int]


@dataclass(frozen=True, slots=True)
class Total:
    """The answer is how many stories match each of the questions of these numbers."""

    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Memory:
    """The answer is (peak resident bytes, bytes now that map no file; None where not told)."""
