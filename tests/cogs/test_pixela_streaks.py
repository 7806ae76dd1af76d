"""/pixela streaks: how every graph stands."""

from __future__ import annotations

from datetime import date, timedelta

from bot.sandbox import PIXELA_TOKEN
from bot.sandbox.pixela import Design, Graph
from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.pixela_scene import connect_pixela, graph, link, message_of, pixela, press, says, user
from tests.stage import Stage, buttons, shown

NEW_YEAR = date(2026, 1, 1)
GUILD = "guild-user"
FOOT = "-# Longest, best and total are those of the last 365 days."


def keep(graph: Graph, days: range, quantity: str = "2") -> None:
    """Record on days that lie so far back."""
    for back in days:
        graph.put((NEW_YEAR - timedelta(days=back)).strftime("%Y%m%d"), quantity)


async def begin(stage: Stage) -> None:
    """Let the member link a user without a graph."""
    await link(stage)
    user(stage).graphs.clear()


def add(stage: Stage, graph_id: str, days: range, timezone: str = "UTC") -> Graph:
    """Add a graph with days that lie so far back."""
    made = user(stage).add_graph(graph_id, "int", Design(graph_id.capitalize(), "km", timezone=timezone))
    keep(made, days)
    return made


async def test_graphs_stand_in_the_order_of_their_current_streaks(stage: Stage) -> None:
    await begin(stage)
    assert "There is no graph yet." in await says(stage, "streaks")
    add(stage, "broken", range(2, 40))
    keep(add(stage, "open", range(1, 5)), range(3, 4), "9")
    # It is the second of January in Tokyo already, where the first is yesterday.
    add(stage, "tokyo", range(6), timezone="Asia/Tokyo")
    stage.env.backend.advance_clock(16 * 3600)
    assert (await says(stage, "streaks")).splitlines() == [
        "### Streaks",
        "**Tokyo**",
        "🔥 Streak: **6 days**; today is still open",
        "Longest: **6 days** (2025-12-27 to 2026-01-01)",
        "365 days: **12 km** on 6 days · best: 2 km on 2026-01-01",
        "**Open**",
        "🔥 Streak: **4 days**; today is still open",
        "Longest: **4 days** (2025-12-28 to 2025-12-31)",
        "365 days: **15 km** on 4 days · best: 9 km on 2025-12-29",
        "**Broken**",
        "No streak at the moment.",
        "Longest: **38 days** (2025-11-23 to 2025-12-30)",
        "365 days: **76 km** on 38 days · best: 2 km on 2025-12-30",
        FOOT,
    ]
    check_bodies(stage)


async def test_a_streak_of_more_than_a_year_is_told_whole(stage: Stage) -> None:
    await begin(stage)
    stage.sandbox.pixela.reject_next = 7
    add(stage, "years", range(900))
    add(stage, "year", range(365))
    add(stage, "empty", range(0))
    said = (await says(stage, "streaks")).splitlines()
    assert said[2:5] == [
        "🔥 Streak: **900 days**",
        "Longest: **900 days** (2023-07-17 to 2026-01-01)",
        "365 days: **730 km** on 365 days · best: 2 km on 2026-01-01",
    ]
    assert "🔥 Streak: **365 days**" in said
    assert said[-4:-1] == ["**Empty**", "No streak at the moment.", "Nothing in the last 365 days."]
    asked = [dict(one.query)["from"] for one in stage.sandbox.pixela.requests if "from" in one.query]
    assert len({*asked}) <= 3
    assert len(asked) <= 3 + 2 + 1 + 7
    assert "🔥 Streak: **900 days**" in shown(await pixela(stage, "graph show", graph="years"))


async def test_the_servers_graphs_stand_among_ones_own(stage: Stage) -> None:
    shared = stage.sandbox.pixela.add_user(GUILD, PIXELA_TOKEN).add_graph("steps", "int", Design("Steps"))
    keep(shared, range(3))
    await connect_pixela(stage, GUILD)
    assert "**Steps** · this server's" in await says(stage, "streaks")
    await begin(stage)
    add(stage, "own", range(2))
    said = (await says(stage, "streaks")).splitlines()
    assert [line for line in said if line.startswith("**")] == ["**Steps** · this server's", "**Own**"]
    role = stage.guild.create_role("walkers")
    await stage.app.guild_rows.set_recorders(stage.guild.id, [role.id], stage.admin.id)
    assert "Steps" not in await says(stage, "streaks")


async def test_many_graphs_are_turned_page_by_page_also_after_a_restart(stage: Stage) -> None:
    await begin(stage)
    for number in range(1, 18):
        add(stage, f"graph{number}", range(number))
    first = await pixela(stage, "streaks")
    assert buttons(first) == ["Next →"]
    assert "**Graph17**" in shown(first)
    await stage.restart()
    second = await press(stage, first, "Next →")
    assert buttons(second) == ["← Back", "Next →"]
    assert "-# Page 2 of 3" in shown(second)
    asked = stage.sandbox.pixela.count("GET", "*")
    last = await press(stage, second, "Next →")
    assert stage.sandbox.pixela.count("GET", "*") == asked  # what was looked at a moment ago is not again
    assert "**Graph1**\n" in shown(last)
    stage.env.backend.advance_clock(60)
    await press(stage, last, "← Back")
    assert stage.sandbox.pixela.count("GET", "*") > asked
    stranger = await stage.press(stage.admin, f"px:turn:streaks:{stage.member.id}:1:next", message_of(last))
    assert "This card is somebody else's." in shown(stranger)
    check_bodies(stage)


async def test_a_graph_in_trouble_hides_no_other_and_one_deleted_meanwhile_is_none(stage: Stage) -> None:
    await link(stage)
    graph(stage).put("20260101", "1" + "0" * 41)
    assert "best: 1000000000" in await says(stage, "streaks")
    stage.sandbox.pixela.refuse_with(404, {"isSuccess": False}, path="*/kana/pixels")
    said = await says(stage, "streaks")
    assert "Reading" in said
    assert "Kana" not in said
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/kana/pixels", status=500, times=None)
    said = await says(stage, "streaks")
    trouble = "Pixela is in trouble and gave no answer that can be used. Try again in a few minutes."
    assert f"-# Kana: {trouble}" in said
    assert "**Reading**" in said
    for number in range(5):
        user(stage).add_graph(f"more{number}", "int")
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/more*/pixels", status=500, times=None)
    assert "-# 3 more could not be looked at." in await says(stage, "streaks")
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/pixels", status=500, times=None)
    assert await says(stage, "streaks") == f"⚠️ {trouble}"
    user(stage).token_hash = ""
    assert "The token was refused by Pixela." in await says(stage, "streaks")
