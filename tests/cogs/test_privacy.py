"""/privacy: what is kept of a person, and how it goes."""

from __future__ import annotations

import json

from bot.storage.schema import metadata
from tests.stage import Stage, buttons, shown


async def _link_pixela(stage: Stage, **options: object) -> None:
    form = await stage.admin.slash(
        stage.channel, "pixela user link", username=stage.seeds.pixela_username, **options
    )
    await stage.admin.submit_modal(form, {"token": stage.seeds.pixela_token})


async def _link_pluralkit(stage: Stage) -> None:
    form = await stage.admin.user.slash("pluralkit link")
    await stage.admin.user.submit_modal(form, {"token": stage.seeds.pluralkit_token})


async def _rows_with(stage: Stage, number: int) -> list[str]:
    """Return the tables that hold a number anywhere."""
    found: list[str] = []
    for table in metadata.tables:
        rows = await stage.rows(f'SELECT * FROM "{table}"')  # noqa: S608 - names of the schema
        found += [table for row in rows if number in tuple(row)]
    return found


async def test_of_a_stranger_nothing_is_kept(stage: Stage) -> None:
    said = await stage.member.slash(stage.channel, "privacy show")
    assert said.ephemeral
    assert shown(said).splitlines() == ["### What is kept of you", "Nothing."]


async def test_everything_that_is_kept_is_shown_in_every_place(stage: Stage) -> None:
    await stage.connect_useapi()
    await _link_pixela(stage)
    await _link_pluralkit(stage)
    today = f"<t:{stage.now()}:d>"
    said = await stage.admin.slash(stage.channel, "privacy show")
    assert shown(said).splitlines() == [
        "### What is kept of you",
        "**Your own tokens**, encrypted, to act for you:",
        f"- Pixela `{stage.seeds.pixela_username}`, for this server, since {today}",
        f"- PluralKit `hrbrht`, for direct messages, since {today}",
        "**Keys of servers that you set:** 1, with your id as who set them",
        (
            "**Changes that you made in servers:** 3 with your id, so that administrators can tell who "
            "changed what, for 400 days"
        ),
        (
            "-# Your name, your messages and what else you type are not kept. Where jobs are counted for a "
            "server's limits, a pseudonym stands for you, for two days. Backups that the operator makes "
            "keep what they held."
        ),
        "[As a file]",
        "[Delete all of it]",
    ]


async def test_a_link_for_everywhere_and_one_of_another_server_are_named(stage: Stage) -> None:
    await _link_pixela(stage)
    other = stage.another_server()
    there = other.guild.add_member(stage.admin.user)
    said = shown(await there.slash(other.channel, "privacy show"))
    assert f"for the server `{stage.guild.id}`" in said
    await _link_pixela(stage, everywhere=True)
    assert "for every server" in shown(await stage.admin.user.slash("privacy show"))


async def test_deleting_asks_first_and_keeps_when_told_to(stage: Stage) -> None:
    await _link_pixela(stage)
    asked = await stage.admin.slash(stage.channel, "privacy delete")
    assert asked.ephemeral
    assert buttons(asked) == ["Yes, delete it", "Keep it"]
    assert asked.response is not None
    assert shown(await stage.admin.click(asked.response, label="Keep it")) == "Nothing was deleted."
    assert await stage.rows("SELECT count(*) FROM credentials") == [(1,)]


async def test_after_deleting_no_row_holds_the_id(stage: Stage) -> None:
    await stage.connect_useapi()
    await _link_pixela(stage)
    await _link_pluralkit(stage)
    assert await _rows_with(stage, stage.admin.id) != []
    asked = await stage.admin.slash(stage.channel, "privacy delete")
    assert asked.response is not None
    gone = await stage.admin.click(asked.response, label="Yes, delete it")
    assert shown(gone).splitlines() == [
        "### Deleted",
        "2 tokens were removed, and your id was taken out of everything else.",
    ]
    assert await _rows_with(stage, stage.admin.id) == []
    assert "Nothing." in shown(await stage.admin.slash(stage.channel, "privacy show"))


async def test_the_key_of_the_server_stays_and_works(stage: Stage) -> None:
    await stage.connect_useapi()
    asked = await stage.admin.slash(stage.channel, "privacy delete")
    assert asked.response is not None
    await stage.admin.click(asked.response, label="Yes, delete it")
    panel = shown(await stage.admin.slash(stage.channel, "setup test", service="useapi"))
    assert "✅ The key works" in panel
    assert "by somebody who has asked to be forgotten" in panel
    assert await _rows_with(stage, stage.admin.id) == []


async def test_deleting_from_what_is_shown_works_after_a_restart(stage: Stage) -> None:
    await _link_pixela(stage)
    shown_first = await stage.admin.slash(stage.channel, "privacy show")
    await stage.restart()
    assert shown_first.response is not None
    asked = await stage.admin.click(shown_first.response, label="Delete all of it")
    await stage.restart()
    assert asked.response is not None
    gone = await stage.admin.click(asked.response, label="Yes, delete it")
    assert "1 token was removed" in shown(gone)


async def test_deleting_touches_nobody_else(stage: Stage) -> None:
    await _link_pixela(stage)
    asked = await stage.member.slash(stage.channel, "privacy delete")
    assert asked.response is not None
    gone = await stage.member.click(asked.response, label="Yes, delete it")
    assert "No token was stored" in shown(gone)
    assert await stage.rows("SELECT owner_id FROM credentials") == [(stage.admin.id,)]


async def test_what_is_kept_is_handed_out_as_a_file_without_secrets(stage: Stage) -> None:
    empty = await stage.member.slash(stage.channel, "privacy export")
    assert shown(empty) == "Nothing is kept of you."
    await stage.connect_useapi()
    await _link_pixela(stage)
    said = await stage.admin.slash(stage.channel, "privacy export")
    assert said.ephemeral
    assert said.response is not None
    [file] = said.response.attachments
    assert file.filename == "my-data.json"
    found = json.loads(await file.read())
    assert found["you"] == str(stage.admin.id)
    (linked,), (connected,) = found["credentials"], found["keys of servers"]
    assert (linked["service"], linked["owner_id"]) == ("pixela", str(stage.admin.id))
    assert (connected["service"], connected["guild_id"]) == ("useapi", str(stage.guild.id))
    assert {entry["action"] for entry in found["audit"]} == {"connected", "linked"}
    for secret in (stage.seeds.useapi_key, stage.seeds.pixela_token, stage.seeds.useapi_key[-4:]):
        assert secret not in json.dumps(found)
