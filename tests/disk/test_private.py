"""Files are replaced atomically, and are on disk before they get their name."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from chat_tui.disk.private import write_private


def test_the_data_are_forced_to_the_disk_before_the_file_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def forced(descriptor: int) -> None:
        done.append("fsync")
        fsync(descriptor)

    def named(path: Path, target: Path) -> Path:
        done.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", forced)
    monkeypatch.setattr(Path, "replace", named)
    write_private(tmp_path / "a", "x")
    assert done == ["fsync", "rename"]


def test_what_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "a"
    write_private(there, "old")

    def failing(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="No space"):
        write_private(there, "new")
    assert (there.read_text(), [*tmp_path.iterdir()]) == ("old", [there])


def test_a_lone_surrogate_is_written_as_a_question_mark(tmp_path: Path) -> None:
    write_private(tmp_path / "folder" / "a", "\ud800x")
    assert (tmp_path / "folder" / "a").read_bytes() == b"?x"
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
