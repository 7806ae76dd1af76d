"""The emulated useapi.net in a process of its own, with many subscribers whose jobs end when it is told.

``python -m benchmarks.vendor --subscribers 100 --pictures 9 --clips 1`` prints one line of JSON with the
``url`` and the ``keys`` and runs until SIGTERM or SIGINT. ``GET /control/state`` tells what is under way,
``POST /control/finish`` completes it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from aiohttp import web

from bot.sandbox.useapi import MidjourneyAccount, PikaAccount, Useapi

_FIRST_CHANNEL = 1_100_000_000_000_000_000
_SECONDS = 400.0
"""How long a job takes that is not told to end; every look at it finds that it got on."""


class Vendor(Useapi):
    """The emulator with routes of its own beside the vendor's."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the vendor's routes and ours."""
        yield from super().routes()
        yield web.get("/control/state", self.state)
        yield web.post("/control/finish", self.finish)

    def fill(self, subscribers: int, *, pictures: int, clips: int) -> Sequence[str]:
        """Make subscribers with room for so many jobs at once each; return their keys."""
        self.seconds_until_started, self.seconds_of_work = 1.0, _SECONDS
        keys = [f"user:{number}-benchmark" for number in range(subscribers)]
        for number, key in enumerate(keys):
            one, two, server = (str(_FIRST_CHANNEL + 3 * number + more) for more in range(3))
            subscriber = self.subscribe(key)
            subscriber.midjourney[one] = MidjourneyAccount(one, server, f"token-{one}", pictures)
            subscriber.pika[two] = PikaAccount(two, f"token-{two}", clips)
        return keys

    async def state(self, _: web.Request) -> web.Response:
        """Tell how many jobs run, how often each reference made one, and how often was asked for one."""
        return web.json_response(
            {
                "running": sum(not job.status.is_final for job in self.jobs.values()),
                "made": Counter(job.reply_ref or "" for job in self.jobs.values()),
                "polls": sum(seen.method == "GET" and "jobid" in seen.query for seen in self.requests),
            }
        )

    async def finish(self, _: web.Request) -> web.Response:
        """Complete everything."""
        for job in self.jobs.values():
            job.finish()
        return web.json_response({})


async def serve(vendor: Vendor, keys: Sequence[str]) -> None:
    """Run until SIGTERM or SIGINT, having said on stdout where."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with vendor:
        sys.stdout.write(json.dumps({"url": vendor.url, "keys": keys}) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vendor", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=3, help="jobs of Midjourney that run at once")
    parser.add_argument("--clips", type=int, default=1, help="jobs of Pika that run at once")
    args = parser.parse_args()
    vendor = Vendor()
    keys = vendor.fill(args.subscribers, pictures=args.pictures, clips=args.clips)
    asyncio.run(serve(vendor, keys))


if __name__ == "__main__":
    main()
