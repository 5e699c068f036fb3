"""The ``newsq`` app: its commands, and the one place where errors become sentences."""

from __future__ import annotations

import os
import re
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from index.errors import NewsqError, QueryError
from search.terminal import plain, pointed

COMMANDS = (
    "index",
    "search",
    "show",
    "kwic",
    "similar",
    "versions",
    "export",
    "facets",
    "timeline",
    "inspect",
    "stats",
    "check",
    "save",
    "saved",
    "unsave",
    "alerts",
    "serve",
    "mcp",
    "completion",
    "help",
)
"""Every command: the name of its module here, of its function and of itself."""

_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")

MISTAKE = 2
INTERRUPTED = 130

# Typer exports BadParameter, and neither of the classes above it.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
_ClickError: type[Exception] = typer.BadParameter.__mro__[2]


class Newsq(TyperGroup):
    """The group of all commands, and the error boundary around them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, made when it is wanted: to make all of them takes as long as a search."""
        # For a name that is none, the nearest of all of them will be suggested.
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                alone = typer.Typer(add_completion=False)
                alone.command(name)(getattr(import_module(f"search.cli.{name}"), name))
                command = typer.main.get_command(alone)
                # Typer breaks lines where the source does, besides where the terminal ends.
                command.help = _LINE_END.sub(" ", command.help or "")
                self.add_command(command, name)
        return self.commands.get(cmd_name)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run a command and exit: 0 done, 1 nothing matched, 2 a mistake, 130 interrupted."""
        arguments = list(sys.argv[1:] if args is None else args)
        own = arguments[: arguments.index("--")] if "--" in arguments else arguments
        debug = "--debug" in own
        if debug:
            arguments.remove("--debug")
        _prepare()
        if "_NEWSQ_COMPLETE" in os.environ:
            from search.cli.completing import prepare

            prepare()
        try:
            code = super().main(arguments, prog_name or "newsq", standalone_mode=False, **extra)
            sys.stdout.flush()
        except BrokenPipeError:
            _drop_output()
            code = 0
        except (KeyboardInterrupt, typer.Abort):
            code = INTERRUPTED
        except Exception as error:  # noqa: BLE001 - the one boundary
            if debug:
                traceback.print_exception(error)
            typer.echo(f"newsq: {_sentence(error)}", err=True)
            if isinstance(error, QueryError) and error.query is not None:
                typer.echo("\n".join(pointed(error.query, *error.place)), err=True)
            code = MISTAKE
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Run the command itself; Typer would turn a closed pipe into exit status 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            return 0


def _prepare() -> None:
    """Keep the streams from failing on a character, and Whoosh's sources from warning."""
    # NumPy's linear algebra starts a thread a core when it is loaded, and nothing here uses it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Python >= 3.12 warns of escapes in Whoosh 2.7.4's sources when it first compiles them.
    warnings.filterwarnings("ignore", "invalid escape sequence|.is. with", SyntaxWarning)


def _drop_output() -> None:
    """Nobody reads on: send what is left nowhere, or Python complains when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(error: Exception) -> str:
    """What went wrong, and what to do next."""
    if isinstance(error, NewsqError):
        return plain(str(error))
    if isinstance(error, _ClickError):
        return _usage(error)
    if isinstance(error, OSError):
        about = f" ({plain(str(error.filename))})" if error.filename else ""
        return f"{error.strerror or error}{about}. Check disk space and permissions, and try again."
    kind = type(error).__name__
    text = plain(str(error)).rstrip(".")
    return f"Something unforeseen happened ({kind}: {text}). Run it with --debug to see where."


_NUMBERS = (
    ("is not a valid integer", "is no whole number"),
    ("is not a valid int", "is no whole number"),
    ("is not a valid float", "is no number"),
)
"""What the parser calls numbers, and what everybody does."""


def _usage(error: Any) -> str:
    """A mistake in the call: the parser's sentence, and where to read more."""
    text = plain(error.format_message()).strip() or "The call is incomplete"
    for parsers, ours in _NUMBERS:
        text = text.replace(parsers, ours)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "newsq"
    hint = ""
    option = getattr(error, "option_name", "")
    if isinstance(error, _UsageError) and option.startswith("-") and option[1:2] != "-":
        hint = " To leave a word out of a search, put -- before the query."
    stop = "" if text.endswith((".", "?")) else "."
    return f"{text}{stop}{hint} Try: {command} --help"


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("newsq")
        except PackageNotFoundError:  # a bare checkout
            number = "(not installed)"
        typer.echo(f"newsq {number}")
        raise typer.Exit


app = typer.Typer(
    name="newsq",
    cls=Newsq,
    help="Full-text search over wire news stories.",
    epilog="Example: newsq index my-stories, and then: newsq search troops south korea",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def newsq(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="On a mistake, show where in the code it happened.")
    ] = False,
) -> None:
    """Full-text search over wire news stories."""
    # --version acts by its callback, and the boundary reads --debug.
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(MISTAKE)
