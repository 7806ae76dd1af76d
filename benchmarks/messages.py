"""How a message takes in what an app sends: content, files, components; and what Discord refuses."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

from benchmarks.payloads import COMPONENTS_V2, now
from benchmarks.wire import Payload, Refusal, UploadedFile, invalid_form

V2_ONLY = frozenset({9, 10, 11, 12, 13, 14, 17})
"""Types of component that need the flag: section to container."""

MAX_CONTENT, MAX_V2_TEXT, MAX_COMPONENTS = 2000, 4000, 40

Host = Callable[[UploadedFile], Payload]
"""Takes a file in and returns it as an attachment."""


def walk(components: Sequence[Payload]) -> Iterator[Payload]:
    """Yield every component, parents first, in the order in which Discord numbers them."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        for inner in ("accessory", "component"):
            if inner in component:
                yield from walk([component[inner]])


def text_of(message: Payload) -> str:
    """Return all that a person reads in a message, except labels of buttons, one piece a line."""
    pieces: list[str] = [message["content"]] if message.get("content") else []
    for embed in message.get("embeds", ()):
        pieces += [embed[key] for key in ("title", "description") if embed.get(key)]
        pieces += [f"{one['name']}: {one['value']}" for one in embed.get("fields", ())]
    pieces += [c["content"] for c in walk(message.get("components", ())) if c["type"] == 10]
    return "\n".join(pieces)


def apply(message: Payload, body: Payload, files: Sequence[UploadedFile], host: Host) -> None:
    """Write what ``body`` says into ``message``, as create and edit do alike; absent keys stay."""
    if "content" in body:
        message["content"] = body["content"] or ""
    if "embeds" in body:
        message["embeds"] = [{"type": "rich"} | embed for embed in body["embeds"] or ()]
    message["attachments"] = _attachments(message["attachments"], body, files, host)
    if "components" in body:
        message["components"] = _received(body["components"] or [], message["attachments"])
    refuse(message)


def mark_edited(message: Payload) -> None:
    """Note that a message was edited, now."""
    message["edited_timestamp"] = now()


def _attachments(
    kept: Sequence[Payload], body: Payload, files: Sequence[UploadedFile], host: Host
) -> list[Payload]:
    """Return the attachments after a request: those that the body lists, and every new file."""
    new = {file.field.removeprefix("files[").removesuffix("]"): file for file in files}
    listed = body.get("attachments")
    old = list(kept) if listed is None else []
    known = {attachment["id"]: attachment for attachment in kept}
    fresh: list[Payload] = []
    for entry in listed or ():
        key = str(entry["id"])
        if key in new:
            described = {k: entry[k] for k in ("filename", "description") if entry.get(k)}
            fresh.append(host(new.pop(key)) | described)
        elif key in known:
            old.append(known[key])
        else:
            raise invalid_form("attachments.0.id", "ATTACHMENT_NOT_FOUND", f"No file or attachment {key}.")
    return [*old, *fresh, *(host(file) for file in new.values())]


def _received(components: Sequence[Payload], attachments: Sequence[Payload]) -> list[Payload]:
    """Return components as Discord gives them back: numbered, with media resolved."""
    received = copy.deepcopy(list(components))
    named = {attachment["filename"]: attachment for attachment in attachments}
    taken = {component["id"] for component in walk(received) if component.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    for component in walk(received):
        if not component.get("id"):
            component["id"] = next(free)
        for holder, key in _media(component):
            holder[key] = _resolved(holder[key]["url"], named)
        for item in component.get("items", ()):
            item.setdefault("description", None)
            item.setdefault("spoiler", False)
    return received


def _media(component: Payload) -> Iterator[tuple[Payload, str]]:
    """Yield each place in a component that holds a medium."""
    for item in component.get("items", ()):
        yield item, "media"
    for key in ("media", "file"):
        if key in component:
            yield component, key


def _resolved(url: str, named: dict[str, Payload]) -> Payload:
    """Return the medium at ``url``, which may name an attachment of the same message."""
    if not url.startswith("attachment://"):
        return {"id": "0", "url": url, "proxy_url": url, "width": None, "height": None, "content_type": None}
    attachment = named.get(url.removeprefix("attachment://"))
    if attachment is None:
        raise invalid_form("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", url)
    keys = ("id", "url", "proxy_url", "content_type")
    size: Payload = {"width": None, "height": None, "attachment_id": attachment["id"]}
    return {key: attachment[key] for key in keys} | size


def refuse(message: Payload) -> None:
    """Raise the :class:`Refusal` of a message that Discord would not take.

    Only what programs get wrong at run time, such as lengths and doubled ids; the shape of a body is
    judged by :mod:`benchmarks.validate`.
    """
    components = list(walk(message["components"]))
    v2 = bool(message["flags"] & COMPONENTS_V2)
    if v2 and (message["content"] or message["embeds"]):
        raise invalid_form(
            "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Not with components V2."
        )
    if not v2 and any(component["type"] in V2_ONLY for component in components):
        raise invalid_form("components.0.type", "COMPONENT_TYPE_INVALID", "Needs the components V2 flag.")
    if len(message["content"]) > MAX_CONTENT:
        raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    if len(components) > MAX_COMPONENTS:
        raise invalid_form("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "At most 40 components.")
    if sum(len(component.get("content", "")) for component in components) > MAX_V2_TEXT:
        raise invalid_form(
            "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "At most 4000 characters."
        )
    _refuse_doubled_ids(components)
    if not (message["content"] or message["embeds"] or components or message["attachments"]):
        raise Refusal(400, 50006, "Cannot send an empty message")


def _refuse_doubled_ids(components: Sequence[Payload]) -> None:
    """Raise where two components share a custom id."""
    seen: set[str] = set()
    for component in components:
        custom_id = component.get("custom_id")
        if custom_id in seen:
            raise invalid_form("components", "COMPONENT_CUSTOM_ID_DUPLICATED", f"Doubled: {custom_id}")
        if custom_id is not None:
            seen.add(custom_id)
