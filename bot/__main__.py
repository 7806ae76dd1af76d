"""The command line: ``python -m bot run``, and beside it the demo and what an operator needs.

Exit codes: 0 stopped as asked, 2 a setting or the data is wrong, 1 anything else.
"""

from __future__ import annotations

import gc

# What is imported stays: looking for garbage in it meanwhile takes a sixth of the whole start.
gc.disable()

import argparse
import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from bot import log, probe
from bot.app import App
from bot.check import report_lines
from bot.errors import DiscordUnusable, NotDone, StartupError
from bot.settings import GivenSettings, Settings, odd_names
from bot.storage.inspection import check_pages, is_behind
from bot.storage.lock import held

# Nor is it garbage later: it is not looked through again.
gc.freeze()
gc.enable()

_log = logging.getLogger("bot")

OK, BROKEN, WRONG = 0, 1, 2

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What asks us to stop; the last comes when a terminal is closed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return asyncio.run(_until_stopped(_chosen(options)))
    except StartupError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return WRONG
    except NotDone as error:
        print(error, file=sys.stderr)
        return BROKEN
    except KeyboardInterrupt:
        return OK
    except DiscordUnusable as error:
        _log.error("stopped: %s", error)
        _log.debug("the whole error", exc_info=error)
        return BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Switchboard, a Discord app.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="connect to Discord and answer (needs DISCORD_TOKEN)")
    commands.add_parser(
        "serve", help="answer over HTTP, without a gateway (needs DISCORD_TOKEN, DISCORD_PUBLIC_KEY)"
    )
    demo = commands.add_parser("demo", help="the real bot in a local browser, without any token")
    demo.add_argument("--headless", action="store_true", help="run one command per service and print it")
    demo.add_argument("--port", type=int, help="port of the page (default: a free one)")
    commands.add_parser("check", help="look at settings, database and key, without connecting")
    doctor = "look at everything, services and clock too; changes nothing, also beside a running bot"
    commands.add_parser("doctor", help=doctor)
    _add_files(commands)
    keys = commands.add_parser(
        "rotate-key", help="seal every secret with a new key, beside a running bot too"
    )
    step = keys.add_mutually_exclusive_group()
    step.add_argument("--drop-old", action="store_true", help="afterwards: take the old key away")
    step.add_argument("--new-key", action="store_true", help="print a fresh key for ENCRYPTION_KEYS, no more")
    health = commands.add_parser("health", help="ask the running bot how it is, at HEALTH_PORT")
    health.add_argument("--alive", action="store_true", help="be content with a process that answers")
    commands.add_parser("sync", help="tell Discord the commands, and exit (needs DISCORD_TOKEN)")
    sandbox = commands.add_parser("sandbox", help="the emulators of the upstreams alone")
    sandbox.add_argument("--port", type=int, default=0, help="port of the first (default: free ones)")
    sandbox.add_argument("--job-seconds", type=float, default=14, help="how long a job takes (default: 14)")
    commands.add_parser("commands", help="print the manual of every command, as Markdown")
    return parser


def _add_files(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage] - argparse has no other name for it
    for name, what in (
        ("backup", "copy the SQLite database into a file, beside a running bot too"),
        ("restore", "put a backup in the place of the SQLite database, which is kept"),
        ("export", "write everything into a file that SQLite and PostgreSQL can import"),
        ("import", "take an export into a database without any data"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("file", type=Path, metavar="FILE")
        if name in {"backup", "export"}:
            command.add_argument("--force", action="store_true", help="replace FILE where it is there")


def _chosen(options: argparse.Namespace) -> Coroutine[None, None, int]:
    works: Mapping[str, Callable[[], Coroutine[None, None, int]]] = {
        "run": _run,
        "serve": _serve,
        "sync": _sync,
        "check": _check,
        "doctor": _doctor,
        "health": lambda: _health(alive=options.alive),
        "backup": lambda: _backup(options.file, force=options.force),
        "restore": lambda: _restore(options.file),
        "export": lambda: _export(options.file, force=options.force),
        "import": lambda: _import(options.file),
        "rotate-key": lambda: _rotate_key(drop_old=options.drop_old, new_key=options.new_key),
        "sandbox": lambda: _sandbox(options.port, options.job_seconds),
        "commands": _commands,
        "demo": lambda: _demo(headless=options.headless, port=options.port),
    }
    return works[options.command]()


def _settings() -> Settings:
    try:
        settings = _quiet_settings()
    except StartupError as error:
        raise StartupError(*error.problems, *odd_names()) from error
    for remark in odd_names():
        _log.warning("%s", remark)
    return settings


def _quiet_settings() -> Settings:
    settings = Settings.load()
    log.set_up(settings.log_level, settings.log_format, settings.secrets())
    return settings


async def _run() -> int:
    settings = _settings()
    token = await _required_token(settings)
    url = settings.database_url.get_secret_value()
    with held(url):
        await check_pages(url)
        async with App(settings) as app:
            await app.prepare()
            await app.serve(token)
    return OK


async def _serve() -> int:
    from bot.serve import serve  # noqa: PLC0415 - a web server, where somebody wants it

    settings = _settings()
    key = settings.discord_public_key
    where = "it is on the page General Information of your app, discord.com/developers"
    token = await _required_token(settings, *([] if key else [f"DISCORD_PUBLIC_KEY: is not set; {where}"]))
    url = settings.database_url.get_secret_value()
    with held(url):
        await check_pages(url)
        await serve(App(settings), token, key or "")
    return OK


async def _health(*, alive: bool) -> int:
    return await asyncio.to_thread(probe.main, alive=alive)


async def _sync() -> int:
    settings = _settings()
    token = await _required_token(settings)
    url = settings.database_url.get_secret_value()
    async with App(settings) as app:
        # Beside a running bot, but it does not upgrade the database under it.
        with held(url) if await is_behind(url) else nullcontext():
            await app.prepare()
        await app.tell_commands(token)
    print("the commands are synced")
    return OK


async def _check() -> int:
    for line in await report_lines(_settings()):
        print(line)
    return OK


async def _backup(file: Path, *, force: bool) -> int:
    from bot.operator import copies  # noqa: PLC0415 - not part of a bot that serves

    return _tell(copies.back_up(_settings(), file, force=force))


async def _restore(file: Path) -> int:
    from bot.operator import copies  # noqa: PLC0415 - not part of a bot that serves

    return _tell(copies.restore(_settings(), file, time.time()))


async def _export(file: Path, *, force: bool) -> int:
    from bot.operator import moving  # noqa: PLC0415 - not part of a bot that serves

    return _tell(await moving.export(_settings(), file, force=force))


async def _import(file: Path) -> int:
    from bot.operator import moving  # noqa: PLC0415 - not part of a bot that serves

    return _tell(await moving.take_in(_settings(), file))


def _tell(lines: Sequence[str]) -> int:
    for line in lines:
        print(line)
    return OK


async def _doctor() -> int:
    from bot.operator.doctor import examine  # noqa: PLC0415 - not part of a bot that serves

    sound = True
    async for line in examine(_quiet_settings):
        print(line.text(), flush=True)
        sound = sound and not line.is_problem
    return OK if sound else WRONG


async def _rotate_key(*, drop_old: bool, new_key: bool) -> int:
    from bot.operator import rotation  # noqa: PLC0415 - not part of a bot that serves

    if new_key:
        print(rotation.new_key())
        return OK
    turn = rotation.drop_old if drop_old else rotation.rotate
    return _tell(await turn(_settings()))


async def _sandbox(port: int, job_seconds: float) -> int:
    from bot.sandbox import Sandbox  # noqa: PLC0415 - not part of a bot that serves

    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    sandbox = Sandbox()
    sandbox.useapi.take(job_seconds)
    await sandbox.start(port)
    try:
        urls = {
            "useapi_url": sandbox.useapi.url,
            "pixela_url": sandbox.pixela.url,
            "pluralkit_url": sandbox.pluralkit.url,
        }
        print(json.dumps(urls | asdict(sandbox.seed())), flush=True)
        await asyncio.Event().wait()
    finally:
        await sandbox.close()
    return OK


async def _commands() -> int:
    from bot.manual import manual  # noqa: PLC0415 - not part of a bot that serves

    app = App(GivenSettings())  # whatever is set, the manual tells of every service
    await app.load_commands()
    print(manual(app.tree), end="")
    return OK


async def _demo(*, headless: bool, port: int | None) -> int:
    try:
        from bot.demo import run_demo, run_headless  # noqa: PLC0415 - not part of a bot that serves
    except ModuleNotFoundError as error:
        raise StartupError(f"the demo needs the package {error.name}, which make install brings") from None
    log.set_up("WARNING", "text")
    return await (run_headless() if headless else run_demo(port=port))


async def _required_token(settings: Settings, *missing: str) -> str:
    """Return the token; without it, or with what else is ``missing``, make nothing and name every problem."""
    token = settings.discord_token
    if token is not None and not missing:
        return token.get_secret_value()
    problems = [*missing]
    if token is None:
        where = "it is on the Bot page of your app, discord.com/developers"
        problems.insert(0, f"DISCORD_TOKEN: is not set; {where}")
    try:
        await report_lines(settings)
    except StartupError as error:
        problems += error.problems
    raise StartupError(*problems)


async def _until_stopped(work: Coroutine[None, None, int]) -> int:
    """Do the work until a signal asks to stop, then let it clean up; a second signal ends it at once."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for name in _STOPS:
            loop.remove_signal_handler(name)
        task.cancel()

    for name in _STOPS:
        loop.add_signal_handler(name, stop)
    try:
        return await task
    except asyncio.CancelledError:
        _log.info("stopped as asked")
        return OK


if __name__ == "__main__":
    sys.exit(main())
