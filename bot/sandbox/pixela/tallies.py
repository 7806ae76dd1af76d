"""The endpoints that sum a graph up: stats, latest, today.

https://docs.pixe.la, under "Graph" and "Pixel".
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from aiohttp import web

from bot.sandbox.pixela.book import Graph
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.pixels import dated_body
from bot.sandbox.pixela.refusal import PIXEL_NOT_FOUND, Refusal
from bot.sandbox.pixela.rules import day_text
from bot.sandbox.upstream import JSON, answer


def show_stats(call: Call) -> web.Response:
    """GET stats: public; numbers, not strings, over the graph's whole history.

    A graph without pixels has zeros and empty dates. Of equal quantities the earliest day is named.
    """
    graph = call.graph
    today = graph.today(call.now)
    by_day = {day: graph.pixels[day].quantity for day in sorted(graph.pixels)}
    most = max(by_day, key=lambda day: by_day[day], default="")
    least = min(by_day, key=lambda day: by_day[day], default="")
    total = sum(by_day.values(), Decimal(0))
    return answer(
        {
            "totalPixelsCount": len(by_day),
            "maxQuantity": _number(by_day.get(most)),
            "maxDate": most,
            "minQuantity": _number(by_day.get(least)),
            "minDate": least,
            "totalQuantity": _number(total),
            "avgQuantity": _number(total / max(len(by_day), 1)),
            "todaysQuantity": _number(by_day.get(day_text(today))),
            "yesterdayQuantity": _number(by_day.get(day_text(today - timedelta(days=1)))),
        }
    )


def show_latest(call: Call) -> web.Response:
    """GET latest: the newest day that is not in the future."""
    graph = call.graph
    today = day_text(graph.today(call.now))
    return _dated(call, graph, max((day for day in graph.pixels if day <= today), default=today))


def show_today(call: Call) -> web.Response:
    """GET today: public; with ``returnEmpty=true`` a day without a pixel is 0 instead of 404."""
    graph = call.graph
    today = day_text(graph.today(call.now))
    if today not in graph.pixels and call.asks("returnEmpty"):
        return answer({"date": today, "quantity": graph.write(Decimal(0), call.choices)})
    return _dated(call, graph, today)


def _dated(call: Call, graph: Graph, day: str) -> web.Response:
    if day not in graph.pixels:
        raise Refusal(404, PIXEL_NOT_FOUND)
    return answer(dated_body(graph, day, call.choices))


def _number(quantity: Decimal | None) -> JSON:
    """Return a JSON number; whole ones have no point, on float graphs too, as Go writes them."""
    value = quantity or Decimal(0)
    return int(value) if value == int(value) else float(value)
