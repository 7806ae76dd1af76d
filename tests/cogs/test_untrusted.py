"""What strangers wrote: it never pings, hides, reaches out, or breaks the card that it stands in."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.sandbox import USEAPI_KEY
from tests.bodies import check_bodies
from tests.stage import Stage, everything, shown

PING = "@everyone @here <@1> <@&2> <#3>"
LINK = "[free nitro](https://evil.example)"
RTL = "\u202egnp.exe\u202c \u2066x\u2069 \u200f"
MARKS = "**b** __u__ ~~s~~ ||spoiler|| `code` ```block``` > quote # head - item -# small <t:0:R> <a:b:1>"
INVISIBLE = "\u200b\u200c\u2060\ufeff"
LONG = "# Long @everyone **" * 120
TEXTS = [
    PING,
    LINK,
    RTL,
    MARKS,
    INVISIBLE,
    LONG,
    "```",
    "\n\n\n### new line",
    "\x00\x1b[31m",
    "🏳️\u200d🌈" * 60,
]


async def _show_nasty_system(stage: Stage, number: int, text: str) -> list[str]:
    """Make a system out of a text, and return all that is shown of it: to anybody, and to its owner."""
    world = stage.sandbox.pluralkit.world
    letter = chr(ord("a") + number)
    token = letter * 64
    system = world.add_system(
        id=letter * 5,
        name=text,
        description=text,
        tag=text,
        pronouns=text,
        avatar_url=f"https://cdn.example.org/{text}",
        banner=("https://", "https://[", "http://cdn.example.org/a.png", "https://a b.example/")[number % 4],
        color="-0000f",
        token=token,
        accounts=[stage.member.id],
        private={"description_privacy", "pronoun_privacy"},
    )
    crew = [world.add_member(system=system, name=text, display_name=text) for _ in range(30)]
    world.add_switch(system=system, at=datetime(2026, 1, 1, tzinfo=UTC), members=crew)
    public = await stage.admin.slash(stage.channel, "pluralkit system", ref=system.id, share=True)
    form = await stage.member.slash(stage.channel, "pluralkit link")
    linked = await stage.member.submit_modal(form, {"token": token})
    own = await stage.member.slash(stage.channel, "pluralkit system")
    return [shown(public.followups[0]), everything(linked), everything(own)]


async def test_a_system_may_be_called_and_described_as_it_likes(stage: Stage) -> None:
    for number, text in enumerate(TEXTS):
        said = await _show_nasty_system(stage, number, text)
        for spoken in said:
            assert "@everyone" not in spoken
            assert "<@1>" not in spoken
            first = spoken.splitlines()[0]
            assert "](https" not in first
            assert "**b**" not in first
        assert "**Members:** 30" in said[-1]
        assert "[View on dashboard]" in said[-1]
    check_bodies(stage)


async def test_a_name_that_shows_as_nothing_gives_way_to_the_id(stage: Stage) -> None:
    stage.sandbox.pluralkit.world.add_system(id="hollow", name=INVISIBLE)
    said = shown(await stage.member.slash(stage.channel, "pluralkit system", ref="hollow"))
    assert said.splitlines()[0] == "### `hollow`"


async def test_a_notice_and_a_reason_may_say_what_they_like(stage: Stage) -> None:
    await stage.connect_useapi()
    useapi = stage.sandbox.useapi
    for text in TEXTS:
        for account in useapi.subscribers[USEAPI_KEY].midjourney.values():
            account.pending_mod_message = text
        said = [shown(await stage.admin.slash(stage.channel, "accounts midjourney list"))]
        for status in (400, 422):
            useapi.refuse_with(status, {"error": text, "code": status})
            said.append(shown(await stage.admin.slash(stage.channel, "accounts pika list")))
            assert said[-1].startswith("⚠️ useapi.net refused ")
            assert len(said[-1].splitlines()) == 1
        for spoken in said:
            assert "@everyone" not in spoken
            assert "<@1>" not in spoken
            assert "](https" not in spoken
            assert "**b**" not in spoken
    check_bodies(stage)


async def test_many_accounts_with_long_notices_fit_on_the_card(stage: Stage) -> None:
    await stage.connect_useapi()
    known = stage.sandbox.useapi.subscribers[USEAPI_KEY].midjourney
    first = known["100000000000000021"]
    for number in range(40):
        channel = f"2000000000000000{number:02}"
        known[channel] = type(first)(channel, None, "discord-token-of-an-account", 3, LONG)
    said = shown(await stage.admin.slash(stage.channel, "accounts midjourney list"))
    assert "more; `/accounts midjourney show` completes every channel." in said
    check_bodies(stage)


async def test_no_answer_of_any_command_can_ping(stage: Stage) -> None:
    await stage.connect_useapi()
    for name in ("setup status", "about", "help", "privacy show", "privacy delete", "pixela user unlink"):
        await stage.admin.slash(stage.channel, name)
    await stage.admin.slash(stage.channel, "help", command="<@1> @everyone")
    await stage.admin.slash(stage.channel, "pluralkit system", share=True)
    check_bodies(stage)
