"""Whether what the bot asks can be reached from here, and what time it is there."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import aiohttp
from multidict import CIMultiDictProxy

from bot import __version__

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How one server answered."""

    name: str
    failure: str | None = None
    """Why it did not; None where it answered, whatever it said."""
    status: int | None = None
    """The HTTP status of what it said."""
    ahead: float | None = None
    """By how many seconds our clock is ahead of its own, None where it did not tell."""


async def ask(
    addresses: Mapping[str, str], clock: Callable[[], float], *, seconds: float = _SECONDS
) -> Sequence[Answer]:
    """Ask every address once, side by side, each for so long at most.

    ``clock`` gives seconds since 1970.
    """
    headers = {"User-Agent": f"Switchboard/{__version__} (doctor)"}
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(
        headers=headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        asked = (_ask(session, name, address, clock) for name, address in addresses.items())
        return await asyncio.gather(*asked)


async def _ask(session: aiohttp.ClientSession, name: str, address: str, clock: Callable[[], float]) -> Answer:
    try:
        async with session.get(address, allow_redirects=False) as response:
            now = clock()
            there = _time_of(response.headers)
            status = response.status
    except TimeoutError:
        return Answer(name, "no answer in time")
    except aiohttp.ClientConnectorCertificateError:
        return Answer(name, "its certificate is not trusted here")
    except aiohttp.ClientConnectorDNSError:
        return Answer(name, "its name is not known here (DNS)")
    except aiohttp.ClientConnectorError as error:
        return Answer(name, f"no connection ({_reason(error.os_error)})")
    except (aiohttp.ClientError, OSError) as error:
        return Answer(name, f"what it answers is not HTTP ({type(error).__name__})")
    return Answer(name, status=status, ahead=None if there is None else now - there)


def _reason(error: OSError) -> str:
    number = error.errno or 0
    return os.strerror(number) if number in errno.errorcode else type(error).__name__


def _time_of(headers: CIMultiDictProxy[str]) -> float | None:
    """Read when an answer was made, and for how long it then lay in a cache (RFC 9110 §6.6.1, 9111 §5.1)."""
    try:
        made = parsedate_to_datetime(headers["Date"])
    except (KeyError, ValueError, OverflowError):
        return None
    age = headers.get("Age", "0")
    return made.replace(tzinfo=made.tzinfo or UTC).timestamp() + (int(age) if age.isdecimal() else 0)
