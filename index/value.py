"""Frozen values of which a module may have many classes.

A dataclass takes a millisecond to make, which a command that answers in a tenth of a second
cannot spend on each kind of query. These say the same and take their hash once.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True)
class Value:
    """The base: a subclass annotates its fields, after those of its base, some with defaults.

    Two are equal if they are of one class and have equal fields.
    """

    __slots__ = ("__dict__", "_hash")
    _hash: int
    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        own = tuple(cls.__annotations__)
        cls._fields = (*cls._fields, *own)
        given = {name: cls.__dict__[name] for name in own if name in cls.__dict__}
        cls._defaults = {**cls._defaults, **given}

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self._fields
        if len(values) < len(fields) and not named:
            values += tuple([self._defaults[name] for name in fields[len(values) :]])
        elif named:
            known = {**self._defaults, **dict(zip(fields, values, strict=False)), **named}
            values = tuple(known.pop(name) for name in fields)
        self.__dict__.update(zip(fields, values, strict=True))

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            found = hash((type(self), *self.__dict__.values()))
            object.__setattr__(self, "_hash", found)
            return found

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, in order."""
        return dict(self.__dict__)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes it anew: hashes of text are each process's own."""
        return type(self), tuple(self.__dict__.values())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({fields})"
