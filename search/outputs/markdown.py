"""Hits and stories as Markdown (CommonMark), with nothing of theirs read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.story import Story
from search.marks import Span
from search.render import facts
from search.results import Hit
from search.snippets import run_on
from search.terminal import plain

_INLINE = re.compile(r"([\\`*_\[\]<>&~|#])")
# What is a list, a heading or a rule only where it begins a line.
_OPENING = re.compile(r"^(\s*)(?:([-+=])|(\d+)([.)]))")


def escaped(text: str, marks: tuple[Span, ...] = ()) -> str:
    """``text`` on one line, escaped, with ``marks`` strong."""
    shown = plain(text)
    pieces, at = [], 0
    for start, end in marks:
        pieces += [_escape(shown[at:start]), f"**{_escape(shown[start:end])}**"]
        at = end
    whole = "".join([*pieces, _escape(shown[at:])])
    return _OPENING.sub(lambda m: m[1] + (f"\\{m[2]}" if m[2] else f"{m[3]}\\{m[4]}"), whole)


def _escape(text: str) -> str:
    return _INLINE.sub(r"\\\1", text)


def hits_markdown(hits: Iterable[Hit]) -> Iterator[str]:
    """A numbered list: headline, facts and id, what matched, file."""
    for number, hit in enumerate(hits, 1):
        indent = " " * len(f"{number}. ")
        about = " · ".join([*map(escaped, facts(hit.story)), f"`{_code(hit.id)}`"])
        shown = (escaped(part.text, part.marks) for part in hit.snippets)
        quoted = run_on(hit.snippets, shown)
        yield f"{number}. **{escaped(hit.story.title)}**  \n{indent}{about}\n"
        if quoted:
            yield f"\n{indent}> {quoted}\n"
        yield f"\n{indent}`{_code(hit.path)}`\n\n"


def story_markdown(story: Story) -> str:
    """A whole story, with where it is from."""
    blocks = [f"# {escaped(story.title)}"]
    if story.byline:
        blocks.append(f"*{escaped(story.byline)}*")
    blocks.append(" · ".join(map(escaped, facts(story))))
    blocks += [escaped(paragraph) for paragraph in story.body.split("\n\n")]
    blocks.append(f"---\n\n`{_code(story.id)}` `{_code(story.path)}`")
    return "\n\n".join(blocks) + "\n"


def _code(text: str) -> str:
    return plain(text).replace("`", "'")
