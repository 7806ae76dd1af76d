"""The loopback Discord, seen by a bot that knows nothing of it."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
import pytest_asyncio
from discord.http import Route

from benchmarks import compression, events, gateway
from benchmarks.answers import Answer
from benchmarks.faults import Fault
from benchmarks.loopback import LoopbackDiscord
from benchmarks.payloads import ALL_PERMISSIONS
from benchmarks.wire import Payload, UploadedFile
from benchmarks.world import FIRST_GUILD_ID, MEMBER_ID
from tests.benchmarks.bot import Tiny, running


@pytest_asyncio.fixture
async def loopback() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord(guilds=2) as loopback:
        yield loopback


@pytest_asyncio.fixture
async def bot(loopback: LoopbackDiscord) -> AsyncIterator[Tiny]:
    async with running(loopback.api_url, loopback.token) as bot:
        yield bot
    assert [call.summary() for call in loopback.unknown] == []


async def test_the_bot_comes_up_with_its_guilds_and_commands(loopback: LoopbackDiscord, bot: Tiny) -> None:
    await loopback.wait_ready()
    assert sorted(guild.id for guild in bot.guilds) == loopback.guild_ids
    assert all(len(guild.text_channels) == 1 and guild.me for guild in bot.guilds)
    assert "slow" in {command["name"] for command in loopback.world.commands[None]}
    assert await bot.tree.fetch_commands()
    assert (await bot.guilds[0].fetch_member(MEMBER_ID)).id == MEMBER_ID


async def test_a_deferred_answer_is_followed_to_its_edit(loopback: LoopbackDiscord, bot: Tiny) -> None:
    answer = await loopback.slash("slow", {"word": "there"})
    assert (answer.type, answer.text, len(answer.edits)) == (5, "there", 1)
    assert answer.message["flags"] == 64
    assert 0 < answer.seconds() < answer.seconds("last")
    assert bot.user is not None


async def test_a_modal_is_filled_in(loopback: LoopbackDiscord, bot: Tiny) -> None:
    opened = await loopback.slash("form")
    assert opened.custom_ids == ["word", "sure"]
    answer = await loopback.submit(opened, {"word": "yes", "sure": True})
    assert answer.text == "yes True"
    with pytest.raises(ValueError, match="required"):
        await loopback.submit(opened, {})
    with pytest.raises(LookupError, match="no field 'wrod'"):
        await loopback.submit(opened, {"wrod": "yes"})
    assert bot.user is not None


@pytest.mark.usefixtures("bot")
async def test_a_button_changes_its_message(loopback: LoopbackDiscord) -> None:
    shown = await loopback.slash("button")
    await loopback.click(shown, "press")
    answer = await loopback.click(shown, "Press me")
    assert (answer.type, answer.text) == (7, "pressed 2")
    assert loopback.messages()[0]["content"] == "pressed 2"
    with pytest.raises(LookupError, match="nothing to press is called 'Pull me'"):
        await loopback.click(shown, "Pull me")


@pytest.mark.usefixtures("bot")
async def test_files_travel_both_ways_and_can_be_downloaded(loopback: LoopbackDiscord) -> None:
    upload = UploadedFile("dot.png", "image/png", b"dot")
    answer = await loopback.slash("picture", {"source": upload}, until="first")
    assert [file.data for file in answer.files] == [b"dot"]
    assert answer.message["attachments"][0]["description"] == "A copy"
    async with (
        aiohttp.ClientSession() as session,
        session.get(answer.message["attachments"][0]["url"]) as response,
    ):
        assert await response.read() == b"dot"


@pytest.mark.usefixtures("bot")
async def test_a_card_shows_its_attachment(loopback: LoopbackDiscord) -> None:
    answer = await loopback.slash("card")
    container = answer.message["components"][0]
    media = container["components"][1]["items"][0]["media"]
    assert answer.text == "# Card"
    assert media["attachment_id"] == answer.message["attachments"][0]["id"]


@pytest.mark.usefixtures("bot")
async def test_who_acts_and_where_reaches_the_bot(loopback: LoopbackDiscord) -> None:
    admin = await loopback.slash("who", {"user": 77}, permissions=ALL_PERMISSIONS)
    alone = await loopback.slash("who", {"user": 77}, guild_id=None, installs=["user"])
    assert (admin.text, alone.text) == ("77 guild True", "77 elsewhere False")


@pytest.mark.usefixtures("bot")
async def test_typing_is_completed(loopback: LoopbackDiscord) -> None:
    answer = await loopback.autocomplete("echo", "word", {"word": "ab"})
    assert answer.choices == [{"name": "AB", "value": "ab"}]


@pytest.mark.usefixtures("bot")
async def test_a_message_has_a_context_menu(loopback: LoopbackDiscord) -> None:
    said = await loopback.slash("echo", {"word": "hello"})
    answer = await loopback.context_menu("Repeat", target_message=int(said.message["id"]))
    assert answer.text == "it said hello"


@pytest.mark.usefixtures("bot")
async def test_what_a_person_could_not_type_is_refused(loopback: LoopbackDiscord) -> None:
    with pytest.raises(LookupError, match="no option 'wrod'"):
        await loopback.slash("slow", {"wrod": "x"})
    with pytest.raises(ValueError, match="missing"):
        await loopback.slash("echo")
    with pytest.raises(LookupError, match="no subcommand"):
        await loopback.slash("slow down")


async def test_an_enforced_nonce_is_not_sent_twice(loopback: LoopbackDiscord, bot: Tiny) -> None:
    channel = bot.get_channel(FIRST_GUILD_ID + 1)
    assert isinstance(channel, discord.TextChannel)
    first = await channel.send("once", nonce=5)
    body = {"content": "once", "nonce": "5", "enforce_nonce": True}
    again = await bot.http.request(
        Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id), json=body
    )
    assert again["id"] == str(first.id)
    assert len(loopback.messages(channel.id)) == 1
    await first.edit(content="changed")
    assert (await channel.fetch_message(first.id)).content == "changed"
    assert [message.id async for message in channel.history()] == [first.id]
    await first.delete()
    assert loopback.messages() == []


async def test_a_direct_message_is_opened(loopback: LoopbackDiscord, bot: Tiny) -> None:
    user = await bot.fetch_user(MEMBER_ID)
    await user.send("psst")
    assert loopback.messages(loopback.world.direct_channel(MEMBER_ID))[0]["content"] == "psst"


async def test_guilds_come_and_go(loopback: LoopbackDiscord, bot: Tiny) -> None:
    first, second = loopback.guild_ids
    async with asyncio.timeout(5):
        for guild_id in (second, second + (1 << 22)):
            joined = asyncio.ensure_future(bot.wait_for("guild_join"))
            await asyncio.sleep(0)
            await loopback.guild_delete(guild_id)
            await loopback.guild_create(guild_id)
            assert (await joined).id == guild_id
        await loopback.guild_delete(first, unavailable=True)
        await loopback.guild_create(first)
    assert len(bot.guilds) == 3
    assert bot.gone.get_nowait() == second


async def test_a_dropped_connection_is_resumed_and_missed_events_come(
    loopback: LoopbackDiscord, bot: Tiny
) -> None:
    resumed = asyncio.ensure_future(bot.wait_for("shard_resumed", timeout=10))
    await asyncio.sleep(0)
    await loopback.gateway.drop()
    await loopback.guild_create(FIRST_GUILD_ID + (50 << 22))
    await resumed
    assert bot.get_guild(FIRST_GUILD_ID + (50 << 22)) is not None
    assert (await loopback.slash("slow")).text == "done"


async def test_the_gateway_refuses_a_wrong_token(loopback: LoopbackDiscord) -> None:
    hello: Payload = {"op": gateway.IDENTIFY, "d": {"token": "wrong", "intents": 1, "properties": {}}}
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(loopback.gateway_url + "?v=10&encoding=json")
        assert (await socket.receive_json())["op"] == gateway.HELLO
        await socket.send_json(hello)
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4004


async def test_rest_refuses_a_wrong_token(loopback: LoopbackDiscord) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(loopback.api_url, "wrong"):
            pass
    assert loopback.requests[-1].status == 401


async def test_an_unknown_route_is_noted(loopback: LoopbackDiscord) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(loopback.api_url + "/stickers/1") as response,
    ):
        assert response.status == 404
        assert response.headers["Content-Type"] == "application/json"
        assert await response.json() == {"message": "404: Not Found", "code": 0}
    assert [call.path for call in loopback.unknown] == ["/stickers/1"]


async def test_without_a_bot_nothing_is_dispatched(loopback: LoopbackDiscord) -> None:
    with pytest.raises(gateway.NotConnected):
        await loopback.slash("about")


@pytest.mark.usefixtures("bot")
async def test_trouble_comes_on_demand(loopback: LoopbackDiscord) -> None:
    loopback.faults.append(Fault("status", "PATCH", "/webhooks/*", status=404))
    with pytest.raises(TimeoutError, match=r"no final answer within 0\.2 s; came: \['callback'\]"):
        await loopback.slash("slow", timeout=0.2)
    loopback.faults.append(Fault("lost", "PATCH", "/webhooks/*"))
    assert (await loopback.slash("slow")).text == "done"
    assert [call.status for call in loopback.requests if call.method == "PATCH"] == [404, 0]


async def test_a_late_callback_is_refused() -> None:
    async with LoopbackDiscord(patience=0) as hasty:
        assert (await _call_back(hasty, _unheard(hasty)))["code"] == 10062


async def test_a_second_callback_is_refused(loopback: LoopbackDiscord) -> None:
    answer = _unheard(loopback)
    first = await _call_back(loopback, answer)
    assert first["interaction"]["response_message_loading"] is True
    assert (await _call_back(loopback, answer))["code"] == 40060


def _unheard(loopback: LoopbackDiscord) -> Answer:
    """Return an interaction that no bot was told of."""
    answer = Answer(events.slash(loopback.world, "about"), time.monotonic())
    loopback.answers.add(answer)
    return answer


async def _call_back(loopback: LoopbackDiscord, answer: Answer) -> Payload:
    """Defer by hand and return what Discord says."""
    path = f"/interactions/{answer.id}/{answer.interaction['token']}/callback"
    url = f"{loopback.api_url}{path}?with_response=true"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"type": 5}) as response,
    ):
        return await response.json()


def test_compressed_pieces_make_one_stream() -> None:
    compress = compression.stream("zlib-stream")
    assert compress is not None
    pieces = [compress(b"one"), compress(b"two")]
    assert all(piece.endswith(b"\x00\x00\xff\xff") for piece in pieces)
    reader = zlib.decompressobj()
    assert [reader.decompress(piece) for piece in pieces] == [b"one", b"two"]
    assert compression.stream("") is None
