"""Writing files a user names: private, atomic, never overwriting without permission."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.written_files import is_taken, write_text


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_taken("a.sse")
    assert write_text("a.sse", "text é\n") == Path("a.sse")
    assert (tmp_path / "a.sse").read_text("utf-8") == "text é\n"
    assert stat.S_IMODE((tmp_path / "a.sse").stat().st_mode) == 0o600
    assert is_taken("a.sse")


def test_what_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    there = tmp_path / "a"
    there.write_text("old")
    there.chmod(0o644)
    with pytest.raises(ProblemError, match="already exists"):
        write_text(str(there), "new")
    assert there.read_text() == "old"
    write_text(str(there), "new", overwrite=True)
    assert there.read_text() == "new"
    assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [there]


def test_a_dangling_link_is_there_too(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nothing")
    assert is_taken(str(link))
    with pytest.raises(ProblemError):
        write_text(str(link), "x")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no/such/folder/x", "does not exist"),
        (".", "is a folder"),
        ("a\0b", "Cannot write"),
        ("x" * 300, "Cannot write"),
    ],
)
def test_what_cannot_be_written_is_told(name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProblemError) as caught:
        write_text(name, "x", overwrite=True)
    assert said in caught.value.problem.sentence()
    assert not list(tmp_path.iterdir())
