"""Titles, labels, copies and the trash: nothing is ever lost or overwritten."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.labels import Labels
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.records import title_record
from chat_tui.storage.library.library import FileLibrary
from tests.support.session_files import answer, chunk, end, events, lines, request, store, told, turn, user, written

NAMES = ["../../x", "a/b", "nul\0", "x" * 300, "two\nlines", "\x1b[31mred", ".", "con", " spaced ", "\u202eevil"]


def library(folder: Path) -> FileLibrary:
    return FileLibrary(folder, store(folder))


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_a_name_and_no_path(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, turn(1))
    library(tmp_path).rename(str(path), name)
    assert store(tmp_path).load(str(path)).title == name
    assert [each.title for each in store(tmp_path).recent()] == [name]
    if "/" not in name:
        assert store(tmp_path).find(name) == str(path)
    assert {each.name for each in tmp_path.rglob("*")} == {"sessions", path.name}


def test_labels_are_records_and_leave_the_time_of_the_session_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    os.utime(path, (1_000, 1_000))
    before = lines(path)
    made = library(tmp_path)
    made.label(str(path), tags=["a", "b"], starred=True)
    made.label(str(path), archived=True)
    assert lines(path)[:-2] == before
    session = store(tmp_path).load(str(path))
    assert session.labels == Labels(("a", "b"), starred=True, archived=True)
    assert path.stat().st_mtime == 1_000
    list(made.refreshing())
    assert made.search("").sessions == []
    assert made.search("").archived == 1
    (card,) = made.search("is:archived tag:a is:starred").sessions
    assert (card.tags, card.starred) == (("a", "b"), True)


def test_labels_written_while_the_session_is_open_elsewhere_keep_every_line(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    open_ = store(tmp_path).append_to(str(path))

    def talk() -> None:
        for number in range(200):
            open_.append(user(f"m{number}", f"said {number}"))

    def label(starred: bool) -> None:
        for number in range(40):
            library(tmp_path).label(str(path), tags=[f"t{number}"] if starred else None, starred=starred)

    threads = [threading.Thread(target=talk), *(threading.Thread(target=label, args=(each,)) for each in (True, False))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    open_.close()
    found = lines(path)
    assert len(found) == 1 + 6 + 200 + 80
    assert store(tmp_path).load(str(path)).labels.tags == ("t39",)


def test_a_torn_end_is_mended_before_a_label_is_added(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    with path.open("ab") as file:
        file.write(b'{"type":"title","t":1,"ti')
    library(tmp_path).label(str(path), starred=True)
    assert store(tmp_path).load(str(path)).labels.starred
    assert store(tmp_path).load(str(path)).notices == ()


def test_what_cannot_be_added_to_is_told(tmp_path: Path) -> None:
    newer = tmp_path / "sessions" / "newer.jsonl"
    newer.parent.mkdir()
    newer.write_text('{"type":"session","version":99,"id":"newer"}\n')
    before = newer.read_bytes()
    with pytest.raises(ProblemError, match="newer version"):
        library(tmp_path).rename(str(newer), "x")
    with pytest.raises(ProblemError, match="newer version"):
        library(tmp_path).label(str(newer), starred=True)
    assert newer.read_bytes() == before
    with pytest.raises(ProblemError, match="no session file"):
        library(tmp_path).rename(str(tmp_path / "sessions" / "none.jsonl"), "x")


def test_what_is_deleted_lies_in_the_trash_and_comes_back(tmp_path: Path) -> None:
    path = written(tmp_path, [title_record("rain"), *turn(1)])
    data, made = path.read_bytes(), library(tmp_path)
    list(made.refreshing())
    trashed = made.delete(str(path))
    assert Path(trashed) == tmp_path / "trash" / path.name
    assert (tmp_path / "trash").stat().st_mode & 0o777 == 0o700
    assert Path(trashed).read_bytes() == data
    list(made.refreshing())
    assert made.search("rain").sessions == []
    assert [each.title for each in made.trashed()] == ["rain"]
    assert made.restore("rain") == str(path)
    assert path.read_bytes() == data
    list(made.refreshing())
    assert len(made.search("rain").sessions) == 1


@pytest.mark.parametrize("name", ["id", "beginning", "path"])
def test_the_trash_knows_what_it_holds_by_id_and_path(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, turn(1))
    trashed = library(tmp_path).delete(str(path))
    given = {"id": path.stem, "beginning": path.stem[:12], "path": trashed}[name]
    assert library(tmp_path).restore(given) == str(path)


def test_nothing_in_the_trash_or_the_folder_is_written_over(tmp_path: Path) -> None:
    made, store_ = library(tmp_path), store(tmp_path)
    path = tmp_path / "sessions" / "one.jsonl"
    contents = []
    for number in range(3):
        journal = store_.create(path=str(path))
        journal.append(title_record(f"number {number}"))
        journal.close()
        contents.append(path.read_bytes())
        made.delete(str(path))
    assert sorted(each.read_bytes() for each in (tmp_path / "trash").iterdir()) == sorted(contents)
    with pytest.raises(ProblemError, match="matches several"):
        made.restore("on")
    assert made.restore("number 1") == str(tmp_path / "sessions" / "one-2.jsonl")
    assert made.restore("one") == str(path)
    made.delete(str(path))
    path.write_text("in the way")
    with pytest.raises(ProblemError, match="already exists"):
        made.restore("one")
    assert path.read_text() == "in the way"


@pytest.mark.parametrize("name", ["", "no such", "..", "../sessions/x", "nul\0", "x" * 300])
def test_a_name_that_nothing_in_the_trash_has_is_a_sentence(tmp_path: Path, name: str) -> None:
    library(tmp_path).delete(str(written(tmp_path, turn(1))))
    with pytest.raises(ProblemError, match="There is no session"):
        library(tmp_path).restore(name)


def test_only_kept_sessions_go_to_the_trash(tmp_path: Path) -> None:
    elsewhere = tmp_path / "mine.jsonl"
    elsewhere.write_text("mine")
    inside = written(tmp_path, turn(1)).parent / "link.jsonl"
    inside.symlink_to(elsewhere)
    for path in (elsewhere, inside, inside.parent / "none.jsonl"):
        with pytest.raises(ProblemError):
            library(tmp_path).delete(str(path))
    assert elsewhere.read_text() == "mine"
    assert inside.is_symlink()


def test_a_program_that_has_a_deleted_session_open_loses_no_line(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    open_ = store(tmp_path).append_to(str(path))
    made = library(tmp_path)
    trashed = made.delete(str(path))
    open_.append(user("late", "said afterwards"))
    open_.close()
    assert open_.problem is None
    assert lines(Path(trashed))[-1]["id"] == "late"


def test_a_copy_tells_the_same_under_an_id_of_its_own(tmp_path: Path) -> None:
    records: list[JsonObject] = [
        title_record("rain"),
        *turn(1),
        user("u2", "more", "x1.0"),
        request("x2", "u2"),
        events("x2", chunk("one"), chunk("other", index=1)),
        answer("x2", "u2", "one"),
        answer("x2", "u2", "other", 1),
        end("x2"),
        {"type": "future", "kept": True},
        user("u3", "cut", "x2.0"),
        request("x3", "u3"),
        events("x3", chunk("half")),
    ]
    path = written(tmp_path, records)
    made = library(tmp_path)
    made.label(str(path), tags=["a"])
    copy = Path(made.duplicate(str(path)))
    before, after = (store(tmp_path).load(str(each)) for each in (path, copy))
    assert told(after) == told(before)
    assert (after.labels, after.id, before.id) == (before.labels, copy.stem, path.stem)
    assert lines(copy)[1:] == lines(path)[1:]
    assert {"id": copy.stem, "copy_of": path.stem}.items() <= lines(copy)[0].items()
    assert copy.stat().st_mode & 0o777 == 0o600
    made.rename(str(copy), "other")
    assert store(tmp_path).load(str(path)).title == "rain"


@pytest.mark.parametrize("damage", ["no first line", "torn", "newer", "garbage in front"])
def test_a_copy_of_a_damaged_or_newer_file_is_as_it(tmp_path: Path, damage: str) -> None:
    path = written(tmp_path, turn(1))
    data = path.read_bytes()
    first, rest = data.split(b"\n", 1)
    if damage == "no first line":
        path.write_bytes(rest)
    elif damage == "torn":
        path.write_bytes(data + b'{"type":"mess')
    elif damage == "newer":
        path.write_bytes(json.dumps({**json.loads(first), "version": 9}).encode() + b"\n" + rest)
    else:
        path.write_bytes(b"\0\0\0garbage\n" + data)
    copy = library(tmp_path).duplicate(str(path))
    before, after = (store(tmp_path).load(each) for each in (str(path), copy))
    assert told(after) == told(before)
    assert after.id == Path(copy).stem
    assert after.read_only is (damage == "newer")
    assert replace(after, id="", notices=(), created="", exchanges={}) == replace(
        before, id="", notices=(), created="", exchanges={}
    )


def test_what_is_no_session_is_not_copied(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1)).with_name("bad.jsonl")
    path.write_bytes(b"garbage\n")
    with pytest.raises(ProblemError, match="not a chat-tui session"):
        library(tmp_path).duplicate(str(path))
    assert len(list(path.parent.iterdir())) == 2
