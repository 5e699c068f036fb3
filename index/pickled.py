"""A pickle as data: what it says is made, nothing that it names is imported, called or run.

To unpickle is to run a program (Slaviero, "Sour Pickles", 2011). Here are the instructions
that plain values are written with, protocols 2 to 5; classes and what is made by them become
`Made`, which has no behaviour. Any other instruction is refused, and so is more than a table of
contents has use for. Nothing is hashed but text, compared or shown, so that no value takes
longer for being shared within itself.
"""

from __future__ import annotations

from io import BytesIO
from struct import unpack
from typing import Any

MOST_INSTRUCTIONS = 1 << 17
"""A schema takes about a thousand, a segment about twenty."""
LONGEST_TEXT = 1 << 12
"""Bytes of a name or another text."""
_PLAIN: dict[bytes, Any] = {b"N": None, b"\x88": True, b"\x89": False}
_EMPTY = {b")": tuple, b"]": list, b"}": dict, b"\x8f": list}
_NUMBERS = {b"K": "<B", b"M": "<H", b"J": "<i", b"G": ">d"}
_SIZES = {b"K": 1, b"M": 2, b"J": 4, b"G": 8}
_TEXTS = {b"\x8c": 1, b"X": 4}
_BYTES = {b"C": 1, b"B": 4}
_TUPLES = {b"\x85": 1, b"\x86": 2, b"\x87": 3}
_GET = {b"h": 1, b"j": 4}
_PUT = {b"q": 1, b"r": 4}
_IGNORED = {b"\x80": 1, b"\x95": 8}


class Made:
    """A class that a pickle names, or what it has one make: its module, name and state."""

    __slots__ = ("module", "name", "state")

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name
        self.state: Any = None


def load_as_data(stream: BytesIO) -> Any:
    """The value of the pickle at the place of ``stream``: plain values and `Made`.

    Sets are lists, and of a dictionary the keys that are text are kept. Raises ValueError,
    EOFError, KeyError or IndexError for what is no such pickle.
    """
    return _Machine(stream).run()


class _Machine:
    """The stack and the memory that a pickle's instructions work on."""

    def __init__(self, stream: BytesIO) -> None:
        self._stream = stream
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memory: dict[int, Any] = {}

    def run(self) -> Any:
        """What stands on the stack in the end."""
        read, stack, memory = self._stream.read, self._stack, self._memory
        for _instruction in range(MOST_INSTRUCTIONS):
            code = read(1)
            if code in _GET:
                stack.append(memory[self._size(_GET[code])])
            elif code in _PUT:
                memory[self._size(_PUT[code])] = stack[-1]
            elif code == b"\x94":
                memory[len(memory)] = stack[-1]
            elif code in _PLAIN:
                stack.append(_PLAIN[code])
            elif code in _EMPTY:
                stack.append(_EMPTY[code]())
            elif code == b"(":
                self._marks.append(len(stack))
            elif code == b".":
                return stack.pop()
            elif not (self._value(code) or self._change(code) or self._made(code)):
                raise ValueError(f"{code!r} is not an instruction for plain values")
        raise ValueError("it is too long")

    def _value(self, code: bytes) -> bool:
        """Put a number, a text or bytes on the stack."""
        if code in _NUMBERS:
            value: Any = unpack(_NUMBERS[code], self._exactly(_SIZES[code]))[0]
        elif code in _TEXTS:
            value = self._text(self._size(_TEXTS[code]))
        elif code in _BYTES:
            value = self._exactly(self._size(_BYTES[code]))
        elif code == b"\x8a":
            value = int.from_bytes(self._exactly(self._size(1)), "little", signed=True)
        elif code in _IGNORED:
            self._exactly(_IGNORED[code])
            return True
        else:
            return False
        self._stack.append(value)
        return True

    def _change(self, code: bytes) -> bool:
        """Make a tuple of what is on the stack, or put it into what is below."""
        stack = self._stack
        if code in _TUPLES:
            stack.append(tuple(self._last(_TUPLES[code])))
        elif code == b"t":
            stack.append(tuple(self._marked()))
        elif code == b"\x91":
            stack.append(self._marked())
        elif code in (b"a", b"e", b"\x90"):
            added = self._last(1) if code == b"a" else self._marked()
            if isinstance(stack[-1], list):
                stack[-1].extend(added)
        elif code in (b"s", b"u"):
            items = self._last(2) if code == b"s" else self._marked()
            pairs = zip(items[::2], items[1::2], strict=True)
            if isinstance(stack[-1], dict):
                stack[-1].update((key, value) for key, value in pairs if type(key) is str)
        else:
            return False
        return True

    def _made(self, code: bytes) -> bool:
        """Name a class, make something by one, or give that its state."""
        stack = self._stack
        if code == b"c":
            stack.append(Made(self._line(), self._line()))
        elif code == b"\x93":
            module, name = self._last(2)
            stack.append(Made(_named(module), _named(name)))
        elif code in (b"R", b"\x81"):
            maker, _arguments = self._last(2)
            stack.append(Made(_object(maker).module, maker.name))
        elif code == b"b":
            (state,) = self._last(1)
            _object(stack[-1]).state = state
        else:
            return False
        return True

    def _exactly(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) != size:
            raise EOFError("it is cut short")
        return data

    def _size(self, width: int) -> int:
        return int.from_bytes(self._exactly(width), "little")

    def _text(self, size: int) -> str:
        if size > LONGEST_TEXT:
            raise ValueError("it holds too long a text")
        return self._exactly(size).decode("utf-8", "surrogatepass")

    def _line(self) -> str:
        return self._stream.readline(LONGEST_TEXT).decode("utf-8").removesuffix("\n")

    def _last(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise ValueError("it takes more than it has")
        found = self._stack[-count:]
        del self._stack[-count:]
        return found

    def _marked(self) -> list[Any]:
        at = self._marks.pop()
        found = self._stack[at:]
        del self._stack[at:]
        return found


def _named(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueError("it names a class by what is no text")
    return name


def _object(made: Any) -> Made:
    if not isinstance(made, Made):
        raise ValueError("it makes something of what is no class")
    return made
