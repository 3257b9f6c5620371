"""Tests of ``chat-tui send`` with an output format: the reply is validated, recorded and reported; exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_send import to
from tests.domain.output.test_format_check import BROKEN, GOOD, HAIKU
from tests.support.command_line import run
from tests.support.server import Answer, completion, events, sse, stream, threaded

NEEDS = [
    *("cut", "fenced", "a list around it", "a member is missing", "a member too many", "the wrong type"),
    *("not of the enum", "too large", "too few", "null where text is due", "no shape of the union"),
]


@pytest.fixture
def schema(tmp_path: Path) -> str:
    file = tmp_path / "Haiku.json"
    file.write_text(json.dumps(HAIKU), "utf-8")
    return f"response_format=@{file}"


def ended(summary: dict[str, Any]) -> dict[str, Any]:
    """The end record of the session that was kept."""
    lines = Path(summary["session"]).read_text("utf-8").splitlines()
    return next(record for record in map(json.loads, lines) if record["type"] == "end")


@pytest.mark.parametrize("plain", [False, True], ids=["stream", "plain"])
def test_a_reply_that_fits_is_valid_everywhere(schema: str, home: dict[str, str], plain: bool) -> None:
    text = json.dumps(GOOD)
    with threaded(completion(text) if plain else stream(text[:9], text[9:])) as server:
        done = run(home, *to(server, "--set", schema, "--json", "--check-format", "A haiku"))
    summary = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert summary["format"] == {"valid": True, "name": "Haiku", "errors": []}
    assert ended(summary)["format"] == summary["format"]


@pytest.mark.parametrize("name", NEEDS)
def test_each_broken_reply_is_told_with_its_path(schema: str, home: dict[str, str], name: str) -> None:
    content, path, words = next(case[1:] for case in BROKEN if case[0] == name)
    with threaded(stream(*content)) as server:
        done = run(home, *to(server, "--set", schema, "--json", "--check-format", "A haiku"))
    summary = json.loads(done.stdout)
    assert done.returncode == 1
    assert path in done.stderr
    assert words in done.stderr
    error = summary["format"]["errors"][0]
    assert (summary["format"]["valid"], error["path"]) == (False, path)
    assert f"line {error['line']}, column {error['column']}" in done.stderr
    assert ended(summary)["format"] == summary["format"]


def test_without_the_option_a_broken_reply_is_only_recorded(schema: str, home: dict[str, str]) -> None:
    with threaded(stream("{}")) as server:
        done = run(home, *to(server, "--set", schema, "--json", "A haiku"))
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["format"]["errors"]) == 1


def test_the_text_stays_on_stdout_and_the_errors_go_to_stderr(home: dict[str, str]) -> None:
    with threaded(stream("[1, 2]")) as server:
        done = run(home, *to(server, "--set", "response_format=json_object", "--check-format", "Some JSON"))
    assert (done.returncode, done.stdout) == (1, "[1, 2]\n")
    assert done.stderr == "chat-tui: $ (line 1, column 1): must be an object\n"


def test_without_an_output_format_nothing_is_checked_or_recorded(home: dict[str, str]) -> None:
    with threaded(stream("{}")) as server:
        done = run(home, *to(server, "--json", "hi"))
        summary = json.loads(done.stdout)
        assert "format" not in summary
        assert "format" not in ended(summary)
        refused = run(home, *to(server, "--check-format", "hi"))
    assert refused.returncode == 2
    assert "No output format to check" in refused.stderr
    assert len(server.requests) == 1


def test_every_choice_is_checked(schema: str, home: dict[str, str]) -> None:
    texts = [json.dumps(GOOD), "{}"]
    choices = [
        json.dumps({"choices": [{"index": n, "delta": {"content": text}, "finish_reason": "stop"}]})
        for n, text in enumerate(texts)
    ]
    with threaded(events(*sse(*choices))) as server:
        done = run(home, *to(server, "--set", schema, "--set", "n=2", "--check-format", "A haiku"))
    assert done.returncode == 1
    assert done.stderr.startswith("chat-tui: choice 2, $ (line 1, column 1): is missing title")


def test_a_reply_that_only_calls_a_tool_is_not_checked(schema: str, home: dict[str, str]) -> None:
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    chunk = json.dumps({"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})
    with threaded(events(*sse(chunk))) as server:
        done = run(home, *to(server, "--set", schema, "--json", "--check-format", "A haiku"))
    assert "format" not in json.loads(done.stdout)
    assert (done.returncode, "the reply has no text to check" in done.stderr) == (1, True)


def test_a_failed_request_has_no_format(schema: str, home: dict[str, str]) -> None:
    body = b'{"error": {"message": "bad schema"}}'
    answer = Answer(400, {"Content-Type": "application/json"}, [body], framing="length")
    with threaded(answer) as server:
        done = run(home, *to(server, "--set", schema, "--json", "--check-format", "A haiku"))
    assert "format" not in json.loads(done.stdout)
    assert done.returncode == 1


def test_a_class_of_python_code_is_what_is_asked_for(tmp_path: Path, home: dict[str, str]) -> None:
    code = tmp_path / "models.py"
    code.write_text("raise SystemExit(9)\n@dataclass\nclass Poem:\n    title: str\n", "utf-8")
    with threaded(stream('{"title": 7}')) as server:
        done = run(home, *to(server, "--schema", f"{code}:Poem", "--check-format", "A poem"))
        asked = server.requests[0].json()["response_format"]
    assert asked["json_schema"] == {
        "name": "Poem",
        "strict": True,
        "schema": {
            "title": "Poem",
            "type": "object",
            "properties": {"title": {"type": "string"}},
            "required": ["title"],
            "additionalProperties": False,
        },
    }
    assert done.returncode == 1
    assert done.stderr == "chat-tui: $.title (line 1, column 11): must be a string, is an integer\n"


def test_a_schema_that_cannot_be_strict_is_told_and_a_bad_file_refused(tmp_path: Path, home: dict[str, str]) -> None:
    example, broken = tmp_path / "a.json", tmp_path / "b.json"
    example.write_text('{"a": []}', "utf-8")
    broken.write_text("{", "utf-8")
    with threaded(stream("{}")) as server:
        told = run(home, *to(server, "--schema", str(example), "--dry-run", "x"))
        assert "not strict: /properties/a/items: must have a type" in told.stderr
        assert "strict" not in json.loads(told.stdout)["response_format"]["json_schema"]
        refused = run(home, *to(server, "--schema", str(broken), "x"))
        missing = run(home, *to(server, "--schema", str(tmp_path / "none.json"), "x"))
    assert (refused.returncode, missing.returncode, server.requests) == (2, 2, [])
    assert "Cannot create an output format from" in refused.stderr
    assert "Cannot read" in missing.stderr
