"""Finding one story by what a person calls it: its id, the start of it, or its file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np

from index.errors import NoSuchStoryError
from search.arrays import IndexArrays
from search.occurrences import occurrences
from search.tree import Prefix

MIN_PREFIX = 4
"""Characters of an id that name it, if no other id begins with them."""
_SHOWN = 3


def story_number(index: IndexArrays, name: str, by_file: bool = True) -> int:
    """The number of the story that ``name`` names.

    ``name`` is an id; or the beginning of just one id, `MIN_PREFIX` characters at least;
    or, with ``by_file``, the path of a source file that holds one story, whole or the last
    parts of it. Raises NoSuchStoryError if it names none, or several.
    """
    ways: list[Callable[[IndexArrays, str], list[int]]] = [_by_id, _by_prefix]
    if by_file:
        ways += [_by_path, _by_file]
    for named in ways:
        docs = named(index, name)
        if len(docs) == 1:
            return docs[0]
        if docs:
            raise NoSuchStoryError(several_named(name, [index.stored(doc)["id"] for doc in docs]))
    raise NoSuchStoryError(unnamed(name, by_file))


def several_named(name: str, ids: Sequence[str]) -> str:
    """What to tell whoever calls several stories by one name."""
    shown = ", ".join(ids[:_SHOWN])
    more = ", ..." if len(ids) > _SHOWN else ""
    return f"{name!r} names {len(ids):,} stories. Give the id of one: {shown}{more}"


def unnamed(name: str, by_file: bool) -> str:
    """What to tell whoever calls a story by a name that none has."""
    return f"No story here is called {name!r}. Give an id, as newsq search prints it" + (
        ", or the path of the story's file." if by_file else "."
    )


def _by_id(index: IndexArrays, name: str) -> list[int]:
    docs: list[int] = index.postings("id", name)[0].tolist()
    return docs


def _by_prefix(index: IndexArrays, name: str) -> list[int]:
    if len(name) < MIN_PREFIX:
        return []
    docs: list[int] = occurrences(Prefix("id", name), index)[0].tolist()
    return docs


def _by_path(index: IndexArrays, name: str) -> list[int]:
    """Stories whose file's path is ``name`` or ends in it; only same file names are read."""
    path = os.path.normpath(name).replace(os.sep, "/").lstrip("/")
    file = path.rpartition("/")[2]
    sources, column = index.text_column("source")
    same = [n for n, source in enumerate(sources) if source.rpartition("/")[2] == file]
    docs = index.live[np.isin(column[index.live], same)]
    return [
        doc
        for doc in docs.tolist()
        if f"/{index.stored(doc)['path'].replace(os.sep, '/')}".endswith(f"/{path}")
    ]


def _by_file(index: IndexArrays, name: str) -> list[int]:
    """The same for a path from where the program runs, links followed, as the index has it."""
    return _by_path(index, os.path.realpath(name)) if os.path.exists(name) else []
