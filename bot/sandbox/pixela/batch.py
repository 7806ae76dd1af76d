"""The endpoint that writes many days at once.

https://docs.pixe.la/entry/batch-post-pixels
"""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.pixela.book import Pixel
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.pixels import PIXEL_KEYS, read_pixel
from bot.sandbox.pixela.refusal import SUPPORTERS_ONLY, Refusal
from bot.sandbox.pixela.users import SUCCESS
from bot.sandbox.upstream import answer

MAX_BATCH = 365
"""Pixels that one request may bring."""


def post_pixels(call: Call) -> web.Response:
    """POST pixels: supporters only; what is valid is written even where something else is not."""
    graph = call.graph
    if not call.supported:
        raise Refusal(402, SUPPORTERS_ONLY)
    good, refusals = _sort(call)
    if not refusals or call.choices.batch_is_partial:
        for day, pixel in good:
            graph.pixels[day] = pixel
            # The vendor's page: no retina is made, not even today.
            graph.retinas.pop(day, None)
    if refusals and call.choices.partial_batch_status != 200:
        first = refusals[0]
        raise Refusal(call.choices.partial_batch_status or first.status, first.message)
    return answer(SUCCESS)


def _sort(call: Call) -> tuple[list[tuple[str, Pixel]], list[Refusal]]:
    """Tell the valid pixels from the others. Raises :class:`Refusal` for a body that is no batch."""
    items = list(call.items(*PIXEL_KEYS))
    if len(items) > MAX_BATCH:
        raise Refusal(call.choices.batch_limit_status, f"At most {MAX_BATCH} pixels can be posted at once.")
    good: list[tuple[str, Pixel]] = []
    refusals: list[Refusal] = []
    for read in items:
        try:
            good.append(read_pixel(call.graph, read(), call.choices))
        except Refusal as refusal:
            refusals.append(refusal)
    return good, refusals
