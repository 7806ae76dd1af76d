"""What the loopback Discord remembers: the app, its guilds, channels, messages, commands and files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from benchmarks import messages, payloads
from benchmarks.wire import Payload, Refusal, Snowflakes, UploadedFile

APPLICATION_ID = 1_200_000_000_000_000_001
OWNER_ID = 1_000_000_000_000_000_001
MEMBER_ID = 1_000_000_000_000_000_002
"""The app (and its bot's user), who owns it and every guild, and who acts where nobody is named."""

FIRST_GUILD_ID = 262_144_000_000 << 22
"""Guild number n has this id plus n << 22, so that neighbours fall on different shards."""

NONCE_SECONDS = 300.0
"""How long Discord knows a nonce again; it says "the past few minutes"."""

_K = TypeVar("_K")
_V = TypeVar("_V")


def guild_ids(count: int) -> list[int]:
    """Return the ids of the first ``count`` guilds."""
    return [FIRST_GUILD_ID + (number << 22) for number in range(count)]


def keep(store: dict[_K, _V], key: _K, value: _V, most: int) -> None:
    """Put a value in and drop the oldest beyond ``most``: long benchmarks must not fill the memory."""
    store[key] = value
    while len(store) > most:
        del store[next(iter(store))]


@dataclass(slots=True)
class SessionStarts:
    """How many gateway sessions may be started, and how soon one of a bucket after the other.

    https://docs.discord.com/developers/events/gateway#session-start-limit-object
    """

    total: int = 1000
    remaining: int = 1000
    reset_after: float = 14_400.0
    """Seconds."""
    max_concurrency: int = 1
    seconds: float = 0.0
    """Within how many a bucket takes no second IDENTIFY. Discord has 5; with 0 nobody need wait."""
    taken: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    """When which shard identified itself, oldest first."""
    multiple: int = 1
    """What the number of shards must be a multiple of; for very large apps Discord has such a number."""
    hasty: int = 0
    """How many did so too soon."""

    def take(self, shard: int, now: float) -> bool:
        """Count an IDENTIFY; say whether it came no sooner than allowed."""
        bucket = shard % self.max_concurrency
        before = [at for at, other in self.taken if other % self.max_concurrency == bucket]
        is_hasty = bool(before) and now - before[-1] < self.seconds
        self.hasty += is_hasty
        self.remaining -= 1
        self.taken.append((now, shard))
        return not is_hasty

    def payload(self) -> Payload:
        """Return the object as ``GET /gateway/bot`` has it."""
        return {
            "total": self.total,
            "remaining": max(0, self.remaining),
            "reset_after": int(self.reset_after * 1000),
            "max_concurrency": self.max_concurrency,
        }


@dataclass(slots=True)
class World:
    """The state of Discord, as far as one app can see it. All of it is in memory.

    A message that was handed out never changes: an edit puts another in its place.
    """

    guilds: dict[int, None]
    """Ids of the guilds that the bot is in; their payloads are made when asked for."""
    channels_per_guild: int = 1
    name: str = "loopback"
    """Name of the app and its bot."""
    clock: Callable[[], float] = time.monotonic
    most_messages: int = 20_000
    public_key: str = "0" * 64
    """The app's, in hexadecimal digits."""
    base_url: str = ""
    """Where hosted files are found; known once the server listens."""
    unlisted: set[int] = field(default_factory=set[int])
    """Guilds that ``GET /users/@me/guilds`` leaves out, on a bad day."""
    starts: SessionStarts = field(default_factory=SessionStarts)
    snowflakes: Snowflakes = field(default_factory=Snowflakes)
    messages: dict[int, Payload] = field(default_factory=dict[int, Payload])
    commands: dict[int | None, list[Payload]] = field(default_factory=dict[int | None, list[Payload]])
    """By guild; None: the global ones."""
    direct: dict[int, int] = field(default_factory=dict[int, int])
    """Direct-message channels: from the channel's id to the user's."""
    files: dict[int, UploadedFile] = field(default_factory=dict[int, UploadedFile])
    nonces: dict[tuple[int, str], tuple[float, int]] = field(
        default_factory=dict[tuple[int, str], tuple[float, int]]
    )

    @property
    def me(self) -> Payload:
        """The bot's user."""
        return payloads.user(APPLICATION_ID, self.name, bot=True)

    def channels(self, guild_id: int) -> list[Payload]:
        """Return the channels of a guild."""
        return [
            payloads.text_channel(guild_id + 1 + number, guild_id, number)
            for number in range(self.channels_per_guild)
        ]

    def guild(self, guild_id: int) -> Payload:
        """Return a guild as REST shows it. Refuses one that the bot is not in."""
        if guild_id not in self.guilds:
            raise Refusal(404, 10004, "Unknown Guild")
        return payloads.guild(guild_id, self.channels(guild_id), owner_id=OWNER_ID)

    def own_guilds(self, after: int, before: int, limit: int) -> list[Payload]:
        """Return what ``GET /users/@me/guilds`` shows of the guilds between two ids."""
        listed = self.guilds.keys() - self.unlisted
        found = sorted(guild_id for guild_id in listed if after < guild_id < before)
        return [payloads.own_guild(guild_id) for guild_id in found[:limit]]

    def guild_create(self, guild_id: int) -> Payload:
        """Return the data of GUILD_CREATE for a guild."""
        me = payloads.member(self.me)
        return payloads.guild_create(self.guild(guild_id), self.channels(guild_id), me)

    def guild_of(self, channel_id: int) -> int | None:
        """Return the guild that a channel belongs to; None if the bot sees no such guild."""
        candidates = (channel_id - 1 - number for number in range(self.channels_per_guild))
        return next((guild_id for guild_id in candidates if guild_id in self.guilds), None)

    def channel(self, channel_id: int) -> Payload:
        """Return a channel. Refuses one that the bot cannot see."""
        if channel_id in self.direct:
            return payloads.dm_channel(channel_id, payloads.user(self.direct[channel_id]))
        guild_id = self.guild_of(channel_id)
        if guild_id is None:
            raise Refusal(403, 50001, "Missing Access")
        return payloads.text_channel(channel_id, guild_id, channel_id - guild_id - 1)

    def direct_channel(self, user_id: int) -> int:
        """Return the id of the channel between the bot and a user, which is made when first asked for."""
        for channel_id, other in self.direct.items():
            if other == user_id:
                return channel_id
        channel_id = self.snowflakes.next()
        self.direct[channel_id] = user_id
        return channel_id

    def host(self, file: UploadedFile) -> Payload:
        """Keep a file and return it as an attachment that can be downloaded here."""
        file_id = self.snowflakes.next()
        keep(self.files, file_id, file, self.most_messages)
        url = f"{self.base_url}/attachments/{file_id}/{file.filename}"
        return {
            "id": str(file_id),
            "filename": file.filename,
            "size": len(file.data),
            "url": url,
            "proxy_url": url,
            "content_type": file.content_type,
        }

    def create_message(
        self, channel_id: int, body: Payload, files: Sequence[UploadedFile] = (), **extra: Any
    ) -> Payload:
        """Keep a new message of the bot and return it; ``extra`` are more of its keys, such as ``type``."""
        message = payloads.message(self.snowflakes.next(), channel_id, self.me) | extra
        message["flags"] = int(body.get("flags") or 0)
        messages.apply(message, body, files, self.host)
        keep(self.messages, int(message["id"]), message, self.most_messages)
        return message

    def create_blank(self, channel_id: int, flags: int, **extra: Any) -> Payload:
        """Keep a message without content, which only Discord itself may make: "thinking…"."""
        message = payloads.message(self.snowflakes.next(), channel_id, self.me) | extra
        message["flags"] = flags
        keep(self.messages, int(message["id"]), message, self.most_messages)
        return message

    def edit_message(self, message_id: int, body: Payload, files: Sequence[UploadedFile] = ()) -> Payload:
        """Change a message and return it. A refused edit changes nothing."""
        changed = dict(self.message(message_id))
        changed["flags"] &= ~payloads.LOADING
        # Of the other flags an edit can change none, and this one it cannot take away.
        changed["flags"] |= int(body.get("flags") or 0) & payloads.COMPONENTS_V2
        messages.apply(changed, body, files, self.host)
        messages.mark_edited(changed)
        self.messages[message_id] = changed
        return changed

    def message(self, message_id: int) -> Payload:
        """Return a message as it stands. Refuses one that is not there."""
        if message_id not in self.messages:
            raise Refusal(404, 10008, "Unknown Message")
        return self.messages[message_id]

    def delete_message(self, message_id: int) -> None:
        """Forget a message. Refuses one that is not there."""
        del self.messages[int(self.message(message_id)["id"])]

    def same_nonce(self, channel_id: int, nonce: str) -> Payload | None:
        """Return the message that was created in this channel with this nonce within minutes."""
        created, message_id = self.nonces.get((channel_id, nonce), (0.0, 0))
        if message_id not in self.messages or self.clock() - created > NONCE_SECONDS:
            return None
        return self.messages[message_id]

    def find_command(self, name: str, kind: int, guild_id: int | None) -> Payload | None:
        """Return the registered command that Discord would offer, the guild's own first."""
        scopes: list[int | None] = [None] if guild_id is None else [guild_id, None]
        for scope in scopes:
            for command in self.commands.get(scope, ()):
                if command["name"] == name and command["type"] == kind:
                    return command
        return None
