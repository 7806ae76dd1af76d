"""The submit calls of Midjourney API v2 that need no other job: imagine, blend and describe."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.useapi.artwork import Artwork
from bot.sandbox.useapi.balance import Place, choose
from bot.sandbox.useapi.buttons import GRID
from bot.sandbox.useapi.call import PLACE, REPLY, Call, reply_of, required
from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.piece import Piece
from bot.sandbox.useapi.refusal import bad, missing
from bot.sandbox.useapi.submit import MENTION, Order, accept, piece, reply, stem_of
from bot.sandbox.useapi.subscriber import MidjourneyAccount

WHERE = {*PLACE, *REPLY, "server"}
DIMENSIONS = ("Portrait", "Square", "Landscape")

_SUGGESTIONS = (
    "a paper lantern on a dark river --ar 1:1",
    "a small harbour in the morning, watercolour --ar 1:1",
    "a lighthouse seen from the sea, woodcut --ar 1:1",
    "a quiet garden behind a wall, gouache --ar 1:1",
)


async def imagine(call: Call) -> web.Response:
    """Make four pictures of a prompt (post-jobs-imagine)."""
    fields = await call.fields({"prompt", *WHERE})
    prompt = required(fields, "prompt", call.world.prompt_length)
    reply_of(fields, call.subscriber)
    place = choose(call, fields)
    speed = speed_of(place, prompt)
    caption = f"**{prompt}** - {MENTION}"
    order = Order(
        verb="imagine",
        asked={"prompt": prompt},
        caption=caption,
        result=f"{caption} ({speed})",
        buttons=GRID,
        pieces=grid_named(stem_of(prompt)),
        words=prompt,
        speed=speed,
    )
    return reply(call, accept(call, fields, order, place))


async def blend(call: Call) -> web.Response:
    """Mix two to five pictures (post-jobs-blend)."""
    fields = await call.fields({"blendUrls", "blendDimensions", *WHERE})
    urls, dimensions = _urls(call, fields), fields.text("blendDimensions") or "Square"
    if dimensions not in DIMENSIONS:
        raise bad(f"Param blendDimensions ({dimensions}) is not one of {', '.join(DIMENSIONS)}")
    reply_of(fields, call.subscriber)
    place = choose(call, fields)
    speed = speed_of(place, "")
    caption = f"**{' '.join(urls)}** - {MENTION}"
    order = Order(
        verb="blend",
        asked={"blendUrls": [*urls], "blendDimensions": dimensions},
        caption=caption,
        result=f"{caption} ({speed})",
        buttons=GRID,
        pieces=grid_named("blend"),
        words=" ".join(urls),
        speed=speed,
    )
    return reply(call, accept(call, fields, order, place))


async def describe(call: Call) -> web.Response:
    """Suggest four prompts for a picture (post-jobs-describe)."""
    fields = await call.fields({"describeUrl", *WHERE})
    url = _check_url(call, "describeUrl", required(fields, "describeUrl"))
    reply_of(fields, call.subscriber)
    place = choose(call, fields)
    suggestions = "\n\n".join(f"{number}️⃣ {text}" for number, text in enumerate(_SUGGESTIONS, 1))
    order = Order(
        verb="describe",
        asked={"describeUrl": url},
        caption=f"**{url}** - {MENTION}",
        result="",
        pieces=lambda jobid: (piece("sandbox_describe", jobid, Artwork.grid(url).one(1)),),
        words=url,
        embed=suggestions,
        speed=speed_of(place, ""),
    )
    return reply(call, accept(call, fields, order, place))


def grid_named(stem: str) -> Callable[[str], tuple[Piece, ...]]:
    """Return how four new pictures in one file come from a job's id."""
    return lambda jobid: (piece(f"sandbox_{stem}", jobid, Artwork.grid(jobid)),)


def speed_of(place: Place, prompt: str) -> str:
    """Return the mode that a job runs in: what the prompt says, else the account."""
    flag = re.search(r"--(fast|relax|turbo)\b", prompt)
    if flag is not None:
        return flag[1]
    return place.account.speed if isinstance(place.account, MidjourneyAccount) else "fast"


def _urls(call: Call, fields: Fields) -> list[str]:
    """Return the pictures to mix. Raises :class:`Refusal` 400."""
    urls = fields.texts("blendUrls")
    if not urls:
        raise missing("blendUrls")
    if not 2 <= len(urls) <= 5:
        raise bad("Required param blendUrls must have 2 to 5 urls")
    return [_check_url(call, "blendUrls", url) for url in urls]


def _check_url(call: Call, name: str, url: str) -> str:
    """Return an address of a picture. Raises :class:`Refusal` 400."""
    if re.search(r"\s", url) or not _is_web_address(url):
        raise bad(f"Required param {name} ({url}) is not valid url")
    if url in call.world.irretrievable:
        raise bad(f"Required param {name} ({url}) is not retrievable")
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
