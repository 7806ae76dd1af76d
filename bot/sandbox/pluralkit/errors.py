"""What the API answers when it refuses: the statuses and bodies, word for word."""

from __future__ import annotations

import json
from typing import Final

_CODES: Final = {
    20001: (404, "System not found."),
    20002: (404, "Member not found."),
    20004: (404, "Group not found."),
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


def refused(code: int) -> RefusalError:
    """Return the refusal that carries one of the API's own codes."""
    status, message = _CODES[code]
    return RefusalError(status, envelope(message, code))


def failed(status: int) -> RefusalError:
    """Return the refusal that carries code 0 and says no more than its HTTP status."""
    return RefusalError(status, envelope(_STATUSES[status], 0))


def unauthorised_at_the_door() -> RefusalError:
    """Return the 401 of the front server, which has a blank that the inner server's has not."""
    return RefusalError(401, b'{"message":"%s","code": 0}' % _STATUSES[401].encode())


def envelope(message: str, code: int) -> bytes:
    """Write the error body that every refusal with a code has."""
    return json.dumps({"message": message, "code": code}, separators=(",", ":")).encode()
