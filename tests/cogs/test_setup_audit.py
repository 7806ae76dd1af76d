"""Who changed what: in pages, as a file, and posted in a channel once each."""

from __future__ import annotations

import csv
import io

import discord

from bot.sandbox import USEAPI_KEY
from bot.storage.audit import KEPT_SECONDS, Action, AuditBook, Entry
from tests.bodies import check_bodies
from tests.cogs.making_scene import connect, later, message_of, posts
from tests.cogs.pixela_scene import link
from tests.cogs.setup_scene import choose, file_of, panel, posted, press, turn_to
from tests.stage import Stage, buttons, everything, shown

FORMULA = "=HYPERLINK(1) @everyone"


async def note(stage: Stage, number: int, detail: str = "") -> None:
    """Have accounts registered."""
    book = AuditBook(stage.app.database, stage.guild.id)
    for index in range(number):
        name = detail or f"account {index}"
        await book.add(Entry(stage.guild.id, stage.admin.id, Action.REGISTERED, stage.now(), None, name))


async def test_the_list_is_read_in_pages_and_belongs_to_one_server(stage: Stage) -> None:
    none = await stage.admin.slash(stage.channel, "setup audit")
    assert none.ephemeral
    assert "Nothing was changed yet." in shown(none)
    assert buttons(none) == ["As a file", "Back"]
    await note(stage, 23)
    first = await stage.admin.slash(stage.channel, "setup audit")
    assert "`account 22`" in shown(first)
    assert "Page 1 · 23 entries" in shown(first)
    assert "Entries are kept for 400 days." in shown(first)
    assert buttons(first) == ["Older", "As a file", "Back"]
    await stage.restart()
    last = await press(stage, await press(stage, first, "Older"), "Older")
    assert shown(last).count("registered the") == 3
    assert buttons(last) == ["Newer", "As a file", "Back"]
    assert "`account 12`" in shown(await press(stage, last, "Newer"))
    await stage.execute(f"UPDATE audit SET at = at - {KEPT_SECONDS + 1}")  # noqa: S608 - a number
    await later(stage, 3601)
    beyond = await stage.press(stage.admin, "setup:changes:2:older", message_of(last))
    assert "Nothing was changed yet." in everything(beyond)
    await note(stage, 1)
    assert "nothing on this page any more" in everything(
        await stage.press(stage.admin, "setup:changes:2:older", message_of(last))
    )
    other = stage.another_server()
    assert "Nothing was changed yet." in shown(await other.admin.slash(other.channel, "setup audit"))
    check_bodies(stage)


async def test_the_file_has_every_entry_and_no_cell_that_is_a_formula(stage: Stage) -> None:
    await connect(stage)
    await note(stage, 1, FORMULA)
    await note(stage, 12)
    await stage.execute("UPDATE audit SET actor_id = NULL WHERE detail = 'account 3'")
    page = await turn_to(stage, "changes")
    await stage.restart()
    said = await press(stage, page, "As a file")
    file = file_of(stage, said).splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(file))))
    assert len(rows) == 15
    assert rows[0]["action"] == "exported"
    assert rows[0]["who"] == str(stage.admin.id)
    assert rows[0]["time"] == stage.env.now().replace(microsecond=0).isoformat()
    assert [row["who"] for row in rows if row["detail"] == "account 3"] == [""]
    assert [row["detail"] for row in rows if "HYPERLINK" in row["detail"]] == [f"'{FORMULA}"]
    assert (rows[-1]["action"], rows[-1]["service"]) == ("connected", "useapi")
    assert USEAPI_KEY not in "".join(file)
    assert "exported the changes" in shown(await turn_to(stage, "changes"))


async def test_changes_are_posted_once_each_and_ping_nobody(stage: Stage) -> None:
    log = stage.guild.create_text_channel("log")
    await connect(stage)
    page = await turn_to(stage, "changes")
    chosen = await choose(stage, page, "setup:auditchannel", log)
    assert "✅ Changes are posted there now." in shown(chosen)
    assert f"are posted in <#{log.id}>." in shown(chosen)
    await link(stage)  # a member's own, which is nobody's business
    poets = stage.guild.create_role("poets")
    rules = await choose(stage, await turn_to(stage, "access"), "setup:access", "pika")
    await choose(stage, rules, "setup:rule:pika:allow", poets)
    told = await posted(stage, log)
    assert [text.split("> ", 2)[-1].split("\n")[0] for text in told] == [
        f"changed where changes are posted: <#{log.id}>",
        f"changed who may use Pika: allowed roles: <@&{poets.id}>",
    ]
    assert all(f"<@{stage.admin.id}>" in text for text in told)
    assert [body["allowed_mentions"]["parse"] for body in posts(stage)] == [[], []]
    assert not any(body["allowed_mentions"].get("users") for body in posts(stage))
    assert "linked an own Pixela account" in shown(await turn_to(stage, "changes"))
    await stage.restart()
    assert await posted(stage, log) == told
    # Killed right after a message that nobody noted as posted.
    (ref,) = {word.strip("`") for word in told[-1].split() if len(word.strip("`")) == 20}
    columns = "ref, guild_id, channel_id, audit_id, due_at, posting_at"
    values = f"'{ref}', guild_id, {log.id}, id, 0, {stage.now() - 40} FROM audit ORDER BY id DESC LIMIT 1"
    await stage.execute(f"INSERT INTO notices ({columns}) SELECT {values}")
    assert await posted(stage, log) == told
    assert await stage.rows("SELECT * FROM notices") == []
    # Once it is given up, the last thing that is posted is just that.
    nowhere = await choose(stage, chosen, "setup:auditchannel")
    assert "✅ Changes are posted nowhere now." in shown(nowhere)
    await choose(stage, rules, "setup:rule:pika:allow")
    assert [text.rpartition("posted: ")[2].split("\n")[0] for text in (await posted(stage, log))[2:]] == [
        "none"
    ]


async def test_a_channel_that_cannot_be_posted_in_is_refused_and_one_that_is_lost_holds_up_nothing(
    stage: Stage,
) -> None:
    everybody = stage.guild.default_role
    closed = stage.guild.create_text_channel(
        "closed", overwrites={everybody: discord.PermissionOverwrite(send_messages=False)}
    )
    log, later_log = stage.guild.create_text_channel("log"), stage.guild.create_text_channel("later-log")
    for name, select in (("changes", "setup:auditchannel"), ("alerts", "setup:alertchannel")):
        page = await turn_to(stage, name)
        refused = await choose(stage, page, select, closed)
        assert f"I may not post in <#{closed.id}>. Let me view it and send messages there" in everything(
            refused
        )
        await choose(stage, page, select, log)
    assert await stage.rows("SELECT audit_channel = alert_channel FROM guilds WHERE audit_channel > 0") == [
        (1,)
    ]
    await posted(stage, log)
    stage.env.backend.delete_channel(log.id)
    await note(stage, 2)
    await later(stage, 40)
    assert await stage.rows("SELECT * FROM notices") == []
    assert stage.references() == []
    for name in ("changes", "alerts"):
        page = await turn_to(stage, name)
        assert f"in <#{log.id}>, where I cannot post any more: choose another channel" in shown(page)
    await choose(stage, await turn_to(stage, "changes"), "setup:auditchannel", later_log)
    assert len(await posted(stage, later_log)) == 1


async def test_what_discord_does_not_take_is_tried_again_for_hours_and_then_let_be(stage: Stage) -> None:
    log = stage.guild.create_text_channel("log")
    await choose(stage, await turn_to(stage, "changes"), "setup:auditchannel", log)
    path = f"/channels/{log.id}/messages"
    stage.env.inject_error("POST", path, status=503, code=0, times=None)
    await later(stage, 20)
    assert await stage.rows("SELECT ref FROM notices WHERE tries > 0 AND posting_at > 0")
    stage.env.backend.faults.clear()
    assert len(await posted(stage, log)) == 1
    stage.env.inject_error("POST", path, status=503, code=0, times=None)
    await note(stage, 1)
    for _ in range(14):
        await later(stage, 700)
    assert await stage.rows("SELECT * FROM notices") == []
    stage.env.backend.faults.clear()
    # One that cannot be shown is not tried without end, and holds up no other.
    values = f"'odd', {stage.guild.id}, {log.id}, '[]', 0"
    await stage.execute(f"INSERT INTO notices (ref, guild_id, channel_id, body, due_at) VALUES ({values})")  # noqa: S608
    await note(stage, 1)
    assert len(await posted(stage, log)) == 2
    assert len(stage.forgive()) == 1
    assert await stage.rows("SELECT * FROM notices") == []
    assert "registered" in shown(await panel(stage))
