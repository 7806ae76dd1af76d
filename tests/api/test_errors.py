"""What our exceptions say: enough for the log, nothing that an upstream or a person wrote."""

import pytest

from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    InvalidInput,
    MediaError,
    MediaReason,
    Moderated,
    NeedsAttention,
    NotFound,
    QueueFull,
    RateLimited,
    Rejected,
    StartupError,
    Unauthorised,
    Uncertain,
    Unexpected,
    Unreachable,
    UserError,
)
from bot.services import Provider

SAID = "in the vendor's own words"
KINDS = [
    *(Broken, Conflict, Forbidden, Moderated, NeedsAttention, NotFound, Rejected, Unauthorised, Uncertain),
    Unreachable,
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_who_did_what_and_with_which_status(kind: type[ApiError]) -> None:
    assert str(kind(Provider.PLURALKIT)) == f"PluralKit {kind.what}"
    assert str(kind(Provider.USEAPI, status=418)) == f"useapi.net {kind.what} (HTTP 418)"


def test_no_two_errors_say_the_same() -> None:
    kinds = [*KINDS, RateLimited, QueueFull, Unexpected]
    assert len({kind.what for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    "error",
    [
        *(kind(Provider.PIXELA, status=400, reason=SAID) for kind in KINDS),
        RateLimited(Provider.PIXELA, status=429, reason=SAID, retry_after=3.0),
        QueueFull(Provider.USEAPI, status=429, executing=[SAID]),
    ],
)
def test_an_error_keeps_the_vendors_words_out_of_its_own(error: ApiError) -> None:
    assert SAID not in f"{error} {error!r} {error.args}"


def test_an_unknown_shape_says_where() -> None:
    error = Unexpected(Provider.PIXELA, where="graphs.0.id", status=200)
    assert str(error) == "Pixela answered in an unknown shape (HTTP 200) at graphs.0.id"


def test_a_limit_says_for_how_long_and_a_queue_what_is_in_it() -> None:
    assert RateLimited(Provider.PIXELA).retry_after is None
    assert RateLimited(Provider.PIXELA, retry_after=2.5).retry_after == 2.5
    assert QueueFull(Provider.USEAPI, executing=("job-1",)).executing == ("job-1",)


def test_a_job_that_an_error_is_about_is_kept_and_not_said() -> None:
    error = Conflict(Provider.USEAPI, status=409, job="job-1")
    assert error.job == "job-1"
    assert "job-1" not in f"{error} {error!r}"
    assert Conflict(Provider.USEAPI).job is RateLimited(Provider.USEAPI).job is None


def test_an_account_that_needs_attention_refuses_what_is_asked() -> None:
    assert isinstance(NeedsAttention(Provider.USEAPI, status=596), Rejected)


@pytest.mark.parametrize("reason", MediaReason)
def test_a_file_that_was_not_downloaded_says_why(reason: MediaReason) -> None:
    error = MediaError(reason, size=7)
    assert (error.reason, error.size) == (reason, 7)
    assert str(error) == f"a file was not downloaded: {reason.value}"


def test_a_code_of_the_vendors_own_is_kept() -> None:
    assert Forbidden(Provider.PLURALKIT, status=403, code=30001).code == 30001


def test_a_start_that_fails_says_every_problem() -> None:
    error = StartupError("DISCORD_TOKEN is missing", "SERVICES names a service that is none")
    assert error.problems == ("DISCORD_TOKEN is missing", "SERVICES names a service that is none")
    assert str(error) == "DISCORD_TOKEN is missing; SERVICES names a service that is none"


def test_what_a_person_typed_wrongly_is_theirs_to_mend() -> None:
    assert isinstance(InvalidInput("A token has 8 characters."), UserError)
