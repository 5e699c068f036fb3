"""The next generation of an index: its ties, its manifest, and the swap that makes it live.

What belongs to a generation is written before its table of contents is swapped in, under names
that tell the generation. If a run stops between the two, the old generation and what belongs to
it are still the live ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.errors import IndexFolderError, StoppedError
from index.manifest import Manifest, save
from index.messages import Stopping, never
from index.store import commit
from index.ties import Ties, load_ties
from index.toc import LiveSegment

NOTHING_KEPT = "Stopped. The index is as it was: a rebuild counts when it is done."


def publish(
    where: Path,
    generation: int,
    manifest: Manifest,
    segments: Sequence[LiveSegment],
    held: Sequence[LiveSegment],
    stopping: Stopping = never,
    *,
    only_whole: bool = False,
) -> None:
    """Make ``segments`` and ``manifest`` the index in ``where``, as ``generation``.

    ``held`` are the segments of the generation before it. If it is ``stopping`` before all
    stories are tied, the manifest says that the rest is for the next run; with ``only_whole``,
    StoppedError is raised. The caller holds the lock. Raises OSError. If it raises anything,
    the index is as it was.
    """
    # Texts are compared by many modules, which a run that changes nothing can do without.
    from index.tying import tie_stories

    before = _ties(where, generation - 1, held)
    if not tie_stories(where, generation, segments, before, stopping):
        if only_whole:
            raise StoppedError(NOTHING_KEPT)
        manifest.whole = False
    save(manifest, where, generation)
    commit(where, generation, segments)


def _ties(where: Path, generation: int, held: Sequence[LiveSegment]) -> Ties:
    """The ties of a generation; none where they cannot be read, for all can be told anew."""
    count = sum(segment.count for segment in held)
    try:
        ties = load_ties(where, generation, count) if held else Ties(None, 0)
        ties.check()
        return ties
    except IndexFolderError:
        return Ties(None, count)
