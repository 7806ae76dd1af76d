"""What members do, as the payloads that Discord would dispatch."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import events, payloads
from benchmarks.messages import apply
from benchmarks.wire import Payload, Refusal, UploadedFile
from benchmarks.world import APPLICATION_ID, World, guild_ids

UPLOAD = {"filename": "a.txt", "content_type": "text/plain", "data": "aGk="}


@pytest.fixture
def world() -> World:
    return World(dict.fromkeys(guild_ids(1)), base_url="http://127.0.0.1:1")


def _label(kind: int, custom_id: str, **more: Any) -> Payload:
    return {"type": 18, "label": custom_id, "component": {"type": kind, "custom_id": custom_id, **more}}


def _submitted(world: World, fields: list[Payload], values: Payload) -> dict[str, Any]:
    """Return the values that arrive, by custom id."""
    modal: Payload = {"custom_id": "m", "title": "M", "components": fields}
    data = events.modal_submit(world, modal, values)["data"]
    inner = [one["component"] for one in data["components"] if "component" in one]
    return {one["custom_id"]: one.get("value", one.get("values")) for one in inner}


def test_every_kind_of_field_is_filled_in(world: World) -> None:
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b", "default": True}]
    fields = [
        {"type": 10, "content": "Read this"},
        _label(4, "text"),
        _label(3, "select", options=options),
        _label(21, "radio", options=options),
        _label(22, "boxes", options=options),
        _label(23, "box"),
        _label(19, "file"),
        _label(5, "user"),
    ]
    given = {"text": "x", "select": ["a"], "radio": "a", "box": True, "user": ["5"]}
    arrived = _submitted(world, fields, given)
    assert arrived == {**given, "boxes": ["b"], "file": []}
    assert len(_submitted(world, fields, {"text": "x", "file": [UPLOAD]})["file"]) == 1


@pytest.mark.parametrize(
    ("field", "values", "reason"),
    [
        (_label(4, "text", max_length=3), {"text": "long"}, "0 to 3 characters"),
        (_label(4, "text"), {}, "required"),
        (_label(3, "select", options=[{"label": "A", "value": "a"}]), {"select": ["b"]}, "not offered"),
    ],
)
def test_the_client_lets_no_wrong_field_through(
    world: World, field: Payload, values: Payload, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        _submitted(world, [field], values)


def test_an_optional_text_may_stay_empty(world: World) -> None:
    assert _submitted(world, [_label(4, "text", required=False)], {}) == {"text": ""}
    assert _submitted(world, [_label(4, "text", value="before")], {}) == {"text": "before"}


def test_subcommands_are_nested_with_the_types_registered(world: World) -> None:
    option = {"name": "size", "type": 10, "required": True}
    sub = {"name": "set", "type": 1, "options": [option]}
    group = {"name": "pixel", "type": 2, "options": [sub]}
    world.commands[None] = [{"id": "9", "name": "pixela", "type": 1, "options": [group]}]
    data = events.slash(world, "pixela pixel set", {"size": 5})["data"]
    leaf = {"name": "size", "type": 10, "value": 5.0}
    inner = {"name": "set", "type": 1, "options": [leaf]}
    assert data["options"] == [{"name": "pixel", "type": 2, "options": [inner]}]
    with pytest.raises(LookupError, match="needs a subcommand"):
        events.slash(world, "pixela pixel")


def test_an_unregistered_command_is_guessed(world: World) -> None:
    data = events.slash(world, "a b c", {"on": True, "n": 3, "s": "x", "f": 0.5})["data"]
    group = data["options"][0]
    leaves = group["options"][0]["options"]
    assert (group["type"], group["options"][0]["type"]) == (2, 1)
    assert [leaf["type"] for leaf in leaves] == [5, 4, 3, 10]


def test_places_outside_guilds(world: World) -> None:
    direct = events.slash(world, "a", where={"guild_id": None, "user_id": 5})
    private = events.slash(world, "a", where={"guild_id": None, "installs": ["user"], "private": True})
    assert (direct["context"], direct["authorizing_integration_owners"]) == (1, {"0": "0"})
    assert direct["user"]["id"] == "5"
    assert (private["context"], list(private["authorizing_integration_owners"])) == (2, ["1"])
    assert "member" not in direct


def test_a_guild_that_the_bot_is_not_in_may_use_it_through_a_person(world: World) -> None:
    event = events.slash(world, "a", where={"guild_id": 77, "installs": ["user"]})
    assert (event["guild_id"], event["channel_id"], event["context"]) == ("77", "78", 0)


def test_a_disabled_button_cannot_be_pressed(world: World) -> None:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go", "disabled": True}
    message = world.create_message(1, {"components": [{"type": 1, "components": [button]}]})
    with pytest.raises(ValueError, match="disabled"):
        events.component(world, message, "Go")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"components": [{"type": 10, "content": "x"}]}, 50035),
        ({"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "x"}]}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, 50035),
        ({"components": [{"type": 1, "components": [{"type": 2, "custom_id": "a"}] * 2}]}, 50035),
        ({"content": "x", "attachments": [{"id": "0"}]}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 13, "file": {"url": "attachment://x"}}]}, 50035),
    ],
)
def test_discord_refuses_a_wrong_message(world: World, body: Payload, code: int) -> None:
    with pytest.raises(Refusal) as refused:
        world.create_message(1, body)
    assert refused.value.body["code"] == code
    assert not world.messages


def test_an_edit_keeps_the_attachments_that_it_lists(world: World) -> None:
    message = payloads.message(1, 2, payloads.user(APPLICATION_ID))
    one, two = (UploadedFile(f"{n}.txt", "text/plain", b"x", f"files[{n}]") for n in range(2))
    apply(message, {"content": "x", "attachments": [{"id": 0}, {"id": 1}]}, [one, two], world.host)
    kept = message["attachments"][1]
    apply(message, {"attachments": [{"id": kept["id"]}]}, [], world.host)
    assert message["attachments"] == [kept]
