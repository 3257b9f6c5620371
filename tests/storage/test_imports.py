"""Storing imported sessions atomically, and reading databases written by llm itself without changing them."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from chat_tui.domain.conversation import text_of
from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation
from chat_tui.domain.formats.reading.llm_logs import TABLES, read
from chat_tui.domain.json_values import Json
from chat_tui.domain.problems import ProblemError
from chat_tui.storage.imports import FileImports
from chat_tui.storage.reading import read_session
from tests.support.session_files import NOW_S, turn

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "foreign"


def database(path: Path, name: str, *, log: bool = False) -> Path:
    made = sqlite3.connect(path)
    if log:
        made.execute("PRAGMA journal_mode = WAL")
    made.executescript((FIXTURES / f"llm_{name}.sql").read_text("utf-8"))
    made.commit()
    if log:
        for suffix in ("", "-wal"):
            kept = Path(f"{path}{suffix}").read_bytes()
            path.with_name(f"copy{suffix}").write_bytes(kept)
        made.close()
        return path.with_name("copy")
    made.close()
    return path


def imports(folder: Path) -> FileImports:
    return FileImports(folder, now_s=lambda: NOW_S)


def conversations(path: Path, account: Account | None = None) -> tuple[ImportedConversation, ...]:
    return read(imports(path.parent).tables(str(path), TABLES), account or Account())


@pytest.mark.parametrize("name", ["older", "newer"])
@pytest.mark.parametrize("log", [False, True])
def test_databases_of_llm_itself_old_and_new_give_the_same_conversations(name: str, log: bool, tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", name, log=log)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    account = Account()
    first, second = conversations(path, account)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
    assert (first.title, first.system, first.model, first.parameters) == (
        "question 0",
        "Be brief",
        "echo",
        {"temperature": 0.5},
    )
    assert [text_of(node.message) for node in first.nodes] == [
        "question 0",
        "reply to question 0",
        "A long fragment text\nquestion 1",
        "reply to A long fragment text\nquestion 1",
        "question 2",
        "reply to question 2",
    ]
    parts = first.nodes[4].message["content"]
    assert isinstance(parts, list)
    assert parts[1:] == [
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0K"}},
    ]
    assert [node.model for node in first.nodes] == ["", "echo"] * 3
    assert first.head == first.nodes[-1].id
    assert [text_of(node.message) for node in second.nodes] == ["alone", "reply to alone"]
    assert account.losses == {"raw answers of services": 4}


def test_forked_threads_are_branches_of_one_conversation_and_tools_answer_their_calls(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", "newer")
    with sqlite3.connect(path) as made:
        thread, tip = made.execute("SELECT id, tip_message_hash FROM threads WHERE name = 'alone'").fetchone()
        for each, parent, role in (("h1", tip, "assistant"), ("h2", "h1", "tool")):
            made.execute("INSERT INTO messages VALUES (?, ?, ?, NULL)", (each, parent, role))
        part = "INSERT INTO parts (message_hash, position, type, tool_name, text, payload) VALUES (?, ?, ?, ?, ?, ?)"
        made.execute(part, ("h1", 0, "reasoning", None, "hm", None))
        made.execute(part, ("h1", 1, "tool_call", "f", None, '{"name":"f","arguments":{"a":1},"tool_call_id":"c1"}'))
        for number in range(2):
            payload = f'{{"name":"f","output":"out {number}","tool_call_id":"c{number}"}}'
            made.execute(part, ("h2", number, "tool_result", "f", None, payload))
        made.execute("INSERT INTO threads VALUES ('t2', 'fork', 'h2', ?, NULL)", (thread,))
    made.close()
    found = conversations(path)
    assert len(found) == 2
    forked = next(each for each in found if each.title == "alone")
    call, *answers = forked.nodes[2:]
    assert call.message == {
        "role": "assistant",
        "content": "",
        "reasoning_content": "hm",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}],
    }
    assert [(each.message["content"], each.parent) for each in answers] == [
        ("out 0", call.id),
        ("out 1", answers[0].id),
    ]


def test_what_is_no_database_or_a_damaged_one_is_told_or_read_in_part(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", "older")
    data = path.read_bytes()
    for name, content in {
        "text": b"hello",
        "mark": data[:16],
        "cut": data[:5000],
        "zeros": data[:4096] + b"\0" * 20_000,
    }.items():
        file = tmp_path / name
        file.write_bytes(content)
        with suppress(ProblemError):
            assert all(each.nodes for each in conversations(file))
    with pytest.raises(ProblemError):
        conversations(tmp_path / "missing")
    with pytest.raises(ProblemError):
        conversations(tmp_path)


def test_a_session_is_kept_in_one_step_with_the_name_of_its_time(tmp_path: Path) -> None:
    path = Path(imports(tmp_path).keep(turn(1), created_s=1_700_000_000.0))
    session = read_session(path)
    assert path.parent == tmp_path / "sessions"
    assert path.name.startswith("20231114-221320-")
    assert (session.created, session.id, session.notices) == ("2023-11-14T22:13:20Z", path.stem, ())
    assert (path.stat().st_mode & 0o777, [*path.parent.iterdir()]) == (0o600, [path])
    dated = Path(imports(tmp_path).keep(turn(1), created_s=1_700_000_000.0, ended_s=1_700_000_009.0))
    assert dated.stat().st_mtime == 1_700_000_009.0
    assert read_session(Path(imports(tmp_path).keep(turn(1)))).created == "2026-09-21T14:13:20Z"


def test_nothing_is_overwritten_and_nothing_is_left_of_what_failed(tmp_path: Path) -> None:
    there = tmp_path / "there.jsonl"
    there.write_text("{}\n")
    with pytest.raises(ProblemError, match="already exists"):
        imports(tmp_path).keep(turn(1), path=str(there))
    with pytest.raises(ProblemError, match="Cannot write"):
        imports(there).keep(turn(1))
    deep: Json = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ProblemError, match="cannot be written as JSON"):
        imports(tmp_path).keep([{"type": "message", "deep": deep}], path=str(tmp_path / "new.jsonl"))
    assert (there.read_text(), sorted(each.name for each in tmp_path.iterdir())) == ("{}\n", ["there.jsonl"])


def test_a_thousand_sessions_of_one_second_get_names_of_their_own(tmp_path: Path) -> None:
    kept = imports(tmp_path)
    paths = {kept.keep(turn(1), created_s=1_700_000_000.0) for _ in range(1000)}
    assert len(paths) == len([*(tmp_path / "sessions").iterdir()]) == 1000
