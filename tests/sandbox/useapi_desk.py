"""A running emulator of useapi.net with accounts, a clock of its own and a plain client."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import aiohttp

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi import Job, MidjourneyAccount, PikaAccount, Subscriber, Useapi

GOLDEN = Path(__file__).parent.parent / "golden" / "useapi"
NOW = datetime(2025, 4, 5, 3, 2, 28, 676_000, UTC).timestamp()
KEY = "user:12345-abcdefghi"
NOTE = "Pending mod message: please acknowledge the warning to continue."

PIKA = "1110000000000000001"
PIKA_2 = "1110000000000000002"
MIDJOURNEY = "1120000000000000001"
MIDJOURNEY_2 = "1120000000000000002"
JOBS = tuple(f"0b8f2a6c-0000-4000-8000-{number:012}" for number in range(10))
"""The ids of the jobs that an emulator makes; the first one is [1]."""

PROMPT: dict[str, JSON] = {"prompt": "a red fox --ar 1:1"}
REPLY: dict[str, JSON] = {"replyUrl": "https://example.com/reply?ind=3", "replyRef": "fox-1"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


@dataclass
class Clock:
    """A clock that stands still unless it is told to go on."""

    now: float = NOW

    def __call__(self) -> float:
        """Return the time of day."""
        return self.now

    def go_on(self, seconds: float) -> None:
        """Let seconds pass."""
        self.now += seconds


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def json(self) -> dict[str, JSON]:
        """The body, which is a JSON object."""
        return cast("dict[str, JSON]", json.loads(self.body))

    @property
    def jobid(self) -> str:
        """The id of the job that the body shows."""
        return str(self.json["jobid"])

    def buttons(self) -> list[str]:
        """Return the buttons of the job that the body shows."""
        return cast("list[str]", self.json.get("buttons", []))

    def links(self) -> list[str]:
        """Return where the files of the job lie."""
        found = cast("list[dict[str, str]]", self.json.get("attachments", []))
        return [attachment["url"] for attachment in found]


class Desk:
    """An emulator with an account for each service, and somebody signed in with KEY."""

    def __init__(self, useapi: Useapi, clock: Clock, session: aiohttp.ClientSession) -> None:
        self.useapi, self.clock, self.session = useapi, clock, session
        self.subscriber = useapi.subscribe(KEY)
        self.subscriber.pika[PIKA] = PikaAccount(PIKA, "discord-token-a", 10)
        self.account = MidjourneyAccount(MIDJOURNEY, "1130000000000000001", "discord-token-a", 3)
        self.subscriber.midjourney[MIDJOURNEY] = self.account

    async def send(
        self,
        method: str,
        path: str,
        body: JSON = None,
        *,
        form: aiohttp.FormData | aiohttp.MultipartWriter | None = None,
        key: str = KEY,
    ) -> Answer:
        """Send ``body`` as JSON, or a form."""
        headers = {"Authorization": f"Bearer {key}"}
        url = self.useapi.url + path
        async with self.session.request(method, url, headers=headers, json=body, data=form) as response:
            return Answer(response.status, await response.read())

    async def fetch(self, url: str) -> Answer:
        """Fetch a file, as anybody may, without following where it leads."""
        async with self.session.get(url, allow_redirects=False) as response:
            return Answer(response.status, await response.read())

    async def post(self, verb: str, fields: dict[str, JSON]) -> Answer:
        """Call Midjourney with JSON."""
        return await self.send("POST", f"/v2/jobs/{verb}", fields)

    async def imagine(self, **fields: JSON) -> Answer:
        """Submit an imagine job."""
        return await self.post("imagine", PROMPT | fields)

    async def press(self, button: str, jobid: str = JOBS[1], /, **fields: JSON) -> Answer:
        """Press a button of Midjourney."""
        return await self.post("button", {"jobid": jobid, "button": button, **fields})

    async def pika(self, command: str, **fields: str | bytes) -> Answer:
        """Call Pika with a form; bytes are files."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            if isinstance(value, str):
                form.add_field(name, value)
            else:
                form.add_field(name, value, filename="blob", content_type="image/png")
        form.add_field("replyUrl", str(REPLY["replyUrl"]))
        form.add_field("replyRef", str(REPLY["replyRef"]))
        return await self.send("POST", f"/v1/pika/{command}", form=form)

    async def look(self, jobid: str = JOBS[1], *, api: str = "/v2", key: str = KEY) -> Answer:
        """Read a job."""
        return await self.send("GET", f"{api}/jobs/?jobid={jobid}", key=key)

    async def finished(self, answer: Answer) -> Answer:
        """Let a job of Midjourney come to its end and read it."""
        self.clock.go_on(14)
        return await self.look(answer.jobid)

    def add_account(self, *, notice: str | None = None, max_jobs: int = 15) -> MidjourneyAccount:
        """Configure a second Midjourney account."""
        added = MidjourneyAccount(MIDJOURNEY_2, "1130000000000000002", "discord-token-b", max_jobs, notice)
        self.subscriber.midjourney[MIDJOURNEY_2] = added
        return added

    def job(self, number: int) -> Job:
        """Return one of the jobs by its number."""
        return self.useapi.jobs[JOBS[number]]

    def settled(self, answer: Answer) -> Answer:
        """Return an answer with addresses, signatures and sizes written as in the goldens."""
        text = answer.body.decode()
        text = text.replace(f'"url":"{self.useapi.url}/', '"url":"https://cdn.discordapp.com/')
        text = text.replace(f'"proxy_url":"{self.useapi.url}/', '"proxy_url":"https://media.discordapp.net/')
        text = re.sub("hm=[0-9a-f]{64}", f"hm={'0' * 64}", text)
        return Answer(answer.status, re.sub(r'"size":\d{4,}', '"size":100000', text).encode())


@asynccontextmanager
async def open_desk() -> AsyncGenerator[Desk]:
    """Open a desk."""
    clock = Clock()
    async with Useapi(clock=clock) as useapi, aiohttp.ClientSession() as session:
        useapi.dice.seed(1)
        useapi.new_jobid = _numbered().__next__
        yield Desk(useapi, clock, session)


def _numbered() -> Iterator[str]:
    yield from JOBS[1:]


def golden(name: str) -> Answer:
    """Return the golden answer; a status that is not 200 begins its name."""
    status = int(name[:3]) if name[:3].isdigit() else 200
    return Answer(status, (GOLDEN / f"{name}.json").read_bytes())


def another(useapi: Useapi) -> Subscriber:
    """Subscribe somebody else."""
    return useapi.subscribe("user:2-other")
