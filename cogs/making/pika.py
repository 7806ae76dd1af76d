"""/pika: videos from words and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pika import FONTS, MESSAGE_MOST, PROMPT_MOST
from bot.errors import InvalidInput
from bot.orders import Order, Verb
from bot.services import Service
from cogs._completion import account_of
from cogs._place import GUILD_CONTEXTS, GUILD_INSTALLS, server_of
from cogs.making.asking import check_channel, check_picture, check_words, take
from cogs.making.finding import job_of
from cogs.making.listing import cancel_job, list_jobs, show_job

if TYPE_CHECKING:
    from bot.app import App

_FONTS = [app_commands.Choice(name=font.title(), value=font) for font in FONTS]
_PROMPT = "What to see, with Pika's flags behind it"
_IMAGE = "A picture to start from"
_LINK = "Or its link"
_CHANNEL = "The account to use, by its channel"
_complete_channel = account_of(Service.PIKA, server_of)
_complete_job = job_of(Service.PIKA)
_complete_running = job_of(Service.PIKA, unfinished=True)


class Pika(app_commands.Group):
    """The commands of /pika."""

    def __init__(self) -> None:
        super().__init__(
            name="pika",
            description="Make videos with Pika",
            allowed_contexts=GUILD_CONTEXTS,
            allowed_installs=GUILD_INSTALLS,
        )

    @app_commands.command(description="Make a video from words")
    @app_commands.describe(prompt=_PROMPT, image=_IMAGE, image_url=_LINK, channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def create(
        self,
        interaction: discord.Interaction[App],
        prompt: app_commands.Range[str, 1, PROMPT_MOST],
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        channel: str | None = None,
    ) -> None:
        """Order a video."""
        order = Order(
            service=Service.PIKA,
            verb=Verb.CREATE,
            prompt=check_words(prompt, "prompt", PROMPT_MOST),
            image=check_picture(interaction, image, image_url, fetched_here=True),
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(description="Make a video from a picture")
    @app_commands.describe(image=_IMAGE, image_url=_LINK, prompt=_PROMPT, channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def animate(
        self,
        interaction: discord.Interaction[App],
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        prompt: app_commands.Range[str, 1, PROMPT_MOST] | None = None,
        channel: str | None = None,
    ) -> None:
        """Order a video of a picture."""
        order = Order(
            service=Service.PIKA,
            verb=Verb.ANIMATE,
            prompt=None if prompt is None else check_words(prompt, "prompt", PROMPT_MOST),
            image=_needed(check_picture(interaction, image, image_url, fetched_here=True)),
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(name="encrypt-text", description="Hide a few words in a video")
    @app_commands.describe(
        message=f"What to hide, up to {MESSAGE_MOST} characters",
        prompt=_PROMPT,
        font="How it is written",
        image="A picture for the style",
        image_url=_LINK,
        channel=_CHANNEL,
    )
    @app_commands.choices(font=_FONTS)
    @app_commands.autocomplete(channel=_complete_channel)
    async def encrypt_text(
        self,
        interaction: discord.Interaction[App],
        message: app_commands.Range[str, 1, MESSAGE_MOST],
        prompt: app_commands.Range[str, 1, PROMPT_MOST],
        font: str | None = None,
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        channel: str | None = None,
    ) -> None:
        """Order a video with words in it."""
        if font is not None and font not in FONTS:
            raise InvalidInput("That font is not known. Pick one from the list.")
        order = Order(
            service=Service.PIKA,
            verb=Verb.ENCRYPT_TEXT,
            message=check_words(message, "message", MESSAGE_MOST),
            prompt=check_words(prompt, "prompt", PROMPT_MOST),
            font=font,
            image=check_picture(interaction, image, image_url, fetched_here=True),
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(name="encrypt-image", description="Hide a picture in a video")
    @app_commands.describe(
        prompt=_PROMPT,
        message="The picture to hide",
        message_url=_LINK,
        image="A picture for the style",
        image_url=_LINK,
        channel=_CHANNEL,
    )
    @app_commands.autocomplete(channel=_complete_channel)
    async def encrypt_image(
        self,
        interaction: discord.Interaction[App],
        prompt: app_commands.Range[str, 1, PROMPT_MOST],
        message: discord.Attachment | None = None,
        message_url: str | None = None,
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        channel: str | None = None,
    ) -> None:
        """Order a video with a picture in it."""
        order = Order(
            service=Service.PIKA,
            verb=Verb.ENCRYPT_IMAGE,
            message=_needed(check_picture(interaction, message, message_url, fetched_here=True)),
            prompt=check_words(prompt, "prompt", PROMPT_MOST),
            image=check_picture(interaction, image, image_url, fetched_here=True),
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(description="What you had made")
    async def jobs(self, interaction: discord.Interaction[App]) -> None:
        """List jobs."""
        await list_jobs(interaction, Service.PIKA)

    @app_commands.command(description="Show one job and its result")
    @app_commands.describe(job="The job, or its id at useapi.net")
    @app_commands.autocomplete(job=_complete_job)
    async def job(self, interaction: discord.Interaction[App], job: str) -> None:
        """Show a job."""
        await show_job(interaction, Service.PIKA, job)

    @app_commands.command(description="Give a job up")
    @app_commands.describe(job="The job")
    @app_commands.autocomplete(job=_complete_running)
    async def cancel(self, interaction: discord.Interaction[App], job: str) -> None:
        """Ask, then cancel a job."""
        await cancel_job(interaction, Service.PIKA, job)


def _needed(address: str | None) -> str:
    if address is None:
        raise InvalidInput("A picture is needed: attach one, or give its link.")
    return address
