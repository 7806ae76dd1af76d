"""What a process takes of the machine, as Linux tells it: proc(5)."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """A process that is looked at from outside. Raises ``OSError`` once it is gone."""

    pid: int

    def cpu_seconds(self) -> float:
        """Return the time that all its threads have run for, in the kernel too."""
        try:
            # The clock that clock_getcpuclockid(3) names; /proc counts in ticks of ten milliseconds.
            return time.clock_gettime(~self.pid << 3 | 2)
        except OSError:
            raise ProcessLookupError(self.pid) from None

    def megabytes(self) -> float:
        """Return the memory that it has now."""
        return self._kilobytes("VmRSS") / 1000

    def peak_megabytes(self) -> float:
        """Return the memory that it had at the most."""
        return self._kilobytes("VmHWM") / 1000

    def own_megabytes(self) -> float:
        """Return the memory that would be free again if it ended: what it shares with nobody."""
        private = ("Private_Clean", "Private_Dirty")
        return sum(self._kilobytes(name, "smaps_rollup") for name in private) / 1000

    def _kilobytes(self, name: str, file: str = "status") -> float:
        found = re.search(rf"^{name}:\s+(\d+) kB$", self._read(file), re.MULTILINE)
        if found is None:
            raise ProcessLookupError(self.pid)
        return int(found[1]) * 1.024

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.pid}/{name}").read_text(encoding="utf-8")
