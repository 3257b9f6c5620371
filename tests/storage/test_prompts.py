"""The prompt history and the drafts."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.storage import prompts
from chat_tui.storage.prompts import DraftFile, PromptHistoryFile

any_text = st.text(st.characters(codec="utf-8"), max_size=30)


def test_prompts_come_back_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history.jsonl"
    history = PromptHistoryFile(path)
    assert history.entries() == []
    for text in ("one", "two\nlines \x1b[31m\u2028", "two\nlines \x1b[31m\u2028", "one"):
        history.append(text)
    assert PromptHistoryFile(path).entries() == history.entries() == ["one", "two\nlines \x1b[31m\u2028", "one"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@given(st.lists(any_text, max_size=8))
def test_any_prompt_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any-history.jsonl"
    path.unlink(missing_ok=True)
    history = PromptHistoryFile(path)
    for text in texts:
        history.append(text)
    assert PromptHistoryFile(path).entries() == history.entries()


def test_only_the_last_thousand_are_kept_and_the_file_stops_growing(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    for start in range(0, 4000, 800):
        history = PromptHistoryFile(path)
        for number in range(start, start + 800):
            history.append(str(number))
    assert PromptHistoryFile(path).entries() == [str(number) for number in range(3000, 4000)]
    assert path.read_bytes().count(b"\n") <= 2 * prompts.MOST_ENTRIES
    assert [each.name for each in tmp_path.iterdir()] == ["h.jsonl"]


def test_huge_prompts_do_not_make_a_huge_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "MOST_BYTES", 1000)
    path = tmp_path / "h.jsonl"
    history = PromptHistoryFile(path)
    for number in range(30):
        history.append(f"{number} " + "x" * 200)
    assert path.stat().st_size < 3000
    assert PromptHistoryFile(path).entries()[-1].startswith("29 ")


def test_what_another_program_remembered_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    one, two = PromptHistoryFile(path), PromptHistoryFile(path)
    for history, text in ((one, "a"), (two, "b"), (one, "c")):
        history.append(text)
    assert PromptHistoryFile(path).entries() == ["a", "b", "c"]


def test_a_damaged_history_gives_what_can_be_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    path.write_bytes(b'"one"\n\xff\n{"a":1}\n\0\0\n"two"\n"torn')
    history = PromptHistoryFile(path)
    assert history.entries() == ["one", "two"]
    history.append("three")
    assert PromptHistoryFile(path).entries() == ["one", "two", "three"]


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/etc/hostname")])
def test_what_is_no_file_is_left_alone(tmp_path: Path, make: object) -> None:
    path = tmp_path / "thing"
    assert callable(make)
    make(path)
    history, draft = PromptHistoryFile(path), DraftFile(path)
    history.append("one")
    assert history.entries() == ["one"]
    assert draft.load() == ""
    assert PromptHistoryFile(path).entries() == []


@given(any_text)
def test_a_draft_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "drafts" / "draft.txt"
    DraftFile(path).save(text)
    assert DraftFile(path).load() == text


def test_a_draft_is_private_replaced_as_one_and_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "state" / "draft.txt"
    draft = DraftFile(path)
    assert draft.load() == ""
    draft.save("one")
    draft.save("two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["draft.txt"]
    assert draft.load() == "two"
    draft.clear()
    draft.clear()
    assert draft.load() == ""
    draft.save("three")
    draft.save("")
    assert not path.exists()


def test_a_disk_that_refuses_a_draft_keeps_the_old_one_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "draft.txt"
    DraftFile(path).save("old")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    DraftFile(path).save("new")
    assert DraftFile(path).load() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["draft.txt"]


def test_each_session_has_a_draft_of_its_own(tmp_path: Path) -> None:
    draft = DraftFile(tmp_path / "state" / "draft.txt")
    names = ["", "/sessions/one.jsonl", "/sessions/two.jsonl", "/odd/\n\udc80/../three"]
    for number, name in enumerate(names):
        draft.save(f"text {number}", name)
    again = DraftFile(tmp_path / "state" / "draft.txt")
    assert [again.load(name) for name in names] == [f"text {number}" for number in range(4)]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in (tmp_path / "state" / "drafts").iterdir())
    draft.clear(names[1])
    assert [again.load(name) for name in names] == ["text 0", "", "text 2", "text 3"]
