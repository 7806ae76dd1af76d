from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.storage.files import beside, drafting, give, making


def test_a_file_appears_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("before")
    with making(target) as draft:
        draft.write_text("after")
        assert target.read_text() == "before"
        assert draft.parent == tmp_path
    assert target.read_text() == "after"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [target]


def test_a_file_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> None:
        with making(tmp_path / "copy.db") as draft:
            beside(draft, "-journal").write_text("what SQLite keeps beside it")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    assert not [*tmp_path.iterdir()]


def test_a_draft_is_gone_in_any_case(tmp_path: Path) -> None:
    with drafting(tmp_path / "copy.db") as draft:
        assert [*tmp_path.iterdir()] == [draft]
    assert not [*tmp_path.iterdir()]


def test_a_file_is_given_to_whom_another_belongs_as_far_as_that_is_allowed(
    closed_file: Path, tmp_path: Path, ordinary_user: None
) -> None:
    del ordinary_user
    ours = closed_file.with_name("ours")
    ours.touch()
    give(ours, tmp_path.parent.parent.parent.stat())
    assert ours.exists()
