"""The API described for programs (OpenAPI 3.1), from the same tables that it runs on."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from serve.api import JSON, OPERATIONS, PREFIX, Operation
from serve.calls import Answer, Call
from serve.parameters import MOST_VALUES, Parameter
from serve.problems import PROBLEM_TYPE

ADDRESS = f"{PREFIX}/openapi.json"
_REFUSALS = {
    "400": "The question cannot mean anything.",
    "404": "There is no such story.",
    "410": "The snapshot is gone: the index has changed. Begin again with the first page.",
    "503": "It took too long, or the index cannot be read just now.",
}
_PROBLEM = {
    "title": "A problem (RFC 9457)",
    "type": "object",
    "properties": {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence that says what to do next"},
        "query": {"type": "string", "description": "the query that the mistake stands in"},
        "place": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0},
            "minItems": 2,
            "maxItems": 2,
            "description": "where in it: characters, the end exclusive",
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def openapi(_call: Call) -> Answer:
    """The description, as it is served."""
    return Answer(json.dumps(document(), indent=1).encode(), JSON)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The description of the API as an OpenAPI 3.1 document."""
    schemas = {one.schema: _schema(one.schema) for one in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newsq",
            "version": newsq_version(),
            "description": "Full-text search over wire news stories.",
        },
        "servers": [{"url": "/"}],
        "paths": {PREFIX + one.path: {"get": _operation(one)} for one in OPERATIONS},
        "components": {"schemas": {**schemas, "problem": _PROBLEM}},
    }


def newsq_version() -> str:
    """The version that is installed; 0 in a bare checkout."""
    try:
        return version("newsq")
    except PackageNotFoundError:
        return "0"


def _schema(name: str) -> dict[str, Any]:
    schema = json.loads((files("search") / "schemas" / f"{name}.json").read_text("utf-8"))
    return {key: value for key, value in schema.items() if key != "$schema"}


def _operation(one: Operation) -> dict[str, Any]:
    named = "{id}" in one.path
    found = {
        "description": "It is answered.",
        "headers": {"ETag": {"schema": {"type": "string"}}, **_link_header(one)},
        "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{one.schema}"}}},
    }
    refused = {
        status: {
            "description": about,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
        }
        for status, about in _REFUSALS.items()
        if named or status != "404"
    }
    return {
        "operationId": one.path.strip("/").partition("/")[0],
        "summary": one.about,
        "parameters": [*([_ID] if named else []), *map(_parameter, one.parameters)],
        "responses": {"200": found, "304": {"description": "It is as you have it."}, **refused},
    }


_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "A story's id, or the start of one.",
    "schema": {"type": "string", "minLength": 1},
}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema = (
        {"type": "array", "items": one.schema, "maxItems": MOST_VALUES} if one.many else one.schema
    )
    return {"name": one.name, "in": "query", "description": one.about, "schema": schema}


def _link_header(one: Operation) -> dict[str, Any]:
    if not any(parameter.name == "page" for parameter in one.parameters):
        return {}
    about = "first, prev, next and last page, of the same snapshot (RFC 8288)"
    return {"Link": {"description": about, "schema": {"type": "string"}}}
