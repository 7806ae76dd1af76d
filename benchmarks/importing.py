"""What the bot imports beyond a bare discord.py bot, and what each package of it takes.

``python -m benchmarks.importing`` prints one line of JSON: seconds and memory of each top-level package,
without what it imports of others. It has to be a process of its own: nothing is imported twice.
"""

from __future__ import annotations

import importlib.machinery
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

_PAGE = 4096


class Watch:
    """Counts what it takes to run modules, each without those that it imports."""

    def __init__(self) -> None:
        self.costs: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._inner: list[list[float]] = [[0.0, 0.0]]

    def install(self) -> None:
        """Watch every import from now on."""
        source: Any = importlib.machinery.SourceFileLoader
        extension: Any = importlib.machinery.ExtensionFileLoader
        source.exec_module = self._watched(source.exec_module)
        extension.exec_module = self._watched(extension.exec_module)
        extension.create_module = self._watched(extension.create_module)

    def _watched(self, run: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def watched(loader: Any, module: ModuleType | importlib.machinery.ModuleSpec) -> Any:
            name = module.__name__ if isinstance(module, ModuleType) else module.name
            self._inner.append([0.0, 0.0])
            began, before = time.perf_counter(), _bytes()
            try:
                return run(loader, module)
            finally:
                took = [time.perf_counter() - began, float(_bytes() - before)]
                inner = self._inner.pop()
                cost, outer = self.costs[name.split(".")[0]], self._inner[-1]
                for what in range(2):
                    cost[what] += took[what] - inner[what]
                    outer[what] += took[what]

        return watched


def _bytes() -> int:
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * _PAGE


def measure() -> dict[str, dict[str, float]]:
    """Import the bare bot, then ours; return what the second brought, by package."""
    importlib.import_module("benchmarks.bare")
    watch = Watch()
    watch.install()
    from bot.__main__ import App  # noqa: PLC0415 - likewise
    from bot.extensions import extensions  # noqa: PLC0415 - likewise
    from bot.settings import GivenSettings  # noqa: PLC0415 - likewise
    from bot.storage.database import usable_engine  # noqa: PLC0415 - likewise

    for name in ("cogs.residence", *extensions(App(GivenSettings()).settings)):
        importlib.import_module(name)
    usable_engine("sqlite+aiosqlite://")
    return {
        name: {"milliseconds": seconds * 1000, "megabytes": size / 1e6}
        for name, (seconds, size) in watch.costs.items()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
