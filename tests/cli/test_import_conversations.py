"""Tests of ``chat-tui import`` for conversations of other programs, in a real process."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from chat_tui.storage.reading import read_session
from tests.support.command_line import run

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "foreign"


def chat(number: int) -> Any:
    messages = {
        "a": {"id": "a", "parentId": None, "childrenIds": ["b"], "role": "user", "content": f"question {number}"},
        "b": {
            "id": "b",
            "parentId": "a",
            "childrenIds": [],
            "role": "assistant",
            "content": "x",
            "model": "m-9",
            "sources": [1],
        },
    }
    params = {"system": "Be brief", "temperature": 0.5, "num_gpu": 3}
    return {
        "title": f"chat \x1b[31m{number}",
        "chat": {"params": params, "history": {"currentId": "b", "messages": messages}},
    }


def test_each_conversation_becomes_a_session_and_what_is_lost_is_told(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "chats.json"
    file.write_text(json.dumps([chat(number) for number in range(25)]), "utf-8")
    done = run(home, "import", str(file))
    assert done.returncode == 0, done.stderr
    paths = done.stdout.splitlines()
    assert len(paths) == 25
    assert done.stderr == (
        "chat-tui: Not imported: sources of replies (25), options that are no parameters of a request (25).\n"
    )
    session = read_session(Path(paths[3]))
    assert session.title == "chat \x1b[31m3"
    assert [node.message["content"] for node in session.conversation.path()] == ["question 3", "x"]
    assert session.conversation.nodes["b"].model == "m-9"
    assert session.settings is not None
    assert (session.settings.system, session.settings.model, session.settings.parameters["temperature"]) == (
        "Be brief",
        "m-9",
        0.5,
    )
    assert session.settings.own
    notes = [line for line in Path(paths[3]).read_text("utf-8").splitlines() if '"note"' in line]
    assert "Imported from chats.json (Open WebUI" in notes[0]


def test_json_tells_all_and_a_dry_run_makes_nothing(home: dict[str, str]) -> None:
    data = json.dumps([chat(1), chat(2)]).encode()
    dry = run(home, "import", "-", "--dry-run", stdin=data)
    assert (dry.returncode, len(dry.stdout.splitlines())) == (0, 2)
    assert "\x1b" not in dry.stdout
    assert not (Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").exists()
    told = json.loads(run(home, "import", "-", "--json", stdin=data).stdout)
    assert (told["format"], [each["messages"] for each in told["sessions"]]) == ("openwebui", [2, 2])
    assert told["not_carried"]["sources of replies"] == 2
    assert all(Path(each["path"]).exists() for each in told["sessions"])


def test_one_conversation_may_be_named_and_its_settings_changed(home: dict[str, str], tmp_path: Path) -> None:
    data = json.dumps([chat(1)]).encode()
    words = ["--session", "mine", "--provider", "groq", "--model", "other", "--set", "seed=1", "--system", "new"]
    session = read_session(Path(run(home, "import", "-", *words, stdin=data).stdout.strip()))
    assert session.title == "mine"
    assert session.settings is not None
    assert (session.settings.provider, session.settings.model, session.settings.system) == ("groq", "other", "new")
    assert session.settings.parameters["seed"] == 1
    target = tmp_path / "here.jsonl"
    assert run(home, "import", "-", "--session", str(target), stdin=data).stdout.strip() == str(target)
    again = run(home, "import", "-", "--session", str(target), stdin=data)
    assert (again.returncode, "already exists" in again.stderr) == (2, True)
    many = run(home, "import", "-", "--session", "mine", stdin=json.dumps([chat(1), chat(2)]).encode())
    assert (many.returncode, "contains 2 conversations" in many.stderr) == (2, True)


def test_the_database_of_llm_is_imported(home: dict[str, str], tmp_path: Path) -> None:
    made = sqlite3.connect(tmp_path / "logs.db")
    made.executescript((FIXTURES / "llm_newer.sql").read_text("utf-8"))
    made.close()
    done = run(home, "import", str(tmp_path / "logs.db"))
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr
    assert run(home, "import", "-", stdin=(tmp_path / "logs.db").read_bytes()).returncode == 2
    assert run(home, "import", str(tmp_path / "logs.db"), "--from", "har").returncode == 2


def test_a_session_of_our_own_is_copied_whole(home: dict[str, str]) -> None:
    first = run(home, "import", "-", stdin=json.dumps([chat(1)]).encode()).stdout.strip()
    second = run(home, "import", first).stdout.strip()
    assert second != first
    old, new = read_session(Path(first)), read_session(Path(second))
    assert (old.title, old.settings, old.conversation) == (new.title, new.settings, new.conversation)


@pytest.mark.parametrize(
    ("data", "words", "told"),
    [
        (b"hello", [], "neither a curl command nor any other format"),
        (b"[1]", [], "chatgpt (ChatGPT: conversations.json)"),
        (b"[]", ["--from", "word"], "Unknown import format"),
        (b"[]", ["--from", "chatgpt"], "No conversations found in the file"),
        (b"x", ["--from", "llm"], "not an SQLite database"),
        (b"[" * 100_000, [], "neither"),
        (b"\0" * 1000, [], "Nothing to import"),
        (b"PK\x03\x04" + bytes(100), [], "The file is compressed. Unpack it, and import the file inside"),
        (gzip.compress(b"[]"), ["--from", "chatgpt"], "in an export of ChatGPT that is conversations.json"),
    ],
)
def test_what_cannot_be_imported_is_told_on_one_line(
    data: bytes, words: list[str], told: str, home: dict[str, str]
) -> None:
    done = run(home, "import", "-", *words, stdin=data)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert told in done.stderr
    assert not (Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").exists()


def test_a_torn_file_is_imported_as_far_as_it_goes(home: dict[str, str]) -> None:
    data = json.dumps([chat(number) for number in range(3)]).encode("utf-16")
    done = run(home, "import", "-", stdin=data[: len(data) - 200])
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3), done.stderr
    assert "The end of the file is missing" in done.stderr
