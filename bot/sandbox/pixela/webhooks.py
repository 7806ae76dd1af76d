"""The endpoints about webhooks: addresses that record something today without a token.

https://docs.pixe.la/entry/post-webhook and its neighbours.
"""

from __future__ import annotations

import hashlib
from typing import cast

from aiohttp import web

from bot.sandbox.pixela.book import ERRANDS, Errand, Graph, User, Webhook
from bot.sandbox.pixela.call import Call, Fields
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.refusal import GRAPH_NOT_FOUND, NOTHING_FOR_WEBHOOK, WEBHOOK_NOT_FOUND, Refusal
from bot.sandbox.pixela.stopwatch import toggle
from bot.sandbox.pixela.users import SUCCESS
from bot.sandbox.upstream import JSON, answer


def create_webhook(call: Call) -> web.Response:
    """POST webhooks: for one graph and one errand; the hash comes first in the answer."""
    fields = call.fields("graphID", "type", "quantity")
    if "graphID" not in fields or "type" not in fields:
        raise Refusal(400, NOTHING_FOR_WEBHOOK)
    user = call.user
    graph = user.graphs.get(fields.need("graphID"))
    errand = cast("Errand", fields.need("type", ERRANDS.__contains__))
    if graph is None:
        raise Refusal(404, GRAPH_NOT_FOUND)
    webhook = add_webhook(user, graph, errand, _quantity(fields, graph, errand, call.choices))
    return answer({"webhookHash": webhook.hash, "message": "Success.", "isSuccess": True})


def list_webhooks(call: Call) -> web.Response:
    """GET webhooks: in the order of creation."""
    return answer({"webhooks": [_body(webhook, call.choices) for webhook in call.user.webhooks.values()]})


def invoke_webhook(call: Call) -> web.Response:
    """POST a webhook: anybody who knows the hash may."""
    owner = call.users.get(call.path["username"])
    webhook = owner.webhooks.get(call.path["hash"]) if owner else None
    graph = owner.graphs.get(webhook.graph_id) if owner and webhook else None
    if webhook is None or graph is None:
        raise Refusal(404, WEBHOOK_NOT_FOUND)
    message = _carry_out(webhook, graph, call)
    return answer(SUCCESS if message is None else {"message": message, "isSuccess": True})


def delete_webhook(call: Call) -> web.Response:
    """DELETE a webhook."""
    if call.user.webhooks.pop(call.path["hash"], None) is None:
        raise Refusal(404, WEBHOOK_NOT_FOUND)
    return answer(SUCCESS)


def add_webhook(user: User, graph: Graph, errand: Errand, quantity: str | None = None) -> Webhook:
    """Keep a new webhook. The hashes of a user are the same in every run."""
    user.webhooks_made += 1
    made = hashlib.sha256(f"{user.username} {user.created} {user.webhooks_made}".encode()).hexdigest()
    user.webhooks[made] = webhook = Webhook(made, graph.id, errand, quantity)
    return webhook


def _quantity(fields: Fields, graph: Graph, errand: Errand, choices: Choices) -> str | None:
    """Return the amount to add or subtract; other errands take one and do not use it."""
    if "quantity" not in fields or errand not in {"add", "subtract"}:
        return None
    return graph.write(graph.read(fields.need("quantity"), choices), choices)


def _carry_out(webhook: Webhook, graph: Graph, call: Call) -> str | None:
    """Do a webhook's errand and return what there is to say beyond success."""
    if webhook.errand == "stopwatch":
        message = toggle(graph, call.now, call.choices)
        return message if call.choices.webhook_tells_of_stopwatch else None
    amount = graph.step if webhook.quantity is None else graph.read(webhook.quantity, call.choices)
    graph.add_today(-amount if webhook.errand in {"decrement", "subtract"} else amount, call.now)
    return None


def _body(webhook: Webhook, choices: Choices) -> JSON:
    body: dict[str, JSON] = {
        "webhookHash": webhook.hash,
        "graphID": webhook.graph_id,
        "type": webhook.errand,
    }
    if webhook.quantity is None and not choices.list_webhook_quantities:
        return body
    return body | {"quantity": webhook.quantity or ""}
