"""``newsq serve``: the web page, the API and the feeds."""

from __future__ import annotations

from typing import Annotated

import typer

from index.errors import NewsqError
from search.cli import options
from search.cli.index import cores


@options.grouped
def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 for all who reach it.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="At which port; 0 for a free one.")
    ] = 8000,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Another name that browsers may call the server by; may be repeated.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=64,
            help="Processes that answer; one for each core, up to 4, unless you say how many.",
        ),
    ] = None,
    *,
    where: options.Where,
) -> None:
    """Serve the stories as a web page, as an API and as feeds, until Ctrl-C.

    Only this machine can ask, unless you say otherwise; there are no passwords. When the
    index changes, the server follows. The API is described at /api/v1/openapi.json.

    Example: newsq serve --port 8080
    """
    try:
        from serve.run import serve as run
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _NEEDED:
            raise
        raise NewsqError(
            f"The web server needs {missing}, which is not installed. "
            "Add it: pip install 'newsq[serve]'"
        ) from error
    number = workers or min(cores(), _USUAL)
    if host not in _HERE:
        typer.echo(_OPEN, err=True)
    run(where, host, port, allow_host or (), number, typer.echo)


_HERE = ("127.0.0.1", "::1", "localhost")
_OPEN = (
    "Whoever reaches this machine can read the stories and change the saved searches: there is no "
    "password. To ask for one, put a proxy before it."
)
_USUAL = 4
"""Processes at most where nobody says; each keeps what it read of the index for itself."""
_NEEDED = ("jinja2", "markupsafe", "starlette", "uvicorn")
