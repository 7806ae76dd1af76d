"""The loopback Discord posting interactions over HTTP, to an app of a few lines that answers in place."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from benchmarks.loopback import LoopbackDiscord
from benchmarks.posting import NotTaken
from bot.signing import PublicKey
from tests.api.desk import closed_port


class Tiny:
    """Answers each command with its name, by the HTTP answer alone."""

    def __init__(self, key: str) -> None:
        self._key = PublicKey(key, lambda: 0)
        self.checks = True
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:
        """Answer."""
        body = await request.read()
        headers = request.headers
        signature = bytes.fromhex(headers["X-Signature-Ed25519"])
        message = headers["X-Signature-Timestamp"].encode() + body
        if self.checks and not self._key.verifies(signature, message):
            return web.Response(status=401)
        event: dict[str, Any] = json.loads(body)
        if event["type"] == 1:
            return web.json_response({"type": 1})
        said = {"type": 4, "data": {"content": event["data"]["name"]}}
        return web.json_response(said, status=self.status)


@asynccontextmanager
async def listening(tiny: Tiny) -> AsyncGenerator[str]:
    app = web.Application()
    app.router.add_post("/", tiny.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def test_an_answer_in_the_http_answer_counts_as_the_callback() -> None:
    async with LoopbackDiscord() as loopback:
        tiny = Tiny(loopback.signer.public)
        async with listening(tiny) as one, listening(tiny) as other:
            await loopback.post_to(one, other)
            for _ in range(2):
                answer = await loopback.slash("hello")
                assert (answer.type, answer.text, answer.http_status) == (4, "hello", 200)
            assert loopback.endpoints == [one, other]
            tiny.status = 500
            with pytest.raises(NotTaken, match="answered 500"):
                await loopback.slash("hello")
            await loopback.slash("hello", until="none")


async def test_an_endpoint_that_does_not_check_signatures_or_is_not_there_is_not_taken() -> None:
    async with LoopbackDiscord() as loopback:
        tiny = Tiny(loopback.signer.public)
        async with listening(tiny) as url:
            tiny.checks = False
            with pytest.raises(NotTaken, match="somebody else signed was answered with 200"):
                await loopback.post_to(url)
        with pytest.raises(NotTaken, match="gave no answer"):
            await loopback.post_to(f"http://127.0.0.1:{closed_port()}/")
