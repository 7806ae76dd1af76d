"""/pixela webhook: addresses that record, whose hash is a secret."""

from __future__ import annotations

import pytest

from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.pixela_scene import connect_pixela, graph, held, link, message_of, pixela, press, says, user
from tests.stage import Stage, buttons, everything, shown


async def _suggested(stage: Stage, command: str, who: object = None, typed: str = "") -> dict[str, str]:
    person = stage.admin if who is stage.admin else stage.member
    found = await person.autocomplete(stage.channel, f"pixela webhook {command}", "webhook", typed)
    return {choice["name"]: str(choice["value"]) for choice in found}


async def test_a_webhook_is_created_listed_run_and_deleted(stage: Stage) -> None:
    await link(stage)
    graph(stage).put("20260101", "10")
    made = await says(stage, "webhook create", type="add", graph="reading", quantity="5")
    [hook] = user(stage).webhooks
    address = f"{stage.sandbox.pixela.url}/v1/users/sandbox-user/webhooks/{hook}"
    assert f"```\n{address}\n```" in made
    assert "keep it like a password" in made
    await says(stage, "webhook create", type="increment")
    listed = await says(stage, "webhook list")
    assert f"||`{address}`||" in listed
    choices = await _suggested(stage, "run")
    assert [name.rpartition(" (")[0] for name in choices] == ["reading · add 5", "reading · increment"]
    assert hook not in str(choices)
    assert await _suggested(stage, "run", typed="incr") != choices
    ran = await says(stage, "webhook run", webhook=next(iter(choices.values())))
    assert "holds **15 pages**, before that **10 pages**." in ran
    assert "holds **16 pages**" in await says(stage, "webhook run", webhook="reading increment")
    asked = await pixela(stage, "webhook delete", webhook=next(iter(choices.values())))
    assert hook not in shown(asked)
    assert buttons(asked) == ["Delete it", "Keep it"]
    await stage.restart()
    gone = await press(stage, asked, "Delete it")
    assert "The webhook was deleted." in shown(gone)
    assert hook not in user(stage).webhooks
    kept = await press(stage, await pixela(stage, "webhook delete", webhook="increment"), "Keep it")
    assert (shown(kept), len(user(stage).webhooks)) == ("Nothing was deleted.", 1)
    said = await says(stage, "webhook create", type="add", graph="running", quantity="2.50")
    assert "running · add 2.5 " in said
    check_bodies(stage)
    assert not [line for line in stage.log if hook in line]


async def test_what_is_no_webhook_or_no_quantity_is_refused(stage: Stage) -> None:
    await link(stage)
    assert "Only `add` and `subtract` take a quantity." in await says(
        stage, "webhook create", type="increment", graph="reading", quantity="5"
    )
    for quantity in ("1e3", "2.5", "∞"):
        said = await says(stage, "webhook create", type="add", graph="reading", quantity=quantity)
        assert said.startswith("⚠️ ")
    for text in ("nothing", "", "../../graphs"):
        said = await stage.force(stage.member, "pixela webhook run", webhook=text)
        assert "No webhook is meant by that" in everything(said)
    assert "There is none. `/pixela webhook create` makes one." in await says(stage, "webhook list")
    assert user(stage).webhooks == {}


async def test_what_was_not_confirmed_is_looked_after(stage: Stage) -> None:
    await link(stage)
    px = stage.sandbox.pixela
    px.fail(Trouble.LOST, method="POST", path="*/webhooks")
    said = await says(stage, "webhook create", type="stopwatch", graph="running")
    [hook] = user(stage).webhooks
    assert "Pixela did not confirm, but it is there." in said
    assert hook in said
    px.fail(Trouble.DROP, method="POST", path="*/webhooks")
    assert "the webhook is not there so far. Look with `/pixela webhook list` in a minute" in await says(
        stage, "webhook create", type="stopwatch"
    )
    ran = await says(stage, "webhook run", webhook="running")
    assert "does not tell here whether it runs now" in ran
    px.fail(Trouble.LOST, method="POST", path=f"*/{hook}")
    assert "it is not certain whether it went through" in await says(stage, "webhook run", webhook="running")
    asked = await pixela(stage, "webhook delete", webhook="running")
    px.fail(Trouble.DROP, method="DELETE")
    assert "the webhook is still there. Try again." in everything(await press(stage, asked, "Delete it"))
    px.fail(Trouble.LOST, method="DELETE")
    assert "but the webhook is gone." in shown(await press(stage, asked, "Delete it"))
    assert user(stage).webhooks == {}
    await says(stage, "webhook create", type="add", graph="reading", quantity="2")
    asked = await pixela(stage, "webhook delete", webhook="reading")
    px.refuse_with(404, {"isSuccess": False}, times=2, path="*/webhooks/*")
    gone = "This webhook is gone. `/pixela webhook list` shows those that there are."
    assert gone in await says(stage, "webhook run", webhook="reading")
    assert gone in everything(await press(stage, asked, "Delete it"))
    px.fail(method="GET", times=None)
    assert await _suggested(stage, "run") == {}


@pytest.mark.parametrize("number", [9])
async def test_many_webhooks_are_paged(stage: Stage, number: int) -> None:
    await link(stage)
    for quantity in range(1, number + 1):
        await says(stage, "webhook create", type="add", graph="reading", quantity=str(quantity))
    first = await pixela(stage, "webhook list")
    assert (shown(first).count("||") // 2, buttons(first)) == (8, ["More →"])
    second = await press(stage, first, "More →")
    assert (shown(second).count("||") // 2, buttons(second)) == (1, ["← Back"])
    check_bodies(stage)


async def test_webhooks_of_the_servers_graphs_are_for_those_who_manage_it(stage: Stage) -> None:
    await connect_pixela(stage)
    await link(stage, stage.admin)
    shared = "server:reading"
    refusal = "The server's graphs are changed by those with the permission Manage Server."
    assert refusal in await says(stage, "webhook create", type="increment", graph=shared)
    await says(stage, "webhook create", stage.admin, type="increment", graph=shared)
    [hook] = user(stage).webhooks
    listed = await pixela(stage, "webhook list", stage.admin)
    servers = await press(stage, listed, "The server's", stage.admin)
    assert "### Webhooks of the server's graphs" in shown(servers)
    assert hook in shown(servers)
    [name] = (await _suggested(stage, "run")).values()
    before = int(held(stage) or 0)
    assert f"holds **{before + 1} pages**" in await says(stage, "webhook run", webhook=name)
    assert await _suggested(stage, "delete") == {}
    assert [*(await _suggested(stage, "delete", stage.admin)).values()][-1] == name
    assert refusal in await says(stage, "webhook delete", webhook=name)
    pressed = await stage.press(stage.member, "px:hooks:server:0:switch", message_of(servers))
    assert refusal in everything(pressed)
    assert hook in user(stage).webhooks
