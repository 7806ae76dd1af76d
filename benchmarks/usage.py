"""What a process takes of the machine, as Linux tells it: proc(5)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """A process that is looked at from outside. Raises ``OSError`` once it is gone."""

    pid: int

    def cpu_seconds(self) -> float:
        """Return the time that all its threads have run for, in the kernel too."""
        # The name, in brackets, may hold blanks and brackets itself.
        fields = self._read("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Return the memory that it has now."""
        return self._kilobytes("VmRSS") / 1000

    def peak_megabytes(self) -> float:
        """Return the memory that it had at the most."""
        return self._kilobytes("VmHWM") / 1000

    def _kilobytes(self, name: str) -> float:
        found = re.search(rf"^{name}:\s+(\d+) kB$", self._read("status"), re.MULTILINE)
        if found is None:
            raise ProcessLookupError(self.pid)
        return int(found[1]) * 1.024

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.pid}/{name}").read_text(encoding="utf-8")
