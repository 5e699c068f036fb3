"""The API's description of itself, and whether the server keeps to it."""

from __future__ import annotations

import json
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from serve.openapi import document

described = schemathesis.openapi.from_dict(document())


def test_it_is_served_and_is_one(client: TestClient) -> None:
    served = client.get("/api/v1/openapi.json").json()
    assert served == json.loads(json.dumps(document()))
    described.validate()


def test_answers_fit_it(client: TestClient) -> None:
    identity = client.get("/api/v1/search?q=troops").json()["hits"][0]["id"]
    paths = document()["paths"]
    assert len(paths) >= 7
    for path, methods in paths.items():
        query = any(one["name"] == "q" for one in methods["get"]["parameters"])
        told = client.get(path.replace("{id}", identity) + ("?q=troops" if query else ""))
        content = methods["get"]["responses"]["200"]["content"]["application/json"]
        name = content["schema"]["$ref"].rpartition("/")[2]
        Draft202012Validator(document()["components"]["schemas"][name]).validate(told.json())


@described.parametrize()
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_the_server_keeps_to_it(case: schemathesis.Case[Any], server: str) -> None:
    # No schema can tell that a date is none, or that a snapshot is gone.
    case.call_and_validate(base_url=server, excluded_checks=[positive_data_acceptance])
