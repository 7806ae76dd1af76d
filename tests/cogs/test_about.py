"""/about and /help: what the app is, and what it can do."""

from __future__ import annotations

from bot import __version__
from tests.stage import Stage, buttons, shown


async def test_about_tells_version_uptime_shard_latency_and_servers(stage: Stage) -> None:
    said = await stage.member.slash(stage.channel, "about")
    assert said.ephemeral
    started = int(stage.app.started_at)
    lines = shown(said).splitlines()
    assert f"**Version** {__version__}" in lines
    assert f"**Up since** <t:{started}:R>" in lines
    assert "**Shard** 1 of 1" in lines
    assert "**Servers** 1" in lines
    assert any(line.startswith("**Latency** ") for line in lines)
    assert buttons(said) == ["Add to a server"]


async def test_about_works_in_a_direct_message(stage: Stage) -> None:
    assert "**Shard** none (used outside a server)" in shown(await stage.member.user.slash("about"))


async def test_help_lists_every_command_that_there_is(stage: Stage) -> None:
    said = shown(await stage.member.slash(stage.channel, "help"))
    offered = stage.admin.available_commands(stage.channel)
    assert len(offered) > 20
    for name in offered:
        assert f"`/{name}` " in said
    # What they do is left out of the largest groups, so that all of them fit.
    assert "`/about` What this app is and how it is doing" in said
    assert "`/setup test` Try the key of a service" in said
    assert not said.endswith("…")


async def test_help_tells_of_one_command_its_options_and_its_limits(stage: Stage) -> None:
    said = await stage.member.slash(stage.channel, "help", command="accounts midjourney register")
    assert said.ephemeral
    assert shown(said).splitlines() == [
        "### /accounts midjourney register",
        "Register or change an account",
        "`channel` Id of the channel with the bot",
        "`server` Id of its server",
        "`max_jobs` Jobs at once, 1-15",
        "`key` (optional) Name of the key that has it",
        "-# Needs the permission Manage Server. Works in servers only.",
    ]
    said = await stage.member.user.slash("help", command="/pluralkit SYSTEM ")
    assert "`ref` (optional) Id in any spelling, UUID, or account id" in shown(said)
    assert "-# Works in servers and in direct messages." in shown(said)


async def test_help_completes_commands_by_any_part_of_their_name(stage: Stage) -> None:
    offered = await stage.member.autocomplete(stage.channel, "help", "command", "/pixela user ")
    assert {"name": "/pixela user create", "value": "pixela user create"} in offered
    assert all(choice["value"].startswith("pixela user ") for choice in offered)
    every = await stage.member.autocomplete(stage.channel, "help", "command", "")
    assert 0 < len(every) <= 25
    assert await stage.member.autocomplete(stage.channel, "help", "command", "no such thing") == []


async def test_help_with_an_unknown_command_says_what_to_do(stage: Stage) -> None:
    said = shown(await stage.member.slash(stage.channel, "help", command="make coffee"))
    assert said == "⚠️ There is no such command. Pick one of the suggestions, or run `/help` alone."
