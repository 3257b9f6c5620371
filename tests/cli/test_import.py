"""Tests of ``chat-tui import`` in a real process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import run
from tests.support.server import completion, threaded

CANARY = "sk-canary-1234567890"
MESSAGES = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": 'it\'s "$5" \n🙂'}]
BODY = {"model": "m", "messages": MESSAGES, "seed": 2**70, "top_p": 1.0}


def records(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def test_a_json_file_becomes_a_session_whose_path_is_printed(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text(json.dumps(BODY), "utf-8")
    done = run(home, "import", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    kept = records(done.stdout.removesuffix("\n"))
    assert [record["type"] for record in kept] == ["session", "settings", "message"]
    assert kept[1]["parameters"] == {"seed": 2**70, "top_p": 1.0}
    assert (kept[1]["system"], kept[2]["message"]) == ("Be brief", MESSAGES[1])


@pytest.mark.parametrize("form", ["curl", "body"])
def test_what_a_dry_run_prints_is_imported_as_the_same_request(form: str, home: dict[str, str]) -> None:
    words = ["--provider", "openai", "--model", "m", "--set", 'stop=["\'","`id`"]', "--system", "$HOME", "it's\n!"]
    env = {**home, "OPENAI_API_KEY": CANARY}
    body = run(env, "send", "--dry-run", *words).stdout
    printed = run(env, "send", "--dry-run", form, *words).stdout
    assert CANARY not in printed
    done = run(home, "import", "-", "--dry-run", stdin=printed)
    assert (done.returncode, done.stdout) == (0, body)
    assert not (Path(home["CHAT_TUI_DATA_DIR"]) / "sessions").exists()


def test_the_imported_session_goes_on_where_the_command_would_have_gone(home: dict[str, str]) -> None:
    with threaded(completion("Hi")) as server:
        command = f"curl {server.base_url}/chat/completions -H 'X-Api-Key: {CANARY}' -d '{json.dumps(BODY)}'"
        imported = run(home, "import", "-", stdin=command.replace("it's", "its"))
        path = imported.stdout.strip()
        words = ["--base-url", server.base_url, "--model", "m", "--session", path, "--validation", "off", "and now?"]
        done = run(home, "send", *words)
        assert (done.returncode, done.stdout) == (0, "Hi\n"), done.stderr
        sent = server.requests[0].json()
    assert [message["content"] for message in sent["messages"]] == ["Be brief", 'its "$5" \n🙂', "and now?"]
    assert sent["seed"] == 2**70
    assert "X-Api-Key was ignored" in imported.stderr
    assert "was added for this run, without an API key" in imported.stderr
    assert CANARY not in imported.stderr + Path(path).read_text("utf-8")


def test_options_go_before_what_the_text_says(home: dict[str, str]) -> None:
    words = ["--provider", "groq", "--model", "other", "--set", "seed=1", "--unset", "top_p", "--system", "new"]
    done = run(home, "import", "-", *words, "--session", "my import", stdin=json.dumps(BODY))
    kept = records(done.stdout.strip())
    assert kept[1]["title"] == "my import"
    assert {name: kept[2][name] for name in ("provider", "model", "parameters", "system")} == {
        "provider": "groq",
        "model": "other",
        "parameters": {"seed": 1},
        "system": "new",
    }


def test_a_configured_model_that_nobody_can_be_asked_for_is_no_hindrance(home: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('model = "openai/gpt-4o"\n', "utf-8")
    done = run(home, "import", "-", "--config", str(config), "--dry-run", stdin=json.dumps(BODY))
    assert (done.returncode, json.loads(done.stdout)) == (0, BODY)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Nothing to import"),
        ("hello", "neither a curl command"),
        ('{"model": }', "line 1, column 11"),
        ("curl 'x", "never closed"),
        ("curl x -d @body.json", "body.json"),
        ('{"messages": [1]}', "messages[0]"),
        (b"\xff\xfe", "Nothing to import"),
        (b'{"messages":[],"x":"\xff"}', "not UTF-8"),
        ("\x1b[31m", "neither"),
    ],
)
def test_bad_input_is_told_on_one_line_and_nothing_is_made(
    text: str | bytes, word: str, home: dict[str, str], tmp_path: Path
) -> None:
    done = run(home, "import", "-", stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr
    assert not (tmp_path / "data" / "sessions").exists()


def test_notes_cannot_command_the_terminal(home: dict[str, str]) -> None:
    command = "curl 'https://a\x1b[31mb/x' -H 'X-\x1b]0;y\x07: z' -d '{\"model\":\"m\",\"messages\":[]}'"
    done = run(home, "import", "-", "--dry-run", stdin=command)
    assert done.returncode == 0
    assert "\x1b" not in done.stderr
    assert done.stderr


def test_a_missing_file_and_an_existing_session_are_refused(home: dict[str, str], tmp_path: Path) -> None:
    assert run(home, "import", str(tmp_path / "missing")).returncode == 2
    there = tmp_path / "there.jsonl"
    there.write_text("{}\n", "utf-8")
    done = run(home, "import", "-", "--session", str(there), stdin=json.dumps(BODY))
    assert (done.returncode, there.read_text("utf-8")) == (2, "{}\n")
    assert "there.jsonl" in done.stderr
