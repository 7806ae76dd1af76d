"""The emulated CDN: links to the results, which end, and results that are not what they should be."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import ClientConnectionResetError, web

from bot.sandbox.useapi.piece import HUGE_BYTES, Attachment, Hostility, Piece

FIRST_ATTACHMENT = 1400000000000000001
"""The id of the first attachment; the following ones count up."""

_BLOCK = bytes(1 << 16)
_GONE = "This content is no longer available."


class Gallery:
    """Every published file. ``clock`` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.link_seconds = 86_400.0
        """How long a link works from the end of its job."""
        self.hostility: Hostility | None = None
        """What is wrong with every result that has no trouble of its own."""
        self.redirect_to = "http://169.254.169.254/latest/meta-data/"
        """Where a redirect leads."""
        self.attachments: dict[str, Attachment] = {}
        """By id."""

    def publish(
        self, piece: Piece, channel: str, moment: float, wish: Callable[[], Hostility | None]
    ) -> Attachment:
        """Keep a file that was done at ``moment``; ``wish`` is its own trouble."""
        number = str(FIRST_ATTACHMENT + len(self.attachments))
        issued, expires = int(moment), int(moment + self.link_seconds)
        made = Attachment(number, channel, piece, issued, expires, lambda: wish() or self.hostility)
        self.attachments[number] = made
        return made

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a link as Discord's CDN does: 404 for one that is unknown, altered or over."""
        found = self.attachments.get(request.match_info["number"])
        is_right = found is not None and (found.path, found.query) == (request.path, dict(request.query))
        if found is None or not is_right or self.clock() >= found.expires:
            return web.Response(status=404, text=_GONE)
        return await self._send(request, found)

    async def _send(  # noqa: PLR0911 - one answer for each trouble
        self, request: web.Request, found: Attachment
    ) -> web.StreamResponse:
        art = found.piece.artwork
        match found.wish():
            case Hostility.GONE:
                return web.Response(status=404, text=_GONE)
            case Hostility.REDIRECT:
                return web.Response(status=302, headers={"Location": self.redirect_to})
            case Hostility.HTML:
                page = b"<!doctype html><script>alert(1)</script>"
                return web.Response(body=page, content_type=art.content_type)
            case Hostility.HUGE:
                return await _stream(request, art.content_type, HUGE_BYTES, HUGE_BYTES)
            case Hostility.HUGE_UNDECLARED:
                return await _stream(request, art.content_type, HUGE_BYTES, None)
            case Hostility.CUT_SHORT:
                length = len(art.draw())
                return await _stream(request, art.content_type, length // 2, length)
            case _:
                return web.Response(body=art.draw(), content_type=art.content_type)


async def _stream(
    request: web.Request, content_type: str, length: int, declared: int | None
) -> web.StreamResponse:
    """Send zeros without holding them all; fewer than ``declared`` end in a closed connection."""
    response = web.StreamResponse()
    response.content_type = content_type
    response.content_length = declared
    if declared is None:
        response.enable_chunked_encoding()
    try:
        await response.prepare(request)
        for start in range(0, length, len(_BLOCK)):
            await response.write(_BLOCK[: length - start])
    except ClientConnectionResetError:
        return response
    transport = request.transport
    if declared != length and declared is not None and transport is not None:
        transport.close()
    return response
