"""How far a run has got, and what it did in the end."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has got. ``bytes_`` count the files that had to be read."""

    bytes_done: int
    bytes_total: int
    stories: int


@dataclass(slots=True)
class Summary:
    """What a run did, and what the corpora hold now."""

    where: object
    """The index's folder, or its location elsewhere."""
    files: int = 0
    files_unchanged: int = 0
    stories: int = 0
    """Stories in the corpora named; ``read`` of them were read in this run."""
    read: int = 0
    added: int = 0
    changed: int = 0
    dropped: int = 0
    before: int = 0
    """Stories that a rebuild has replaced."""
    elsewhere: int = 0
    """Stories of other corpora that the index holds as well."""
    datelines: int = 0
    certain: int = 0
    inferred: int = 0
    no_text: int = 0
    """Items that carry no story: photos, events."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """(path, reason) of every file that could not be read to its end."""
    seconds: float = 0.0

    @property
    def unknown(self) -> int:
        """Stories of which nothing tells the year."""
        return self.stories - self.certain - self.inferred
