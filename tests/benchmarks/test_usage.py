from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from benchmarks.usage import Usage


def test_what_a_process_takes_is_told_by_the_kernel() -> None:
    me = Usage(os.getpid())
    before, began = me.cpu_seconds(), time.process_time()
    while time.process_time() - began < 0.1:
        pass
    assert 0.05 < me.cpu_seconds() - before < 5
    assert 10 < me.megabytes() <= me.peak_megabytes() < 10_000


def test_a_process_that_is_gone_takes_nothing_that_could_be_told() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    with pytest.raises(OSError, match=str(process.pid)):
        Usage(process.pid).cpu_seconds()
