"""A person fills in a modal, or presses something: from what was shown to what is sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.messages import walk
from benchmarks.options import Resolved
from benchmarks.wire import Payload

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT, LABEL = 1, 2, 3, 4, 10, 18
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
"""https://docs.discord.com/developers/components/reference#component-object-component-types."""


def filled(modal: Payload, values: Mapping[str, Any], resolved: Resolved) -> list[Payload]:
    """Return the components of a submitted modal, given what was shown and what was entered by custom id.

    What is not entered keeps its default. Raises ``LookupError`` for a field that is not there and
    ``ValueError`` for what the client would not let through.
    """
    fields = {c["custom_id"] for c in walk(modal["components"]) if "custom_id" in c}
    for name in values:
        if name not in fields:
            raise LookupError(f"no field {name!r}; there are {sorted(fields)}")
    return [_top(component, number, values, resolved) for number, component in enumerate(modal["components"])]


def _top(component: Payload, number: int, values: Mapping[str, Any], resolved: Resolved) -> Payload:
    """Return one component of the modal itself: a label, a row or a text."""
    # Discord numbers components itself; what counts here is that no two share a number.
    head: Payload = {"type": component["type"], "id": component.get("id") or 2 * number + 1}
    if component["type"] == LABEL:
        return head | {"component": _field(component["component"], head["id"] + 1, values, resolved)}
    if component["type"] == ROW:
        inner = component["components"]
        return head | {"components": [_field(one, head["id"] + 1, values, resolved) for one in inner]}
    return head


def _field(component: Payload, number: int, values: Mapping[str, Any], resolved: Resolved) -> Payload:
    """Return one filled field."""
    name = component["custom_id"]
    head: Payload = {"type": component["type"], "id": component.get("id") or number, "custom_id": name}
    given = values.get(name)
    match component["type"]:
        case 4:  # TEXT_INPUT
            return head | {"value": _text(component, given)}
        case 23:  # CHECKBOX
            return head | {"value": bool(component.get("default") if given is None else given)}
        case 21:  # RADIO_GROUP
            chosen = _chosen(component, None if given is None else [given])
            return head | {"value": chosen[0] if chosen else None}
        case 3 | 22:  # STRING_SELECT, CHECKBOX_GROUP
            return head | {"values": _chosen(component, given)}
        case 19:  # FILE_UPLOAD
            return head | {"values": [resolved.attachment(one) for one in given or ()]}
        case kind:
            return head | {"values": mentioned(kind, given or (), resolved)}


def _text(component: Payload, given: Any) -> str:
    """Return the text entered. Raises where the client would hold the person back."""
    value = str(component.get("value") or "" if given is None else given)
    if not value:
        if component.get("required", True):
            raise ValueError(f"{component['custom_id']!r} is required")
        return value
    least, most = component.get("min_length") or 0, component.get("max_length") or 4000
    if not least <= len(value) <= most:
        raise ValueError(f"{component['custom_id']!r} takes {least} to {most} characters, not {len(value)}")
    return value


def _chosen(component: Payload, given: Sequence[Any] | None) -> list[str]:
    """Return the values chosen among the options shown."""
    options = component.get("options") or ()
    if given is None:
        return [option["value"] for option in options if option.get("default")]
    offered = {option["value"] for option in options}
    for value in given:
        if value not in offered:
            raise ValueError(f"{value!r} is not offered; there are {sorted(offered)}")
    return list(given)


def mentioned(kind: int, given: Sequence[Any], resolved: Resolved) -> list[str]:
    """Return the ids chosen in a select of users, roles or channels."""
    take = {
        USER_SELECT: resolved.user,
        MENTIONABLE_SELECT: resolved.user,
        ROLE_SELECT: resolved.role,
        CHANNEL_SELECT: resolved.channel,
    }
    return [take[kind](one) for one in given]


def pressed(message: Payload, which: str, values: Sequence[Any], resolved: Resolved) -> Payload:
    """Return the data of a press on what ``which`` names in a message: a custom id, else a label.

    ``values`` are those chosen in a select. Raises ``LookupError`` if it is not there and ``ValueError``
    if it is disabled.
    """
    usable = [c for c in walk(message["components"]) if "custom_id" in c]
    found = next((c for c in usable if c["custom_id"] == which), None)
    found = found or next((c for c in usable if c.get("label") == which), None)
    if found is None:
        seen = [(c["custom_id"], c.get("label")) for c in usable]
        raise LookupError(f"nothing to press is called {which!r}; there are {seen}")
    if found.get("disabled"):
        raise ValueError(f"{which!r} is disabled")
    kind = found["type"]
    data: Payload = {"component_type": kind, "custom_id": found["custom_id"], "id": found["id"]}
    if kind == STRING_SELECT:
        data["values"] = _chosen(found, values)
    elif kind != BUTTON:
        data["values"] = mentioned(kind, values, resolved)
    return data | resolved.as_data()
