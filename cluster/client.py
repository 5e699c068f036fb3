"""The one door to a cluster: what is asked goes through here, and what goes wrong is told here.

Nothing is tried again in secret but on the next host, where one cannot be reached; whether to
wait and try again is for the caller, who sees by ``ClusterError.passing`` whether it may help.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from cluster.location import ClusterLocation
from cluster.refusals import check_answer, check_version, not_understood, sentence_for
from index.errors import ClusterError

if TYPE_CHECKING:
    from opensearchpy import OpenSearch
    from opensearchpy.exceptions import TransportError

TIMEOUT = 60.0
"""Seconds that the cluster may take to answer."""
_OF_BULK = "errors,items.*.status,items.*.error"
"""What is told of each write: the rest would be most of the answer."""
SHARD_WAIT = 15
"""Seconds for which a write waits in the cluster for a shard that has just lost its node: far
fewer than `TIMEOUT`, so that what it lacks is told and nothing is sent again while it waits."""
CONNECTIONS = 16
"""Requests that may be under way at once, from as many threads."""


class Cluster:
    """An open connection to the cluster of ``location``, for as many threads as like.

    ``password`` is ``location.user``'s, ``ca`` a file of certificates to trust beside the usual
    ones, and ``timeout`` the seconds that any answer may take. The cluster is asked who it is:
    raises ClusterError if it cannot be reached or is none that newsq can use.
    """

    def __init__(
        self,
        location: ClusterLocation,
        password: str | None = None,
        ca: Path | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.location = location
        self._client = _client(location, password, ca)
        self._timeout = timeout
        self.version = check_version(location, self.ask("GET", "/"))

    def __repr__(self) -> str:
        return f"Cluster({str(self.location)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        within: float | None = None,
        **parameters: Any,
    ) -> Any:
        """The cluster's answer to a request, as JSON; None where something is not there (404).

        ``path`` begins with a slash; ``body`` is JSON, or text that is sent as it is;
        ``parameters`` go behind the ``?``; ``within`` is how many seconds the answer may take,
        if not as many as any. Raises ClusterError.
        """
        from opensearchpy.exceptions import OpenSearchException, TransportError

        try:
            answer = self._client.transport.perform_request(
                method,
                path,
                params=_spelled(parameters),
                body=body,
                timeout=within or self._timeout,
            )
        except TransportError as error:
            if error.status_code == 404 and not _tells_index_missing(error):
                return None
            self._fail(error)
        except OpenSearchException as error:
            raise ClusterError(not_understood(self.location, error)) from error
        check_answer(self.location, answer)
        return answer

    def search(self, body: Mapping[str, Any], index: str | None = None, **parameters: Any) -> Any:
        """What a search finds, in ``index`` or in all stories; whole, or ClusterError is raised.

        A search in a point in time names no index: give an empty one.
        """
        name = self.location.name if index is None else index
        path = f"/{name}/_search" if name else "/_search"
        return self.ask("POST", path, body, allow_partial_search_results=False, **parameters)

    def bulk(self, lines: list[str]) -> Any:
        """The answer to many small writes at once: ``lines`` of JSON, an action or a document each.

        What became of each is in the answer, its ``status`` and ``error``; it is for the caller
        to look.
        """
        body = "\n".join(lines) + "\n"
        wait = f"{SHARD_WAIT}s"
        return self.ask("POST", "/_bulk", body, timeout=wait, filter_path=_OF_BULK)

    def exists(self, index: str) -> bool:
        """Whether there is an index or alias of that name."""
        return bool(self.ask("HEAD", f"/{index}"))

    def _fail(self, error: TransportError) -> NoReturn:
        sentence, passing = sentence_for(self.location, error)
        status = error.status_code if isinstance(error.status_code, int) else 0
        raise ClusterError(sentence, passing, status) from error


def _client(location: ClusterLocation, password: str | None, ca: Path | None) -> OpenSearch:
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise ClusterError(
            f"To use {location}, newsq needs its extra `opensearch`. "
            "Install it: pip install 'newsq[opensearch]'"
        ) from error
    options: dict[str, Any] = {}
    if location.user is not None:
        options["http_auth"] = (location.user, password or "")
    if location.hosts[0].startswith("https:"):
        options |= {"use_ssl": True, "ssl_context": _trusting(ca)}
    elif ca is not None:
        raise ClusterError(f"{location} is not encrypted, so --ca has no use. Write https://")
    return OpenSearch(
        hosts=list(location.hosts),
        max_retries=len(location.hosts) - 1,
        retry_on_status=(),
        # To pack stories would take longer than to send them, on all but slow networks.
        headers={"accept-encoding": "gzip"},
        pool_maxsize=CONNECTIONS,
        **options,
    )


def _trusting(ca: Path | None) -> Any:
    """How certificates are verified: by those the system trusts, and those in ``ca``."""
    import ssl

    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(cafile=str(ca))
        except OSError as error:
            raise ClusterError(
                f"{ca} cannot be read as certificates ({error.strerror or error}). "
                "Give --ca a file of them in PEM."
            ) from error
    return context


def _spelled(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in parameters.items()
    }


def _tells_index_missing(error: TransportError) -> bool:
    return "index_not_found" in json.dumps(error.info, default=str)
