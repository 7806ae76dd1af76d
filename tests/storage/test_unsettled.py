from __future__ import annotations

from bot.storage.database import Database
from bot.storage.schema import NOWHERE
from bot.storage.unsettled import Unsettled, UnsettledUser
from tests.storage.samples import ADA, BEN, HARBOUR


async def test_what_was_begun_is_of_one_member_in_one_place_and_of_one_user(database: Database) -> None:
    begun = Unsettled(database, HARBOUR, ADA)
    assert await begun.find("ada") is None
    await begun.put("ada", b"first", made_here=True)
    await begun.put("ada", b"second", made_here=False)
    await begun.put("ada-too", b"third", made_here=True)
    assert await begun.find("ada") == UnsettledUser(b"second", made_here=False)
    assert await begun.find("ada-too") == UnsettledUser(b"third", made_here=True)
    for guild_id, owner_id in ((NOWHERE, ADA), (HARBOUR, BEN)):
        assert await Unsettled(database, guild_id, owner_id).find("ada") is None
    await begun.remove("ada")
    assert await begun.find("ada") is None
    assert await begun.find("ada-too") is not None


async def test_a_token_is_no_part_of_what_is_printed() -> None:
    assert "second" not in repr(UnsettledUser(b"second", made_here=True))
