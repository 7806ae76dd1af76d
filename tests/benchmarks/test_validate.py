"""Requests judged by a description of an API: here a small one, of the same make as Discord's."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.wire import Payload

pytest.importorskip("jsonschema")

from benchmarks.validate import Spec


def _kind(number: int, **properties: Payload) -> Payload:
    return {
        "type": "object",
        "properties": {"type": {"type": "integer", "enum": [number]}, **properties},
        "required": ["type"],
    }


SNOWFLAKE = {"$ref": "#/components/schemas/SnowflakeType"}

DOCUMENT: Payload = {
    "openapi": "3.1.0",
    "paths": {
        "/things/{id}": {"get": {}},
        "/things/@best": {
            "parameters": [{"name": "loud", "in": "query", "schema": {"type": "boolean"}}],
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                        "multipart/form-data": {"schema": {"type": "object"}},
                    },
                }
            },
        },
    },
    "components": {
        "schemas": {
            "SnowflakeType": {"type": "string", "pattern": "^[0-9]+$"},
            "Text": _kind(
                1,
                content={"type": "string", "maxLength": 3},
                id=SNOWFLAKE,
            ),
            "Row": _kind(2, components={"type": "array", "items": {"$ref": "#/components/schemas/Text"}}),
            "Thing": {"oneOf": [{"$ref": "#/components/schemas/Text"}, {"$ref": "#/components/schemas/Row"}]},
        }
    },
}


def _call(body: Any, path: str = "/things/@best", method: str = "POST", **rest: Any) -> Payload:
    return {
        "method": method,
        "path": path,
        "query": {},
        "body": body,
        "content_type": "application/json",
        "files": [],
        **rest,
    }


def test_what_fits_is_not_reported() -> None:
    spec = Spec(DOCUMENT)
    assert spec.violations(_call({"type": 2, "components": [{"type": 1, "content": "abc"}]})) == []
    assert spec.violations(_call({"type": 1, "id": 5}, query={"loud": "1"})) == []
    assert spec.violations(_call({"type": 1}, content_type="multipart/form-data")) == []
    assert spec.violations(_call(None, "/things/5", "GET")) == []


@pytest.mark.parametrize(
    ("call", "violation"),
    [
        (_call(None, "/other"), "POST /other: no such operation"),
        (_call(None), "POST /things/@best: body: missing"),
        (_call({}, "/things/5", "GET"), "GET /things/{id}: body: there should be none"),
        (_call({"type": 1}, query={"loud": "x"}), "POST /things/@best: query.loud: 'x' does not fit"),
        (_call({"type": 1}, query={"quiet": "1"}), "POST /things/@best: query.quiet: unknown parameter"),
        (_call({"type": 1}, content_type="text/plain"), "POST /things/@best: body: text/plain is not taken"),
    ],
)
def test_what_does_not_fit_is_one_line(call: Payload, violation: str) -> None:
    assert Spec(DOCUMENT).violations(call) == [violation]


def test_of_a_choice_the_branch_that_was_meant_is_reported() -> None:
    call = _call({"type": 2, "components": [{"type": 1, "content": "abcd"}]})
    assert Spec(DOCUMENT).violations(call) == [
        "POST /things/@best: body.components.0.content: 'abcd' is too long"
    ]


def test_unknown_fields_are_reported_only_on_demand() -> None:
    call = _call({"type": 1, "tts": False, "contents": "x"})
    assert Spec(DOCUMENT).violations(call) == []
    assert "'contents' was unexpected" in Spec(DOCUMENT, strict=True).violations(call)[0]
