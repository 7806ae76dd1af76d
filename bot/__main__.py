"""The command line: ``python -m bot run``, and beside it demo, check, sync, sandbox and commands.

Exit codes: 0 stopped as asked, 2 a setting or the data is wrong, 1 anything else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import asdict

from bot import log
from bot.app import App
from bot.check import report_lines
from bot.errors import DiscordUnusable, StartupError
from bot.settings import GivenSettings, Settings

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
    demo = commands.add_parser("demo", help="the real bot in a local browser, without any token")
    demo.add_argument("--headless", action="store_true", help="run one command per service and print it")
    demo.add_argument("--port", type=int, help="port of the page (default: a free one)")
    commands.add_parser("check", help="look at settings, database and key, without connecting")
    commands.add_parser("sync", help="tell Discord the commands, and exit (needs DISCORD_TOKEN)")
    sandbox = commands.add_parser("sandbox", help="the emulators of the upstreams alone")
    sandbox.add_argument("--port", type=int, default=0, help="port of the first (default: free ones)")
    sandbox.add_argument("--job-seconds", type=float, default=14, help="how long a job takes (default: 14)")
    commands.add_parser("commands", help="print the manual of every command, as Markdown")
    return parser


def _chosen(options: argparse.Namespace) -> Coroutine[None, None, int]:
    match options.command:
        case "run":
            return _run()
        case "sync":
            return _sync()
        case "check":
            return _check()
        case "sandbox":
            return _sandbox(options.port, options.job_seconds)
        case "commands":
            return _commands()
        case _:
            return _demo(headless=options.headless, port=options.port)


def _settings() -> Settings:
    settings = Settings.load()
    log.set_up(settings.log_level, settings.log_format, settings.secrets())
    return settings


async def _run() -> int:
    settings = _settings()
    token = await _required_token(settings)
    async with App(settings) as app:
        await app.prepare()
        await app.serve(token)
    return OK


async def _sync() -> int:
    settings = _settings()
    token = await _required_token(settings)
    async with App(settings) as app:
        await app.prepare()
        await app.tell_commands(token)
    print("the commands are synced")
    return OK


async def _check() -> int:
    for line in await report_lines(_settings()):
        print(line)
    return OK


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


async def _required_token(settings: Settings) -> str:
    """Return the token; without one, make nothing and name every other problem along with it."""
    if settings.discord_token is not None:
        return settings.discord_token.get_secret_value()
    problems = ["DISCORD_TOKEN: is not set; it is on the Bot page of your app, discord.com/developers"]
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
