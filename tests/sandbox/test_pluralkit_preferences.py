"""What the emulated PluralKit keeps of settings, of guilds' settings and of autoproxy."""

from typing import Literal

import pytest

from bot.sandbox.pluralkit.settings import Settings
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import GUILD, TOKEN, golden, harbour

AUTOPROXY = f"/systems/@me/autoproxy?guild_id={GUILD}"

PICTURE = "https://cdn.example.org/here.webp"

SETTINGS: JSON = {
    "timezone": "Asia/Tokyo",
    "pings_enabled": False,
    "latch_timeout": 0,
    "show_private_info": False,
    "hid_list_padding": "left",
    "member_limit": 5,
    "card_show_color_hex": True,
    "proxy_switch": "sideways",
    "name_format": " ",
    "description_templates": ["Likes: "],
}


async def test_settings_are_answered_as_the_inner_server_writes_them() -> None:
    async with harbour() as sea:
        answer = await sea.write("PATCH", "/systems/@me/settings", SETTINGS)
        assert (answer.status, answer.body) == (200, golden("settings_patched"))
        assert answer.headers["X-PluralKit-Version"]
        assert sea.pk.complaints == []


async def test_settings_read_after_a_change_have_no_colour_key_and_the_default_format() -> None:
    async with harbour() as sea:
        await sea.write("PATCH", "/systems/@me/settings", SETTINGS)
        whole = await sea.read("/systems/@me/settings")
        assert isinstance(whole, dict)
        assert "card_show_color_hex" not in whole
        assert whole["name_format"] == "{name} {tag}"


async def test_every_setting_can_be_changed_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.all_settings_writable = True
        sent: JSON = {"show_private_info": False, "hid_list_padding": "left"}
        assert (await sea.write("PATCH", "/systems/@me/settings", sent)).status == 200
        assert (sea.system.settings.show_private_info, sea.system.settings.hid_list_padding) == (
            False,
            "left",
        )
        refused = await sea.write("PATCH", "/systems/@me/settings", {"hid_list_padding": "middle"})
        assert b'"message":"Field hid_list_padding is invalid."' in refused.body


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"latch_timeout": None}, Settings(latch_timeout=None)),
        ({"latch_timeout": 21600}, Settings(latch_timeout=21600)),
        ({"proxy_switch": "new"}, Settings(proxy_switch="new")),
        ({"proxy_switch": ""}, Settings()),
        ({"name_format": "{tag} {name}"}, Settings(name_format="{tag} {name}")),
        ({"timezone": "Etc/GMT+3"}, Settings(timezone="Etc/GMT+3")),
        ({"description_templates": ["x" * 1000] * 3}, Settings(description_templates=["x" * 1000] * 3)),
    ],
    ids=["6-hours", "long", "new", "unknown-is-off", "format", "zone", "templates"],
)
async def test_settings_are_kept(sent: JSON, kept: Settings) -> None:
    async with harbour() as sea:
        sea.system.settings = Settings()
        assert (await sea.write("PATCH", "/systems/@me/settings", sent)).status == 200
        assert sea.system.settings == kept


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", None, "../UTC", "Europe/", "Europe"])
async def test_an_unknown_time_zone_is_refused(zone: JSON) -> None:
    async with harbour() as sea:
        answer = await sea.write("PATCH", "/systems/@me/settings", {"timezone": zone})
        assert answer.status == 400
        assert b'"errors":{"timezone":[{"message":"Field timezone is invalid."}]}' in answer.body


@pytest.mark.parametrize(
    ("templates", "numbers"),
    [(["x", "x" * 1001], b'"actual_length":1000,"max_length":1001'), (["x"] * 4, b'"actual_length":3')],
    ids=["long", "many"],
)
async def test_templates_that_are_too_long_get_their_numbers_swapped(
    templates: list[JSON], numbers: bytes
) -> None:
    async with harbour() as sea:
        answer = await sea.write("PATCH", "/systems/@me/settings", {"description_templates": templates})
        assert answer.status == 400
        assert b'"message":"Field description_templates is too long.",' + numbers in answer.body


@pytest.mark.parametrize(
    ("path", "sent", "body"),
    [
        (
            f"/systems/hrbrla/guilds/{GUILD}",
            {"proxying_enabled": False, "tag": "", "avatar_url": PICTURE, "display_name": "Lights"},
            "system_guild_patched",
        ),
        (
            f"/members/wrenq/guilds/{GUILD}",
            {"display_name": None, "avatar_url": PICTURE, "keep_proxy": True},
            "member_guild_patched",
        ),
    ],
    ids=["system", "member"],
)
async def test_settings_for_a_guild_are_changed(path: str, sent: JSON, body: str) -> None:
    async with harbour() as sea:
        answer = await sea.write("PATCH", path, sent)
        assert (answer.status, answer.body) == (200, golden(body))
        assert (await sea.get(path, TOKEN)).body == golden(body)


@pytest.mark.parametrize("ref", ["tamoze", "TAM-OZE", "5E1C0C4B92F74C37B7A308D5A6D0F3B2"])
async def test_autoproxy_takes_a_member_in_every_spelling(ref: str) -> None:
    async with harbour() as sea:
        sent: JSON = {"autoproxy_mode": "member", "autoproxy_member": ref}
        answer = await sea.write("PATCH", AUTOPROXY, sent)
        assert (answer.status, answer.body) == (200, golden("autoproxy_patched"))
        assert (await sea.get(AUTOPROXY, TOKEN)).body == golden("autoproxy_patched")
        assert sea.pk.complaints == []


@pytest.mark.parametrize(
    ("start", "sent", "mode", "member"),
    [
        ("latch", {"autoproxy_mode": "front"}, "front", None),
        ("latch", {"autoproxy_mode": "off"}, "off", None),
        ("latch", {"autoproxy_mode": None}, "off", None),
        ("latch", {"autoproxy_mode": "front", "autoproxy_member": None}, "front", None),
        ("latch", {"autoproxy_mode": "member"}, "member", "wrenq"),
        ("latch", {"autoproxy_member": "tamoze"}, "latch", "tamoze"),
        ("latch", {"autoproxy_member": None}, "latch", None),
        ("member", {"autoproxy_mode": "latch"}, "latch", "wrenq"),
    ],
)
async def test_autoproxy_is_changed(
    start: Literal["latch", "member"], sent: JSON, mode: str, member: str | None
) -> None:
    async with harbour() as sea:
        sea.system.autoproxy[GUILD].mode = start
        assert (await sea.write("PATCH", AUTOPROXY, sent)).status == 200
        kept = sea.system.autoproxy[GUILD]
        assert (kept.mode, kept.member and kept.member.id) == (mode, member)


@pytest.mark.parametrize(
    ("sent", "key", "message"),
    [
        ({"autoproxy_mode": "always"}, "autoproxy_mode", "Field autoproxy_mode is invalid."),
        ({"autoproxy_mode": ""}, "autoproxy_mode", "Field autoproxy_mode is invalid."),
        ({"autoproxy_mode": ["off"]}, "autoproxy_mode", "Field autoproxy_mode is invalid."),
        (
            {"autoproxy_mode": "front", "autoproxy_member": "wrenq"},
            "autoproxy_member",
            "Field autoproxy_member is invalid.",
        ),
        (
            {"autoproxy_mode": "member", "autoproxy_member": None},
            "autoproxy_member",
            "Missing autoproxy member for member-mode autoproxy.",
        ),
        ({"autoproxy_member": "nobody"}, "autoproxy_member", "Member not found."),
    ],
)
async def test_autoproxy_s_rules_are_model_errors(sent: JSON, key: str, message: str) -> None:
    async with harbour() as sea:
        answer = await sea.write("PATCH", AUTOPROXY, sent)
        assert (answer.status, answer.body) == (
            400,
            f'{{"message":"Error parsing JSON model","code":40001,"errors":{{"{key}":'
            f'[{{"message":"{message}"}}]}}}}'.encode(),
        )
        assert (await sea.get(AUTOPROXY, TOKEN)).body == golden("autoproxy")


async def test_a_guild_s_autoproxy_is_there_once_it_is_changed() -> None:
    async with harbour() as sea:
        path = "/systems/@me/autoproxy?guild_id=5"
        assert (await sea.write("PATCH", path, {"autoproxy_mode": "front"})).status == 200
        assert sea.system.autoproxy[5].mode == "front"
