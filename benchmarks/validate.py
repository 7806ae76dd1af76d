"""Judge recorded requests by Discord's own OpenAPI document, which is not part of this project.

``python -m benchmarks.validate OPENAPI REQUESTS [--strict]`` reads the document from the file OPENAPI (it is
published at https://github.com/discord/discord-api-spec) and the requests, as ``GET /control/requests``
returns them, from a file or an http address. It prints a line for each violation and ends with 1 if there
was any. ``--strict`` also reports fields that the document does not know; Discord ignores those.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, SchemaRegistry, SchemaResource

from benchmarks.wire import Payload

BASE = "urn:discord"
"""The address that the document gets, for references within it."""

LIBRARY_FIELDS = ("tts", "nsfw")
"""What discord.py sends in every message and command, also where the document has no such field."""

LONGEST = 300
"""Characters of one message: the validator prints whole bodies into them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a templated path."""

    method: str
    template: str
    pattern: re.Pattern[str]
    pointer: str
    """Where it stands in the document, as a JSON pointer."""
    parameters: dict[str, Payload]
    """Query parameters by name."""
    body_types: frozenset[str]
    body_required: bool


class Spec:
    """Discord's API description, and how a request fits it."""

    def __init__(self, document: Payload, *, strict: bool = False) -> None:
        document = _amended(document, strict=strict)
        resource: SchemaResource = Resource(contents=document, specification=DRAFT202012)
        registry: SchemaRegistry = Registry()
        self._registry = registry.with_resource(BASE, resource)
        # What has fewer variable parts comes first: "@original" is no message id.
        self._operations = sorted(_operations(document), key=lambda one: one.template.count("{"))
        self._validators: dict[str, Draft202012Validator] = {}

    def violations(self, call: Payload) -> list[str]:
        """Return what is wrong with a request, as :meth:`benchmarks.wire.Call.summary` gives it."""
        method, path = call["method"].upper(), call["path"]
        found = next((o for o in self._operations if o.method == method and o.pattern.fullmatch(path)), None)
        if found is None:
            return [f"{method} {path}: no such operation"]
        wrong = [*self._query(found, call["query"]), *self._body(found, call)]
        return [f"{method} {found.template}: {one}" for one in wrong]

    def _query(self, operation: Operation, query: dict[str, str]) -> Iterator[str]:
        """Yield what is wrong with the query."""
        for name, value in query.items():
            parameter = operation.parameters.get(name)
            if parameter is None:
                yield f"query.{name}: unknown parameter"
            elif not self._fits(f"{parameter['pointer']}/schema", value):
                yield f"query.{name}: {value!r} does not fit"
        for name, parameter in operation.parameters.items():
            if parameter.get("required") and name not in query:
                yield f"query.{name}: missing"

    def _fits(self, pointer: str, text: str) -> bool:
        """Say whether a value fits its schema in any reading that its text allows."""
        readings: list[object] = [text]
        if text.lower() in {"1", "0", "true", "false"}:
            readings.append(text.lower() in {"1", "true"})
        if re.fullmatch(r"-?\d+", text):
            readings.append(int(text))
        return any(not self._errors(pointer, reading) for reading in readings)

    def _body(self, operation: Operation, call: Payload) -> Iterator[str]:
        """Yield what is wrong with the body; of a form, with its ``payload_json``."""
        body, kind = call["body"], call["content_type"]
        if body is None:
            if operation.body_required and not call["files"]:
                yield "body: missing"
            return
        if not operation.body_types:
            yield "body: there should be none"
            return
        if kind not in operation.body_types:
            yield f"body: {kind} is not taken"
        # The schema for forms describes form fields; payload_json is what the one for JSON describes.
        known = "application/json" if "application/json" in operation.body_types else kind
        media = known.replace("~", "~0").replace("/", "~1")
        for error in self._errors(f"{operation.pointer}/requestBody/content/{media}/schema", body):
            yield from (_told(cause) for cause in _causes(error))

    def _errors(self, pointer: str, value: Any) -> list[ValidationError]:
        """Return the errors of a value by the schema at a pointer of the document."""
        if pointer not in self._validators:
            schema = {"$ref": f"{BASE}#{pointer}"}
            self._validators[pointer] = Draft202012Validator(schema, registry=self._registry)
        return list(self._validators[pointer].iter_errors(value))  # pyright: ignore[reportUnknownMemberType] - its overloads


def _operations(document: Payload) -> Iterator[Operation]:
    """Yield every operation of the document."""
    for template, item in document["paths"].items():
        escaped = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(template))
        path_pointer = "/paths/" + template.replace("~", "~0").replace("/", "~1")
        # A fragment is percent-encoded; braces and the at sign would otherwise be taken apart.
        path_pointer = path_pointer.replace("{", "%7B").replace("}", "%7D")
        for method in item.keys() & {"get", "put", "post", "patch", "delete"}:
            pointer = f"{path_pointer}/{method}"
            body = item[method].get("requestBody", {})
            yield Operation(
                method.upper(),
                template,
                re.compile(escaped),
                pointer,
                _query_parameters(item, path_pointer) | _query_parameters(item[method], pointer),
                frozenset(body.get("content", {})),
                bool(body.get("required")),
            )


def _query_parameters(holder: Payload, pointer: str) -> dict[str, Payload]:
    """Return the query parameters that a path or an operation declares, with where they stand."""
    return {
        parameter["name"]: parameter | {"pointer": f"{pointer}/parameters/{number}"}
        for number, parameter in enumerate(holder.get("parameters", ()))
        if parameter.get("in") == "query"
    }


def _amended(document: Payload, *, strict: bool) -> Payload:
    """Return the document as Discord really acts, its objects closed to other fields if ``strict``."""
    schemas: Payload = dict(document["components"]["schemas"])
    if strict:
        schemas = {name: _closed(schema) for name, schema in schemas.items()}
    # Discord takes snowflakes as numbers too, and discord.py sends some so.
    schemas["SnowflakeType"] = schemas["SnowflakeType"] | {"type": ["string", "integer"]}
    return document | {"components": document["components"] | {"schemas": schemas}}


def _closed(schema: Payload) -> Payload:
    """Return a schema that takes no other fields than it lists, and those of discord.py's own making."""
    if "properties" not in schema:
        return schema
    properties = dict.fromkeys(LIBRARY_FIELDS, True) | schema["properties"]
    return {"additionalProperties": False} | schema | {"properties": properties}


def _causes(error: ValidationError) -> Iterator[ValidationError]:
    """Yield what is behind a failed choice: the errors of the branch that was most likely meant.

    Discord's unions are told apart by ``type``: a branch that it rules out was not meant.
    """
    if not error.context:
        yield error
        return
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for inner in min(branches.values(), key=_distance):
        yield from _causes(inner)


def _distance(errors: Sequence[ValidationError]) -> tuple[bool, int]:
    """Return how far off a branch is: ruled out by its type, then by how much is wrong in all."""
    ruled_out = any(
        (error.validator in {"enum", "const"} and list(error.path) == ["type"])
        or (error.validator == "type" and not error.path)
        for error in errors
    )
    return ruled_out, sum(1 for error in errors for _ in _causes(error))


def _told(error: ValidationError) -> str:
    """Return an error in a line, with the middle of a long one left out: the reason stands at the end."""
    place = ".".join(["body", *(str(part) for part in error.absolute_path)])
    told = f"{place}: {error.message}"
    return told if len(told) <= LONGEST else f"{told[: LONGEST // 2]} … {told[-LONGEST // 2 :]}"


def report(spec: Spec, calls: Iterable[Payload]) -> list[str]:
    """Return the violations of many requests, each with the request's number; what was refused counts too."""
    return [f"#{number} {one}" for number, call in enumerate(calls) for one in spec.violations(call)]


def _read(where: str) -> list[Payload]:
    """Return the requests at an address or in a file."""
    if not where.startswith("http://"):
        return json.loads(Path(where).read_bytes())
    with urllib.request.urlopen(where) as response:  # noqa: S310 - only http gets here
        return json.load(response)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validate", description=__doc__)
    parser.add_argument("openapi", type=Path)
    parser.add_argument("requests", help="a file, or the address of /control/requests")
    parser.add_argument("--strict", action="store_true", help="report fields that the document does not know")
    args = parser.parse_args()
    spec = Spec(json.loads(args.openapi.read_bytes()), strict=args.strict)
    lines = report(spec, _read(args.requests))
    sys.stdout.writelines(line + "\n" for line in lines)
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
