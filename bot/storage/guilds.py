"""Which servers the app is in, since when it is gone from the others, and what they chose."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import Select, delete, func, or_, select, update

from bot.services import Service
from bot.shards import ALL, Shards
from bot.storage.audit import Action, Entry, write_entry
from bot.storage.database import Database
from bot.storage.places import be_known, parts
from bot.storage.schema import NOWHERE, guilds, last_graphs, remix_modes

GRACE = 7 * 24 * 3600
"""Seconds that the rows of a server are kept after the app was removed from it."""
SHARED = "server:"
"""What the name of a Pixela graph begins with that is the server's."""


class Guilds:
    """The servers. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def arrive(self, guild_ids: Collection[int]) -> None:
        """Note that the app is in servers, again or for the first time."""
        now = int(self._clock())
        statement = self._database.insert(guilds).on_conflict_do_update(
            index_elements=["guild_id"],
            set_={"left_at": None, "joined_at": func.coalesce(guilds.c.joined_at, now)},
            where=or_(guilds.c.left_at.is_not(None), guilds.c.joined_at.is_(None)),
        )
        for part in parts(guild_ids):
            async with self._database.writing() as connection:
                await connection.execute(
                    statement, [{"guild_id": guild_id, "joined_at": now} for guild_id in part]
                )

    async def leave(self, guild_ids: Collection[int]) -> None:
        """Note that the app was removed from servers; their rows go after :data:`GRACE`."""
        statement = update(guilds).where(guilds.c.left_at.is_(None)).values(left_at=int(self._clock()))
        for part in parts(guild_ids):
            async with self._database.writing() as connection:
                await connection.execute(statement.where(guilds.c.guild_id.in_(part)))

    async def present(self, shards: Shards = ALL) -> frozenset[int]:
        """Return the servers on some shards that the app joined and was not removed from, as last heard."""
        query = select(guilds.c.guild_id).where(
            guilds.c.left_at.is_(None), guilds.c.joined_at.is_not(None), guilds.c.guild_id != NOWHERE
        )
        if not shards.are_all:
            # PostgreSQL shifts by what is called integer there alone, and a parameter is not.
            query = query.where((guilds.c.guild_id // (1 << 22) % shards.count).in_(shards.ids))
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def has_open_buttons(self, guild_id: int) -> bool:
        """Say whether everybody in a server may press the buttons of what others had made."""
        query = select(guilds.c.open_buttons).where(guilds.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            return bool((await connection.execute(query)).scalar_one_or_none())

    async def open_buttons(self, guild_id: int, actor_id: int, *, to_all: bool) -> None:
        """Open the buttons of a server to everybody, or close them again, with an audit row."""
        words = "for everybody" if to_all else "for who asked"
        await self._set(guild_id, actor_id, Action.BUTTONS, None, words, open_buttons=int(to_all))

    async def recorders(self, guild_id: int) -> frozenset[int]:
        """Return the roles that may record on the server's own Pixela graphs; none of them: everybody may."""
        query = select(guilds.c.recorders).where(guilds.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            found: str = (await connection.execute(query)).scalar_one_or_none() or ""
        return frozenset(int(role) for role in found.split())

    async def set_recorders(self, guild_id: int, roles: Collection[int], actor_id: int) -> None:
        """Say which roles may record on the server's own Pixela graphs, with an audit row."""
        words = " ".join(f"<@&{role}>" for role in sorted(roles)) or "everybody"
        value = " ".join(str(role) for role in sorted(roles))
        await self._set(guild_id, actor_id, Action.RECORDERS, Service.PIXELA, words, recorders=value)

    async def find_last_graph(self, guild_id: int, user_id: int) -> str | None:
        """Return the graph that a member used last in a place, None where none was used."""
        query = select(last_graphs.c.graph).where(
            last_graphs.c.guild_id == guild_id, last_graphs.c.user_id == user_id
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def note_last_graph(self, guild_id: int, user_id: int, graph: str) -> None:
        """Note the graph that a member used last in a place."""
        place = be_known(self._database, guild_id)
        statement = self._database.insert(last_graphs).values(guild_id=guild_id, user_id=user_id, graph=graph)
        async with self._database.writing() as connection:
            await connection.execute(place)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["guild_id", "user_id"], set_={"graph": graph})
            )

    async def is_remixing(self, guild_id: int, channel: str) -> bool:
        """Say whether remix mode was on when an account was last told to switch it."""
        query = select(remix_modes.c.is_on).where(
            remix_modes.c.guild_id == guild_id, remix_modes.c.channel == channel
        )
        async with self._database.reading() as connection:
            return bool((await connection.execute(query)).scalar_one_or_none())

    async def note_remixing(self, guild_id: int, channel: str, *, is_on: bool) -> None:
        """Note what an account of a server answered when it was told to switch its remix mode."""
        value = {"is_on": int(is_on)}
        statement = self._database.insert(remix_modes).values(guild_id=guild_id, channel=channel, **value)
        async with self._database.writing() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["guild_id", "channel"], set_=value)
            )

    async def over(self) -> frozenset[int]:
        """Return the servers whose grace is over, which :meth:`purge` removes."""
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(self._over())).scalars())

    async def purge(self, *, here: Collection[int] = (), among: Collection[int] | None = None) -> int:
        """Remove every row of the servers whose grace is over; return how many servers they were.

        A server that is ``here`` after all keeps its rows, and its mark is taken away. Only those ``among``
        are looked at, where some are given.
        """
        async with self._database.writing() as connection:
            over = frozenset((await connection.execute(self._over())).scalars())
            over = over if among is None else over & frozenset(among)
            back, gone = over & frozenset(here), over - frozenset(here)
            for part in parts(back):
                await connection.execute(
                    update(guilds).where(guilds.c.guild_id.in_(part)).values(left_at=None)
                )
            for part in parts(gone):
                await connection.execute(delete(guilds).where(guilds.c.guild_id.in_(part)))
        return len(gone)

    def _over(self) -> Select[int]:
        return select(guilds.c.guild_id).where(
            guilds.c.left_at <= int(self._clock()) - GRACE, guilds.c.guild_id != NOWHERE
        )

    async def _set(
        self,
        guild_id: int,
        actor_id: int,
        action: Action,
        service: Service | None,
        words: str,
        **value: int | str,
    ) -> None:
        statement = self._database.insert(guilds).values(guild_id=guild_id, **value)
        entry = Entry(guild_id, actor_id, action, int(self._clock()), service, words)
        async with self._database.writing() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["guild_id"], set_=value))
            await write_entry(connection, entry)
