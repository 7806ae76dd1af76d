"""Answers of every kind, good and bad, and how calls arrive."""

import gzip
import threading
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import pytest
from pydantic import BaseModel, BeforeValidator, SecretStr, TypeAdapter

from bot.api.call import Call
from bot.api.policy import Effect, Patience, Reply
from bot.api.transport import MAX_REFUSAL
from bot.errors import ApiError, Broken, Rejected, Uncertain, Unexpected, Unreachable
from bot.sandbox.upstream import Trouble
from tests.api.desk import AGENT, READ, SHORT, WRITES, Desk, saying

ONCE = Patience(repeats=0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BROKEN_OFF = {
    "not a word": b"",
    "half a head": HEAD,
    "half a body": HEAD + b'Content-Length: 99\r\n\r\n{"n":1}',
    "half a chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n40\r\n{"n":',
    "no last chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n7\r\n{"n":1}\r\n',
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a length that is none": HEAD + b"Content-Length: many\r\n\r\n{}",
    "a head without end": HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n{}",
    "gzip that is none": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\nnot zip",
}
NO_JSON = {
    "half of it": b'{"n":',
    "a page": b"<!doctype html><title>502</title>",
    "bytes": bytes(range(128, 256)),
    "too deep": b"[" * 100_000,
    "a number without end": b"9" * 5_000,
}


class Thing(BaseModel):
    """What the shop sells."""

    n: int
    name: str


@pytest.mark.parametrize("says", BROKEN_OFF.values(), ids=BROKEN_OFF)
async def test_an_answer_that_breaks_off_repeats_a_read_and_never_a_write(desk: Desk, says: bytes) -> None:
    async with saying(says) as raw:
        with pytest.raises(Unreachable):
            await desk.transport(raw.url, patience=Patience(repeats=2)).send(READ)
        assert raw.asked == 3
        for sent, call in enumerate(WRITES.values(), 4):
            with pytest.raises(Uncertain):
                await desk.transport(raw.url).send(call)
            assert raw.asked == sent


async def test_an_answer_that_stops_half_way_is_not_waited_for(desk: Desk) -> None:
    async with saying(HEAD + b'Content-Length: 99\r\n\r\n{"n":1', stays=True) as raw:
        with pytest.raises(Unreachable):
            await desk.transport(raw.url, patience=ONCE, timeouts=SHORT).send(READ)
        with pytest.raises(Uncertain):
            await desk.transport(raw.url, timeouts=SHORT).send(WRITES["POST"])
        assert raw.asked == 2


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
async def test_a_success_that_is_no_json_is_none(desk: Desk, body: bytes) -> None:
    desk.shop.fail(status=200, body=body, times=2)
    with pytest.raises(Broken):
        await desk.transport(patience=ONCE).send(READ)
    with pytest.raises(Uncertain):
        await desk.transport().send(WRITES["POST"])


async def test_a_refusal_that_is_no_json_is_told_by_its_status(desk: Desk) -> None:
    desk.shop.fail(status=400, body=b"400: bad request")
    with pytest.raises(Rejected) as caught:
        await desk.transport().send(WRITES["POST"])
    assert (caught.value.status, caught.value.reason) == (400, None)


async def test_a_page_is_not_the_vendors_word(desk: Desk) -> None:
    desk.shop.fail(status=404, body=b"\n<html>nothing here", times=None)
    with pytest.raises(Broken):
        await desk.transport(patience=ONCE).send(READ)
    with pytest.raises(Uncertain):
        await desk.transport().send(WRITES["POST"])


async def test_an_answer_of_50_mb_is_not_read_to_its_end(desk: Desk) -> None:
    desk.shop.fail(Trouble.HUGE, times=2)
    with pytest.raises(Broken):
        await desk.transport(patience=ONCE).send(READ)
    with pytest.raises(Uncertain):
        await desk.transport().send(WRITES["PUT"])
    assert len(desk.shop.requests) == 2


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_an_answer_that_swells_is_not_unpacked_to_its_end(
    desk: Desk, status: int, encoding: str
) -> None:
    swollen = b" " * (READ.most + 1)
    packed = gzip.compress(swollen, 1) if encoding == "gzip" else zlib.compress(swollen, 1)
    desk.shop.fail(status=status, body=packed, headers={"Content-Encoding": encoding})
    with pytest.raises(Broken):
        await desk.transport(patience=ONCE).send(READ)


async def test_a_refusal_that_is_too_long_to_be_read_is_still_what_its_status_says(desk: Desk) -> None:
    long = b'{"message":"' + b"x" * MAX_REFUSAL + b'"}'
    desk.shop.fail(status=400, body=long)
    with pytest.raises(Rejected) as refused:
        await desk.transport().send(READ)
    assert refused.value.reason is None


@pytest.mark.parametrize("end", [b"", b"]"])
async def test_a_large_answer_is_judged_by_its_ends(desk: Desk, end: bytes) -> None:
    desk.shop.fail(status=200, body=b"[" + b"1," * 200_000 + b"1" + end)
    large = replace(READ, most=1024 * 1024)
    if end:
        assert (await desk.transport(patience=ONCE).send(large)).status == 200
    else:
        with pytest.raises(Broken):
            await desk.transport(patience=ONCE).send(large)


async def test_a_large_answer_is_read_where_nobody_waits_for_it(desk: Desk) -> None:
    readers: list[threading.Thread] = []

    def read(value: object) -> object:
        readers.append(threading.current_thread())
        return value

    shape = TypeAdapter(Annotated[list[int], BeforeValidator(read)])
    for length in (10, 200_000):
        desk.shop.fail(status=200, body=b"[" + b"1," * length + b"1]")
        assert len(await desk.transport().fetch(replace(READ, most=1024 * 1024), shape)) == length + 1
    assert [reader is threading.main_thread() for reader in readers] == [True, False]


async def test_a_packed_answer_is_unpacked(desk: Desk) -> None:
    desk.shop.fail(status=200, body=gzip.compress(b'{"n":7}'), headers={"Content-Encoding": "gzip"})
    assert (await desk.transport().send(READ)).fields() == {"n": 7}


async def test_an_empty_success_is_a_success(desk: Desk) -> None:
    desk.shop.fail(status=204)
    assert (await desk.transport().send(WRITES["DELETE"])).status == 204


async def test_an_answer_has_its_headers_in_lower_case(desk: Desk) -> None:
    desk.shop.fail(status=200, headers={"X-RateLimit-Scope": "generic_get"})
    assert (await desk.transport().send(READ)).headers["x-ratelimit-scope"] == "generic_get"


async def test_a_read_arrives_without_a_body(desk: Desk) -> None:
    await desk.transport().send(READ)
    (seen,) = desk.shop.requests
    assert seen.body == b""
    assert not {"content-length", "transfer-encoding", "content-type"} & seen.headers.keys()
    assert (seen.headers["user-agent"], seen.headers["accept"]) == (AGENT, "application/json")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_empty_write_arrives_with_its_length(desk: Desk, method: str) -> None:
    await desk.transport().send(WRITES[method])
    (seen,) = desk.shop.requests
    assert (seen.body, seen.headers["content-length"]) == (b"", "0")


async def test_a_write_arrives_as_json_with_its_credential(desk: Desk) -> None:
    auth = ("X-USER-TOKEN", SecretStr("thisissecret"))
    await desk.transport().send(Call("POST", ("thing",), Effect.WRITE, json={"n": 1}, auth=auth))
    (seen,) = desk.shop.requests
    assert seen.body == b'{"n":1}'
    assert (seen.headers["content-type"], seen.headers["content-length"]) == ("application/json", "7")
    assert seen.headers["x-user-token"] == "thisissecret"


@pytest.mark.parametrize(
    ("segment", "path"),
    [
        ("../admin", "..%2Fadmin"),
        ("a/b", "a%2Fb"),
        ("//host/x", "%2F%2Fhost%2Fx"),
        ("x?admin=1", "x%3Fadmin%3D1"),
        ("x#y", "x%23y"),
        ("%2e%2e", "%252e%252e"),
        ("..%2f..", "..%252f.."),
        ("...", "..."),
        ("..\\..", "..%5C.."),
        ("a b", "a%20b"),
        ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
        ("ü;v=1", "%C3%BC%3Bv%3D1"),
        ("@me", "@me"),
    ],
)
async def test_no_text_reaches_another_path(desk: Desk, segment: str, path: str) -> None:
    desk.shop.fail(status=200, times=None)
    call = Call("GET", ("users", segment, "graphs"), Effect.READ)
    await desk.transport(f"{desk.shop.url}/v1/").send(call)
    (seen,) = desk.shop.requests
    assert (seen.path, seen.query) == (f"/v1/users/{path}/graphs", {})


@pytest.mark.parametrize("segment", ["..", ".", ""])
@pytest.mark.parametrize("effect", Effect)
async def test_a_path_that_would_climb_is_not_sent(desk: Desk, segment: str, effect: Effect) -> None:
    with pytest.raises(ValueError, match="segment"):
        await desk.transport().send(Call("GET", ("users", segment, "graphs"), effect))
    assert desk.shop.requests == []


async def test_an_answer_is_read_as_its_shape(desk: Desk) -> None:
    assert await desk.transport().fetch(READ, Thing) == Thing(n=1, name="thing")
    assert (await desk.transport().fetch(READ, TypeAdapter(dict[str, int | str])))["n"] == 1
    assert await desk.transport().fetch(READ, dict[str, int | str]) == {"n": 1, "name": "thing"}


@pytest.mark.parametrize(
    ("body", "shape", "where"),
    [
        (b'{"n":"thisissecret","name":"x"}', TypeAdapter(Thing), "n"),
        (b'{"n":1}', TypeAdapter(Thing), "name"),
        (b'[{"n":1,"name":"x"},{"n":1,"name":["thisissecret"]}]', TypeAdapter(Sequence[Thing]), "1.name"),
        (b'{"things":{"n":1,"name":7}}', TypeAdapter(dict[str, Thing]), "things.name"),
        (b'{"this is\\nsecret":{"n":1,"name":7}}', TypeAdapter(dict[str, Thing]), "*.name"),
        (b'{"1110000000000000001":{"n":1}}', TypeAdapter(dict[str, Thing]), "*.name"),
        (b'{"' + b"x" * 99 + b'":{"n":1}}', TypeAdapter(dict[str, Thing]), "*.name"),
        (b'"thisissecret"', TypeAdapter(Thing), "the body"),
        (b"[]", TypeAdapter(Thing), "the body"),
        (b"", TypeAdapter(Thing), "the body"),
        (b"[" * 100_000, TypeAdapter(Thing), "the body"),
    ],
)
def test_an_unknown_shape_is_told_by_its_place_and_never_by_its_value(
    desk: Desk, body: bytes, shape: TypeAdapter[object], where: str
) -> None:
    with pytest.raises(Unexpected) as caught:
        desk.transport().read(Reply(200, {}, body), shape)
    assert (caught.value.where, caught.value.status) == (where, 200)
    assert "secret" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


async def test_a_vendors_reason_comes_clean_of_the_calls_secrets(desk: Desk) -> None:
    call = Call("POST", ("thing",), Effect.WRITE, json={}, secrets=[SecretStr('a token/with "signs" & all')])
    said = (
        'no a token/with "signs" & all, a%20token%2Fwith%20%22signs%22%20%26%20all,'
        "\n\x1b a token/with &quot;signs&quot; &amp; all"
    )
    desk.shop.refuse_with(400, {"error": said})
    with pytest.raises(Rejected) as caught:
        await desk.transport().send(call)
    assert caught.value.reason == "no [secret], [secret], [secret]"


async def test_the_reason_of_the_last_of_many_failures_comes_clean_too(desk: Desk) -> None:
    call = Call("GET", ("thing",), Effect.READ, secrets=[SecretStr("thisissecret")])
    desk.shop.refuse_with(500, {"error": "thisissecret " + "x" * 999}, times=None)
    with pytest.raises(ApiError) as caught:
        await desk.transport().send(call)
    assert caught.value.reason == "[secret] " + "x" * 291
