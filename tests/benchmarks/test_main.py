"""The command line of the benchmarks, with cases that measure nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.__main__ import CASES, main
from benchmarks.measuring import Effort, Measurement


def _quick(effort: Effort) -> Sequence[Measurement]:
    return [
        Measurement("walking", 1.5, "s", baseline=3.0, limit=2.0),
        Measurement("rounds", effort.rounds, "turns"),
    ]


def _slow(effort: Effort) -> Sequence[Measurement]:
    return [
        Measurement("crawling", effort.of(60, 6), "MB", limit=50.0),
        Measurement("limping", 3.0, "s", baseline=2.0, most_times=1.4),
    ]


CASES_HERE = {"quick": ("A quick case", _quick), "slow": ("A slow case", _slow)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "found.json"


def test_a_case_is_printed_as_a_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "quick", "--rounds", "3", "--json", str(file)], CASES_HERE) == 0
    assert capsys.readouterr().out == (
        "                 ours  baseline  ratio  limit\n"
        "A quick case\n"
        "  walking       1.5 s       3 s   0.50  < 2 s  met\n"
        "  rounds      3 turns\n"
    )


def test_a_limit_that_is_missed_makes_it_fail(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", str(file)], CASES_HERE) == 1
    assert capsys.readouterr().out.splitlines()[-2].split() == [
        "crawling",
        "60",
        "MB",
        "<",
        "50",
        "MB",
        "MISSED",
    ]


def test_a_limit_can_be_so_many_times_the_baseline(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "slow", "--json", str(file)], CASES_HERE) == 1
    assert capsys.readouterr().out.splitlines()[-1].split() == [
        *("limping", "3", "s", "2", "s", "1.50", "<=", "1.4", "x", "MISSED")
    ]


def test_a_report_does_not_fail_and_a_quick_look_takes_little(file: Path) -> None:
    assert main(["--report", "--json", str(file)], CASES_HERE) == 0
    assert main(["--quick", "--report", "--json", str(file)], CASES_HERE) == 0
    found = {each["what"]: each["value"] for each in json.loads(file.read_text(encoding="utf-8"))["results"]}
    assert (found["rounds"], found["crawling"]) == (1, 6)


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
        "most_times": None,
        "ratio": 0.5,
        "is_met": True,
    }
    assert [result["is_met"] for result in document["results"]] == [True, True, False, False]


def test_without_another_name_the_file_is_bench_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    main(["--only", "quick"], CASES_HERE)
    assert [file.name for file in tmp_path.iterdir()] == ["bench.json"]


@pytest.mark.parametrize("wrong", [["--only", "dance"], ["--rounds", "0"], ["--rounds", "many"]])
def test_what_does_not_exist_is_explained(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(wrong, CASES_HERE)
    assert left.value.code == 2
    assert "usage: python -m benchmarks" in capsys.readouterr().err


def test_every_row_of_the_table_is_a_case() -> None:
    assert {*CASES} == {
        *("about", "database", "upstream", "crowd", "start", "memory", "keys", "fronting", "flight")
    }
