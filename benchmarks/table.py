"""What was measured, as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.measuring import Measurement

Results = Mapping[str, Sequence[Measurement]]
"""The measurements of each case, by its title."""

_HEAD = ("", "ours", "baseline", "ratio", "limit", "")


def as_table(results: Results) -> str:
    """Return a table with a line for each measurement below the title of its case."""
    rows: list[Sequence[str]] = [_HEAD]
    for title, measurements in results.items():
        rows.append((title, "", "", "", "", ""))
        rows += (_row(measurement) for measurement in measurements)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows) + "\n"


def as_document(results: Results) -> dict[str, Any]:
    """Return everything as JSON can hold it, and what it was measured on."""
    return {
        "python": platform.python_version(),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "results": [
            {"case": title, **asdict(each), "ratio": each.ratio, "is_met": each.is_met}
            for title, measurements in results.items()
            for each in measurements
        ],
    }


def _row(measurement: Measurement) -> tuple[str, ...]:
    unit, ratio = measurement.unit, measurement.ratio
    limits = _limits(measurement)
    met = "" if not limits else "met" if measurement.is_met else "MISSED"
    return (
        f"  {measurement.what}",
        _quantity(measurement.value, unit),
        _quantity(measurement.baseline, unit),
        "" if ratio is None else f"{ratio:.2f}",
        limits,
        met,
    )


def _limits(measurement: Measurement) -> str:
    limit, most_times = measurement.limit, measurement.most_times
    below = [] if limit is None else [f"< {limit:g} {measurement.unit}"]
    times = [] if most_times is None else [f"<= {most_times:g} x"]
    return ", ".join([*below, *times])


def _quantity(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g} {unit}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(cells).rstrip()
