"""What the loops say in Discord: an answer changed, a message in a channel, a direct message."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
import discord.http
from discord import ui

from bot.errors import BotError
from bot.ui.card import Card
from bot.ui.jobs import cancel_id

_ANSWERED_ALREADY = 40060
_LOADING = 1 << 7
"""Discord's flag of an answer that was promised and is not there yet."""
_TROUBLE = 500
_TOO_LARGE = {413}
_TOO_LARGE_CODES = {40005}
_REFUSED = {400, 413}
_LOOKED_AT = 1000
"""Messages among which a former one is looked for: ten calls at the most."""
_NO_MEMBER = {10007, 10013}
"""Discord's codes for whoever is no member, and for an account that was deleted."""
_THREADS = {10, 11, 12}
"""Discord's types of channels that are threads."""


class Away(BotError):
    """Discord does not answer, or is in trouble: worth another try."""


class Gone(BotError):
    """There is nothing left to write to, or it may not be written to."""


class Refused(BotError):
    """Discord does not take this message. ``too_large``: because of its files."""

    def __init__(self, *, too_large: bool) -> None:
        self.too_large = too_large
        super().__init__(too_large)


class Messenger:
    """Sends cards as the bot. All of it raises :class:`Away`, :class:`Gone` and :class:`Refused`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def answer(self, interaction: discord.Interaction[Any], card: Card) -> int | None:
        """Answer an interaction in public; return the message's id where it is told.

        Raises ``discord.HTTPException`` where Discord refuses and tells the member so, and :class:`Away`
        where nobody knows whether the member was answered.
        """
        try:
            answered = await interaction.response.send_message(view=card)
        except discord.HTTPException as error:
            if error.code == _ANSWERED_ALREADY:  # the library's second try of one that had gone through
                return None
            if error.status >= _TROUBLE:
                raise Away from error
            raise
        except (aiohttp.ClientError, OSError) as error:
            raise Away from error
        return answered.message_id

    async def edit_answer(self, token: str, message_id: int | None, card: Card) -> int:
        """Change the answer to an interaction; return the message's id. It may be repeated.

        ``message_id`` is None where the answer was given and its id could not be noted.
        """
        application_id = self._application_id()
        answer = discord.Webhook.partial(application_id, token, client=self._client)
        async with _telling_apart():
            if message_id is None:
                message_id = int((await self._original(application_id, token))["id"])
            await answer.edit_message(message_id, view=card, attachments=card.files())
        return message_id

    async def post(
        self, guild_id: int | None, channel_id: int, card: Card, *, nonce: str, mention: int | None
    ) -> int:
        """Write into a channel; return the message's id. Discord takes a nonce once within minutes."""
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        return await self._send(channel, card, nonce, mention)

    async def write_to(self, user_id: int, card: Card, *, nonce: str) -> tuple[int, int]:
        """Write to a person alone; return the ids of the channel and the message."""
        channel_id = await self.open_direct(user_id)
        return channel_id, await self.post(None, channel_id, card, nonce=nonce, mention=user_id)

    async def open_direct(self, user_id: int) -> int:
        """Return the id of the channel in which one writes to a person alone."""
        async with _telling_apart():
            return (await self._client.create_dm(discord.Object(user_id))).id

    async def find_posted(
        self, guild_id: int | None, channel_id: int, ref: str, *, since: float
    ) -> int | None:
        """Return the bot's own message that names ``ref`` and was written since then, None without one.

        ``since``: seconds since 1970. Where the channel's past may not be read, there is none; where very
        many were written since, the newest thousand are looked at.
        """
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        after = discord.Object(discord.utils.time_snowflake(datetime.fromtimestamp(since, UTC)))
        me = self._client.user  # whose id is not that of the application, where that is an old one
        try:
            async with _telling_apart():
                async for message in channel.history(limit=_LOOKED_AT, after=after, oldest_first=False):
                    if message.author == me and _names(message, ref):
                        return message.id
        except Gone:
            return None
        return None

    async def find_roles(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        """Return the roles of a member of a server, that of everybody too; None for whoever is no member.

        Raises :class:`Gone` also where the app is in that server with its commands alone.
        """
        async with _telling_apart():
            try:
                member = await self._client.http.get_member(guild_id, user_id)
            except discord.NotFound as error:
                if error.code in _NO_MEMBER:
                    return None
                raise
        return frozenset(map(int, member["roles"])) | {guild_id}

    async def find_parent(self, channel_id: int) -> int | None:
        """Return the channel that a thread belongs to, None for a channel that is no thread."""
        async with _telling_apart():
            channel: Any = await self._client.http.get_channel(channel_id)
        return int(channel["parent_id"]) if channel["type"] in _THREADS else None

    async def is_thinking(self, token: str) -> bool:
        """Say whether a person who was promised an answer still waits for it."""
        async with _telling_apart():
            answer = await self._original(self._application_id(), token)
        return bool(int(answer["flags"]) & _LOADING)

    async def add_to_answer(self, token: str, card: Card) -> None:
        """Write to the person alone below the answer to an interaction. It may be written twice."""
        answer = discord.Webhook.partial(self._application_id(), token, client=self._client)
        answer.type = discord.WebhookType.application  # else discord.py takes it for one of a channel
        async with _telling_apart():
            await answer.send(view=card, ephemeral=True)

    def _application_id(self) -> int:
        if self._client.application_id is None:
            raise Away
        return self._client.application_id

    async def _original(self, application_id: int, token: str) -> dict[str, Any]:
        route = discord.http.Route(
            "GET",
            "/webhooks/{application_id}/{token}/messages/@original",
            application_id=application_id,
            token=token,
        )
        return await self._client.http.request(route)

    async def shows_the_end(self, guild_id: int, channel_id: int, message_id: int, ref: str) -> bool:
        """Say whether a message about a job was changed into its end; not where it may not be read."""
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        try:
            async with _telling_apart():
                message = await channel.fetch_message(message_id)
        except Gone:
            return False
        view = ui.LayoutView.from_message(message)
        pressed = {item.custom_id for item in view.walk_children() if isinstance(item, ui.Button)}
        return _names(message, ref) and cancel_id(ref) not in pressed

    async def _send(
        self, channel: discord.abc.Messageable, card: Card, nonce: str, mention: int | None
    ) -> int:
        whom = [] if mention is None else [discord.Object(mention)]
        alone = discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=whom)
        async with _telling_apart():
            message = await channel.send(view=card, files=card.files(), nonce=nonce, allowed_mentions=alone)
            return message.id


@asynccontextmanager
async def _telling_apart() -> AsyncGenerator[None]:
    try:
        yield
    except (discord.NotFound, discord.Forbidden):
        raise Gone from None
    except discord.HTTPException as error:
        raise _meaning(error) from error
    except (aiohttp.ClientError, OSError, discord.DiscordException) as error:
        raise Away from error


def _meaning(error: discord.HTTPException) -> BotError:
    if error.code in _TOO_LARGE_CODES or error.status in _TOO_LARGE:
        return Refused(too_large=True)
    if error.status in _REFUSED:
        return Refused(too_large=False)
    # 401: the token of the answer is not good any more. Everything else is trouble at Discord.
    return Gone() if error.status == 401 else Away()


def _names(message: discord.Message, ref: str) -> bool:
    texts = (
        item.content
        for item in ui.LayoutView.from_message(message).walk_children()
        if isinstance(item, ui.TextDisplay)
    )
    return any(ref in text for text in texts)
