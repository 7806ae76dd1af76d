"""The names of what Switchboard fronts, and of who holds the keys to it."""

from __future__ import annotations

from enum import StrEnum


class Provider(StrEnum):
    """An upstream that has credentials of its own. The value is what options and rows say."""

    USEAPI = "useapi"
    PIXELA = "pixela"
    PLURALKIT = "pluralkit"

    @property
    def label(self) -> str:
        """The name as its makers write it."""
        return _PROVIDER_LABELS[self]


class Service(StrEnum):
    """A family of commands, as the setting ``SERVICES`` names it."""

    PIKA = "pika"
    MIDJOURNEY = "midjourney"
    PIXELA = "pixela"
    PLURALKIT = "pluralkit"

    @property
    def label(self) -> str:
        """The name as its makers write it."""
        return _SERVICE_LABELS[self]

    @property
    def provider(self) -> Provider:
        """Who answers for this service."""
        return _PROVIDERS[self]


_PROVIDER_LABELS = {
    Provider.USEAPI: "useapi.net",
    Provider.PIXELA: "Pixela",
    Provider.PLURALKIT: "PluralKit",
}
_SERVICE_LABELS = {
    Service.PIKA: "Pika",
    Service.MIDJOURNEY: "Midjourney",
    Service.PIXELA: "Pixela",
    Service.PLURALKIT: "PluralKit",
}
_PROVIDERS = {
    Service.PIKA: Provider.USEAPI,
    Service.MIDJOURNEY: Provider.USEAPI,
    Service.PIXELA: Provider.PIXELA,
    Service.PLURALKIT: Provider.PLURALKIT,
}
