"""Tests of ``chat-tui send`` with a real process and a real server on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chat_tui.domain.json_values import JsonObject
from tests.support.command_line import command, run
from tests.support.server import CUT, HOLD, Answer, ScriptedServer, completion, stream, threaded

STREAMS = Path(__file__).resolve().parents[1] / "fixtures" / "streams"
CASES = sorted(path.stem for path in STREAMS.glob("*.sse"))


def to(server: ScriptedServer, *words: str) -> list[str]:
    return ["send", "--base-url", server.base_url, "--model", "m", *words]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("--set seed=1 --unset all --set top_p=0.5", {"top_p": 0.5}),
        ("--set seed=1 --set top_p=0.5 --unset all", {}),
        ("--unset seed --set seed=1 --unset top_p", {"stream": True, "seed": 1}),
        ("--set seed=1 --unset seed --set seed=2 --unset stream", {"seed": 2}),
    ],
)
def test_values_are_set_and_unset_in_the_order_given(words: str, left: JsonObject, home: dict[str, str]) -> None:
    options = ["--dry-run", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--unset", "stream_options"]
    body = json.loads(run(home, "send", *options, *words.split(), "hi").stdout)
    assert {name: value for name, value in body.items() if name not in ("model", "messages", "stream_options")} == left


def test_the_text_is_streamed_to_stdout_and_ends_with_a_newline(hello: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *to(hello, "Say", "hi"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello\n", "")
    assert hello.requests[0].json() == {
        "model": "m",
        "messages": [{"role": "user", "content": "Say hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_the_prompt_may_come_from_standard_input(hello: ScriptedServer, home: dict[str, str]) -> None:
    assert run(home, *to(hello), stdin="from a pipe\n").returncode == 0
    assert hello.requests[0].json()["messages"][0]["content"] == "from a pipe"


@pytest.mark.parametrize(
    ("given", "code", "prompts"),
    [(b"\xef\xbb\xbfhi\n", 0, ["hi"]), (b"caf\xe9", 2, []), (b"\x00\xff\xfe" * 1000, 2, [])],
)
def test_standard_input_is_utf_8_text(
    hello: ScriptedServer, home: dict[str, str], given: bytes, code: int, prompts: list[str]
) -> None:
    done = run(home, *to(hello), stdin=given)
    assert done.returncode == code
    assert [request.json()["messages"][0]["content"] for request in hello.requests] == prompts
    assert ("The prompt on standard input is not UTF-8 text" in done.stderr) == (code == 2)


def test_options_may_stand_before_the_command(hello: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, "--base-url", hello.base_url, "--model", "m", "--set", "temperature=0", "send", "hi")
    assert done.returncode == 0
    assert hello.requests[0].json()["temperature"] == 0


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [0, 1, 7], ids=["whole", "byte by byte", "seven bytes"])
def test_json_gives_the_merge_of_every_recorded_stream(name: str, size: int, home: dict[str, str]) -> None:
    raw = (STREAMS / f"{name}.sse").read_bytes()
    expected = json.loads((STREAMS / f"{name}.expected.json").read_text("utf-8"))
    pieces = [raw] if not size else [raw[start : start + size] for start in range(0, len(raw), size)]
    with threaded(Answer(200, {"content-type": "text/event-stream"}, pieces)) as server:
        done = run(home, *to(server, "--json", "--no-save", "hi"))
    told = json.loads(done.stdout)
    for member in ("completion", "outcome", "error", "warnings", "comments", "bad_events"):
        assert told[member] == expected[member], member
    assert told["timing"]["events"] == expected["events"]
    assert done.returncode == (0 if expected["outcome"] == "complete" else 1)


@pytest.mark.parametrize("words", [["--dry-run", "Say hi"], ["Say hi", "--dry-run"], ["--dry-run", "body", "Say hi"]])
def test_the_format_of_a_dry_run_may_be_left_out(words: list[str], hello: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *to(hello, *words))
    assert done.returncode == 0
    assert json.loads(done.stdout)["messages"][0]["content"] == "Say hi"


def test_a_key_is_not_sent_over_a_network_in_the_clear(home: dict[str, str]) -> None:
    words = ["send", "--base-url", "http://example.com/v1", "--api-key-env", "MY_KEY", "--model", "m", "hi"]
    done = run({**home, "MY_KEY": CANARY}, *words)
    assert done.returncode == 2
    assert "allow_http" in done.stderr
    assert CANARY not in done.stderr


def test_a_dry_run_prints_the_body_and_sends_nothing(hello: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *to(hello, "--dry-run", "body", "--set", "reasoning.effort=high", "--set", "seed=7", "hi"))
    assert done.returncode == 0
    body = json.loads(done.stdout)
    assert body["reasoning"] == {"effort": "high"}
    assert body["seed"] == 7
    assert not hello.requests
    assert not (Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").exists()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("temperature=3", ["temperature", "3", "0 and 2"]),
        ("temperature=hot", ["temperature", "hot", "number"]),
        ("n=1.5", ["n =", "1.5", "whole"]),
        ("top_logprobs=5", ["top_logprobs", "5", "logprobs"]),
        ('stop=["a","b","c","d","e"]', ["stop", "4"]),
        ("temperature=NaN", ["temperature", "NaN"]),
    ],
)
def test_a_broken_value_is_named_on_one_line_and_nothing_is_sent(
    setting: str, words: list[str], hello: ScriptedServer, home: dict[str, str]
) -> None:
    done = run(home, *to(hello, "--set", setting, "hi"))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert all(word in done.stderr for word in words), done.stderr
    assert not hello.requests


def test_validation_off_sends_what_was_said(hello: ScriptedServer, home: dict[str, str]) -> None:
    assert run(home, *to(hello, "--validation", "off", "--set", "temperature=3", "hi")).returncode == 0
    assert hello.requests[0].json()["temperature"] == 3


def test_no_stream_asks_for_a_plain_answer(home: dict[str, str]) -> None:
    with threaded(completion("plain words")) as server:
        done = run(home, *to(server, "--no-stream", "hi"))
        assert done.stdout == "plain words\n"
        assert {*server.requests[0].json()} == {"model", "messages"}


def test_a_cut_stream_leaves_its_text_on_stdout_and_exits_1(home: dict[str, str]) -> None:
    pieces = [*stream("half a").pieces[:1], CUT]
    with threaded(Answer(200, {"content-type": "text/event-stream"}, pieces)) as server:
        done = run(home, *to(server, "hi"))
    assert done.returncode == 1
    assert done.stdout == "half a\n"
    assert done.stderr


def test_events_prints_each_event_with_its_time(hello: ScriptedServer, home: dict[str, str]) -> None:
    done = run(home, *to(hello, "--events", "hi"))
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [*events[0]] == ["at_s", "event", "data"]
    assert events[-1]["data"] == "[DONE]"
    assert [event["at_s"] for event in events] == sorted(event["at_s"] for event in events)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_what_came(number: signal.Signals, code: int, home: dict[str, str]) -> None:
    pieces = [*stream("so far").pieces[:1], HOLD]
    with threaded(Answer(200, {"content-type": "text/event-stream"}, pieces)) as server:
        child = subprocess.Popen(
            command(*to(server, "hi")),
            env=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None
        assert child.stdout.read(6) == b"so far"
        child.send_signal(number)
        rest, _ = child.communicate(timeout=20)
    assert child.returncode == code
    assert rest == b"\n"
    kept = next((Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").glob("*.jsonl")).read_text("utf-8")
    assert '"outcome":"stopped"' in kept


CANARY = "sk-canary-0123456789abcdef"


@pytest.mark.parametrize("status", [200, 400, 401, 402, 403, 404, 413, 422, 429, 500, 503])
def test_the_key_is_in_no_file_and_no_output(status: int, home: dict[str, str], tmp_path: Path) -> None:
    echo = json.dumps(
        {"error": {"message": f"bad key {CANARY} in Bearer {CANARY}", "type": "x", "code": None}}
    ).encode()
    answer: Any = (
        stream(f"your key is {CANARY}")
        if status == 200
        else Answer(
            status, {"content-type": "application/json", "x-echo": CANARY, "retry-after": "0"}, [echo], framing="length"
        )
    )
    with threaded(answer) as server:
        words = to(server, "--api-key-env", "MY_KEY", "--json", "hi")
        done = run({**home, "MY_KEY": CANARY}, *words)
        assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in done.stdout + done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_text("utf-8", "replace")]


def test_an_ad_hoc_address_gets_no_stored_key(hello: ScriptedServer, home: dict[str, str]) -> None:
    keys = {"OPENAI_API_KEY": CANARY, "OPENROUTER_API_KEY": CANARY}
    assert run({**home, **keys}, *to(hello, "hi")).returncode == 0
    assert "authorization" not in hello.requests[0].headers


def test_a_closed_pipe_is_quiet(hello: ScriptedServer, home: dict[str, str]) -> None:
    words = " ".join(f"'{word}'" for word in command(*to(hello, "hi")))
    done = subprocess.run(
        ["sh", "-c", f"{words} | true"], env=home, capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["send", "--provider", "nowhere", "hi"], "nowhere"),
        (["send", "--provider", "openai", "--model", "gpt-4o", "hi"], "OPENAI_API_KEY"),
        (["send", "--provider", "openai", "hi"], "--model"),
        (["send", "--model", "openai/gpt-4o", "hi"], "OPENROUTER_API_KEY"),
        (["send", "--set", "temperature", "hi"], "NAME=VALUE"),
        (["send", "--set", "stop=@/no/such/file", "hi"], "/no/such/file"),
        (["nonsense"], "nonsense"),
        (["send", "--nonsense"], "--nonsense"),
        ([], "terminal"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(words: list[str], told: str, home: dict[str, str]) -> None:
    done = run(home, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [("send",), ("send", "--dry-run"), ("sweep", "--repeat", "2")])
def test_a_conversation_goes_on_only_with_its_own_provider_or_one_that_is_named(
    hello: ScriptedServer, home: dict[str, str], command: tuple[str, ...]
) -> None:
    assert run(home, *to(hello, "first")).returncode == 0
    [file] = (Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").glob("*.jsonl")
    before = file.read_bytes()
    config = Path(home["HOME"]) / "config.toml"
    config.write_text(f'provider = "other"\n[providers.other]\nbase_url = "{hello.base_url}"\n', "utf-8")
    done = run(home, *command, "--config", str(config), "--continue", "second")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The session's provider 'custom' is not configured. Choose another: --provider ID" in done.stderr
    assert (len(hello.requests), file.read_bytes()) == (1, before)
    assert run(home, "send", "--config", str(config), "-p", "other", "--continue", "second").returncode == 0
    assert len(hello.requests) == 2


def test_a_session_that_goes_on_without_saving_stays_as_it_was(hello: ScriptedServer, home: dict[str, str]) -> None:
    assert run(home, *to(hello, "first")).returncode == 0
    [file] = (Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").glob("*.jsonl")
    before = file.read_bytes()
    for words in (["--no-save", "--set", "seed=7"], ["--dry-run", "--set", "seed=7"]):
        assert run(home, *to(hello, "--continue", *words, "second")).returncode == 0
    assert file.read_bytes() == before
    assert [message["content"] for message in hello.requests[1].json()["messages"]] == ["first", "Hello", "second"]
    assert len(hello.requests) == 2


def test_a_session_that_cannot_be_saved_is_told_and_has_no_path(hello: ScriptedServer, home: dict[str, str]) -> None:
    place = Path(home["HOME"]) / "taken"
    place.write_text("a file where the folder should be")
    done = run({**home, "CHAT_TUI_DATA_DIR": str(place)}, *to(hello, "--json", "hi"))
    assert done.returncode == 0
    assert json.loads(done.stdout)["session"] is None
    assert f"The session {place}" in done.stderr
    assert "could not be saved: Not a directory." in done.stderr


@pytest.mark.parametrize("words", [[""], ["", ""], ["--json", ""]])
def test_an_empty_prompt_is_refused_unless_something_is_attached(
    words: list[str], hello: ScriptedServer, home: dict[str, str]
) -> None:
    done = run(home, *to(hello, *words))
    assert (done.returncode, done.stderr) == (2, "chat-tui: The prompt is empty\n")
    assert not hello.requests
    file = Path(home["HOME"]) / "a.txt"
    file.write_text("from a file")
    assert run(home, *to(hello, "--attach", str(file), *words)).returncode == 0


@pytest.mark.parametrize("address", [f"http://u:{CANARY}@127.0.0.1:9/v1", f"http://127.0.0.1:9/v1?key={CANARY}"])
@pytest.mark.parametrize(
    "words", [["send", "hi"], ["send", "--json", "hi"], ["send", "--dry-run", "curl", "hi"], ["models"]]
)
def test_a_secret_in_the_address_is_refused_and_neither_shown_nor_kept(
    words: list[str], address: str, home: dict[str, str]
) -> None:
    done = run(home, *words, "--model", "m", "--base-url", address)
    assert (done.returncode, done.stdout) == (2, "")
    assert "The base URL contains a" in done.stderr
    assert CANARY not in done.stderr
    assert not [file for file in Path(home["HOME"]).rglob("*") if file.is_file() and CANARY in file.read_text("utf-8")]
    configured = {**home, "OPENAI_BASE_URL": address, "OPENAI_API_KEY": "sk-0123456789abcdef"}
    done = run(configured, *words, "--provider", "openai", "--model", "m")
    assert CANARY not in done.stdout + done.stderr
    assert not [file for file in Path(home["HOME"]).rglob("*") if file.is_file() and CANARY in file.read_text("utf-8")]


def test_an_empty_file_that_is_no_session_by_its_name_is_left_alone(
    home: dict[str, str], hello: ScriptedServer
) -> None:
    file = Path(home["HOME"]) / "config.toml"
    file.touch()
    done = run(home, *to(hello, "--session", str(file), "hi"))
    assert (done.returncode, file.read_bytes(), hello.requests) == (2, b"", [])
    assert f"{file} is empty" in done.stderr
    session = Path(home["HOME"]) / "new.jsonl"
    session.touch()
    assert run(home, *to(hello, "--session", str(session), "hi")).returncode == 0
    assert session.read_bytes()


def test_an_at_sign_without_a_file_says_that_none_is_named(home: dict[str, str], hello: ScriptedServer) -> None:
    for words in (["--system", "@"], ["--set", "stop=@"]):
        done = run(home, *to(hello, *words, "hi"))
        assert (done.returncode, done.stderr) == (2, "chat-tui: No file name given. Put it after the @.\n")
