"""Asking Discord now and then which servers the app is in, where no gateway tells.

One worker asks for all, every six hours: 200 servers a page, so that a million of them take 5,000 requests.
The list alone is no proof: it is known to leave out servers, and then a page is not full, which discord.py
would take for the end. So a server is taken to be left only where it is missing in a list that came to its
end, and Discord, asked for it by itself, does not know the app there.
https://docs.discord.com/developers/resources/user#get-current-user-guilds
"""

from __future__ import annotations

import logging
import random
import secrets
from array import array
from collections.abc import AsyncGenerator
from math import inf
from typing import TYPE_CHECKING, Any

import discord

from bot.jobs.rhythm import Rhythm
from bot.reaching import LOST
from bot.report import loop_turn
from bot.storage.duties import Duties
from bot.storage.roll_call import Absent, RollCall

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_EVERY = 6 * 3600
_SOON = 1.0, 4.0
"""Between how many seconds after the start it is first looked at whether a list is due."""
_AGAIN = 600.0, 1200.0
"""Between how many seconds after a list that failed, or that another worker is at, it is looked at again."""
_PAGE = 200
"""As many servers as Discord gives at once."""
_DUTY = "roll call"
_DUTY_SECONDS = 600
"""Seconds after which another worker begins anew where one died. Discord may let a page wait for minutes."""
_FACT = "servers listed"
_MOST = 1000
"""For how many missing servers by themselves Discord is asked after a list."""
_NOT_THERE = 50001
"""Discord's code for a server that the app is not in; one that is deleted is unknown."""


class Disordered(Exception):
    """The pages do not follow each other, so that nothing can be said of what they lack."""


class Roll:
    """Compares the servers with Discord's list of them, in turns of :attr:`loop`.

    The first is taken after a while, ``soon``, so that not all who start at once take it; ``most`` is for how
    many missing servers Discord is asked after a list.
    """

    def __init__(self, app: App, soon: tuple[float, float] | None = _SOON, most: int = _MOST) -> None:
        self._app = app
        database = app.database
        self._duties = Duties(database, secrets.token_hex(8), app.clock, alone=database.is_a_file)
        self._soon = soon
        self._most = most
        self.loop = Rhythm(self.turn)
        """What takes the turns."""

    def lateness(self) -> float:
        """Return infinity once the loop has ended. However long Discord lets a page wait, it is not late."""
        return min(self.loop.lateness(), 0.0) if self.loop.is_running() else inf

    async def close(self) -> None:
        """Ask no more; another worker may at once."""
        await self.loop.finish((), 0.2)
        await self._duties.give_back(_DUTY)

    async def turn(self) -> float:
        """Compare the servers where that is due; return for how many seconds to rest."""
        if self._soon is not None:
            rest, self._soon = _between(self._soon), None
            return rest
        async with loop_turn("the roll call of servers"):
            left = await self._left()
            if left > 0:
                return left
            if await self._take() and await self._call():
                await self._app.database.put_fact(_FACT, str(int(self._app.clock())).encode())
                await self._duties.give_back(_DUTY)
                return _EVERY + _between(_AGAIN)
        return _between(_AGAIN)

    async def _left(self) -> float:
        """Return in how many seconds the next list is due."""
        fact = await self._app.database.find_fact(_FACT)
        age = self._app.clock() - int(fact or 0)
        return _EVERY - age + _between(_AGAIN) if 0 <= age < _EVERY else 0.0

    async def _take(self) -> bool:
        return await self._duties.take(_DUTY, _DUTY_SECONDS)

    async def _call(self) -> bool:
        """Compare all servers; return whether that came to its end."""
        began = int(self._app.clock())
        call = RollCall(self._app.database, began)
        absent, back = Absent(await call.present()), 0
        try:
            async for page in self._pages():
                if not await self._take():
                    return False
                back += await call.arrive(page)
                absent.note(page)
            gone = await self._gone(absent.end())
        except (*LOST, Disordered) as error:
            _log.warning("Discord's list of servers was not got whole (%s)", type(error).__name__)
            return False
        count = await call.leave(gone, began)
        _log.info("the servers were compared: %d are gone, %d were not known to be there", count, back)
        return True

    async def _pages(self) -> AsyncGenerator[list[int]]:
        """Yield the ids of the servers in order. A page that is not full need not be the last."""
        after = 1
        while True:
            found: Any = await self._app.http.get_guilds(_PAGE, after=after, with_counts=False)
            page = sorted(int(guild["id"]) for guild in found or ())
            if not page:
                return
            if page[0] <= after:
                raise Disordered
            self.loop.go_on()
            yield page
            after = page[-1]

    async def _gone(self, missing: array[int]) -> list[int]:
        """Ask for each of the missing servers by itself; return those that the app is not in.

        Of too many some are asked for, the others after a later list.
        """
        asked = [*missing] if len(missing) <= self._most else random.sample(missing, self._most)
        gone: list[int] = []
        for guild_id in asked:
            if not await self._take():
                break
            self.loop.go_on()
            if not await is_in(self._app, guild_id):
                gone.append(guild_id)
        if asked:
            _log.info(
                "Discord's list lacks %d servers; of %d that were asked for the app is not in %d",
                *(len(missing), len(asked), len(gone)),
            )
        return gone


def _between(seconds: tuple[float, float]) -> float:
    return random.uniform(*seconds)  # noqa: S311 - no secret depends on it


async def is_in(app: App, guild_id: int) -> bool:
    """Ask Discord whether the app is in a server. Raises what discord.py does where that is not told."""
    try:
        await app.fetch_guild(guild_id, with_counts=False)
    except discord.NotFound:
        return False
    except discord.Forbidden as error:
        if error.code != _NOT_THERE:  # whoever stands before Discord refuses everything of ours at times
            raise
        return False
    return True
