"""A clock that lies to the processes that are started with it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest


class WrongClock:
    """A clock for processes that are started with it: off by so many seconds, and it can be set meanwhile.

    It is Debian's libfaketime that lies to them; how much time went by they are told truly.
    """

    def __init__(self, folder: Path) -> None:
        libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not libraries:
            pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
        self._file = folder / "clock"
        self.settings = {
            "LD_PRELOAD": str(libraries[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds until a process sees that it was set
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.set(0)

    def set(self, ahead: int) -> None:
        """Set how far ahead the clock is from now on."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{ahead:+d}s\n")
        draft.replace(self._file)
        self.ahead = ahead

    def now(self) -> float:
        """Return what the clock shows."""
        return time.time() + self.ahead
