"""/pixela graph show: the picture, its words, and the buttons under it."""

from __future__ import annotations

from typing import Any

import simcord

from bot.sandbox import PIXELA_TOKEN
from bot.sandbox.pixela import Design, Hostility
from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies, parts_of
from tests.cogs.making_scene import alts
from tests.cogs.pixela_scene import TODAY, connect_pixela, graph, held, link, message_of, pixela, press, user
from tests.stage import Stage, buttons, everything, shown

MINUS = "\N{MINUS SIGN}1"
BUTTONS = ["+1", MINUS, "± …", "Refresh"]
UNUSABLE = "-# Pixela's picture could not be used, so there is none here. The figures are right all the same."
HARMLESS = {Hostility.LINKS, Hostility.SCRIPT, Hostility.SIZES}
GUILD = "guild-user"


def svgs(stage: Stage) -> list[dict[str, str]]:
    """Return how Pixela was asked for pictures."""
    seen = stage.sandbox.pixela.requests
    asked = [{**one.query} for one in seen if one.path.rpartition("/")[0].endswith("/graphs")]
    return [{name: query[name] for name in query if name != "nocache"} for query in asked]


def ids(said: simcord.InteractionResult) -> dict[str, str]:
    """Return the custom ids of the buttons of a card, by their labels."""
    found: list[dict[str, Any]] = [*parts_of(message_of(said).components)]
    return {part["label"]: part["custom_id"] for part in found if "custom_id" in part}


async def test_a_graph_is_shown_to_its_owner_alone_with_its_picture_in_words_too(stage: Stage) -> None:
    await link(stage)
    graph(stage).pixels.clear()
    for day, pages in (("20251229", "3"), ("20251230", "12"), ("20251231", "4"), ("20251201", "5")):
        graph(stage).put(day, pages)
    said = await pixela(stage, "graph show", graph="reading")
    assert shown(said).splitlines()[:4] == [
        "### Reading",
        "Today: **nothing yet**",
        "🔥 Streak: **3 days**; today is still open",
        "365 days: **24 pages** on 4 days · best: 12 pages on 2025-12-30",
    ]
    assert buttons(said) == BUTTONS
    [words] = alts(said)
    assert words == (
        "Habit graph of Reading: 24 pages on 4 days. Best day: 2025-12-30 with 12. "
        "Current streak: 3 days, today still open; longest: 3 days."
    )
    [file] = message_of(said).attachments
    assert (file.filename, file.content_type) == ("reading.png", "image/png")
    assert svgs(stage) == [{"appearance": "dark"}]
    for mode, asked in (("short", "short"), ("line", "line")):
        again = await pixela(stage, "graph show", mode=mode)
        assert alts(again) == [words]
        assert svgs(stage)[-1] == {"mode": asked, "appearance": "dark"}
    badge = await pixela(stage, "graph show", mode="badge")
    assert alts(badge) == [words]
    odd = await stage.force(stage.member, "pixela graph show", mode="retina")
    assert "Pixela draws a graph as `full`, `short`, `line`, `badge`: pick one." in shown(odd)
    check_bodies(stage)


async def test_the_buttons_count_and_draw_the_card_anew_also_after_a_restart(stage: Stage) -> None:
    stage.sandbox.pixela.reject_next = 6
    await link(stage)
    graph(stage).put(TODAY, "5")
    said = await pixela(stage, "graph show", graph="reading", mode="short")
    await stage.restart()
    said = await press(stage, said, "+1")
    assert "Today: **6 pages**" in shown(said)
    said = await press(stage, said, MINUS)
    said = await press(stage, said, MINUS)
    assert "Today: **4 pages**" in shown(said)
    form = await press(stage, said, "± …")
    said = await stage.member.submit_modal(form, {"quantity": "-6"})
    assert "Today: **-2 pages**" in shown(said)
    form = await press(stage, said, "± …")
    said = await stage.member.submit_modal(form, {"quantity": "+12"})
    assert held(stage) == "10"
    graph(stage).put(TODAY, "40")
    said = await press(stage, said, "Refresh")
    assert "Today: **40 pages**" in shown(said)
    assert buttons(said) == BUTTONS
    assert len(message_of(said).attachments) == 1
    assert "short" in svgs(stage)[-1]["mode"]
    for wrong, rule in (("1e3", "plain digits"), ("2.5", "counts whole numbers"), ("0", "changes nothing")):
        form = await press(stage, said, "± …")
        assert rule in everything(await stage.member.submit_modal(form, {"quantity": wrong}))
    assert held(stage) == "40"
    decimals = await pixela(stage, "graph show", graph="running")
    graph(stage, "running").put(TODAY, "2.50")
    assert "Today: **3.5 km**" in shown(await press(stage, decimals, "+1"))
    check_bodies(stage)


async def test_a_card_is_of_use_to_its_owner_alone(stage: Stage) -> None:
    await link(stage)
    await link(stage, stage.admin)
    before = held(stage)
    said = await pixela(stage, "graph show", graph="reading")
    for custom_id in ids(said).values():
        stranger = await stage.press(stage.admin, custom_id, message_of(said))
        assert stranger.ephemeral
        assert shown(stranger).startswith("⚠️ This card is somebody else's.")
    forged = "px:step:0:reading:full:up"
    assert "expired" in shown(await stage.press(stage.admin, forged, message_of(said)))
    assert held(stage) == before


async def test_a_graph_of_the_server_is_shown_to_all_and_counts_where_roles_allow(stage: Stage) -> None:
    made = stage.sandbox.pixela.add_user(GUILD, PIXELA_TOKEN).add_graph("steps", "int", Design("Steps"))
    await connect_pixela(stage, GUILD)
    said = await stage.member.slash(stage.channel, "pixela graph show", graph="server:steps")
    assert shown(said) == "Shown below, to everybody."
    [card] = said.followups
    assert not card.ephemeral
    assert "Nothing in the last 365 days." in shown(card)
    assert "`server:steps`" in shown(card)
    other = stage.guild.add_member(stage.env.create_user("eve"))
    await stage.restart()
    counted = await other.click(card, label="+1")
    assert "Today: **1**" in shown(counted)
    role = stage.guild.create_role("walkers")
    await stage.app.guild_rows.set_recorders(stage.guild.id, [role.id], stage.admin.id)
    for label in ("+1", "± …"):
        refused = await other.click(card, label=label)
        assert refused.ephemeral
        assert "Your roles do not allow you to use the server's graphs." in shown(refused)
    refused = await other.slash(stage.channel, "pixela graph show", graph="server:steps")
    assert refused.ephemeral
    assert "Your roles do not allow" in everything(refused)
    await stage.admin.click(card, label=MINUS)
    assert str(made.pixels[TODAY].quantity) == "0"
    gone = await stage.admin.slash(stage.channel, "pixela graph show", graph="server:gone")
    assert gone.ephemeral
    assert "There is no graph `gone`." in everything(gone)


async def test_a_picture_that_cannot_be_used_is_left_out_and_nothing_in_it_is_loaded(stage: Stage) -> None:
    await link(stage)
    said = await pixela(stage, "graph show", graph="reading")
    for hostility in Hostility:
        stage.sandbox.pixela.hostility = hostility
        seen = await press(stage, said, "Refresh")
        assert "🔥 Streak: **" in shown(seen)
        assert buttons(seen) == BUTTONS
        assert (UNUSABLE in shown(seen)) is (hostility not in HARMLESS), hostility
        assert len(alts(seen)) == len(message_of(seen).attachments) == (hostility in HARMLESS)
    stage.sandbox.pixela.hostility = None
    assert len(alts(await press(stage, said, "Refresh"))) == 1


async def test_a_picture_that_cannot_be_had_does_not_keep_the_figures_back(stage: Stage) -> None:
    await link(stage)
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/graphs/reading", times=None, status=500)
    assert UNUSABLE in shown(await pixela(stage, "graph show", graph="reading"))


async def test_a_look_that_would_count_a_step_is_not_taken(stage: Stage) -> None:
    await link(stage)
    user(stage).thanks_code = "thanks"
    graph(stage).design = Design("Reading", "pages", self_sufficient="increment")
    before = held(stage)
    said = await pixela(stage, "graph show", graph="reading")
    assert "Each look at Pixela's own picture would count a step on this graph" in shown(said)
    assert len(alts(said)) == 1
    assert (svgs(stage), held(stage)) == ([], before)


async def test_what_is_not_certain_is_said_and_the_card_shows_what_is_there(stage: Stage) -> None:
    await link(stage)
    graph(stage).put(TODAY, "5")
    said = await pixela(stage, "graph show", graph="reading")
    stage.sandbox.pixela.fail(Trouble.LOST, method="PUT")
    unsure = await press(stage, said, "+1")
    assert "Today: **6 pages**" in shown(unsure)
    assert "Look before you try again" in everything(unsure)
    # Recorded, and then nothing can be looked at: it must not be said that nothing was changed.
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/pixels", times=None, status=500)
    unseen = await press(stage, said, "+1")
    assert "It was recorded, but the graph could not be looked at afterwards." in everything(unseen)
    assert held(stage) == "7"
    assert "gave no answer that can be used" in everything(await press(stage, said, "Refresh"))
    stage.sandbox.pixela.fail(Trouble.STATUS, method="PUT", status=500)
    both = await press(stage, said, "+1")
    assert "Look before you try again" in everything(both)
    assert "It was recorded" not in everything(both)


async def test_presses_at_once_all_count(stage: Stage) -> None:
    await link(stage)
    graph(stage).put(TODAY, "0")
    said = await pixela(stage, "graph show", graph="reading")
    for _ in range(5):
        stage.begin_to_press(stage.member, ids(said)["+1"], message_of(said))
    await stage.env.settle()
    assert held(stage) == "5"


async def test_a_card_outlives_its_graph_its_link_and_its_token(stage: Stage) -> None:
    await link(stage)
    said = await pixela(stage, "graph show", graph="reading")
    reading = user(stage).graphs.pop("reading")
    for label in ("+1", "Refresh"):
        assert "There is no graph `reading`." in everything(await press(stage, said, label))
    user(stage).graphs["reading"] = reading
    user(stage).token_hash, token_hash = "", user(stage).token_hash
    assert "The token was refused by Pixela." in everything(await press(stage, said, "+1"))
    user(stage).token_hash = token_hash
    await stage.member.slash(stage.channel, "pixela user unlink")
    for label in ("+1", "± …", "Refresh"):
        assert "No Pixela user of yours is linked here." in everything(await press(stage, said, label))
