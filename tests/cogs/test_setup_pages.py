"""The pages of the panel: opened, used and left, also after a restart, and refused to who lost the right."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.sandbox import USEAPI_KEY
from bot.storage.limits import LimitBook
from tests.bodies import check_bodies, parts_of
from tests.cogs.making_scene import NOTICED, PIKA, connect, imagine, message_of
from tests.cogs.setup_scene import REFUSAL, choose, first_answers, is_promised, panel, press, turn_to
from tests.stage import Stage, buttons, everything, fields, shown

PAGES = {
    "access": "### Access",
    "limits": "### Limits",
    "keys": "### Keys of useapi.net",
    "accounts": "### Accounts",
    "changes": "### Recent changes",
    "alerts": "### Alerts",
    "data": "### Data",
}
SELECT = discord.ComponentType.select.value
TOKEN = "discord-token-of-an-account-made-for-this"
ODD = "=1+1 **@everyone** <#1>: é/🔑"


async def test_each_page_is_opened_and_left_after_a_restart_and_promised_first(stage: Stage) -> None:
    await connect(stage)
    said = await panel(stage)
    await stage.restart()
    before = len(first_answers(stage))
    for page, title in PAGES.items():
        opened = await turn_to(stage, page, said)
        assert shown(opened).splitlines()[0] == title
        said = await press(stage, opened, "Back")
        assert shown(said).startswith("### Setup of this server")
    access = await turn_to(stage, "access", said)
    ids = {part["id"] for part in parts_of(message_of(access).components) if part["type"] == SELECT}
    rules = await choose(stage, access, "setup:access", "pika")
    # A select with the id of one that stood there before would begin with what was picked in that one.
    assert ids.isdisjoint(part["id"] for part in parts_of(message_of(rules).components))
    assert shown(rules).startswith("### Access · Pika")
    labels = [part.get("custom_id") for part in parts_of(message_of(rules).components)]
    assert "setup:back:access" in labels
    back = await stage.admin.click(message_of(rules), custom_id="setup:back:access")
    assert shown(back).startswith("### Access\n")
    assert all(map(is_promised, first_answers(stage)[before:]))
    unknown = await stage.press(stage.admin, "setup:back:elsewhere", message_of(back))
    assert "This page is not known any more. Open `/setup status` again." in everything(unknown)
    check_bodies(stage)


async def test_who_lost_the_permission_is_refused_on_every_page(stage: Stage) -> None:
    await connect(stage)
    garden = stage.guild.create_text_channel("garden")
    poets = stage.guild.create_role("poets")
    opened = {page: await turn_to(stage, page) for page in PAGES}
    rules = await choose(stage, await turn_to(stage, "access"), "setup:access", "pika")
    key = await choose(stage, await turn_to(stage, "keys"), "setup:keys", "key:")
    remove = await press(
        stage, await choose(stage, await turn_to(stage, "keys"), "setup:keys", "key:"), "Remove it …"
    )
    wiped = await press(stage, await turn_to(stage, "data"), "Purge …")
    typed = await press(stage, await turn_to(stage, "limits"), "Limits of Pika")
    stage.demote(stage.admin)
    rows = await stage.rows("SELECT * FROM audit")
    tries = [
        choose(stage, opened["access"], "setup:access", "pika"),
        choose(stage, rules, "setup:rule:pika:allow", poets),
        choose(stage, rules, "setup:place:pika", garden),
        press(stage, opened["limits"], "Limits of Midjourney"),
        stage.admin.submit_modal(typed, {"member_day": "3"}),
        choose(stage, opened["keys"], "setup:keys", "key:"),
        press(stage, opened["keys"], "Add a key"),
        press(stage, key, "Replace it"),
        press(stage, key, "Remove it …"),
        stage.press(stage.admin, "setup:default:", message_of(key)),
        press(stage, remove, "Remove the key"),
        press(stage, opened["accounts"], "Back"),
        press(stage, opened["accounts"], "Register for Pika"),
        choose(stage, opened["accounts"], "setup:account", f"midjourney:{NOTICED}"),
        stage.press(stage.admin, f"setup:reset:midjourney:{NOTICED}", message_of(key)),
        stage.press(stage.admin, f"setup:unaccount:midjourney:{NOTICED}", message_of(key)),
        choose(stage, opened["changes"], "setup:auditchannel", garden),
        press(stage, opened["changes"], "As a file"),
        stage.press(stage.admin, "setup:changes:1:older", message_of(opened["changes"])),
        choose(stage, opened["alerts"], "setup:alertchannel", garden),
        press(stage, opened["data"], "Export"),
        press(stage, opened["data"], "Purge …"),
        stage.admin.submit_modal(wiped, {"confirm": "DELETE"}),
    ]
    for attempt in tries:
        said = await attempt
        assert REFUSAL in everything(said)
        assert said.modal is None
    assert await stage.rows("SELECT * FROM audit") == rows
    stage.allow(stage.member, "setup")
    for command in ("audit", "export", "purge"):
        assert shown(await stage.member.slash(stage.channel, f"setup {command}")) == REFUSAL


async def test_rules_are_chosen_and_heeded_and_those_of_one_server_are_nothing_to_another(
    stage: Stage,
) -> None:
    poets, guests = stage.guild.create_role("**@everyone** `x`"), stage.guild.create_role("guests")
    garden = stage.guild.create_text_channel("garden")
    page = await choose(stage, await turn_to(stage, "access"), "setup:access", "pluralkit")
    assert "**Roles that may use it:** all" in shown(page)
    page = await choose(stage, page, "setup:rule:pluralkit:allow", poets, guests)
    assert "✅ The allowed roles of PluralKit were changed." in shown(page)
    await stage.restart()
    page = await choose(stage, page, "setup:rule:pluralkit:deny", guests)
    page = await choose(stage, page, "setup:place:pluralkit", garden)
    assert f"**Channels to use it in:** <#{garden.id}>" in shown(page)
    ticked = [part.get("default_values", []) for part in parts_of(message_of(page).components)]
    assert [sorted(int(value["id"]) for value in values) for values in ticked if values] == [
        *([poets.id, guests.id], [guests.id], [garden.id])
    ]
    summary = f"with <@&{poets.id}>, <@&{guests.id}>, never with <@&{guests.id}>, in <#{garden.id}>"
    home = shown(await panel(stage))
    assert f"**Access** · PluralKit: {summary}" in home
    assert f"changed who may use PluralKit: allowed channels: <#{garden.id}>" in home
    ref = stage.seeds.pluralkit_system
    refused = await stage.member.slash(stage.channel, "pluralkit system", ref=ref)
    assert "In this server PluralKit is for members with" in shown(refused)
    other = stage.another_server()
    assert "everybody may use everything" in shown(await panel(other))
    assert "is for members" not in shown(await other.member.slash(other.channel, "pluralkit system", ref=ref))
    # A channel that is deleted cannot be ticked, and the rule stands.
    stage.env.backend.delete_channel(garden.id)
    page = await choose(stage, await turn_to(stage, "access"), "setup:access", "pluralkit")
    page = await choose(stage, page, "setup:place:pluralkit")
    page = await choose(stage, page, "setup:rule:pluralkit:allow")
    page = await choose(stage, page, "setup:rule:pluralkit:deny")
    assert "everybody may use everything" in shown(await panel(stage))
    check_bodies(stage)


async def test_a_panel_full_of_rules_and_keys_still_fits_into_a_message(stage: Stage) -> None:
    await connect(stage)
    roles = [stage.guild.create_role(f"role {number}") for number in range(25)]
    for service in ("pika", "midjourney", "pixela", "pluralkit"):
        page = await choose(stage, await turn_to(stage, "access"), "setup:access", service)
        for kind in ("allow", "deny"):
            page = await choose(stage, page, f"setup:rule:{service}:{kind}", *roles)
    home = shown(await panel(stage))
    assert "and 22 more" in home
    assert "⚪ Nobody watches: choose a channel for alerts below." in home
    assert "**Recent changes**" in home
    assert home.count(" …") == 3  # of many roles the first ones are named, none of them cut in two
    check_bodies(stage)


async def test_limits_are_typed_and_what_is_refused_can_be_typed_again(stage: Stage) -> None:
    await connect(stage)
    page = await turn_to(stage, "limits")
    assert shown(page).count("no limit") == 2
    await stage.restart()
    form = await press(stage, page, "Limits of Midjourney")
    assert fields(form) == ["member_day", "member_at_once", "server_day"]
    for typed in ("-1", "1.5", "1000001", "³", "1 000"):
        refused = await stage.admin.submit_modal(form, {"member_day": typed, "server_day": "7"})
        assert "Jobs for each member a day: this is a whole number from 0 to 1,000,000" in everything(refused)
        assert refused.ephemeral
        form = await press(stage, refused, "Open it again")
        values = [part["component"].get("value") for part in (form.modal or {})["components"]]
        assert values == [typed, None, "7"]
    saved = await stage.admin.submit_modal(form, {"member_day": "0", "member_at_once": "", "server_day": "7"})
    assert message_of(saved).id == message_of(refused).id  # what is left to read is not out of date
    assert "**Midjourney** · 0 for a member a day, 7 for the server a day" in everything(saved)
    assert "No Midjourney jobs may be made here: the limit is 0" in shown(await imagine(stage))
    form = await press(stage, page, "Limits of Midjourney")
    same = await stage.admin.submit_modal(form, {"member_day": "0", "server_day": "7"})
    assert "Nothing was changed" in everything(same)
    form = await press(stage, page, "Limits of Midjourney")
    none = await stage.admin.submit_modal(form, {"member_day": "", "member_at_once": "", "server_day": ""})
    assert shown(none).count("no limit") == 2 or everything(none).count("no limit") == 2
    assert await LimitBook(stage.app.database, stage.guild.id, stage.app.clock).limits() == {}
    assert "### Limits" not in shown(await imagine(stage))
    check_bodies(stage)


async def test_keys_are_added_chosen_replaced_and_removed_whatever_their_names(stage: Stage) -> None:
    await connect(stage)
    stage.sandbox.useapi.subscribe("user:20002-otherkey9b1c")
    stage.sandbox.useapi.subscribe("user:20003-thirdkey7d2e")
    page = await turn_to(stage, "keys")
    form = await press(stage, page, "Add a key")
    added = await stage.admin.submit_modal(form, {"key": "user:20002-otherkey9b1c", "name": ODD})
    assert "✅ The key works and is stored." in shown(added)
    assert message_of(added).id == message_of(page).id  # the page that was there is not left out of date
    page = await turn_to(stage, "keys")
    await stage.restart()
    key = await choose(stage, page, "setup:keys", f"key:{ODD}")
    assert shown(key).startswith(f"### Key `{ODD}`")
    assert buttons(key) == ["Replace it", "Make it the default", "Remove it …", "Back"]
    form = await press(stage, key, "Replace it")
    values = [part["component"].get("value") for part in (form.modal or {})["components"]]
    assert values == [None, ODD]
    replaced = await stage.admin.submit_modal(form, {"key": "user:20003-thirdkey7d2e", "name": ODD})
    hints = await stage.rows("SELECT name, hint FROM credentials ORDER BY name")
    assert hints == [("", USEAPI_KEY[-4:]), (ODD, "7d2e")]
    tested = shown(await stage.admin.slash(stage.channel, "setup test", service="useapi"))
    assert "✅ `main` (default) works: it reaches 2 Midjourney accounts." in tested
    assert f"✅ `{ODD}` works: it reaches 0 Midjourney accounts." in tested
    key = await choose(stage, replaced, "setup:keys", f"key:{ODD}")
    chosen = await press(stage, key, "Make it the default")
    assert f"Key `{ODD}` ending in `7d2e`" in shown(await panel(stage))
    assert f"✅ `{ODD}` is the default key now." in shown(chosen)
    assert await stage.rows("SELECT name FROM credentials WHERE is_default = 1") == [(ODD,)]
    key = await choose(stage, chosen, "setup:keys", f"key:{ODD}")
    assert "Make it the default" not in buttons(key)
    asked = await press(stage, key, "Remove it …")
    kept = await press(stage, asked, "Back")
    assert shown(kept).startswith("### Keys of useapi.net")
    stale = await turn_to(stage, "keys")
    gone = await stage.press(stage.admin, f"setup:unkeyed:{ODD}", message_of(asked))
    assert f"The key `{ODD}` was removed." in everything(gone)
    twice = await stage.press(stage.admin, f"setup:unkeyed:{ODD}", message_of(asked))
    assert "There was no such key to remove." in everything(twice)
    late = await stage.press(stage.admin, f"setup:default:{ODD}", message_of(asked))
    assert "No key of that name is connected here." in everything(late)
    late = await choose(stage, stale, "setup:keys", f"key:{ODD}")
    assert "This key is not there any more." in everything(late)
    assert await stage.rows("SELECT name, is_default FROM credentials") == [("", 1)]
    page = await turn_to(stage, "keys")
    assert "**`main`** · the default" in shown(page)
    await stage.press(stage.admin, "setup:unkeyed:", message_of(page))
    assert "⚪ There is none." in shown(await stage.press(stage.admin, "setup:back:keys", message_of(page)))
    check_bodies(stage)


async def test_the_accounts_of_every_key_are_shown_with_what_needs_care(stage: Stage) -> None:
    await connect(stage)
    said = shown(await turn_to(stage, "accounts"))
    assert "🔴 needs attention: `100000000000000023`" in said
    assert "🟢 `100000000000000021`" in said
    stage.sandbox.useapi.refuse_with(401, times=None, path="/v1/*")
    assert "⚠️ " in shown(await turn_to(stage, "accounts"))


async def test_accounts_are_looked_after_registered_and_removed(stage: Stage) -> None:
    await connect(stage)
    known = stage.sandbox.useapi.subscribers[USEAPI_KEY]
    known.midjourney["odd"] = replace(known.midjourney[NOTICED], channel="odd\n**x**")
    page = await turn_to(stage, "accounts")
    del known.midjourney["odd"]
    await stage.restart()
    account = await choose(stage, page, "setup:account", f"midjourney:{NOTICED}")
    assert "⚠️ **Needs attention:**" in shown(account)
    assert buttons(account) == ["The notice was read", "Remove it …", "Back"]
    healthy = await press(stage, account, "The notice was read")
    assert "✅ The account was reset." in shown(healthy)
    assert buttons(healthy) == ["Remove it …", "Back"]
    page = await press(stage, healthy, "Back")
    assert "needs attention" not in shown(page)
    asked = await press(stage, await choose(stage, page, "setup:account", f"pika:{PIKA}"), "Remove it …")
    assert f"Channel `{PIKA}` is forgotten at useapi.net" in shown(asked)
    assert "was removed" in shown(await press(stage, asked, "Remove it"))
    late = await stage.press(stage.admin, f"setup:reset:midjourney:{PIKA}", message_of(asked))
    assert "is not registered" in everything(late)
    page = await turn_to(stage, "accounts")
    form = await press(stage, page, "Register for Pika")
    assert fields(form) == ["channel", "max_jobs", "discord_token"]
    typed = {"channel": PIKA, "max_jobs": "2", "discord_token": TOKEN}
    for wrong, words in (
        ({"channel": "general"}, "17 to 20 digits"),
        ({"max_jobs": "x"}, "Jobs at once are a whole number from 1 to 10."),
        ({"max_jobs": "11"}, "Jobs at once are a whole number from 1 to 10."),
    ):
        refused = everything(await stage.admin.submit_modal(form, typed | wrong))
        assert words in refused
        assert TOKEN not in refused
        form = await press(stage, page, "Register for Pika")
    assert "✅ The account is registered." in everything(await stage.admin.submit_modal(form, typed))
    form = await press(stage, page, "Register for Midjourney")
    typed |= {"channel": "100000000000000029", "server": "100000000000000030"}
    assert "✅ The account is registered." in everything(await stage.admin.submit_modal(form, typed))
    assert known.midjourney["100000000000000029"].max_jobs == 2
    actions = [action for (action,) in await stage.rows("SELECT action FROM audit ORDER BY id")]
    assert actions == ["connected", "reset", "removed", "registered", "registered"]
    assert TOKEN.encode() not in stage.database_bytes()
    check_bodies(stage)
