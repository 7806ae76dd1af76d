"""Writes of which nobody knows whether they went through: said so, never sent again, with a way to look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest
import simcord

from bot.sandbox.upstream import JSON, Trouble
from tests.cogs.pluralkit_owner import UNSURE, Owner, sentence
from tests.stage import buttons, everything, shown

Act = Callable[[Owner], Awaitable[simcord.InteractionResult]]
SPENT = b'{"message":"429: too many requests","retry_after":0,"scope":"generic_update","code":0}'


def _run(command: str, **options: str) -> Act:
    return lambda owner: owner.run(command, **options)


def _form(command: str, typed: Mapping[str, Any], **options: str) -> Act:
    async def act(owner: Owner) -> simcord.InteractionResult:
        return await owner.fill(await owner.run(command, **options), **typed)

    return act


def _press(command: str, label: str, **options: str) -> Act:
    async def act(owner: Owner) -> simcord.InteractionResult:
        return await owner.press(await owner.run(command, **options), label)

    return act


def _choose(command: str) -> Act:
    async def act(owner: Owner) -> simcord.InteractionResult:
        return await owner.choose(await owner.run(command), "jvkctw")

    return act


TROUBLES = {
    "500": (Trouble.STATUS, 500),
    "502": (Trouble.STATUS, 502),
    "a page": (Trouble.HTML, 200),
    "hung up": (Trouble.DROP, 0),
    "cut off": (Trouble.TRUNCATED, 0),
}
HISTORY, MEMBERS, GROUPS = "Front history", "Members", "Groups"
ACTS: dict[str, tuple[Act, str]] = {
    "switch set": (_run("switch set", members="quay"), HISTORY),
    "switch set by select": (_choose("switch set"), HISTORY),
    "switch out": (_run("switch out"), HISTORY),
    "switch edit": (_run("switch edit", members="quay"), HISTORY),
    "switch edit by select": (_choose("switch edit"), HISTORY),
    "switch move": (_run("switch move", to="1h ago"), HISTORY),
    "switch delete": (_press("switch delete", "Delete it"), HISTORY),
    "create member": (_form("create member", {"name": "Nova"}), MEMBERS),
    "create group": (_form("create group", {"name": "Days"}), GROUPS),
    "edit system": (_form("edit system", {"color": "#123456"}), "Harbour Lights"),
    "edit system server": (_form("edit system", {"tag": "x"}, part="server"), "Harbour Lights"),
    "edit member": (_form("edit member", {"color": "#123456"}, ref="wren"), "Wren"),
    "edit member server": (_form("edit member", {"display_name": ""}, ref="wren", part="server"), "Wren"),
    "edit group": (_form("edit group", {"color": "#123456"}, ref="lamp"), "Lamp keepers"),
    "delete member": (_press("delete member", "Delete for good", ref="tam"), MEMBERS),
    "delete group": (_press("delete group", "Delete for good", ref="lamp"), GROUPS),
    "membership add": (_run("membership add", group="lamp", members="quay"), "Lamp keepers"),
    "membership remove": (_run("membership remove", group="lamp", members="tam"), "Lamp keepers"),
    "settings": (_form("settings", {"timezone": "UTC"}), "Settings of your system"),
    "autoproxy": (_run("autoproxy", member="tam"), "Autoproxy in this server"),
    "autoproxy by form": (_form("autoproxy", {"autoproxy_mode": "off"}), "Autoproxy in this server"),
}


def _fail(owner: Owner, trouble: Trouble, times: int | None = 1, **details: Any) -> None:
    for method in ("POST", "PATCH", "DELETE"):
        owner.stage.sandbox.pluralkit.fail(trouble, method=method, times=times, **details)


def _answer(said: simcord.InteractionResult) -> simcord.InteractionResult | simcord.ResponseMessage:
    """Return what says how it went: the answer, or what follows the message that was pressed on."""
    return said.followups[-1] if said.followups else said


async def test_a_write_of_unknown_outcome_is_sent_once_and_said_so(owner: Owner) -> None:
    await _see_unknown_outcomes(owner, [name for name in ACTS if not name.startswith("delete")])
    await _see_unknown_outcomes(owner, [name for name in ACTS if name.startswith("delete")])


async def _see_unknown_outcomes(owner: Owner, acts: Sequence[str]) -> None:
    """See how each write is told, and that the way to look works after a restart."""
    told: dict[str, simcord.ResponseMessage] = {}
    for name in acts:
        await owner.stage.env.advance_time(3 * 3600)
        before = len(owner.writes)
        _fail(owner, Trouble.LOST, times=None)
        said = _answer(await ACTS[name][0](owner))
        assert shown(said).startswith(UNSURE), name
        assert shown(said).splitlines()[1:] == ["[Look]"]
        assert len(owner.writes) == before + 1
        owner.stage.sandbox.pluralkit.clear_faults()
        message = said.response if isinstance(said, simcord.InteractionResult) else said
        assert message is not None
        told[name] = message
    await owner.stage.restart()
    before = len(owner.writes)
    for name, message in told.items():
        looked = shown(await owner.person.click(message, label="Look"))
        assert looked.splitlines()[0].startswith("### "), name
        assert ACTS[name][1] in looked.splitlines()[0], name
    assert len(owner.writes) == before


@pytest.mark.parametrize(("trouble", "status"), TROUBLES.values(), ids=TROUBLES)
async def test_every_such_trouble_is_told_alike(owner: Owner, trouble: Trouble, status: int) -> None:
    for name in ("switch set", "switch set by select", "create member", "edit member", "autoproxy"):
        owner.stage.sandbox.pluralkit.requests.clear()
        owner.stage.sandbox.pluralkit.clear_faults()
        _fail(owner, trouble, times=None, status=status)
        said = await ACTS[name][0](owner)
        assert everything(said).count(UNSURE) == 1, name
        assert len(owner.writes) == 1
        owner.stage.sandbox.pluralkit.clear_faults()
        if owner.front:
            await owner.run("switch out")


async def test_what_may_be_new_is_looked_for_anew(owner: Owner) -> None:
    assert list(await owner.complete("delete member", "ref", "nova")) == []
    assert len(await owner.complete("delete group", "ref", "lamp")) == 1
    _fail(owner, Trouble.LOST)
    await ACTS["create member"][0](owner)
    assert len(await owner.complete("delete member", "ref", "nova")) == 1
    owner.stage.sandbox.pluralkit.clear_faults()
    _fail(owner, Trouble.LOST)
    await ACTS["delete group"][0](owner)
    assert list(await owner.complete("delete group", "ref", "lamp")) == []


async def test_a_write_that_is_turned_away_is_waited_out_unseen(owner: Owner) -> None:
    headers = {"Content-Type": "application/json", "X-RateLimit-Limit": "1000"}
    for name in ("switch set", "create member", "switch out"):
        before = len(owner.writes)
        owner.stage.sandbox.pluralkit.clear_faults()
        _fail(owner, Trouble.STATUS, times=2, status=429, body=SPENT, headers=headers)
        assert not shown(await ACTS[name][0](owner)).startswith("⚠️")
        assert len(owner.writes) == before + 3
    assert owner.front == []


async def test_a_token_that_was_refreshed_is_told_with_the_way_to_link_again(owner: Owner) -> None:
    body = b'{"message":"401: Missing or invalid Authorization header","code": 0}'
    owner.stage.sandbox.pluralkit.fail(
        status=401, body=body, headers={"Content-Type": "application/json"}, times=None
    )
    for command, options in (
        ("switch set", {"members": "tam"}),
        ("switch set", {}),
        ("switch out", {}),
        ("edit system", {}),
        ("edit member", {"ref": "tam"}),
        ("delete group", {"ref": "lamp"}),
        ("settings", {}),
        ("autoproxy", {"mode": "off"}),
    ):
        said = await owner.run(command, **options)
        assert sentence(said).startswith("⚠️ The token was refused by PluralKit. Link the system again with")
    said = await owner.fill(await owner.run("create member"), name="Nova")
    assert sentence(said).startswith("⚠️ The token was refused by PluralKit.")
    assert buttons(said) == ["Open it again"]


async def test_where_pluralkit_cannot_be_reached_nothing_was_changed(owner: Owner) -> None:
    form = await owner.run("create member")
    await owner.stage.sandbox.pluralkit.close()
    gone = "⚠️ PluralKit cannot be reached right now. Nothing was changed; try again in a few minutes."
    assert sentence(await owner.run("switch out")) == gone
    assert sentence(await owner.run("edit system")) == gone
    said = await owner.fill(form, name="Nova")
    assert (sentence(said), buttons(said)) == (gone, ["Open it again"])


async def test_a_list_that_is_suddenly_private_is_told_with_the_way_to_link(owner: Owner) -> None:
    body: JSON = {"message": "Unauthorized to view member list", "code": 30001}
    owner.stage.sandbox.pluralkit.refuse_with(403, body, path="*/members", times=None)
    for command, options in (
        ("switch set", {}),
        ("switch set", {"members": "tam"}),
        ("edit member", {"ref": "tam"}),
    ):
        assert "`/pluralkit link`" in await owner.refused(command, **options)
