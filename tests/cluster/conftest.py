"""An OpenSearch to test with: the one that is named, or two nodes started for the session.

``$NEWSQ_TEST_OPENSEARCH`` holds the address of one that runs, or ``required``: then tests fail
where there is no Java or Maven to start one, instead of skipping. Which OpenSearch is started
depends on Java and on ``$NEWSQ_TEST_OPENSEARCH_VERSION`` (`scripts.opensearch`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.client import Cluster
from cluster.location import ClusterLocation
from scripts import opensearch

NAMED = "NEWSQ_TEST_OPENSEARCH"


@pytest.fixture(scope="session")
def can_serve() -> None:
    """Skip where no OpenSearch can be started; fail where one is required."""
    lacking = opensearch.missing()
    if lacking and os.environ.get(NAMED):
        pytest.fail(f"OpenSearch is required, and {lacking}")
    if lacking:
        pytest.skip(f"no OpenSearch: {lacking}")


@pytest.fixture(scope="session")
def cluster_address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of an OpenSearch of two nodes, one for all processes of a test run."""
    named = os.environ.get(NAMED, "")
    if named not in ("", "required"):
        yield named
        return
    request.getfixturevalue("can_serve")
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    yield from _shared(home)


def _shared(home: Path) -> Iterator[str]:
    """A server in ``home``, which ends when the last process that holds it lets it go."""
    holders, address = home / "opensearch.fifo", home / "opensearch.address"
    with opensearch.locked(home / "opensearch.lock"):
        held = _held(holders)
        if held is None:
            holders.unlink(missing_ok=True)
            os.mkfifo(holders)
            # Opened to be read and written, so that to open it waits for nobody.
            held = os.open(holders, os.O_RDWR | os.O_CLOEXEC)
            reading = os.open(holders, os.O_RDONLY)
            nodes = opensearch.make_nodes(home / f"opensearch-{secrets.token_hex(4)}")
            for node in nodes:
                node.start(reading)
                node.leave()
            os.close(reading)
            opensearch.wait_for(nodes)
            address.write_text(opensearch.address(nodes))
    try:
        yield address.read_text()
    finally:
        os.close(held)


def _held(holders: Path) -> int | None:
    """A hold on the server that others have started; None if none runs."""
    try:
        return os.open(holders, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


@pytest.fixture
def location(cluster_address: str) -> Iterator[ClusterLocation]:
    """A place for an index of the test's own, which is cleared away afterwards."""
    name = f"t{secrets.token_hex(6)}"
    found = ClusterLocation.parsed(f"{cluster_address}/{name}")
    yield found
    with Cluster(found) as cluster:
        for row in cluster.ask("GET", f"/_cat/indices/{name}.*", format="json", h="index"):
            cluster.ask("DELETE", f"/{row['index']}")
        known = cluster.ask("GET", f"/_index_template/{name}.*") or {"index_templates": []}
        for template in known["index_templates"]:
            cluster.ask("DELETE", f"/_index_template/{template['name']}")


@pytest.fixture
def cluster(location: ClusterLocation) -> Iterator[Cluster]:
    """A connection to the cluster, for an index of the test's own."""
    with Cluster(location) as opened:
        yield opened
