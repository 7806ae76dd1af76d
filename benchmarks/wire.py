"""What travels over REST: requests as they arrived, files, refusals, snowflakes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import BodyPartReader, web

Payload: TypeAlias = dict[str, Any]
"""A JSON object as Discord defines it. Any, because whoever drives the loopback reads deep into it."""

API_PATH = "/api/v10"
"""What the address of the REST API ends with."""

DISCORD_EPOCH = 1_420_070_400_000
"""The first millisecond of a snowflake: https://docs.discord.com/developers/reference#snowflakes."""

KEPT_HEADERS = frozenset({"user-agent", "x-audit-log-reason", "x-ratelimit-precision", "content-type"})
"""Headers that are recorded. ``Authorization`` is not: a log of requests must not hold a token."""


class Refusal(Exception):
    """Discord says no: an HTTP status with Discord's own code and message."""

    def __init__(self, status: int, code: int, message: str, errors: Payload | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: Payload = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


def invalid_form(path: str, code: str, message: str) -> Refusal:
    """Return the refusal of a body whose field at the dotted ``path`` does not fit."""
    errors: Payload = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(path.split(".")):
        errors = {part: errors}
    return Refusal(400, 50035, "Invalid Form Body", errors)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file on its way to or from Discord."""

    filename: str
    content_type: str
    data: bytes
    field: str = ""
    """Name of its form field, such as ``files[0]``; empty if it did not come in a form."""

    def summary(self) -> Payload:
        """Return what JSON can say about it: everything but the bytes."""
        return {
            "field": self.field,
            "filename": self.filename,
            "content_type": self.content_type,
            "size": len(self.data),
        }


@dataclass(slots=True)
class Call:
    """One REST request as it arrived, and the status that it was answered with."""

    method: str
    path: str
    """Percent-decoded, from behind ``/api/v10``."""
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case, only those of :data:`KEPT_HEADERS`."""
    content_type: str
    """Without parameters; empty where there was no body."""
    body: Any = None
    """The JSON sent, as a body of its own or as the form field ``payload_json``."""
    files: tuple[UploadedFile, ...] = ()
    at: float = 0.0
    """Monotonic seconds at which the request was complete."""
    status: int = 0
    """0 until it is answered, and for good if the answer was withheld."""
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    """The variable parts of the path."""

    def object(self) -> Payload:
        """Return the body, which must be an object; nothing at all counts as an empty one."""
        if self.body is None:
            return {}
        if isinstance(self.body, str):
            raise Refusal(400, 50109, "The request body contains invalid JSON.")
        if not isinstance(self.body, dict):
            raise Refusal(400, 50035, "Invalid Form Body")
        return self.body  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - parsed JSON

    def objects(self) -> list[Payload]:
        """Return the body, which must be a list of objects."""
        if not isinstance(self.body, list):
            raise Refusal(400, 50035, "Invalid Form Body")
        return self.body  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - parsed JSON

    def id(self, name: str) -> int:
        """Return a variable part of the path as the snowflake that it must be."""
        try:
            return int(self.params[name])
        except ValueError:
            raise invalid_form(
                name, "NUMBER_TYPE_COERCE", f'Value "{self.params[name]}" is not snowflake.'
            ) from None

    def asks(self, flag: str) -> bool:
        """Say whether the query sets ``flag``, in any spelling of true that Discord takes."""
        return self.query.get(flag, "").lower() in {"1", "true"}

    def summary(self) -> Payload:
        """Return the request as JSON."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "content_type": self.content_type,
            "body": self.body,
            "files": [file.summary() for file in self.files],
            "at": self.at,
            "status": self.status,
        }


async def read_call(request: web.Request) -> Call:
    """Read a request to its end. A body that is no JSON is recorded as text and refused by the caller."""
    call = Call(
        method=request.method,
        path=request.path.removeprefix(API_PATH),
        query=dict(request.query),
        headers={k.lower(): v for k, v in request.headers.items() if k.lower() in KEPT_HEADERS},
        content_type=request.content_type if request.body_exists else "",
        params=request.match_info,
    )
    if call.content_type.startswith("multipart/"):
        await _read_form(request, call)
    elif request.body_exists:
        call.body = parsed(await request.read())
    call.at = time.monotonic()
    return call


async def _read_form(request: web.Request, call: Call) -> None:
    """Read ``payload_json`` and the files of a multipart body."""
    files: list[UploadedFile] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = await part.read()
        if part.name == "payload_json":
            call.body = parsed(bytes(data))
        elif part.filename is not None:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(UploadedFile(part.filename, kind, bytes(data), part.name or ""))
    call.files = tuple(files)


def parsed(raw: bytes) -> Any:
    """Return the JSON in ``raw``, None for nothing, and the text itself where it is no JSON."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")


def json_answer(body: Any, status: int = 200) -> web.Response:
    """Return ``body`` as Discord would send it.

    The content type is exactly ``application/json``: with a charset behind it discord.py reads text.
    """
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


class Snowflakes:
    """Ids that grow with time and never repeat, as Discord's do: their age can be read from them."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """Return a new id, made now."""
        now = (time.time_ns() // 1_000_000 - DISCORD_EPOCH) << 22
        self._last = max(self._last + 1, now)
        return self._last
