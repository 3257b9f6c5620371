"""Tests of ``chat-tui replay`` in a real process, without any service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from chat_tui.cli import film_text
from chat_tui.domain.film import film_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.records import settings_record
from chat_tui.domain.session_fold import fold_session
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.player import Player
from tests.support.films import HandClock
from tests.support.session_files import answer, chunk, end, events, request, turn, user, written
from tests.support.terminal import Terminal

TOOL = (
    '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function",'
    '"function":{"name":"look","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}'
)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "CHAT_TUI_DATA_DIR": str(tmp_path), "CHAT_TUI_TRACEBACK": "1"}


def replay(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "chat_tui", "replay", *words]
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def text_of_film(records: Sequence[JsonObject], capsysbinary: pytest.CaptureFixture[bytes]) -> str:
    """What the whole film writes."""
    text = film_text.FilmText()
    player = Player(film_of(fold_session(records)), HandClock(), watch=lambda item: text.show(item, player.scene))
    player.step(10_000)
    text.close()
    return capsysbinary.readouterr().out.decode("utf-8")


def test_prompts_replies_and_another_system_prompt(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    brief = settings_record(SessionSettings("local", "m", {}, "Be brief."))
    shown = text_of_film([*turn(1), brief, *turn(2, "x1.0")], capsysbinary)
    assert shown == "> question 1\n\nanswer 1\n\n> question 2\n\n[system]\nBe brief.\n\nanswer 2\n"


def test_every_line_of_a_prompt_is_marked_and_branches_say_where_they_begin(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    records: list[JsonObject] = [
        *turn(1),
        *turn(2, "x1.0"),
        request("x3", "u1"),
        events("x3", chunk("again", finish="stop"), "[DONE]"),
        answer("x3", "u1", "again"),
        end("x3"),
        user("u4", "one\ntwo", "x1.0"),
        {"type": "head", "message": "x2.0"},
    ]
    shown = text_of_film(records, capsysbinary)
    assert "\n[continuing from: question 1]\n\nagain\n" in shown
    assert "\n[continuing from: answer 1]\n\n> one\n> two\n" in shown
    assert shown.endswith("\n[continuing from: answer 2]\n")


def test_choices_calls_and_marks(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    failed: JsonObject = {**end("y", "error"), "error": {"message": "No more."}}
    records: list[JsonObject] = [
        *[user("u", "q"), request("x", "u"), events("x", chunk("one"), chunk("two", index=1), "[DONE]")],
        *[end("x"), user("v", "r"), request("y", "v"), failed],
        *[user("w", "s"), request("z", "w"), events("z", TOOL), user("k", "t"), request("h", "k")],
        *[events("h", chunk("half")), {**end("h", "stopped")}],
    ]
    shown = text_of_film(records, capsysbinary)
    assert "> q\n\none\n\n--- choice 2 ---\ntwo\n" in shown
    assert "> r\n\n[failed: No more.]\n" in shown
    assert '"name":"look"' in shown
    assert "[cut off]\n" in shown
    assert shown.endswith("half\n\n[stopped]\n")


def test_a_failed_try_is_told(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    attempt: JsonObject = {"type": "attempt", "exchange": "x1", "number": 1, "wait_s": 1.5}
    attempt["problem"] = {"message": "Busy."}
    records = turn(1)
    records.insert(2, attempt)
    assert "[attempt 1 failed, retried after 1.5 s: Busy.]" in text_of_film(records, capsysbinary)


def test_a_pipe_gets_the_text_as_it_was_and_the_exit_code_is_0(home: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, [user("u", "q\x1b"), request("x", "u"), events("x", chunk("a\x1b[2Jb"), at_s=0), end("x")])
    for words in (["--plain", "--speed", "max"], ["--plain", str(path)], ["--plain", "--cap", "0", path.stem]):
        done = replay(home, *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"> q\x1b\n\na\x1b[2Jb\n", b"")


def test_a_terminal_gets_no_control_codes(tmp_path: Path) -> None:
    path = written(
        tmp_path, [user("u", "q"), request("x", "u"), events("x", chunk("a\x1b[2Jb\u202e"), at_s=0), end("x")]
    )
    with Terminal(["-m", "chat_tui", "replay", "--plain", "--data-dir", str(tmp_path), str(path)]) as terminal:
        assert terminal.ended() == 0
    assert b"\x1b" not in terminal.output
    assert "a␛[2Jb⟨U+202E⟩" in terminal.output.decode("utf-8")


def test_an_interrupt_ends_it_with_130(home: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, [user("u", "q"), request("x", "u"), events("x", chunk("late"), at_s=5000)])
    command = [sys.executable, "-m", "chat_tui", "replay", "--plain", str(path)]
    with subprocess.Popen(command, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"> q\n"
        process.send_signal(signal.SIGINT)
        rest, told = process.communicate(timeout=30)
    assert (process.returncode, rest, told) == (130, b"", b"")


def test_a_damaged_file_is_played_and_what_was_not_readable_is_told(home: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    path.write_bytes(path.read_bytes().replace(b'{"type":"response"', b'{"type":"resp\0\xff', 1) + b'{"type":"mess')
    before = path.read_bytes()
    done = replay(home, "--plain", "--speed", "max", str(path))
    assert (done.returncode, done.stdout) == (0, b"> question 1\n\nanswer 1\n")
    assert b"line" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--plain"], b"No session to replay"),
        (["--plain", "nothing"], b"nothing"),
        (["--plain", "--speed", "17"], b"neither max nor a number"),
        (["--plain", "--speed", "nan"], b"neither max nor a number"),
        (["--plain", "--cap", "-1"], b"not a number of seconds"),
        ([], b"needs a terminal"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(home: dict[str, str], words: list[str], told: bytes) -> None:
    done = replay(home, *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr


def test_nothing_of_the_network_is_loaded(home: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    program = (
        "import sys; from chat_tui.cli.main import main; "
        f"code = main(['replay', '--plain', '--speed', 'max', {str(path)!r}]); "
        "loaded = {'httpx', 'textual', 'asyncio', 'socket', 'chat_tui.net.client'} & set(sys.modules); "
        "sys.exit(code or (f'loaded: {loaded}' if loaded else 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=home, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"> question 1\n\nanswer 1\n", b"")
