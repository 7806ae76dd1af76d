"""What answers before Pixela itself does: Google's front end and Go's router."""

from __future__ import annotations

import re

from aiohttp import web

from bot.sandbox.pixela.choices import Choices


def objection(request: web.Request, choices: Choices) -> web.Response | None:
    """Return the front end's page if it turns the request away, else None.

    A GET must have no body (people met this page on pixe.la); a PUT or POST must say how long its body
    is, even if there is none.
    """
    if request.method == "GET" and request.body_exists and choices.refuse_bodies_of_gets:
        return _page(400, "Bad Request", "Your client has issued a malformed or illegal request.")
    sized = "Content-Length" in request.headers or "Transfer-Encoding" in request.headers
    if request.method in {"PUT", "POST"} and not sized and choices.require_length:
        says = f"{request.method} requests require a <code>Content-length</code> header."
        return _page(411, "Length Required", says)
    return None


def lost(request: web.Request, choices: Choices) -> web.Response:
    """Answer what is not routed: doubled slashes are cleaned by a redirect, other paths are 404."""
    path = request.rel_url.raw_path
    if "//" in path:
        clean = re.sub("//+", "/", path)
        query = request.rel_url.raw_query_string
        return web.Response(status=301, headers={"Location": f"{clean}?{query}" if query else clean})
    if choices.wrong_method_status != 404 and _is_known(request):
        return web.Response(status=choices.wrong_method_status, text="method not allowed")
    return web.Response(status=404, text="404 page not found")


def _is_known(request: web.Request) -> bool:
    """Say whether another method would have met a route."""
    routed = (resource.get_info() for resource in request.app.router.resources())
    return any(
        info.get("path") == request.path
        or (
            "pattern" in info
            and info.get("formatter") != "/{rest}"
            and info["pattern"].fullmatch(request.path)
        )
        for info in routed
    )


def _page(status: int, title: str, says: str) -> web.Response:
    return web.Response(
        status=status,
        content_type="text/html",
        text=(
            f'<!DOCTYPE html>\n<html lang=en>\n<meta charset="utf-8">\n<title>Error {status} ({title})!!1'
            f"</title>\n<p><b>{status}.</b> <ins>That’s an error.</ins>\n<p>{says} "  # noqa: RUF001 - Google's
            "<ins>That’s all we know.</ins>\n"  # noqa: RUF001 - Google's
        ),
    )
