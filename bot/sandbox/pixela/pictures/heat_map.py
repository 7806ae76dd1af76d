"""The heat map: a year, or its last weeks, one square for each day."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from bot.sandbox.pixela.pictures.canvas import Value, group, label, picture, square
from bot.sandbox.pixela.pictures.palette import largest
from bot.sandbox.pixela.pictures.view import View

YEAR = 365
SHORT = 90
_PITCH = 13
_LEFT, _TOP = 16, 20
_HEIGHT = 135
_YEAR_WIDTH, _SHORT_WIDTH = 720, 220


def draw_heat_map(view: View) -> str:
    """Draw a year of days, or about 90 where the mode is short, in groups by week."""
    is_short = view.mode == "short"
    days = list(view.days(SHORT if is_short else YEAR))
    weeks = [list(week) for _, week in groupby(days, lambda day: _week(day, view))]
    most = largest(pixel.quantity for pixel in view.graph.pixels.values())
    marks = "".join(
        group(
            "".join(_square(day, view, view.palette.shade(view.colored(day), most)) for day in week), x, _TOP
        )
        for x, week in zip(_columns(weeks), weeks, strict=True)
    )
    width = _SHORT_WIDTH if is_short else _YEAR_WIDTH
    return picture(width, _HEIGHT, view.palette, marks, _months(weeks, view))


def _columns(weeks: list[list[date]]) -> list[int]:
    return [_LEFT + _PITCH * number for number in range(len(weeks))]


def _row(day: date, view: View) -> int:
    return day.weekday() if view.graph.design.start_on_monday else (day.weekday() + 1) % 7


def _week(day: date, view: View) -> int:
    """Return a number that the seven days of a week share."""
    return day.toordinal() - _row(day, view)


def _square(day: date, view: View, color: str) -> str:
    about: dict[str, Value] = {"class": "each-day", "data-date": view.day(day)}
    pixel = view.pixel(day)
    if not view.shows_data:
        about["data-tippy-content"] = _tip(day, view)
    elif pixel is not None and pixel.optional_data is not None:
        about["data-optional"] = pixel.optional_data
    return square(0, _PITCH * _row(day, view), color, about)


def _tip(day: date, view: View) -> str:
    quantity = view.graph.write(view.quantity(day), view.choices)
    return f"{day.isoformat()} : {quantity} {view.graph.design.unit}"


def _months(weeks: list[list[date]], view: View) -> str:
    """Name each month above the first week that begins in it."""
    texts: list[str] = []
    for x, before, week in zip(_columns(weeks)[1:], weeks, weeks[1:], strict=False):
        if before[0].month != week[0].month:
            texts.append(label(x, 14, week[0].strftime("%b"), view.palette))
    return "".join(texts)
