"""The endpoints that write and read single days, and the list of days.

https://docs.pixe.la/entry/post-pixel and its neighbours.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from aiohttp import web

from bot.sandbox.pixela.book import Graph, Pixel
from bot.sandbox.pixela.call import Call, Fields
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.refusal import NOTHING_FOR_PIXEL, PIXEL_NOT_FOUND, Refusal, bad
from bot.sandbox.pixela.rules import check_optional_data, day_text, read_day
from bot.sandbox.pixela.users import SUCCESS
from bot.sandbox.upstream import JSON, answer

PIXEL_KEYS = ("date", "quantity", "optionalData")
_WINDOW = 365
"""Days that one list may span, both ends counted."""


def post_pixel(call: Call) -> web.Response:
    """POST a pixel: a day that has one is overwritten, its data too."""
    graph = call.graph
    day, pixel = read_pixel(graph, call.fields(*PIXEL_KEYS), call.choices)
    graph.overwrite(day, pixel, call.now)
    return answer(SUCCESS)


def get_pixel(call: Call) -> web.Response:
    """GET one day: no ``date`` in the answer."""
    return answer(pixel_body(call.graph, _pixel(call), call.choices))


def put_pixel(call: Call) -> web.Response:
    """PUT one day: what is not given stays; a day without a pixel gets one, of 0 at least."""
    graph = call.graph
    fields = call.fields("quantity", "optionalData")
    if "quantity" not in fields and "optionalData" not in fields:
        raise Refusal(400, NOTHING_FOR_PIXEL)
    day = day_text(call.day)
    old = graph.pixels.get(day, Pixel(Decimal(0)))
    quantity = graph.read(fields.need("quantity"), call.choices) if "quantity" in fields else old.quantity
    graph.overwrite(day, Pixel(quantity, _optional_data(fields, old.optional_data, call.choices)), call.now)
    return answer(SUCCESS)


def delete_pixel(call: Call) -> web.Response:
    """DELETE one day."""
    _pixel(call)
    del call.graph.pixels[call.path["date"]]
    call.graph.retinas.pop(call.path["date"], None)
    return answer(SUCCESS)


def list_pixels(call: Call) -> web.Response:
    """GET pixels: ascending days of at most 365, with their quantities if ``withBody=true``."""
    graph = call.graph
    first, last = _window(call, graph)
    days = sorted(day for day in graph.pixels if first <= day <= last)
    found: list[JSON] = [*days]
    if call.asks("withBody"):
        found = [dated_body(graph, day, call.choices) for day in days]
    return answer({"pixels": None if call.choices.null_when_no_pixels and not found else found})


def read_pixel(graph: Graph, fields: Fields, choices: Choices) -> tuple[str, Pixel]:
    """Return a day and its pixel. Raises :class:`Refusal` 400 or 413."""
    day = day_text(read_day(fields.need("date"), "date"))
    quantity = graph.read(fields.need("quantity"), choices)
    return day, Pixel(quantity, _optional_data(fields, None, choices))


def pixel_body(graph: Graph, pixel: Pixel, choices: Choices) -> dict[str, JSON]:
    """Return a pixel as the wire has it; without data there is no ``optionalData``."""
    body: dict[str, JSON] = {"quantity": graph.write(pixel.quantity, choices)}
    return body if pixel.optional_data is None else body | {"optionalData": pixel.optional_data}


def dated_body(graph: Graph, day: str, choices: Choices) -> dict[str, JSON]:
    """Return the pixel of ``day`` as the wire has it where days are told apart."""
    return {"date": day, **pixel_body(graph, graph.pixels[day], choices)}


def _pixel(call: Call) -> Pixel:
    pixel = call.graph.pixels.get(call.path["date"])
    if pixel is None:
        raise Refusal(404, PIXEL_NOT_FOUND)
    return pixel


def _optional_data(fields: Fields, default: str | None, choices: Choices) -> str | None:
    if "optionalData" not in fields:
        return default
    return check_optional_data(fields.need("optionalData"), choices)


def _window(call: Call, graph: Graph) -> tuple[str, str]:
    first, last = _asked_day(call, "from"), _asked_day(call, "to")
    if first and last and (last - first).days >= _WINDOW:
        raise bad("span of more than 365 days")
    if first and not last:
        last = _shift(first, _WINDOW - 1)
    last = last or graph.today(call.now)
    first = first or _shift(last, 1 - _WINDOW)
    return day_text(first), day_text(last)


def _asked_day(call: Call, name: str) -> date | None:
    text = call.query.get(name)
    return read_day(text, name) if text else None


def _shift(day: date, days: int) -> date:
    """Move by ``days``, stopping at the ends of the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
