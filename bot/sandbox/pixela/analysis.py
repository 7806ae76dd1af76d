"""The endpoint that says something about the last year of a graph.

https://docs.pixe.la/entry/analyze-graph
"""

from __future__ import annotations

from datetime import date, timedelta

from aiohttp import web

from bot.sandbox.pixela.book import Graph
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.refusal import SUPPORTERS_ONLY, Refusal
from bot.sandbox.pixela.rules import day_text
from bot.sandbox.upstream import answer

MIN_PIXELS = 30
"""Pixels of the last year that are needed."""
_YEAR = 365
_MAX_TEXT = 1000


def analyze(call: Call) -> web.Response:
    """GET analyze: supporters who allowed it only; the text of the first call stays for the day."""
    graph = call.graph
    if not call.supported:
        raise Refusal(402, SUPPORTERS_ONLY)
    if not call.user.allow_ai_processing:
        raise Refusal(400, "allowAIProcessing must be true.")
    today = graph.today(call.now)
    if graph.analysis is None or graph.analysis[0] != today:
        graph.analysis = (today, _text(graph, today, call.choices))
    return answer({"isSuccess": True, "analysis": graph.analysis[1]})


def _text(graph: Graph, today: date, choices: Choices) -> str:
    first, last = day_text(today - timedelta(days=_YEAR - 1)), day_text(today)
    by_day = {day: graph.pixels[day].quantity for day in graph.pixels if first <= day <= last}
    if len(by_day) < MIN_PIXELS:
        raise Refusal(400, f"At least {MIN_PIXELS} pixels of the last year are needed.")
    best = max(by_day, key=lambda day: by_day[day])
    total = sum(by_day.values())
    name, unit = graph.design.name, graph.design.unit
    most, whole = graph.write(by_day[best], choices), f"{total:f}"
    average = f"{total / len(by_day):.2f}"
    if graph.design.timezone == "Asia/Tokyo":  # the vendor answers in the language of the time zone
        text = (
            f"この一年の「{name}」: {len(by_day)} 日、合計 {whole} {unit}、"
            f"平均 {average}、最大 {most} ({best})。"
        )
    else:
        text = (
            f'{len(by_day)} pixels of "{name}" in the last year: {whole} {unit} in all, '
            f"{average} on average, at most {most} on {best}."
        )
    return text[:_MAX_TEXT]
