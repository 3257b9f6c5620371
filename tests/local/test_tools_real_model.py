"""A complete tool turn on the embedded model: forced call, result, answer; by hand and by a real command."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import environment, run
from tests.support.tool_calls import tool_file

pytestmark = [pytest.mark.local]

ADD: Any = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Add two numbers",
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
            "required": ["a", "b"],
        },
    },
}
SUM = "import json, sys; given = json.load(sys.stdin); print(json.dumps({'sum': given['a'] + given['b']}), end='')"
FORCED = ("--set", "tool_choice=required", "--set", "temperature=0", "--set", "max_tokens=80", "--json")


@pytest.fixture
def env(model_file: Path, tmp_path: Path) -> dict[str, str]:
    """Nothing configured but the model's file."""
    return environment(tmp_path, CHAT_TUI_CONFIG=str(tmp_path / "config.toml"), CHAT_TUI_GGUF=str(model_file))


def sent(env: Mapping[str, str], folder: Path, *words: str) -> tuple[Any, str]:
    (folder / "add.json").write_text(tool_file(ADD, [sys.executable, "-c", SUM]))
    done = run(env, "send", "--tool", str(folder / "add.json"), *FORCED, *words, timeout_s=100)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_a_command_answers_the_models_call_and_the_model_goes_on(env: dict[str, str], tmp_path: Path) -> None:
    result, told = sent(env, tmp_path, "--approve", "add", "Please add 2 and 40.")
    _, calling, answer = result["request"]["messages"]
    assert json.loads(calling["tool_calls"][0]["function"]["arguments"]) == {"a": 2, "b": 40}
    assert answer == {
        "role": "tool",
        "tool_call_id": calling["tool_calls"][0]["id"],
        "content": '{"sum": 42}',
    }
    assert (result["rounds"], result["outcome"]) == (1, "complete")
    assert result["completion"]["choices"][0]["message"]["content"]
    assert "exit code 0" in told


def test_a_result_by_hand_answers_it_as_well(env: dict[str, str], tmp_path: Path) -> None:
    result, _ = sent(env, tmp_path, "--tool-result", "add=The sum is 42.", "Please add 2 and 40.")
    assert result["request"]["messages"][-1]["content"] == "The sum is 42."
    assert result["rounds"] == 1


def test_without_a_word_about_it_the_call_waits(env: dict[str, str], tmp_path: Path) -> None:
    result, told = sent(env, tmp_path, "Please add 2 and 40.")
    assert result["completion"]["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "add"
    assert result["rounds"] == 0
    assert "needs a result" in told
