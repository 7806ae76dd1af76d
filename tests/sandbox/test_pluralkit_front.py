"""The checks that the emulated PluralKit makes before any page, and their order."""

import pytest

from bot.sandbox.pluralkit.server import CORS
from tests.sandbox.pluralkit_harbour import STRANGER, TOKEN, golden, harbour


@pytest.mark.parametrize("token", [None, "wrong", f"Bearer {TOKEN}"])
async def test_one_s_own_system_needs_a_token(token: str | None) -> None:
    async with harbour() as sea:
        answer = await sea.get("/systems/@me/members", token)
        assert (answer.status, answer.body) == (401, golden("error_401_at_the_door"))


async def test_a_wrong_token_reads_as_a_stranger() -> None:
    async with harbour() as sea:
        assert (await sea.get("/systems/hrbrla", STRANGER)).body == golden("system_public")


@pytest.mark.parametrize("path", ["/systems/@me", "/systems/nobody", "/members/nobody", "/groups/nobody"])
async def test_what_is_not_found_is_neither_counted_nor_asked_for_its_user_agent(path: str) -> None:
    async with harbour() as sea:
        for _ in range(30):
            answer = await sea.ask("GET", f"/v2{path}")
            assert answer.status in {401, 404}
            assert not [name for name in answer.headers if name.lower().startswith("x-")]
        assert (await sea.get("/systems/hrbrla")).headers["X-RateLimit-Remaining"] == "8"


async def test_a_missing_user_agent_is_a_bad_request_that_is_not_counted() -> None:
    async with harbour() as sea:
        answer = await sea.ask("GET", "/v2/systems/hrbrla")
        assert (answer.status, answer.body) == (400, b"")
        assert "X-RateLimit-Limit" not in answer.headers
        assert (await sea.get("/systems/hrbrla", User_Agent="unknown")).status == 400


async def test_an_empty_user_agent_passes() -> None:
    async with harbour() as sea:
        assert (await sea.get("/systems/hrbrla", User_Agent="")).status == 200


async def test_a_missing_user_agent_gets_json_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.user_agent_in_json = True
        answer = await sea.ask("GET", "/v2/systems/hrbrla")
        assert (answer.status, answer.body) == (400, golden("error_400"))


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/v1/s/hrbrla", 410, golden("error_wrong_version")),
        ("/v1", 410, golden("error_wrong_version")),
        ("/systems/hrbrla", 400, golden("error_wrong_version")),
        ("/v2/s", 400, golden("error_old_path")),
        ("/v2/s/hrbrla", 400, golden("error_old_path")),
        ("/v2/m/wrenq", 400, golden("error_old_path")),
        ("/v2/a/1", 400, golden("error_old_path")),
        ("/v2/msg/1", 400, golden("error_old_path")),
        ("/v2/systems", 404, b""),
        ("/v2/systems/hrbrla/", 404, b""),
        ("/v2/systems/hrbrla/tides", 404, b""),
        ("/private/stats", 404, b""),
    ],
)
async def test_a_path_that_is_not_the_api_s_is_refused_and_noted(path: str, status: int, body: bytes) -> None:
    async with harbour() as sea:
        answer = await sea.ask("GET", path)
        assert (answer.status, answer.body) == (status, body)
        assert answer.headers.get("Content-Type", "").startswith("text/plain") or not body
        assert sea.pk.complaints == [f"unknown route: GET {path}"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/v2/systems/hrbrla", 405),
        ("PUT", "/v2/tides", 404),
        ("POST", "/v2/systems/hrbrla", 405),
        ("GET", "/v2/members", 405),
        ("DELETE", "/v2/members", 405),
        ("POST", "/v2/members/wrenq/groups/join", 404),
    ],
)
async def test_other_methods_are_noted(method: str, path: str, status: int) -> None:
    async with harbour() as sea:
        answer = await sea.ask(method, path, TOKEN, User_Agent="tests")
        assert (answer.status, answer.body) == (status, b"")
        assert sea.pk.complaints == [f"unknown route: {method} {path}"]


async def test_an_unknown_query_key_is_noted_and_ignored() -> None:
    async with harbour() as sea:
        assert (await sea.get("/systems/hrbrla?limit=3")).body == golden("system_public")
        assert sea.pk.complaints == ["unknown query key: GET /v2/systems/hrbrla limit"]


async def test_the_bare_host_sends_to_the_documentation() -> None:
    async with harbour() as sea:
        answer = await sea.ask("GET", "/")
        assert (answer.status, answer.headers["Location"]) == (303, "https://pluralkit.me/api")
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/v2/systems/hrbrla", "/v2/systems/nobody", "/v2/tides"])
async def test_a_preflight_is_answered_for_every_path(path: str) -> None:
    async with harbour() as sea:
        answer = await sea.ask("OPTIONS", path)
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["Access-Control-Allow-Methods"] == "*"
        assert sea.pk.complaints == []


@pytest.mark.parametrize("path", ["/systems/hrbrla", "/systems/nobody", "/systems/hrbrla/settings", "/tides"])
async def test_every_answer_lets_browsers_read_it(path: str) -> None:
    async with harbour() as sea:
        answer = await sea.get(path)
        assert {name: answer.headers[name] for name in CORS} == CORS


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        ("/systems/hrbrla", True),
        ("/systems/hrbrla/switches", True),
        ("/systems/hrbrla/settings", False),
        ("/systems/nobody", False),
        ("/tides", False),
    ],
)
async def test_only_the_inner_server_gives_its_version(path: str, *, inner: bool) -> None:
    async with harbour() as sea:
        assert ("X-PluralKit-Version" in (await sea.get(path)).headers) is inner


async def test_refusals_are_plain_json_and_answers_name_their_charset() -> None:
    async with harbour() as sea:
        assert (await sea.get("/systems/nobody")).headers["Content-Type"] == "application/json"
        assert (await sea.get("/systems/hrbrla/switches")).headers["Content-Type"] == "application/json"
        fine = await sea.get("/systems/hrbrla")
        assert fine.headers["Content-Type"] == "application/json; charset=utf-8"
