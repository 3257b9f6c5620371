"""What a terminal sends is input: no byte ends the program, and no paste acts as keys."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.message import Message

from chat_tui.ui.terminal_driver import TerminalDriver
from chat_tui.ui.terminal_parser import TerminalParser
from tests.support.session_files import lines
from tests.support.terminal import Terminal

COLOURED = "red \x1b[31mtext\x1b[0m\rsecond line\x1b"


class BrokenDriver(TerminalDriver):
    """Fails when it reads; ``faults`` collects what the app is told."""

    def __init__(self) -> None:
        self.faults: list[object] = []
        self._app = self  # type: ignore[assignment]

    def run_input_thread(self) -> None:
        """Fail."""
        raise RuntimeError("broken")

    def call_later(self, callback: Callable[[Exception], None], error: Exception) -> None:
        """Call it at once, as the app would soon."""
        try:
            callback(error)
        except RuntimeError as raised:
            self.faults.append(raised)


def told(*chunks: str) -> list[tuple[str, str]]:
    """Return what the parser makes of characters that arrive in these chunks."""
    parser = TerminalParser(False)
    return [_named(token) for chunk in chunks for token in parser.feed(chunk)]


def _named(token: Message) -> tuple[str, str]:
    if isinstance(token, events.Paste):
        return "paste", token.text
    return "key", token.key if isinstance(token, events.Key) else type(token).__name__


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The app on a scripted backend, once it shows its hints."""
    with Terminal(["-m", "tests.support.terminal_app", str(tmp_path), "partial"]) as running:
        running.until(b"send the message you type")
        yield running


def test_an_escape_sequence_in_a_paste_is_text() -> None:
    assert told(f"a\x1b[200~{COLOURED}\x1b[201~b\x1b[A") == [
        ("key", "a"),
        ("paste", COLOURED),
        ("key", "b"),
        ("key", "up"),
    ]


def test_a_paste_is_the_same_however_its_bytes_arrive() -> None:
    assert told(*f"\x1b[200~{COLOURED}\x1b[201~b") == [("paste", COLOURED), ("key", "b")]


def test_the_start_of_an_end_mark_in_a_paste_is_text() -> None:
    assert told("\x1b[200~x\x1b[20\x1b[200~y\x1b[201~") == [("paste", "x\x1b[20\x1b[200~y")]


@pytest.mark.parametrize("sequence", ["\x1b[97:65;2u", "\x1b[:4R", "\x1b[48;6:6~", "\x1b[48;24;80;0;0t\x1b[<0;5;5M"])
def test_a_malformed_sequence_is_dropped_and_the_next_key_counts(sequence: str) -> None:
    assert told(f"{sequence}\x1b[B\x1b[200~x\x1b[201~")[-2:] == [("key", "down"), ("paste", "x")]


def test_a_paste_with_escape_sequences_is_not_sent_until_enter_is_pressed(terminal: Terminal, tmp_path: Path) -> None:
    terminal.press(f"\x1b[200~{COLOURED}\x1b[201~")
    terminal.until(b"hidden characters")
    assert list(tmp_path.rglob("*.jsonl")) == []
    terminal.press("\r")
    terminal.until(b"partial words")
    (session,) = tmp_path.rglob("*.jsonl")
    sent = next(record["message"] for record in lines(session) if record["type"] == "message")
    assert isinstance(sent, dict)
    assert sent["content"] == COLOURED.replace("\r", "\n")


def test_bytes_that_are_not_utf_8_do_not_end_the_program(terminal: Terminal) -> None:
    terminal.press_bytes(b"caf\xe9 ")
    terminal.until("\ufffd".encode())
    terminal.press("still here")
    terminal.until(b"still here")
    terminal.press("\x11")
    assert terminal.ended() == 0
    assert b"Traceback" not in terminal.output


def test_an_error_while_reading_input_ends_the_app_as_an_internal_error() -> None:
    driver = BrokenDriver()
    driver._run_input_thread()
    assert [str(fault) for fault in driver.faults] == ["broken"]


async def test_a_terminal_that_is_gone_ends_the_reading_and_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(signal, "pthread_kill", lambda _, number: sent.append(number))
    driver = TerminalDriver(App[None]())
    driver.fileno, ended = os.pipe()
    os.close(ended)
    reading = threading.Thread(target=driver.run_input_thread, daemon=True)
    reading.start()
    reading.join(20)
    driver.exit_event.set()
    os.close(driver.fileno)
    assert sent == [signal.SIGHUP]
    assert not reading.is_alive()
