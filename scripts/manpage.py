"""Writes docs/newsq.1, the man page, from the help of every command.

python scripts/manpage.py
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from search.cli import app
from search.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "newsq.1"

_FILES = (
    ("$NEWSQ_INDEX", "The folder of the index, where --index does not say."),
    ("$NO_COLOR", "If it is set, nothing is coloured."),
)
_STATUS = (
    ("0", "Something was found or done."),
    ("1", "Nothing matched."),
    ("2", "A mistake in the call or the data, told in one sentence on standard error."),
)


def main() -> None:
    """Write the page."""
    TARGET.write_text(manpage(), "utf-8")
    print(TARGET.relative_to(ROOT))


def manpage() -> str:
    """The page, in the macros of man(7)."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    group: Any = typer.main.get_command(app)
    context = typer.Context(group, info_name="newsq")
    yield f'.TH NEWSQ 1 "" "newsq {project["version"]}" "User Commands"'
    yield ".SH NAME"
    yield f"newsq \\- {_escaped(project['description'].lower())}"
    yield ".SH SYNOPSIS"
    yield ".B newsq"
    yield "COMMAND [OPTIONS] ..."
    yield ".SH DESCRIPTION"
    yield _escaped("Point newsq at a folder of scraped pages or agency feeds, and ask.")
    yield from _options(group)
    yield ".SH COMMANDS"
    for name in COMMANDS:
        yield from _command(name, group.get_command(context, name))
    for title, rows in (("EXIT STATUS", _STATUS), ("ENVIRONMENT", _FILES)):
        yield f".SH {title}"
        for term, text in rows:
            yield from _item(term, text)


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    words = [name, "[OPTIONS]", *(_argument(one) for one in arguments)]
    yield f'.SS "{_escaped("newsq " + " ".join(words))}"'
    for number, paragraph in enumerate(re.split(r"\n\s*\n", command.help or "")):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))
    for one in arguments:
        if one.help:
            yield from _item(_argument(one), one.help)
    yield from _options(command)


def _argument(argument: Any) -> str:
    named = argument.metavar or argument.name.upper()
    return named if argument.required else f"[{named}]"


def _options(command: Any) -> Iterator[str]:
    for option in command.params:
        if option.param_type_name == "option" and not getattr(option, "hidden", False):
            names = ", ".join(sorted(option.opts, key=len))
            value = "" if option.is_flag else f" {option.metavar or option.type.name.upper()}"
            yield from _item(names + value, option.help or "")


def _item(term: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_escaped(term)}"
    yield _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    """``text`` with nothing in it that troff would act on."""
    shown = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown


if __name__ == "__main__":
    main()
