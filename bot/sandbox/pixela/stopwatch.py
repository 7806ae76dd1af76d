"""The stopwatch: one call starts it, the next records the minutes since.

https://docs.pixe.la/entry/stopwatch-pixel
"""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from aiohttp import web

from bot.sandbox.pixela.book import Graph
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.refusal import Refusal
from bot.sandbox.upstream import JSON, answer

_STARTED = "Stopwatch start successful."
_CENT = Decimal("0.01")
_NANOSECONDS = 10**9


def toggle_stopwatch(call: Call) -> web.Response:
    """POST stopwatch: no body; starts or stops."""
    return answer({"message": toggle(call.graph, call.now, call.choices), "isSuccess": True})


def toggle(graph: Graph, now: float, choices: Choices) -> str:
    """Start or stop a graph's stopwatch and return what there is to say.

    Raises :class:`Refusal` where it was started on another day; it stands then.
    """
    started, graph.stopwatch_started = graph.stopwatch_started, None
    if started is None:
        graph.stopwatch_started = now
        return _STARTED
    if graph.today(started) != graph.today(now):
        raise Refusal(choices.stopwatch_days_status, "The stopwatch must be stopped on the day of its start.")
    return _stop(graph, started, now, choices)


def _stop(graph: Graph, started: float, now: float, choices: Choices) -> str:
    nanoseconds = max(round((now - started) * _NANOSECONDS), 0)
    minutes = _minutes(nanoseconds, Decimal(1) if graph.kind == "int" else _CENT)
    pixel = graph.add_today(minutes, now)
    pixel.optional_data = _with_period(pixel.optional_data, _period(graph, started, now))
    new, old, grown = (
        _amount(graph, value, choices) for value in (pixel.quantity, pixel.quantity - minutes, minutes)
    )
    return (
        f"Stopwatch stop successful. This time duration is {go_duration(nanoseconds)} . "
        f"Pixel updated, too. Quantity={new} ({old} + {grown})"
    )


def go_duration(nanoseconds: int) -> str:
    """Write a time as Go does: ``1h2m3.5s``, ``2m0s``, ``1.5ms``, ``0s``."""
    if 0 < nanoseconds < _NANOSECONDS:
        unit, size = next(
            (unit, size) for unit, size in (("ms", 10**6), ("µs", 10**3), ("ns", 1)) if nanoseconds >= size
        )
        return f"{_plain(Decimal(nanoseconds) / size)}{unit}"
    minutes, rest = divmod(nanoseconds, 60 * _NANOSECONDS)
    hours, minutes = divmod(minutes, 60)
    text = f"{_plain(Decimal(rest) / _NANOSECONDS)}s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _minutes(nanoseconds: int, unit: Decimal) -> Decimal:
    return (Decimal(nanoseconds) / (60 * _NANOSECONDS)).quantize(unit, rounding=ROUND_HALF_UP)


def _amount(graph: Graph, value: Decimal, choices: Choices) -> str:
    return graph.write(value, choices) if graph.kind == "int" else f"{value:.2f}"


def _period(graph: Graph, started: float, now: float) -> str:
    return f"{graph.local(started):%H:%M:%S} - {graph.local(now):%H:%M:%S}"


def _with_period(data: str | None, period: str) -> str:
    """Add a period to what a pixel's data say of the stopwatch; what else they say stays."""
    body = cast("JSON", json.loads(data)) if data else None
    kept: dict[str, JSON] = body if isinstance(body, dict) else {}
    usage = kept.get("stopwatchUsage")
    before = usage.get("stopwatchPeriods") if isinstance(usage, dict) else None
    periods: list[JSON] = [*(before if isinstance(before, list) else []), period]
    used: dict[str, JSON] = {"stopwatchUseCount": len(periods), "stopwatchPeriods": periods}
    return json.dumps(kept | {"stopwatchUsage": used}, separators=(",", ":"), ensure_ascii=False)
