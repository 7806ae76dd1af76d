"""What PluralKit may answer with: nulls, garbage, whatever a thousand people called themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.sandbox.pluralkit.entities import System
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    ago,
    ask,
    link,
    member_of,
    parts,
    press,
    read,
    world,
)
from tests.stage import Stage, buttons, everything, shown

MESSAGE = 1441131380049182000
QUERIES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "system": ("system", {"ref": "oddity"}),
    "members": ("members", {"ref": "oddity"}),
    "members in full": ("members", {"ref": "oddity", "full": True}),
    "members by birthday": ("members", {"ref": "oddity", "sort": "birthday"}),
    "groups": ("groups", {"ref": "oddity"}),
    "member": ("member", {"ref": "oddone"}),
    "group": ("group", {"ref": "oddset"}),
    "fronters": ("fronters", {"ref": "oddity"}),
    "history": ("history", {"ref": "oddity"}),
    "stats": ("stats", {"ref": "oddity", "days": 0}),
    "find": ("find", {"ref": "oddity", "name": "o"}),
    "message": ("message", {"ref": str(MESSAGE)}),
}
TEXTS = {
    "pings and links": "@everyone @here <@1> <@&2> <#3> </x:4> [nitro](https://evil.example) discord.gg/evil",
    "marks": "**b** __u__ ~~s~~ ||spoiler|| `code` ```block``` > quote # head -# small <t:0:R>\n\n# x\r\n```",
    "invisible": "\u200b\u200c\u2060\ufeff\u2800\u3164",
    "turned": "\u202egnp.exe\u202c \u2066x\u2069 \u200fמגדל\x00\x1b[31m\x07" + "🏳️\u200d🌈" * 12,
}
FORBIDDEN = ("@everyone", "@here", "<@1>", "<@&2>", "\x00", "\u202e")
CODE = re.compile(r"`[^`]*`")
"""What is shown as it is, and pings nobody."""


def _odd(stage: Stage, text: str, *, size: int = 30) -> System:
    """Add a system that has a text wherever it can have one, with as many members and groups."""
    system = world(stage).add_system(
        id="oddity",
        name=text[:100],
        description=text,
        tag=text[:79],
        pronouns=text[:100],
        avatar_url=f"https://cdn.example.org/{text}",
        banner=f"http://cdn.example.org/{text}",
        color=text[:6],
        token=TOKEN,
    )
    crew = [
        world(stage).add_member(
            system=system,
            id="oddone" if not number else "",
            name=text[:100],
            display_name=text[:100],
            description=text,
            pronouns=text[:100],
            birthday=text[:10],
            color=text[:6],
            avatar_url="https://cdn.example.org/a.png",
            banner=f"https://{text}.example/",
            message_count=2_000_000_000,
            last_message=ago(days=number),
            proxy_tags=[(text[:90], None), (None, text[:90])],
        )
        for number in range(size)
    ]
    for number in range(min(size, 25)):
        world(stage).add_group(
            system=system,
            id="oddset" if not number else "",
            name=text[:100],
            display_name=text[:100],
            description=text,
            icon=text,
            color=text[:6],
            members=crew,
        )
    for number in range(40):
        front = crew[number % max(1, size) :][:30]
        world(stage).add_switch(system=system, at=ago(hours=40 - number), members=front)
    world(stage).add_message(
        id=MESSAGE, original=None, sender=77, channel=2, guild=3, member=crew[0] if crew else None
    )
    return system


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_whatever_things_are_called_no_card_breaks_and_nothing_pings(stage: Stage, text: str) -> None:
    _odd(stage, text)
    for query, options in QUERIES.values():
        said = await ask(stage, query, share=True, **options)
        assert len(said.followups) == 1, everything(said)
        lines = shown(said.followups[0])
        assert not [word for word in FORBIDDEN if word in CODE.sub("", lines)]
        assert not [word for word in ("](https", "**b**", "||sp") if word in lines.splitlines()[0]]
    check_bodies(stage)


async def test_a_thousand_members_with_the_longest_names_of_markdown_fit_on_every_card(stage: Stage) -> None:
    system = _odd(stage, "*_" * 500, size=1_000)
    for thing in (system, *system.members, *system.groups):
        thing.private.update({"name_privacy", "description_privacy"})
    for member in system.members:
        member.private |= {"visibility", "birthday_privacy", "pronoun_privacy", "metadata_privacy"}
    await link(stage, stage.member, TOKEN)
    for query, options in QUERIES.values():
        said = await ask(stage, query, **options)
        assert "-# 🔒 marks what others do not see." in shown(said).splitlines(), query
        assert "Share" in buttons(said)
        if "Next →" in buttons(said):
            before = {line for line in shown(said).splitlines() if line.startswith("`")}
            said = await press(stage, said, "Next →")
            assert not before & {line for line in shown(said).splitlines() if line.startswith("`")}
    check_bodies(stage)


async def test_a_long_description_is_cut_and_what_follows_it_stays(stage: Stage) -> None:
    _odd(stage, "*_" * 2_000, size=60)
    for query in ("system", "member", "group", "message"):
        command, options = QUERIES[query]
        lines = await read(stage, command, **options)
        assert any(" id `odd" in line and line.endswith(":D>") for line in lines)
        assert any(line.endswith("…") for line in lines)
        assert ("**Original id:** not kept" in lines) == (query == "message")
    check_bodies(stage)


async def test_a_system_of_nothing_but_nulls_is_shown_by_its_id(stage: Stage) -> None:
    system = world(stage).add_system(id="oddity")
    member = world(stage).add_member(system=system, id="oddone", name="x")
    world(stage).add_group(system=system, id="oddset", name="y")
    world(stage).add_message(id=MESSAGE, original=None, sender=1, channel=2, guild=None, member=member)
    for query, options in QUERIES.values():
        lines = await read(stage, query, **options)
        assert "None" not in "".join(lines)
        assert "null" not in "".join(lines)
        assert "`oddity`" in lines[0] or "### x" in lines[0] or "### y" in lines[0]
    check_bodies(stage)


async def test_a_system_without_members_and_groups_is_shown_on_every_card(stage: Stage) -> None:
    _odd(stage, "empty", size=0)
    for query in ("system", "members", "members in full", "groups", "fronters", "history", "stats", "find"):
        command, options = QUERIES[query]
        assert (await read(stage, command, **options))[0].startswith("### ")
    check_bodies(stage)


COLOURS: Mapping[str | None, int | None] = {
    "2F7fB8": 0x2F7FB8,
    "ABCDEF": 0xABCDEF,
    "000000": 0,
    **dict.fromkeys(("abc", "#aabbcc", "-0000f", "\uff11" * 6, "", None)),
}


async def test_colours_of_any_case_are_shown_and_garbage_is_none(stage: Stage) -> None:
    system = _odd(stage, "plain", size=1)
    for colour, bar in COLOURS.items():
        system.color = system.members[0].color = system.groups[0].color = colour
        for query in ("system", "group", "fronters", "message"):
            command, options = QUERIES[query]
            assert parts(await ask(stage, command, **options))[0].get("accent_color") == bar


BIRTHDAYS = {
    "0001-02-03": ["**Birthday:** February 3"],
    "0004-02-29": ["**Birthday:** February 29"],
    "1994-07-16": ["**Birthday:** July 16, 1994"],
    "9999-12-31": ["**Birthday:** December 31, 9999"],
    "2023-02-29": ["**Birthday:** 2023\\-02\\-29"],
    "0000-00-00": ["**Birthday:** 0000\\-00\\-00"],
    "soon": ["**Birthday:** soon"],
    "": [],
}


async def test_birthdays_of_any_kind_are_shown(stage: Stage) -> None:
    for birthday, lines in BIRTHDAYS.items():
        member_of(stage, "tamoz").birthday = birthday
        said = await read(stage, "member", ref="tamoz")
        assert [line for line in said if line.startswith("**Birthday")] == lines


NO_PICTURES = (
    "http://cdn.example.org/a.png",
    "https://",
    "https://[",
    "https://a b.example/",
    "https://localhost/a.png",
    "https://пример.example/a.png",
    "javascript:alert(1)",
    "ftp://cdn.example.org/a.png",
    "https://cdn.example.org/\x07",
    "https://cdn.example.org/" + "é" * 700,
)


async def test_pictures_that_discord_does_not_take_are_left_out(stage: Stage) -> None:
    system = _odd(stage, "plain", size=1)
    [member], [group] = system.members, system.groups
    for address in NO_PICTURES:
        system.avatar_url = system.banner = member.avatar_url = member.banner = address
        group.icon = group.banner = address
        for query in ("system", "group", "fronters"):
            command, options = QUERIES[query]
            kinds = {part["type"] for part in parts(await ask(stage, command, **options))}
            assert kinds.isdisjoint({11, 12}), address
    check_bodies(stage)


async def test_pictures_have_words_and_addresses_that_discord_takes(stage: Stage) -> None:
    member = member_of(stage, "wrenq")
    member.avatar_url, member.banner = (
        "https://cdn.example.org/ü<>.png?a=b",
        "https://cdn.example.org/b.png",
    )
    member.avatar_url = member.avatar_url.replace(" ", "")
    said = parts(await ask(stage, "member", ref="wrenq"))
    [avatar] = [part for part in said if part["type"] == 11]
    [gallery] = [part for part in said if part["type"] == 12]
    assert avatar["media"]["url"] == "https://cdn.example.org/%C3%BC<>.png?a=b"
    assert avatar["description"] == "Avatar of Wren"
    assert gallery["items"][0]["description"] == "Banner of Wren"


async def test_front_order_is_kept_in_the_front_and_promised_by_no_list(stage: Stage) -> None:
    system = _odd(stage, "x", size=5)
    for number, member in enumerate(system.members):
        member.name, member.display_name = f"Sailor {number}", None
    order = [system.members[number] for number in (3, 1, 4, 0, 2)]
    world(stage).add_switch(system=system, at=ago(minutes=5), members=order)
    lines = await read(stage, "fronters", ref="oddity")
    named = [line for line in lines if line.startswith("**Sailor")]
    assert [line[2:10] for line in named] == [member.name for member in order]
    lines = await read(stage, "members", ref="oddity")
    assert [line[11:19] for line in lines[1:6]] == [f"Sailor {number}" for number in range(5)]


async def test_a_name_cannot_claim_what_only_our_mark_says(stage: Stage) -> None:
    system = world(stage).add_system(id="oddity", name="Odd 🔒", token=TOKEN)
    bob = world(stage).add_member(system=system, name="Bob 🔒", description="Mine alone 🔒", pronouns="🔒")
    lock = world(stage).add_member(system=system, name="🔒")
    group = world(stage).add_group(system=system, name="Den 🔒", members=[bob, lock])
    world(stage).add_switch(system=system, at=ago(hours=2), members=[bob, lock])
    queries: list[tuple[str, Mapping[str, Any]]] = [
        ("system", {"ref": "oddity"}),
        ("member", {"ref": bob.id}),
        ("member", {"ref": lock.id}),
        ("group", {"ref": group.id}),
        ("groups", {"ref": "oddity"}),
        ("fronters", {"ref": "oddity"}),
        ("history", {"ref": "oddity"}),
        ("stats", {"ref": "oddity"}),
        ("find", {"ref": "oddity", "name": "b"}),
        ("members", {"ref": "oddity"}),
        ("members", {"ref": "oddity", "full": True}),
    ]
    for query, options in queries:
        said = await ask(stage, query, share=True, **options)
        text = everything(said)
        assert "⚠️" not in text
        assert "🔒" not in text
        assert "what others do not see" not in text
    assert (await read(stage, "member", ref=bob.id))[0].startswith("### Bob (Odd)")
    assert (await read(stage, "member", ref=lock.id))[0].startswith(f"### `{lock.id}` (Odd)")
    check_bodies(stage)
