"""What the API answers when it refuses: the statuses and bodies, word for word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bot.sandbox.upstream import JSON

_CODES: Final = {
    20001: (404, "System not found."),
    20002: (404, "Member not found."),
    20003: (404, "Member '{ref}' not found."),
    20004: (404, "Group not found."),
    20005: (404, "Group '{ref}' not found."),
    20006: (404, "Message not found."),
    20007: (404, "Switch not found."),
    20008: (
        404,
        "Switch not found, switch associated with different system, or unauthorized to view front history.",
    ),
    20009: (404, "No system guild settings found for target guild."),
    20010: (404, "No member guild settings found for target guild."),
    30001: (403, "Unauthorized to view member list"),
    30002: (403, "Unauthorized to view group list"),
    30003: (403, "Unauthorized to view group member list"),
    30004: (403, "Unauthorized to view current fronters."),
    30005: (403, "Unauthorized to view front history."),
    30006: (403, "Target member is not part of your system."),
    30007: (403, "Target group is not part of your system."),
    30008: (403, "Member '{ref}' is not part of your system."),
    30009: (403, "Group '{ref}' is not part of your system."),
    40002: (400, "Missing autoproxy member for member-mode autoproxy."),
    40003: (400, "Duplicate members in member list."),
    40004: (400, "Member list identical to current fronter list."),
    40005: (400, "Switch with provided timestamp already exists."),
    40006: (400, "Invalid switch ID."),
    40007: (400, "Member limit reached."),
    40008: (400, "Group limit reached."),
    50001: (501, "Unimplemented"),
}

_STATUSES: Final = {
    400: "400: Bad Request",
    401: "401: Missing or invalid Authorization header",
    403: "403: Missing permissions to access this resource",
    500: "500: Internal Server Error",
}

WRONG_VERSION: Final = b'{"message":"Unsupported API version","code":0}'
"""Served as ``text/plain``: with 410 under ``/v1``, with 400 outside the API."""

OLD_PATH: Final = b'{"message":"Invalid path for API version","code":0}'
"""Served as ``text/plain`` with 400: a path of version 1 asked of version 2."""


class RefusalError(Exception):
    """A request ends here, with this status and this body (JSON, or empty)."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def refused(code: int, ref: str = "") -> RefusalError:
    """Return the refusal that carries one of the API's own codes; some quote an id as it was sent."""
    status, message = _CODES[code]
    return RefusalError(status, envelope(message.replace("{ref}", ref), code))


def objected(errors: Mapping[str, list[JSON]]) -> RefusalError:
    """Return the refusal of a body whose values the vendor's models do not take, by key."""
    return RefusalError(400, envelope("Error parsing JSON model", 40001, errors=dict(errors)))


def failed(status: int) -> RefusalError:
    """Return the refusal that carries code 0 and says no more than its HTTP status."""
    return RefusalError(status, envelope(_STATUSES[status], 0))


def unauthorised_at_the_door() -> RefusalError:
    """Return the 401 of the front server, which has a blank that the inner server's has not."""
    return RefusalError(401, b'{"message":"%s","code": 0}' % _STATUSES[401].encode())


def envelope(message: str, code: int, **more: JSON) -> bytes:
    """Write the error body that every refusal with a code has."""
    body = {"message": message, "code": code, **more}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
