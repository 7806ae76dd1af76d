"""Data to look at: one system that shows itself, and one that hides nearly all."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.sandbox.pluralkit.entities import Autoproxy, Member, System
from bot.sandbox.pluralkit.server import PluralKit
from bot.sandbox.pluralkit.settings import MemberGuild, Settings, SystemGuild
from bot.sandbox.pluralkit.world import World

MESSAGE_ID: Final = 1441131380049182878
"""A message of 2025-11-20T18:21:35.93Z."""
ORIGINAL_ID: Final = MESSAGE_ID - (2_000 << 22)
"""The message that it replaced, two seconds older."""

_FOUNDED = datetime(2021, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
_LAST_WORD = datetime(2025, 11, 20, 18, 21, 35, 930361, tzinfo=UTC)
_SWITCHES = 60
_SET_SAIL = datetime(2022, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What :func:`seed` made, as a person would type it."""

    token: str
    """The token of the own system: 64 characters, always the same."""
    system_id: str
    message_id: str
    """A message that the own system's account had proxied."""
    other_system_id: str
    """The system that hides its fronters, its members and more. Nobody has its token."""


def seed(pk: PluralKit, *, account_id: int, other_account_id: int, guild_id: int, channel_id: int) -> Seeded:
    """Fill an emulator with two systems, each linked to one Discord account.

    Ids are the same every time; switches end shortly before the emulator's present.
    """
    token = base64.b64encode(hashlib.sha384(b"Harbour Lights").digest()).decode()
    harbour = _add_harbour(pk.world, token, account_id, guild_id)
    crew = _add_crew(pk.world, harbour)
    _add_groups(pk.world, harbour, crew)
    _add_switches(pk, harbour, crew)
    harbour.autoproxy[guild_id] = Autoproxy(mode="latch", member=crew[0], last_latch=_LAST_WORD)
    crew[0].guilds[guild_id] = MemberGuild(display_name="Wren (mod)")
    pk.world.add_message(
        id=MESSAGE_ID,
        original=ORIGINAL_ID,
        sender=account_id,
        channel=channel_id,
        guild=guild_id,
        member=crew[0],
    )
    other = _add_other(pk, other_account_id)
    return Seeded(token, harbour.id, str(MESSAGE_ID), other.id)


def _add_harbour(world: World, token: str, account: int, guild: int) -> System:
    return world.add_system(
        id="hrbrht",
        name="Harbour Lights",
        description="A small crew by the sea. **Hi!**\n\nWe keep the lamp lit, _mostly_ on time.",
        tag="⚓ HL",
        pronouns="they/them",
        avatar_url="https://cdn.example.org/harbour/avatar.webp",
        banner="https://cdn.example.org/harbour/banner.webp",
        color="2F7fb8",
        created=_FOUNDED,
        private={"pronoun_privacy"},
        token=token,
        accounts=[account],
        settings=Settings(timezone="Europe/Copenhagen", hid_display_split=True),
        guilds={guild: SystemGuild(tag="| HL")},
    )


def _add_crew(world: World, harbour: System) -> list[Member]:
    return [*_busy_crew(world, harbour), *_quiet_crew(world, harbour), *_awkward_crew(world, harbour)]


def _busy_crew(world: World, harbour: System) -> list[Member]:
    """Add the members that say most of themselves, two of them with old ids of five letters."""
    return [
        world.add_member(
            system=harbour,
            id="wrenq",
            name="Wren",
            display_name="Wren 🪶",
            color="ff8800",
            birthday="0004-02-29",
            pronouns="she/they",
            avatar_url="https://cdn.example.org/harbour/wren.webp",
            description="Likes tide tables.",
            created=_FOUNDED + timedelta(minutes=4),
            message_count=751,
            last_message=_LAST_WORD,
            proxy_tags=[("W:", None), ("{", "}")],
        ),
        world.add_member(
            system=harbour,
            id="tamoz",
            name="Tam",
            color="3fa34d",
            birthday="1994-07-16",
            pronouns="he/him",
            created=_FOUNDED + timedelta(minutes=5),
            message_count=312,
            last_message=_LAST_WORD - timedelta(hours=5),
            proxy_tags=[("T:", None)],
        ),
    ]


def _quiet_crew(world: World, harbour: System) -> list[Member]:
    """Add the members that say less of themselves."""
    return [
        world.add_member(
            system=harbour,
            id="prkgny",
            name="Pilot",
            pronouns="it/its",
            color="223344",
            banner="https://cdn.example.org/harbour/pilot.webp",
            description="Knows every sandbank.\n- north: 3 m\n- south: 5 m\n\n> mind the wreck",
            keep_proxy=True,
            proxy_tags=[(None, "-p")],
        ),
        world.add_member(
            system=harbour, id="bxsana", name="Saoirse", birthday="0004-12-31", pronouns="any", tts=True
        ),
        world.add_member(system=harbour, id="ongehr", name="Ōtani", color="c0ffee", birthday="2001-01-01"),
        world.add_member(system=harbour, id="jvkctw", name="Quay", autoproxy_enabled=False),
    ]


def _awkward_crew(world: World, harbour: System) -> list[Member]:
    """Add the members whose names or privacy are hard to show well."""
    return [
        world.add_member(system=harbour, id="ezrabc", name="**Brine** _&_ `Kelp`", color="008080"),
        world.add_member(system=harbour, id="hfutnp", name="@everyone <@1> [ahoy](https://example.org)"),
        world.add_member(system=harbour, id="snvkox", name="מגדלור", pronouns="היא", color="ffd700"),
        world.add_member(system=harbour, id="crjgyt", name="🦀👩‍👩‍👧‍👦🌊", display_name="Crab family"),
        world.add_member(
            system=harbour,
            id="kzwtfo",
            name="Low Tide",
            display_name="Tide",
            color="445566",
            birthday="1988-03-09",
            pronouns="they/them",
            description="Not for everybody.",
            message_count=12,
            proxy_tags=[("lt-", None)],
            private={
                "name_privacy",
                "description_privacy",
                "birthday_privacy",
                "pronoun_privacy",
                "metadata_privacy",
                "proxy_privacy",
            },
        ),
        world.add_member(
            system=harbour, id="nyxper", name="Undertow", description="Keeps below.", private={"visibility"}
        ),
    ]


def _add_groups(world: World, harbour: System, crew: list[Member]) -> None:
    world.add_group(
        system=harbour,
        id="nghtcr",
        name="Night crew",
        description="Awake after the last ferry.",
        color="223344",
        created=_FOUNDED + timedelta(days=300),
        members=[crew[0], crew[2], crew[11]],
    )
    world.add_group(
        system=harbour,
        id="lampkp",
        name="Lamp keepers",
        display_name="Keepers of the lamp 💡",
        icon="https://cdn.example.org/harbour/lamp.webp",
        created=_FOUNDED + timedelta(days=301),
        private={"metadata_privacy"},
        members=[crew[1], crew[8], crew[9], crew[10]],
    )


def _add_switches(pk: PluralKit, harbour: System, crew: list[Member]) -> None:
    """Add a month of switches, two a day; every tenth leaves nobody at the front.

    The newest has two members. Fractions of seconds vary, as the vendor prints them.
    """
    now = datetime.fromtimestamp(pk.clock(), UTC)
    for number in reversed(range(_SWITCHES)):
        front = [crew[number * 5 % 12], crew[(number * 7 + 1) % 12]]
        length = 0 if number % 10 == 9 else 2 if number % 3 == 0 else 1
        pk.world.add_switch(
            system=harbour,
            at=now - timedelta(hours=12 * number, minutes=95 + number * 37 % 240, milliseconds=number * 250),
            members=front[:length],
        )


def _add_other(pk: PluralKit, account: int) -> System:
    """Add the system that hides nearly all: its id, tag and colour it cannot."""
    other = pk.world.add_system(
        id="fgbnks",
        name="Fog Bank",
        description="Not to be seen.",
        tag="🌫",
        color="9aa5b1",
        accounts=[account],
        private={
            "description_privacy",
            "avatar_privacy",
            "banner_privacy",
            "pronoun_privacy",
            "member_list_privacy",
            "group_list_privacy",
            "front_privacy",
            "front_history_privacy",
        },
    )
    haze = pk.world.add_member(
        system=other, id="hzevxt", name="Haze", display_name="H", private={"name_privacy"}
    )
    drift = pk.world.add_member(system=other, id="drftab", name="Drift", private={"visibility"})
    pk.world.add_group(
        system=other, id="mstaaa", name="Mist", private={"list_privacy"}, members=[haze, drift]
    )
    yesterday = datetime.fromtimestamp(pk.clock(), UTC) - timedelta(days=1)
    pk.world.add_switch(system=other, at=yesterday, members=[haze])
    return other


def seed_large(world: World, members: int = 1_000, switches: int = 100_000) -> System:
    """Add a system as large as the vendor allows, with a token of its own, and return it.

    It is the same every time. A switch of one to three members comes every ten minutes from 2022 on;
    every tenth leaves nobody at the front.
    """
    fleet = world.add_system(
        name="Armada", token=base64.b64encode(hashlib.sha384(b"Armada").digest()).decode()
    )
    crew = [
        world.add_member(system=fleet, name=f"Sailor {number}", pronouns="they/them", message_count=number)
        for number in range(members)
    ]
    for number in range(switches if crew else 0):
        first = number * 7 % members
        world.add_switch(
            system=fleet,
            at=_SET_SAIL + timedelta(minutes=10 * number),
            members=[] if number % 10 == 9 else crew[first : first + 1 + number % 3],
        )
    return fleet
