"""/pluralkit link and unlink: a member's own system."""

from __future__ import annotations

import pytest
import simcord

from bot.sandbox.upstream import Trouble
from tests.stage import Stage, fields, shown

WRONG = "w" * 64


async def _link(stage: Stage, token: str | None = None, **options: object) -> simcord.InteractionResult:
    form = await stage.admin.slash(stage.channel, "pluralkit link", **options)
    assert fields(form) == ["token"]
    return await stage.admin.submit_modal(form, {"token": token or stage.seeds.pluralkit_token})


async def test_a_token_is_tried_then_stored_and_never_shown(stage: Stage) -> None:
    said = await _link(stage)
    assert said.ephemeral
    assert shown(said).splitlines() == [
        "### PluralKit is linked",
        "Harbour Lights (`hrbrht`) is linked to you here. What you share shows its public view only.",
    ]
    token = stage.seeds.pluralkit_token
    assert token.encode() not in stage.database_bytes()
    assert token not in "\n".join(stage.log)
    [row] = await stage.rows("SELECT guild_id, owner_id, service, account, everywhere FROM credentials")
    assert row == (stage.guild.id, stage.admin.id, "pluralkit", "hrbrht", 0)


async def test_a_wrong_token_is_not_stored(stage: Stage) -> None:
    said = shown(await _link(stage, WRONG))
    assert "PluralKit refused this token, so nothing was stored." in said
    assert await stage.rows("SELECT * FROM credentials") == []


async def test_what_cannot_be_a_token_is_not_sent(stage: Stage) -> None:
    assert "A PluralKit token has 64 letters" in shown(await _link(stage, "!" * 64))
    assert stage.sandbox.pluralkit.requests == []


@pytest.mark.parametrize("trouble", [Trouble.STATUS, Trouble.TRUNCATED])
async def test_a_token_that_could_not_be_tried_is_not_stored(stage: Stage, trouble: Trouble) -> None:
    stage.sandbox.pluralkit.fail(trouble, times=None)
    assert "The token could not be tried, so nothing was stored." in shown(await _link(stage))
    assert await stage.rows("SELECT * FROM credentials") == []


async def test_unlinking_forgets_the_token_and_shows_the_public_view_again(stage: Stage) -> None:
    await _link(stage)
    gone = await stage.admin.slash(stage.channel, "pluralkit unlink")
    assert "The token of `hrbrht` was forgotten here. Nothing changed at PluralKit." in shown(gone)
    view = shown(await stage.admin.slash(stage.channel, "pluralkit system"))
    assert "### Harbour Lights" in view
    assert "🔒" not in view
    again = await stage.admin.slash(stage.channel, "pluralkit unlink")
    assert "No system of yours is linked here." in shown(again)


async def test_a_link_for_everywhere_serves_in_other_servers_and_direct_messages(stage: Stage) -> None:
    assert "in every server and in direct messages" in shown(await _link(stage, everywhere=True))
    other = stage.another_server()
    there = other.guild.add_member(stage.admin.user)
    assert "🔒" in shown(await there.slash(other.channel, "pluralkit system"))
    assert "🔒" in shown(await stage.admin.user.slash("pluralkit system"))


async def test_a_link_of_this_server_serves_nowhere_else(stage: Stage) -> None:
    await _link(stage)
    other = stage.another_server()
    there = other.guild.add_member(stage.admin.user)
    assert "🔒" not in shown(await there.slash(other.channel, "pluralkit system"))
    assert "🔒" not in shown(await stage.admin.user.slash("pluralkit system"))


async def test_a_token_that_was_changed_since_is_refused_marked_and_tried_again(stage: Stage) -> None:
    await _link(stage)
    fault = stage.sandbox.pluralkit.refuse_with(401, {"message": "401", "code": 0}, times=None)
    said = shown(await stage.admin.slash(stage.channel, "pluralkit system"))
    assert "The token was refused by PluralKit." in said
    assert "`/pluralkit link`" in said
    [(refused,)] = await stage.rows("SELECT refused_at FROM credentials")
    assert refused is not None
    fault.times = 0
    assert "🔒" in shown(await stage.admin.slash(stage.channel, "pluralkit system"))
    assert await stage.rows("SELECT refused_at FROM credentials") == [(None,)]
