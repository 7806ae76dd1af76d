"""A small PluralKit world that answers the golden bodies, and a client to ask it with."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from yarl import URL

from bot.sandbox.pluralkit import PluralKit
from bot.sandbox.pluralkit.entities import Autoproxy, Group, Member, Switch, System
from bot.sandbox.pluralkit.settings import MemberGuild, Settings, SystemGuild
from bot.sandbox.pluralkit.world import World
from bot.sandbox.upstream import JSON
from tests.sandbox.wire import Answer

GOLDEN = Path(__file__).parent.parent / "golden" / "pluralkit"
TOKEN = "harbour".ljust(64, "0")
STRANGER = "stranger".ljust(64, "0")
ACCOUNT = 466378653216014001
GUILD = 466707357099884544
MESSAGE = 860690364317958164
ORIGINAL = 860690361109315634
SYSTEM_UUID = "6d3f8a52-0c0e-4b1a-9a53-3f1f6f0f7c11"
WREN_UUID = "b0c6c1de-7a39-4a55-8d0a-5f7f3f1c2e90"
NEWEST = "7c87fbc3-6155-4765-bd1a-228e7f863cab"
FOREIGN = "3f0a64a5-6a0f-4f3e-9a0c-1c7b8f6f0a11"
OLDEST = "1b1b7f0e-4e0e-4a6e-8b61-6b0d6d1a9f55"


def golden(name: str) -> bytes:
    """Return the body in a golden file, without the line end that closes the file."""
    return (GOLDEN / f"{name}.json").read_bytes().removesuffix(b"\n")


@dataclass
class Clock:
    """The time in seconds since 1970, which stands still until a test moves it."""

    now: float = datetime(2026, 8, 2, tzinfo=UTC).timestamp()

    def __call__(self) -> float:
        """Read the clock."""
        return self.now


@dataclass
class Harbour:
    """The running emulator, what is in it, and a session to ask it."""

    pk: PluralKit
    clock: Clock
    session: aiohttp.ClientSession
    system: System
    wren: Member
    tam: Member
    crew: Group
    switches: list[Switch] = field(default_factory=list[Switch])

    async def ask(
        self, method: str, path: str, token: str | None = None, body: bytes | None = None, **headers: str
    ) -> Answer:
        """Send a request; ``path`` stands after the port, percent-encoded by the caller."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["Authorization"] = token
        url = URL(self.pk.url.removesuffix("/v2") + path, encoded=True)
        asked = self.session.request(method, url, headers=named, data=body, allow_redirects=False)
        async with asked as response:
            return Answer(response.status, await response.read(), response.headers)

    async def get(self, path: str, token: str | None = None, **headers: str) -> Answer:
        """Send a GET to a path under the API's mount."""
        return await self.ask("GET", f"/v2{path}", token, None, **{"User_Agent": "tests", **headers})

    async def write(self, method: str, path: str, body: JSON = None, token: str | None = TOKEN) -> Answer:
        """Send a body as JSON, a second after what was sent before: the limiter is not in the way."""
        self.clock.now += 1
        raw = b"" if method == "DELETE" else json.dumps(body).encode()
        return await self.ask(
            method, f"/v2{path}", token, raw, User_Agent="tests", Content_Type="application/json"
        )

    async def read(self, path: str) -> JSON:
        """Read a page as the owner."""
        return (await self.get(path, TOKEN)).json


@dataclass
class Strangers:
    """Another system, and one thing of each kind in it."""

    system: System
    member: Member
    group: Group
    switch: Switch


def add_strangers(world: World) -> Strangers:
    """Add a system whose token is :data:`STRANGER`."""
    system = world.add_system(id="others", token=STRANGER)
    member = world.add_member(system=system, id="dorisa", name="Doris")
    group = world.add_group(system=system, id="dories", name="Dories", members=[member])
    switch = world.add_switch(
        system=system, uuid=FOREIGN, at=datetime(2026, 8, 1, tzinfo=UTC), members=[member]
    )
    return Strangers(system, member, group, switch)


def refusal(code: int | str) -> tuple[int, bytes]:
    """Return the status and the golden body of a refusal, named by its code or its HTTP status."""
    body = golden(f"error_{code}")
    number = int(str(code).partition("_")[0])
    families = {20: 404, 30: 403, 40: 400, 50: 501}
    return families.get(number // 1000, number), body


@asynccontextmanager
async def harbour() -> AsyncGenerator[Harbour]:
    """Run an emulator whose world answers the golden bodies."""
    clock = Clock()
    pk = PluralKit(clock=clock)
    system = _add_system(pk.world)
    wren, tam = _add_wren(pk.world, system), _add_tam(pk.world, system)
    crew = pk.world.add_group(
        system=system,
        id="crewab",
        uuid="0f0b7a0e-3c0d-4d0c-9f8e-0a2b4c6d8e10",
        name="Night crew",
        color="223344",
        created=datetime(2022, 1, 1, tzinfo=UTC),
        members=[wren],
    )
    switches = [
        pk.world.add_switch(system=system, uuid=OLDEST, at=datetime(2026, 8, 1, 8, tzinfo=UTC)),
        pk.world.add_switch(
            system=system,
            uuid=NEWEST,
            at=datetime(2026, 8, 1, 20, 15, 0, 250_000, tzinfo=UTC),
            members=[tam, wren],
        ),
    ]
    pk.world.add_message(
        id=MESSAGE, original=ORIGINAL, sender=ACCOUNT, channel=466707357099884601, guild=GUILD, member=wren
    )
    system.autoproxy[GUILD] = Autoproxy(mode="latch", member=wren, last_latch=switches[-1].at)
    no_name = aiohttp.ClientSession(skip_auto_headers=["User-Agent"])
    async with pk, no_name as session:
        yield Harbour(pk, clock, session, system, wren, tam, crew, switches)


def _add_system(world: World) -> System:
    return world.add_system(
        id="hrbrla",
        uuid=SYSTEM_UUID,
        name="Harbour Lights",
        description="A small crew. **Hi!**",
        tag="⚓ HL",
        pronouns="they/them",
        avatar_url="https://cdn.example.org/hl/avatar.webp",
        color="2f7fb8",
        created=datetime(2021, 3, 4, 5, 6, 7, 123456, tzinfo=UTC),
        private={"description_privacy", "front_history_privacy"},
        token=TOKEN,
        accounts=[ACCOUNT],
        settings=Settings(timezone="Europe/Copenhagen", hid_display_split=True),
        guilds={GUILD: SystemGuild(tag="| HL")},
    )


def _add_wren(world: World, system: System) -> Member:
    return world.add_member(
        system=system,
        id="wrenq",
        uuid=WREN_UUID,
        name="Wren",
        display_name="Wren 🪶",
        color="ff8800",
        birthday="0004-02-29",
        pronouns="she/they",
        description="Likes tide tables.",
        created=datetime(2021, 3, 4, 5, 10, 0, 500_000, tzinfo=UTC),
        message_count=751,
        last_message=datetime(2026, 6, 16, 18, 21, 35, 930361, tzinfo=UTC),
        proxy_tags=[("W:", None), ("{", "}")],
        private={"name_privacy", "metadata_privacy", "proxy_privacy"},
        guilds={GUILD: MemberGuild(display_name="Wren (mod)")},
    )


def _add_tam(world: World, system: System) -> Member:
    return world.add_member(
        system=system,
        id="tamoze",
        uuid="5e1c0c4b-92f7-4c37-b7a3-08d5a6d0f3b2",
        name="Tam",
        created=datetime(2021, 3, 5, tzinfo=UTC),
        keep_proxy=True,
        proxy_tags=[(None, "-t")],
    )
