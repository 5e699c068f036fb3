"""Where an index on a cluster is, and what it takes to get in there."""

from __future__ import annotations

from pathlib import Path

from cluster.client import Cluster
from cluster.location import ClusterLocation
from index.value import Value


class Access(Value):
    """A location, the password of its user, and a file of certificates to trust."""

    location: ClusterLocation
    password: str | None = None
    ca: Path | None = None

    def connect(self) -> Cluster:
        """An open connection. Raises ClusterError."""
        return Cluster(self.location, self.password, self.ca)

    def __str__(self) -> str:
        return str(self.location)

    def __repr__(self) -> str:
        return f"Access({str(self.location)!r})"
