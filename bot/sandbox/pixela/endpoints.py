"""The table of what Pixela serves, who may call it, and what the 25 % rule covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from bot.sandbox.pixela.analysis import analyze
from bot.sandbox.pixela.batch import post_pixels
from bot.sandbox.pixela.call import Call
from bot.sandbox.pixela.graphs import create_graph, delete_graph, list_graphs, show_definition, update_graph
from bot.sandbox.pixela.pixels import delete_pixel, get_pixel, list_pixels, post_pixel, put_pixel
from bot.sandbox.pixela.recording import add, add_on_day, decrement, increment, subtract, subtract_on_day
from bot.sandbox.pixela.stopwatch import toggle_stopwatch
from bot.sandbox.pixela.tallies import show_latest, show_stats, show_today
from bot.sandbox.pixela.users import create_user, delete_user, show_profile, update_profile, update_user
from bot.sandbox.pixela.views import show_page, show_picture, show_retina
from bot.sandbox.pixela.webhooks import create_webhook, delete_webhook, invoke_webhook, list_webhooks

Work: TypeAlias = Callable[[Call], web.Response]
"""What an endpoint does. Raises :class:`Refusal`."""

_USER = "/v1/users/{username}"
_GRAPHS = f"{_USER}/graphs"
_GRAPH = f"{_GRAPHS}/{{graph_id}}"
_DAY = f"{_GRAPH}/{{date:[0-9]{{8}}}}"
_WEBHOOKS = f"{_USER}/webhooks"
_WEBHOOK = f"{_WEBHOOKS}/{{hash}}"
_PROFILE = "/@{username}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method on one path."""

    method: str
    path: str
    work: Work
    public: bool = False
    """Whether it works without the owner's token."""
    rejectable: bool = True
    """Whether the 25 % rule covers it."""


ENDPOINTS = (
    Endpoint("POST", "/v1/users", create_user, public=True, rejectable=False),
    Endpoint("PUT", _USER, update_user, rejectable=False),
    Endpoint("DELETE", _USER, delete_user),
    Endpoint("GET", _PROFILE, show_profile, public=True, rejectable=False),
    Endpoint("PUT", _PROFILE, update_profile),
    Endpoint("POST", _GRAPHS, create_graph, rejectable=False),
    Endpoint("GET", _GRAPHS, list_graphs),
    Endpoint("GET", f"{_GRAPH}/graph-def", show_definition),
    # Before the graph itself, whose id would match the endings too.
    Endpoint("GET", f"{_GRAPH}.svg", show_picture, public=True, rejectable=False),
    Endpoint("GET", f"{_GRAPH}.html", show_page, public=True, rejectable=False),
    Endpoint("GET", _GRAPH, show_picture, public=True, rejectable=False),
    Endpoint("PUT", _GRAPH, update_graph),
    Endpoint("DELETE", _GRAPH, delete_graph),
    Endpoint("GET", f"{_GRAPH}/pixels", list_pixels),
    Endpoint("GET", f"{_GRAPH}/stats", show_stats, public=True, rejectable=False),
    Endpoint("GET", f"{_GRAPH}/latest", show_latest, rejectable=False),
    Endpoint("GET", f"{_GRAPH}/today", show_today, public=True, rejectable=False),
    Endpoint("GET", f"{_GRAPH}/analyze", analyze, public=True, rejectable=False),
    Endpoint("POST", f"{_GRAPH}/pixels", post_pixels, rejectable=False),
    Endpoint("POST", f"{_GRAPH}/stopwatch", toggle_stopwatch),
    Endpoint("PUT", f"{_GRAPH}/increment", increment),
    Endpoint("PUT", f"{_GRAPH}/decrement", decrement),
    Endpoint("PUT", f"{_GRAPH}/add", add),
    Endpoint("PUT", f"{_GRAPH}/subtract", subtract),
    Endpoint("POST", _GRAPH, post_pixel),
    Endpoint("GET", _DAY, get_pixel),
    Endpoint("PUT", _DAY, put_pixel),
    Endpoint("DELETE", _DAY, delete_pixel),
    Endpoint("PUT", f"{_DAY}/add", add_on_day),
    Endpoint("PUT", f"{_DAY}/subtract", subtract_on_day),
    Endpoint("GET", f"{_DAY}/retina", show_retina, public=True, rejectable=False),
    Endpoint("POST", _WEBHOOKS, create_webhook),
    Endpoint("GET", _WEBHOOKS, list_webhooks),
    Endpoint("POST", _WEBHOOK, invoke_webhook, public=True, rejectable=False),
    Endpoint("DELETE", _WEBHOOK, delete_webhook),
)
"""Every endpoint; https://help.pixe.la/en/blog/release-request-rejecting lists the rejectable."""
