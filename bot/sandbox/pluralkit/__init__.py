"""The emulator of PluralKit's API v2, its world of systems, and data to fill it with."""

from bot.sandbox.pluralkit.seeding import Seeded, seed
from bot.sandbox.pluralkit.server import Documented, PluralKit

__all__ = ["Documented", "PluralKit", "Seeded", "seed"]
