from __future__ import annotations

import pytest

from bot.errors import ApiError, RateLimited, Rejected
from bot.services import Provider
from bot.ui.failure import explain


def kinds(root: type[ApiError]) -> list[type[ApiError]]:
    return [root, *(found for child in root.__subclasses__() for found in kinds(child))]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "in a minute"),
        (0.0, "in 1 s"),
        (59.2, "in 60 s"),
        (600.0, "in 10 minutes"),
        (7200.0, "in 2 hours"),
        (1e300, "another day"),
    ],
)
def test_a_wait_is_told_in_a_unit_that_people_use(seconds: float | None, words: str) -> None:
    said = explain(RateLimited(Provider.PLURALKIT, retry_after=seconds))
    assert said == f"PluralKit is turning calls away right now. Try again {words}."


def test_an_error_without_a_sentence_of_its_own_still_gets_one() -> None:
    assert explain(ApiError(Provider.PIXELA)) == "Pixela did not do it. Try again in a few minutes."


def test_a_vendors_reason_cannot_format_ping_or_break_out() -> None:
    said = explain(Rejected(Provider.USEAPI, reason="{name} @everyone `x` **bold** ” \n# huge"))
    assert "{name}" in said
    assert "@everyone" not in said
    assert "\n" not in said
    assert r"\*\*bold\*\*" in said


def test_what_only_supporters_may_is_told_as_that() -> None:
    said = explain(Rejected(Provider.PIXELA, status=402, reason="For supporters"))
    assert (
        said == "Pixela does this for its supporters alone, who set a thanks code with `/pixela user token`."
    )


def test_every_kind_of_failure_says_what_happened_and_what_to_do() -> None:
    generic = explain(ApiError(Provider.PIXELA))
    special = [kind for kind in kinds(ApiError) if kind is not ApiError]
    assert len(special) == 13
    for kind in special:
        bare = kind.__new__(kind)
        ApiError.__init__(bare, Provider.PIXELA)
        if isinstance(bare, RateLimited):
            bare.retry_after = None
        assert explain(bare) != generic
        assert explain(bare).count(".") >= 1
