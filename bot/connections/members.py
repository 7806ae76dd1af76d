"""Members' own secrets: their Pixela users and PluralKit systems, for one server or for everywhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.api.pixela import PixelaClient
from bot.api.pluralkit import PluralKitClient, PluralKitOwner, System
from bot.connections.strongbox import Scope, Strongbox
from bot.crypto import Place
from bot.errors import NotConnected, Unauthorised, UserError
from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import Credential
from bot.storage.schema import NOWHERE
from bot.storage.unsettled import Unsettled


@dataclass(frozen=True, slots=True)
class Begun:
    """The token of a Pixela user whose creation was begun; whether it is there, nobody knows yet."""

    token: SecretStr
    made_here: bool
    """Whether we made it, so that the person knows it from us alone."""


class MemberConnections(Strongbox):
    """The clients of every member."""

    # A member's own Pixela user.

    @asynccontextmanager
    async def pixela(self, scope: Scope) -> AsyncGenerator[PixelaClient]:
        """Give Pixela as the member's own user. Raises :class:`~bot.errors.NotConnected`.

        Where the token is refused and one that was being set when a process ended is the one that holds,
        that is stored, and :class:`~bot.errors.UserError` raised instead.
        """
        credential = await self.require_pixela(scope)
        try:
            async with self._opened(credential) as token:
                yield self.new_pixela(credential.account or "", token)
        except Unauthorised:
            if await self.recover_pixela(credential):
                raise UserError(
                    "Pixela refused the stored token, since the last change of it had gone through after "
                    "all. The new one is stored now: do it once more."
                ) from None
            raise

    async def glance_pixela(self, scope: Scope, *, seconds: float) -> PixelaClient:
        """Return Pixela as the member's own user for a completion; how it goes is not noted.

        Being cut short is no failure of the service. Raises :class:`~bot.errors.NotConnected`.
        """
        credential = await self.require_pixela(scope)
        return self.new_pixela(credential.account or "", self._open(credential)).within(seconds)

    async def recover_pixela(self, credential: Credential) -> bool:
        """Look whether a token that was begun to be set holds, store it, and return whether it does.

        One that does not is forgotten. Raises :class:`~bot.errors.ApiError` where that cannot be seen.
        """
        home, username = home_of(credential), credential.account or ""
        begun = await self.find_begun_pixela(home, username)
        if begun is None or begun.made_here:
            return False
        try:
            await self.new_pixela(username, begun.token).graphs()
        except Unauthorised:
            await self.settle_pixela(home, username)
            return False
        await self.keep_pixela(
            home, username, begun.token, everywhere=credential.everywhere, action=Action.LINKED
        )
        await self.settle_pixela(home, username)
        return True

    async def require_pixela(self, scope: Scope) -> Credential:
        """Return what is known of the member's own user. Raises :class:`~bot.errors.NotConnected`."""
        credential = await self.find_linked(scope, Provider.PIXELA)
        if credential is None:
            raise NotConnected(
                "No Pixela user of yours is linked here. `/pixela user create` makes one, "
                "`/pixela user link` links one that you have."
            )
        return credential

    async def keep_pixela(
        self, scope: Scope, username: str, token: SecretStr, *, everywhere: bool, action: Action
    ) -> Credential | None:
        """Store a token that was proven good; return what it took the place of, None for nothing."""
        return await self._link(scope, Provider.PIXELA, token, username, everywhere=everywhere, action=action)

    async def begin_pixela(self, scope: Scope, username: str, token: SecretStr, *, made_here: bool) -> None:
        """Store the token of a user that is about to be created or to get it, until :meth:`settle_pixela`.

        So it is not lost where this process ends before Pixela's answer is told.
        """
        sealed = self._keyring.seal(token, _place(scope))
        await self._unsettled(scope).put(username, sealed, made_here=made_here)

    async def find_begun_pixela(self, scope: Scope, username: str) -> Begun | None:
        """Return what :meth:`begin_pixela` stored, None where all of it is settled."""
        found = await self._unsettled(scope).find(username)
        if found is None:
            return None
        return Begun(self._keyring.open(found.sealed, _place(scope)), found.made_here)

    async def settle_pixela(self, scope: Scope, username: str) -> None:
        """Forget what :meth:`begin_pixela` stored: the person knows how it went."""
        await self._unsettled(scope).remove(username)

    # A member's own PluralKit system.

    async def link_pluralkit(self, scope: Scope, token: SecretStr, *, everywhere: bool) -> System:
        """Try a system token upstream, store it, and return the system that it belongs to.

        Raises :class:`~bot.errors.Unauthorised` where the token is not valid; nothing is stored then.
        """
        system = await PluralKitOwner(self._transports[Provider.PLURALKIT], token).system("@me")
        await self._link(
            scope, Provider.PLURALKIT, token, system.id, everywhere=everywhere, action=Action.LINKED
        )
        return system

    def pluralkit_public(self) -> PluralKitClient:
        """Give PluralKit as anybody sees it."""
        return PluralKitClient(self._transports[Provider.PLURALKIT])

    @asynccontextmanager
    async def pluralkit(self, scope: Scope) -> AsyncGenerator[PluralKitOwner | None]:
        """Give PluralKit with the member's own token, None where none is linked."""
        credential = await self.find_linked(scope, Provider.PLURALKIT)
        if credential is None:
            yield None
            return
        async with self._opened(credential) as token:
            yield PluralKitOwner(self._transports[Provider.PLURALKIT], token, credential.account)

    # Members' own secrets of any kind.

    async def count_linked(self, guild_id: int, provider: Provider) -> int:
        """Count the members who linked their own account in this server."""
        return await self._store(guild_id).count_members(provider)

    async def find_linked(self, scope: Scope, provider: Provider) -> Credential | None:
        """Return what a member's own call uses here: this place's, else the one for everywhere."""
        return await self._store(scope.guild_id).find_for_member(scope.user_id, provider)

    async def unlink(self, scope: Scope, provider: Provider) -> Credential | None:
        """Remove what :meth:`find_linked` returns, and return it; None where there was nothing."""
        found = await self.find_linked(scope, provider)
        if found is not None:
            store = self._store(found.guild_id)
            await store.remove(scope.user_id, provider, scope.user_id, Action.UNLINKED)
            if provider is Provider.PIXELA:
                await self._forget_new_token(found)
        return found

    async def _link(
        self,
        scope: Scope,
        provider: Provider,
        secret: SecretStr,
        account: str,
        *,
        everywhere: bool,
        action: Action,
    ) -> Credential | None:
        home = Scope(NOWHERE if everywhere else scope.guild_id, scope.user_id)
        credential = self._seal(
            home, provider, secret, set_by=scope.user_id, account=account, everywhere=everywhere
        )
        before = await self._store(home.guild_id).find(scope.user_id, provider)
        await self._store(home.guild_id).put(credential, action)
        if home == scope:
            return before
        # The newest link holds at once: an older one of this server alone would still come first.
        here = await self._store(scope.guild_id).find(scope.user_id, provider)
        await self._store(scope.guild_id).remove(scope.user_id, provider, scope.user_id, Action.UNLINKED)
        return here or before

    async def _forget_new_token(self, credential: Credential) -> None:
        """Forget a token that was begun to be set; one that the person knows from us alone stays."""
        home, username = home_of(credential), credential.account or ""
        begun = await self.find_begun_pixela(home, username)
        if begun is not None and not begun.made_here:
            await self.settle_pixela(home, username)

    def _unsettled(self, scope: Scope) -> Unsettled:
        return Unsettled(self._database, scope.guild_id, scope.user_id)


def home_of(credential: Credential) -> Scope:
    """Return where a member's own secret is stored: this server's, or the one for everywhere."""
    return Scope(credential.guild_id, credential.owner_id)


def _place(scope: Scope) -> Place:
    return Place(scope.guild_id, scope.user_id, Provider.PIXELA.value)
