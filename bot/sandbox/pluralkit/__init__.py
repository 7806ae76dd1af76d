"""The emulator of PluralKit's API v2, its world of systems, and data to fill it with."""

from bot.sandbox.pluralkit.documented import Documented
from bot.sandbox.pluralkit.seeding import Seeded, seed, seed_large
from bot.sandbox.pluralkit.server import PluralKit

__all__ = ["Documented", "PluralKit", "Seeded", "seed", "seed_large"]
