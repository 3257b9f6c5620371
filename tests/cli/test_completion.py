"""Tests of shell completion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import environment, run

SESSION = "20260801-101500-3f2a"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A provider of the user's, a preset, and one session."""
    config = tmp_path / "config.toml"
    config.write_text('[providers.mine]\nbase_url = "http://127.0.0.1:9/v1"\nkey_required = false\nmodel = "usual"\n')
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "rain.toml").write_text("[parameters]\n")
    (tmp_path / "presets" / "bad\x1b[2Jname.toml").write_text("[parameters]\n")
    env = environment(tmp_path, CHAT_TUI_CONFIG=str(config))
    sessions = tmp_path / "data" / "sessions"
    sessions.mkdir(parents=True)
    records = [
        {"type": "session", "version": 1, "id": SESSION, "created": "2026-08-01T10:15:00.000Z"},
        {
            "type": "message",
            "id": "m1",
            "parent": None,
            "message": {"role": "user", "content": "Rain\x1b]0;x\x07"},
        },
    ]
    (sessions / f"{SESSION}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    return env


def offered(home: dict[str, str], line: str, shell: str = "bash") -> list[str]:
    """The words a shell gets for a line with the cursor at its end."""
    answer = Path(home["HOME"]) / "answer"
    asking = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": shell,
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line.encode())),
    }
    done = run({**home, **asking})
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return answer.read_text().split("\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("chat-tui se", ["send", "sessions"]),
        ("chat-tui --provider mi", ["mistral", "mine"]),
        ("chat-tui send --set temp", ["temperature="]),
        ("chat-tui send --set verbosity=l", ["verbosity=low"]),
        ("chat-tui --data-dir /nowhere --preset ", ["rain"]),
        ("chat-tui replay 2026", [SESSION]),
        ("chat-tui sessions show ", [SESSION]),
        ("chat-tui --session ", [SESSION]),
        ("chat-tui export --to mark", ["markdown"]),
        ("chat-tui completion z", ["zsh"]),
        ("chat-tui send --validation ", ["block", "warn", "off"]),
        ("chat-tui params verbo", ["verbosity"]),
        ("chat-tui --data-dir /nowhere sessions show ", [""]),
        ("chat-tui --config /nowhere.toml --provider mi", ["mistral"]),
        ("chat-tui send --api-key-env ", [""]),
    ],
)
def test_what_is_known_is_offered(home: dict[str, str], line: str, words: list[str]) -> None:
    assert offered(home, line) == words


def test_every_command_can_be_completed(home: dict[str, str]) -> None:
    for command in offered(home, "chat-tui "):
        assert "--model" in offered(home, f"chat-tui {command} --mod"), command


def test_a_title_beside_an_id_is_literal(home: dict[str, str]) -> None:
    (words,) = offered(home, "chat-tui replay ", "zsh")
    assert words.startswith(SESSION)
    assert "Rain" in words
    assert not set(words) & {"\x1b", "\x07"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_lines(home: dict[str, str], shell: str) -> None:
    done = run(home, "completion", shell)
    assert done.returncode == 0
    assert "_ARGCOMPLETE" in done.stdout
    assert "chat-tui" in done.stdout


def test_another_shell_is_refused_with_the_names_of_those_there_are(home: dict[str, str]) -> None:
    done = run(home, "completion", "tcsh")
    assert done.returncode == 2
    assert "bash" in done.stderr
    assert "fish" in done.stderr
