"""A full, failing or read-only disk: the chat continues and the file stays intact."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chat_tui.domain.records import title_record
from tests.support.session_files import lines, store, turn, written

ROOT = Path(__file__).resolve().parents[2]
LIMITED = """
import resource, sys
from pathlib import Path
from tests.support.session_files import store
from chat_tui.domain.records import title_record
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))
journal = store(Path(sys.argv[1])).create()
for number in range(20):
    journal.append(title_record(f"{number} " + "x" * 700))
assert journal.problem == "File too large", journal.problem
full = Path(journal.path).read_bytes()
assert full.endswith(b"\\n") and len(full) <= 5000
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append(title_record("last"))
assert journal.problem is None
journal.close()
print(journal.path)
"""


class FailingDisk:
    """Fails the k-th call of an ``os`` function; a failing write may leave a part."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, name: str, *, failing: Callable[[int], bool], part: int = 0
    ) -> None:
        self._real = getattr(os, name)
        self._failing, self._part = failing, part
        self.calls = 0
        self._cut = False
        monkeypatch.setattr(os, name, self)

    def __call__(self, descriptor: int, *data: bytes) -> object:
        if self._cut:
            self._cut = False
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.calls += 1
        if not self._failing(self.calls):
            return self._real(descriptor, *data)
        if not self._part or not data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._cut = True
        return self._real(descriptor, bytes(data[0])[: self._part])


def test_a_size_limit_stops_the_file_at_a_whole_line_and_nothing_is_lost_when_it_is_lifted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    titles = [str(record["title"]).split()[0] for record in lines(Path(done.stdout.strip()))[1:]]
    assert titles == [*map(str, range(20)), "last"]


@pytest.mark.parametrize("part", [0, 1, 20])
@pytest.mark.parametrize("failed", range(1, 7))
def test_whichever_write_fails_the_file_is_whole_and_all_is_there_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failed: int, part: int
) -> None:
    journal = store(tmp_path).create()
    disk = FailingDisk(monkeypatch, "write", failing=lambda call: failed <= call < failed + 2, part=part)
    problems = []
    for number in range(6):
        journal.append(title_record(str(number)))
        problems.append(journal.problem)
        data = Path(str(journal.path)).read_bytes()
        assert not data or data.endswith(b"\n")
    assert problems.count("No space left on device") == 2
    assert problems[-1] is None or failed >= 6
    disk._failing = lambda _: False
    journal.close()
    assert [record.get("title") for record in lines(Path(str(journal.path)))] == [None, *map(str, range(6))]


def test_a_failing_sync_is_told_until_one_succeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = store(tmp_path).create()
    journal.append(title_record("a"))
    FailingDisk(monkeypatch, "fdatasync", failing=lambda call: call == 1)
    journal.sync()
    assert journal.problem == "No space left on device"
    journal.append(title_record("b"))
    assert journal.problem == "No space left on device"
    journal.sync()
    assert journal.problem is None
    journal.close()


def test_a_folder_that_cannot_be_made_is_told_and_tried_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file")
    journal = store(in_the_way).create()
    journal.append(title_record("a"))
    assert journal.problem is not None
    in_the_way.unlink()
    journal.append(title_record("b"))
    assert journal.problem is None
    journal.close()
    assert [record.get("title") for record in lines(Path(str(journal.path)))] == [None, "a", "b"]


def test_a_torn_end_is_not_cut_while_it_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, turn(1))
    with path.open("ab") as file:
        file.write(b'{"type":"ti')
    before = path.read_bytes()
    disk = FailingDisk(monkeypatch, "write", failing=lambda _: True)
    journal = store(tmp_path).append_to(str(path))
    journal.append(title_record("later"))
    assert journal.problem == "No space left on device"
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.torn-*")) == []
    disk._failing = lambda _: False
    journal.append(title_record("last"))
    journal.close()
    assert [record.get("title") for record in lines(path)[-2:]] == ["later", "last"]
    assert next(path.parent.glob("*.torn-*")).read_bytes() == b'{"type":"ti'


def test_a_file_that_may_only_be_read_is_shown_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, turn(1))
    real = os.open

    def read_only(file: Path, flags: int, *mode: int) -> int:
        if flags & os.O_ACCMODE:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(file, flags, *mode)

    monkeypatch.setattr(os, "open", read_only)
    assert store(tmp_path).load(str(path)).conversation.head == "x1.0"
    journal = store(tmp_path).append_to(str(path))
    assert journal.problem == "Read-only file system"
    journal.append(title_record("a"))
    assert journal.problem == "Read-only file system"
    monkeypatch.setattr(os, "open", real)
    journal.close()
    assert journal.problem is None
    assert lines(path)[-1]["title"] == "a"


def test_a_lock_the_file_system_does_not_know_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_lock(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_lock)
    path = written(tmp_path, turn(1))
    assert len(lines(path)) == 7
