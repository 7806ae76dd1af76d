"""The bodies of writing requests, as the inner server binds them before it asks anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import cast

from bot.sandbox.pluralkit.call import Call, S
from bot.sandbox.pluralkit.errors import RefusalError, failed
from bot.sandbox.upstream import JSON

_JSON_TYPES = re.compile(r"application/json|text/json|application/.+\+json")


def read_object(call: Call[S], known: Collection[str]) -> dict[str, JSON]:
    """Return the JSON object that came, complaining of keys that are not ``known``.

    Raises :class:`RefusalError` where it is none.
    """
    body = _load(call)
    if not isinstance(body, dict):
        raise failed(400)
    note_unknown(call, body, known)
    return body


def read_texts(call: Call[S]) -> list[str]:
    """Return the JSON list of texts that came. Raises :class:`RefusalError` where it is none."""
    return texts(_load(call))


def texts(body: JSON) -> list[str]:
    """Return what must be a list of texts. Raises :class:`RefusalError`."""
    if not isinstance(body, list):
        raise failed(400)
    found = [item for item in body if isinstance(item, str)]
    if len(found) != len(body):
        raise failed(400)
    return found


def note_unknown(call: Call[S], body: Collection[str], known: Collection[str], under: str = "") -> None:
    """Complain of the keys that are not ``known``: the vendor ignores them."""
    for key in body:
        if key not in known:
            call.complain(f"unknown field: {call.name} {under}{key}")


def _load(call: Call[S]) -> JSON:
    """Read a body as JSON. What calls itself something else is 415, with an unconfirmed empty body."""
    if not _JSON_TYPES.fullmatch(call.content_type.lower()):
        call.complain(f"no JSON by its content type: {call.name} {call.content_type}")
        raise RefusalError(415)
    try:
        return _without_surrogates(cast("JSON", json.loads(call.body.decode())))
    except (ValueError, RecursionError):
        raise failed(400) from None


def _without_surrogates(body: JSON) -> JSON:
    """Replace what is half a character: it could not be sent back."""
    text = json.dumps(body, ensure_ascii=False)
    return cast("JSON", json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))
