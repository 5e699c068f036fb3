"""Where an index on a cluster is, as users write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.access import Access
from cluster.location import ClusterLocation
from index.errors import ClusterError
from search.opening import located


def test_a_location_has_hosts_a_user_and_a_name() -> None:
    found = ClusterLocation.parsed("https://ann%40b@one,two:9201,[::1]/wire-news")
    assert found.hosts == ("https://one:9200", "https://two:9201", "https://[::1]:9200")
    assert (found.user, found.name) == ("ann@b", "wire-news")


def test_a_location_is_written_as_it_is_read() -> None:
    text = "https://ann@one:9200,two:9201/news"
    assert str(ClusterLocation.parsed(text)) == text


def test_parts_of_an_index_have_names_that_no_index_has() -> None:
    here = ClusterLocation.parsed("http://one/news")
    parts = (here.saved, here.lock, here.stories(2, "2018"), here.sources_of(2))
    assert parts == ("news.saved", "news.lock", "news.2.2018", "news.sources.2")
    assert here.stories(2) == "news.2.*"
    for part in parts:
        with pytest.raises(ClusterError):
            ClusterLocation.parsed(f"http://one/{part}")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("https://ann:secret@one/news", "holds a password"),
        ("https://one", "names no index"),
        ("https://one/News", "names no index"),
        ("https://one/a/b", "names no index"),
        ("https://one:70000/news", "names no host"),
        ("https:///news", "names no host"),
        ("https://one,/news", "names no host"),
        ("https://one/news?x=1", "is no address of a cluster"),
        ("https://[::1/news", "is no address"),
    ],
)
def test_what_is_no_location_is_refused_in_a_sentence(where: str, said: str) -> None:
    with pytest.raises(ClusterError, match=said) as refused:
        ClusterLocation.parsed(where)
    assert "secret" not in str(refused.value)


def test_folders_are_no_clusters() -> None:
    assert isinstance(located("https://one/news"), Access)
    assert isinstance(located("HTTP://one/news"), Access)
    assert located("https/news") == Path("https/news")
    assert located("my-index") == Path("my-index")
