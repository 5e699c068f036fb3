"""A whole index: its table of contents, segments, manifest and ties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from index.check.findings import Finding, Report
from index.check.segments import check_segment
from index.codec.checked import DamagedFileError
from index.durable import unsealed
from index.errors import IndexFolderError, IndexVersionError
from index.files import read_whole
from index.manifest import LARGEST, load, manifest_path
from index.snapshot import missing
from index.sources import misplaced
from index.tiers import live_count
from index.ties import load_ties, ties_path
from index.toc import LiveSegment, Toc, latest_generation, read_toc, toc_path

Progress = Callable[[int, int], None]
"""Takes how many segments have been checked, and how many there are."""


def check_index(where: Path, on_progress: Progress = lambda done, total: None) -> Report:
    """Check every byte of the index in ``where``.

    Raises IndexFolderError if there is none, or it is another version's.
    """
    generation = latest_generation(where)
    if generation < 1:
        raise missing(where)
    try:
        toc = read_toc(where, generation)
    except IndexVersionError:
        raise
    except IndexFolderError as error:
        name = toc_path(where, generation).name
        return Report((Finding(name, str(error)),), 0, 0, frozenset(), lost=True)
    findings: list[Finding] = []
    broken = set()
    on_progress(0, len(toc.segments))
    for number, segment in enumerate(toc.segments, 1):
        found = list(check_segment(where, segment))
        findings += found
        if found:
            broken.add(segment.name)
        on_progress(number, len(toc.segments))
    sound = [segment for segment in toc.segments if segment.name not in broken]
    unlisted = list(_manifest_findings(where, generation, toc, sound if broken else None))
    findings += _seal_findings(where, generation) if not unlisted else ()
    if unlisted and not load(where, generation).roots:
        remedy = f"Build it again: newsq index FOLDER --rebuild --index {where}"
        unlisted = [Finding(one.file, one.what, remedy=remedy) for one in unlisted]
    findings += unlisted
    findings += _tie_findings(where, toc)
    return Report(tuple(findings), len(toc.segments), live_count(toc.segments), frozenset(broken))


def _seal_findings(where: Path, generation: int) -> Iterator[Finding]:
    """newsq seals its tables of contents, and has written this one: there is its manifest."""
    path = toc_path(where, generation)
    if manifest_path(where, generation).exists() and not read_whole(path, LARGEST).endswith(b"\n"):
        yield Finding(path.name, "its checksum is missing")


def _manifest_findings(
    where: Path, generation: int, toc: Toc, sound: list[LiveSegment] | None
) -> Iterator[Finding]:
    """Whether the manifest is there, whole, and of the stories that there are.

    ``sound`` are the segments that can be counted, None if all of them can.
    """
    path = manifest_path(where, generation)
    try:
        unsealed(read_whole(path, LARGEST))
    except FileNotFoundError:
        yield Finding(path.name, "it is missing, so nothing tells what the index was built from")
        return
    except (OSError, ValueError) as error:
        yield Finding(path.name, f"cannot be read: {error}")
        return
    manifest = load(where, generation)
    if sound is None and manifest.files:
        for source in misplaced(where, manifest, toc.segments):
            yield Finding(path.name, f"it counts other stories of {source} than there are")


def _tie_findings(where: Path, toc: Toc) -> Iterator[Finding]:
    count = sum(segment.count for segment in toc.segments)
    try:
        load_ties(where, toc.generation, count).check()
    except (DamagedFileError, IndexFolderError, OSError) as error:
        yield Finding(ties_path(where, toc.generation).name, str(error))
