"""What Discord is told of the commands: names, options, limits, and when it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.services import Service
from tests.stage import Stage, shown
from tests.swift import Told

GUILD, USER = 0, 1
IN_SERVER, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2
MANAGE_GUILD = 1 << 5

WHOSE = {"ref": False, "user": False, "share": False}
PICTURE = {"image": False, "image_url": False, "channel": False}
OPTIONS = {
    "about": {},
    "help": {"command": False},
    "limits": {},
    "privacy show": {},
    "privacy export": {},
    "privacy delete": {},
    "setup status": {},
    "setup audit": {},
    "setup export": {},
    "setup purge": {},
    "setup connect": {"service": True},
    "setup test": {"service": True},
    "setup disconnect": {"service": True},
    "accounts pika register": {"channel": True, "max_jobs": True, "key": False},
    "accounts pika list": {},
    "accounts pika show": {"channel": True},
    "accounts pika remove": {"channel": True},
    "accounts midjourney register": {"channel": True, "server": True, "max_jobs": True, "key": False},
    "accounts midjourney list": {},
    "accounts midjourney show": {"channel": True},
    "accounts midjourney remove": {"channel": True},
    "accounts midjourney reset": {"channel": True},
    "pika create": {"prompt": True, "image": False, "image_url": False, "channel": False},
    "pika animate": {"image": False, "image_url": False, "prompt": False, "channel": False},
    "pika encrypt-text": {"message": True, "prompt": True, "font": False} | PICTURE,
    "pika encrypt-image": {"prompt": True, "message": False, "message_url": False} | PICTURE,
    **{f"{service} jobs": {} for service in ("pika", "midjourney")},
    **{
        f"{service} {command}": {"job": True}
        for service in ("pika", "midjourney")
        for command in ("job", "cancel")
    },
    "midjourney imagine": {"prompt": True, "channel": False},
    "midjourney describe": PICTURE,
    "midjourney blend": {f"image{number}": False for number in range(1, 6)}
    | {"image_urls": False, "dimensions": False, "channel": False},
    "midjourney seed": {"job": True},
    "midjourney mode": {"mode": True, "channel": False},
    **{f"midjourney {command}": {"channel": False} for command in ("info", "remix", "variability")},
    "pixela user create": {"username": True},
    "pixela user link": {"username": True, "everywhere": False},
    "pixela user unlink": {},
    "pixela graph create": {
        **dict.fromkeys(("id", "name", "unit", "type", "color"), True),
        **dict.fromkeys(("timezone", "description"), False),
    },
    "pixela graph list": {},
    "pixela graph show": {"graph": False, "mode": False},
    "pixela graph edit": {"graph": False},
    "pixela graph stats": {"graph": False},
    "pixela graph delete": {"graph": True},
    "pixela streaks": {},
    "pixela remind set": {"time": True, "timezone": False, "graph": False, "quantity": False},
    "pixela remind list": {},
    "pixela remind remove": {"reminder": True},
    "pixela export": {"graph": False},
    "pixela import": {"file": True, "graph": False},
    **{f"pixela user {command}": {} for command in ("token", "profile", "delete")},
    **{
        f"pixela pixel {command}": {"quantity": True, "graph": False, "date": False}
        for command in ("set", "add", "subtract")
    },
    **{f"pixela pixel {command}": {"graph": False} for command in ("increment", "decrement")},
    **{f"pixela pixel {command}": {"graph": False, "date": False} for command in ("get", "list", "delete")},
    "pixela stopwatch": {"graph": False},
    "pixela webhook create": {"type": True, "graph": False, "quantity": False},
    "pixela webhook list": {},
    "pixela webhook run": {"webhook": True},
    "pixela webhook delete": {"webhook": True},
    **{
        f"pluralkit {query}": WHOSE
        for query in ("system", "member", "groups", "group", "fronters", "history")
    },
    "pluralkit members": WHOSE | {"search": False, "sort": False, "full": False},
    "pluralkit stats": WHOSE | {"days": False},
    "pluralkit message": {"ref": True, "share": False},
    "pluralkit random": WHOSE | {"kind": False},
    "pluralkit find": WHOSE | {"name": True},
    "pluralkit switch set": {"members": False},
    "pluralkit switch out": {},
    "pluralkit switch edit": {"members": False, "switch": False},
    "pluralkit switch move": {"to": True, "switch": False},
    "pluralkit switch delete": {"switch": False},
    "pluralkit create member": {},
    "pluralkit create group": {},
    "pluralkit edit system": {"part": False},
    "pluralkit edit member": {"ref": True, "part": False},
    "pluralkit edit group": {"ref": True, "part": False},
    "pluralkit delete member": {"ref": True},
    "pluralkit delete group": {"ref": True},
    "pluralkit membership add": {"group": True, "members": True},
    "pluralkit membership remove": {"group": True, "members": True},
    "pluralkit autoproxy": {"mode": False, "member": False},
    "pluralkit settings": {},
    "pluralkit link": {"everywhere": False},
    "pluralkit unlink": {},
}
"""The options of every command that there must be, and whether each is required."""

CHARACTERS = {"pluralkit": 7500, "pixela": 7500}
"""Characters that a top-level command may have; Discord takes 8,000 of every other."""


@pytest.fixture
def told() -> Told:
    """Give a Discord that was told nothing yet."""
    return Told()


def _synced(stage: Stage) -> list[dict[str, Any]]:
    """Return the commands as Discord was told them last."""
    told = [request for request in stage.env.http_requests if request.path.endswith("/commands")]
    assert [request.method for request in told] == ["PUT"] * len(told)
    commands: Any = told[-1].json
    return commands


def _tellings(stage: Stage) -> int:
    return sum(request.path.endswith("/commands") for request in stage.env.http_requests)


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    options: list[dict[str, Any]] = node.get("options") or []
    for option in options:
        yield from _walk(option)


def _leaves(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    name = f"{prefix}{node['name']}"
    options: list[dict[str, Any]] = node.get("options") or []
    below = [option for option in options if option["type"] <= 2]
    if not below:
        yield name, node
    for option in below:
        yield from _leaves(option, f"{name} ")


def _characters(command: dict[str, Any]) -> int:
    """Count as Discord does: names, descriptions and the values of choices, all the way down."""
    total = 0
    for node in _walk(command):
        total += len(node["name"]) + len(node.get("description", ""))
        choices: list[dict[str, Any]] = node.get("choices") or []
        total += sum(len(choice["name"]) + len(str(choice["value"])) for choice in choices)
    return total


async def test_commands_and_options_have_the_names_that_scripts_rely_on(stage: Stage) -> None:
    leaves = dict(leaf for command in _synced(stage) if command["type"] == 1 for leaf in _leaves(command))
    told = {
        name: {option["name"]: option.get("required", False) for option in leaf["options"]}
        for name, leaf in leaves.items()
    }
    missing = {name: options for name, options in OPTIONS.items() if told.get(name) != options}
    assert missing == {}


async def test_messages_and_people_have_a_menu_each(stage: Stage) -> None:
    menus = {command["name"]: command["type"] for command in _synced(stage) if command["type"] != 1}
    assert menus == {"PluralKit: system": 2, "PluralKit: who sent this?": 3}


async def test_ids_are_texts_and_services_are_chosen_from_a_list(stage: Stage) -> None:
    leaves = dict(leaf for command in _synced(stage) if command["type"] == 1 for leaf in _leaves(command))
    for name, leaf in leaves.items():
        for option in leaf["options"]:
            if option["name"] in {"channel", "server", "ref"}:
                assert option["type"] == 3, name
            if option["name"] == "service":
                assert [choice["value"] for choice in option["choices"]] == ["useapi", "pixela"], name
            if option["name"] == "channel":
                assert option.get("autocomplete", False) == (not name.endswith("register")), name
    jobs = {
        service: next(
            option
            for option in leaves[f"accounts {service} register"]["options"]
            if option["name"] == "max_jobs"
        )
        for service in ("pika", "midjourney")
    }
    assert (jobs["pika"]["min_value"], jobs["pika"]["max_value"]) == (1, 10)
    assert (jobs["midjourney"]["min_value"], jobs["midjourney"]["max_value"]) == (1, 15)


async def test_who_may_use_a_command_and_where_it_can_be_installed(stage: Stage) -> None:
    for command in _synced(stage):
        permissions, contexts, installs = (
            command["default_member_permissions"],
            sorted(command["contexts"]),
            sorted(command["integration_types"]),
        )
        if command["name"] in {"setup", "accounts"}:
            assert (permissions, contexts, installs) == (MANAGE_GUILD, [IN_SERVER], [GUILD])
        elif command["name"] in {"pika", "midjourney", "limits"}:
            assert (permissions, contexts, installs) == (None, [IN_SERVER], [GUILD])
        else:
            everywhere = [IN_SERVER, IN_BOT_DM, IN_PRIVATE_CHANNEL]
            assert (permissions, contexts, installs) == (None, everywhere, [GUILD, USER])


async def test_every_command_stays_within_discords_count_of_characters(stage: Stage) -> None:
    for command in _synced(stage):
        most = CHARACTERS.get(command["name"], 8000)
        assert _characters(command) <= most, command["name"]


async def test_descriptions_are_short_and_every_one_is_there(stage: Stage) -> None:
    chat = [command for command in _synced(stage) if command["type"] == 1]
    texts = [node["description"] for command in chat for node in _walk(command)]
    assert all(text and text != "…" and len(text) <= 100 for text in texts)
    assert sum(map(len, texts)) / len(texts) <= 40


async def test_commands_are_told_once_and_not_again_while_they_stay_the_same(stage: Stage) -> None:
    assert _tellings(stage) == 1
    await stage.restart()
    assert _tellings(stage) == 1
    assert "### Switchboard" in shown(await stage.member.slash(stage.channel, "about"))


async def test_commands_are_told_again_when_the_services_change(stage: Stage) -> None:
    settings = stage.app.settings
    await stage.restart(settings.model_copy(update={"services": (Service.PLURALKIT,)}))
    assert _tellings(stage) == 2
    assert {command["name"] for command in _synced(stage)} >= {
        "setup",
        "about",
        "help",
        "privacy",
        "pluralkit",
    }
    await stage.restart(settings)
    assert _tellings(stage) == 3


@pytest.mark.parametrize(
    ("services", "there", "gone"),
    [
        ({Service.PLURALKIT}, {"pluralkit"}, {"pixela", "accounts", "pika", "midjourney"}),
        ({Service.PIXELA}, {"pixela"}, {"pluralkit", "accounts", "pika", "midjourney"}),
        ({Service.PIKA}, {"accounts"}, {"pixela", "pluralkit", "midjourney"}),
        ({Service.MIDJOURNEY}, {"accounts"}, {"pixela", "pluralkit", "pika"}),
    ],
)
async def test_only_the_services_that_are_on_have_commands(
    stage: Stage, services: set[Service], there: set[str], gone: set[str]
) -> None:
    await stage.restart(stage.app.settings.model_copy(update={"services": tuple(services)}))
    names = {command["name"] for command in _synced(stage)}
    assert names >= {"setup", "about", "help", "privacy", *there}
    assert not names & gone
    offered = stage.admin.available_commands(stage.channel)
    keyed = bool(services & {Service.PIKA, Service.MIDJOURNEY})
    assert ("setup connect" in offered) == (keyed or Service.PIXELA in services)
    for service in (Service.PIKA, Service.MIDJOURNEY):
        assert (f"accounts {service} list" in offered) == (service in services)
    panel = shown(await stage.admin.slash(stage.channel, "setup status"))
    assert ("useapi.net" in panel) == keyed
    assert ("Pixela" in panel) == (Service.PIXELA in services)
    assert ("PluralKit" in panel) == (Service.PLURALKIT in services)
