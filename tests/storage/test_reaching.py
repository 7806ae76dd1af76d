"""A database server that goes away: whose error that is, and whether something was kept."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.storage import reaching
from bot.storage.reaching import Unconfirmed
from bot.storage.troubles import find_reason

AWAY = "the database cannot be reached"


class Said(Exception):
    """What a driver raises, with the code of PostgreSQL's."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("in whatever language")
        self.sqlstate = sqlstate


def error(sqlstate: str | None, *, invalidated: bool = False) -> DBAPIError:
    return DBAPIError("SELECT", None, Said(sqlstate), connection_invalidated=invalidated)


def end_with(raised: Exception) -> None:
    """Have this raised while what was said is being kept."""
    with reaching.across(is_far=True) as course:
        course.is_ending = True
        raise raised


@pytest.mark.parametrize("sqlstate", ["57P01", "57P02", "57P03", "08003", "08006", "53300"])
def test_a_server_that_stops_starts_or_has_no_room_for_us_cannot_be_reached(sqlstate: str) -> None:
    assert find_reason(error(sqlstate)) == AWAY


def test_a_connection_that_broke_is_the_same_and_what_the_server_refuses_is_not() -> None:
    assert find_reason(error(None, invalidated=True)) == AWAY
    assert find_reason(error(None)) is None
    assert find_reason(error("57014")) is None
    assert find_reason(IntegrityError("INSERT", None, Said("23505"))) is None


@pytest.mark.parametrize("raised", [ConnectionRefusedError(), TimeoutError(), ConnectionResetError()])
def test_what_the_operating_system_says_of_a_connection_is_an_error_of_the_database(raised: OSError) -> None:
    with pytest.raises(OperationalError) as caught, reaching.across(is_far=True):
        raise raised
    assert find_reason(caught.value) == AWAY
    assert not isinstance(caught.value, Unconfirmed)


@pytest.mark.parametrize("raised", [ConnectionResetError(), error("57P01"), error(None, invalidated=True)])
def test_nobody_knows_of_what_was_being_kept_when_the_connection_broke(raised: Exception) -> None:
    with pytest.raises(Unconfirmed) as caught:
        end_with(raised)
    assert find_reason(caught.value) == AWAY


def test_what_the_server_refuses_at_the_end_was_not_kept() -> None:
    with pytest.raises(IntegrityError):
        end_with(IntegrityError("COMMIT", None, Said("23503")))


def test_of_a_file_nothing_is_said_anew() -> None:
    with pytest.raises(FileNotFoundError), reaching.across(is_far=False):
        raise FileNotFoundError
