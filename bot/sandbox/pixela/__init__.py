"""The Pixela emulator: a strict, stateful pixe.la on a loopback port."""

from bot.sandbox.pixela.book import Design, Graph, Kind, Pixel, Profile, User
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.server import Pixela

__all__ = ["Choices", "Design", "Graph", "Kind", "Pixel", "Pixela", "Profile", "User"]
