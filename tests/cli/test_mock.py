"""Tests of ``chat-tui mock`` and ``--offline``."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import command, run
from tests.support.server import ScriptedServer, free_port, stream, threaded


@pytest.fixture
def recorded(home: dict[str, str]) -> dict[str, str]:
    """A home with the session ``rain``, in which one prompt was answered."""
    with threaded(stream("Grey ", "threads")) as server:
        assert send(home, server, "--session", "rain", "--set", "seed=7").returncode == 0
    return home


def send(env: dict[str, str], server: ScriptedServer, *words: str) -> subprocess.CompletedProcess[str]:
    return run(env, "send", "--base-url", server.base_url, "--model", "m", *words, "A haiku")


@contextmanager
def mock(env: dict[str, str], *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        command("mock", *words),
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


def test_the_first_line_is_the_address_and_a_recorded_request_is_answered(recorded: dict[str, str]) -> None:
    with mock(recorded, "rain", "--port", "0") as (address, process):
        again = run(recorded, "send", "--no-save", "--base-url", address, "--model", "m", "--set", "seed=7", "A haiku")
        assert (again.stdout, again.returncode) == ("Grey threads\n", 0)
        other = run(recorded, "send", "--no-save", "--base-url", address, "--model", "m", "A haiku")
        assert other.returncode == 1
        assert "seed is missing (recorded: 7)" in other.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_port_that_is_taken_is_said_with_a_way_out(recorded: dict[str, str]) -> None:
    with mock(recorded, "rain", "--port", str(free_port())) as (address, _):
        port = address.removesuffix("/v1").rpartition(":")[2]
        second = run(recorded, "mock", "rain", "--port", port)
    assert (second.returncode, second.stdout) == (2, "")
    assert port in second.stderr
    assert "--port 0" in second.stderr


def test_sessions_that_are_not_there_or_never_sent_anything_are_named(home: dict[str, str], tmp_path: Path) -> None:
    assert "nowhere" in run(home, "mock", "nowhere").stderr
    empty = tmp_path / "empty.jsonl"
    empty.write_text('{"type":"session","version":1,"id":"x"}\n{"type":"title","title":"empty"}\n')
    told = run(home, "mock", str(empty))
    assert told.returncode == 2
    assert "empty.jsonl" in told.stderr


def test_the_help_tells_the_rules(home: dict[str, str]) -> None:
    told = run(home, "mock", "--help").stdout
    assert "equal as JSON" in told
    assert "OPENAI_BASE_URL" in told


def test_offline_needs_no_key_and_says_what_was_not_recorded(recorded: dict[str, str]) -> None:
    same = run(recorded, "send", "--no-save", "--offline", "rain", "--provider", "openai", "--model", "m", "A haiku")
    assert same.returncode == 1
    assert "was not recorded" in same.stderr
    whole = [
        "--set", "seed=7", "--provider", "openai", "--model", "m", "A haiku",
    ]  # fmt: skip
    answered = run(recorded, "send", "--no-save", "--offline", "rain", *whole)
    assert (answered.stdout, answered.stderr) == ("Grey threads\n", "")
