"""What the shell completes: places, countries, agencies and saved searches of the index."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from index.errors import NewsqError
from search.cli.location import index_location

if TYPE_CHECKING:
    from search.stories import Stories

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_NEWSQ_COMPLETE"
"""What the shell's script sets when it asks."""
MOST = 100
"""Values that are offered: more are no help."""


def script(shell: str) -> str:
    """The lines that teach ``shell`` to complete newsq. Raises NewsqError for another shell."""
    if shell not in SHELLS:
        raise NewsqError(f"{shell!r} cannot complete newsq. Use {', '.join(SHELLS)}.")
    # Typer offers this only as an option that is made at every start.
    from typer._completion_shared import get_completion_script

    return get_completion_script(prog_name="newsq", complete_var=VARIABLE, shell=shell)


def prepare() -> None:
    """Get Typer to answer the shells, which it does not expect of an app without that option."""
    from typer._completion_classes import completion_init

    completion_init()


def places(ctx: typer.Context, incomplete: str) -> list[str]:
    """Places that stories were filed from."""
    return _offered(ctx, incomplete, lambda stories: stories.names("place"))


def agencies(ctx: typer.Context, incomplete: str) -> list[str]:
    """Agencies that filed stories."""
    return _offered(ctx, incomplete, lambda stories: stories.names("agency"))


def countries(ctx: typer.Context, incomplete: str) -> list[str]:
    """Countries that stories were filed from, by name and by code."""
    from index.countries import country_name

    def named(stories: Stories) -> list[str]:
        codes = stories.names("country")
        return [*map(country_name, codes), *codes]

    return _offered(ctx, incomplete, named)


def saved_searches(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of the saved searches."""
    return _offered(ctx, incomplete, lambda stories: [one.name for one in stories.saved.all()])


def orders() -> list[str]:
    """What hits are sorted by."""
    from search.asked import SORTS

    return list(SORTS)


def sides() -> list[str]:
    """What keywords in context are sorted by."""
    from search.kwic.lines import SORTS

    return list(SORTS)


def periods() -> list[str]:
    """What a time line counts by."""
    from search.timeline.periods import STEPS

    return [*STEPS, "fit"]


def kinds() -> list[str]:
    """What stories are exported as."""
    from search.outputs.folder import KINDS

    return list(KINDS)


def topics(ctx: typer.Context) -> list[str]:
    """What there is help on."""
    group = ctx.find_root().command
    return ["query", *group.list_commands(ctx)] if isinstance(group, typer.core.TyperGroup) else []


def _offered(
    ctx: typer.Context, incomplete: str, named: Callable[[Stories], Iterable[str]]
) -> list[str]:
    """The names that begin so, whatever case and accents; none where there is no index.

    What was typed stays as it was: a filter takes names in any case, and Typer drops what
    does not begin with just that.
    """
    from index.analysis import fold
    from search.opening import open_index
    from search.terminal import plain

    begun, size = fold(incomplete), len(incomplete)
    found: list[str] = []
    where = ctx.params.get("where")
    with (
        suppress(NewsqError, OSError),
        open_index(index_location(where, ctx.params.get("ca"), ask=False)) as stories,
    ):
        fitting = (plain(name) for name in named(stories) if fold(name[:size]) == begun)
        found = [incomplete + name[size:] for name in fitting]
    return [_quoted(name) for name in dict.fromkeys(found)][:MOST]


def _quoted(name: str) -> str:
    """``name`` as bash inserts it, which quotes nothing; the other shells do that themselves."""
    if not os.environ.get(VARIABLE, "").endswith("_bash"):
        return name
    return re.sub(r"([^\w.,-])", r"\\\1", name)
