"""The web page, the API and the tools for assistants, over a cluster."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cluster.access import Access
from cluster.location import ClusterLocation
from serve.app import make_app
from serve.assistants import Tools
from serve.snapshots import Snapshots
from tests.cluster.placed import clear, place
from tests.search.corpora import golden_index

Where = tuple[Path, Access]


@pytest.fixture(scope="module")
def where(cluster_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Where]:
    folder = golden_index(tmp_path_factory.mktemp("served") / "index")
    access = place(folder, ClusterLocation.parsed(f"{cluster_address}/t{secrets.token_hex(6)}"))
    yield folder, access
    clear(access)


@pytest.fixture(scope="module")
def clients(where: Where) -> Iterator[tuple[TestClient, TestClient]]:
    one, other = (TestClient(make_app(at), base_url="http://localhost") for at in where)
    with one, other:
        yield one, other


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/search?q=troops+korea",
        "/api/v1/search?q=troop*&country=KR&sort=newest",
        "/api/v1/facets?q=troops",
        "/api/v1/timeline?q=troops",
        "/api/v1/story/a003",
        "/api/v1/story/none",
        "/api/v1/search?q=troops+w/",
    ],
)
def test_the_api_says_the_same(clients: tuple[TestClient, TestClient], path: str) -> None:
    told = [client.get(path) for client in clients]
    assert told[0].status_code == told[1].status_code
    assert _plain(told[1].json()) == _plain(told[0].json())


def _plain(value: Any) -> Any:
    """JSON without what differs from run to run, numbers but for their last digits."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if name != "took_ms"}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value


@pytest.mark.parametrize("path", ["/", "/search?q=troops", "/story/a003", "/feed.atom?q=troops"])
def test_pages_and_feeds(clients: tuple[TestClient, TestClient], path: str) -> None:
    folder, cluster = (client.get(path) for client in clients)
    assert (cluster.status_code, len(cluster.text)) == (folder.status_code, len(folder.text))


def test_what_has_not_changed_is_not_sent_again(clients: tuple[TestClient, TestClient]) -> None:
    first = clients[1].get("/api/v1/search?q=troops")
    again = clients[1].get(
        "/api/v1/search?q=troops", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (first.status_code, again.status_code) == (200, 304)


def test_tools_for_assistants(where: Where) -> None:
    texts = []
    for at in where:
        snapshots = Snapshots(at)
        tools = Tools(snapshots)
        told = tools.facets("troops") + tools.timeline("troops")
        texts.append(re.sub(r"story-text \w+", "story-text", told))
        snapshots.close()
    assert texts[0] == texts[1]
