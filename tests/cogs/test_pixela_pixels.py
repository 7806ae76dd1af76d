"""/pixela pixel and stopwatch: what the days of a graph hold."""

from __future__ import annotations

from bot.sandbox.upstream import JSON, Trouble
from tests.bodies import check_bodies, parts_of
from tests.cogs.pixela_scene import TODAY, YESTERDAY, graph, held, link, message_of, pixela, press, says
from tests.stage import Stage, buttons, everything, shown


async def test_days_are_set_and_changed_and_what_they_hold_is_told(stage: Stage) -> None:
    stage.sandbox.pixela.reject_next = 9
    await link(stage)
    said = (await says(stage, "pixel set", quantity="12", graph="reading")).splitlines()
    assert said[0] == "### Reading"
    assert said[1].startswith("✅ **2026-01-01** (today) holds **12 pages**, before that **")
    assert said[2].startswith("🔥 Streak: **")
    assert held(stage) == "12"
    # The graph used last is meant from now on.
    assert "holds **15 pages**, before that **12 pages**." in await says(stage, "pixel add", quantity="3")
    assert "holds **-1 pages**" in await says(stage, "pixel subtract", quantity="16", date="today")
    assert "holds **0 pages**" in await says(stage, "pixel increment")
    assert "holds **-1 pages**" in await says(stage, "pixel decrement")
    assert held(stage) == "-1"
    graph(stage).pixels.pop(YESTERDAY)
    said = (await says(stage, "pixel add", quantity="4", date="yesterday")).splitlines()
    assert said[1] == "✅ **2025-12-31** (yesterday) holds **4 pages**, before that nothing."
    old = await says(stage, "pixel set", quantity="7", date="2020-02-29")
    assert "✅ **2020-02-29** holds **7 pages**, before that nothing." in old
    assert "Streak" not in old
    assert "This day is still to come." in await says(stage, "pixel set", quantity="1", date="20260301")
    assert (held(stage, YESTERDAY), held(stage, "20200229")) == ("4", "7")
    check_bodies(stage)


async def test_a_graph_of_decimals_takes_two_of_them_and_goes_by_hundredths(stage: Stage) -> None:
    await link(stage)
    assert "holds **5.25 km**" in await says(stage, "pixel set", quantity="5.25", graph="running")
    assert "holds **5.26 km**" in await says(stage, "pixel increment")
    assert held(stage, graph_id="running") == "5.26"


async def test_a_day_is_that_of_the_graphs_time_zone(stage: Stage) -> None:
    stage.env.backend.advance_clock(16 * 3600)
    await link(stage)
    assert "**2026-01-02** (today)" in await says(stage, "pixel increment", graph="kana")
    assert "**2026-01-01** (today)" in await says(stage, "pixel increment", graph="reading")
    # At midnight the upstream may have another day than the one that is told: what is told counts.
    graph(stage).pixels.clear()
    ahead = stage.sandbox.pixela.clock
    stage.sandbox.pixela.clock = lambda: ahead() + 12 * 3600
    assert "✅ **2026-01-01** (today) holds **1 pages**, before" in await says(stage, "pixel increment")
    assert "holds **0 pages**, before that **1 pages**." in await says(stage, "pixel decrement")
    assert {*graph(stage).pixels} == {TODAY}


async def test_bad_input_is_refused_with_the_rule_and_changes_nothing(stage: Stage) -> None:
    await link(stage)
    before = held(stage)
    for quantity in ("1e3", "0x1", "∞", "9" * 400, "3,5", "3.5", "", "nan"):
        said = await stage.force(stage.member, "pixela pixel set", quantity=quantity, graph="reading")
        assert shown(said).startswith("⚠️ "), quantity
        assert "reference" not in shown(said), quantity
    for date in ("2023-02-30", "tomorrow", "20261", "1800-01-01", "2026-1-1"):
        assert (await says(stage, "pixel set", quantity="1", graph="reading", date=date)).startswith("⚠️ ")
    for missing in ("no-such-graph", "NOT AN ID"):
        assert (await says(stage, "pixel increment", graph=missing)).startswith("⚠️ ")
    assert held(stage) == before
    assert stage.sandbox.pixela.count("PUT", "*") == 0


async def test_without_a_user_or_a_clear_graph_the_way_out_is_told(stage: Stage) -> None:
    assert "`/pixela user create` makes one" in await says(stage, "pixel increment")
    await link(stage)
    assert "say which with the option `graph`" in await says(stage, "pixel increment")
    assert "no Pixela user of its own" in await says(stage, "pixel increment", graph="server:reading")
    stage.sandbox.pixela.users.clear()
    assert "`/pixela user link`" in await says(stage, "pixel increment", graph="reading")


async def test_a_write_that_was_not_confirmed_is_looked_after(stage: Stage) -> None:
    await link(stage)
    graph(stage).pixels.pop(TODAY)
    stage.sandbox.pixela.fail(Trouble.LOST, method="PUT")
    lost = await says(stage, "pixel add", quantity="5", graph="reading")
    assert "✅ Pixela did not confirm, but it went through: **2026-01-01** (today) holds **5 pages**." in lost
    stage.sandbox.pixela.fail(Trouble.DROP, method="PUT")
    # It may still be on its way: only what Pixela itself says is over is over.
    dropped = await says(stage, "pixel increment")
    assert "it is not certain whether it went through" in dropped
    assert "held **5 pages**; now it holds **5 pages**." in dropped
    stage.sandbox.pixela.fail(Trouble.STATUS, method="PUT", status=504)
    assert "it is not certain" in await says(stage, "pixel set", quantity="9")
    stage.sandbox.pixela.fail(Trouble.STATUS, method="PUT", status=500)
    over = await says(stage, "pixel increment")
    assert "did not go through: **2026-01-01** (today) still holds **5 pages**. You may try again." in over
    stage.sandbox.pixela.fail(Trouble.LOST, method="PUT")
    assert "it went through" in await says(stage, "pixel set", quantity="9")
    assert (held(stage), stage.sandbox.pixela.count("PUT", "*")) == ("9", 5)
    # Nothing can be told where the day cannot be looked at afterwards.
    stage.sandbox.pixela.fail(Trouble.LOST, method="PUT")
    stage.sandbox.pixela.fail(method="GET", path="*/pixels", times=None)
    unsure = await says(stage, "pixel add", quantity="1")
    assert "it is not certain whether it went through" in unsure
    assert "held **9 pages**; what it holds now could not be looked at." in unsure
    assert "What the day holds now could not be looked at." in await says(stage, "pixel add", quantity="1")
    assert held(stage) == "11"


async def test_a_day_is_shown_with_its_data_and_months_are_turned_after_a_restart(stage: Stage) -> None:
    await link(stage)
    graph(stage).put(TODAY, "6", '{"book":"`Moby` @everyone"}')
    said = await says(stage, "pixel get", graph="reading")
    assert "**2026-01-01** (today) holds **6 pages**." in said
    assert '`{"book":"\u02cbMoby\u02cb @everyone"}`' in said
    graph(stage).pixels.pop(YESTERDAY)
    assert "**2025-12-31** (yesterday) holds nothing." in await says(stage, "pixel get", date="yesterday")
    page = await pixela(stage, "pixel list")
    assert "-# 2025-12-02 to 2026-01-01" in shown(page)
    assert "`2026-01-01` Thu · **6 pages** · with data" in shown(page)
    assert "2025-12-31" not in shown(page)
    assert buttons(page) == ["← Older"]
    await stage.restart()
    older = await press(stage, page, "← Older")
    assert "-# 2025-11-01 to 2025-12-01" in shown(older)
    newer = await press(stage, older, "Newer →")
    assert "-# 2025-12-02 to 2026-01-01" in shown(newer)
    assert "No day of these has a pixel." in await says(stage, "pixel list", date="2001-01-01")
    check_bodies(stage)


async def test_a_day_is_deleted_once_that_was_confirmed(stage: Stage) -> None:
    await link(stage)
    kept = await press(stage, await pixela(stage, "pixel delete", graph="reading"), "Keep it")
    assert shown(kept) == "Nothing was deleted."
    asked = await pixela(stage, "pixel delete")
    assert buttons(asked) == ["Delete it", "Keep it"]
    await stage.restart()
    assert "**2026-01-01** (today) holds nothing" in shown(await press(stage, asked, "Delete it"))
    assert held(stage) is None
    again = await stage.press(stage.member, "px:drop:reading:20260101", message_of(asked))
    assert "nothing to delete" in everything(again)
    assert "holds nothing, so there is nothing to delete" in await says(stage, "pixel delete")
    graph(stage).put(TODAY, "6")
    asked = await pixela(stage, "pixel delete")
    stage.sandbox.pixela.fail(Trouble.LOST, method="DELETE")
    assert "it went through" in shown(await press(stage, asked, "Delete it"))
    del stage.sandbox.pixela.users["sandbox-user"].graphs["reading"]
    gone = await stage.press(stage.member, "px:drop:reading:20260101", message_of(asked))
    assert "There is no graph `reading`." in everything(gone)


async def test_a_press_on_a_day_that_no_calendar_has_is_refused(stage: Stage) -> None:
    await link(stage)
    page = await pixela(stage, "pixel list", graph="reading")
    said = await stage.press(stage.member, "px:drop:reading:20260230", message_of(page))
    assert "There is no such day in the calendar." in everything(said)


async def test_the_stopwatch_starts_and_its_button_stops_it_once(stage: Stage) -> None:
    await link(stage)
    graph(stage, "running").put(TODAY, "2.68")
    started = await pixela(stage, "stopwatch", graph="running")
    assert "The stopwatch runs." in shown(started)
    [custom_id] = [part["custom_id"] for part in parts_of(message_of(started).components) if "label" in part]
    stage.env.backend.advance_clock(150)
    await stage.restart()
    stopped = await press(stage, started, "Stop")
    assert "### ⏱️ Running" in shown(stopped)
    assert "holds **5.18 km**, before that **2.68 km**." in shown(stopped)
    assert "The stopwatch was stopped: 2.5 minutes were added." in shown(stopped)
    again = await stage.press(stage.member, custom_id, message_of(started))
    assert "Stop was pressed here already." in everything(again)
    assert stage.sandbox.pixela.count("POST", "*/stopwatch") == 2
    started = await pixela(stage, "stopwatch")
    await says(stage, "stopwatch")
    stage.sandbox.pixela.fail(method="GET", times=4)
    assert "is in trouble" in everything(await press(stage, started, "Stop"))
    surprised = await press(stage, started, "Stop")
    assert "pressing Stop started it" in shown(surprised)
    assert "The stopwatch was stopped" in shown(await press(stage, surprised, "Stop"))
    check_bodies(stage)


async def test_a_stopwatch_that_did_not_confirm_is_told_by_what_the_day_holds(stage: Stage) -> None:
    await link(stage)
    stage.sandbox.pixela.fail(Trouble.LOST, method="POST", times=2)
    unsure = await pixela(stage, "stopwatch", graph="running")
    assert "does not tell whether the stopwatch runs" in shown(unsure)
    stage.env.backend.advance_clock(60)
    assert "The stopwatch was stopped: 1 minute was added." in shown(await press(stage, unsure, "Stop"))


async def test_a_refusal_is_told_in_a_sentence_whatever_its_status(stage: Stage) -> None:
    await link(stage)
    body: JSON = {"message": "Too large", "isSuccess": False}
    for status in (413, 200):
        stage.sandbox.pixela.refuse_with(status, body, method="PUT")
        said = await says(stage, "pixel increment", graph="reading")
        assert "Pixela refused it, in its own words: “Too large”" in said
    stage.sandbox.pixela.refuse_with(402, body, method="PUT")
    assert "for its supporters alone" in await says(stage, "pixel increment")
