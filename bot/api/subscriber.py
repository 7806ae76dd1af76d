"""The account with useapi.net itself that a key belongs to (contract, B.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, WrapValidator
from pydantic.alias_generators import to_camel

from bot.api.call import Call
from bot.api.jobs import or_default
from bot.api.policy import JSON, Effect
from bot.api.transport import Transport

_Count = Annotated[int | None, WrapValidator(or_default)]
_Text = Annotated[str | None, WrapValidator(or_default)]


class ServiceAccounts(BaseModel):
    """How many accounts are registered for one of the vendor's APIs, and how they are."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    total: _Count = None
    active: _Count = None
    error: _Count = None


class Subscriber(BaseModel):
    """Whose key it is, and what was paid for. The vendor has told less of it before April 2025."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )

    email: Annotated[_Text, Field(repr=False)] = None
    name: Annotated[_Text, Field(repr=False)] = None
    subscription_is_active: Annotated[bool | None, WrapValidator(or_default)] = None
    """None where the vendor does not say."""
    subscriptions: _Count = None
    max_accounts_per_api: Annotated[_Count, Field(alias="maxAccountsPerAPI")] = None
    accounts: Annotated[Mapping[str, ServiceAccounts], WrapValidator(or_default)] = {}
    """By the name of the API, like ``Midjourney API``."""
    sub: _Text = None
    """The day of renewal, as YYMMDD."""
    reply_url: Annotated[_Text, Field(repr=False)] = None
    """Where jobs are posted that say nothing of it; it may hold a secret."""
    error: _Text = None


class SubscriberClient:
    """That account, with its API key."""

    def __init__(self, transport: Transport, key: SecretStr) -> None:
        self._transport = transport
        self._auth = ("Authorization", SecretStr(f"Bearer {key.get_secret_value()}"))
        self._key = key

    async def get(self) -> Subscriber:
        """Return it."""
        return await self._transport.fetch(self._call("GET", Effect.READ), Subscriber)

    async def update(self, name: str | None, reply_url: str | None) -> Subscriber | None:
        """Change what is not None.

        The vendor's page and its OpenAPI document disagree on whether it returns the account.
        """
        told: dict[str, JSON] = {"name": name, "replyUrl": reply_url}
        body: JSON = {key: value for key, value in told.items() if value is not None}
        hidden = (SecretStr(reply_url),) if reply_url else ()
        fields = (await self._transport.send(self._call("POST", Effect.WRITE, body, hidden))).fields()
        return Subscriber.model_validate(fields) if fields else None

    def _call(
        self, method: str, effect: Effect, body: JSON = None, hidden: tuple[SecretStr, ...] = ()
    ) -> Call:
        return Call(
            method, ("v2", "account"), effect, json=body, auth=self._auth, secrets=(self._key, *hidden)
        )
