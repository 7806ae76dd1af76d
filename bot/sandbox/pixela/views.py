"""The endpoints that show a graph: its picture, its page, a day's retina.

https://docs.pixe.la/entry/get-svg and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from aiohttp import web

from bot.sandbox.pixela.book import Graph
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.pictures.badge import draw_badge
from bot.sandbox.pixela.pictures.heat_map import draw_heat_map
from bot.sandbox.pixela.pictures.hostility import spoil
from bot.sandbox.pixela.pictures.line_chart import draw_line_chart
from bot.sandbox.pixela.pictures.palette import Palette
from bot.sandbox.pixela.pictures.retina import draw_retina
from bot.sandbox.pixela.pictures.view import Draw, View
from bot.sandbox.pixela.refusal import PIXEL_NOT_FOUND, SUPPORTERS_ONLY, Refusal
from bot.sandbox.pixela.rules import day_text

_DRAWERS: Mapping[str, Draw] = {
    "": draw_heat_map,
    "short": draw_heat_map,
    "badge": draw_badge,
    "line": draw_line_chart,
}


def show_picture(call: Call) -> web.Response:
    """GET a graph, with or without ``.svg``: public; a self-sufficient graph counts the call first."""
    graph = call.graph
    view = View.read(graph, call.query, call.now, call.choices, supported=call.supported)
    if call.supported and graph.design.self_sufficient != "none":
        growth = graph.step if graph.design.self_sufficient == "increment" else -graph.step
        graph.add_today(growth, call.now)
    return _send(call, _DRAWERS[view.mode](view))


def show_retina(call: Call) -> web.Response:
    """GET a day's retina: public; of other days than today for supporters only."""
    graph, day = call.graph, call.day
    if day != graph.today(call.now) and not call.supported:
        raise Refusal(call.choices.retina_status, SUPPORTERS_ONLY)
    if day_text(day) not in graph.pixels:
        raise Refusal(404, PIXEL_NOT_FOUND)
    palette = Palette.of(graph.design.color, dark=call.query.get("appearance") == "dark")
    return _send(call, draw_retina(day, graph.retinas.get(day_text(day), {}), palette))


def show_page(call: Call) -> web.Response:
    """GET a graph's ``.html``: public; the simple modes are for frames and have no head line."""
    graph = call.graph
    mode = call.query.get("mode", "")
    head = "" if mode in {"simple", "simple-short"} else f"<h1>{escape(graph.design.name)}</h1>"
    return web.Response(text=_page(call, graph, mode, head), content_type="text/html")


def _page(call: Call, graph: Graph, mode: str, head: str) -> str:
    query = "?mode=short" if mode == "simple-short" else ""
    address = f"/v1/users/{call.user.username}/graphs/{graph.id}.svg{query}"
    name = escape(graph.design.name)
    return (
        f'<!DOCTYPE html><meta charset="utf-8"><title>{name}</title>{head}<img src="{address}" alt="{name}">'
    )


def _send(call: Call, svg: str) -> web.Response:
    content_type = call.choices.svg_content_type
    if call.hostility is not None:
        return spoil(svg, call.hostility, content_type)
    return web.Response(text=svg, content_type=content_type)
