from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.crypto import new_key, read_key
from bot.keyfile import KeyFile


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "switchboard.db.key")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_holds_the_key_alone_and_only_its_owner_may_read_it(file: KeyFile) -> None:
    assert file.find() is None
    key = new_key()
    before = os.umask(0)
    try:
        file.make(key)
    finally:
        os.umask(before)
    assert file.path.read_bytes() == key.encode()
    assert mode_of(file.path) == 0o600
    assert [*file.path.parent.iterdir()] == [file.path]
    assert file.find() == [read_key(key)]
    assert file.changed() is None


def test_it_is_never_made_twice(file: KeyFile) -> None:
    file.make("the first")
    with pytest.raises(FileExistsError):
        file.make("the second")
    assert file.path.read_text() == "the first"


def test_other_bytes_are_no_keys(file: KeyFile) -> None:
    file.path.write_bytes(bytes(range(256)))
    with pytest.raises(ValueError, match="is not URL-safe base64"):
        file.find()


def test_it_is_replaced_whole_and_read_again_by_who_watches_it(file: KeyFile, log_lines: list[str]) -> None:
    old, new = new_key(), new_key()
    file.make(old)
    file.path.chmod(0o640)
    watcher = KeyFile(file.path)
    assert watcher.find() == [read_key(old)]
    leftover = file.path.with_name(f".{file.path.name}.x.partial")
    leftover.write_text("of somebody who was killed")
    with file.changing():
        file.replace([read_key(new), read_key(old)])
    assert file.path.read_text() == f"{new},{old}"
    assert mode_of(file.path) == 0o600
    assert [*file.path.parent.iterdir()] == [file.path]
    assert watcher.changed() == [read_key(new), read_key(old)]
    assert watcher.changed() is None
    assert not [line for line in log_lines if old in line or new in line]


def test_a_link_stays_a_link(file: KeyFile, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    KeyFile(elsewhere / "key").make(new_key())
    file.path.symlink_to(elsewhere / "key")
    key = read_key(new_key())
    with file.changing():
        file.replace([key])
    assert file.path.is_symlink()
    assert KeyFile(elsewhere / "key").find() == [key]


def test_one_at_a_time_changes_it(file: KeyFile) -> None:
    file.make(new_key())
    with file.changing(), pytest.raises(BlockingIOError), KeyFile(file.path).changing():
        raise AssertionError("two are changing it")
    with KeyFile(file.path).changing():
        pass


def test_who_watches_keeps_what_was_known_where_the_file_is_of_no_use_and_says_so_once(
    file: KeyFile, log_lines: list[str]
) -> None:
    key = new_key()
    file.make(key)
    file.path.write_text("half a k")
    assert file.changed() is file.changed() is None
    file.path.unlink()
    assert file.changed() is file.changed() is None
    file.path.mkdir()
    assert file.changed() is file.changed() is None
    file.path.rmdir()
    file.make(key)
    assert file.changed() is None
    reasons = [line.partition(" is not used ")[2] for line in log_lines if " is not used " in line]
    assert [reason.split(";")[0] for reason in reasons] == [
        "(is not URL-safe base64)",
        "(No such file or directory)",
        "(Is a directory)",
    ]
