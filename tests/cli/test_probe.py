"""Tests of ``chat-tui probe`` with a real process and a real server on loopback."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import command, run
from tests.support.probed_services import LOGPROBS_WORDS, N_WORDS, OddService, refused
from tests.support.server import HOLD, Answer, ScriptedServer, page, threaded

CANARY = "sk-canary-0123456789abcdef"


@pytest.fixture
def odd() -> Iterator[ScriptedServer]:
    with threaded(OddService()) as server:
        yield server


def probe(server: ScriptedServer, *words: str) -> list[str]:
    return ["probe", "--base-url", server.base_url, "--model", "m", *words]


def row_of(stdout: str, name: str) -> list[str]:
    """Verdict and reason of a parameter's line in the table."""
    line = next(line for line in stdout.splitlines() if line.split()[:1] == [name])
    return line.split(None, 2)[1:]


def test_the_table_says_what_was_ignored_refused_and_rejected(odd: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *probe(odd, "--yes"))
    assert done.returncode == 0
    assert row_of(done.stdout, "seed") == ["ignored", "two replies with 7 differ"]
    assert row_of(done.stdout, "logprobs") == ["refused", f"403 {LOGPROBS_WORDS}"]
    assert row_of(done.stdout, "n") == ["refused", '400 param "n": Only one choice [/bold] at a time␛[31m']
    assert row_of(done.stdout, "presence_penalty") == ["accepted"]
    assert "not tested:" in done.stdout
    assert row_of(done.stdout, "store")[0] == "stores"
    assert "“accepted” means little here" in done.stdout


def test_the_number_of_requests_is_told_first_and_kept(odd: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *probe(odd, "--yes", "--only", "n", "stop"))
    assert "7 requests for 3 parameters" not in done.stdout
    [line] = done.stderr.splitlines()
    assert "7 requests for 3 parameters, at most about" in line
    assert len(odd.requests) == 7
    assert "7 requests" in done.stdout


def test_json_is_one_object_with_the_exact_words(odd: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *probe(odd, "--yes", "--json"))
    card = json.loads(done.stdout)
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in card["rows"]}
    assert rows["seed"]["outcome"] == "ignored"
    assert rows["seed"]["asked"] == [7, 7, 8]
    assert (rows["logprobs"]["outcome"], rows["logprobs"]["status"]) == ("refused", 403)
    assert rows["logprobs"]["words"] == LOGPROBS_WORDS
    assert (rows["n"]["outcome"], rows["n"]["status"], rows["n"]["param"]) == ("refused", 400, "n")
    assert rows["n"]["words"] == N_WORDS
    assert card["unknown_names"]["outcome"] == "accepted"
    assert card["ended"] == "complete"
    assert card["requests"] == len(odd.requests)


def test_without_a_terminal_it_needs_yes_and_sends_nothing(odd: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *probe(odd))
    assert (done.returncode, done.stdout) == (2, "")
    assert "--yes" in done.stderr
    assert not odd.requests


def test_the_list_and_the_kept_card_send_nothing(odd: ScriptedServer, home: dict[str, str]) -> None:
    listed = run(home, *probe(odd, "--list"))
    assert listed.returncode == 0
    assert row_of(listed.stdout, "seed") == ["seeded", "7 · 7 · 8"]
    form = json.loads(run(home, *probe(odd, "--list", "--json")).stdout)
    assert form["requests"] == 2 + sum(len(case["values"]) for case in form["cases"])
    none = run(home, *probe(odd, "--show"))
    assert (none.returncode, none.stdout) == (2, "")
    assert not odd.requests
    first = run(home, *probe(odd, "--yes"))
    sent = len(odd.requests)
    again = run(home, *probe(odd, "--show"))
    assert again.returncode == 0
    assert again.stdout == first.stdout
    assert "just now" in again.stderr
    assert len(odd.requests) == sent


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "tempratur", "--yes"], "temperature"),
        (["--jobs", "0", "--yes"], "--jobs"),
        (["--jobs", "many", "--yes"], "--jobs"),
        (["--list", "--show"], "--show"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    words: list[str], told: str, odd: ScriptedServer, home: dict[str, str]
) -> None:
    done = run(home, *probe(odd, *words))
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not odd.requests


def test_a_missing_key_or_model_is_told_before_it_asks(home: dict[str, str]) -> None:
    words = ["probe", "--provider", "openai"]
    done = run(home, *words, "--model", "gpt-4o")
    assert done.returncode == 2
    assert "OPENAI_API_KEY" in done.stderr
    done = run({**home, "OPENAI_API_KEY": CANARY}, *words)
    assert done.returncode == 2
    assert "--model" in done.stderr


@pytest.mark.parametrize(
    ("answer", "told"),
    [(refused(401, f"bad key {CANARY}"), "***"), (page("<h1>[/x]</h1>"), "web page"), (refused(404, "no"), "404")],
)
def test_a_service_that_does_not_answer_is_one_sentence_and_exit_1(
    answer: Answer, told: str, home: dict[str, str], tmp_path: Path
) -> None:
    with threaded(answer) as server:
        done = run({**home, "MY_KEY": CANARY}, *probe(server, "--yes", "--api-key-env", "MY_KEY"))
        assert len(server.requests) <= 2
    assert done.returncode == 1
    assert told in done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_text("utf-8", "replace")]


def test_too_many_requests_in_the_middle_give_what_is_known_and_exit_1(home: dict[str, str]) -> None:
    limit = Answer(429, {"retry-after-ms": "1", "content-type": "application/json"}, [b'{"error":{"message":"Slow"}}'])
    with threaded(OddService({"stop": limit, "frequency_penalty": limit, "n": limit})) as server:
        done = run(home, *probe(server, "--yes"))
    assert done.returncode == 1
    assert row_of(done.stdout, "seed")[0] == "ignored"
    assert row_of(done.stdout, "stop")[0] == "unknown"
    assert "Slow" in done.stderr
    assert "Not tested:" in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_prints_what_is_known(number: signal.Signals, code: int, home: dict[str, str]) -> None:
    silent = Answer(200, {"content-type": "text/event-stream"}, [HOLD])
    with threaded(OddService({"logit_bias": silent})) as server:
        child = subprocess.Popen(
            command(*probe(server, "--yes", "--json")),
            env=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + 30
        while not (server.requests and b'"logit_bias"' in server.requests[-1].body):
            assert time.monotonic() < deadline
            assert child.poll() is None
            select.select([], [], [], 0.01)
        child.send_signal(number)
        stdout, stderr = child.communicate(timeout=20)
    card = json.loads(stdout)
    assert child.returncode == code
    assert card["ended"] == "cancelled"
    assert "logit_bias" in card["unasked"]
    assert [row["outcome"] for row in card["rows"] if row["name"] == "seed"] == ["ignored"]
    assert b"Traceback" not in stderr
    shown = run(home, *probe(server, "--show", "--json"))
    assert json.loads(shown.stdout)["rows"] == card["rows"]


def on_a_terminal(env: Mapping[str, str], words: list[str], typed: bytes) -> tuple[int, bytes, bytes]:
    """Exit code, stdout, and what the terminal showed, for a process whose stdin and stderr are a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(words, env=dict(env), stdin=slave, stdout=subprocess.PIPE, stderr=slave) as child:
        os.close(slave)
        os.write(master, typed)
        stdout, _ = child.communicate(timeout=60)
    shown = b""
    while select.select([master], [], [], 0)[0]:
        try:
            shown += os.read(master, 65536)
        except OSError:
            break
    os.close(master)
    return child.returncode, stdout, shown


def test_on_a_terminal_it_asks_and_shows_how_far_it_is(odd: ScriptedServer, home: dict[str, str]) -> None:
    code, stdout, shown = on_a_terminal(home, command(*probe(odd, "--json", "--only", "n")), b"y\n")
    assert code == 0
    assert json.loads(stdout)["ended"] == "complete"
    assert b"Send them? [y/N]" in shown
    assert b"0/1 testing n" in shown


@pytest.mark.parametrize("typed", [b"n\n", b"\n", b"yesterday\n", b"\x04"])
def test_anything_but_yes_sends_nothing(typed: bytes, odd: ScriptedServer, home: dict[str, str]) -> None:
    code, stdout, shown = on_a_terminal(home, command(*probe(odd)), typed)
    assert (code, stdout) == (2, b"")
    assert b"nothing was sent" in shown
    assert not odd.requests


def test_a_key_that_the_service_repeats_is_in_no_output_and_on_no_card(home: dict[str, str], tmp_path: Path) -> None:
    echo = refused(400, f"not with {CANARY} [/n]", "n")
    with threaded(OddService({"n": echo})) as server:
        words = probe(server, "--yes", "--json", "--api-key-env", "MY_KEY", "--only", "n")
        done = run({**home, "MY_KEY": CANARY}, *words)
        assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert json.loads(done.stdout)["rows"][0]["words"] == "not with *** [/n]"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if "not with ***" in path.read_text("utf-8", "replace")]
    assert not [path for path in files if CANARY in path.read_text("utf-8", "replace")]
    assert CANARY not in done.stdout + done.stderr
