"""The last answers, for whoever asks the same."""

from __future__ import annotations

from collections import OrderedDict

from serve.calls import Answer

KEPT_BYTES = 32 * 2**20
"""Bytes of answers that are kept."""
Key = tuple[str, bool]
"""An entity tag, and whether the answer is compressed."""


class Kept:
    """The last answers, up to `KEPT_BYTES`. Only the event loop asks for them."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Answer | None:
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def keep(self, key: Key, answer: Answer) -> None:
        if key in self._answers:
            return
        self._answers[key] = answer
        self._bytes += _size(answer)
        while self._bytes > KEPT_BYTES:
            self._bytes -= _size(self._answers.popitem(last=False)[1])


def _size(answer: Answer) -> int:
    return len(answer.body) + 1_000
