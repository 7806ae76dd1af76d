"""The command line of the benchmarks, with cases that measure nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.__main__ import CASES, main
from benchmarks.measuring import Measurement


def _quick(rounds: int) -> Sequence[Measurement]:
    return [
        Measurement("walking", 1.5, "s", baseline=3.0, limit=2.0),
        Measurement("rounds", rounds, "turns"),
    ]


def _slow(rounds: int) -> Sequence[Measurement]:
    del rounds
    return [Measurement("crawling", 60.0, "MB", limit=50.0)]


CASES_HERE = {"quick": ("A quick case", _quick), "slow": ("A slow case", _slow)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "found.json"


def test_a_case_is_printed_as_a_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quick", "--rounds", "3", "--json", str(file)], CASES_HERE) == 0
    assert capsys.readouterr().out == (
        "                 ours  baseline  ratio  limit\n"
        "A quick case\n"
        "  walking       1.5 s       3 s   0.50  < 2 s  met\n"
        "  rounds      3 turns\n"
    )


def test_a_limit_that_is_missed_makes_it_fail(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", str(file)], CASES_HERE) == 1
    assert capsys.readouterr().out.splitlines()[-1].split() == [
        "crawling",
        "60",
        "MB",
        "<",
        "50",
        "MB",
        "MISSED",
    ]


def test_the_results_are_written_as_json(file: Path) -> None:
    main(["--json", str(file)], CASES_HERE)
    document = json.loads(file.read_text(encoding="utf-8"))
    assert {*document} == {"python", "machine", "cores", "results"}
    assert document["results"][0] == {
        "case": "A quick case",
        "what": "walking",
        "value": 1.5,
        "unit": "s",
        "baseline": 3.0,
        "limit": 2.0,
        "ratio": 0.5,
        "is_met": True,
    }
    assert [result["is_met"] for result in document["results"]] == [True, True, False]


def test_without_another_name_the_file_is_bench_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    main(["quick"], CASES_HERE)
    assert [file.name for file in tmp_path.iterdir()] == ["bench.json"]


@pytest.mark.parametrize("wrong", [["dance"], ["--rounds", "0"], ["--rounds", "many"]])
def test_what_does_not_exist_is_explained(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(wrong, CASES_HERE)
    assert left.value.code == 2
    assert "usage: python -m benchmarks" in capsys.readouterr().err


def test_the_front_statistics_are_a_case() -> None:
    assert "fronting" in CASES
