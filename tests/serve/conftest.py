"""The sample stories, indexed once and served: by the application alone, and by a server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.build import build_index
from serve.app import make_app
from serve.run import bound, make_server

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
    door = bound("127.0.0.1", 0)
    running = make_server(make_app(sample_index))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [door]})
    thread.start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    running.should_exit = True
    thread.join()
