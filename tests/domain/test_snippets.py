"""Exported snippets send the same request, run by real shells and libraries, and contain no key."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.python_programs import python_httpx, python_openai
from chat_tui.domain.snippets import SNIPPETS, curl
from tests.support.server import completion, stream, threaded

OPENAI = load_catalogue().providers["openai"]
SHELLS = [shell for shell in ("sh", "bash", "dash") if shutil.which(shell)]
AWKWARD: JsonObject = {
    "model": "m'x",
    "messages": [{"role": "user", "content": 'it\'s $HOME `id` "q" \\ \n\t !! é 🙂 \x00 %s @file'}],
    "temperature": 0.1,
    "seed": 2**60,
    "stop": ["\n", "'"],
    "metadata": {"a.b": "null", "n": None},
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def arguments_of(command: str, shell: str) -> list[str]:
    """The words the shell hands to curl, by a curl of our own on its PATH."""
    script = f'curl() {{ for word in "$@"; do printf \'%s\\0\' "$word"; done; }}\n{command}'
    done = subprocess.run([shell], input=script.encode(), capture_output=True, check=True, env={"OPENAI_API_KEY": "k"})
    return [word.decode() for word in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(texts, values, max_size=4))
def test_every_shell_hands_the_same_json_to_curl(shell: str, body: JsonObject) -> None:
    words = arguments_of(curl(OPENAI, body), shell)
    assert json.loads(words[words.index("--data-raw") + 1]) == json.loads(dump_json(body))
    assert "Authorization: Bearer k" in words


def test_a_body_too_long_for_an_argument_goes_through_a_here_document() -> None:
    body: JsonObject = {"model": "m", "messages": [{"role": "user", "content": "it's $x\n" * 20_000}]}
    command = curl(OPENAI, body)
    head, _, rest = command.partition("<<'END_OF_BODY'\n")
    assert head.endswith("--data-binary @- ")
    assert json.loads(rest.removesuffix("END_OF_BODY\n")) == body


def test_no_header_that_may_be_a_secret_is_written_out() -> None:
    provider = replace(OPENAI, headers={"X-Api-Key": "sk-canary", "Proxy-Authorization": "canary", "X-Title": "mine"})
    for export in SNIPPETS.values():
        program = export(provider, AWKWARD)
        assert "canary" not in program
        assert "X_API_KEY" in program
        assert "mine" in program


def test_a_variable_that_is_no_name_for_a_shell_is_not_used() -> None:
    command = curl(replace(OPENAI, key_env='X"; touch pwned; "'), AWKWARD)
    assert "$API_KEY" in command
    assert "pwned" not in command


def test_characters_a_terminal_would_obey_are_escapes() -> None:
    body: JsonObject = {"messages": [], "user": "\x7f\x9b\u202e\u2028\U000e0041\ud800 é"}
    command = curl(OPENAI, body)
    assert "\\u007f\\u009b\\u202e\\u2028\\udb40\\udc41\ufffd é" in command


@pytest.mark.parametrize("name", ["openai", "sgp", "vllm", "ollama"])
@pytest.mark.parametrize("export", [python_httpx, python_openai])
def test_a_python_program_compiles_whatever_the_body(name: str, export: Callable[[Provider, JsonObject], str]) -> None:
    deep: Json = []
    for _ in range(300):
        deep = [deep]
    bodies: list[JsonObject] = [AWKWARD, {**AWKWARD, "deep": deep}, {"messages": [], "stream": True}]
    for body in bodies:
        compile(export(load_catalogue().providers[name], body), "program", "exec")


def test_a_body_nested_deeper_than_python_reads_is_the_same() -> None:
    deep: Json = {"a": 10**30}
    for _ in range(300):
        deep = [deep]
    program = python_httpx(OPENAI, {"messages": [], "deep": deep})
    found: dict[str, Any] = {}
    exec(program.partition("import httpx")[0] + program.partition("import httpx")[2].partition("headers =")[0], found)
    assert found["body"] == {"messages": [], "deep": deep}


def test_an_optional_key_is_looked_for_and_not_demanded() -> None:
    program = python_httpx(load_catalogue().providers["vllm"], {"messages": []})
    assert "if os.environ.get('VLLM_API_KEY'):" in program


@pytest.mark.parametrize("streams", [True, False])
def test_the_openai_package_sends_to_a_path_of_ones_own(streams: bool, tmp_path: Path) -> None:
    pytest.importorskip("openai", reason="the openai package is not installed")
    body: JsonObject = {**AWKWARD, "stream": streams}
    with threaded(stream("Hi") if streams else completion("Hi")) as server:
        program = python_openai(replace(OPENAI, base_url=server.base_url, path="/generate"), body)
        file = tmp_path / "program.py"
        file.write_text(program, "utf-8")
        env = {**os.environ, "OPENAI_API_KEY": "from-the-environment", "PYTHONUTF8": "1"}
        done = subprocess.run([sys.executable, str(file)], env=env, capture_output=True, text=True, check=True)
        request = server.requests[0]
    assert (request.path, request.json()) == ("/v1/generate", body)
    assert request.headers["authorization"] == "Bearer from-the-environment"
    assert "Hi" in done.stdout
