"""/pixela graph create, list, edit, stats and delete."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.sandbox import PIXELA_TOKEN
from bot.sandbox.pixela import Design
from bot.sandbox.upstream import Trouble
from cogs.pixela.zones import matching_zones
from tests.bodies import check_bodies
from tests.cogs.pixela_scene import connect_pixela, graph, link, message_of, pixela, press, says, user
from tests.stage import Stage, buttons, everything, fields, shown

NEW: dict[str, Any] = {"id": "steps", "name": "Steps", "unit": "steps", "type": "int", "color": "ajisai"}
GUILD = "guild-user"
GRAPHS = "*/graphs"


def new(**changed: Any) -> dict[str, Any]:
    """Return the options of a graph that can be created, but for what is changed."""
    return NEW | changed


async def connect_guild(stage: Stage) -> None:
    """Give the server a Pixela user of its own, with a graph that is called as a member's is."""
    stage.sandbox.pixela.add_user(GUILD, PIXELA_TOKEN).add_graph(
        "reading", "int", Design("Together", "books")
    )
    await connect_pixela(stage, GUILD)


async def test_a_graph_is_created_and_is_the_one_that_is_meant_from_then_on(stage: Stage) -> None:
    await link(stage)
    more = new(timezone="asia/tokyo", description="On foot")
    said = (await says(stage, "graph create", **more)).splitlines()
    assert said[:3] == [
        "### Steps",
        "✅ The graph is ready. `/pixela pixel add` records on it, `/pixela graph show` shows it.",
        "On foot",
    ]
    page = "[pixe.la](https://pixe.la/v1/users/sandbox-user/graphs/steps.html)"
    assert said[3] == f"-# `steps` · steps · whole numbers · Asia/Tokyo · {page} · purple"
    made = graph(stage, "steps")
    assert (made.kind, made.design) == ("int", Design("Steps", "steps", "ajisai", "Asia/Tokyo", "On foot"))
    assert "Nothing is recorded yet." in await says(stage, "graph stats")
    check_bodies(stage)


async def test_a_graph_that_cannot_be_is_refused_with_the_rule(stage: Stage) -> None:
    assert "No Pixela user of yours is linked here." in await says(stage, "graph create", **NEW)
    await link(stage)
    for wrong, rule in (
        ({"id": "Steps"}, "A graph's id has 2 to 17 characters"),
        ({"id": "s"}, "A graph's id has 2 to 17 characters"),
        ({"name": " "}, "A graph's name may not be empty."),
        ({"type": "text"}, "A graph counts in `int`"),
        ({"color": "pink"}, "A graph's colour is one of"),
        ({"timezone": "CET"}, "A time zone is typed by region and city"),
        ({"description": "x" * 257}, "at most 256 characters"),
        ({"id": "reading"}, "There is a graph `reading` already."),
    ):
        said = shown(await stage.force(stage.member, "pixela graph create", **new(**wrong)))
        assert said.startswith("⚠️ "), wrong
        assert rule in said, wrong
    assert {*user(stage).graphs} == {"reading", "running", "kana"}


async def test_a_creation_that_is_not_confirmed_is_looked_at(stage: Stage) -> None:
    await link(stage)
    stage.sandbox.pixela.fail(Trouble.LOST, method="POST", path=GRAPHS)
    assert "✅ Pixela did not confirm, but the graph is there." in await says(stage, "graph create", **NEW)
    stage.sandbox.pixela.fail(Trouble.STATUS, method="POST", path=GRAPHS, status=500)
    said = await says(stage, "graph create", **new(id="walks"))
    assert "it may have gone through or not. Look before you try again" in said
    # One that was there before is not taken for the new one.
    stage.sandbox.pixela.fail(Trouble.STATUS, method="POST", path=GRAPHS, status=500)
    assert "may have gone through" in await says(stage, "graph create", **new(id="reading"))
    # What is there is told even where it cannot be looked at.
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/graph-def", times=None, status=500)
    assert "✅ The graph is ready." in await says(stage, "graph create", **new(id="later"))


async def test_only_managers_create_change_and_delete_the_servers_graphs(stage: Stage) -> None:
    await connect_guild(stage)
    shared = new(id="server:steps")
    for asked in (
        await says(stage, "graph create", **shared),
        await says(stage, "graph edit", graph="server:reading"),
        await says(stage, "graph delete", graph="server:reading"),
    ):
        assert "changed by those with the permission Manage Server" in asked
    assert "`server:steps` · steps" in await says(stage, "graph create", stage.admin, **shared)
    assert {*stage.sandbox.pixela.users[GUILD].graphs} == {"reading", "steps"}
    asked = await pixela(stage, "graph delete", stage.admin, graph="server:steps")
    stage.demote(stage.admin)
    refused = await press(stage, asked, "Delete for good", stage.admin)
    assert "Manage Server" in everything(refused)
    assert "steps" in stage.sandbox.pixela.users[GUILD].graphs


async def test_graphs_are_listed_ones_own_and_the_servers_page_by_page(stage: Stage) -> None:
    assert "No Pixela user of yours is linked here." in await says(stage, "graph list")
    await connect_guild(stage)
    assert "__Yours__" not in await says(stage, "graph list")
    await link(stage)
    said = (await says(stage, "graph list")).splitlines()
    page = "[pixe.la](https://pixe.la/v1/users/sandbox-user/graphs/reading.html)"
    facts = f"-# `reading` · pages · whole numbers · UTC · {page}"
    assert said[:4] == ["### Graphs", "__Yours__", "**Reading**", facts]
    assert said[-3:-1] == ["__This server's__", "**Together**"]
    assert said[-1].startswith("-# `server:reading` · books")
    for number in range(9):
        user(stage).add_graph(
            f"g{number}", "int", Design(f"*Graph* [{number}](x) @everyone" + "🎈" * 90, "_u_" * 99)
        )
    first = await pixela(stage, "graph list")
    assert "-# Page 1 of 2" in shown(first)
    await stage.restart()
    second = await press(stage, first, "Next →")
    assert "-# Page 2 of 2" in shown(second)
    assert "This server's" in shown(second)
    user(stage).graphs.clear()
    shorter = await press(stage, second, "← Back")
    assert "Together" in shown(shorter)
    assert buttons(shorter) == []
    check_bodies(stage)


async def test_a_list_says_what_it_could_not_look_at(stage: Stage) -> None:
    await link(stage)
    await connect_guild(stage)
    stage.sandbox.pixela.users[GUILD].token_hash = ""
    said = await says(stage, "graph list")
    assert "Reading" in said
    assert "-# Pixela refused the token of this server's user." in said
    user(stage).token_hash = ""
    assert "The token was refused by Pixela. Link the user again" in await says(stage, "graph list")
    await connect_guild(stage)
    said = await says(stage, "graph list")
    assert "Together" in said
    assert "-# Your own graphs: The token was refused by Pixela." in said


async def test_a_form_shows_what_stands_and_sends_what_was_changed(stage: Stage) -> None:
    await link(stage)
    form = await pixela(stage, "graph edit", graph="reading")
    assert fields(form) == ["name", "unit", "color", "timezone", "description"]
    assert "Its id and its type (whole numbers) cannot be changed." in str(form.modal)
    left = await stage.member.submit_modal(form, standing(stage))
    assert shown(left) == "Nothing was changed: the form was left as it was."
    form = await pixela(stage, "graph edit")
    changed = standing(stage) | {"color": "kuro", "timezone": "europe/berlin", "description": ""}
    said = shown(await stage.member.submit_modal(form, changed))
    assert "✅ Changed: colour, time zone, description." in said
    assert "Europe/Berlin" in said
    sent = [seen.json for seen in stage.sandbox.pixela.requests if seen.method == "PUT"]
    assert sent == [{"color": "kuro", "timezone": "Europe/Berlin", "description": ""}]
    assert graph(stage).design == Design("Reading", "pages", "kuro", "Europe/Berlin", "")


async def test_what_was_typed_into_a_form_that_is_refused_is_kept(stage: Stage) -> None:
    await link(stage)
    form = await pixela(stage, "graph edit", graph="reading")
    typed = standing(stage) | {"name": "Pages", "timezone": "Berlin"}
    refused = await stage.member.submit_modal(form, typed)
    assert "A time zone is typed by region and city" in shown(refused)
    again = await press(stage, refused, "Open it again")
    assert "'value': 'Berlin'" in str(again.modal)
    stage.sandbox.pixela.fail(Trouble.LOST, method="PUT")
    mended = await stage.member.submit_modal(again, typed | {"timezone": "Europe/Berlin"})
    assert "✅ Pixela did not confirm, but it went through. Changed: name, time zone." in shown(mended)
    form = await pixela(stage, "graph edit", graph="reading")
    stage.sandbox.pixela.fail(Trouble.STATUS, method="PUT", status=500)
    unsure = await stage.member.submit_modal(form, typed | {"unit": "leaves", "timezone": "UTC"})
    assert "the graph is as it was so far. Send the change again" in shown(unsure)
    form = await press(stage, unsure, "Open it again")
    user(stage).graphs.pop("reading")
    gone = await stage.member.submit_modal(form, typed | {"unit": "leaves", "timezone": "UTC"})
    assert "There is no graph `reading` any more, so nothing was changed." in shown(gone)


def standing(stage: Stage) -> dict[str, str]:
    """Return what the form of ``reading`` is filled in with."""
    design = graph(stage).design
    return {
        "name": design.name,
        "unit": design.unit,
        "color": design.color,
        "timezone": design.timezone or "UTC",
        "description": design.description,
    }


async def test_figures_are_pixelas_and_streaks_go_back_as_far_as_there_are_days(stage: Stage) -> None:
    await link(stage)
    pixels = user(stage).add_graph("walks", "float", Design("Walks", "km")).pixels
    made = graph(stage, "walks")
    today = date(2026, 1, 1)
    for back in range(1, 501):
        made.put((today - timedelta(days=back)).strftime("%Y%m%d"), "2.5" if back != 400 else "7.25")
    said = (await says(stage, "graph stats", graph="walks")).splitlines()
    assert said[:9] == [
        "### Walks",
        "**Total** 1254.75 km on 500 days",
        "**Average** 2.51 km a day with an entry",
        "**Best day** 7.25 km on 2024-11-27",
        "**Lowest** 2.5 km on 2024-08-19",
        "**Today** 0 km",
        "**Yesterday** 2.5 km",
        "🔥 Streak: **500 days**; today is still open",
        "Longest: **500 days** (2024-08-19 to 2025-12-31)",
    ]
    # Days that are further away than is looked, or still to come.
    made.put("20010101", "1")
    assert "-# Streaks are those since 2016-01-05." in await says(stage, "graph stats", graph="walks")
    pixels.clear()
    assert "Nothing is recorded yet." in await says(stage, "graph stats", graph="walks")


async def test_a_graph_is_deleted_once_that_was_confirmed(stage: Stage) -> None:
    await link(stage)
    number = len(graph(stage).pixels)
    asked = await pixela(stage, "graph delete", graph="Reading")
    assert shown(asked).startswith("### Delete Reading?\n")
    assert f"Its {number} pixels and its webhooks go with it at Pixela, for good." in shown(asked)
    assert shown(await press(stage, asked, "Keep it")) == "Nothing was deleted."
    asked = await pixela(stage, "graph delete", graph="reading")
    button = next(
        part for part in str(message_of(asked).components).split("'") if part.startswith("px:gone:")
    )
    stranger = await stage.press(stage.admin, button, message_of(asked))
    assert "This card is somebody else's." in shown(stranger)
    await stage.restart()
    stage.sandbox.pixela.fail(Trouble.STATUS, method="DELETE", status=500)
    assert "may have gone through or not" in everything(await press(stage, asked, "Delete for good"))
    stage.sandbox.pixela.fail(Trouble.LOST, method="DELETE")
    done = await press(stage, asked, "Delete for good")
    assert shown(done) == "Pixela did not confirm, but the graph `reading` is gone."
    assert "reading" not in user(stage).graphs
    # The one used last is gone, and several are left.
    assert "There are several graphs" in await says(stage, "graph stats")
    asked = await pixela(stage, "graph delete", graph="running")
    user(stage).graphs.pop("running")
    assert "There was no graph `running` any more." in shown(await press(stage, asked, "Delete for good"))
    asked = await pixela(stage, "graph delete", graph="kana")
    assert shown(await press(stage, asked, "Delete for good")) == "The graph `kana` was deleted."
    assert "There is no graph yet." in await says(stage, "graph list")


async def test_time_zones_are_completed_the_best_first(stage: Stage) -> None:
    offered = await stage.member.autocomplete(stage.channel, "pixela graph create", "timezone", "new york")
    assert [choice["value"] for choice in offered] == ["America/New_York"]
    assert matching_zones("")[0] == "UTC"
    for typed, first in (("Tokyo", "Asia/Tokyo"), ("utc", "UTC"), ("america/", "America/Adak")):
        assert matching_zones(typed)[0] == first
    assert matching_zones("nowhere at all") == []
    assert max(len(matching_zones(typed)) for typed in ("", "a", "america")) == 25
