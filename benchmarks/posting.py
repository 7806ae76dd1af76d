"""Interactions posted over HTTP, signed, as Discord does for an app that has an interactions endpoint URL.

https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.wire import Call, Payload, parsed

PATIENCE = 3.0
"""Seconds that Discord waits for an answer."""

PING = 1


class NotTaken(Exception):
    """The app did not take an interaction: it answered otherwise than Discord wants, or not at all (0)."""

    def __init__(self, words: str, status: int = 0) -> None:
        self.status = status
        super().__init__(words)


class Signer:
    """A key pair of an app's."""

    def __init__(self, private: Ed25519PrivateKey | None = None) -> None:
        self._private = private or Ed25519PrivateKey.generate()

    @property
    def public(self) -> str:
        """The public key as the developer portal shows it."""
        return self._private.public_key().public_bytes_raw().hex()

    def headers(self, body: bytes, stamp: str | None = None) -> dict[str, str]:
        """Return the headers that sign a body now, or at ``stamp``."""
        stamp = str(int(time.time())) if stamp is None else stamp
        signature = self._private.sign(stamp.encode() + body).hex()
        return {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": stamp}


@dataclass(frozen=True, slots=True)
class Received:
    """What an endpoint answered."""

    status: int
    content_type: str
    body: bytes

    def callback(self, event: Payload) -> Call | None:
        """Return the request to the callback route that would say the same, None where nothing is said."""
        if not self.body:
            return None
        path = f"/interactions/{event['id']}/{event['token']}/callback"
        params = {"interaction": event["id"], "token": event["token"]}
        call = Call("POST", path, {}, {}, self.content_type, parsed(self.body), at=time.monotonic())
        call.params = params
        return call


class Poster:
    """Posts interactions to endpoints in turn."""

    def __init__(self, urls: Sequence[str], signer: Signer) -> None:
        self.urls = [*urls]
        self._signer = signer
        self._session: aiohttp.ClientSession | None = None
        self._turn = 0

    async def ping(self) -> None:
        """Verify every endpoint as the developer portal does. Raises :class:`NotTaken`."""
        for url in self.urls:
            body = json.dumps({"id": "1", "type": PING, "token": "-", "version": 1}).encode()
            good = await self.send(url, body, self._signer.headers(body))
            if good.status != 200 or json.loads(good.body) != {"type": PING}:
                raise NotTaken(f"PING was answered with {good.status}")
            bad = await self.send(url, body, self._signer.headers(body + b" "))
            if bad.status != 401:
                raise NotTaken(f"a PING that somebody else signed was answered with {bad.status}")

    async def post(self, event: Payload) -> Received:
        """Post an interaction to the endpoint whose turn it is. Raises :class:`NotTaken`."""
        url = self.urls[self._turn % len(self.urls)]
        self._turn += 1
        body = json.dumps(event).encode()
        received = await self.send(url, body, self._signer.headers(body))
        if received.status not in {200, 202, 204}:
            raise NotTaken(f"{url} answered {received.status}", received.status)
        return received

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Received:
        """Post any body with any headers. Raises :class:`NotTaken` where no answer comes."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        sent = {"Content-Type": "application/json", "User-Agent": "Discord-Interactions/1.0", **headers}
        limit = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self._session.post(url, data=body, headers=sent, timeout=limit) as response:
                return Received(response.status, response.content_type, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotTaken(f"{url} gave no answer ({type(error).__name__})") from error

    async def close(self) -> None:
        """End the connections."""
        if self._session is not None:
            await self._session.close()
