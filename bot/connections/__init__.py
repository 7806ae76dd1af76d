"""From a place and a person to a client that is ready to call, or :class:`~bot.errors.NotConnected`.

A client is handed out inside a block, and what happens in the block is noted beside the secret.
"""

from contextlib import suppress

from pydantic import SecretStr

from bot.api.midjourney import MidjourneyClient
from bot.api.pixela import PixelaClient
from bot.api.pluralkit import PluralKitClient
from bot.connections.members import MemberConnections, home_of
from bot.connections.servers import ServerConnections
from bot.connections.strongbox import Scope
from bot.connections.useapi import MOST_KEYS, NO_SUCH_KEY, Reach, Stored, UseapiConnections
from bot.errors import Forbidden, NotFound, Rejected, Unauthorised
from bot.services import Provider

_NOBODYS = SecretStr("nobody")

__all__ = ["MOST_KEYS", "NO_SUCH_KEY", "Connections", "Reach", "Scope", "Stored", "home_of"]


class Connections(UseapiConnections, ServerConnections, MemberConnections):
    """The clients of every server and member."""

    async def probe(self, provider: Provider) -> None:
        """Ask an upstream something harmless without anybody's secret, to see whether it answers.

        Raises :class:`~bot.errors.ApiError` where no answer came that can be used; a refusal is one.
        """
        transport = self._transports[provider]
        with suppress(Unauthorised, NotFound, Forbidden, Rejected):
            if provider is Provider.USEAPI:
                await MidjourneyClient(transport, _NOBODYS).accounts()
            elif provider is Provider.PIXELA:
                await PixelaClient(transport, "a-know", _NOBODYS).svg("test-graph")
            else:
                await PluralKitClient(transport).system("exmpl")
