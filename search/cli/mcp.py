"""``newsq mcp``: tools for assistants."""

from __future__ import annotations

from contextlib import suppress

from index.errors import NewsqError
from search.cli import options


@options.grouped
def mcp(where: options.Where) -> None:
    """Let an assistant search and read the stories, by the Model Context Protocol.

    The assistant's program starts this, and talks to it over standard input and output.
    It can search, read a story and count, and change nothing.

    Example: newsq mcp --index my-index
    """
    try:
        from serve.assistants import make_tools
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("mcp", "pydantic"):
            raise
        raise NewsqError(
            f"Tools for assistants need {missing}, which is not installed. "
            "Add it: pip install 'newsq[mcp]'"
        ) from error
    with suppress(KeyboardInterrupt):
        make_tools(where).run("stdio")
