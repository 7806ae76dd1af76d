"""What is to be set of a graph or a profile: what is None stays as it is (contract, "Graphs", "Users")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.api.pixela.rules import (
    check_colour,
    check_description,
    check_graph_id,
    check_link,
    check_mail,
    check_purge_urls,
    check_self_sufficient,
    check_timezone,
    check_words,
)
from bot.api.policy import JSON


@dataclass(frozen=True, slots=True)
class GraphFields:
    """A graph's fields as people type them.

    The last three are for supporters. No ``purge_cache_urls`` (an empty sequence) takes all of them away.
    """

    name: str | None = None
    unit: str | None = None
    color: str | None = None
    timezone: str | None = None
    description: str | None = None
    start_on_monday: bool | None = None
    purge_cache_urls: Sequence[str] | None = None
    self_sufficient: str | None = None
    is_secret: bool | None = None
    publish_optional_data: bool | None = None

    def body(self) -> dict[str, JSON]:
        """Return them as they are sent. Raises :class:`~bot.errors.InvalidInput`."""
        urls = self.purge_cache_urls
        return _given(
            {
                "name": None if self.name is None else check_words(self.name, "A graph's name"),
                "unit": None if self.unit is None else check_words(self.unit, "A graph's unit"),
                "color": None if self.color is None else check_colour(self.color),
                "timezone": None if self.timezone is None else check_timezone(self.timezone),
                "description": None if self.description is None else check_description(self.description),
                "startOnMonday": self.start_on_monday,
                "purgeCacheURLs": None if urls is None else [*check_purge_urls(urls)],
                "selfSufficient": None
                if self.self_sufficient is None
                else check_self_sufficient(self.self_sufficient),
                "isSecret": self.is_secret,
                "publishOptionalData": self.publish_optional_data,
            }
        )


@dataclass(frozen=True, slots=True)
class ProfileFields:
    """A profile's fields as people type them; an empty text empties a field.

    ``title`` and ``about_url`` are shown for supporters.
    """

    display_name: str | None = None
    gravatar_icon_email: str | None = None
    title: str | None = None
    timezone: str | None = None
    about_url: str | None = None
    contribute_urls: Sequence[str] | None = None
    pinned_graph_id: str | None = None
    allow_ai_processing: bool | None = None

    def body(self) -> dict[str, JSON]:
        """Return them as they are sent. Raises :class:`~bot.errors.InvalidInput`."""
        links = self.contribute_urls
        return _given(
            {
                "displayName": self.display_name,
                "gravatarIconEmail": self.gravatar_icon_email and check_mail(self.gravatar_icon_email),
                "title": self.title,
                "timezone": None if self.timezone is None else check_timezone(self.timezone),
                "aboutURL": self.about_url and check_link(self.about_url),
                "contributeURLs": None if links is None else [check_link(link) for link in links],
                "pinnedGraphID": self.pinned_graph_id and check_graph_id(self.pinned_graph_id),
                "allowAIProcessing": self.allow_ai_processing,
            }
        )


def _given(fields: dict[str, JSON]) -> dict[str, JSON]:
    return {key: value for key, value in fields.items() if value is not None}
