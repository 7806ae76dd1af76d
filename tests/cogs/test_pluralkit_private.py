"""Everything that can be private is: its owner sees it marked, and nobody else sees any of it ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
import simcord

from bot.sandbox.pluralkit.entities import Group, GroupPrivacy, Member, MemberPrivacy, System, SystemPrivacy
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    ago,
    ask,
    custom_ids,
    link,
    newcomer,
    parts,
    press,
    seen_by_all,
    world,
)
from tests.stage import Stage, buttons, everything

MESSAGE = 1441131380049182000
SECRETS = (
    *("secret system", "secret pronouns", "secret description", "secret-avatar", "secret-banner"),
    *("secret member", "secret they", "secret text", "secret-face", "secret-proxy", "secret-wide"),
    *("secret group", "secret purpose", "secret-icon", "secret-group-banner"),
    *("September 19", "4711", "1577836800", "1577923200", "1578009600"),
)
"""What is private, as it would be seen: texts, addresses, a birthday, counts, and moments."""
MARKED = (
    *("secret system", "secret pronouns", "secret description", "secret member", "secret they"),
    *("secret text", "September 19, 1977", "4711", "<t:1577836800:D>", "secret group", "secret purpose"),
)
QUERIES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "system": ("system", {}),
    "members": ("members", {}),
    "members in full": ("members", {"full": True}),
    "members by birthday": ("members", {"sort": "birthday"}),
    "members by messages": ("members", {"sort": "messages"}),
    "members by age": ("members", {"sort": "created"}),
    "members by search": ("members", {"search": "secret"}),
    "member": ("member", {"ref": "veiled"}),
    "first fronter": ("member", {}),
    "groups": ("groups", {}),
    "group": ("group", {"ref": "hidden"}),
    "fronters": ("fronters", {}),
    "history": ("history", {}),
    "stats": ("stats", {"days": 0}),
    "random member": ("random", {}),
    "random group": ("random", {"kind": "group"}),
    "find": ("find", {"name": "e"}),
    "message": ("message", {"ref": str(MESSAGE)}),
}
OF_A_SYSTEM = {"system", "members", "groups", "fronters", "history", "stats", "random", "find"}


def _veil(stage: Stage) -> System:
    """Add a system of which all is private that can be."""
    system = world(stage).add_system(
        id="veilss",
        name="secret system",
        description="A secret description.",
        pronouns="secret pronouns",
        avatar_url="https://cdn.example.org/secret-avatar.png",
        banner="https://cdn.example.org/secret-banner.png",
        token=TOKEN,
        accounts=[stage.member.id],
        private=set(get_args(SystemPrivacy)),
    )
    member = world(stage).add_member(
        system=system,
        id="veiled",
        name="secret member",
        display_name="Veil",
        description="A secret text.",
        birthday="1977-09-19",
        pronouns="secret they",
        avatar_url="https://cdn.example.org/secret-face.png",
        webhook_avatar_url="https://cdn.example.org/secret-face2.png",
        banner="https://cdn.example.org/secret-wide.png",
        created=ago(days=2192),
        message_count=4711,
        last_message=ago(days=2191),
        proxy_tags=[("secret-proxy:", None)],
        private=set(get_args(MemberPrivacy)),
    )
    world(stage).add_group(
        system=system,
        id="hidden",
        name="secret group",
        display_name="Veils",
        description="A secret purpose.",
        icon="https://cdn.example.org/secret-icon.png",
        banner="https://cdn.example.org/secret-group-banner.png",
        created=ago(days=2190),
        members=[member],
        private=set(get_args(GroupPrivacy)),
    )
    world(stage).add_switch(system=system, at=ago(hours=3), members=[member])
    world(stage).add_message(
        id=MESSAGE, original=None, sender=stage.member.id, channel=stage.channel.id, guild=None, member=member
    )
    return system


def _secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def _seen(said: simcord.InteractionResult) -> str:
    """Return all that is in an answer and what followed it, addresses and texts in words too."""
    return str([parts(message) for message in (said.response, *said.followups) if message is not None])


async def test_the_owner_alone_sees_what_is_private_and_it_is_marked(stage: Stage) -> None:
    _veil(stage)
    await link(stage, stage.member, TOKEN)
    seen: list[str] = []
    for query, options in QUERIES.values():
        said = await ask(stage, query, **options)
        assert said.ephemeral
        assert said.followups == []
        lines = everything(said).splitlines()
        assert "-# 🔒 marks what others do not see." in lines
        for line in lines:
            # A search is what the owner typed.
            assert not _secrets_in(line) or "🔒" in line or "secret-proxy" in line or "With “" in line, line
        seen += [_seen(said)]
    assert not [secret for secret in (*MARKED, *SECRETS[3:5]) if secret not in "".join(seen)]
    assert seen_by_all(stage) == ""
    check_bodies(stage)


@pytest.mark.parametrize("how", ["by option", "by button", "by option and ref", "by button and ref"])
async def test_what_is_shared_holds_nothing_that_is_private(stage: Stage, how: str) -> None:
    _veil(stage)
    await link(stage, stage.member, TOKEN)
    for query, options in QUERIES.values():
        given: dict[str, Any] = dict(options)
        if how.endswith("ref") and query in OF_A_SYSTEM:
            given["ref"] = "veilss"
        if how.startswith("by option"):
            await ask(stage, query, share=True, **given)
        else:
            await press(stage, await ask(stage, query, **given), "Share")
    seen = seen_by_all(stage)
    assert _secrets_in(seen) == []
    assert "🔒" not in seen
    # What cannot be hidden at PluralKit is there, so that something was shared at all.
    assert {"veilss", "veiled", "hidden"} <= {word for word in ("veilss", "veiled", "hidden") if word in seen}
    check_bodies(stage)


async def test_no_button_under_what_was_shared_leads_to_what_is_private(stage: Stage) -> None:
    system = _veil(stage)
    system.private -= {"member_list_privacy", "group_list_privacy", "front_privacy", "front_history_privacy"}
    await link(stage, stage.member, TOKEN)
    for query, options in QUERIES.values():
        said = await ask(stage, query, share=True, **options)
        for shared in said.followups:
            ids = custom_ids(shared)
            assert "Share" not in ids
            for custom_id in ids.values():
                # The owner's own press shows everybody the public view too.
                await stage.press(stage.member, custom_id, shared)
    assert _secrets_in(seen_by_all(stage)) == []


@pytest.mark.parametrize("share", [False, True])
async def test_a_stranger_sees_nothing_that_is_private(stage: Stage, *, share: bool) -> None:
    _veil(stage)
    stranger = newcomer(stage)
    await link(stage, stranger)
    for query, options in QUERIES.values():
        given: dict[str, Any] = dict(options) | ({"ref": "veilss"} if query in OF_A_SYSTEM else {})
        if query == "member" and "ref" not in given:
            given["user"] = stage.member
        if given.get("search") == "secret":
            given["search"] = "veil"
        said = await ask(stage, query, stranger, share=share, **given)
        assert _secrets_in(_seen(said)) == []
    assert _secrets_in(seen_by_all(stage)) == []


async def test_the_owner_who_has_not_linked_sees_the_public_view(stage: Stage) -> None:
    _veil(stage)
    for query, options in QUERIES.values():
        given: dict[str, Any] = dict(options) | ({"ref": "veilss"} if query in OF_A_SYSTEM else {})
        given.pop("search", None)
        said = await ask(stage, query, **given)
        assert _secrets_in(_seen(said)) == []
        assert "🔒" not in _seen(said)


async def test_each_private_part_is_hidden_by_itself(stage: Stage) -> None:
    system = _veil(stage)
    [member], [group] = system.members, system.groups
    system.private, member.private, group.private = set(), set(), set()
    everything_shown = await _public_cards(stage)
    assert [secret for secret in SECRETS if secret not in everything_shown] == []
    for thing, key, secret in _parts_of(system, member, group):
        thing.private.add(key)
        assert secret not in await _public_cards(stage), key
        thing.private.discard(key)


def _parts_of(system: System, member: Member, group: Group) -> Iterator[tuple[Any, str, str]]:
    """Yield everything that can be private by itself, and how it would be seen."""
    texts = ("name_privacy", "description_privacy", "pronoun_privacy", "avatar_privacy", "banner_privacy")
    seen = ("secret system", "secret description", "secret pronouns", "secret-avatar", "secret-banner")
    yield from ((system, key, secret) for key, secret in zip(texts, seen, strict=True))
    seen = ("secret member", "secret text", "secret they", "secret-face", "secret-wide")
    yield from ((member, key, secret) for key, secret in zip(texts, seen, strict=True))
    yield member, "birthday_privacy", "September 19"
    yield member, "proxy_privacy", "secret-proxy"
    yield from ((member, "metadata_privacy", secret) for secret in ("4711", "1577836800", "1577923200"))
    yield group, "name_privacy", "secret group"
    yield group, "description_privacy", "secret purpose"
    yield group, "icon_privacy", "secret-icon"
    yield group, "banner_privacy", "secret-group-banner"
    yield group, "metadata_privacy", "1578009600"


async def _public_cards(stage: Stage) -> str:
    admin = stage.admin
    said = [
        await ask(stage, "system", admin, ref="veilss"),
        await ask(stage, "member", admin, ref="veiled"),
        await ask(stage, "group", admin, ref="hidden"),
    ]
    assert all(buttons(each) for each in said)
    return "".join(_seen(each) for each in said)
