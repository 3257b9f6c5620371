"""The journal: what is on disk, and when."""

from __future__ import annotations

import itertools
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui import __version__
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.records import head_record, title_record
from chat_tui.domain.session_fold import fold_session
from chat_tui.storage.store import FileSessionStore
from tests.support.session_files import NOW_S, lines, store, told, turn, user, written

ROOT = Path(__file__).resolve().parents[2]
APPENDER = """
import sys
from pathlib import Path
from tests.support.session_files import store
from chat_tui.domain.records import title_record
journal = store(Path(".")).append_to(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    journal.append(title_record(f"{sys.argv[2]} {number} " + "x" * 3000))
journal.close()
assert journal.problem is None, journal.problem
"""


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_on_disk_before_the_first_record(tmp_path: Path) -> None:
    journal = store(tmp_path).create()
    assert journal.path is not None
    journal.sync()
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_a_session_kept_nowhere_has_no_path_and_no_problem(tmp_path: Path) -> None:
    journal = store(tmp_path).create(keep=False)
    journal.append(title_record("a"))
    journal.sync()
    journal.close()
    assert (journal.path, journal.problem) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_the_first_line_is_the_session_and_every_line_has_type_and_time_first(tmp_path: Path) -> None:
    path = written(tmp_path, [title_record("a"), head_record(None)])
    assert re.fullmatch(r"20260921-141320-[0-9a-f]{4}\.jsonl", path.name)
    assert path.parent == tmp_path / "sessions"
    time_ms = int(NOW_S * 1000)
    assert lines(path) == [
        {
            "type": "session",
            "t": time_ms,
            "version": 1,
            "id": path.stem,
            "created": "2026-09-21T14:13:20Z",
            "app": f"chat-tui {__version__}",
        },
        {"type": "title", "t": time_ms, "title": "a"},
        {"type": "head", "t": time_ms, "message": None},
    ]
    assert all(list(record)[:2] == ["type", "t"] for record in lines(path))


def test_times_never_go_back_from_the_first_line_on(tmp_path: Path) -> None:
    clock = itertools.count(NOW_S, 0.002)
    journal = FileSessionStore(tmp_path, now_s=lambda: next(clock)).create()
    for title in "ab":
        journal.append(title_record(title))
    journal.close()
    times = [int(str(record["t"])) for record in lines(Path(str(journal.path)))]
    assert times == sorted(times)


def test_a_record_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    journal = store(tmp_path).create()
    for number in range(5):
        journal.append(title_record(str(number)))
        assert lines(Path(str(journal.path)))[-1]["title"] == str(number)
    journal.close()


@pytest.mark.usefixtures("open_umask")
def test_files_and_folders_are_private_whatever_the_umask(tmp_path: Path) -> None:
    data = tmp_path / "new" / "deep"
    path = written(data, turn(1))
    assert [mode(folder) for folder in (path, path.parent, data, data.parent)] == [0o600, 0o700, 0o700, 0o700]
    with path.open("ab") as file:
        file.write(b'{"type":"ti')
    store(data).append_to(str(path)).close()
    torn = next(path.parent.glob("*.torn-*"))
    assert mode(torn) == 0o600


def test_each_record_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = store(tmp_path).create()
    journal.append(title_record("first"))
    written_pieces = []
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        written_pieces.append(bytes(data))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    journal.append(title_record("second " * 1000))
    journal.append(title_record("third"))
    assert [json.loads(piece)["title"][:5] for piece in written_pieces] == ["secon", "third"]
    journal.close()


def test_two_sessions_of_one_second_have_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([b"\0\0", b"\0\0", b"\0\0", b"\0\1"])
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    one, two = store(tmp_path).create(), store(tmp_path).create()
    assert one.path == two.path
    one.append(title_record("one"))
    two.append(title_record("two"))
    assert str(two.path).endswith("-0001.jsonl")
    for journal, title in ((one, "one"), (two, "two")):
        assert [record.get("title") for record in lines(Path(str(journal.path)))] == [None, title]
        assert lines(Path(str(journal.path)))[0]["id"] == Path(str(journal.path)).stem
        journal.close()


def test_a_new_session_never_takes_a_file_that_is_there(tmp_path: Path) -> None:
    taken = tmp_path / "mine.jsonl"
    taken.write_text("precious\n")
    journal = store(tmp_path).create(path=str(taken))
    journal.append(title_record("a"))
    assert journal.problem == "File exists"
    assert taken.read_text() == "precious\n"


def test_a_session_may_have_a_path_of_its_own(tmp_path: Path) -> None:
    journal = store(tmp_path / "data").create(path=str(tmp_path / "here.jsonl"))
    journal.append(title_record("a"))
    journal.close()
    assert [record["type"] for record in lines(tmp_path / "here.jsonl")] == ["session", "title"]


def test_a_closed_journal_opens_again_for_a_late_record(tmp_path: Path) -> None:
    journal = store(tmp_path).create()
    journal.append(title_record("a"))
    journal.close()
    journal.close()
    journal.append(title_record("b"))
    journal.close()
    assert [record.get("title") for record in lines(Path(str(journal.path)))] == [None, "a", "b"]


def test_an_empty_file_becomes_a_session(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.touch()
    journal = store(tmp_path).append_to(str(path))
    journal.append(title_record("a"))
    journal.close()
    assert [record["type"] for record in lines(path)] == ["session", "title"]


def test_going_on_adds_lines_and_changes_none(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    before = path.read_bytes()
    journal = store(tmp_path).append_to(str(path))
    assert path.read_bytes() == before
    journal.append(title_record("later"))
    journal.close()
    assert path.read_bytes().startswith(before)
    assert lines(path)[-1]["title"] == "later"
    assert [record["type"] for record in lines(path)].count("session") == 1


def test_two_programs_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = written(tmp_path, [title_record("start")])
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), name, "150"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    for program in programs:
        program.communicate(timeout=60)
        assert program.returncode == 0
    titles = [str(record["title"]).split() for record in lines(path)[2:]]
    for name in ("one", "two"):
        assert [int(words[1]) for words in titles if words[0] == name] == list(range(150))


def test_a_line_another_program_left_unfinished_spoils_no_record(tmp_path: Path) -> None:
    journal = store(tmp_path).create()
    journal.append(title_record("before"))
    path = Path(str(journal.path))
    with path.open("ab") as other:
        other.write(b'{"type":"title","t":1,"tit')
    journal.append(title_record("after"))
    journal.close()
    assert json.loads(path.read_bytes().splitlines()[-1])["title"] == "after"
    session = store(tmp_path).load(str(path))
    assert session.title == "after"
    assert len(session.notices) == 1
    assert "Line 3 " in session.notices[0]


def test_a_deleted_file_is_told_and_not_brought_back(tmp_path: Path) -> None:
    journal = store(tmp_path).create()
    journal.append(title_record("a"))
    Path(str(journal.path)).unlink()
    journal.append(title_record("b"))
    assert journal.problem == "The file was deleted while it was open"
    assert not Path(str(journal.path)).exists()
    journal.close()


@pytest.mark.parametrize("left", [0, 30])
def test_a_file_that_another_program_shortened_is_told_and_goes_on(tmp_path: Path, left: int) -> None:
    journal = store(tmp_path).create()
    journal.append(title_record("before"))
    assert journal.path is not None
    os.truncate(journal.path, left)
    journal.append(title_record("after"))
    journal.append(title_record("later"))
    assert journal.problem == "Another program shortened the file, and what it removed is missing from it"
    assert b'"after"' in Path(journal.path).read_bytes()


def test_a_number_that_json_does_not_know_becomes_null(tmp_path: Path) -> None:
    path = written(tmp_path, [{"type": "note", "text": [float("nan"), {"a": float("inf")}, 1.5]}])
    assert lines(path)[-1]["text"] == [None, {"a": None}, 1.5]


def test_any_text_stays_on_its_line(tmp_path: Path) -> None:
    text = "a\nb\r\u2028\u2029\x00\x1b[31m\x85 \U0001f600 [/INST]"
    path = written(tmp_path, [user("u", text)])
    assert path.read_bytes().count(b"\n") == 2
    assert store(tmp_path).load(str(path)).conversation.nodes["u"].message["content"] == text


texts = st.text(max_size=30)
any_records = st.lists(
    st.one_of(
        st.builds(title_record, texts),
        st.builds(user, st.sampled_from("abc"), texts, st.none() | st.sampled_from("abc")),
        st.integers(1, 3).map(lambda number: turn(number)[0]),
        st.integers(1, 3).map(lambda number: turn(number)[3]),
        st.integers(1, 3).map(lambda number: turn(number)[5]),
        st.builds(head_record, st.none() | st.sampled_from("abc")),
    ),
    max_size=12,
)


@given(any_records)
def test_what_was_written_is_what_is_read(records: list[JsonObject]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), [title_record("start"), *records])
        session = store(Path(folder)).load(str(path))
        assert session.notices == ()
        timed = [{**record, "t": int(NOW_S * 1000)} for record in records]
        assert told(session) == told(fold_session([title_record("start"), *timed]))


def test_a_record_that_no_file_can_hold_is_told_for_good(tmp_path: Path) -> None:
    deep: Json = []
    for _ in range(200_000):
        deep = [deep]
    journal = store(tmp_path).create()
    journal.append({"type": "note", "text": deep})
    journal.append(title_record("a"))
    journal.sync()
    assert journal.problem is not None
    assert "missing from the file" in journal.problem
    journal.close()
    assert [record.get("title") for record in lines(Path(str(journal.path)))] == [None, "a"]
