"""What answers is no cluster that newsq can use, or none to be trusted: a sentence, no secret."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster.access import Access
from cluster.client import Cluster
from cluster.location import ClusterLocation
from index.errors import ClusterError
from search import open_index
from search.cli import app
from search.cli.location import PASSWORD
from tests.cluster.fakes import OPENSEARCH, Answer, Authority, as_json, serving

SECRET = "open sesame"  # noqa: S105 - made up
ENCODED = base64.b64encode(f"ann:{SECRET}".encode()).decode()


def located(port: int, scheme: str = "http", host: str = "127.0.0.1") -> ClusterLocation:
    return ClusterLocation.parsed(f"{scheme}://ann@{host}:{port}/wire")


def refused(location: ClusterLocation, ca: Path | None = None, timeout: float = 30.0) -> str:
    """What is said when the cluster at ``location`` cannot be used."""
    with pytest.raises(ClusterError) as told:
        Cluster(location, SECRET, ca, timeout)
    return str(told.value)


STRANGERS: dict[str, tuple[Answer, str]] = {
    "OpenSearch 1": (
        as_json({"version": {"distribution": "opensearch", "number": "1.3.20"}}),
        r"runs OpenSearch 1\.3\.20\. newsq needs 2 or newer; upgrade the cluster\.",
    ),
    "Elasticsearch 7": (
        as_json({"version": {"number": "7.17.1", "build_flavor": "default"}}),
        r"is not OpenSearch, though much like it \(version 7\.17\.1\)\. newsq needs OpenSearch 2",
    ),
    "Elasticsearch 8": (
        as_json({"version": {"number": "8.15.0"}, "tagline": "You Know, for Search"}),
        r"is not OpenSearch, though much like it \(version 8\.15\.0\)",
    ),
    "another API": (as_json({"status": "ok"}), r"is no OpenSearch cluster\. Check the address"),
    "a list": (as_json(["ok"]), r"is no OpenSearch cluster\. Check the address"),
    "a page": (
        Answer(b"<html>It works!</html>", 200, {"Content-Type": "text/html"}),
        r"not understood \(.*text/html\)\. Is it an OpenSearch cluster\? Check the address",
    ),
    "a page that nobody finds": (
        Answer(b"<html>Not found</html>", 404, {"Content-Type": "text/html"}),
        r"is no OpenSearch cluster\. Check the address and the port\.",
    ),
    "no JSON": (
        Answer(b'{"version": {', 200, {"Content-Type": "application/json"}),
        r"gave an answer that is not understood \(Expecting property name",
    ),
    "nobody let in": (
        Answer(b"Unauthorized", 401, {"Content-Type": "text/plain"}),
        r"does not let ann in\. Check the name, and the password in \$NEWSQ_PASSWORD\.",
    ),
    "no rights": (
        as_json({"error": {"reason": "no permissions for [cluster:monitor/main]"}}, 403),
        r"ann may not do this at .*: no permissions for .*\. Ask whoever keeps the cluster",
    ),
    "a broken proxy": (
        Answer(b"<html>Bad Gateway</html>", 502, {"Content-Type": "text/html"}),
        r"is too busy, or loses a node \(HTTP 502\)\. Try again soon\.",
    ),
    "an answer cut short": (
        Answer(b'{"version"', 200, {"Content-Type": "application/json"}, size=1000),
        r"broke off before it had answered\. Ask again\. If it is encrypted, write https://\.",
    ),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_no_cluster_is_told(stranger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, sentence = STRANGERS[stranger]
    monkeypatch.setenv(PASSWORD, SECRET)
    with serving(lambda path: answer) as server:
        location = located(server.port)
        with pytest.raises(ClusterError, match=sentence):
            open_index(Access(location, SECRET))
        for command in (["search", "troops"], ["check"], ["index", "."], ["stats"]):
            done = CliRunner().invoke(app, [*command, "--index", str(location)])
            assert done.exit_code == 2, command
            assert done.stdout == ""
            assert done.stderr.count("\n") == 1
            assert done.stderr.startswith("newsq: ")


def test_a_redirection_is_not_followed() -> None:
    with serving(lambda path: as_json(OPENSEARCH)) as other:
        elsewhere = f"http://127.0.0.1:{other.port}/"
        for status in (301, 302, 307, 308):
            moved = Answer(b"", status, {"Location": elsewhere})
            with serving(lambda path, moved=moved: moved) as server:  # type: ignore[misc]
                said = refused(located(server.port))
            assert f"sends to another address (HTTP {status})" in said
        assert other.asked == []


def test_an_answer_that_does_not_come() -> None:
    done = Event()
    slow = as_json(OPENSEARCH)
    slow.after = done
    with serving(lambda path: slow) as server:
        said = refused(located(server.port), timeout=0.2)
        done.set()
    assert "did not answer in time" in said


def test_nobody_listens() -> None:
    with serving(lambda path: as_json(OPENSEARCH)) as server:
        port = server.port
    assert "cannot be reached (Connection refused)" in refused(located(port))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"), "ours")


@pytest.fixture(scope="module")
def trusted(authority: Authority) -> Iterator[int]:
    """The port of a server that the authority knows as 127.0.0.1."""
    with serving(lambda path: as_json(OPENSEARCH), authority.context("127.0.0.1")) as server:
        yield server.port


def test_an_authority_of_ones_own_is_trusted_when_it_is_given(
    authority: Authority, trusted: int
) -> None:
    with Cluster(located(trusted, "https"), SECRET, authority.ca) as cluster:
        assert cluster.version == "2.19.1"


def test_a_certificate_that_nobody_knows(trusted: int, tmp_path: Path) -> None:
    said = refused(located(trusted, "https"))
    assert "cannot be trusted: its certificate does not hold" in said
    assert "Give the file of your own authority's certificates with --ca." in said
    assert "cannot be trusted" in refused(
        located(trusted, "https"), Authority(tmp_path, "theirs").ca
    )


def test_a_certificate_of_another_host(authority: Authority) -> None:
    context = authority.context("search.example")
    with serving(lambda path: as_json(OPENSEARCH), context) as server:
        said = refused(located(server.port, "https"), authority.ca)
        assert server.asked == []
    assert "its certificate is another host's" in said
    assert "127.0.0.1" in said


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_no_certificates(trusted: int, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    assert f"{file} cannot be read as certificates" in refused(located(trusted, "https"), file)


def test_http_and_https_taken_for_each_other(authority: Authority, trusted: int) -> None:
    said = refused(located(trusted, "http"))
    assert "If it is encrypted, write https://." in said
    with serving(lambda path: as_json(OPENSEARCH)) as server:
        said = refused(located(server.port, "https"), authority.ca)
    assert "does not speak TLS. Write http:// if it is to be so." in said
    with pytest.raises(ClusterError, match="not encrypted, so --ca has no use"):
        Cluster(located(1), SECRET, authority.ca)


def test_a_password_is_sent_and_told_to_nobody(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    wrong = as_json({"error": {"reason": "no"}}, 401)

    def answer(path: str) -> Answer:
        return as_json(OPENSEARCH) if path == "/" else wrong

    with serving(answer) as server:
        location = located(server.port)
        access = Access(location, SECRET)
        with access.connect() as cluster:
            told += [repr(cluster), repr(vars(cluster)), repr(access), str(access)]
            try:
                cluster.search({})
            except ClusterError as error:
                told += traceback.format_exception(error)
        monkeypatch.setenv(PASSWORD, SECRET)
        for command in (["search", "troops"], ["--debug", "search", "troops"]):
            done = CliRunner().invoke(app, [*command, "--index", str(location)])
            assert done.exit_code == 2
            told += [done.stdout, done.stderr, *_traces(done.exception)]
        assert {one["authorization"] for one in server.asked} == {f"Basic {ENCODED}"}
    told += [record.getMessage() for record in caplog.records]
    told += [repr(record.args) for record in caplog.records]
    assert len(told) > 10
    for text in told:
        assert SECRET not in text
        assert ENCODED not in text


def _traces(error: BaseException | None) -> list[Any]:
    return traceback.format_exception(error) if error else []
