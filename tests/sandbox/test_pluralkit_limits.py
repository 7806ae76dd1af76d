"""The emulated PluralKit's rate limiter: the header sequences measured on the vendor's script."""

from bot.sandbox.pluralkit.limiter import Limiter
from tests.sandbox.pluralkit_harbour import MESSAGE, STRANGER, TOKEN, Clock, Harbour, golden, harbour
from tests.sandbox.wire import Answer

QUICK = 0.00025
"""Seconds between two calls of a client that does not pause."""


def _burst(rate: float, calls: int, pause: float) -> list[tuple[int, int | None]]:
    """Return remaining and retry-after of calls that are ``pause`` seconds apart."""
    clock = Clock()
    limiter = Limiter(clock)
    said: list[tuple[int, int | None]] = []
    for _ in range(calls):
        verdict = limiter.ask("somebody", rate)
        said.append((verdict.remaining, verdict.retry_after))
        clock.now += pause
    return said


async def _hurry(sea: Harbour, calls: int, path: str = "/systems/hrbrla") -> list[Answer]:
    """Send calls one after the other as a client does that does not pause."""
    answers: list[Answer] = []
    for _ in range(calls):
        answers.append(await sea.get(path))
        sea.clock.now += QUICK
    return answers


def test_a_burst_of_three_a_second_lets_two_through() -> None:
    assert _burst(3, 5, 0.0006) == [(2, None), (1, None), (0, 0), (0, 331), (0, 330)]


def test_a_burst_of_three_a_second_on_a_clock_that_stands_still_does_the_same() -> None:
    assert _burst(3, 4, 0) == [(2, None), (1, None), (0, 0), (0, 333)]


def test_a_burst_of_ten_a_second_lets_nine_through() -> None:
    for pause in (0, QUICK):
        said = _burst(10, 10, pause)
        assert said == [*((left, None) for left in (8, 8, 7, 6, 5, 4, 3, 2, 1)), (0, 0)]


def test_a_burst_of_twenty_a_second_lets_nineteen_through() -> None:
    said = _burst(20, 21, 0.0003)
    assert said[:4] == [(18, None), (18, None), (17, None), (16, None)]
    assert said[19:] == [(0, 0), (0, 44)]


def test_hammering_starves_and_patience_does_not() -> None:
    passed = {
        pause: sum(wait is None for _, wait in _burst(3, 40, pause)) for pause in (1 / 5, 1 / 3.3, 0.34)
    }
    assert passed == {1 / 5: 3, 1 / 3.3: 11, 0.34: 40}


async def test_answers_count_down_and_then_refuse() -> None:
    async with harbour() as sea:
        answers = await _hurry(sea, 11)
        assert [a.headers["X-RateLimit-Remaining"] for a in answers] == list("88765432100")
        assert [a.status for a in answers] == [200] * 9 + [429] * 2
        assert answers[9].body == golden("error_429_first")
        assert answers[10].body == golden("error_429")
        assert "X-PluralKit-Version" not in answers[10].headers
        assert "Retry-After" not in answers[10].headers
        assert answers[10].headers["Content-Type"] == "application/json"


async def test_the_reset_is_in_seconds_and_about_now() -> None:
    async with harbour() as sea:
        now = int(sea.clock.now)
        headers = (await sea.get("/systems/hrbrla")).headers
        assert headers["X-RateLimit-Limit"] == "10"
        assert headers["X-RateLimit-Reset"] == str(now)
        assert headers["X-RateLimit-Scope"] == "generic_get"


async def test_the_reset_is_in_milliseconds_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.reset_in_ms = True
        reset = int((await sea.get("/systems/hrbrla")).headers["X-RateLimit-Reset"])
        assert reset == int(sea.clock.now * 1000) + 100


async def test_a_refusal_has_three_keys_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.no_scope_in_429 = True
        assert (await _hurry(sea, 11))[10].body == golden("error_429_documented")


async def test_one_s_own_system_has_a_bucket_and_a_scope_of_its_own() -> None:
    async with harbour() as sea:
        await _hurry(sea, 10)
        own = [await sea.get("/members/wrenq", TOKEN) for _ in range(10)]
        assert [a.headers["X-RateLimit-Scope"] for a in own] == ["own_system_get"] * 10
        assert [a.status for a in own] == [200] * 9 + [429]
        assert own[9].body == golden("error_429_first")


async def test_messages_share_the_bucket_of_other_reads() -> None:
    async with harbour() as sea:
        await _hurry(sea, 10)
        answer = await sea.get(f"/messages/{MESSAGE}", TOKEN)
        assert (answer.status, answer.headers["X-RateLimit-Scope"]) == (429, "generic_get")


async def test_messages_have_their_own_bucket_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.message_scope = True
        await _hurry(sea, 10)
        answer = await sea.get(f"/messages/{MESSAGE}")
        assert (answer.status, answer.headers["X-RateLimit-Scope"]) == (200, "message")


async def test_a_second_s_rest_fills_the_bucket() -> None:
    async with harbour() as sea:
        await _hurry(sea, 11)
        sea.clock.now += 1
        assert (await sea.get("/systems/hrbrla")).headers["X-RateLimit-Remaining"] == "8"


async def test_limits_can_be_loosened_or_switched_off() -> None:
    async with harbour() as sea:
        sea.pk.limiter_scale = 10
        answers = [await sea.get("/systems/hrbrla") for _ in range(50)]
        assert {a.status for a in answers} == {200}
        assert answers[0].headers["X-RateLimit-Limit"] == "100"
        sea.pk.limits_on = False
        answers = [await sea.get("/systems/hrbrla") for _ in range(150)]
        assert {a.status for a in answers} == {200}
        assert "X-RateLimit-Limit" not in answers[0].headers


async def _rename(sea: Harbour, method: str, path: str, token: str | None = TOKEN) -> Answer:
    """Send a write without a pause."""
    return await sea.ask(
        method, f"/v2{path}", token, b'{"name":"x"}', User_Agent="tests", Content_Type="application/json"
    )


async def test_a_burst_of_writes_lets_two_through() -> None:
    async with harbour() as sea:
        answers = [await _rename(sea, "PATCH", "/systems/@me") for _ in range(4)]
        assert [a.headers["X-RateLimit-Remaining"] for a in answers] == list("2100")
        assert [a.status for a in answers] == [200, 200, 429, 429]
        assert {a.headers["X-RateLimit-Scope"] for a in answers} == {"own_system_update"}
        assert {a.headers["X-RateLimit-Limit"] for a in answers} == {"3"}
        assert answers[2].body == golden("error_429_update")
        assert answers[3].body == golden("error_429_update").replace(b":0,", b":333,", 1)


async def test_a_burst_lets_all_through_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.whole_burst = True
        answers = [await _rename(sea, "PATCH", "/systems/@me") for _ in range(4)]
        assert [a.status for a in answers] == [200, 200, 200, 429]
        assert len([a for a in await _hurry(sea, 11) if a.status == 200]) == 10


async def test_a_refused_write_changes_nothing() -> None:
    async with harbour() as sea:
        answers = [await _rename(sea, "POST", "/members") for _ in range(5)]
        assert (answers[-1].status, len(sea.system.members)) == (429, 4)


async def test_writes_and_reads_are_counted_apart() -> None:
    async with harbour() as sea:
        for _ in range(4):
            await _rename(sea, "PATCH", "/members/wrenq")
        assert (await sea.get("/members/wrenq", TOKEN)).headers["X-RateLimit-Remaining"] == "8"


async def test_new_members_and_groups_are_counted_by_address_whoever_makes_them() -> None:
    async with harbour() as sea:
        sea.pk.world.add_system(id="others", token=STRANGER)
        answers = [
            await _rename(sea, "POST", "/members"),
            await _rename(sea, "POST", "/groups", STRANGER),
            await _rename(sea, "PATCH", "/members/wrenq", STRANGER),
            await _rename(sea, "PATCH", "/members/wrenq"),
        ]
        assert [(a.status, a.headers["X-RateLimit-Scope"]) for a in answers] == [
            (200, "generic_update"),
            (200, "generic_update"),
            (429, "generic_update"),
            (200, "own_system_update"),
        ]


async def test_a_write_that_is_refused_for_its_body_is_counted() -> None:
    async with harbour() as sea:
        answers = [await _rename(sea, "PATCH", "/systems/@me/settings") for _ in range(3)]
        assert [a.status for a in answers] == [400, 400, 429]
