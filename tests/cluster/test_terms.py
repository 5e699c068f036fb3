"""The terms in a cluster's fields are those of `index.analysis`, and stand where words stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster.client import Cluster
from cluster.mapping import TEXTS, Layout, template_of
from cluster.terms import decoded, lines_of
from index.analysis import terms

SAMPLES = (
    "U.S. troops left N'Djamena; the U.N.'s envoys didn't. US-led, 28,500 men, 1.6 pct",
    "international organizations added internal organs in the evening",
    "São Paulo's Ærøskøbing, straße ǅ ﬁne ½ x² İstanbul Ⅳ",
    "ﷺ said ﾞ and ͺ, café́s",
    "\x00 \x1f a_b 中文新闻 🙂 𝔘𝔫𝔦 ",
    "",
)


@pytest.fixture
def index(cluster: Cluster) -> str:
    name = cluster.location.stories(1, "2018")
    pattern = cluster.location.stories(1)
    cluster.ask(
        "PUT",
        f"/_index_template/{cluster.location.name}.1",
        template_of(pattern, Layout(replicas=0)),
    )
    cluster.ask("PUT", f"/{name}")
    return name


def analysed(cluster: Cluster, index: str, field: str, text: str) -> list[tuple[int, str]]:
    """The terms that the cluster would index, with their positions."""
    sent: dict[str, Any] = {"field": field, "text": lines_of(text)}
    found = cluster.ask("POST", f"/{index}/_analyze", sent)["tokens"]
    return [(token["position"], decoded(token["token"])) for token in found]


@pytest.mark.parametrize("text", SAMPLES)
def test_the_cluster_has_the_same_terms(cluster: Cluster, index: str, text: str) -> None:
    for field in TEXTS:
        assert analysed(cluster, index, field, text) == list(enumerate(terms(text))), field


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_the_cluster_has_the_same_terms_of_any_text(
    cluster: Cluster, index: str, text: str
) -> None:
    assert analysed(cluster, index, "body", text) == list(enumerate(terms(text)))


def test_the_longest_term_is_not_cut(cluster: Cluster, index: str) -> None:
    text = "ﷺ" * 100
    assert analysed(cluster, index, "body", text) == list(enumerate(terms(text)))
    assert len(terms(text)[0]) > 1000
