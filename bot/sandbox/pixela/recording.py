"""The endpoints that change a quantity instead of setting it: one step, or an amount, today or on a day.

https://docs.pixe.la/entry/increment-pixel and its neighbours.
"""

from __future__ import annotations

from decimal import Decimal

from aiohttp import web

from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.rules import day_text
from bot.sandbox.pixela.users import SUCCESS
from bot.sandbox.upstream import answer


def increment(call: Call) -> web.Response:
    """PUT increment: today grows by 1, or by 0.01 on a float graph."""
    return _change_today(call, call.graph.step)


def decrement(call: Call) -> web.Response:
    """PUT decrement: today shrinks by 1, or by 0.01 on a float graph."""
    return _change_today(call, -call.graph.step)


def add(call: Call) -> web.Response:
    """PUT add: today grows by the body's quantity."""
    return _change_today(call, _amount(call))


def subtract(call: Call) -> web.Response:
    """PUT subtract: today shrinks by the body's quantity."""
    return _change_today(call, -_amount(call))


def add_on_day(call: Call) -> web.Response:
    """PUT date/add: that day grows by the body's quantity."""
    return _change_day(call, _amount(call))


def subtract_on_day(call: Call) -> web.Response:
    """PUT date/subtract: that day shrinks by the body's quantity."""
    return _change_day(call, -_amount(call))


def _change_today(call: Call, amount: Decimal) -> web.Response:
    call.graph.add_today(amount, call.now)
    return answer(SUCCESS)


def _change_day(call: Call, amount: Decimal) -> web.Response:
    call.graph.add(day_text(call.day), amount, call.now)
    return answer(SUCCESS)


def _amount(call: Call) -> Decimal:
    graph = call.graph
    return graph.read(call.fields("quantity").need("quantity"), call.choices)
