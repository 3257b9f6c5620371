"""Tests of ``chat-tui export`` in real processes, with recorded sessions and real programs."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chat_tui.domain.formats.facts import model_of
from chat_tui.domain.formats.table import FORMATS
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.session import Session
from chat_tui.storage.reading import read_session
from tests.support.command_line import run
from tests.support.recording import Turn, record
from tests.support.server import completion, stream, threaded
from tests.support.session_trees import forty_turns_told


@pytest.fixture
def session(tmp_path: Path) -> Session:
    parameters: JsonObject = {"seed": 7}
    recording = record(
        tmp_path / "data",
        Turn('it\'s "$HOME" `id`\n🙂', stream("Hel", "lo"), parameters),
        Turn("plain", completion("all at once"), {"stream": False}),
    )
    return asyncio.run(recording)


def file_of(session: Session, home: dict[str, str]) -> Path:
    return Path(home["CHAT_TUI_DATA_DIR"]) / "sessions" / f"{session.id}.jsonl"


def test_every_format_comes_out_and_the_session_itself_byte_by_byte(session: Session, home: dict[str, str]) -> None:
    for form in FORMATS:
        done = run(home, "export", session.id, "--to", form)
        if form == "preferences":
            assert done.returncode == 2
            assert "has an alternative" in done.stderr
        else:
            assert done.returncode == 0, done.stderr
            assert done.stdout
    done = run(home, "export", session.id, "--to", "session")
    assert done.stdout == file_of(session, home).read_text("utf-8")


def test_a_file_is_written_for_its_owner_alone_and_never_over_another(
    session: Session, home: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out.md"
    done = run(home, "export", session.id, "--to", "markdown", "-o", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    assert str(out) in done.stderr
    assert "Left out: 2 messages of other branches" in done.stderr
    assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_bytes()
    done = run(home, "export", session.id, "--to", "html", "-o", str(out))
    assert done.returncode == 2
    assert "already exists" in done.stderr
    assert "--force" in done.stderr
    assert out.read_bytes() == before
    assert run(home, "export", session.id, "--to", "html", "-o", str(out), "--force").returncode == 0
    assert out.read_bytes().startswith(b"<!DOCTYPE html>")


def test_a_hyphen_is_standard_output(session: Session, home: dict[str, str], tmp_path: Path) -> None:
    done = run(home, "export", session.id, "--to", "markdown", "-o", "-", cwd=tmp_path)
    assert done.stdout == run(home, "export", session.id, "--to", "markdown").stdout
    assert not (tmp_path / "-").exists()


def test_the_session_is_never_replaced_by_its_export(session: Session, home: dict[str, str]) -> None:
    own = file_of(session, home)
    before = own.read_bytes()
    done = run(home, "export", session.id, "--to", "markdown", "-o", str(own), "--force")
    assert done.returncode == 2
    assert "is the session file itself" in done.stderr
    assert own.read_bytes() == before


def test_an_unknown_format_lists_those_there_are(session: Session, home: dict[str, str]) -> None:
    for words in (["--to", "pdf"], []):
        done = run(home, "export", session.id, *words)
        assert done.returncode == 2
        for form in FORMATS:
            assert form in done.stderr
    shown = run(home, "export", "--help").stdout
    for row in FORMATS.values():
        assert f"  {row.id:<12}{row.title}\n" in shown


def test_an_exchange_and_a_branch_are_chosen(session: Session, home: dict[str, str]) -> None:
    last = json.loads(run(home, "export", session.id, "--to", "request").stdout)
    assert last["stream"] is False
    first = run(home, "export", session.id, "--to", "request", "--exchange", "1").stdout
    assert json.loads(first)["seed"] == 7
    name = next(iter(session.exchanges))
    assert run(home, "export", session.id, "--to", "request", "--exchange", name).stdout == first
    done = run(home, "export", session.id, "--to", "request", "--exchange", "3")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no exchange '3'" in done.stderr
    other = next(node.id for node in session.conversation.nodes.values() if node.exchange == name)
    messages = json.loads(run(home, "export", session.id, "--to", "messages", "--branch", other).stdout)
    assert [message["content"] for message in messages] == ['it\'s "$HOME" `id`\n🙂', "Hello"]
    done = run(home, "export", session.id, "--to", "messages", "--branch", "nowhere")
    assert done.returncode == 2
    assert other in done.stderr
    har = json.loads(run(home, "export", session.id, "--to", "har", "--path").stdout)
    assert len(har["log"]["entries"]) == 1
    assert har["log"]["entries"][0]["response"]["content"]["mimeType"] == "application/json"
    batch = run(home, "export", session.id, "--to", "batch", "--path", "--branch", other).stdout
    assert [json.loads(line)["custom_id"] for line in batch.splitlines()] == [name]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_exported_programs_send_the_recorded_body_again(session: Session, home: dict[str, str]) -> None:
    recorded = next(iter(session.exchanges.values())).request
    with threaded(stream("Hi")) as server:
        for form in ("curl", "python", "httpx"):
            text = run(home, "export", session.id, "--to", form, "--exchange", "1").stdout
            old = str(recorded["url"]).removesuffix("/chat/completions")
            assert old in text
            command = ["sh"] if form == "curl" else [sys.executable, "-"]
            program = text.replace(old, server.base_url)
            done = subprocess.run(command, input=program, env=home, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert "Hi" in done.stdout
            assert server.requests[-1].json() == recorded["body"]


def test_a_damaged_session_is_exported_as_far_as_it_can_be_read(session: Session, home: dict[str, str]) -> None:
    own = file_of(session, home)
    own.write_bytes(own.read_bytes()[:-40] + b"\0\0\xff")
    done = run(home, "export", session.id, "--to", "messages")
    assert json.loads(done.stdout)[-1]["content"] == "all at once"
    assert "was not completely written" in done.stderr


@pytest.mark.parametrize("form", ["llamacpp", "openwebui"])
def test_forty_turns_go_out_and_come_in_again(form: str, home: dict[str, str], tmp_path: Path) -> None:
    there = forty_turns_told()
    first = tmp_path / "forty.jsonl"
    first.write_text("".join(dump_json(record) + "\n" for record in there.records), "utf-8")
    before = read_session(first)
    out = tmp_path / f"out{FORMATS[form].suffix}"
    assert run(home, "export", str(first), "--to", form, "-o", str(out)).returncode == 0
    done = run(home, "import", str(out))
    assert done.returncode == 0, done.stderr
    after = read_session(Path(done.stdout.strip()))
    assert after.title == before.title
    assert after.conversation.head == before.conversation.head
    assert [(node.id, node.parent, node.message) for node in after.conversation.nodes.values()] == [
        (node.id, node.parent, node.message) for node in before.conversation.nodes.values()
    ]
    assert [model_of(after, node) for node in after.conversation.nodes.values()] == [
        model_of(before, node) for node in before.conversation.nodes.values()
    ]
    assert after.settings is not None
    assert after.settings.system == "Be brief."
    again = tmp_path / f"again{FORMATS[form].suffix}"
    assert run(home, "export", done.stdout.strip(), "--to", form, "-o", str(again)).returncode == 0
    assert again.read_text().count("another answer") == out.read_text().count("another answer")
