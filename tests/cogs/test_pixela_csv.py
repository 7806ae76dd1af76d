"""/pixela export and import: whole graphs as files, in pieces, stopped and gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import simcord
from simcord.enums import InteractionType
from simcord.interactions import build_options, nest_options, walk_to_subcommand

from bot.sandbox.pixela import Graph
from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.making_scene import later
from tests.cogs.pixela_scene import connect_pixela, link, message_of, pixela, says, user
from tests.stage import Stage, everything, shown

HEADER = "date,quantity\n"
TODAY = date(2026, 1, 1)
AGAIN = "What is recorded stays; the same file again goes on from there."


def file(text: str) -> tuple[str, bytes]:
    return ("walks.csv", text.encode())


def days(number: int, quantity: int = 5) -> str:
    """Return a file of the last days."""
    return HEADER + "".join(f"{TODAY - timedelta(days=n)},{quantity}\n" for n in range(number))


async def begin(stage: Stage) -> Graph:
    """Let the member link a user with a graph that has no day yet."""
    await link(stage)
    return user(stage).add_graph("walks", "int")


async def exported(stage: Stage, graph: str = "walks") -> str:
    """Return the file that is handed out."""
    said = await pixela(stage, "export", graph=graph)
    (attachment,) = message_of(said).attachments
    assert attachment.filename == f"{graph}.csv"
    blob = stage.env.backend.cdn.get(attachment.url)
    assert blob is not None
    return blob.decode()


async def imports(stage: Stage, text: str, graph: str = "walks") -> str:
    return await says(stage, "import", file=file(text), graph=graph)


def puts(stage: Stage) -> int:
    return stage.sandbox.pixela.count("PUT", "*/graphs/walks/2*")


async def begin_import(stage: Stage, text: str, is_reached: Callable[[], bool]) -> simcord.InteractionResult:
    """Import a file, and wait no longer than until something is so."""
    root = stage.env.backend.find_command("pixela", None)
    assert root is not None
    leaf, nesting = walk_to_subcommand(root, ["import"])
    given = {"file": file(text), "graph": "walks"}
    options, resolved = build_options(stage.member, "pixela import", leaf, given, channel_id=stage.channel.id)
    data = {"id": root["id"], "name": "pixela", "type": 1, "resolved": resolved}
    data["options"] = nest_options(root, nesting, options)
    begun = stage.begin(stage.member, InteractionType.APPLICATION_COMMAND, data)
    async with asyncio.timeout(10):
        while not is_reached():  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0)
    return begun


def key_of(stage: Stage) -> str:
    """Return the custom id of the button that stops the newest import."""
    return [str(body) for body in stage.sent() if "px:halt:" in str(body)][-1].partition("px:halt:")[2][:16]


async def test_a_whole_graph_is_exported_and_imported_into_another(stage: Stage) -> None:
    walks = await begin(stage)
    assert "there is nothing to export" in await says(stage, "export", graph="walks")
    walks.put("20260101", "3", '{"with":"Eve, \\"the cat\\""}')
    walks.put("20230601", "-4", "=1+1")
    walks.put("20210101", "7")
    assert await exported(stage) == (
        "date,quantity,data\r\n2021-01-01,7,\r\n2023-06-01,-4,'=1+1\r\n"
        '2026-01-01,3,"{""with"":""Eve, \\""the cat\\""""}"\r\n'
    )
    walks.put("20260301", "1")
    assert "Pixela counts 1 more" in await says(stage, "export", graph="walks")
    stage.sandbox.pixela.fail(Trouble.STATUS, path="*/stats", times=None)
    assert len((await exported(stage)).splitlines()) == 3  # without the figures two empty years are the end
    stage.sandbox.pixela.clear_faults()
    said = await says(stage, "import", file=file(await exported(stage, "running")), graph="walks")
    assert "left out" in said  # of its decimals
    copy = user(stage).add_graph("copy", "float")
    original = user(stage).graphs["running"]
    stage.sandbox.pixela.users[user(stage).username].thanks_code = "thanks"
    assert f"**{len(original.pixels)}** days recorded." in await imports(
        stage, await exported(stage, "running"), "copy"
    )
    assert copy.pixels == original.pixels
    check_bodies(stage)


async def test_lines_are_recorded_told_or_left_alone_and_running_it_again_changes_nothing(
    stage: Stage,
) -> None:
    walks = await begin(stage)
    walks.put("20251225", "9", '{"kept":1}')
    walks.put("20251226", "4", '{"kept":2}')
    text = HEADER + "2025-12-25,10\n2025-12-26,4\n2025-12-27,1\n2025-12-27,2\n2023-02-30,1\n2026-01-02,1\n"
    assert (await imports(stage, text)).splitlines() == [
        "### Import to walks",
        "**2** days recorded, 1 held the same before.",
        "1 line left out, since a later line is of the same day: the last one counts.",
        "**2 lines left out:**",
        "- line 6: There is no such day in the calendar.",
        "- line 7: This day has not come yet.",
    ]
    held = {day: (pixel.quantity, pixel.optional_data) for day, pixel in walks.pixels.items()}
    assert held == {
        "20251225": (Decimal(10), '{"kept":1}'),
        "20251226": (Decimal(4), '{"kept":2}'),
        "20251227": (Decimal(2), None),
    }
    before = puts(stage)
    assert "**0** days recorded, 3 held the same before." in await imports(stage, text)
    assert puts(stage) == before
    assert "- … and 5 more" in await imports(stage, HEADER + "x,1\n" * 15)


async def test_a_supporters_days_are_written_together_and_a_failed_batch_one_by_one(stage: Stage) -> None:
    walks = await begin(stage)
    stage.sandbox.pixela.users[user(stage).username].thanks_code = "thanks"
    walks.put("20260101", "1", '{"kept":1}')
    assert "**400** days recorded." in await imports(stage, days(400))
    assert (stage.sandbox.pixela.count("POST", "*/walks/pixels"), puts(stage)) == (2, 0)
    assert walks.pixels["20260101"].optional_data == '{"kept":1}'
    stage.sandbox.pixela.fail(Trouble.LOST, path="*/walks/pixels", method="POST")
    assert "**3** days recorded." in await imports(stage, days(3, 6))
    assert puts(stage) == 0  # it was taken all the same, as a look showed
    stage.sandbox.pixela.fail(Trouble.DROP, path="*/walks/pixels", method="POST")
    assert "**3** days recorded." in await imports(stage, days(3, 7))
    assert puts(stage) == 3


async def test_every_fourth_refusal_and_lost_answers_are_not_noticed(stage: Stage) -> None:
    walks = await begin(stage)
    stage.sandbox.pixela.rejection_rate = 0.25
    stage.sandbox.pixela.fail(Trouble.LOST, path="*/walks/2*", times=2)
    stage.sandbox.pixela.refuse_with(400, {"message": "no", "isSuccess": False}, path="*/walks/20251230")
    said = await imports(stage, days(10))
    assert "**9** of 10 days recorded." in said
    assert "Pixela refused 1 day: `2025-12-30`." in said
    assert len(walks.pixels) == 9


async def test_an_import_that_fails_half_way_tells_how_far_it_came_and_goes_on_when_run_again(
    stage: Stage,
) -> None:
    walks = await begin(stage)
    for trouble in (Trouble.DROP, Trouble.STATUS):
        walks.pixels.clear()
        stage.sandbox.pixela.fail(trouble, path="*/walks/20251230", times=None)
        said = await imports(stage, days(4))  # from the earliest on
        assert "**1** of 4 days recorded." in said
        assert AGAIN in said
        stage.sandbox.pixela.clear_faults()
        assert "**3** days recorded, 1 held the same before." in await imports(stage, days(4))
    stage.sandbox.pixela.refuse_with(400, {"isSuccess": False}, path="*/walks/2*", times=None)
    assert "Pixela refused it" in await imports(stage, days(30, 6))
    stage.sandbox.pixela.clear_faults()
    user(stage).graphs.pop("walks")
    assert "There is no graph `walks`." in await imports(stage, days(4))


async def test_an_import_that_loses_the_servers_token_on_its_way_tells_how_far_it_came(stage: Stage) -> None:
    await connect_pixela(stage)
    user(stage).add_graph("walks", "int")
    stage.sandbox.pixela.refuse_with(404, {"isSuccess": False}, path="*/walks/20251230", times=None)
    stage.sandbox.pixela.refuse_with(404, {"isSuccess": False}, path="*/graphs", times=None)
    said = await imports(stage, days(4), "server:walks")
    assert "**1** of 4 days recorded." in said
    assert "Pixela refused the token of this server's user." in said
    assert AGAIN in said


async def test_an_import_is_stopped_by_its_button_and_by_nobody_else(stage: Stage) -> None:
    walks = await begin(stage)
    begun = await begin_import(stage, days(200), lambda: puts(stage) > 3)
    key = key_of(stage)
    message = message_of(begun)
    stranger = stage.begin_to_press(stage.admin, f"px:halt:{key}", message)
    second = await begin_import(stage, days(3), lambda: puts(stage) > 6)
    pressed = await stage.press(stage.member, f"px:halt:{key}", message)
    assert pressed.acknowledged
    assert "This import does not run any more." in everything(stranger)
    assert "An import of yours is on its way." in everything(second)
    done = len(walks.pixels)
    assert 3 < done < 200
    assert f"**{done}** of 200 days recorded." in shown(begun)
    assert f"⚠️ Stopped. {AGAIN}" in shown(begun)
    late = await stage.press(stage.member, f"px:halt:{key}", message)
    assert "This import does not run any more." in everything(late)
    assert "Stopped." in shown(begun)
    assert f"**{200 - done}** days recorded, {done} held the same before." in await imports(stage, days(200))


async def test_an_import_that_could_not_be_noted_as_over_is_in_the_way_for_a_minute(stage: Stage) -> None:
    await begin(stage)
    stage.refuse("DELETE", "errands", "no")
    assert "**3** days recorded" in await imports(stage, days(3))
    stage.permit("errands")
    assert "An import of yours is on its way." in await imports(stage, days(3))
    await stage.env.advance_time(61)
    assert "3 held the same before." in await imports(stage, days(3))


async def test_an_import_ends_before_its_answer_cannot_be_changed_any_more(stage: Stage) -> None:
    walks = await begin(stage)
    begun = await begin_import(stage, days(250), lambda: puts(stage) > 3)
    stage.env.backend.advance_clock(5)
    sent = len(stage.sent())
    async with asyncio.timeout(10):
        while len(stage.sent()) == sent:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0)
    assert "of 250 days recorded" in str(stage.sent()[-1])
    stage.env.inject_error("PATCH", "/webhooks/*/messages/@original")
    stage.env.backend.advance_clock(5)  # what cannot be shown holds up nothing
    before = puts(stage)
    async with asyncio.timeout(10):
        while puts(stage) < before + 5:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0)
    stage.env.backend.advance_clock(13.5 * 60)
    await later(stage, 0)
    assert "for a quarter of an hour only" in shown(begun)
    assert 3 < len(walks.pixels) < 250


async def test_a_bot_that_stops_ends_its_imports_in_words(stage: Stage) -> None:
    walks = await begin(stage)
    begun = await begin_import(stage, days(150), lambda: puts(stage) > 3)
    for end in stage.app.before_finish:
        end(stage.app)
    await later(stage, 0)
    assert "The app is being restarted, so this was stopped." in shown(begun)
    assert 3 < len(walks.pixels) < 150


async def test_a_file_that_cannot_be_read_is_told_so(stage: Stage) -> None:
    await begin(stage)
    assert "The file is empty." in await imports(stage, "")
    assert "names no columns" in await imports(stage, "<html>")
    large = await says(stage, "import", file=("big.csv", bytes(10 * 1024 * 1024 + 1)), graph="walks")
    assert "larger than 10 MB" in large
    assert stage.files is not None
    stage.files.store = None
    assert "could not be fetched from Discord" in await imports(stage, days(1))


async def test_data_that_make_a_file_too_large_are_left_out_of_it(stage: Stage) -> None:
    walks = await begin(stage)
    about = '"' + "x" * 9_990 + '"'
    for number in range(2650):  # 26 MB: Discord takes 25 where this is asked
        walks.put(f"{TODAY - timedelta(days=number):%Y%m%d}", "1", about)
    said = await pixela(stage, "export", graph="walks")
    assert "2650 days, as CSV in UTF-8." in shown(said)
    assert "it would be too large for Discord" in shown(said)
    (attachment,) = message_of(said).attachments
    assert attachment.size < 60_000
