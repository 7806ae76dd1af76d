"""What the emulated PluralKit tells a system's webhook."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.sandbox.pluralkit.dispatch import changed
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import (
    GUILD,
    NEWEST,
    OLDEST,
    SYSTEM_UUID,
    WREN_UUID,
    Harbour,
    harbour,
)

CREW_UUID = "0f0b7a0e-3c0d-4d0c-9f8e-0a2b4c6d8e10"
TAM_UUID = "5e1c0c4b-92f7-4c37-b7a3-08d5a6d0f3b2"


@asynccontextmanager
async def _listening(url: str = "https://hooks.example.org/pk") -> AsyncGenerator[Harbour]:
    async with harbour() as sea:
        sea.system.webhook_url, sea.system.webhook_token = url, "signed"
        yield sea


EVENTS: list[tuple[str, str, JSON, str, str | None, JSON]] = [
    (
        "PATCH",
        "/systems/@me",
        {"name": "Lights", "tag": "⚓ HL", "privacy": {"name_privacy": "private"}},
        "UPDATE_SYSTEM",
        SYSTEM_UUID,
        {"name": "Lights", "privacy": {"name_privacy": "private"}},
    ),
    (
        "PATCH",
        "/systems/@me/settings",
        {"card_show_color_hex": True, "pings_enabled": True},
        "UPDATE_SETTINGS",
        None,
        {"card_show_color_hex": True},
    ),
    (
        "PATCH",
        f"/systems/@me/guilds/{GUILD}",
        {"tag": None},
        "UPDATE_SYSTEM_GUILD",
        None,
        {"guild_id": str(GUILD), "tag": None},
    ),
    (
        "PATCH",
        f"/members/wrenq/guilds/{GUILD}",
        {"keep_proxy": False},
        "UPDATE_MEMBER_GUILD",
        WREN_UUID,
        {"guild_id": str(GUILD), "keep_proxy": False},
    ),
    (
        "PATCH",
        f"/systems/@me/autoproxy?guild_id={GUILD}",
        {"autoproxy_mode": "front"},
        "UPDATE_AUTOPROXY",
        None,
        {"guild_id": str(GUILD), "autoproxy_mode": "front", "autoproxy_member": None},
    ),
    ("PATCH", "/members/wrenq", {"color": "FFFFFF"}, "UPDATE_MEMBER", WREN_UUID, {"color": "ffffff"}),
    ("DELETE", "/members/wrenq", None, "DELETE_MEMBER", WREN_UUID, None),
    ("PATCH", "/groups/crewab", {"name": "Owls"}, "UPDATE_GROUP", CREW_UUID, {"name": "Owls"}),
    ("DELETE", "/groups/crewab", None, "DELETE_GROUP", CREW_UUID, None),
    (
        "PATCH",
        f"/systems/@me/switches/{OLDEST}",
        {"timestamp": "2026-08-01T09:00:00Z"},
        "UPDATE_SWITCH",
        OLDEST,
        {"timestamp": "2026-08-01T09:00:00Z"},
    ),
    (
        "PATCH",
        f"/systems/@me/switches/{NEWEST}/members",
        ["wrenq"],
        "UPDATE_SWITCH",
        NEWEST,
        {"members": [WREN_UUID]},
    ),
    ("DELETE", f"/systems/@me/switches/{NEWEST}", None, "DELETE_SWITCH", NEWEST, None),
]


@pytest.mark.parametrize(
    ("method", "path", "sent", "event", "id_", "data"), EVENTS, ids=[row[3] for row in EVENTS]
)
async def test_a_webhook_hears_what_changed(
    method: str, path: str, sent: JSON, event: str, id_: str | None, data: JSON
) -> None:
    async with _listening() as sea:
        assert (await sea.write(method, path, sent)).status in {200, 204}
        assert sea.pk.dispatched == [
            {"type": event, "signing_token": "signed", "system_id": SYSTEM_UUID, "id": id_, "data": data}
        ]
        assert [*sea.pk.dispatched[0]] == ["type", "signing_token", "system_id", "id", "data"]


@pytest.mark.parametrize("path", ["/members", "/groups"])
async def test_a_webhook_hears_all_that_was_given_of_something_new(path: str) -> None:
    async with _listening() as sea:
        sent: JSON = {"name": "New", "color": "ABCDEF", "privacy": {"visibility": ""}}
        made = (await sea.write("POST", path, sent)).json
        assert isinstance(made, dict)
        (told,) = sea.pk.dispatched
        assert (told["type"], told["id"]) == (f"CREATE_{path[1:-1].upper()}", made["uuid"])
        assert told["data"] == {"name": "New", "color": "abcdef", "privacy": {"visibility": "private"}}


@pytest.mark.parametrize("path", ["/members", "/groups"])
async def test_a_webhook_hears_a_name_alone_where_the_documentation_says_so(path: str) -> None:
    async with _listening() as sea:
        sea.pk.documented.only_names_dispatched = True
        await sea.write("POST", path, {"name": "New", "color": "ABCDEF"})
        assert [told["data"] for told in sea.pk.dispatched] == [{"name": "New"}]


async def test_a_webhook_hears_of_a_new_switch_by_uuids() -> None:
    async with _listening() as sea:
        made = (await sea.write("POST", "/systems/@me/switches", {"members": ["wrenq", "tamoze"]})).json
        assert isinstance(made, dict)
        (told,) = sea.pk.dispatched
        assert (told["type"], told["id"]) == ("CREATE_SWITCH", made["id"])
        assert told["data"] == {
            "id": made["id"],
            "timestamp": made["timestamp"],
            "members": [WREN_UUID, TAM_UUID],
        }


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/systems/@me", {"name": "Harbour Lights"}),
        (f"/systems/@me/guilds/{GUILD}", {"tag": "| HL"}),
        ("/members/wrenq", {"privacy": {"name_privacy": "private"}}),
        ("/groups/crewab", {"nmae": "Owls"}),
    ],
)
async def test_nothing_is_told_where_nothing_changed(path: str, sent: JSON) -> None:
    async with _listening() as sea:
        await sea.write("PATCH", path, sent)
        assert sea.pk.dispatched == []


async def test_nothing_is_told_without_a_webhook() -> None:
    async with harbour() as sea:
        await sea.write("PATCH", "/systems/@me", {"name": "Lights"})
        assert sea.pk.dispatched == []


def test_what_changed_within_an_object_is_told_alone() -> None:
    before: dict[str, JSON] = {"a": 1, "p": {"x": "y", "z": "y"}, "q": {"x": "y"}}
    after: dict[str, JSON] = {"a": 1, "p": {"x": "n", "z": "y"}, "q": {"x": "y"}, "b": 2}
    assert changed(before, after) == {"p": {"x": "n"}, "b": 2}


@asynccontextmanager
async def _hook(answer: asyncio.Event) -> AsyncGenerator[tuple[str, asyncio.Queue[web.Request]]]:
    """Listen for webhooks; answer once the event is set."""
    came: asyncio.Queue[web.Request] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        await request.read()
        came.put_nowait(request)
        await answer.wait()
        return web.Response(status=401)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", came
    finally:
        await runner.cleanup()


async def test_a_webhook_on_this_machine_is_called_without_holding_up_the_answer() -> None:
    answer = asyncio.Event()
    async with _hook(answer) as (url, came), _listening(url) as sea:
        assert (await sea.write("PATCH", "/systems/@me", {"name": "Lights"})).status == 200
        request = await asyncio.wait_for(came.get(), 5)
        assert request.headers["User-Agent"] == "PluralKit Dispatch (https://pluralkit.me/api/dispatch/)"
        assert await request.json() == sea.pk.dispatched[0]
        answer.set()


async def test_a_webhook_that_hangs_is_given_up_at_the_close() -> None:
    async with _hook(asyncio.Event()) as (url, came), _listening(url) as sea:
        await sea.write("PATCH", "/systems/@me", {"name": "Lights"})
        await asyncio.wait_for(came.get(), 5)


async def test_a_webhook_that_nobody_serves_does_no_harm() -> None:
    async with _hook(asyncio.Event()) as (url, _came):
        pass
    async with _listening(url) as sea:
        assert (await sea.write("PATCH", "/systems/@me", {"name": "Lights"})).status == 200
        assert (await sea.write("PATCH", "/systems/@me", {"name": "Lamps"})).status == 200
        assert len(sea.pk.dispatched) == 2
