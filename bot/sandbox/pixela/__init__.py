"""The Pixela emulator: a strict, stateful pixe.la on a loopback port."""

from bot.sandbox.pixela.book import Design, Errand, Graph, Kind, Pixel, Profile, User, Webhook
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.pictures.hostility import HUGE_BYTES, Hostility
from bot.sandbox.pixela.server import Pixela

__all__ = [
    "HUGE_BYTES",
    "Choices",
    "Design",
    "Errand",
    "Graph",
    "Hostility",
    "Kind",
    "Pixel",
    "Pixela",
    "Profile",
    "User",
    "Webhook",
]
