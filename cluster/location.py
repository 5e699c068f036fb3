"""Where an index on a cluster is: ``https://user@host:9200/NAME``, as users write it."""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from index.errors import ClusterError
from index.value import Value

PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+)(?::(?P<port>\d{1,5}))?")
_FORM = "Write it so: https://user@host:9200/NAME"


class ClusterLocation(Value):
    """An index on a cluster: the URLs of its ``hosts``, who asks, and what the index is called.

    All that the index consists of on the cluster is named after it: with dots, which a name
    cannot hold, so that no index meets another's.
    """

    hosts: tuple[str, ...]
    user: str | None
    name: str

    @staticmethod
    def parsed(where: str) -> ClusterLocation:
        """The location that ``where`` writes. Raises ClusterError if it cannot be one.

        >>> ClusterLocation.parsed("https://ann@one,two:9201/news").hosts
        ('https://one:9200', 'https://two:9201')
        """
        try:
            parts = urlsplit(where)
        except ValueError:
            _refuse("This is no address of a cluster")
        user, _, hosts = parts.netloc.rpartition("@")
        shown = parts._replace(netloc=hosts).geturl()
        if ":" in user:
            _refuse(
                f"The address of {shown} holds a password, which others on this machine can read. "
                "Leave it out, and put it into $NEWSQ_PASSWORD or type it when asked"
            )
        if parts.scheme not in ("https", "http") or parts.query or parts.fragment:
            _refuse(f"{shown} is no address of a cluster")
        name = parts.path.strip("/")
        if not _NAME.fullmatch(name):
            _refuse(
                f"{shown} names no index. A name has small letters, digits, - and _, and begins "
                "with a letter or digit"
            )
        found = tuple(_host(parts.scheme, host, shown) for host in hosts.split(","))
        return ClusterLocation(found, unquote(user) or None, name)

    def __str__(self) -> str:
        scheme, _, first = self.hosts[0].partition("://")
        hosts = ",".join([first, *(host.partition("://")[2] for host in self.hosts[1:])])
        return f"{scheme}://{self.user + '@' if self.user else ''}{hosts}/{self.name}"

    @property
    def saved(self) -> str:
        """The index of saved searches, which outlives a rebuild."""
        return f"{self.name}.saved"

    @property
    def lock(self) -> str:
        """The index that tells who writes."""
        return f"{self.name}.lock"

    def stories(self, build: int, period: str = "*") -> str:
        """The index of the stories of a period (``2018``, ``2018-11``, ``undated``), as built
        for the n-th time; of all periods, as a pattern, if none is given."""
        return f"{self.name}.{build}.{period}"

    def sources_of(self, build: int) -> str:
        """The index of what the n-th build was made from: a document a file."""
        return f"{self.name}.sources.{build}"


def _host(scheme: str, text: str, shown: str) -> str:
    match = _HOST.fullmatch(text)
    if not match or int(match["port"] or PORT) > 65_535:
        _refuse(f"{shown} names no host")
    return f"{scheme}://{match['host']}:{match['port'] or PORT}"


def _refuse(why: str) -> NoReturn:
    raise ClusterError(f"{why}. {_FORM}")
