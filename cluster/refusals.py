"""What a cluster says when it does not do as asked, in sentences that tell what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cluster.location import ClusterLocation
from index.errors import ClusterError, IndexBusyError

if TYPE_CHECKING:
    from opensearchpy.exceptions import TransportError

OLDEST = 2
"""The major version of OpenSearch from which on newsq works with it."""
BUSY = frozenset({429, 502, 503, 504})
"""HTTP's words for: not now."""
_WRONG = 400
_GONE = {
    "node_not_connected_exception",
    "node_disconnected_exception",
    "connect_transport_exception",
    "node_closed_exception",
}
"""What one node says of another that has just died, as if it were a mistake of its own (500)."""
_NO_MANAGER = {"cluster_manager_not_discovered_exception", "master_not_discovered_exception"}
_BROKEN_OFF = ("IncompleteRead", "RemoteDisconnected", "Connection aborted", "reset by peer")


def check_version(location: ClusterLocation, answer: Any) -> str:
    """The cluster's version, from what it says of itself.

    Raises ClusterError if it is no OpenSearch, or one too old.
    """
    version = answer.get("version") if isinstance(answer, Mapping) else None
    number = str(version.get("number", "")) if isinstance(version, Mapping) else ""
    if not number:
        raise ClusterError(
            f"What answers at {location} is no OpenSearch cluster. Check the address and the port."
        )
    if not isinstance(version, Mapping) or version.get("distribution") != "opensearch":
        raise ClusterError(
            f"What answers at {location} is not OpenSearch, though much like it (version "
            f"{number}). newsq needs OpenSearch {OLDEST} or newer."
        )
    major = re.match(r"\d+", number)
    if not major or int(major[0]) < OLDEST:
        raise ClusterError(
            f"The cluster at {location} runs OpenSearch {number}. newsq needs {OLDEST} or newer; "
            "upgrade the cluster."
        )
    return number


def check_answer(location: ClusterLocation, answer: Any) -> None:
    """Raise ClusterError for an answer that is only a part of one, told as if it were whole."""
    if not isinstance(answer, Mapping):
        return
    shards = answer.get("_shards")
    failed = shards.get("failed", 0) if isinstance(shards, Mapping) else 0
    if failed and isinstance(shards, Mapping):
        raise ClusterError(
            f"{failed} of {shards.get('total')} shards of {location} gave no answer"
            f"{_why(shards.get('failures'))}. A part would not be the answer; look at the "
            "cluster's health, and ask again.",
            passing=True,
        )
    if answer.get("timed_out") is True:
        raise ClusterError(
            f"{location} ran out of time before it was done. A part would not be the answer; "
            "ask for less, or give it more time.",
            passing=True,
        )


def sentence_for(location: ClusterLocation, error: TransportError) -> tuple[str, bool]:
    """(what an error of the client means and what to do next, whether it may pass by itself)."""
    from opensearchpy.exceptions import ConnectionError as Unreached
    from opensearchpy.exceptions import ConnectionTimeout, SSLError

    if isinstance(error, ConnectionTimeout):
        return (
            f"{location} did not answer in time. Is the cluster busy? Ask again, or for less.",
            True,
        )
    if isinstance(error, SSLError):
        if "WRONG_VERSION_NUMBER" in (cause := _cause(error)):
            return (f"{location} does not speak TLS. Write http:// if it is to be so.", False)
        cause = cause.partition(" (_ssl.c")[0].rstrip(".")
        if "mismatch" in cause:
            return (
                f"{location} cannot be trusted: its certificate is another host's ({cause}). "
                "Write the host as the certificate names it.",
                False,
            )
        return (
            f"{location} cannot be trusted: its certificate does not hold ({cause}). "
            "Give the file of your own authority's certificates with --ca.",
            False,
        )
    if isinstance(error, Unreached):
        cause = _cause(error)
        if any(word in cause for word in _BROKEN_OFF):
            encrypted = location.hosts[0].startswith("https:")
            other = "" if encrypted else " If it is encrypted, write https://."
            return (f"{location} broke off before it had answered. Ask again.{other}", True)
        return (
            f"{location} cannot be reached ({cause}). Is the cluster running, and is the "
            "address right?",
            True,
        )
    return _of_status(location, error)


def not_understood(location: ClusterLocation, error: Exception) -> str:
    """What an answer means that the client cannot read, without what stands in it."""
    why = " ".join(str(error.args[-1] if error.args else error).split())[:200]
    return (
        f"{location} gave an answer that is not understood ({why}). Is it an OpenSearch cluster? "
        "Check the address and the port."
    )


def refused_item(location: ClusterLocation, status: int, error: Any) -> ClusterError:
    """What an error of one of many writes means; of what is wrong with it alone the reason."""
    if status == _WRONG:
        causes = [error]
        while isinstance(deeper := causes[-1].get("caused_by"), Mapping):
            causes.append(deeper)
        return ClusterError(_reason(causes[-1]), status=status)
    sentence, passing = _told(location, status, error)
    return ClusterError(sentence, passing, status)


def overtaken(location: ClusterLocation) -> IndexBusyError:
    """What is said by a run that finds another in its place."""
    return IndexBusyError(
        f"Another run has taken over the index {location}, for this one was not heard of for a "
        "while. What it has sent is kept; leave the rest to the other, or run it again."
    )


def without_a_part(location: ClusterLocation) -> ClusterError:
    """What is said where some shards cannot be written to, for want of a node that has them."""
    return ClusterError(
        f"A part of {location} is on no node that runs, so it takes no stories. Look at the "
        "cluster's health (red), and run it again when its nodes are back. If one is lost for "
        "good, restore a snapshot, or index under another name.",
        passing=True,
    )


def _of_status(location: ClusterLocation, error: TransportError) -> tuple[str, bool]:
    return _told(location, error.status_code, error.info)


def _told(location: ClusterLocation, status: int | str, info: Any) -> tuple[str, bool]:
    reason, kinds = _reason(info) if info else f"HTTP {status}", _kinds(info)
    if status == 401:
        who = location.user or "nobody (write user@ before the host)"
        return (
            f"{location} does not let {who} in. Check the name, and the password in "
            "$NEWSQ_PASSWORD.",
            False,
        )
    if kinds & _NO_MANAGER:
        return (_without_manager(location), True)
    if "cluster_block_exception" in kinds:
        return (_blocked(location, reason), "no master" in reason or status == 503)
    if status == 403:
        return (
            f"{location.user or 'This user'} may not do this at {location}: {reason}. Ask whoever "
            "keeps the cluster for the rights.",
            False,
        )
    if "index_not_found_exception" in kinds:
        return (f"There is no index {location}. Make it: newsq index CORPUS --index WHERE", False)
    if "search_phase_execution_exception" in kinds and status == 503:
        return (
            f"Some shards of {location} are on no node that runs, so no answer would be whole. "
            "Look at the cluster's health (red), and ask again when its nodes are back.",
            True,
        )
    if "unavailable_shards_exception" in kinds:
        return (str(without_a_part(location)), True)
    if isinstance(status, int) and 300 <= status < 400:
        return (
            f"{location} sends to another address (HTTP {status}). newsq does not follow, for the "
            "password would go there too. Give the address that is meant.",
            False,
        )
    if status == 413:
        return (f"{location} refused a request as too large.", False)
    if status in BUSY or kinds & _GONE:
        return (f"{location} is too busy, or loses a node ({reason}). Try again soon.", True)
    return (f"{location} refused a request: {reason}.", False)


def _without_manager(location: ClusterLocation) -> str:
    return (
        f"{location} has no cluster manager at the moment. Look at the cluster's nodes, "
        "and try again when they are back."
    )


def _blocked(location: ClusterLocation, reason: str) -> str:
    if "flood-stage" in reason or "disk usage exceeded" in reason:
        return (
            f"{location} takes no stories: a disk of the cluster is nearly full. Make room there "
            "(it then opens by itself), and run again."
        )
    if "no master" in reason or "no cluster-manager" in reason or "not recovered" in reason:
        return _without_manager(location)
    return (
        f"{location} takes no stories: it is set to be read only ({reason}). Take the block off "
        "(index.blocks), and run again."
    )


def _kinds(info: Any) -> set[str]:
    """The types of the errors that an answer tells, the causes among them."""
    found: set[str] = set()
    if isinstance(info, Mapping):
        if isinstance(kind := info.get("type"), str):
            found.add(kind)
        for value in info.values():
            found |= _kinds(value)
    elif isinstance(info, list):
        for value in info:
            found |= _kinds(value)
    return found


def _reason(info: Any) -> str:
    """The first reason that an answer gives, on one line and no longer than one."""
    told = info.get("error", info) if isinstance(info, Mapping) else info
    if isinstance(told, Mapping):
        causes = told.get("root_cause")
        first = causes[0] if isinstance(causes, list) and causes else told
        told = first.get("reason") or first.get("type") if isinstance(first, Mapping) else first
    return " ".join(str(told).split())[:300].rstrip(".")


def _cause(error: TransportError) -> str:
    """Why a connection failed, as the innermost exception has it."""
    inner: Any = error.info
    while isinstance(inner, BaseException) and (
        deeper := getattr(inner, "reason", None) or inner.__cause__
    ):
        if not isinstance(deeper, BaseException):
            break
        inner = deeper
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    text = str(inner).rpartition(": ")[2] or str(inner)
    return " ".join(text.split())[:200]


def _why(failures: Any) -> str:
    reason = _reason(failures[0].get("reason")) if isinstance(failures, list) and failures else ""
    return f" ({reason})" if reason else ""
