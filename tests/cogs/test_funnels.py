"""Our own bugs, and a Discord that does not listen: what a person reads, and that the bot goes on."""

from __future__ import annotations

import pytest
import simcord

from tests.stage import Stage, everything, shown

INTERNALS = ("Traceback", "sqlalchemy", "sqlite", "no such table", "credentials", "Error", "Exception")
CALLBACK = "/interactions/*/callback"


async def _break(stage: Stage) -> None:
    await stage.execute("ALTER TABLE credentials RENAME TO elsewhere")


async def _mend(stage: Stage) -> None:
    await stage.execute("ALTER TABLE elsewhere RENAME TO credentials")


def _check(stage: Stage, said: simcord.InteractionResult) -> None:
    """See that a bug was told as one sentence with the reference that the log has, and no more."""
    text = shown(said.followups[-1] if said.followups else said)
    [reference] = stage.forgive()
    assert text == (
        "⚠️ Something went wrong on our side, and it is logged. Try again; if it stays, tell whoever runs "
        f"this app the reference `{reference}`."
    )
    assert (said.followups[-1] if said.followups else said).ephemeral
    assert not [word for word in INTERNALS if word in everything(said)]
    [line] = [line for line in stage.log if f"(reference {reference})" in line]
    assert "Traceback" in line


async def _check_alive(stage: Stage) -> None:
    assert "### Switchboard" in shown(await stage.member.slash(stage.channel, "about"))
    await stage.connect_useapi()
    assert "### Pika accounts" in shown(await stage.admin.slash(stage.channel, "accounts pika list"))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("setup status", {}),
        ("setup test", {"service": "useapi"}),
        ("accounts pika register", {"channel": "100000000000000031", "max_jobs": 1}),
        ("privacy show", {}),
    ],
)
async def test_a_bug_in_a_command_is_one_sentence_with_a_reference(
    stage: Stage, name: str, options: dict[str, object]
) -> None:
    await _break(stage)
    _check(stage, await stage.admin.slash(stage.channel, name, **options))
    await _mend(stage)
    await _check_alive(stage)


async def test_a_bug_in_a_form_is_one_sentence_with_a_reference(stage: Stage) -> None:
    form = await stage.admin.slash(stage.channel, "setup connect", service="useapi")
    await _break(stage)
    said = await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})
    _check(stage, said)
    await _mend(stage)
    await _check_alive(stage)


@pytest.mark.parametrize("label", ["Test", "Disconnect"])
async def test_a_bug_in_a_lasting_button_is_one_sentence_with_a_reference(stage: Stage, label: str) -> None:
    await stage.connect_useapi()
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert panel.response is not None
    if label == "Disconnect":
        asked = await stage.admin.click(panel.response, label="Disconnect")
        label = "Remove the key"
        assert asked.acknowledged
    await _break(stage)
    _check(stage, await stage.admin.click(panel.response, label=label))
    await _mend(stage)
    await _check_alive(stage)


async def test_a_bug_in_a_loop_is_logged_with_a_reference_and_the_loop_lives_on(stage: Stage) -> None:
    await stage.env.settle()
    await stage.execute("INSERT INTO guilds (guild_id, joined_at, left_at) VALUES (5, 1, 1)")
    await stage.execute("ALTER TABLE guilds RENAME TO elsewhere")
    await stage.env.advance_time(3600)
    [line] = [line for line in stage.log if "the purge of servers failed and will be tried again" in line]
    assert stage.forgive()  # other loops read the table too
    assert "Traceback" in line
    await stage.execute("ALTER TABLE elsewhere RENAME TO guilds")
    await stage.env.advance_time(3600)
    assert await stage.rows("SELECT * FROM guilds WHERE guild_id = 5") == []


async def test_a_bug_in_a_listener_is_logged_and_the_bot_goes_on(stage: Stage) -> None:
    await stage.env.settle()
    await stage.execute("ALTER TABLE guilds RENAME TO elsewhere")
    stage.env.backend.emit("GUILD_DELETE", {"id": str(stage.guild.id)})
    await stage.env.settle()
    assert [line for line in stage.log if "noting a removal failed" in line]
    assert len(stage.forgive()) == 1
    assert "### Switchboard" in shown(await stage.member.user.slash("about"))


@pytest.mark.parametrize(
    "damage", [b"\0", bytes(60), None], ids=["of another form", "of no key's", "of another server"]
)
async def test_a_secret_that_does_not_open_says_to_set_it_again(stage: Stage, damage: bytes | None) -> None:
    await stage.connect_useapi()
    other = stage.another_server()
    await stage.env.settle()
    assert stage.outside is not None
    where = stage
    if damage is None:
        stage.outside.execute("UPDATE credentials SET guild_id = ?", other.guild.id)
        where = other
    else:
        stage.outside.execute("UPDATE credentials SET sealed = ?", damage)
    said = shown(await where.admin.slash(where.channel, "accounts pika list"))
    [reference] = stage.forgive()
    assert said == (
        "⚠️ The stored secret for this cannot be opened. Set it again; if that does not help, tell whoever "
        f"runs this app the reference `{reference}`."
    )
    assert "✅ The key works" in shown(await where.connect_useapi())


async def test_an_answer_that_discord_drops_once_is_told_another_way(stage: Stage) -> None:
    stage.env.inject_error("POST", CALLBACK)
    _check(stage, await stage.member.slash(stage.channel, "about"))
    await stage.connect_useapi()
    stage.env.inject_error("PATCH", "/webhooks/*/messages/@original")
    _check(stage, await stage.admin.slash(stage.channel, "accounts pika list"))
    await _check_alive(stage)


async def test_a_discord_that_takes_no_answer_at_all_does_not_stop_the_bot(stage: Stage) -> None:
    form = await stage.admin.slash(stage.channel, "setup connect", service="useapi")
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert panel.response is not None
    stage.env.inject_error("*", CALLBACK, times=None)
    await stage.member.slash(stage.channel, "about")
    await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})
    await stage.admin.click(panel.response, label="Connect")
    await stage.press(stage.admin, "from:long:ago", panel.response)
    assert len([line for line in stage.log if "the person could not be told" in line]) == 4
    stage.forgive()
    stage.env.backend.faults.clear()
    await _check_alive(stage)


async def test_an_answer_that_came_too_late_is_no_bug(stage: Stage) -> None:
    stage.env.inject_error("POST", CALLBACK, status=404, code=10062, message="Unknown interaction")
    said = await stage.member.slash(stage.channel, "about")
    assert everything(said) == ""
    assert [line for line in stage.log if "/about was answered too late for Discord" in line]
    assert stage.forgive() == []
    await _check_alive(stage)
