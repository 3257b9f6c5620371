"""Finding and listing sessions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.records import settings_record, title_record
from chat_tui.domain.settings import SessionSettings
from chat_tui.storage import store as store_module
from tests.support.session_files import store, turn, user


def put(folder: Path, stem: str, *records: JsonObject, age_s: float = 0) -> Path:
    path = folder / "sessions" / f"{stem}.jsonl"
    journal = store(folder).create(path=str(path))
    for record in records:
        journal.append(record)
    journal.close()
    os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "20260101-000000-aaaa", title_record("rain"), *turn(1), age_s=30)
    put(tmp_path, "20260102-000000-bbbb", user("u", "How  are\nyou?"), age_s=20)
    put(tmp_path, "20260103-000000-cccc", title_record("twice"), age_s=10)
    put(tmp_path, "20260103-000000-dddd", title_record("twice"))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("20260101-000000-aaaa", "20260101-000000-aaaa"),
        ("20260101-000000-aaaa.jsonl", "20260101-000000-aaaa"),
        ("20260101", "20260101-000000-aaaa"),
        ("20260103-000000-d", "20260103-000000-dddd"),
        ("rain", "20260101-000000-aaaa"),
        ("How are you?", "20260102-000000-bbbb"),
    ],
)
def test_a_session_is_found_by_id_its_beginning_or_title(folder: Path, name: str, stem: str) -> None:
    assert store(folder).find(name) == str(folder / "sessions" / f"{stem}.jsonl")


def test_a_session_is_found_by_path(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    path = put(elsewhere, "mine", title_record("a"))
    assert store(folder).find(str(path)) == str(path)
    monkeypatch.chdir(path.parent)
    assert store(folder).find("mine.jsonl") == "mine.jsonl"
    monkeypatch.setenv("HOME", str(elsewhere))
    assert store(folder).find("~/sessions/mine.jsonl") == str(path)


@pytest.mark.parametrize("name", ["20260103", "twice", "2026"])
def test_a_name_of_several_is_refused_with_the_ids(folder: Path, name: str) -> None:
    for find in (store(folder).find, store(folder).find_or_none):
        with pytest.raises(ProblemError) as caught:
            find(name)
        assert "20260103-000000-cccc" in str(caught.value)
        assert "20260103-000000-dddd" in str(caught.value)


def test_a_title_that_begins_many_ids_is_still_a_title(folder: Path) -> None:
    path = put(folder, "20250101-000000-eeee", title_record("2026"))
    assert store(folder).find("2026") == str(path)


@pytest.mark.parametrize(
    "name",
    ["", "no such", "../../x", "..", ".", "a/b", "x" * 300, "nul\0", "/nul\0", " ", "\n", "~nobody/x", "*", "no.jsonl"],
)
def test_an_unknown_name_is_none_or_a_sentence_and_never_leads_out_of_the_folder(folder: Path, name: str) -> None:
    assert store(folder).find_or_none(name) is None
    with pytest.raises(ProblemError, match="There is no session"):
        store(folder).find(name)


def test_a_bare_name_is_no_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "bare").write_text("a file of the current folder")
    assert store(folder).find_or_none("bare") is None


def test_sessions_are_listed_newest_first_with_what_they_are(folder: Path) -> None:
    newest = put(
        folder,
        "20260104-000000-ffff",
        settings_record(SessionSettings("openai", "old")),
        *turn(1),
        title_record("first"),
        settings_record(SessionSettings("local", "new")),
        *turn(2, "x1.0"),
        title_record("second"),
        age_s=-10,
    )
    found = store(folder).recent()
    assert [each.id[-4:] for each in found] == ["ffff", "dddd", "cccc", "bbbb", "aaaa"]
    first = found[0]
    assert (first.path, first.title, first.provider, first.model) == (str(newest), "second", "local", "new")
    assert (first.messages, first.created, first.modified_s) == (4, "2026-09-21T14:13:20Z", 1_000_010)
    assert [each.title for each in found[1:]] == ["twice", "twice", "How are you?", "rain"]


def test_a_list_opens_only_the_files_it_shows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = os.open

    def counting(path: Path, *rest: int) -> int:
        opened.append(path)
        return real(path, *rest)

    monkeypatch.setattr(os, "open", counting)
    assert len(store(folder).recent(2)) == 2
    assert len([path for path in opened if str(path).endswith(".jsonl")]) == 2
    assert store(folder).recent(0) == []


def test_a_bad_file_is_listed_as_one_and_harms_no_other(folder: Path) -> None:
    sessions = folder / "sessions"
    (sessions / "bad.jsonl").write_bytes(b"\0\xff garbage\n" * 3)
    (sessions / "empty.jsonl").touch()
    (sessions / "odd.jsonl").write_text(
        '{"type":"message","message":5}\n{"type":"title","title":7}\n{"type":"session"}\n'
    )
    (sessions / "folder.jsonl").mkdir()
    os.mkfifo(sessions / "pipe.jsonl")
    (sessions / "link.jsonl").symlink_to(sessions / "bad.jsonl")
    (sessions / "20260101-000000-aaaa.jsonl.torn-20260101-000000").write_text("torn")
    titles = {each.id: each.title for each in store(folder).recent()}
    assert (titles["bad"], titles["empty"], titles["odd"]) == ("[not a session]", "[empty]", "")
    assert len(titles) == 7
    assert store(folder).find("rain")


def test_a_file_that_vanishes_or_may_not_be_read_is_listed_as_such(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def refusing(path: Path, *rest: int) -> int:
        if str(path).endswith("aaaa.jsonl"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refusing)
    assert store(folder).recent()[-1].title == "[cannot be read: Permission denied]"


def test_a_machine_without_sessions_has_an_empty_list(tmp_path: Path) -> None:
    assert store(tmp_path).recent() == []
    assert store(tmp_path).find_or_none("a") is None
    assert list(tmp_path.iterdir()) == []


def test_a_torn_title_gives_way_to_the_one_before(folder: Path) -> None:
    path = put(folder, "20260105-000000-9999", title_record("whole"))
    with path.open("ab") as file:
        file.write(b'{"type":"title","t":1,"title":"to')
    assert store(folder).find("whole") == str(path)


def test_the_store_does_nothing_at_import_that_start_up_would_pay_for() -> None:
    assert not {"read_session", "FileJournal", "summary"} & vars(store_module).keys()
