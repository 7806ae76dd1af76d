"""Who may use a service in a server and where, as its administrators chose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import RowMapping, bindparam, delete, insert, select

from bot.access import RuleKind, Rules
from bot.services import Service
from bot.storage.audit import Action, Entry, write_entry
from bot.storage.database import Database
from bot.storage.places import be_alone, be_known
from bot.storage.schema import access_rules

_RULES = select(access_rules).where(access_rules.c.guild_id == bindparam("guild"))


class AccessBook:
    """The rules of one server. ``clock`` gives seconds since 1970."""

    def __init__(self, database: Database, guild_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._guild_id = guild_id
        self._clock = clock

    async def rules(self) -> Mapping[Service, Rules]:
        """Return the rules of every service that has any."""
        here = {"guild": self._guild_id}
        return await self._database.read(
            lambda connection: read_rules(connection.execute(_RULES, here).mappings().all())
        )

    async def set(self, service: Service, kind: RuleKind, ids: Collection[int], actor_id: int) -> None:
        """Set the roles or channels of a kind in place of those that were there, with an audit row."""
        rows = [
            {"guild_id": self._guild_id, "service": service.value, "kind": kind.value, "subject_id": subject}
            for subject in sorted(ids)
        ]
        here = be_known(self._database, self._guild_id)
        before = delete(access_rules).where(
            access_rules.c.guild_id == self._guild_id,
            access_rules.c.service == service.value,
            access_rules.c.kind == kind.value,
        )
        mark = "#" if kind is RuleKind.ALLOWED_CHANNEL else "@&"
        names = " ".join(f"<{mark}{row['subject_id']}>" for row in rows) or "none"
        entry = Entry(
            self._guild_id, actor_id, Action.ACCESS, int(self._clock()), service, f"{kind.value}s: {names}"
        )
        async with self._database.writing() as connection:
            await connection.execute(here)
            # So that of two who set them at once the later one's stand alone.
            await connection.execute(be_alone(self._guild_id))
            await connection.execute(before)
            if rows:
                await connection.execute(insert(access_rules), rows)
            await write_entry(connection, entry)


def read_rules(rows: Iterable[RowMapping]) -> Mapping[Service, Rules]:
    """Read the rows of one server."""
    found: dict[Service, dict[RuleKind, set[int]]] = {}
    for row in rows:
        kinds = found.setdefault(Service(row["service"]), {kind: set() for kind in RuleKind})
        kinds[RuleKind(row["kind"])].add(row["subject_id"])
    return {
        service: Rules(*(frozenset(kinds[kind]) for kind in RuleKind)) for service, kinds in found.items()
    }
