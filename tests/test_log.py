from __future__ import annotations

import contextlib
import contextvars
import io
import json
import logging
from collections.abc import Generator
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from bot.log import JsonFormatter, RedactingFormatter, set_up
from bot.reference import bear

SECRET = "Tr0ub4dor&3/ünd\"mehr'"
SECRETS = [SecretStr(SECRET)]
LIBRARIES = ("discord", "discord.http", "discord.gateway", "aiosqlite", "sqlalchemy.engine", "alembic")

Style = Literal["text", "json"]
STYLES: tuple[Style, ...] = ("text", "json")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Generator[None]:
    root = logging.getLogger()
    handlers = root.handlers
    loggers = [root, *(logging.getLogger(name) for name in LIBRARIES), logging.getLogger("sqlalchemy")]
    levels = [logger.level for logger in loggers]
    yield
    root.handlers = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("bot.of_the_tests")


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines on standard error; nothing may be on standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def records(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what the lines on standard error hold, each of which must be one JSON object."""
    return [json.loads(line) for line in written(capsys)]


def fail(text: str) -> None:
    raise ValueError(text)


def test_text_is_time_level_logger_and_message(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("INFO", "text")
    log.warning("%d commands synced", 7)
    (line,) = written(capsys)
    time, rest = line.split(" ", 1)
    assert rest == "WARNING  bot.of_the_tests: 7 commands synced"
    assert len(time) == len("2026-11-20T12:00:00.000+00:00")
    assert time.endswith("+00:00")


def test_json_is_one_object_with_the_same(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    set_up("INFO", "json")
    log.warning("%d commands synced", 7)
    (record,) = records(capsys)
    assert record.pop("time").endswith("+00:00")
    assert record == {"level": "WARNING", "logger": "bot.of_the_tests", "message": "7 commands synced"}


def test_a_json_record_is_one_line_whatever_is_in_it(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("INFO", "json")
    odd = 'one\ntwo\r\nthree\u2028four\x85five\x00"six"\\ \ud800 ü 🎉'
    log.info(odd)
    try:
        fail(odd)
    except ValueError:
        log.exception("it failed:\n%s", odd)
    first, second = records(capsys)
    assert first["message"] == odd
    assert second["message"] == f"it failed:\n{odd}"
    assert second["error"].startswith("Traceback (most recent call last):\n")
    assert second["error"].endswith(f"ValueError: {odd}")


def test_a_traceback_is_below_its_line_of_text(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("INFO", "text")
    try:
        fail("at once")
    except ValueError:
        log.exception("it failed")
    lines = written(capsys)
    assert lines[0].endswith("ERROR    bot.of_the_tests: it failed")
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: at once"


@pytest.mark.parametrize("style", STYLES)
def test_a_secret_is_in_no_line_however_it_got_there(
    style: Style, log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("DEBUG", style, SECRETS)
    log.debug(f"in the message: {SECRET}")  # noqa: G004 - as a careless hand would write it
    log.info("in an argument: %s", SECRET)
    log.info("in a mapping: %(key)r", {"key": SECRET})
    log.info("in bytes: %s", SECRET.encode())
    try:
        try:
            fail(SECRET)
        except ValueError as first:
            raise RuntimeError({"cause": SECRET}) from first
    except RuntimeError:
        log.exception("in an exception and in its cause: %s", [SECRET])
    try:
        try:
            fail(SECRET)
        except ValueError:
            fail(f"in the context: {SECRET}")
    except ValueError:
        log.exception("in the context of an exception")
    group = ExceptionGroup(SECRET, [ValueError(SECRET)])
    log.error("in what was passed", exc_info=group)
    out = "\n".join(written(capsys))
    assert out.count("[secret]") >= 9
    assert not [word for word in ("Tr0ub4dor", "&3/", "mehr") if word in out]


@pytest.mark.parametrize("style", STYLES)
def test_what_looks_like_a_secret_is_in_no_line_even_if_nobody_knew_it(
    style: Style, log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("INFO", style)
    log.info("Authorization: Bearer user:10001-abcdefgh")
    log.info("postgresql://ada:hunter2@db/switchboard")
    out = "\n".join(written(capsys))
    assert not [word for word in ("10001", "abcdefgh", "hunter2") if word in out]


@pytest.mark.parametrize("style", STYLES)
def test_a_record_that_cannot_be_written_is_named_by_its_place_without_its_arguments(
    style: Style, log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("INFO", style, SECRETS)
    log.info("%d jobs", "user:10001-abcdefgh")
    log.info("and on it goes")
    lines = written(capsys)
    assert len(lines) == 2
    assert "the record of test_log.py:" in lines[0]
    assert "could not be written (TypeError)" in lines[0]
    assert "10001" not in lines[0]
    assert "and on it goes" in lines[1]


def test_a_log_that_nobody_reads_any_more_stops_nothing(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = io.StringIO()
    nobody.close()
    with contextlib.redirect_stderr(nobody):
        set_up("INFO", "text")
    log.info("into the void")
    assert written(capsys) == []


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_libraries_that_write_what_people_typed_stay_above_debug(level: str) -> None:
    set_up(level, "text")
    assert logging.getLogger().level == logging.getLevelNamesMapping()[level]
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        assert not logger.isEnabledFor(logging.DEBUG)
        assert logger.getEffectiveLevel() >= logging.getLogger().level
    assert logging.getLogger("discord").isEnabledFor(logging.INFO) == (level in {"DEBUG", "INFO"})


def test_setting_up_twice_writes_each_record_once(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("DEBUG", "text")
    set_up("WARNING", "json")
    log.info("too low")
    log.warning("once")
    assert [record["message"] for record in records(capsys)] == ["once"]


def test_a_formatter_without_secrets_still_formats() -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 0, "hello", None, None)
    assert RedactingFormatter().format(record).endswith("INFO     bot: hello")
    assert json.loads(JsonFormatter().format(record))["message"] == "hello"


def test_what_is_done_for_somebody_bears_a_reference(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    def do(style: Style) -> None:
        set_up("INFO", style)
        bear("1a2b3c4d")
        log.info("done", extra={"fields": {"command": f"of {SECRET[:3]} user:1-abc", "milliseconds": 7}})

    contextvars.copy_context().run(do, "text")
    contextvars.copy_context().run(do, "json")
    log.info("of nobody")
    borne, done, other = written(capsys)
    assert borne.endswith(" INFO     bot.of_the_tests [1a2b3c4d]: done")
    record = json.loads(done)
    assert record["reference"] == "1a2b3c4d"
    assert (record["command"], record["milliseconds"]) == ("of Tr0 [secret]", 7)
    assert "reference" not in json.loads(other)
