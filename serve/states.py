"""The state of a page as an address: what is asked, and the same with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote_plus, urlencode

from index.value import Value

SEARCH = "/search"
DATES = ("since", "until", "on")


class State(Value):
    """What is asked: parameters and their values, in order. No value is empty."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The value of a parameter, or nothing."""
        return next((value for other, value in self.pairs if other == name), "")

    def all(self, name: str) -> list[str]:
        """The values of a parameter that may have several."""
        return [value for other, value in self.pairs if other == name]

    def without(self, *names: str) -> State:
        """The state without some parameters."""
        return State(tuple(pair for pair in self.pairs if pair[0] not in names))

    def less(self, name: str, value: str) -> State:
        """On the first page, without one value of a parameter."""
        kept = tuple(pair for pair in self.pairs if pair != (name, value))
        return State(kept).without("page")

    def plus(self, name: str, value: str) -> State:
        """On the first page, with one value more of a parameter."""
        return State((*self.less(name, value).pairs, (name, value)))

    def given(self, **values: Any) -> State:
        """On the first page, with parameters of these values alone; without those of None."""
        told = tuple((name, str(value)) for name, value in values.items() if value is not None)
        return State((*self.without("page", *values).pairs, *told))

    def adding(self, name: str) -> Callable[[str], str]:
        """The addresses of the state, on its first page, with one value more of a parameter."""
        address = self.without("page").at()
        start = f"{address}{'&' if '?' in address else '?'}{name}="
        return lambda value: start + quote_plus(value)

    def at(self, path: str = SEARCH) -> str:
        """The address of the state at ``path``."""
        query = urlencode(self.pairs)
        return f"{path}?{query}" if query else path


def state_of(pairs: Iterable[tuple[str, str]]) -> State:
    """The state that an address or a form has."""
    return State(tuple((name, value) for name, value in pairs if value))
