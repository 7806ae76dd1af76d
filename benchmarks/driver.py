"""Acting in the loopback Discord: members who type, press and fill in, guilds that come and go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, Unpack

from benchmarks import events
from benchmarks.answers import Answer
from benchmarks.events import Where
from benchmarks.faults import Fault
from benchmarks.gateway import Gateway, NotConnected
from benchmarks.posting import NotTaken, Poster, Signer
from benchmarks.replies import Replies
from benchmarks.rest import Rest
from benchmarks.wire import Call, Payload
from benchmarks.world import World

_log = logging.getLogger(__name__)

Until: TypeAlias = Literal["first", "final", "none"]
"""What to wait for: the callback, what a person finally sees, or nothing."""

DEFAULT_SECONDS = 10.0


class Driver:
    """What a program does to the bot through Discord, and sees of it.

    Each act takes the keys of :class:`~benchmarks.events.Where` (``user_id=``, ``guild_id=``,
    ``permissions=`` …) and returns an :class:`~benchmarks.answers.Answer`. It raises ``TimeoutError`` if
    the answer waited for (``until``) does not come within ``timeout`` seconds, ``LookupError`` or
    ``ValueError`` for what a person could not have done, and
    :class:`~benchmarks.gateway.NotConnected` where no bot is there.
    """

    def __init__(self, world: World, gateway: Gateway, rest: Rest, replies: Replies) -> None:
        self.world = world
        self.gateway = gateway
        self.rest = rest
        self.replies = replies
        self.answers = replies.answers
        self.signer = Signer()
        """Signs what is posted; its public key is the app's."""
        self._poster: Poster | None = None
        self._posting: set[asyncio.Task[None]] = set()

    async def post_to(self, *urls: str) -> None:
        """Post interactions over HTTP from now on, to these endpoints in turn, each of which is verified.

        Acts raise :class:`~benchmarks.posting.NotTaken` where an endpoint answers otherwise than Discord
        wants before what they wait for has come. What such an answer holds counts as the callback.
        """
        poster = Poster(urls, self.signer)
        await self.close_posting()
        self._poster = poster
        await poster.ping()

    @property
    def endpoints(self) -> Sequence[str]:
        """Where interactions are posted to; none with a gateway."""
        return [] if self._poster is None else self._poster.urls

    async def close_posting(self) -> None:
        """End the connections to endpoints."""
        if self._poster is not None:
            await self._poster.close()

    async def _post(self, poster: Poster, answer: Answer) -> None:
        try:
            received = await poster.post(answer.interaction)
        except NotTaken as refused:
            answer.http_status = refused.status
            raise
        answer.http_status = received.status
        call = received.callback(answer.interaction)
        if call is not None:
            self.replies.callback(call)

    def _posted(self, posting: asyncio.Task[None]) -> None:
        self._posting.discard(posting)
        if not posting.cancelled() and posting.exception() is not None:
            _log.info("%s", posting.exception())

    @property
    def requests(self) -> deque[Call]:
        """The REST requests lately, oldest first."""
        return self.rest.requests

    @property
    def unknown(self) -> list[Call]:
        """Requests that the loopback has no route for. Expect it to be empty."""
        return self.rest.unknown

    @property
    def faults(self) -> list[Fault]:
        """Trouble to come; append a :class:`~benchmarks.faults.Fault` to it."""
        return self.rest.faults

    @property
    def guild_ids(self) -> list[int]:
        """The guilds that the bot is in."""
        return list(self.world.guilds)

    async def wait_ready(self, shards: int = 1, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - the callers' word
        """Wait until so many shards have been sent their guilds. Raises ``TimeoutError``."""
        await self.gateway.wait(lambda gateway: len(gateway.live()) >= shards, timeout)

    async def send(
        self,
        event: Payload,
        until: Until = "final",
        timeout: float = DEFAULT_SECONDS,  # noqa: ASYNC109 - the callers' word
    ) -> Answer:
        """Dispatch an interaction, from :mod:`benchmarks.events` or made by hand, and wait for its answer."""
        guild_id = int(event["guild_id"]) if "guild_id" in event else None
        if self._poster is None and not self.gateway.reaches(guild_id):
            raise NotConnected(f"no session takes interactions of guild {guild_id}")
        answer = Answer(event, time.monotonic())
        self.answers.add(answer)
        posting: asyncio.Task[None] | None = None
        if self._poster is None:
            await self.gateway.dispatch("INTERACTION_CREATE", event, guild_id)
        else:
            posting = asyncio.create_task(self._post(self._poster, answer))
            self._posting.add(posting)
            posting.add_done_callback(self._posted)
        if until != "none":
            await _first_of(asyncio.ensure_future(answer.wait(until, timeout)), posting)
        return answer

    async def slash(
        self,
        path: str,
        options: Mapping[str, Any] | None = None,
        *,
        until: Until = "final",
        timeout: float = DEFAULT_SECONDS,  # noqa: ASYNC109 - the callers' word
        **where: Unpack[Where],
    ) -> Answer:
        """Type a slash command, such as ``slash("setup connect", {"service": "useapi"})``."""
        return await self.send(events.slash(self.world, path, options, where=where), until, timeout)

    async def context_menu(
        self,
        name: str,
        *,
        target_user: int | None = None,
        target_message: int | None = None,
        until: Until = "final",
        timeout: float = DEFAULT_SECONDS,  # noqa: ASYNC109 - the callers' word
        **where: Unpack[Where],
    ) -> Answer:
        """Choose a context-menu command on a user or a message."""
        event = events.context_menu(
            self.world, name, user_id=target_user, message_id=target_message, where=where
        )
        return await self.send(event, until, timeout)

    async def autocomplete(
        self,
        path: str,
        focused: str,
        options: Mapping[str, Any] | None = None,
        *,
        timeout: float = DEFAULT_SECONDS,  # noqa: ASYNC109 - the callers' word
        **where: Unpack[Where],
    ) -> Answer:
        """Type in the option ``focused``, whose text so far is in ``options`` as that of the others."""
        event = events.autocomplete(self.world, path, options or {}, focused, where=where)
        return await self.send(event, "first", timeout)

    async def submit(
        self,
        opened: Answer,
        fields: Mapping[str, Any],
        *,
        until: Until = "final",
        timeout: float = DEFAULT_SECONDS,  # noqa: ASYNC109 - the callers' word
        **where: Unpack[Where],
    ) -> Answer:
        """Fill in and send the modal that ``opened`` was answered with, as the same person there."""
        return await self.send(self.submission(opened, fields, where), until, timeout)

    async def click(
        self,
        shown: Answer | Payload | int,
        which: str,
        values: Sequence[Any] = (),
        *,
        until: Until = "final",
        timeout: float = DEFAULT_SECONDS,  # noqa: ASYNC109 - the callers' word
        **where: Unpack[Where],
    ) -> Answer:
        """Press what has the custom id or else the label ``which``, or choose ``values`` in a select.

        ``shown`` is a message, its id, or an answer, whose latest message is meant and whose person
        and place are taken on. The message is taken as it stands now.
        """
        return await self.send(self.press(shown, which, values, where), until, timeout)

    def submission(self, opened: Answer, fields: Mapping[str, Any], where: Where) -> Payload:
        """Return the interaction that :meth:`submit` dispatches."""
        before = opened.interaction
        place = same_place(before, where)
        return events.modal_submit(
            self.world, opened.modal, fields, message=before.get("message"), where=place
        )

    def press(
        self, shown: Answer | Payload | int, which: str, values: Sequence[Any], where: Where
    ) -> Payload:
        """Return the interaction that :meth:`click` dispatches."""
        if isinstance(shown, Answer):
            where = same_place(shown.interaction, where)
            shown = shown.message
        message = self.world.message(shown if isinstance(shown, int) else int(shown["id"]))
        channel_id = int(message["channel_id"])
        beside: Where = {"channel_id": channel_id, "guild_id": self.world.guild_of(channel_id), **where}
        return events.component(self.world, message, which, values, where=beside)

    async def guild_create(self, guild_id: int) -> None:
        """Have a guild add the bot, or come back from an outage."""
        joins = guild_id not in self.world.guilds
        self.world.guilds[guild_id] = None
        data = self.world.guild_create(guild_id)
        if joins:
            # By this alone a client tells a new guild from one that is back.
            del data["unavailable"]
        await self.gateway.dispatch("GUILD_CREATE", data, guild_id)

    async def guild_delete(self, guild_id: int, *, unavailable: bool = False) -> None:
        """Have a guild remove the bot, or with ``unavailable`` go into an outage."""
        data: Payload = {"id": str(guild_id)}
        if unavailable:
            data["unavailable"] = True
        else:
            self.world.guilds.pop(guild_id, None)
        await self.gateway.dispatch("GUILD_DELETE", data, guild_id)

    def messages(self, channel_id: int | None = None) -> list[Payload]:
        """Return the messages there are, of one channel or of all, oldest first, ephemeral ones too."""
        wanted = None if channel_id is None else str(channel_id)
        return [m for m in self.world.messages.values() if wanted is None or m["channel_id"] == wanted]

    def state(self) -> Payload:
        """Return the state in short, as JSON."""
        return {
            "ready": bool(self.gateway.live()),
            "sessions": [
                {
                    "id": session.id,
                    "shard": list(session.shard),
                    "connected": session.connection is not None,
                    "resumes": session.resumes,
                    "intents": session.intents,
                    "sequence": session.sequence,
                }
                for session in self.gateway.sessions.values()
            ],
            "guilds": len(self.world.guilds),
            "guild_ids": [str(guild_id) for guild_id in self.guild_ids[:100]],
            "commands": {
                "global" if scope is None else str(scope): commands
                for scope, commands in self.world.commands.items()
            },
            "messages": len(self.world.messages),
            "requests": len(self.requests),
            "unknown": [call.summary() for call in self.unknown],
        }


async def _first_of(waiting: asyncio.Future[None], posting: asyncio.Task[None] | None) -> None:
    """Wait for an answer, and no longer than it takes to know that an endpoint does not take it."""
    if posting is not None:
        await asyncio.wait({waiting, posting}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done() and posting.exception() is not None:
            waiting.cancel()
            await posting
    await waiting


def same_place(event: Payload, where: Where) -> Where:
    """Return the person and place of an earlier interaction, changed by ``where``."""
    person = event.get("user") or event["member"]["user"]
    before: Where = {
        "user_id": int(person["id"]),
        "guild_id": int(event["guild_id"]) if "guild_id" in event else None,
        "channel_id": int(event["channel_id"]),
        "locale": event["locale"],
        "installs": [
            name for key, name in _INSTALLS.items() if key in event["authorizing_integration_owners"]
        ],
        "private": event["context"] == events.PRIVATE_CHANNEL,
    }
    if "member" in event:
        before["permissions"] = int(event["member"]["permissions"])
    return {**before, **where}


_INSTALLS: dict[str, Literal["guild", "user"]] = {"0": "guild", "1": "user"}
