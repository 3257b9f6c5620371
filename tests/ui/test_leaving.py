"""Every way to exit the app in a real terminal: saved, terminal restored, with the right exit code."""

from __future__ import annotations

import json
import signal
import stat
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.support.terminal_app import CANARY

READY = b"\x1b[?2004h"
RESTORED = b"\x1b[?1049l"
BELOW_A_DEAF_PROCESS = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))
"""
"""Runs the program in a session whose first process ignores that the terminal is closed, and passes nothing on."""


def app(folder: Path, script: str = "partial") -> Terminal:
    """The app in a terminal, with its files in that folder."""
    return Terminal(["-m", "tests.support.terminal_app", str(folder), script])


def outcome(folder: Path) -> object:
    """How the one exchange of the one session ended, as its file tells."""
    (file,) = (folder / "data" / "sessions").glob("*.jsonl")
    last = json.loads(file.read_text("utf-8").splitlines()[-1])
    return last.get("outcome")


def streaming(terminal: Terminal) -> None:
    """Send a message and wait for the first words of the reply."""
    terminal.until(b"send the message you type")
    terminal.press("hello\r")
    terminal.until(b"partial")


def test_quit_while_a_reply_streams_saves_it(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        streaming(terminal)
        terminal.press("\x11")
        assert terminal.ended() == 0
        assert RESTORED in terminal.output
        assert terminal.settings() == list(terminal.settings_before)
    assert outcome(tmp_path) == "stopped"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_saves_restores_and_tells(tmp_path: Path, number: signal.Signals) -> None:
    with app(tmp_path) as terminal:
        streaming(terminal)
        terminal.signal(number)
        assert terminal.ended() == 128 + number
        assert RESTORED in terminal.output
        assert terminal.settings() == list(terminal.settings_before)
        assert b"Traceback" not in terminal.output
    assert outcome(tmp_path) == "stopped"


def test_a_terminal_that_is_closed_ends_it_saved(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        streaming(terminal)
        terminal.hang_up()
        assert terminal.gone() == 128 + signal.SIGHUP
    assert outcome(tmp_path) == "stopped"


def test_a_terminal_that_is_closed_without_a_signal_ends_it_saved(tmp_path: Path) -> None:
    program = ["-m", "tests.support.terminal_app", str(tmp_path), "partial"]
    with Terminal(["-c", BELOW_A_DEAF_PROCESS, *program]) as terminal:
        streaming(terminal)
        terminal.hang_up()
        assert terminal.gone() == 128 + signal.SIGHUP
    assert outcome(tmp_path) == "stopped"


def test_a_fault_of_our_own_is_one_sentence_and_a_private_file(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        streaming(terminal)
        terminal.press("\x1b[24~")
        assert terminal.ended() == 1
        _, restored, after = terminal.output.partition(RESTORED)
        assert restored
        assert b"the session is saved in" in after
        assert b"Traceback" not in terminal.output
        assert CANARY.encode() not in terminal.output
        assert terminal.settings() == list(terminal.settings_before)
    (file,) = (tmp_path / "state").glob("crash-*.txt")
    assert str(file).encode() in after.replace(b"\r\n", b"")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert "RuntimeError" in text
    assert "in key_f12" in text
    assert CANARY not in text
    assert outcome(tmp_path) == "stopped"


def test_no_control_byte_of_a_reply_reaches_the_terminal(tmp_path: Path) -> None:
    with app(tmp_path, "hostile") as terminal:
        terminal.until(b"send the message you type")
        terminal.press("hello\r")
        terminal.until(b"done-hostile")
        terminal.press("\x11")
        assert terminal.ended() == 0
        for bytes_of_the_reply in (b"\x1b]52", b"\x1b]0;", b"\x1b[31mred", "\x9b".encode(), b"\x1bP+q", b"\x1b]8"):
            assert bytes_of_the_reply not in terminal.output
