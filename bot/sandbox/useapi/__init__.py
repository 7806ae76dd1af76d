"""The useapi.net emulator: Pika API v1 and Midjourney API v2 with accounts, jobs and result files."""

from bot.sandbox.useapi.artwork import Artwork
from bot.sandbox.useapi.job import Job, Service
from bot.sandbox.useapi.life import Life, Status
from bot.sandbox.useapi.piece import Attachment, Hostility
from bot.sandbox.useapi.server import Useapi
from bot.sandbox.useapi.subscriber import MidjourneyAccount, PikaAccount, Subscriber

__all__ = [
    "Artwork",
    "Attachment",
    "Hostility",
    "Job",
    "Life",
    "MidjourneyAccount",
    "PikaAccount",
    "Service",
    "Status",
    "Subscriber",
    "Useapi",
]
