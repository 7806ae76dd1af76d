"""Runs the tests on a PostgreSQL that is started for them: ``python -m tests.on_postgresql [options]``.

The options are pytest's. Without any it is the whole suite. With a server at hand the same is done by
setting ``DATABASE_URL`` to an address whose role may create databases.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.postgresql import MISSING, find_programs, served


def main(options: Sequence[str]) -> int:
    """Run them; return pytest's exit code, or 0 where there is no PostgreSQL."""
    programs = find_programs()
    if programs is None:
        sys.stdout.write(f"skipped: {MISSING}\n")
        return 0
    with served(programs) as server:
        command = [sys.executable, "-m", "pytest", *options]
        environment = os.environ | {"DATABASE_URL": server.url}
        return subprocess.run(command, check=False, env=environment).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
