from __future__ import annotations

import pytest

from bot.spelling import odd_names

KNOWN = {"DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "DATABASE_URL", "ENCRYPTION_KEYS", "LOG_LEVEL", "HTTP_PORT"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("discordtoken", "DISCORD_TOKEN"),
        ("DISCORD-TOKEN", "DISCORD_TOKEN"),
        ("DISCORD_TOKEN_FIEL", "DISCORD_TOKEN_FILE"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("ENCRYPTION_KEY", "ENCRYPTION_KEYS"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("LOG_LEVEL_FILE", "LOG_LEVEL"),
    ],
)
def test_a_name_that_is_nearly_right_is_remarked_on_wherever_it_stands(name: str, meant: str) -> None:
    for all_are_ours in (True, False):
        remarks = odd_names([name, name], KNOWN, all_are_ours=all_are_ours)
        assert remarks == [f"{name} is no setting and is ignored; is {meant} meant?"]


def test_what_other_programs_read_is_left_alone() -> None:
    usual = [
        "PATH",
        "HOME",
        "HOSTNAME",
        "LOGNAME",
        "LANG",
        "HTTP_PROXY",
        "http_proxy",
        "SHLVL",
        "TERM",
        "PWD",
    ]
    assert odd_names(usual, KNOWN, all_are_ours=False) == []
    others = ["COMPOSE_PROJECT_NAME", "POSTGRES_PASSWORD", "TZ"]
    assert odd_names(others, KNOWN, all_are_ours=True) == []


def test_our_own_names_may_be_written_in_any_case_and_a_strange_one_is_odd_in_a_place_of_ours() -> None:
    assert odd_names(["discord_token", "Log_Level"], KNOWN, all_are_ours=True) == []
    assert odd_names(["COLOUR"], KNOWN, all_are_ours=True) == ["COLOUR is no setting and is ignored"]
    assert odd_names(["COLOUR"], KNOWN, all_are_ours=False) == []
