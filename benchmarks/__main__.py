"""``python -m benchmarks``: measures, prints one table and writes it as JSON.

Exit codes: 0 every limit is met, 1 one is missed, 2 what was asked for does not exist.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import answering, keys, memory, starting
from benchmarks.flight import jobs_in_flight
from benchmarks.fronting import front_statistics
from benchmarks.measuring import Case, Effort
from benchmarks.table import as_document, as_table

CASES: Mapping[str, tuple[str, Case]] = {
    "about": ("An answer at once: /about", answering.immediate),
    "database": ("An answer from the database: /setup status", answering.from_the_database),
    "upstream": ("An answer through an upstream: /pluralkit system", answering.through_an_upstream),
    "crowd": ("200 people at once, upstream of 300 ms", answering.crowd),
    "start": ("From the start to the first answer", starting.first_answer),
    "memory": ("Memory of the idle bot", memory.idle),
    "keys": ("A server's key among those of others", keys.by_number),
    "fronting": ("Front statistics over 100,000 switches", front_statistics),
    "flight": ("1,000 jobs in flight", jobs_in_flight),
}
"""Title and measuring function of each case, by the name that it is chosen by."""


def main(arguments: Sequence[str] | None = None, cases: Mapping[str, tuple[str, Case]] = CASES) -> int:
    """Measure what is asked for and return the exit code."""
    options = _parser(cases).parse_args(arguments)
    chosen = [cases[name] for name in options.only or cases]
    effort = Effort(1, quick=True) if options.quick else Effort(options.rounds)
    results = {title: measure(effort) for title, measure in chosen}
    sys.stdout.write(as_table(results))
    options.json.write_text(json.dumps(as_document(results), indent=2) + "\n", encoding="utf-8")
    if options.report:
        return 0
    missed = [each for measurements in results.values() for each in measurements if not each.is_met]
    return 1 if missed else 0


def _parser(cases: Mapping[str, tuple[str, Case]]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the bot, beside a bare discord.py bot where one can do the same.",
        epilog="0: every limit is met, 1: one is missed.",
    )
    names = f"what to measure, of: {', '.join(cases)}; may be given several times (default: all)"
    parser.add_argument("--only", action="append", type=_one_of(cases), metavar="CASE", help=names)
    parser.add_argument("--rounds", type=_positive, default=5, help="turns of each way (default: 5)")
    parser.add_argument(
        "--quick", action="store_true", help="with little of everything: to see that it works, not how well"
    )
    parser.add_argument("--report", action="store_true", help="exit with 0 also where a limit is missed")
    parser.add_argument(
        "--json", type=Path, default=Path("bench.json"), metavar="FILE", help="where to (default: bench.json)"
    )
    return parser


def _one_of(cases: Mapping[str, tuple[str, Case]]) -> Callable[[str], str]:
    def named(text: str) -> str:
        if text not in cases:
            raise argparse.ArgumentTypeError(f"there is no case {text}")
        return text

    return named


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number above 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
