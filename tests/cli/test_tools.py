"""Tests of ``send --tool --tool-result --approve``: tool calls without a screen; only approved commands run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import command, environment, run
from tests.support.processes import alive
from tests.support.server import Answer, Request, Script, ScriptedServer, plain, stream, threaded
from tests.support.tool_calls import KEY, WEATHER, call, calling, logging_command, tool_file

ASKED = ["send", "--model", "m", "Weather?"]
TWO = calling(call(call_id="call_a"), call(arguments='{"city":"Oslo"}', call_id="call_b", index=1))


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing configured and a key in it."""
    return environment(tmp_path, CHAT_TUI_CONFIG=str(tmp_path / "config" / "config.toml"), OPENAI_API_KEY=KEY)


@pytest.fixture
def tool(tmp_path: Path) -> str:
    """A tool file with a command that notes what it gets."""
    file = tmp_path / "weather.json"
    file.write_text(tool_file(WEATHER, logging_command(str(tmp_path / "log"))))
    return str(file)


def ask(env: Mapping[str, str], server: ScriptedServer | None, *words: str) -> subprocess.CompletedProcess[str]:
    base = [] if server is None else ["--base-url", server.base_url]
    return run(env, *ASKED, *base, *words)


def answers(request: Request) -> list[tuple[Any, Any]]:
    return [(each.get("tool_call_id"), each["content"]) for each in request.json()["messages"][2:]]


def log_of(folder: Path) -> str:
    log = folder / "log"
    return log.read_text() if log.exists() else ""


def test_calls_are_answered_as_told_and_the_model_goes_on(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    with threaded(TWO, stream("Sun and rain.")) as server:
        done = ask(home, server, "--tool", tool, "--tool-result", "get_weather=mild")
        assert (done.returncode, done.stdout) == (0, "Sun and rain.\n")
        assert done.stderr.count("answered with --tool-result, 4 characters") == 2
        assert server.requests[0].json()["tools"] == [WEATHER]
        assert answers(server.requests[1]) == [("call_a", "mild"), ("call_b", "mild")]
    assert log_of(tmp_path) == ""


def test_a_result_is_read_from_a_file(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    (tmp_path / "result").write_text("from\na file")
    with threaded(calling(call()), stream("ok")) as server:
        done = ask(home, server, "--tool", tool, "--tool-result", f"get_weather=@{tmp_path / 'result'}")
        assert done.returncode == 0
        assert answers(server.requests[1]) == [("call_a", "from\na file")]


def test_an_approved_command_is_run_for_each_call(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    with threaded(TWO, stream("ok")) as server:
        done = ask(home, server, "--tool", tool, "--approve", "get_weather", "--json")
        result = json.loads(done.stdout)
        assert (done.returncode, result["rounds"], result["outcome"]) == (0, 1, "complete")
        assert result["request"]["messages"][-1]["content"] == "sunny"
        assert answers(server.requests[1]) == [("call_a", "sunny"), ("call_b", "sunny")]
    assert log_of(tmp_path) == '{"city":"Paris"}\n{"city":"Oslo"}\n'
    assert KEY not in done.stdout + done.stderr


def test_without_approval_nothing_is_run_and_the_call_is_printed(
    home: dict[str, str], tool: str, tmp_path: Path
) -> None:
    with threaded(calling(call())) as server:
        done = ask(home, server, "--tool", tool)
        assert done.returncode == 0
        assert json.loads(done.stdout)["function"]["name"] == "get_weather"
        assert "--tool-result get_weather=TEXT, or --approve" in done.stderr
        assert len(server.requests) == 1
    assert log_of(tmp_path) == ""


def test_nothing_is_run_while_another_call_has_no_answer(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    other = json.loads(json.dumps(WEATHER).replace("get_weather", "other"))
    (tmp_path / "other.json").write_text(tool_file(other))
    with threaded(calling(call(), call("other", call_id="call_b", index=1))) as server:
        done = ask(home, server, "--tool", tool, "--tool", str(tmp_path / "other.json"), "--approve", "get_weather")
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) == 2
        assert "other" in done.stderr
        assert len(server.requests) == 1
    assert log_of(tmp_path) == ""


def test_open_calls_of_a_session_are_answered_later(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    with threaded(TWO, stream("Sun.")) as server:
        asked = ask(home, server, "--tool", tool)
        assert (asked.returncode, asked.stderr.count("needs a result")) == (0, 2)
        assert "send --continue" in asked.stderr
        words = ["send", "--continue", "--base-url", server.base_url]
        tried = run(home, *words, "--tool-result", "get_weather=mild", "--dry-run")
        assert [each["content"] for each in json.loads(tried.stdout)["messages"][2:]] == ["mild", "mild"]
        unrun = run(home, *words, "--tool", tool, "--approve", "get_weather", "--dry-run")
        assert (unrun.returncode, unrun.stdout) == (2, "")
        assert "A dry run runs nothing" in unrun.stderr
        done = run(home, *words, "--tool", tool, "--approve", "get_weather", "--json")
        assert (done.returncode, json.loads(done.stdout)["rounds"]) == (0, 1)
        assert answers(server.requests[1]) == [("call_a", "sunny"), ("call_b", "sunny")]
        again = run(home, *words, "--tool", tool, "--approve", "get_weather")
        assert again.returncode == 2
        assert "no tool call of this session is open" in again.stderr
        assert len(server.requests) == 2
    assert log_of(tmp_path) == '{"city":"Paris"}\n{"city":"Oslo"}\n'


def test_an_answer_that_was_never_sent_is_sent_later(home: dict[str, str], tool: str) -> None:
    failed = plain({"error": {"message": "Overloaded"}}, 400)
    with threaded(calling(call()), failed, stream("Sun.")) as server:
        assert ask(home, server, "--tool", tool, "--tool-result", "get_weather=mild").returncode == 1
        words = ["send", "--continue", "--base-url", server.base_url, "--tool-result", "get_weather=cold"]
        done = run(home, *words)
        assert (done.returncode, done.stdout) == (0, "Sun.\n")
        assert answers(server.requests[2]) == [("call_a", "mild")]


def test_calls_that_are_being_answered_are_not_told_to_be_unanswered(home: dict[str, str], tool: str) -> None:
    with threaded(calling(call()), stream("Sun.")) as server:
        assert ask(home, server, "--tool", tool).returncode == 0
        words = ["send", "--continue", "--base-url", server.base_url, "--tool-result", "get_weather=mild"]
        done = run(home, *words, "--set", "odd=1")
        assert (done.returncode, done.stdout) == (0, "Sun.\n")
        assert "unanswered" not in done.stderr
        assert done.stderr.count("odd: is not a known parameter") == 1


def test_while_a_call_stays_open_nothing_is_sent(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    other = json.loads(json.dumps(WEATHER).replace("get_weather", "other"))
    (tmp_path / "other.json").write_text(tool_file(other))
    with threaded(calling(call(), call("other", call_id="call_b", index=1))) as server:
        assert ask(home, server, "--tool", tool, "--tool", str(tmp_path / "other.json")).returncode == 0
        done = run(home, "send", "--continue", "--base-url", server.base_url, "--tool-result", "other=x")
        assert (done.returncode, done.stdout) == (2, "")
        assert "get_weather" in done.stderr
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (call(arguments='{"city":'), "not valid JSON"),
        (call(arguments="[]"), "not an object"),
        (call(arguments='{"town":"Paris"}'), "do not match"),
        (call("rm_rf"), "no tool 'rm_rf'"),
        (call(""), "names no tool"),
    ],
)
def test_a_call_that_must_not_run_is_told_to_the_model(
    home: dict[str, str], tool: str, tmp_path: Path, bad: Any, words: str
) -> None:
    with threaded(calling(bad), stream("I see.")) as server:
        done = ask(home, server, "--tool", tool, "--approve", "get_weather")
        assert (done.returncode, done.stdout) == (0, "I see.\n")
        assert "not run" in done.stderr
        ((_, told),) = answers(server.requests[1])
        assert words in json.loads(told)["error"]
    assert log_of(tmp_path) == ""


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (calling(call(), finish="length"), 0),
        (calling(call(), finish=None, done=False), 1),
        (calling(call(), finish=None), 0),
    ],
)
def test_calls_of_a_cut_reply_are_never_run(
    home: dict[str, str], tool: str, tmp_path: Path, script: Answer, code: int
) -> None:
    with threaded(script) as server:
        done = ask(home, server, "--tool", tool, "--approve", "get_weather")
        assert done.returncode == code
        assert len(server.requests) == 1
    assert log_of(tmp_path) == ""


def test_a_model_that_calls_for_ever_is_stopped_after_ten_rounds(home: dict[str, str], tool: str) -> None:
    with threaded(calling(call())) as server:
        done = ask(home, server, "--tool", tool, "--tool-result", "get_weather=x", "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["rounds"] == 10
        assert "11 replies in a row" in done.stderr
        assert "--rounds N" in done.stderr
        assert len(server.requests) == 11


def test_as_many_rounds_as_are_asked_for_and_no_more(home: dict[str, str], tool: str) -> None:
    with threaded(calling(call())) as server:
        done = ask(home, server, "--tool", tool, "--tool-result", "get_weather=x", "--rounds", "2")
        assert (done.returncode, len(server.requests)) == (1, 3)
        wrong = [ask(home, server, "--tool", tool, "--rounds", words) for words in ("0", "ten")]
        assert [(done.returncode, "is not a whole number of at least 1" in done.stderr) for done in wrong] == [
            (2, True)
        ] * 2
        assert len(server.requests) == 3


FORCING = [
    '"required"',
    '{"type":"function","function":{"name":"get_weather"}}',
    '{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[]}}',
]


@pytest.mark.parametrize("choice", FORCING)
def test_a_forced_choice_is_left_out_after_the_first_round(choice: str, home: dict[str, str], tool: str) -> None:
    with threaded(calling(call()), stream("ok")) as server:
        done = ask(home, server, "--tool", tool, "--tool-result", "get_weather=x", "--set", f"tool_choice={choice}")
        assert done.returncode == 0
        assert server.requests[0].json()["tool_choice"] == json.loads(choice)
        assert "tool_choice" not in server.requests[1].json()
        assert "tool_choice is unset from here on" in done.stderr


def test_a_choice_that_only_limits_what_may_be_called_stays(home: dict[str, str], tool: str) -> None:
    choice = '{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}'
    with threaded(calling(call()), stream("ok")) as server:
        ask(home, server, "--tool", tool, "--tool-result", "get_weather=x", "--set", f"tool_choice={choice}")
        assert server.requests[1].json()["tool_choice"] == json.loads(choice)


def test_a_failing_or_hanging_command_is_told_to_the_model(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(tool_file(WEATHER, [sys.executable, "-c", "import sys; sys.exit('out of luck')"]))
    with threaded(calling(call()), stream("pity")) as server:
        done = ask(home, server, "--tool", str(file), "--approve", "get_weather")
        assert (done.returncode, done.stdout) == (0, "pity\n")
        told = json.loads(answers(server.requests[1])[0][1])
        assert "exit code 1" in told["error"]
        assert told["stderr"] == "out of luck\n"


def test_an_interrupt_kills_the_command(home: dict[str, str], tmp_path: Path) -> None:
    file, log = tmp_path / "slow.json", tmp_path / "log"
    file.write_text(tool_file(WEATHER, ["sh", "-c", f"echo $$ > {log}; sleep 600; sleep 600"]))
    with threaded(calling(call()), stream("never")) as server:
        options = ["--base-url", server.base_url, "--tool", str(file), "--approve", "get_weather"]
        child = subprocess.Popen(
            command(*ASKED, *options),
            env=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        told_pid = threading.Event()
        while child.poll() is None and not log_of(tmp_path).endswith("\n"):
            told_pid.wait(0.02)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=30)
        assert child.returncode == 130
        assert "stopped" in told
        assert len(server.requests) == 1
    assert not alive(int(log_of(tmp_path)))


def test_a_tool_of_the_library_is_declared_by_name(home: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "config" / "tools"
    folder.mkdir(parents=True)
    (folder / "w.json").write_text(tool_file(WEATHER, logging_command(str(tmp_path / "log"))))
    with threaded(calling(call()), stream("ok")) as server:
        done = ask(home, server, "--tool", "get_weather", "--approve", "get_weather")
        assert (done.returncode, done.stdout) == (0, "ok\n")
    assert log_of(tmp_path) == '{"city":"Paris"}\n'


def test_tools_of_the_current_folder_are_not_read(home: dict[str, str], tool: str, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "w.json").write_text(Path(tool).read_text())
    (tmp_path / "config.toml").write_text("")
    done = subprocess.run(
        command(*ASKED, "--tool", "get_weather", "--dry-run"),
        env={**home, "PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "get_weather" in done.stderr


def test_python_functions_are_declared(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text('def add(a: int, b: int) -> int:\n    """Add."""\n')
    done = ask(home, None, "--tool", str(file), "--dry-run", "--provider", "openai")
    assert done.returncode == 0
    (declared,) = json.loads(done.stdout)["tools"]
    assert declared["function"]["name"] == "add"
    assert declared["function"]["parameters"]["required"] == ["a", "b"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tool", "nowhere.json"], "nowhere.json"),
        (["--tool-result", "get_weather"], "NAME=TEXT"),
        (["--tool-result", "get_weather=x"], "There is no tool 'get_weather'"),
        (["--approve", "get_weather"], "There is no tool 'get_weather'"),
        (["--tool", "TOOL", "--approve", "other"], "Declared: get_weather"),
        (["--tool", "TOOL", "--tool-result", "get_weather=@nowhere"], "nowhere"),
        (["--tool", "TOOL", "--tool-result", "get_weather=x", "--approve", "get_weather"], "either --tool-result"),
        (["--tool", "BARE", "--approve", "get_weather"], "no command"),
    ],
)
def test_wrong_usage_sends_nothing(
    home: dict[str, str], tool: str, tmp_path: Path, words: list[str], told: str
) -> None:
    bare = tmp_path / "bare.json"
    bare.write_text(tool_file(WEATHER))
    given = [{"TOOL": tool, "BARE": str(bare)}.get(word, word) for word in words]
    with threaded(stream("never")) as server:
        done = ask(home, server, *given)
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr
        assert server.requests == []


def test_the_help_tells_of_tools(home: dict[str, str]) -> None:
    done = ask(home, None, "--help")
    assert all(option in done.stdout for option in ("--tool FILE|NAME", "--tool-result", "--approve NAME"))


def test_answers_are_in_the_session_before_the_request_that_carries_them(
    home: dict[str, str], tool: str, tmp_path: Path
) -> None:
    kept: list[str] = []

    def second(_request: Request) -> Answer:
        kept.extend(file.read_text() for file in (tmp_path / "data" / "sessions").glob("*.jsonl"))
        return stream("ok")

    scripts: list[Script] = [calling(call()), second]
    with threaded(*scripts) as server:
        assert ask(home, server, "--tool", tool, "--approve", "get_weather").returncode == 0
    assert json.loads(next(line for line in kept[0].splitlines() if '"role":"tool"' in line.replace(": ", ":")))
    assert KEY not in kept[0]


def test_a_program_killed_while_a_tool_runs_does_not_run_it_again_by_itself(
    home: dict[str, str], tmp_path: Path
) -> None:
    file, log = tmp_path / "slow.json", tmp_path / "log"
    file.write_text(tool_file(WEATHER, ["sh", "-c", f"echo $$ >> {log}; sleep 600"]))
    with threaded(calling(call()), stream("Let us go on.")) as server:
        options = ["--base-url", server.base_url, "--tool", str(file), "--approve", "get_weather"]
        child = subprocess.Popen(command(*ASKED, *options), env=home, stdin=subprocess.DEVNULL)
        pause = threading.Event()
        while child.poll() is None and not log_of(tmp_path).endswith("\n"):
            pause.wait(0.02)
        child.kill()
        child.wait(30)
        while alive(int(log_of(tmp_path))):
            pause.wait(0.02)
        done = ask(home, server, "--continue", "--tool", str(file), "--approve", "get_weather")
        assert (done.returncode, done.stdout) == (0, "Let us go on.\n")
        assert "unanswered tool calls: get_weather" in done.stderr
    assert len(log_of(tmp_path).splitlines()) == 1
    kept = "".join(each.read_text() for each in (tmp_path / "data" / "sessions").glob("*.jsonl"))
    states = [json.loads(line)["state"] for line in kept.splitlines() if json.loads(line)["type"] == "tool"]
    assert states == ["begun"]
