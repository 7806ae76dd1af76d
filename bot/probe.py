"""Asking a running bot how it is, from beside it: ``python -m bot health``.

A container's health check runs ``python -m bot.probe``, which does the same in a fifth of the
time, since it imports no more than the settings.
"""

from __future__ import annotations

import sys
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address

from bot.errors import StartupError
from bot.settings import Settings

_SECONDS = 5.0
"""Readiness is told within two."""
_MOST_BYTES = 64 * 1024
WELL, UNWELL = 0, 1


def main(*, alive: bool = False) -> int:
    """Print how the bot is and return an exit code: 0 where it is ready, or with ``alive`` at least runs.

    Raises :class:`~bot.errors.StartupError` where the settings are wrong or name no port.
    """
    settings = Settings.load()
    if settings.health_port is None:
        raise StartupError("HEALTH_PORT: is not set, so that the bot tells nobody how it is")
    host, port = _beside(settings.health_host), settings.health_port
    connection = HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz" if alive else "/readyz")
        answer = connection.getresponse()
        text = answer.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        sys.stdout.write(f"no answer from port {port} of {host} ({type(error).__name__})\n")
        return UNWELL
    finally:
        connection.close()
    sys.stdout.write(text)
    return WELL if answer.status == 200 else UNWELL


def _beside(host: str) -> str:
    """Return where to ask what listens on an address: on this machine, where it listens everywhere."""
    address = ip_address(host)
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


def _run() -> int:
    try:
        return main(alive="--alive" in sys.argv[1:])
    except StartupError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        return UNWELL  # a health check knows no other failure


if __name__ == "__main__":
    sys.exit(_run())
