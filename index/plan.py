"""What has to be done to bring an index up to date with its corpora?

Most runs find that it is little, or nothing. So what is needed to tell is all that is
imported here; a folder of a hundred thousand files is looked through in a second or two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.corpus import PassedOver, Root, StoryFile, merged, printable, roots_of, story_files
from index.errors import CorpusError, IndexFolderError
from index.formats.columns import Columns
from index.limits import USUAL_LIMITS, Limits
from index.manifest import FileEntry, Manifest, load, without
from index.sources import misplaced
from index.store import has_index, read_live
from index.tiers import live_count
from index.toc import LiveSegment, latest_generation


class OvertakenError(Exception):
    """Another run has changed the index since this one looked what there is to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of one run.

    ``files`` are those of the corpora, ``stale`` those that have to be read, ``gone`` the
    sources that have vanished. ``manifest`` is of the index as it will be, but for what has
    to be read; ``old`` as it is, at ``generation`` (0 for none), with the segments ``held``.
    ``replaced`` is the number of stories that a rebuild replaces; ``limits`` are each file's.
    A ``repair`` is committed even if no story has changed.
    """

    where: Path
    generation: int
    rebuild: bool
    columns: Columns
    files: list[StoryFile]
    stale: list[StoryFile]
    gone: set[str]
    old: Manifest
    manifest: Manifest
    held: tuple[LiveSegment, ...]
    replaced: int
    limits: Limits = USUAL_LIMITS
    repair: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether the index is as it should be."""
        work = self.stale or self.gone or self.rebuild or self.repair or not self.generation
        return not work and self.manifest == self.old


def plan_run(
    corpora: Sequence[Path],
    where: Path,
    rebuild: bool,
    columns: Columns,
    unreadable: Callable[[str, str], None],
    limits: Limits = USUAL_LIMITS,
    broken: Collection[str] | None = None,
) -> Plan:
    """Compare ``corpora`` with what the index in ``where`` was built from.

    For a repair, ``broken`` names segments that are left out of the index, and whose stories
    are read anew.

    A folder that cannot be listed and a file beyond ``limits`` go to ``unreadable`` with the
    reason. What the index holds of what cannot be read now stays; what is no story file any
    more, such as one that has grown too large, has no stories. Raises CorpusError and
    IndexFolderError as `index.build.build_index` does, OvertakenError if the index changes
    meanwhile.
    """
    generation = max(latest_generation(where), 0)
    old, held = _known(where, generation, broken) if not rebuild else (Manifest(), ())
    found = compare(corpora, old, columns, unreadable, limits, where.resolve())
    return Plan(
        where,
        generation,
        rebuild,
        columns,
        found.files,
        found.stale,
        found.gone,
        old,
        found.manifest,
        held,
        _stories_in(where) if rebuild else 0,
        limits,
        broken is not None,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Corpora beside what an index was built from: their ``files``, those of them that are
    ``stale``, the sources that are ``gone``, and the ``manifest`` as `Plan` has it."""

    files: list[StoryFile]
    stale: list[StoryFile]
    gone: set[str]
    manifest: Manifest


def compare(
    corpora: Sequence[Path],
    old: Manifest,
    columns: Columns,
    unreadable: Callable[[str, str], None],
    limits: Limits = USUAL_LIMITS,
    apart: Path | None = None,
) -> Comparison:
    """Compare ``corpora`` with what ``old`` says an index was built from.

    The index itself may lie ``apart`` in one of them. Tells and raises what `plan_run` does.
    """
    roots = roots_of(corpora, old.roots)
    hidden: list[str] = []

    def note(path: str, why: str, for_good: bool) -> None:
        if not for_good:
            hidden.append(path)
        unreadable(path, why)

    files = _within_limits(_files(roots, apart, note), limits, note)
    if not files:
        raise CorpusError(
            f"{', '.join(map(str, corpora))} holds no files. Name a folder of stories, apart from "
            "the index; the index was left as it is. To drop a corpus, rebuild with the others: "
            "newsq index OTHERS --rebuild"
        )
    entries = dict(old.files)
    stale = files if old.columns != columns.given else _changed(files, entries, limits)
    standing, superseded = merged(old.roots, roots)
    looked_at = [*roots, *superseded]
    gone = old.below(looked_at) - {file.source for file in files} - _within(hidden, looked_at, old)
    _check_for_empty(roots, gone, files, old)
    return Comparison(
        files, stale, gone, Manifest(standing, columns.given, dict(old.habits), entries)
    )


def _known(
    where: Path, generation: int, broken: Collection[str] | None
) -> tuple[Manifest, tuple[LiveSegment, ...]]:
    """What an index was built from, and its segments, without what a repair leaves out."""
    if not has_index(where):
        return Manifest(), ()
    held = _held(where)
    old = _manifest(where, generation, held)
    if broken is None:
        return old, held
    sound = tuple(segment for segment in held if segment.name not in broken)
    return without(old, misplaced(where, old, sound)), sound


def _files(roots: list[Root], apart: Path | None, unreadable: PassedOver) -> list[StoryFile]:
    found = [file for root in roots for file in story_files(root, unreadable)]
    if apart is not None and any(apart.is_relative_to(root.path) for root in roots):
        found = [file for file in found if apart not in (file.folder, *file.folder.parents)]
    return found


def _within_limits(
    files: list[StoryFile], limits: Limits, unreadable: PassedOver
) -> list[StoryFile]:
    fitting = []
    for file in files:
        if file.size > limits.size:
            why = f"larger than {limits.size / 2**20:,g} MiB (--max-file-size)"
            unreadable(printable(file.path), why, True)
        else:
            fitting.append(file)
    return fitting


def _within(paths: list[str], roots: list[Root], old: Manifest) -> set[str]:
    """The known files that lie in ``paths``, by name."""
    found: set[str] = set()
    for root in roots:
        top = printable(root.path)
        inside = [path.removeprefix(top) for path in paths if f"{path}/".startswith(f"{top}/")]
        found |= old.below([Root(root.label + path, root.path) for path in inside])
    return found


def _check_for_empty(
    roots: list[Root], gone: set[str], files: list[StoryFile], old: Manifest
) -> None:
    """Raise CorpusError for a root that had files and has none: it may not be there."""
    for root in roots:
        known = old.below([root])
        prefix = f"{root.label}/"
        if known and known <= gone and not any(file.source.startswith(prefix) for file in files):
            raise CorpusError(
                f"{root.path} holds no files any more, and the index has stories of it. It was "
                "left as it is; is a disk not attached? To drop a corpus, rebuild with the others: "
                "newsq index OTHERS --rebuild"
            )


def _held(where: Path) -> tuple[LiveSegment, ...]:
    try:
        return read_live(where).segments
    except FileNotFoundError:
        raise OvertakenError from None


def _changed(
    files: list[StoryFile], entries: dict[str, FileEntry], limits: Limits
) -> list[StoryFile]:
    """The files that are not as ``entries`` say; one that was only touched is noted there."""
    changed = []
    for file in files:
        entry = entries.get(file.source)
        if entry is not None and entry.is_current(file, limits):
            continue
        if entry is not None and (confirmed := entry.confirmed(file, limits)):
            entries[file.source] = confirmed
        else:
            changed.append(file)
    return changed


def _manifest(where: Path, generation: int, held: tuple[LiveSegment, ...]) -> Manifest:
    """The manifest of the index; if it has none, what its stories tell of the files they are of.

    These are all read again, and what has vanished is dropped all the same.
    """
    manifest = load(where, generation)
    if manifest.files or not held:
        return manifest
    from index.held import sources

    try:
        known = sources(where, held).items()
    except FileNotFoundError:
        raise OvertakenError from None
    return Manifest(files={source: FileEntry(0, 0, 0, stories=count) for source, count in known})


def _stories_in(where: Path) -> int:
    """How many stories the index holds that a rebuild is to replace; 0 if it cannot be read."""
    try:
        return live_count(read_live(where).segments)
    except (IndexFolderError, FileNotFoundError):
        return 0
