"""Searching many sessions, on disk and in memory, and which texts of a file are searched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.records import label_record, settings_record, title_record
from chat_tui.domain.settings import SessionSettings
from chat_tui.storage.library import library as library_module
from chat_tui.storage.library.library import FileLibrary
from chat_tui.storage.library.peek import INDEX
from chat_tui.storage.library.survey import Survey
from tests.support.many_sessions import write_sessions
from tests.support.session_files import answer, chunk, end, events, request, store, turn, user, written


def library(folder: Path) -> FileLibrary:
    """Up to date."""
    made = FileLibrary(folder, store(folder))
    list(made.refreshing())
    return made


def ids(made: FileLibrary, query: str = "") -> list[str]:
    return [each.id for each in made.search(query).sessions]


def without_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileLibrary, "_on_disk", lambda _: None)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    write_sessions(folder, 300, words=30)
    return folder


@pytest.fixture(scope="module")
def both(many: Path) -> tuple[FileLibrary, FileLibrary]:
    on_disk = library(many)
    with pytest.MonkeyPatch.context() as patch:
        without_disk(patch)
        in_memory = library(many)
    return on_disk, in_memory


def test_a_word_that_stands_once_in_three_hundred_sessions_is_found_as_it_is_typed(
    both: tuple[FileLibrary, FileLibrary],
) -> None:
    found = both[0]
    assert len(ids(found)) == 300
    assert ids(found, "needle123") == [
        each.id for each in found.search("").sessions if each.id.startswith("20260101-000123")
    ]
    assert len(ids(found, "needle29")) == 11
    assert len(ids(found, "needle29 ")) == 1
    assert ids(found, "needle29 needle30 ") == []
    (session,) = found.search("needle140 ").sessions
    (excerpt,) = found.excerpts([session.path], "needle140 ").values()
    assert [excerpt.text[begin:end_] for begin, end_ in excerpt.found] == ["needle140"]
    assert (session.messages, session.tokens, session.starred, session.tags) == (20, 1000, True, ("play",))


QUERIES = st.lists(
    st.one_of(
        st.sampled_from(
            ["ba", "tefur", "cuka", "goca", "needle1", "Goca", '"cuka goca"', "model:gpt", "is:starred", "zzz"]
        ),
        st.sampled_from(
            ["tag:work", "before:2025-10-12", "provider:local", '"', "AND", "NOT", "NEAR(", "*", "^a", "a:b"]
        ),
    ),
    max_size=3,
).map(" ".join)


@given(QUERIES)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_the_index_on_disk_finds_what_reading_everything_finds(
    both: tuple[FileLibrary, FileLibrary], query: str
) -> None:
    on_disk, in_memory = both
    assert ids(on_disk, query) == ids(in_memory, query)


@given(st.text())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_a_fault_of_the_search(both: tuple[FileLibrary, FileLibrary], text: str) -> None:
    for each in both:
        found = each.search(text)
        each.excerpts([session.path for session in found.sessions[:3]], text)
    assert len(ids(both[0])) == 300


@pytest.mark.parametrize("kept", [True, False])
def test_everything_that_was_said_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    if not kept:
        without_disk(monkeypatch)
    call: JsonObject = {
        "id": "call_hidden",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
    }
    written(
        tmp_path,
        [
            title_record("Clouds"),
            label_record(tags=["sky"]),
            settings_record(SessionSettings("local", "m", system="Be a meteorologist.")),
            user("u", "Schnee in Zürich? 明日は雨"),
            {
                "type": "message",
                "id": "a",
                "parent": "u",
                "message": {
                    "role": "assistant",
                    "content": [{"type": "text", "text": "parted words"}],
                    "reasoning_content": "pondering deeply",
                    "tool_calls": [call],
                },
            },
            {"type": "message", "id": "t", "parent": "a", "message": {"role": "tool", "content": "minus three"}},
            request("x", "t"),
            events("x", chunk("half an ans"), chunk("wer that broke")),
        ],
    )
    made = library(tmp_path)
    queries = [
        "clouds",
        "sky",
        "meteorologist",
        "zurich",
        "雨",
        "明日は",
        "parted",
        "pondering",
        "weather",
        "oslo",
        "minus",
    ]
    for query in [*queries, '"half an answer"', "is:cut", "schn", '"three" clouds']:
        assert len(ids(made, query)) == 1, query
    for query in ["call_hidden", "assistant", "oslos", "日明"]:
        assert ids(made, query) == [], query


def test_only_what_was_appended_is_read_when_a_file_has_grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, [*turn(1), *(user(f"m{number}", "x " * 5000) for number in range(30))])
    made = library(tmp_path)
    taken: list[int] = []
    real = Survey.take

    def counting(self: Survey, line: bytes, place: int) -> list[str]:
        taken.append(len(line))
        return real(self, line, place)

    monkeypatch.setattr(Survey, "take", counting)
    assert [*made.refreshing()] == []
    journal = store(tmp_path).append_to(str(path))
    journal.append(user("new", "appended words"))
    journal.append(title_record("named"))
    journal.close()
    assert [*made.refreshing()]
    assert len(taken) == 2
    (session,) = made.search("appended").sessions
    assert (session.title, session.messages) == ("named", 33)
    assert ids(made, "question") == [path.stem]


def test_a_reply_under_way_is_found_once_before_and_after_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, [user("u", "go"), request("x", "u"), events("x", chunk("early "))])
    made = library(tmp_path)
    assert made.search("early").sessions[0].cut
    journal = store(tmp_path).append_to(str(path))
    for record in (events("x", chunk("and late"), at_s=1.0), answer("x", "u", "early and late"), end("x")):
        journal.append(record)
    journal.close()
    assert [*made.refreshing()]
    (session,) = made.search('"early and late"').sessions
    assert not session.cut


@pytest.mark.parametrize("way", ["shorter", "same inode, other bytes", "another file", "torn", "gone"])
def test_a_file_that_is_not_what_it_was_is_read_anew(tmp_path: Path, way: str) -> None:
    written(tmp_path, turn(7))
    path = written(tmp_path, [title_record("old words"), *turn(1)])
    made = library(tmp_path)
    other = written(tmp_path / "elsewhere", [title_record("new words"), *turn(2), *turn(3, "x2.0")])
    if way == "shorter":
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    elif way == "same inode, other bytes":
        path.write_bytes(other.read_bytes())
    elif way == "another file":
        other.replace(path)
    elif way == "torn":
        with path.open("ab") as file:
            file.write(b'{"type":"title","t":1,"title":"new wor')
    else:
        path.unlink()
    assert len([*made.refreshing()]) != 1
    shutil.copytree(tmp_path / "sessions", tmp_path / "copy" / "sessions")
    fresh = library(tmp_path / "copy")
    for query in ("", "old", "new", "question", "answer", "1", "2 ", "3 "):
        told = [(each.id, each.title, each.messages) for each in made.search(query).sessions]
        assert told == [(each.id, each.title, each.messages) for each in fresh.search(query).sessions], query


def _truncate(index: Path) -> None:
    os.truncate(index, index.stat().st_size // 2)


def _scribble(index: Path) -> None:
    data = bytearray(index.read_bytes())
    for place in range(0, len(data), 4096):
        data[place : place + 64] = os.urandom(64)
    index.write_bytes(bytes(data))


def _another_version(index: Path) -> None:
    with sqlite3.connect(index) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()


def _other_tables(index: Path) -> None:
    with sqlite3.connect(index) as db:
        db.execute("DROP TABLE texts")
    db.close()


def _bad_rows(index: Path) -> None:
    with sqlite3.connect(index) as db:
        db.execute("UPDATE sessions SET survey = x'00ff', change = change + 1")
        db.execute("UPDATE counters SET changed = changed + 1")
    db.close()


DAMAGES: list[Callable[[Path], object]] = [
    _truncate,
    _scribble,
    _another_version,
    _other_tables,
    _bad_rows,
    lambda index: index.write_bytes(b"no database at all" * 400),
    lambda index: index.write_bytes(b""),
    lambda index: index.unlink(),
]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("open_", [False, True])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: Callable[[Path], object], open_: bool) -> None:
    for number in range(4):
        written(tmp_path, [title_record(f"name {number}"), *turn(number)])
    made = library(tmp_path)
    before = ids(made)
    if not open_:
        made.close()
        made = FileLibrary(tmp_path, store(tmp_path))
    damage(tmp_path / INDEX)
    assert store(tmp_path).recent()[0].title.startswith("name")
    made.search("answer")
    list(made.refreshing())
    assert ids(made) == before
    assert len(ids(made, "answer")) == 4
    assert made.search("").notes == ()
    assert (tmp_path / INDEX).stat().st_mode & 0o777 == 0o600


def test_a_folder_in_the_place_of_the_index_makes_searching_slow_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    (tmp_path / INDEX).mkdir()
    made = library(tmp_path)
    found = made.search("answer")
    assert [each.path for each in found.sessions] == [str(path)]
    assert "no index on disk" in found.notes[0]
    assert store(tmp_path).recent()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_searched_all_the_same(tmp_path: Path) -> None:
    written(tmp_path, turn(1))
    tmp_path.chmod(0o500)
    try:
        assert "no index on disk" in library(tmp_path).search("answer").notes[0]
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("what", ["create_private", "connect"])
def test_a_disk_that_refuses_is_no_reason_not_to_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    from chat_tui.storage.library import database

    def refusing(*_: object) -> int:
        if what == "connect":
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        raise PermissionError(13, "Permission denied")

    written(tmp_path, turn(1))
    monkeypatch.setattr(database, "create_private" if what == "create_private" else "_connected", refusing)
    made = library(tmp_path)
    assert len(ids(made, "answer")) == 1
    assert "no index on disk" in made.search("").notes[0]


def test_a_python_without_full_text_search_says_so_and_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat_tui.storage.library import database

    monkeypatch.setattr(database, "full_text_is_missing", lambda: "this Python's SQLite has no FTS5")
    written(tmp_path, turn(1))
    made = library(tmp_path)
    assert len(ids(made, "answer")) == 1
    assert "no FTS5" in made.search("").notes[0]
    assert not (tmp_path / INDEX).exists()


def test_bad_files_are_listed_with_why_and_harm_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = written(tmp_path, turn(1))
    sessions = tmp_path / "sessions"
    (sessions / "bad.jsonl").write_bytes(b"\0\xff garbage\n" * 3)
    (sessions / "empty.jsonl").touch()
    (sessions / "secret.jsonl").write_bytes(good.read_bytes())
    (sessions / "pipe.jsonl").mkdir()
    real = os.open

    def refusing(path: Path, *rest: int) -> int:
        if str(path).endswith("secret.jsonl"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing)
        made = library(tmp_path)
        problems = {each.id: each.problem for each in made.search("").sessions}
    assert problems == {
        good.stem: "",
        "bad": "not a session",
        "empty": "empty",
        "secret": "cannot be read: Permission denied",
    }
    assert [*made.refreshing()]
    assert "secret" in ids(made, "answer")


def test_two_programs_that_read_the_same_folder_at_once_end_with_one_index(tmp_path: Path) -> None:
    write_sessions(tmp_path, 60, messages=4, words=10)
    made = [FileLibrary(tmp_path, store(tmp_path)) for _ in range(3)]
    faults: list[BaseException] = []

    def refresh(each: FileLibrary) -> None:
        try:
            list(each.refreshing())
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=refresh, args=(each,)) for each in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    for each in made:
        assert len(ids(each)) == 60
        assert len(ids(each, "needle7 ")) == 1
    with sqlite3.connect(tmp_path / INDEX) as db:
        db.execute("INSERT INTO words(words) VALUES('integrity-check')")
        assert db.execute("SELECT count(*) FROM sessions").fetchone() == (60,)
    db.close()


def test_a_program_that_writes_for_long_is_not_waited_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat_tui.storage.library import database

    written(tmp_path, turn(1))
    library(tmp_path).close()
    written(tmp_path, turn(2))
    monkeypatch.setattr(database, "_BUSY_S", 0.01)
    other = sqlite3.connect(tmp_path / INDEX, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    made = library(tmp_path)
    assert len(ids(made)) == 1
    assert "another program" in made.search("").notes[0]
    other.execute("COMMIT")
    other.close()
    assert [*made.refreshing()]
    assert len(ids(made)) == 2
    assert made.search("").notes == ()


def test_another_program_is_waited_for_less_than_two_seconds() -> None:
    from chat_tui.storage.library import database

    assert database._BUSY_S < 2


def test_a_machine_without_sessions_gets_no_index(tmp_path: Path) -> None:
    made = library(tmp_path)
    assert ids(made, "x") == []
    assert [*tmp_path.iterdir()] == []


def test_lists_and_names_use_the_index_for_files_that_are_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [written(tmp_path, [title_record(f"name {number}"), *turn(number)]) for number in range(8)]
    plain = store(tmp_path).recent()
    library(tmp_path).close()
    with paths[3].open("ab") as file:
        file.write(b'{"type":"title","t":1,"title":"another"}\n')
    opened: list[str] = []
    real = os.open

    def counting(path: Path, *rest: int) -> int:
        opened.append(str(path))
        return real(path, *rest)

    monkeypatch.setattr(os, "open", counting)
    found = store(tmp_path).recent()
    assert [path for path in opened if path.endswith(".jsonl")] == [str(paths[3])]
    assert {each.title for each in found} == {each.title for each in plain} - {"name 3"} | {"another"}
    assert store(tmp_path).find("name 5") == str(paths[5])
    assert store(tmp_path).find("another") == str(paths[3])


def test_nothing_of_sqlite_is_loaded_before_it_is_used() -> None:
    assert "sqlite3" not in vars(library_module)


def test_a_long_session_is_searched_to_its_end(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(60_000)]
    path = written(tmp_path, [user("u", " ".join(words))])
    made = library(tmp_path)
    for word in ("word0", "word31415", "word59999"):
        assert len(ids(made, f"{word} ")) == 1
        assert made.excerpts([str(path)], f"{word} ")
    assert len(ids(made, "word0 word59999 ")) == 1
