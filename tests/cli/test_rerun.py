"""Tests of ``chat-tui rerun`` with a real process and a real server on loopback."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import command, environment, run
from tests.support.server import HOLD, Answer, ScriptedServer, chunk, events, plain, sse, stream, threaded

RATE_LIMIT = plain({"error": {"message": "slow [/b] down\x1b[31m", "type": "rate_limit_error"}}, 429)
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
FORMAT = json.dumps({"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}})


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is tried twice."""
    config = tmp_path / "config.toml"
    config.write_text("[network]\nretries = 0\n")
    return environment(tmp_path, CHAT_TUI_CONFIG=str(config))


def recorded(env: Mapping[str, str], server: ScriptedServer, *prompts: str, options: tuple[str, ...] = ()) -> None:
    for prompt in prompts:
        words = ["send", "--base-url", server.base_url, "--model", "m", "--session", "trip", *options, prompt]
        done = run(env, *words)
        assert done.returncode == 0, done.stderr


def rerun(env: Mapping[str, str], server: ScriptedServer, *words: str) -> subprocess.CompletedProcess[str]:
    return run(env, "rerun", "trip", "--base-url", server.base_url, *words)


def of_json(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


def test_the_same_replies_pass(home: dict[str, str]) -> None:
    with threaded(stream("One two"), stream("Three")) as server:
        recorded(home, server, "first", options=("--set", "seed=7"))
    with threaded(stream("One two")) as server:
        done = rerun(home, server, "--check")
        assert done.returncode == 0
        assert done.stderr.splitlines() == ["chat-tui: 1 request to custom m, the recorded history; sent as recorded"]
        assert re.search(r"^1 +same +1\.00 +One two +One two +", done.stdout, re.MULTILINE)
        assert done.stdout.endswith("\n1 of 1 turn is the same\n")
        assert server.requests[0].json()["seed"] == 7


def test_a_difference_is_shown_word_by_word_and_fails_only_a_check(home: dict[str, str]) -> None:
    with threaded(stream("The cat sat"), stream("Bye")) as server:
        recorded(home, server, "first", "second")
    with threaded(stream("The dog sat", finish="length"), stream("Bye")) as server:
        done = rerun(home, server, "--set", "temperature=1.5")
        assert done.returncode == 0
        assert "2 requests to custom m, the recorded history; temperature unset→1.5" in done.stderr
        assert "turn 1: first\n  The [-cat-]{+dog+} sat\n  finish reason stop → length\n" in done.stdout
        assert "turn 2" not in done.stdout
        assert {request.json()["temperature"] for request in server.requests} == {1.5}
    with threaded(stream("The dog sat"), stream("Bye")) as server:
        assert rerun(home, server, "--check").returncode == 1
    with threaded(stream("The dog sat"), stream("Bye")) as server:
        assert rerun(home, server, "--check", "--turns", "2").returncode == 1  # turn 2 gets the first answer
    with threaded(stream("Bye")) as server:
        assert rerun(home, server, "--check", "--turns", "2").returncode == 0


def test_json_tells_every_turn(home: dict[str, str]) -> None:
    with threaded(stream("a b"), stream("same")) as server:
        recorded(home, server, "first", "second")
    with threaded(stream("a c"), stream("same")) as server:
        told = of_json(rerun(home, server, "--json", "--check"))
    assert (told["planned"], told["same"], told["differs"], told["failed"], told["ok"]) == (2, 1, 1, 0, False)
    first, second = told["turns"]
    assert (first["result"], first["ok"], first["similarity"]) == ("differs", False, 0.5)
    assert first["diff"][0]["marked"] == "a [-b-]{+c+}"
    assert first["diff"][0]["pieces"] == [["same", "a "], ["removed", "b"], ["added", "c"]]
    assert first["new"]["choices"][0]["content"] == "a c"
    assert first["request"]["messages"] == [{"role": "user", "content": "first"}]
    assert (second["result"], second["ok"]) == ("same", True)
    shown = run(home, "sessions", "show", "trip", "--json")
    assert [each["content"] for each in of_json(shown)["messages"]] == ["first", "a b", "second", "same"]
    session = Path(told["session"]).read_text("utf-8")
    assert first["new_message"] in session


@pytest.mark.parametrize(
    ("new", "option", "code"),
    [
        ('{"n": 1}', ("--json-equal",), 0),
        ('{"n":2}', ("--json-equal",), 1),
        ('{"n":2}', ("--schema",), 0),
        ('{"n":"two"}', ("--schema",), 1),
        ('{"n":1,"m":2}', ("--similarity", "0.5"), 0),
        ("nothing alike", ("--similarity", "0.5"), 1),
        ('{"n":1}', ("--exact",), 0),
        ('{"n": 1}', ("--exact",), 1),
    ],
)
def test_a_check_can_be_less_than_exact(home: dict[str, str], new: str, option: tuple[str, ...], code: int) -> None:
    with threaded(stream('{"n":1}')) as server:
        recorded(home, server, "first", options=("--set", f"response_format={FORMAT}"))
    with threaded(stream(new)) as server:
        done = rerun(home, server, "--check", *option)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_a_failed_turn_is_told_and_is_no_success(home: dict[str, str]) -> None:
    with threaded(stream("One"), stream("Two")) as server:
        recorded(home, server, "first", "second")
    with threaded(RATE_LIMIT, stream("Two")) as server:
        done = rerun(home, server)
        assert done.returncode == 1
        assert "chat-tui: turn 1:" in done.stderr
        assert "\x1b" not in done.stderr + done.stdout
        assert re.search(r"^2 +same", done.stdout, re.MULTILINE)
        assert "1 of 2 turns is the same · 1 failed" in done.stdout
    with threaded(RATE_LIMIT) as server:
        done = rerun(home, server, "--stop-on-error")
        assert len(server.requests) == 1
        assert "1 not sent" in done.stdout


def test_what_is_not_to_be_saved_or_only_to_be_seen(home: dict[str, str], tmp_path: Path) -> None:
    with threaded(stream("One")) as server:
        recorded(home, server, "first")
    [file] = (tmp_path / "data" / "sessions").iterdir()
    before = file.read_bytes()
    with threaded(stream("Two")) as server:
        dry = rerun(home, server, "--dry-run", "--system", "Be brief", "--unset", "stream", "--set", "n=2")
        assert server.requests == []
        [body] = of_json(dry)
        assert body["messages"][0] == {"role": "system", "content": "Be brief"}
        assert "stream" not in body
        assert body["n"] == 2
        assert rerun(home, server, "--no-save", "--model", "other").returncode == 0
        assert server.requests[0].json()["model"] == "other"
    assert file.read_bytes() == before


def test_recorded_answers_can_stand_in_for_the_service(home: dict[str, str]) -> None:
    with threaded(stream("One"), stream("Two")) as server:
        recorded(home, server, "first", "second")
        base_url = server.base_url
    done = run(home, "rerun", "trip", "--offline", "trip", "--base-url", base_url, "--check", "--no-save")
    assert done.returncode == 0, done.stderr
    assert "2 of 2 turns are the same" in done.stdout


def test_a_session_in_which_nothing_is_recorded_cannot_stand_in(home: dict[str, str], tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"type":"session","t":1,"version":1,"id":"bare","created":"2026-01-01T00:00:00Z"}\n')
    with threaded(stream("One")) as server:
        recorded(home, server, "first")
        done = run(home, "rerun", "trip", "--offline", str(bare), "--base-url", server.base_url, "--no-save")
    assert done.returncode == 1
    assert "No request is recorded in" in done.stdout + done.stderr
    assert "internal" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rerun",), "No session given"),
        (("rerun", "nobody"), "There is no session 'nobody'"),
        (("rerun", "trip", "--session", "trip"), "Two sessions given"),
        (("rerun", "trip"), "The provider of turn 1, 'custom', is not configured"),
        (("rerun", "trip", "--follow", "--jobs", "2"), "--jobs cannot be combined with --follow"),
        (("rerun", "trip", "--turns", "2..1"), "must be a turn number of at least 1, or N..M"),
        (("rerun", "trip", "--similarity", "2"), "is not a number from 0 to 1"),
        (("rerun", "trip", "--similarity", "x"), "--similarity"),
        (("rerun", "trip", "--exact", "--schema"), "not allowed with"),
        (("rerun", "trip", "--base-url", "http://127.0.0.1:9/v1", "--schema"), "No turn's request has a JSON schema"),
        (("rerun", "trip", "--base-url", "http://127.0.0.1:9/v1", "--set", "temperature=9"), "temperature = 9"),
        (("rerun", "trip", "--base-url", "http://127.0.0.1:9/v1", "--set", "temperature"), "NAME=VALUE"),
        (("rerun", "trip", "--base-url", "http://127.0.0.1:9/v1", "--turns", "7"), "No such turn"),
    ],
)
def test_wrong_usage_sends_nothing(home: dict[str, str], words: tuple[str, ...], told: str) -> None:
    with threaded(stream("One")) as server:
        recorded(home, server, "first")
    done = run(home, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_says_what_the_checks_mean(home: dict[str, str]) -> None:
    told = run(home, "rerun", "--help").stdout
    assert "twice the number of words that both replies share" in told
    assert "Exit code" in told


def test_an_interrupt_keeps_what_came_and_exits_130(home: dict[str, str]) -> None:
    with threaded(stream("One"), stream("Two")) as server:
        recorded(home, server, "first", "second")
    held = events(*sse(chunk("Tw"), done=False), HOLD)
    answers: list[Answer] = [stream("One"), held]
    with threaded(*answers) as server:
        words = command("rerun", "trip", "--base-url", server.base_url)
        master, slave = pty.openpty()
        child = subprocess.Popen(words, env=home, stdout=subprocess.PIPE, stderr=slave, text=True)
        os.close(slave)
        shown = b""
        while b"1 of 2 turns" not in shown:
            assert select.select([master], [], [], 30)[0]
            shown += os.read(master, 1000)
        child.send_signal(signal.SIGINT)
        stdout, _ = child.communicate(timeout=30)
        os.close(master)
    assert child.returncode == 130
    assert re.search(r"^1 +same", stdout, re.MULTILINE)
    shown_session = run(home, "sessions", "show", "trip")
    assert "One" in shown_session.stdout


def test_colour_is_for_terminals(home: dict[str, str]) -> None:
    with threaded(stream("a b")) as server:
        recorded(home, server, "first")
    for more, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        with threaded(stream("a c\x1b]0;x\x07")) as server:
            words = command("rerun", "trip", "--base-url", server.base_url, "--no-save")
            master, slave = pty.openpty()
            child = subprocess.Popen(words, env={**home, **more}, stdout=slave, stderr=subprocess.DEVNULL)
            os.close(slave)
            shown = b""
            while b"turn is the same" not in shown:
                assert select.select([master], [], [], 30)[0]
                shown += os.read(master, 1000)
            child.wait(30)
            os.close(master)
        assert (b"\x1b[31m[-b-]\x1b[0m" in shown) is coloured
        assert (b"\x1b" in shown) is coloured
        assert b"\x07" not in shown
