"""/accounts: what is typed wrong, who may not, what another server sees, and what is completed."""

from __future__ import annotations

import pytest

from bot.sandbox.upstream import Trouble
from tests.stage import Stage, everything, shown

REFUSAL = "⚠️ This needs the permission Manage Server. Ask somebody who has it."
PIKA = "100000000000000011"
OPTIONS = {
    "pika register": {"channel": PIKA, "max_jobs": 3},
    "pika list": {},
    "pika show": {"channel": PIKA},
    "pika remove": {"channel": PIKA},
    "midjourney register": {"channel": PIKA, "server": PIKA, "max_jobs": 3},
    "midjourney list": {},
    "midjourney show": {"channel": PIKA},
    "midjourney remove": {"channel": PIKA},
    "midjourney reset": {"channel": PIKA},
}


async def test_an_id_that_is_none_is_refused_before_anything_is_asked(stage: Stage) -> None:
    await stage.connect_useapi()
    for name, options in OPTIONS.items():
        if "channel" in options:
            wrong = options | {"channel": "1234"}
            said = shown(await stage.admin.slash(stage.channel, f"accounts {name}", **wrong))
            assert "A channel id is 17 to 20 digits." in said
    options = OPTIONS["midjourney register"] | {"server": "harbour"}
    said = shown(await stage.admin.slash(stage.channel, "accounts midjourney register", **options))
    assert "A server id is 17 to 20 digits." in said
    assert len(stage.sandbox.useapi.requests) == 1


async def test_an_id_has_17_to_20_plain_digits_and_nothing_else(stage: Stage) -> None:
    for channel in ("100000000000000000001", "<#100000000000000011>", "\uff11" * 18, "1" * 16, "../" * 6):
        said = shown(await stage.admin.slash(stage.channel, "accounts pika show", channel=channel))
        assert "A channel id is 17 to 20 digits." in said


@pytest.mark.parametrize(("service", "most"), [("pika", 10), ("midjourney", 15)])
async def test_a_number_of_jobs_out_of_range_is_refused(stage: Stage, service: str, most: int) -> None:
    await stage.connect_useapi()
    for number in (0, -1, most + 1):
        options = OPTIONS[f"{service} register"] | {"max_jobs": number}
        said = await stage.force(stage.admin, f"accounts {service} register", **options)
        assert shown(said) == f"⚠️ `max_jobs` is a whole number from 1 to {most}."


async def test_without_a_key_every_command_says_how_to_connect(stage: Stage) -> None:
    for name, options in OPTIONS.items():
        said = await stage.admin.slash(stage.channel, f"accounts {name}", **options)
        assert said.modal is None
        assert "useapi.net is not connected in this server yet." in shown(said)
        assert "`/setup connect`" in shown(said)


async def test_a_member_whom_the_server_lets_in_is_refused_by_the_app(stage: Stage) -> None:
    await stage.connect_useapi()
    stage.allow(stage.member, "accounts")
    for name, options in OPTIONS.items():
        said = await stage.member.slash(stage.channel, f"accounts {name}", **options)
        assert (shown(said), said.ephemeral, said.modal) == (REFUSAL, True, None)
    offered = await stage.member.autocomplete(stage.channel, "accounts pika show", "channel", "")
    assert offered == []
    assert len(stage.sandbox.useapi.requests) == 1


async def test_who_lost_the_permission_can_neither_send_the_form_nor_press(stage: Stage) -> None:
    await stage.connect_useapi()
    form = await stage.admin.slash(stage.channel, "accounts pika register", **OPTIONS["pika register"])
    asked = await stage.admin.slash(stage.channel, "accounts pika remove", channel=PIKA)
    stage.demote(stage.admin)
    assert asked.response is not None
    assert everything(await stage.admin.click(asked.response, label="Remove it")) == REFUSAL
    said = await stage.admin.submit_modal(form, {"discord_token": "a-token-of-twenty-letters"})
    assert shown(said) == REFUSAL
    assert len(stage.sandbox.useapi.requests) == 1


async def test_what_cannot_be_a_token_is_refused_without_asking_upstream(stage: Stage) -> None:
    await stage.connect_useapi()
    form = await stage.admin.slash(stage.channel, "accounts pika register", **OPTIONS["pika register"])
    said = await stage.admin.submit_modal(form, {"discord_token": "a token with blanks in it"})
    assert "That does not look like a Discord token" in shown(said)
    assert "blanks in it" not in shown(said)
    assert len(stage.sandbox.useapi.requests) == 1


async def test_channels_are_completed_from_the_accounts_of_this_server(stage: Stage) -> None:
    await stage.connect_useapi()
    offered = await stage.admin.autocomplete(stage.channel, "accounts midjourney reset", "channel", "")
    assert offered == [
        {"name": "100000000000000021", "value": "100000000000000021"},
        {"name": "100000000000000023 · needs attention", "value": "100000000000000023"},
    ]
    narrowed = await stage.admin.autocomplete(stage.channel, "accounts midjourney show", "channel", "23")
    assert [choice["value"] for choice in narrowed] == ["100000000000000023"]


async def test_nothing_is_completed_while_upstream_is_in_trouble(stage: Stage) -> None:
    await stage.connect_useapi()
    for trouble in (Trouble.STATUS, Trouble.HTML, Trouble.TRUNCATED, Trouble.DROP):
        stage.sandbox.useapi.clear_faults()
        stage.sandbox.useapi.fail(trouble, times=None)
        assert await stage.admin.autocomplete(stage.channel, "accounts pika show", "channel", "1") == []


async def test_nothing_is_completed_while_our_database_is_in_trouble(stage: Stage) -> None:
    await stage.connect_useapi()
    await stage.execute("ALTER TABLE credentials RENAME TO elsewhere")
    assert await stage.admin.autocomplete(stage.channel, "accounts pika show", "channel", "1") == []


async def test_another_server_gets_nothing_of_this_ones(stage: Stage) -> None:
    await stage.connect_useapi()
    other = stage.another_server()
    for name, options in OPTIONS.items():
        said = await other.admin.slash(other.channel, f"accounts {name}", **options)
        assert "useapi.net is not connected in this server yet." in shown(said)
    assert await other.admin.autocomplete(other.channel, "accounts pika show", "channel", "") == []
    assert len(stage.sandbox.useapi.requests) == 1


async def test_another_server_with_a_key_of_its_own_sees_and_removes_its_own_alone(stage: Stage) -> None:
    await stage.connect_useapi()
    other = stage.another_server()
    stage.sandbox.useapi.subscribe("user:20002-lagoon")
    await other.connect_useapi("user:20002-lagoon")
    listed = await other.admin.slash(other.channel, "accounts pika list")
    assert "None registered yet." in shown(listed)
    asked = await other.admin.slash(other.channel, "accounts pika remove", channel=PIKA)
    assert asked.response is not None
    said = await other.admin.click(asked.response, label="Remove it")
    assert f"Channel `{PIKA}` is not registered." in everything(said)
    assert PIKA in stage.sandbox.useapi.subscribers[stage.seeds.useapi_key].pika
