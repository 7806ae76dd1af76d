"""What is looked at of a running app to say whether it is well, and what is measured of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

import discord

from bot.answering import Answering
from bot.api.sharing import SharedCounts
from bot.exposition import Exposition
from bot.health import Finding, Health, Look, Watch
from bot.measures import Measures
from bot.storage.census import Census, take_census
from bot.storage.database import Database

Lateness = Callable[[], float]
"""Returns by how many seconds a loop is late: negative where it is not, infinite once it has ended."""

_GRACE_SECONDS = 30.0
"""How late a loop may be before it counts as stuck."""
_WRITE_SECONDS = 15.0
"""How seldom the database is written to for this, however often somebody asks."""
_READ_SECONDS = 2.0
_FACT = "last probed"


class Vitals:
    """Looks at the parts of one app. ``clock`` gives seconds since 1970.

    ``shared`` is where calls of upstreams are counted together with other workers.
    """

    def __init__(
        self,
        client: discord.AutoShardedClient,
        database: Database,
        loops: Mapping[str, Lateness],
        answering: Answering,
        measures: Measures,
        clock: Callable[[], float],
        *,
        shared: SharedCounts | None = None,
    ) -> None:
        self._client = client
        self._database = database
        self._loops = loops
        self._answering = answering
        self._clock = clock
        self._shared = shared
        self._exposition = Exposition(measures)
        self._written_at = -math.inf
        self._census: Census | None = None

    def health(self, arrivals: Look | None = None) -> Health:
        """Return what answers probes about this app.

        ``arrivals`` is looked at instead of the gateway, where interactions come by another way.
        """
        watches = [
            Watch("gateway", self.gateway) if arrivals is None else Watch("interactions", arrivals),
            Watch("loops", self.loops),
            Watch("database", self.database, every=_READ_SECONDS),
        ]
        if self._shared is not None:
            shared = self._shared
            watches.append(Watch("shared limits", lambda: shared_limits(shared), every=_READ_SECONDS))
        return Health(watches, self.metrics)

    async def gateway(self) -> Mapping[str, Finding]:
        """Say whether every shard is connected to Discord, and the app not about to stop."""
        shards = self._client.shards.values()
        up = sum(not shard.is_closed() for shard in shards)
        ok = self._client.is_ready() and not self._client.is_closed() and up == len(shards)
        detail = f"{up} of {len(shards)} shards connected"
        if self._answering.is_stopping:
            ok, detail = False, "the app is stopping"
        elif up and not self._client.is_ready():
            detail += ", not told of all servers yet"
        return {"gateway": Finding(ok, detail)}

    async def loops(self) -> Mapping[str, Finding]:
        """Say of each loop whether it takes its turns."""
        if not self._loops:
            return {"loops": Finding(ok=False, detail="not started yet")}
        return {f"loop of {name}": _of_loop(lateness()) for name, lateness in self._loops.items()}

    async def database(self) -> Mapping[str, Finding]:
        """Say whether the database can be read and written to."""
        self._census = None
        if time.monotonic() - self._written_at >= _WRITE_SECONDS:
            self._written_at = -math.inf
            await self._database.put_fact(_FACT, str(int(self._clock())).encode())
            self._written_at = time.monotonic()
        self._census = await take_census(self._database)
        return {"database": Finding(ok=True, detail="written to and read")}

    async def metrics(self, found: Mapping[str, Finding]) -> bytes:
        """Return the metrics."""
        parts = {name: finding.ok for name, finding in found.items()}
        return self._exposition.text(parts, self._census, int(self._clock() * 1000))


async def shared_limits(shared: SharedCounts) -> Mapping[str, Finding]:
    """Say whether calls of upstreams are counted together with other workers."""
    trouble = await shared.look()
    if trouble is None:
        return {"shared limits": Finding(ok=True, detail="calls are counted together")}
    detail = f"the server {trouble}; each worker keeps to its own share"
    return {"shared limits": Finding(ok=False, detail=detail, needed=False)}


def _of_loop(late: float) -> Finding:
    if late == math.inf:
        return Finding(ok=False, detail="has ended")
    if late > _GRACE_SECONDS:
        return Finding(ok=False, detail=f"is {late:.0f} s late")
    return Finding(ok=True, detail="takes its turns")
