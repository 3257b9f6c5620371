"""Snippets send what the request is, run by the real shells and the real libraries; no key is in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.snippets import curl, python_httpx, python_openai
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


@pytest.mark.parametrize("streams", [True, False])
def test_the_httpx_program_sends_the_body(streams: bool, tmp_path: Path) -> None:
    body: JsonObject = {**AWKWARD, "stream": streams}
    with threaded(stream("Hi") if streams else completion("Hi")) as server:
        program = python_httpx(replace(OPENAI, base_url=server.base_url), body)
        done = run(program, tmp_path)
        assert server.requests[0].json() == body
        assert server.requests[0].headers["authorization"] == "Bearer from-the-environment"
    assert "Hi" in done.stdout


def test_the_openai_program_compiles_and_names_every_member() -> None:
    program = python_openai(OPENAI, {**AWKWARD, "stream": True})
    calls: dict[str, Any] = {}

    class Completions:
        def create(self, **members: Any) -> list[Any]:
            calls.update(members)
            return []

    class OpenAI:
        def __init__(self, **members: Any) -> None:
            calls["client"] = members
            self.chat = type("Chat", (), {"completions": Completions()})()

    code = program.replace("from openai import OpenAI", "")
    environ = {"OPENAI_API_KEY": "k"}
    exec(compile(code.replace("os.environ", "environ"), "snippet", "exec"), {"OpenAI": OpenAI, "environ": environ})
    assert calls.pop("client") == {"base_url": "https://api.openai.com/v1", "api_key": "k"}
    assert {**calls.pop("extra_body"), **calls} == {**AWKWARD, "stream": True}


def test_a_key_in_a_header_of_its_own_goes_along() -> None:
    program = python_openai(load_catalogue().providers["sgp"], {"model": "a/b", "messages": []})
    assert "default_headers={'x-api-key': os.environ['SGP_API_KEY']}" in program


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "snippet.py"
    file.write_text(program, "utf-8")
    env = {**os.environ, "OPENAI_API_KEY": "from-the-environment", "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, str(file)], env=env, capture_output=True, text=True, check=True, timeout=60)
