"""The web server: a page, an API under ``/api/v1``, feeds; and tools for assistants.

It asks `search` and never the other way round. What it needs beyond newsq itself comes with
the extras ``serve`` and ``mcp``.
"""
