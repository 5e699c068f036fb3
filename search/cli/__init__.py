"""The command line: ``newsq``.

``main`` holds the app and its one error boundary; every other module a group of
commands, which parse, call and print, and nothing else.
"""

from search.cli.main import app

__all__ = ["app"]
