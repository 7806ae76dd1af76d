"""From what was asked for to the call that asks the upstream for it."""

from __future__ import annotations

import base64
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TypeVar

from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.api.multipart import Upload
from bot.api.pika import PikaClient
from bot.media import Media
from bot.orders import Order, Verb
from bot.services import Service

T = TypeVar("T")

MAX_INPUT = 25 * 1024 * 1024
"""Bytes that a picture to start from may have. The vendor does not say; Discord's own limit is near."""
MAX_MASK = 1024 * 1024
"""Bytes that a mask may have, which is part of the request."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files that go with a call, open."""

    image: Upload | None = None
    message: Upload | None = None
    mask: str | None = None


async def fetch_inputs(media: Media, order: Order, stack: AsyncExitStack) -> Inputs:
    """Fetch the files that Pika is sent, and the mask of a Midjourney button; ``stack`` closes them.

    Midjourney fetches its other pictures itself. Raises :class:`~bot.errors.MediaError`.
    """
    if order.mask is not None:
        return Inputs(mask=await _fetch_mask(media, order.mask))
    if order.service is not Service.PIKA:
        return Inputs()
    image = None if order.image is None else await _fetch(media, order.image, stack)
    hidden = order.message if order.verb is Verb.ENCRYPT_IMAGE else None
    return Inputs(image, None if hidden is None else await _fetch(media, hidden, stack))


async def send_order(client: PikaClient | MidjourneyClient, order: Order, inputs: Inputs, ref: str) -> Job:
    """Ask the upstream, once. Raises :class:`~bot.errors.ApiError`."""
    if isinstance(client, PikaClient):
        return await _send_to_pika(client, order, inputs, ref)
    return await _send_to_midjourney(client, order, inputs, ref)


async def _send_to_pika(client: PikaClient, order: Order, inputs: Inputs, ref: str) -> Job:
    prompt, channel = order.prompt, order.channel
    match order.verb:
        case Verb.ANIMATE:
            return await client.animate(_needed(inputs.image), prompt=prompt, channel=channel, ref=ref)
        case Verb.ENCRYPT_TEXT:
            return await client.encrypt_text(
                _needed(order.message),
                _needed(prompt),
                font=order.font,
                image=inputs.image,
                channel=channel,
                ref=ref,
            )
        case Verb.ENCRYPT_IMAGE:
            return await client.encrypt_image(
                _needed(inputs.message), _needed(prompt), image=inputs.image, channel=channel, ref=ref
            )
        case Verb.BUTTON:
            return await client.press(_needed(order.parent), _needed(order.button), ref=ref)
        case _:
            return await client.create(_needed(prompt), image=inputs.image, channel=channel, ref=ref)


async def _send_to_midjourney(client: MidjourneyClient, order: Order, inputs: Inputs, ref: str) -> Job:
    match order.verb:
        case Verb.DESCRIBE:
            return await client.describe(_needed(order.image), channel=order.channel, ref=ref)
        case Verb.BLEND:
            return await client.blend(
                order.images, dimensions=order.dimensions, channel=order.channel, ref=ref
            )
        case Verb.SEED:
            return await client.seed_async(_needed(order.parent), ref=ref)
        case Verb.BUTTON:
            return await client.press(
                _needed(order.parent), _needed(order.button), prompt=order.prompt, mask=inputs.mask, ref=ref
            )
        case _:
            return await client.imagine(_needed(order.prompt), channel=order.channel, ref=ref)


async def _fetch(media: Media, url: str, stack: AsyncExitStack) -> Upload:
    fetched = await stack.enter_async_context(media.fetch(url, most=MAX_INPUT))
    return Upload(fetched.file, fetched.filename, fetched.kind.value, fetched.size)


async def _fetch_mask(media: Media, url: str) -> str:
    async with media.fetch(url, most=MAX_MASK) as fetched:
        return base64.b64encode(fetched.file.read()).decode()


def _needed(value: T | None) -> T:
    if value is None:
        raise ValueError("an order lacks what its verb needs")
    return value
