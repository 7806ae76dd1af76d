"""What the emulated PluralKit refuses to write: every code, and which comes first."""

import pytest

from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import (
    FOREIGN,
    GUILD,
    NEWEST,
    OLDEST,
    STRANGER,
    TOKEN,
    add_strangers,
    golden,
    harbour,
    refusal,
)

UNKNOWN = "00000000-0000-4000-8000-000000000000"
AUTOPROXY = f"/systems/@me/autoproxy?guild_id={GUILD}"

OF_SYSTEMS: list[tuple[str, str, JSON]] = [
    ("PATCH", "/systems/{}", {"name": "x"}),
    ("PATCH", "/systems/{}/settings", {"pings_enabled": True}),
    ("PATCH", f"/systems/{{}}/guilds/{GUILD}", {"tag": "x"}),
    ("PATCH", "/systems/{}/guilds/x", {"tag": "x"}),
    ("PATCH", "/systems/{}/autoproxy", {"autoproxy_mode": "off"}),
    ("POST", "/systems/{}/switches", {"members": ["wrenq", "wrenq"]}),
    ("PATCH", f"/systems/{{}}/switches/{NEWEST}", {}),
    ("PATCH", f"/systems/{{}}/switches/{NEWEST}/members", ["wrenq", "wrenq"]),
    ("DELETE", f"/systems/{{}}/switches/{FOREIGN}", None),
]
OF_MEMBERS: list[tuple[str, str, JSON]] = [
    ("PATCH", "/members/wrenq", {"color": "no"}),
    ("DELETE", "/members/wrenq", None),
    ("POST", "/members/wrenq/groups/add", ["nobody"]),
    ("POST", "/members/wrenq/groups/remove", ["nobody"]),
    ("POST", "/members/wrenq/groups/overwrite", []),
    ("PATCH", f"/members/wrenq/guilds/{GUILD}", {}),
    ("PATCH", "/members/wrenq/guilds/x", {}),
]
OF_GROUPS: list[tuple[str, str, JSON]] = [
    ("PATCH", "/groups/crewab", {"color": "no"}),
    ("DELETE", "/groups/crewab", None),
    ("POST", "/groups/crewab/members/add", ["nobody"]),
    ("POST", "/groups/crewab/members/remove", ["nobody"]),
    ("POST", "/groups/crewab/members/overwrite", []),
]


@pytest.mark.parametrize("token", [None, "wrong", STRANGER], ids=["nobody", "wrong", "stranger"])
@pytest.mark.parametrize(("method", "path", "sent"), OF_SYSTEMS)
async def test_another_s_system_cannot_be_written(
    method: str, path: str, sent: JSON, token: str | None
) -> None:
    async with harbour() as sea:
        add_strangers(sea.pk.world)
        answer = await sea.write(method, path.format("hrbrla"), sent, token)
        assert (answer.status, answer.body) == refusal(403)


@pytest.mark.parametrize(("method", "path", "sent"), OF_SYSTEMS)
async def test_me_without_a_token_ends_at_the_door(method: str, path: str, sent: JSON) -> None:
    async with harbour() as sea:
        answer = await sea.write(method, path.format("@me"), sent, None)
        assert (answer.status, answer.body) == (401, golden("error_401_at_the_door"))


@pytest.mark.parametrize(("method", "path", "sent"), [*OF_MEMBERS, *OF_GROUPS])
async def test_another_s_members_and_groups_cannot_be_written(method: str, path: str, sent: JSON) -> None:
    async with harbour() as sea:
        add_strangers(sea.pk.world)
        nobody = await sea.write(method, path, sent, "wrong")
        assert (nobody.status, nobody.body) == refusal(401)
        stranger = await sea.write(method, path, sent, STRANGER)
        assert (stranger.status, stranger.body) == refusal(30006 if "/members/w" in path else 30007)


@pytest.mark.parametrize(("path", "sent"), [("/members", {"name": "x"}), ("/groups", {})])
@pytest.mark.parametrize("token", [None, "wrong"])
async def test_only_who_has_a_token_creates(path: str, sent: JSON, token: str | None) -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", path, sent, token)
        assert (answer.status, answer.body) == refusal(401)


ROWS: list[tuple[str, str, JSON, int | str]] = [
    ("PATCH", "/systems/nobody", {"name": "x"}, 20001),
    ("PATCH", "/members/nobody", {"name": "x"}, 20002),
    ("DELETE", "/members/nobody", None, 20002),
    ("POST", "/groups/crewab/members/add", ["nobody"], 20003),
    ("POST", "/groups/crewab/members/remove", ["tamoze", "nobody"], 20003),
    ("POST", "/groups/crewab/members/overwrite", ["nobody", "others"], 20003),
    ("POST", "/systems/@me/switches", {"members": ["nobody"]}, 20003),
    ("PATCH", f"/systems/@me/switches/{NEWEST}/members", ["nobody", "dorisa"], 20003),
    ("DELETE", "/groups/nobody", None, 20004),
    ("POST", "/members/wrenq/groups/add", ["nobody"], 20004),
    ("POST", "/members/wrenq/groups/add", ["CREWAB"], 20004),
    ("POST", "/members/wrenq/groups/add", ["dories"], 20004),
    ("POST", "/members/wrenq/groups/remove", ["nobody"], 20005),
    ("POST", "/members/wrenq/groups/overwrite", ["crewab", "nobody"], 20005),
    ("PATCH", f"/systems/@me/switches/{UNKNOWN}", {"timestamp": "2026-01-01"}, 20007),
    ("PATCH", f"/systems/@me/switches/{UNKNOWN}/members", [], 20007),
    ("DELETE", f"/systems/@me/switches/{UNKNOWN}", None, 20007),
    ("PATCH", f"/systems/@me/switches/{FOREIGN}", {"timestamp": "2026-01-01"}, 20008),
    ("PATCH", f"/systems/@me/switches/{FOREIGN}/members", [], 20008),
    ("DELETE", f"/systems/@me/switches/{FOREIGN}", None, 20008),
    ("PATCH", "/systems/@me/guilds/1", {"tag": 5}, 20009),
    ("PATCH", "/members/wrenq/guilds/1", {"keep_proxy": None}, 20010),
    ("PATCH", f"/systems/@me/switches/{NEWEST}/members", ["dorisa"], 30008),
    ("PATCH", "/members/wrenq", {"name": "n" * 101, "color": "#ffffff"}, 40001),
    ("POST", "/groups", {"name": "n" * 101, "color": "nocolour"}, 40001),
    ("POST", "/members", {}, "40001_name_missing"),
    ("POST", "/groups", {}, "40001_group_name_missing"),
    ("PATCH", "/systems/@me", {"privacy": {"name_privacy": "friends"}}, "40001_privacy"),
    ("PATCH", "/members/wrenq", {"privacy": {"name_privacy": True}}, "40001_privacy"),
    ("PATCH", f"/systems/@me/switches/{FOREIGN}", {}, "40001_timestamp"),
    ("PATCH", f"/systems/@me/switches/{OLDEST}", {"timestamp": None}, "40001_timestamp"),
    ("PATCH", AUTOPROXY, {"autoproxy_member": "nobody"}, "40001_autoproxy"),
    ("POST", "/systems/@me/switches", {"members": ["nobody", "nobody"]}, 40003),
    ("POST", "/systems/@me/switches", {"members": ["wrenq", "b0c6c1de-7a39-4a55-8d0a-5f7f3f1c2e90"]}, 40003),
    ("PATCH", f"/systems/@me/switches/{FOREIGN}/members", ["wrenq", "wrenq"], 40003),
    ("PATCH", f"/systems/@me/switches/{NEWEST}/members", ["WRENQ", "wrenq"], 40003),
    ("POST", "/systems/@me/switches", {"members": ["tamoze", "wrenq"]}, 40004),
    ("PATCH", f"/systems/@me/switches/{OLDEST}/members", [], 40004),
    (
        "POST",
        "/systems/@me/switches",
        {"members": ["nobody"], "timestamp": "2026-08-01T20:15:00.25Z"},
        40005,
    ),
    ("PATCH", f"/systems/@me/switches/{OLDEST}", {"timestamp": "2026-08-01T20:15:00.25Z"}, 40005),
    ("PATCH", f"/systems/@me/switches/{OLDEST}", {"timestamp": "2026-08-01T08:00"}, 40005),
    ("PATCH", "/systems/@me/autoproxy", {"autoproxy_mode": "no"}, 50001),
    ("PATCH", f"{AUTOPROXY}&channel_id=1", {}, 50001),
    ("PATCH", AUTOPROXY, {"autoproxy_member": "dorisa"}, 403),
    ("PATCH", "/systems/@me/switches/newest", {"timestamp": "2026-01-01"}, 500),
    ("POST", "/groups/crewab/members/add", ["tamoze", "tamoze"], 500),
    ("POST", "/groups/crewab/members/overwrite", ["wrenq", "wrenq"], 500),
    ("POST", "/members/tamoze/groups/add", ["crewab", "crewab"], 500),
]


@pytest.mark.parametrize(("method", "path", "sent", "code"), ROWS)
async def test_the_owner_is_refused(method: str, path: str, sent: JSON, code: int | str) -> None:
    async with harbour() as sea:
        add_strangers(sea.pk.world)
        before = [await sea.get(page, TOKEN) for page in ("/systems/@me/switches", "/groups/crewab/members")]
        answer = await sea.write(method, path, sent)
        assert (answer.status, answer.body) == refusal(code)
        after = [await sea.get(page, TOKEN) for page in ("/systems/@me/switches", "/groups/crewab/members")]
        assert [page.body for page in before] == [page.body for page in after]


BAD: list[tuple[str, str, JSON]] = [
    ("PATCH", "/systems/@me", None),
    ("PATCH", "/systems/@me", []),
    ("PATCH", "/systems/@me", "x"),
    ("PATCH", "/systems/@me", {}),
    ("PATCH", "/systems/@me", {"nmae": "x"}),
    ("PATCH", "/systems/@me", {"privacy": None}),
    ("PATCH", "/systems/@me", {"privacy": {}}),
    ("PATCH", "/systems/@me", {"privacy": "private"}),
    ("PATCH", "/systems/@me", {"name": 5}),
    ("PATCH", "/members/wrenq", {}),
    ("PATCH", "/members/wrenq", {"webhook_avatar_url": None}),
    ("PATCH", "/members/wrenq", {"tts": None}),
    ("PATCH", "/members/wrenq", {"tts": "true"}),
    ("PATCH", "/members/wrenq", {"proxy_tags": None}),
    ("PATCH", "/members/wrenq", {"proxy_tags": ["W:"]}),
    ("PATCH", "/members/wrenq", {"proxy_tags": [{"prefix": 5}]}),
    ("PATCH", "/groups/crewab", {"members": []}),
    ("PATCH", "/systems/@me/settings", {"show_private_info": False, "hid_list_padding": "left"}),
    ("PATCH", "/systems/@me/settings", {"latch_timeout": 1.5}),
    ("PATCH", "/systems/@me/settings", {"latch_timeout": 1 << 31}),
    ("PATCH", "/systems/@me/settings", {"proxy_switch": None}),
    ("PATCH", "/systems/@me/settings", {"latch_timeout": True}),
    ("PATCH", "/systems/@me/settings", {"description_templates": "x"}),
    ("PATCH", "/systems/@me/settings", {"description_templates": [5]}),
    ("PATCH", f"/systems/@me/guilds/{GUILD}", {"guild_id": "1"}),
    ("PATCH", "/systems/@me/guilds/x", {"tag": "x"}),
    ("PATCH", f"/members/wrenq/guilds/{GUILD}", {"keep_proxy": None}),
    ("PATCH", "/members/wrenq/guilds/x", {"keep_proxy": True}),
    ("PATCH", AUTOPROXY, {"last_latch_timestamp": None}),
    ("PATCH", AUTOPROXY, {"autoproxy_member": 5}),
    ("PATCH", "/systems/@me/autoproxy?guild_id=x", {"autoproxy_mode": "off"}),
    ("POST", "/members/wrenq/groups/add", {}),
    ("POST", "/members/wrenq/groups/add", [5]),
    ("POST", "/systems/@me/switches", {}),
    ("POST", "/systems/@me/switches", {"members": None}),
    ("POST", "/systems/@me/switches", {"members": [5]}),
    *(
        ("POST", "/systems/@me/switches", {"members": [], "timestamp": moment})
        for moment in ("2026-08-01", "2026-08-01T20:15:00", "2026-08-01T20:15:00+00:00", "now", 5)
    ),
    *(
        ("PATCH", f"/systems/@me/switches/{OLDEST}", {"timestamp": moment})
        for moment in ("yesterday", "2026-13-01", "20260801", 5)
    ),
    ("PATCH", f"/systems/@me/switches/{FOREIGN}", {"timestamp": "yesterday"}),
]


@pytest.mark.parametrize(("method", "path", "sent"), BAD)
async def test_what_cannot_be_read_is_a_bad_request(method: str, path: str, sent: JSON) -> None:
    async with harbour() as sea:
        add_strangers(sea.pk.world)
        answer = await sea.write(method, path, sent)
        assert (answer.status, answer.body) == refusal(400)


@pytest.mark.parametrize("path", ["/members/wrenq/groups", "/groups/crewab/members"])
@pytest.mark.parametrize("edit", ["add", "remove"])
async def test_an_empty_list_is_refused_before_it_is_asked_who_sends_it(path: str, edit: str) -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", f"{path}/{edit}", [], None)
        assert (answer.status, answer.body) == refusal(400)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff{}", b"[" * 100_000], ids=["none", "half", "latin", "deep"])
async def test_a_body_that_is_no_json_is_refused_before_it_is_asked_who_sends_it(raw: bytes) -> None:
    async with harbour() as sea:
        answer = await sea.ask(
            "PATCH", "/v2/members/wrenq", None, raw, User_Agent="tests", Content_Type="application/json"
        )
        assert (answer.status, answer.body) == refusal(400)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=utf-8", 200),
        ("application/merge-patch+json", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
async def test_a_body_must_say_that_it_is_json(content_type: str, status: int) -> None:
    async with harbour() as sea:
        answer = await sea.ask(
            "PATCH",
            "/v2/members/wrenq",
            TOKEN,
            b'{"name":"Wren"}',
            User_Agent="tests",
            Content_Type=content_type,
        )
        assert answer.status == status
        assert len(sea.pk.complaints) == (status == 415)


async def test_half_a_character_is_replaced() -> None:
    async with harbour() as sea:
        assert (await sea.write("PATCH", "/members/wrenq", {"pronouns": "x\ud83d"})).status == 200
        assert sea.wren.pronouns == "x\ufffd"


@pytest.mark.parametrize(
    ("method", "path", "sent", "code"),
    [
        ("POST", "/systems/@me/switches", {"members": ["dorisa"]}, 30008),
        ("POST", "/groups/crewab/members/add", ["DORISA"], None),
        ("POST", "/members/wrenq/groups/remove", ["dories"], 30009),
        ("POST", "/members/wrenq/groups/overwrite", ["nobody"], 20005),
        ("PATCH", f"/systems/@me/autoproxy?guild_id={GUILD + 1}", {"autoproxy_mode": "member"}, 40002),
        ("DELETE", "/systems/@me/switches/newest", None, 40006),
    ],
)
async def test_the_documentation_s_codes_come_where_it_is_followed(
    method: str, path: str, sent: JSON, code: int | None
) -> None:
    async with harbour() as sea:
        add_strangers(sea.pk.world)
        documented = sea.pk.documented
        documented.any_spelling_in_lists = documented.autoproxy_40002 = documented.bad_switch_id_40006 = True
        answer = await sea.write(method, path, sent)
        if code is None:
            assert b"Member 'DORISA' is not part of your system." in answer.body
        else:
            assert (answer.status, answer.body) == refusal(code)


async def test_a_wrong_token_is_refused_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.wrong_token_refused = True
        answer = await sea.get("/systems/hrbrla", "wrong")
        assert (answer.status, answer.body) == (401, golden("error_401_at_the_door"))
        assert (await sea.get("/systems/hrbrla")).status == 200
