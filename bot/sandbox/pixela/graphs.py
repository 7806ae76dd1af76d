"""The endpoints about graphs and their definitions.

https://docs.pixe.la/entry/post-graph and its neighbours.
"""

from __future__ import annotations

from typing import cast

from aiohttp import web

from bot.sandbox.pixela.book import Design, Graph, Kind
from bot.sandbox.pixela.call import Call, Fields
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.refusal import GRAPH_EXISTS, NOTHING_FOR_GRAPH, Refusal
from bot.sandbox.pixela.rules import (
    COLORS,
    MAX_PURGE_URLS,
    SELF_SUFFICIENT,
    is_description,
    is_graph_id,
    is_timezone,
)
from bot.sandbox.pixela.users import SUCCESS
from bot.sandbox.upstream import JSON, answer

_KEYS = (
    "name",
    "unit",
    "color",
    "timezone",
    "description",
    "startOnMonday",
    "selfSufficient",
    "isSecret",
    "publishOptionalData",
)


def create_graph(call: Call) -> web.Response:
    """POST graphs: id and type are set here for good."""
    fields = call.fields("id", "type", *_KEYS)
    graph_id = fields.need("id", is_graph_id)
    for required in ("name", "unit", "color"):
        fields.need(required)
    kind = cast("Kind", fields.need("type", {"int", "float"}.__contains__))
    design = _redesign(call, fields, Design())
    if graph_id in call.user.graphs:
        raise Refusal(call.choices.graph_conflict_status, GRAPH_EXISTS)
    call.user.add_graph(graph_id, kind, design)
    return answer(SUCCESS)


def list_graphs(call: Call) -> web.Response:
    """GET graphs: every definition, in the order of creation."""
    return answer({"graphs": [definition(graph, call.choices) for graph in call.user.graphs.values()]})


def show_definition(call: Call) -> web.Response:
    """GET graph-def: the bare definition."""
    return answer(definition(call.graph, call.choices))


def update_graph(call: Call) -> web.Response:
    """PUT a graph: whatever is given changes; the vendor's PURGE requests are not sent."""
    graph = call.graph
    fields = call.fields(*_KEYS, "purgeCacheURLs")
    if not any(name in fields for name in (*_KEYS, "purgeCacheURLs")):
        raise Refusal(400, NOTHING_FOR_GRAPH)
    graph.design = _redesign(call, fields, graph.design)
    return answer(SUCCESS)


def delete_graph(call: Call) -> web.Response:
    """DELETE a graph with its pixels, and with its webhooks."""
    user, graph = call.user, call.graph
    del user.graphs[graph.id]
    if call.choices.graph_takes_webhooks:
        user.webhooks = {key: hook for key, hook in user.webhooks.items() if hook.graph_id != graph.id}
    return answer(SUCCESS)


def definition(graph: Graph, choices: Choices) -> dict[str, JSON]:
    """Return a graph's definition; no purge URLs are null, not an empty list."""
    design = graph.design
    known: dict[str, JSON] = {
        "id": graph.id,
        "name": design.name,
        "unit": design.unit,
        "type": graph.kind,
        "color": design.color,
        "timezone": design.timezone,
        "purgeCacheURLs": list(design.purge_cache_urls) or None,
        "selfSufficient": design.self_sufficient,
        "isSecret": design.is_secret,
        "publishOptionalData": design.publish_optional_data,
    }
    if choices.new_definition_keys:
        known |= {"description": design.description, "startOnMonday": design.start_on_monday}
    return known


def _redesign(call: Call, fields: Fields, old: Design) -> Design:
    new = Design(
        name=fields.text("name", old.name),
        unit=fields.text("unit", old.unit),
        color=fields.text("color", old.color, COLORS.__contains__),
        timezone=fields.text("timezone", old.timezone, lambda text: is_timezone(text, call.choices)),
        description=fields.text("description", old.description, is_description),
        start_on_monday=fields.flag("startOnMonday", default=old.start_on_monday),
        purge_cache_urls=fields.texts("purgeCacheURLs", old.purge_cache_urls, MAX_PURGE_URLS),
        self_sufficient=fields.text("selfSufficient", old.self_sufficient, SELF_SUFFICIENT.__contains__),
        is_secret=fields.flag("isSecret", default=old.is_secret),
        publish_optional_data=fields.flag("publishOptionalData", default=old.publish_optional_data),
    )
    _check_support(call, fields)
    return new


def _check_support(call: Call, fields: Fields) -> None:
    status = call.choices.supporter_fields_status
    if status is None or call.user.supports(call.choices):
        return
    asked = fields.flag("isSecret", default=False) or fields.flag("publishOptionalData", default=False)
    if asked or fields.text("selfSufficient", "none") != "none":
        raise Refusal(status, "This setting is for Pixela supporters only.")
