"""/midjourney: pictures from words and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.midjourney import BLEND, DIMENSIONS, PROMPT_MOST
from bot.errors import InvalidInput
from bot.orders import Order, Verb
from bot.services import Service
from bot.storage.work import State
from cogs._completion import account_of
from cogs._keys import key_of_job
from cogs._place import GUILD_CONTEXTS, GUILD_INSTALLS, server_of
from cogs.making.asking import check_channel, check_link, check_picture, check_words, take
from cogs.making.finding import check_name, find_named, job_of
from cogs.making.listing import cancel_job, list_jobs, show_job
from cogs.making.modes import switch_remix, tell_account

if TYPE_CHECKING:
    from bot.app import App

_DIMENSIONS = [app_commands.Choice(name=name, value=name) for name in DIMENSIONS]
_MODES = [app_commands.Choice(name=name.capitalize(), value=name) for name in ("fast", "relax", "turbo")]
_CHANNEL = "The account to use, by its channel"
_PICTURE = "A picture to blend"
_complete_channel = account_of(Service.MIDJOURNEY, server_of)
_complete_job = job_of(Service.MIDJOURNEY)
_complete_running = job_of(Service.MIDJOURNEY, unfinished=True)


class Midjourney(app_commands.Group):
    """The commands of /midjourney."""

    def __init__(self) -> None:
        super().__init__(
            name="midjourney",
            description="Make pictures with Midjourney",
            allowed_contexts=GUILD_CONTEXTS,
            allowed_installs=GUILD_INSTALLS,
        )

    @app_commands.command(description="Make pictures from words")
    @app_commands.describe(prompt="What to see, with Midjourney's parameters behind it", channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def imagine(
        self,
        interaction: discord.Interaction[App],
        prompt: app_commands.Range[str, 1, PROMPT_MOST],
        channel: str | None = None,
    ) -> None:
        """Order four pictures."""
        order = Order(
            service=Service.MIDJOURNEY,
            verb=Verb.IMAGINE,
            prompt=check_words(prompt, "prompt", PROMPT_MOST),
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(description="Get four prompts for a picture")
    @app_commands.describe(image="The picture", image_url="Or its link", channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def describe(
        self,
        interaction: discord.Interaction[App],
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        channel: str | None = None,
    ) -> None:
        """Order a description."""
        address = check_picture(interaction, image, image_url, fetched_here=False)
        if address is None:
            raise InvalidInput("A picture is needed: attach one, or give its link.")
        order = Order(
            service=Service.MIDJOURNEY,
            verb=Verb.DESCRIBE,
            image=address,
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(description="Blend two to five pictures")
    @app_commands.describe(
        image1=_PICTURE,
        image2=_PICTURE,
        image3=_PICTURE,
        image4=_PICTURE,
        image5=_PICTURE,
        image_urls="Or links of pictures, with blanks between",
        dimensions="The shape of the result",
        channel=_CHANNEL,
    )
    @app_commands.choices(dimensions=_DIMENSIONS)
    @app_commands.autocomplete(channel=_complete_channel)
    async def blend(
        self,
        interaction: discord.Interaction[App],
        image1: discord.Attachment | None = None,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        image5: discord.Attachment | None = None,
        image_urls: str | None = None,
        dimensions: str | None = None,
        channel: str | None = None,
    ) -> None:
        """Order a blend."""
        files = [
            check_picture(interaction, image, None, fetched_here=False)
            for image in (image1, image2, image3, image4, image5)
        ]
        links = [check_link(interaction, link, fetched_here=False) for link in (image_urls or "").split()]
        addresses = (*(file for file in files if file is not None), *links)
        if len(addresses) not in BLEND:
            raise InvalidInput(
                f"A blend takes {BLEND.start} to {BLEND.stop - 1} pictures; {len(addresses)} were given."
            )
        if dimensions is not None and dimensions not in DIMENSIONS:
            raise InvalidInput("That shape is not known. Pick one from the list.")
        order = Order(
            service=Service.MIDJOURNEY,
            verb=Verb.BLEND,
            images=addresses,
            dimensions=dimensions,
            channel=check_channel(channel),
        )
        await take(interaction, order)

    @app_commands.command(description="Find the seed of a picture")
    @app_commands.describe(job="The job, or its id at useapi.net")
    @app_commands.autocomplete(job=_complete_job)
    async def seed(self, interaction: discord.Interaction[App], job: str) -> None:
        """Order the seed of a finished job."""
        work = await find_named(interaction, Service.MIDJOURNEY, job)
        if work is not None and (work.state is not State.TOLD or work.upstream_id is None):
            raise InvalidInput("Only a job that is done has a seed. Wait until it is.")
        if work is None:
            parent = check_name(Service.MIDJOURNEY, job)
            key = await key_of_job(interaction, server_of(interaction), Service.MIDJOURNEY, parent)
        else:
            parent, key = work.upstream_id, work.key_name
        await take(interaction, Order(service=Service.MIDJOURNEY, verb=Verb.SEED, parent=parent, key=key))

    @app_commands.command(description="What an account has left")
    @app_commands.describe(channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def info(self, interaction: discord.Interaction[App], channel: str | None = None) -> None:
        """Show what Midjourney says of an account."""
        await tell_account(
            interaction, channel, "Midjourney · info", lambda client, which: client.info(channel=which)
        )

    @app_commands.command(description="Switch between fast, relax and turbo")
    @app_commands.describe(mode="How fast, and what it costs", channel=_CHANNEL)
    @app_commands.choices(mode=_MODES)
    @app_commands.autocomplete(channel=_complete_channel)
    async def mode(
        self, interaction: discord.Interaction[App], mode: str, channel: str | None = None
    ) -> None:
        """Switch the mode of an account."""
        if mode not in {choice.value for choice in _MODES}:
            raise InvalidInput("That mode is not known. Pick one from the list.")
        await tell_account(
            interaction,
            channel,
            f"Midjourney · {mode}",
            lambda client, which: {"fast": client.fast, "relax": client.relax, "turbo": client.turbo}[mode](
                channel=which
            ),
        )

    @app_commands.command(description="Turn remix mode on or off")
    @app_commands.describe(channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def remix(self, interaction: discord.Interaction[App], channel: str | None = None) -> None:
        """Switch the remix mode of an account."""
        await switch_remix(interaction, channel)

    @app_commands.command(description="Switch between high and low variability")
    @app_commands.describe(channel=_CHANNEL)
    @app_commands.autocomplete(channel=_complete_channel)
    async def variability(self, interaction: discord.Interaction[App], channel: str | None = None) -> None:
        """Switch the variability of an account."""
        await tell_account(
            interaction,
            channel,
            "Midjourney · variability",
            lambda client, which: client.variability(channel=which),
        )

    @app_commands.command(description="What you had made")
    async def jobs(self, interaction: discord.Interaction[App]) -> None:
        """List jobs."""
        await list_jobs(interaction, Service.MIDJOURNEY)

    @app_commands.command(description="Show one job and its result")
    @app_commands.describe(job="The job, or its id at useapi.net")
    @app_commands.autocomplete(job=_complete_job)
    async def job(self, interaction: discord.Interaction[App], job: str) -> None:
        """Show a job."""
        await show_job(interaction, Service.MIDJOURNEY, job)

    @app_commands.command(description="Give a job up")
    @app_commands.describe(job="The job")
    @app_commands.autocomplete(job=_complete_running)
    async def cancel(self, interaction: discord.Interaction[App], job: str) -> None:
        """Ask, then cancel a job."""
        await cancel_job(interaction, Service.MIDJOURNEY, job)
