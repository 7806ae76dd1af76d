"""What of PluralKit's bodies is odd and read all the same: moments, nulls, privacy."""

import pytest

from bot.api.pluralkit import Front, Group, Member, MemberGuild, Switch, System, SystemGuild, SystemSettings
from bot.api.pluralkit.models import Model
from bot.api.policy import JSON
from tests.api.test_pluralkit_models import A_MEMBER, A_SWITCH


def test_a_moment_that_nobody_means_is_brought_to_where_it_can_be_reckoned_with() -> None:
    def years(moment: str) -> int:
        return Switch.model_validate(A_SWITCH | {"timestamp": moment}).timestamp.year

    assert [years("0001-01-01T00:00:00Z"), years("9999-12-31T23:59:59Z")] == [1970, 2999]
    assert years("1969-07-20T20:17:00Z") == 1970


@pytest.mark.parametrize("model", [System, Member, Group, SystemSettings, SystemGuild, MemberGuild, Front])
def test_null_is_as_good_as_left_out(model: type[Model]) -> None:
    whole: dict[str, JSON] = {**A_SWITCH, **A_MEMBER} if model is not Front else {**A_SWITCH, "members": []}
    needed = {key for key, field in model.model_fields.items() if field.is_required()}
    bare = {key: value for key, value in whole.items() if key in needed}
    nulls: dict[str, JSON] = dict.fromkeys(model.model_fields.keys() - needed)
    assert model.model_validate(bare | nulls) == model.model_validate(bare)


def test_what_is_no_privacy_hides_nothing() -> None:
    odds: list[JSON] = [[], "private", 5]
    for odd in odds:
        assert not Member.model_validate(A_MEMBER | {"privacy": odd}).is_own
    privacy: JSON = {"visibility": None, "name_privacy": "private", "avatar_privacy": 5}
    member = Member.model_validate(A_MEMBER | {"privacy": privacy})
    assert (member.is_own, member.hides("name_privacy"), member.hides("visibility")) == (True, True, False)
