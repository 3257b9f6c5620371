"""``chat-tui sweep`` as a user or a script sees it: real process, real server on loopback."""

from __future__ import annotations

import csv
import io
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
from tests.support.server import HOLD, Answer, Request, ScriptedServer, chunk, events, plain, sse, stream, threaded

RATE_LIMIT = plain({"error": {"message": "slow [/b] down\x1b[31m", "type": "rate_limit_error"}}, 429)
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10, "cost": 0.25}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is tried twice."""
    config = tmp_path / "config.toml"
    config.write_text("[network]\nretries = 0\n")
    return environment(tmp_path, CHAT_TUI_CONFIG=str(config))


def echo(request: Request) -> Answer:
    """Says temperature and seed, and what it took."""
    body = request.json()
    said = f"t={body.get('temperature', 'unset')} s={body.get('seed')}"
    return events(*sse(chunk(said), chunk(finish="stop"), json.dumps({"choices": [], "usage": USAGE})))


def sweep(env: Mapping[str, str], server: ScriptedServer, *words: str) -> subprocess.CompletedProcess[str]:
    return run(env, "sweep", "--base-url", server.base_url, "--model", "m", *words)


def of_json(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


def test_a_table_with_a_line_for_each_cell(home: dict[str, str]) -> None:
    with threaded(echo) as server:
        done = sweep(home, server, "--jobs", "1", "--axis", "temperature=unset,1", "--axis", "seed=1..2", "Say", "hi")
        assert done.returncode == 0, done.stderr
        headings, *rows = done.stdout.splitlines()[:5]
        assert headings.split() == ["cell", "temperature", "seed", "result", "finish", "tok", "time", "cost", "text"]
        assert re.fullmatch(r"1 +unset +1 +done +stop +3 +\d\.\d\d s +\$0\.2500 +t=unset s=1", rows[0])
        assert [row.split(None, 3)[:3] for row in rows[1:]] == [["2", "unset", "2"], ["3", "1", "1"], ["4", "1", "2"]]
        assert done.stdout.endswith("\n\n4 of 4 replies, all different · $1.00\n")
        assert "4 requests to custom m: 2 temperature × 2 seed; ≈ 8 tokens in" in done.stderr
        assert "the replies are saved as branches in" in done.stderr
        asked = [(request.json().get("temperature"), request.json()["seed"]) for request in server.requests]
        assert asked == [(None, 1), (None, 2), (1, 1), (1, 2)]
        assert {request.json()["messages"][0]["content"] for request in server.requests} == {"Say hi"}


def test_the_table_fits_the_width_and_long_values_are_cut(home: dict[str, str]) -> None:
    with threaded(stream("雨" * 200 + "\n\x1b[31mred")) as server:
        done = sweep({**home, "COLUMNS": "72"}, server, "--axis", f"user={'x' * 90},b", "hi")
        rows = done.stdout.splitlines()[:3]
        assert all(sum(2 if letter == "雨" else 1 for letter in row) <= 72 for row in rows)
        assert "雨…" in rows[1]
        assert f"{'x' * 11}…" in rows[1]
        assert "\x1b" not in done.stdout


def test_json_tells_the_plan_and_every_reply(home: dict[str, str]) -> None:
    with threaded(stream("a"), stream("b"), RATE_LIMIT, stream("a")) as server:
        done = sweep(home, server, "--jobs", "1", "--axis", 'stop=unset,["x","y"]', "--repeat", "2", "--json", "hi")
    assert done.returncode == 1
    told = of_json(done)
    assert told["plan"] == {
        "axes": [{"name": "stop", "values": ["unset", '["x","y"]']}],
        "repeat": 2,
        "cells": 2,
        "requests": 4,
        "jobs": 1,
    }
    assert told["estimate"]["requests"] == 4
    assert (told["done"], told["failed"], told["different"], told["ok"]) == (3, 1, 2, False)
    first, second = told["cells"]
    assert (first["values"], first["unset"], first["different"]) == ({}, ["stop"], 2)
    assert (second["values"], second["unset"]) == ({"stop": ["x", "y"]}, [])
    assert second["request"]["stop"] == ["x", "y"]
    assert [each["text"] for each in first["replies"]] == ["a", "b"]
    failed, last = second["replies"]
    assert (failed["result"], failed["status"], failed["text"]) == ("failed", 429, "")
    assert failed["problem"]["kind"] == "http"
    assert failed["error"]
    assert last["completion"]["choices"][0]["message"]["content"] == "a"
    assert last["finish_reason"] == "stop"
    assert last["timing"]["total_s"] >= 0
    session = Path(told["session"]).read_text("utf-8")
    assert last["message"] in session
    assert "slow [/b] down" in done.stderr
    assert "\x1b" not in done.stderr


def test_csv_has_a_row_a_request_and_holds_nothing_that_runs(home: dict[str, str]) -> None:
    hostile = '=cmd|"/c calc"!A1,\n"x"\x1b[31m'
    with threaded(stream(hostile), stream("-1.5"), stream("+bad"), stream("@x")) as server:
        done = sweep(home, server, "--jobs", "1", "--axis", 'user="=1+1","a,b",c,"-1"', "--csv", "hi")
        assert done.returncode == 0, done.stderr
        text = done.stdout
        assert text.count("\r\n") == 5
        assert "\x1b" not in text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["text"] for row in rows] == ["'" + hostile.replace("\x1b", "␛"), "-1.5", "'+bad", "'@x"]
    assert [row["user"] for row in rows] == ['"=1+1"', '"a,b"', "c", '"-1"']
    assert [row["cell"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0]["finish_reason"] == "stop"


def test_the_models_asked_and_the_models_that_answered_are_columns_of_their_own(home: dict[str, str]) -> None:
    with threaded(stream("a"), stream("b")) as server:
        done = sweep(home, server, "--jobs", "1", "--axis", "model=small,large", "--csv", "hi")
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    assert [row["model"] for row in rows] == ["small", "large"]
    assert {row["reply.model"] for row in rows} == {"scripted"}


def test_repeating_tells_how_many_replies_differ(home: dict[str, str]) -> None:
    with threaded(stream("a"), stream("b"), stream("a"), stream("a")) as server:
        done = sweep(home, server, "--jobs", "1", "--repeat", "2", "--axis", "seed=1,2", "hi")
        assert "seed 1: 2 of 2 replies, all different\nseed 2: 2 of 2 replies, all the same\n" in done.stdout
        assert done.stdout.endswith("4 of 4 replies, 2 different\n")
    with threaded(stream("a")) as server:
        done = sweep(home, server, "--repeat", "3", "hi")
        assert done.stdout.splitlines()[0].split()[:2] == ["reply", "result"]
        assert done.stdout.endswith("3 of 3 replies, all the same\n")


def test_every_reply_is_a_branch_of_one_session(home: dict[str, str], tmp_path: Path) -> None:
    with threaded(stream("first"), echo) as server:
        assert (
            run(home, "send", "--base-url", server.base_url, "--model", "m", "--session", "trip", "Hi").returncode == 0
        )
        assert sweep(home, server, "--session", "trip", "--axis", "seed=1..3").returncode == 0
        assert {json.dumps(request.json()["messages"]) for request in server.requests} == {
            '[{"role": "user", "content": "Hi"}]'
        }
        assert sweep(home, server, "--continue", "--axis", "seed=4,5", "And", "now?").returncode == 0
        assert [each["content"] for each in server.requests[-1].json()["messages"]] == ["Hi", "first", "And now?"]
    [file] = (tmp_path / "data" / "sessions").glob("*.jsonl")
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    parents = [record["parent"] for record in records if record["type"] == "message"]
    assert sorted(parents.count(parent) for parent in set(parents) - {None}) == [1, 2, 4]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--axis", "temperature=1,9"),
            "Nothing was sent because cell 2 of 2 (temperature 9) breaks a rule: temperature = 9",
        ),
        (("--axis", "temperature=0,hot"), 'Not sent: temperature = "hot"'),
        (("--axis", "temperature=0..2:0"), "the step of 0..2:0 is 0"),
        (("--axis", "temperature"), "is not of the form NAME=VALUES"),
        (("--axis", "seed=1", "--axis", "seed=2"), "The axis seed is given twice"),
        (("--axis", "seed=1..1000", "--repeat", "2"), "at most 1000 requests"),
        (("--axis", "seed=1,2", "--jobs", "99"), "--jobs"),
        (("--repeat", "0"), "--repeat"),
        ((), "Nothing varies"),
        (("--json", "--csv", "--repeat", "2"), "not allowed with"),
    ],
)
def test_wrong_usage_sends_and_writes_nothing(
    home: dict[str, str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    with threaded(stream("One")) as server:
        done = sweep(home, server, *words, "hi")
        assert (done.returncode, done.stdout, server.requests) == (2, "", [])
        assert told in done.stderr
        assert "Traceback" not in done.stderr
    assert not list((tmp_path / "data").glob("sessions/*"))


def test_what_is_only_to_be_seen_or_not_to_be_kept(home: dict[str, str], tmp_path: Path) -> None:
    with threaded(echo) as server:
        dry = sweep(home, server, "--axis", "seed=1,2", "--dry-run", "hi")
        assert [body["seed"] for body in of_json(dry)] == [1, 2]
        assert "would send 2 requests to custom m" in dry.stderr
        assert server.requests == []
        told = of_json(sweep(home, server, "--axis", "seed=1,2", "--no-save", "--no-stream", "--json", "hi"))
        assert told["session"] is None
        assert "stream" not in server.requests[0].json()
    assert not list((tmp_path / "data").glob("sessions/*"))


def test_a_rule_may_be_broken_on_purpose_and_is_told_once(home: dict[str, str]) -> None:
    with threaded(echo) as server:
        done = sweep(home, server, "--axis", "temperature=9", "--axis", "seed=1..3", "--validation", "warn", "hi")
        assert done.returncode == 0
        assert done.stderr.count("temperature = 9") == 1
        assert len(server.requests) == 3


def test_models_are_an_axis(home: dict[str, str]) -> None:
    with threaded(lambda request: stream(str(request.json()["model"]))) as server:
        words = ["sweep", "--base-url", server.base_url, "--jobs", "1", "--axis", "model=small,big/one", "hi"]
        done = run(home, *words)
        assert done.returncode == 0, done.stderr
        assert [request.json()["model"] for request in server.requests] == ["small", "big/one"]
        assert "2 requests to custom small, big/one" in done.stderr


def test_the_services_name_before_a_model_is_dropped_from_all_of_them_or_none(home: dict[str, str]) -> None:
    keyed = {**home, "OPENAI_API_KEY": "sk-x"}
    done = run(keyed, "sweep", "--axis", "model=openai/gpt-4o,openai/gpt-4.1", "--dry-run", "hi")
    assert [body["model"] for body in of_json(done)] == ["gpt-4o", "gpt-4.1"]


def test_replies_that_were_to_be_json_are_held_against_their_schema(home: dict[str, str]) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    wanted = json.dumps({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    axis = ("--jobs", "1", "--axis", f"response_format={wanted},unset", "--repeat", "2")
    replies = (stream('{"n":1}'), stream('{"n":"one"}'), stream("free"))
    with threaded(*replies) as server:
        told = of_json(sweep(home, server, *axis, "--json", "hi"))
        found = [reply["format_valid"] for cell in told["cells"] for reply in cell["replies"]]
        assert found == [True, False, None, None]
        assert told["cells"][0]["replies"][1]["format"]["errors"][0]["path"] == "$.n"
    with threaded(*replies) as server:
        rows = list(csv.DictReader(io.StringIO(sweep(home, server, *axis, "--csv", "hi").stdout)))
        assert [row["format_valid"] for row in rows] == ["true", "false", "", ""]
    with threaded(*replies) as server:
        table = sweep(home, server, *axis, "hi").stdout.splitlines()
        assert "fits" in table[0].split()
        assert re.search(r" yes +\{", table[1])
        assert re.search(r" no +\{", table[2])


def test_an_interrupt_keeps_what_came_and_exits_130(home: dict[str, str], tmp_path: Path) -> None:
    held = events(*sse(chunk("Tw"), done=False), HOLD)
    with threaded(stream("One"), held) as server:
        words = command(
            "sweep", "--base-url", server.base_url, "--model", "m", "--jobs", "1", "--axis", "seed=1..9", "hi"
        )
        master, slave = pty.openpty()
        child = subprocess.Popen(words, env=home, stdout=subprocess.PIPE, stderr=slave, text=True)
        os.close(slave)
        shown = b""
        while b"1 of 9 requests" not in shown or len(server.requests) < 2:
            assert select.select([master], [], [], 30)[0]
            shown += os.read(master, 1000)
        child.send_signal(signal.SIGINT)
        stdout, _ = child.communicate(timeout=30)
        os.close(master)
        assert len(server.requests) == 2
    assert child.returncode == 130
    assert re.search(r"^1 +1 +done", stdout, re.MULTILINE)
    assert "1 stopped · 7 not sent" in stdout
    [file] = (tmp_path / "data" / "sessions").glob("*.jsonl")
    assert '"One"' in file.read_text("utf-8")


def test_the_help_tells_the_grammar(home: dict[str, str]) -> None:
    told = run(home, "sweep", "--help").stdout
    for words in ("0..2:0.5", "unset", "Exit code", "--repeat K"):
        assert words in told
