"""The command line, as far as it needs no process of its own: what it says, and its exit code."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings
from tests.api.desk import closed_port
from tests.processes import ROOT


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Put the command line into a folder of its own, without any setting, and undo its logging."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_check_prints_its_lines_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICES", "pixela")
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "settings: fine"
    assert "services: Pixela" in lines
    assert not list(tmp_path.iterdir())


def test_check_ends_with_2_where_the_start_would_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", "short")
    assert main(["check"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("ENCRYPTION_KEYS: ")
    assert not said.out


@pytest.mark.parametrize("command", ["run", "sync"])
def test_a_start_without_a_token_is_one_line_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["run", "sync"])
def test_every_problem_of_a_start_is_named_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    assert main([command]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["DISCORD_TOKEN", "DATABASE_URL"]


def test_wrong_settings_are_a_line_each_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        "LOG_LEVEL": "loud-value",
        "SERVICES": "nonsense-value",
        "PIXELA_URL": "odd-value",
        "DATABASE_URL": "other-value",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert sorted(line.split(":")[0] for line in said.splitlines()) == sorted(wrong)
    assert "-value" not in said
    Path(".env").write_text("DISCORD_TOKN=a-value\n", encoding="utf-8")
    assert main(["run"]) == 2
    *others, last = capsys.readouterr().err.splitlines()
    assert (len(others), last) == (
        len(wrong),
        ".env: DISCORD_TOKN is no setting and is ignored; is DISCORD_TOKEN meant?",
    )
    Path(".env").write_bytes(b"\xff\xfe")
    assert main(["run"]) == 2
    assert capsys.readouterr().err == ".env: cannot be read as a text file\n"


def test_serve_without_token_and_public_key_names_both_and_what_else_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve"]) == 2
    token, key = capsys.readouterr().err.splitlines()
    assert token.startswith("DISCORD_TOKEN: is not set; ")
    assert key.startswith("DISCORD_PUBLIC_KEY: is not set; ")
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.splitlines() == [key]
    assert not list(tmp_path.iterdir())


def test_a_discord_that_cannot_be_reached_is_no_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api/v10")
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "Discord could not be used" in said
    assert "Traceback" not in said


def test_the_manual_needs_no_setting_heeds_none_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICES", "nonsense")
    assert main(["commands"]) == 0
    said = capsys.readouterr()
    assert "## /pixela" in said.out
    assert "## /pluralkit" in said.out
    assert not said.err
    assert not list(tmp_path.iterdir())


def test_health_is_asked_of_the_port_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["health"]) == 2
    assert capsys.readouterr().err.startswith("HEALTH_PORT: is not set")
    port = closed_port()
    monkeypatch.setenv("HEALTH_PORT", str(port))
    for host, asked in (("::", "::1"), ("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.1")):  # noqa: S104
        monkeypatch.setenv("HEALTH_HOST", host)
        assert main(["health", "--alive"]) == 1
        assert capsys.readouterr().out.startswith(f"no answer from port {port} of {asked} (")


def test_a_bot_loads_nothing_for_its_health_or_other_workers_where_nobody_wants_that() -> None:
    script = (
        "import asyncio, sys; from bot import __main__; from bot.app import App; "
        "from bot.settings import GivenSettings; asyncio.run(App(GivenSettings()).load_commands()); "
        "print(*{'aiohttp.web', 'prometheus_client', 'bot.health', 'bot.serve', 'bot.vitals', 'valkey'}"
        " & {*sys.modules})"
    )
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == ""


def test_the_headless_demo_shows_an_answer_of_every_service_and_heeds_no_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("SERVICES", "pixela")
    assert main(["demo", "--headless"]) == 0
    said = capsys.readouterr().out
    for expected in ("Pika accounts (1)", "Needs attention", "Pixela is linked", "Harbour Lights"):
        assert expected in said
    assert said.endswith("all answered\n")


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["demo", "--port", str(port)]) == 2
    assert capsys.readouterr().err == f"--port: preview could not bind port {port}\n"


@pytest.mark.parametrize("arguments", [[], ["dance"], ["demo", "--port", "many"]])
def test_an_unknown_command_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err
