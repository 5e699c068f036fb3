"""The analysis of `index.analysis` as Whoosh wants it, for the schema of the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token

from index.analysis import words
from index.version import FORMAT


class NewsAnalyzer(Analyzer):
    """`words` as Whoosh wants it: a generator that yields one token object again and again.

    Its version is pickled with the schema: the format of the index (`index.version`).
    """

    def __init__(self) -> None:
        self.version = FORMAT

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Token]:
        token = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for position, word in enumerate(words(value), start_pos):
            token.text = word.term
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[word.start : word.end]
            if positions:
                token.pos = position
            if chars:
                token.startchar = start_char + word.start
                token.endchar = start_char + word.end
            yield token
