"""The sample stories, indexed once and served: by the application alone, and by a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.build import build_index
from serve.app import make_app
from serve.run import running

SAMPLES = Path(__file__).resolve().parents[2] / "sample_corpus"


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the sample stories; no test changes it."""
    where: Path = tmp_path_factory.mktemp("serve") / "index"
    build_index([SAMPLES], where)
    return where


@pytest.fixture(scope="module")
def client(sample_index: Path) -> Iterator[TestClient]:
    """Someone at this machine who asks for them."""
    with TestClient(make_app(sample_index), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="session")
def server(sample_index: Path) -> Iterator[str]:
    """The address of a server of them, without the slash at its end."""
    with running(make_app(sample_index)) as address:
        yield address
