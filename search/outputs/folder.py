"""Stories to a folder, one file each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from index.analysis import fold
from index.errors import OutputError
from index.story import Story
from index.value import Value
from search.jsonout import dumps, story_json
from search.outputs.markdown import story_markdown
from search.render import facts
from search.terminal import plain

MAX_NAME = 60
"""Characters of a headline that a file's name has."""


class Exported(Value):
    """How many files were written, and how many were there and were left as they are."""

    written: int
    kept: int


def export(
    stories: Iterable[Story],
    folder: Path,
    kind: str = "text",
    *,
    force: bool = False,
    copies: Callable[[Story], int] = lambda story: 0,
) -> Exported:
    """Write each of ``stories`` to a file of its own.

    ``kind`` is one of `KINDS`; for "json", ``copies`` tells how many other stories have the
    same text. A file that is there stays as it is, unless ``force``. Each is written whole or
    not at all, and no more than one story is held at a time. Raises OutputError for a folder
    or kind that cannot be, OSError where writing fails.
    """
    if kind not in KINDS:
        raise OutputError(f"Stories cannot be written as {kind!r}. Use {', '.join(KINDS)}.")
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file. Name a folder for the stories with --to.")
    render = _RENDERERS.get(kind) or (lambda story: dumps(story_json(story, copies(story))) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    written = kept = 0
    for story in stories:
        target = folder / f"{file_name(story)}{KINDS[kind]}"
        if os.path.lexists(target) and not force:
            kept += 1
            continue
        draft = target.with_name(f".{target.name}.part")
        draft.write_text(render(story), "utf-8", errors="replace", newline="\n")
        draft.replace(target)
        written += 1
    return Exported(written, kept)


def file_name(story: Story) -> str:
    """A name that any file system takes, and that tells date, headline and id.

    >>> from index.story import Story
    >>> file_name(Story("3f2a", "", "", "São Paulo: a/b?", ""))
    'undated-sao-paulo-a-b-3f2a'
    """
    headline = _safe(story.title)[:MAX_NAME].rstrip("-")
    return "-".join(filter(None, (story.date.iso or "undated", headline, _safe(story.id))))


def _safe(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def story_text(story: Story) -> str:
    """A story as plain text: headline, byline, facts, paragraphs, and where it is from."""
    head = [plain(story.title), *([plain(story.byline)] if story.byline else ())]
    head.append(" - ".join(facts(story)))
    foot = [f"Id: {plain(story.id)}", f"File: {plain(story.path)}"]
    blocks = ("\n".join(head), plain(story.body, lines=True), "\n".join(foot))
    return "\n\n".join(filter(None, blocks)) + "\n"


_RENDERERS = {"text": story_text, "md": story_markdown}
KINDS = {"text": ".txt", "json": ".json", "md": ".md"}
"""By name: how a file's name ends."""
