"""From a place and a person to a client that is ready to call, or :class:`~bot.errors.NotConnected`.

A client is handed out inside a block, and what happens in the block is noted beside the secret.
"""

from bot.connections.members import MemberConnections
from bot.connections.servers import ServerConnections
from bot.connections.strongbox import Scope

__all__ = ["Connections", "Scope"]


class Connections(ServerConnections, MemberConnections):
    """The clients of every server and member."""
