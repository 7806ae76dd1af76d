"""Pixela as one user: the user itself, its graphs, their pictures, its webhooks (contract 3, 4 and 7)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import SecretStr

from bot.api.call import Call
from bot.api.pixela.caller import MOST_PICTURE
from bot.api.pixela.days import day_text
from bot.api.pixela.drafts import GraphFields, ProfileFields
from bot.api.pixela.models import Graph, NewWebhook, Webhook, Webhooks
from bot.api.pixela.quantities import GraphType, Quantity, show_quantity
from bot.api.pixela.recording import Recorder
from bot.api.pixela.rules import check_graph_id, check_webhook_hash, check_webhook_type
from bot.api.policy import JSON, Effect
from bot.errors import InvalidInput, Unexpected

SVG = "image/svg+xml"


class Mode(StrEnum):
    """A way to draw a graph; the value is what is asked for."""

    FULL = ""
    """A year."""
    SHORT = "short"
    """About 90 days."""
    LINE = "line"
    BADGE = "badge"
    """The last 49 days as seven boxes."""


class PixelaClient(Recorder):
    """Pixela as one user. Calls raise :class:`~bot.errors.ApiError`.

    What people typed is checked before it is sent, and raises :class:`~bot.errors.InvalidInput`.
    """

    # The user.

    async def create(self, *, agree_terms: bool, not_minor: bool, thanks_code: str | None = None) -> None:
        """Create the user (contract 3.1). Raises :class:`~bot.errors.Conflict` where the name is taken."""
        body: dict[str, JSON] = {
            "token": self._token.get_secret_value(),
            "username": self.username,
            "agreeTermsOfService": "yes" if agree_terms else "no",
            "notMinor": "yes" if not_minor else "no",
        }
        hidden = [self._token]
        if thanks_code:
            body["thanksCode"] = thanks_code
            hidden.append(SecretStr(thanks_code))
        await self._send(Call("POST", ("v1", "users"), Effect.WRITE, json=body, secrets=hidden))

    async def update(
        self,
        *,
        new_token: SecretStr | None = None,
        thanks_code: str | None = None,
        allow_ai_processing: bool | None = None,
    ) -> None:
        """Change the token, the thanks code or the consent to AI (contract 3.2).

        With a new token this client goes on as the user; where that ends as
        :class:`~bot.errors.Uncertain`, either token may be the one in force. Raises
        :class:`~bot.errors.NotFound` where the token is right and something else is not known, as a
        thanks code.
        """
        hidden = [new_token] if new_token else []
        body: dict[str, JSON] = {}
        if new_token is not None:
            body["newToken"] = new_token.get_secret_value()
        if thanks_code:
            body["thanksCode"] = thanks_code
            hidden.append(SecretStr(thanks_code))
        if allow_ai_processing is not None:
            body["allowAIProcessing"] = allow_ai_processing
        await self._of_thing(self._send(self._write("PUT", *self._user(), json=_some(body), hidden=hidden)))
        self._token = new_token or self._token

    async def delete(self) -> None:
        """Delete the user with all graphs, pixels and webhooks (contract 3.3)."""
        await self._of_user(self._send(self._write("DELETE", *self._user())))

    async def update_profile(self, fields: ProfileFields) -> None:
        """Change what the public profile shows (contract 3.4).

        Raises :class:`~bot.errors.NotFound` where the token is right and the pinned graph is not known.
        """
        path = f"@{self.username}"
        await self._of_thing(self._send(self._write("PUT", path, json=_some(fields.body()))))

    # Graphs.

    async def create_graph(self, graph_id: str, kind: GraphType, fields: GraphFields) -> None:
        """Create a graph (contract 4.1); ``fields`` have a name, a unit and a colour at least.

        Raises :class:`~bot.errors.Conflict` where the id is taken.
        """
        if fields.name is None or fields.unit is None or fields.color is None:
            raise InvalidInput("A new graph needs a name, a unit and a colour.")
        if fields.purge_cache_urls is not None:
            raise InvalidInput("Addresses that are told of changes are set once the graph is there.")
        body: dict[str, JSON] = {"id": check_graph_id(graph_id), "type": kind.value}
        call = self._write("POST", *self._user("graphs"), json=body | fields.body())
        await self._of_user(self._send(call))

    async def graph(self, graph_id: str) -> Graph:
        """Return a graph's definition (contract 4.3)."""
        graph = await self._of_thing(self._fetch(self._read(*self._graph(graph_id, "graph-def")), Graph))
        if graph.id != check_graph_id(graph_id):
            raise Unexpected(self._transport.provider, where="id")
        return graph

    async def update_graph(self, graph_id: str, fields: GraphFields) -> None:
        """Change a graph (contract 4.6); its id and its type stay."""
        await self._record("PUT", graph_id, json=_some(fields.body()))

    async def delete_graph(self, graph_id: str) -> None:
        """Delete a graph with its pixels (contract 4.7)."""
        await self._record("DELETE", graph_id)

    # Pictures.

    async def svg(
        self,
        graph_id: str,
        mode: Mode = Mode.FULL,
        *,
        day: date | None = None,
        dark: bool = False,
        less_than: Decimal | None = None,
        greater_than: Decimal | None = None,
        transparent: bool = False,
    ) -> bytes:
        """Return the vendor's picture, of the days up to ``day`` or today (contract 4.4).

        It is public, so that no token is sent. What comes is a foreign document: only
        :func:`~bot.api.pixela.sight.read_svg` may look into it. On a graph that is
        :attr:`~bot.api.pixela.models.Graph.is_self_sufficient` each call counts a step.
        """
        query = {
            "mode": mode.value,
            "date": "" if day is None else day_text(day),
            "appearance": "dark" if dark else "",
            "lessThan": "" if less_than is None else show_quantity(less_than),
            "greaterThan": "" if greater_than is None else show_quantity(greater_than),
            "transparent": "true" if transparent else "",
        }
        return await self._picture(*self._graph(graph_id), query=query)

    async def retina(self, graph_id: str, day: date, *, dark: bool = False) -> bytes:
        """Return the vendor's picture of a day by the hour, as :meth:`svg` does (contract 5).

        It is public; other days than today are for supporters.
        """
        path = self._graph(graph_id, day_text(day), "retina")
        return await self._picture(*path, query={"appearance": "dark" if dark else ""})

    async def _picture(self, *path: str, query: dict[str, str]) -> bytes:
        asked = {name: value for name, value in query.items() if value}
        # The vendor's caches keep pictures; the author's own app gets past them so (contract 1).
        asked["nocache"] = secrets.token_hex(8)
        call = self._read(*path, query=asked, public=True, most=MOST_PICTURE, accept=SVG)
        return await self._send(call)

    # Webhooks.

    async def create_webhook(self, graph_id: str, kind: str, quantity: Quantity | None = None) -> str:
        """Create a webhook and return its hash, which whoever knows may call (contract 7).

        ``quantity`` is for ``add`` and ``subtract``; without it they use 1, or 0.01 on a graph of decimals.
        """
        body: dict[str, JSON] = {"graphID": check_graph_id(graph_id), "type": check_webhook_type(kind)}
        if quantity is not None:
            body["quantity"] = str(quantity)
        call = self._write("POST", *self._user("webhooks"), json=body)
        return (await self._of_thing(self._fetch(call, NewWebhook))).webhook_hash

    async def webhooks(self) -> Sequence[Webhook]:
        """Return the user's webhooks (contract 7)."""
        return (await self._of_user(self._fetch(self._read(*self._user("webhooks")), Webhooks))).webhooks

    async def invoke_webhook(self, webhook_hash: str) -> None:
        """Let a webhook do its work; no token is sent (contract 7)."""
        path = self._user("webhooks", check_webhook_hash(webhook_hash))
        await self._send(Call("POST", path, Effect.WRITE, secrets=(SecretStr(webhook_hash), self._token)))

    async def delete_webhook(self, webhook_hash: str) -> None:
        """Delete a webhook (contract 7)."""
        path = self._user("webhooks", check_webhook_hash(webhook_hash))
        call = self._write("DELETE", *path, hidden=(SecretStr(webhook_hash),))
        await self._of_thing(self._send(call))


def _some(body: dict[str, JSON]) -> dict[str, JSON]:
    """Return a body that changes something. Raises :class:`~bot.errors.InvalidInput` for an empty one."""
    if not body:
        raise InvalidInput("Nothing is to be changed: give at least one new value.")
    return body
