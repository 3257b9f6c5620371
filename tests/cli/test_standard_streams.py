"""Standard streams that are closed, full or broken: a message and an exit code, no traceback, no data loss."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from chat_tui.cli import main as entry
from tests.support.command_line import command, run
from tests.support.server import HOLD, Pause, ScriptedServer, chunk, events, sse, threaded

FULL = Path("/dev/full")
NO_SPACE = "chat-tui: Cannot write to standard output: No space left on device\n"


def to(server: ScriptedServer, *words: str) -> list[str]:
    return ["send", "--base-url", server.base_url, "--model", "m", *words]


def in_shell(env: Mapping[str, str], words: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"{shlex.join(command(*words))} {redirection}"],
        env={name: value for name, value in env.items() if name != "CHAT_TUI_TRACEBACK"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def records(env: Mapping[str, str]) -> list[dict[str, object]]:
    [file] = (Path(env["CHAT_TUI_DATA_DIR"]) / "sessions").glob("*.jsonl")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["send", "--help"], ["themes"]])
def test_output_on_a_full_disk_is_told_and_output_nobody_wants_is_not(words: list[str], home: dict[str, str]) -> None:
    if FULL.exists():
        done = in_shell(home, words, ">/dev/full")
        assert (done.returncode, done.stderr) == (1, NO_SPACE)
    for redirection in (">&-", "2>&-", "<&-", "<&- >&- 2>&-"):
        done = in_shell(home, words, redirection)
        assert (done.returncode, done.stderr) == (0, ""), redirection


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
@pytest.mark.parametrize("words", [["--help"], ["rerun", "--help"]])
def test_help_is_written_whatever_the_encoding_of_the_terminal(
    words: list[str], encoding: str, home: dict[str, str]
) -> None:
    done = run({**home, "PYTHONIOENCODING": encoding}, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "…" in done.stdout


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", [[], ["--json"], ["--events"]])
def test_a_reply_that_cannot_be_written_is_kept_all_the_same(
    form: list[str], hello: ScriptedServer, home: dict[str, str]
) -> None:
    done = in_shell(home, to(hello, *form, "hi"), ">/dev/full")
    assert (done.returncode, done.stderr) == (1, NO_SPACE)
    kept = records(home)
    assert kept[-1]["type"] == "end"
    [reply] = [record["message"] for record in kept if record["type"] == "message"][1:]
    pieces = [{"role": "assistant", "content": content} for content in ("Hel", "Hello")]
    assert reply in pieces, "it is stopped when the first piece cannot be written"


def test_a_reader_that_goes_away_stops_the_reply_and_what_came_is_kept(home: dict[str, str]) -> None:
    """The words come close together, so that some are written by a timer, where nobody would catch a fault."""
    words = sse(*(chunk(f"word{number} ") for number in range(200)), done=False)
    pieces = [piece for word in words for piece in (word, Pause(0.004))]
    with threaded(events(*pieces, HOLD)) as server:
        done = in_shell(home, to(server, "hi"), "| head -c 3")
    assert (done.stdout, done.stderr) == ("wor", "")
    kept = records(home)
    assert (kept[-1]["type"], kept[-1]["outcome"]) == ("end", "stopped")


def test_a_closed_standard_input_is_an_empty_prompt_and_no_terminal(home: dict[str, str]) -> None:
    done = in_shell(home, ["send"], "<&-")
    assert (done.returncode, done.stderr) == (2, "chat-tui: The prompt on standard input is empty\n")
    done = in_shell(home, [], "<&-")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "needs a terminal" in done.stderr


def test_a_fault_that_cannot_be_told_keeps_its_exit_code(home: dict[str, str]) -> None:
    assert in_shell(home, ["sned"], "2>&-").returncode == 2
    if FULL.exists():
        assert in_shell(home, ["sned"], "2>/dev/full").returncode == 2


def test_what_the_system_does_not_permit_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> int:
        raise PermissionError(13, "Permission denied", "/there/sessions")

    monkeypatch.delenv("CHAT_TUI_TRACEBACK", raising=False)
    monkeypatch.setattr(entry, "_run_command", refuse)
    assert entry.main(["sessions"]) == 2
    assert capsys.readouterr().err.startswith("chat-tui: Cannot use /there/sessions: Permission denied. ")
