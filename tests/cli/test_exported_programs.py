"""A thousand random requests are exported, run by real shells and Python, and arrive as the same JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.python_programs import python_httpx, python_openai
from chat_tui.domain.request_import import import_text
from chat_tui.domain.settings import request_body
from chat_tui.domain.snippets import curl
from tests.support.random_requests import requests
from tests.support.server import Answer, Request, ScriptedServer, completion, stream, threaded

NUMBER: Final = 1000
KEYS: Final = {
    "OPENAI_API_KEY": "canary-openai$HOME",
    "SGP_API_KEY": "canary-sgp'",
    "X_TENANT_TOKEN": "canary tenant",
    "SGP_ACCOUNT_ID": "account 1",
}
RUN_ALL: Final = """
import contextlib, io, json, ssl, sys
ssl.SSLContext.load_verify_locations = lambda *words, **named: None
for place, program in enumerate(json.load(sys.stdin)):
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        exec(compile(program, f"program {place}", "exec"), {"__name__": "__main__"})
    assert "Hi" in shown.getvalue(), place
"""
"""Runs programs one after the other; reading certificates, which nothing here needs, would take most of the time."""


@cache
def bodies() -> list[JsonObject]:
    return requests(NUMBER)


def answer(request: Request) -> Answer:
    return stream("Hi") if request.json().get("stream") else completion("Hi")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with threaded(answer) as running:
        yield running


def providers(base_url: str) -> list[Provider]:
    """One with a bearer key, one with a header of its own for it, one with secret and awkward headers."""
    known = load_catalogue().providers
    openai = replace(known["openai"], base_url=base_url, headers_env={})
    own = {"X-Title": 'it\'s "$5" `x` é', "X-Tenant-Token": KEYS["X_TENANT_TOKEN"]}
    if base_url.startswith("http://127"):
        own["X-Title"] = 'it\'s "$5" `x`'
    plain = replace(openai, id="mine", base_url=base_url + "/mine", headers=own, key_env="", key_required=False)
    return [openai, replace(known["sgp"], base_url=base_url), plain]


def exported(base_url: str, export: Callable[[Provider, JsonObject], str]) -> list[str]:
    chosen = providers(base_url)
    programs = [export(chosen[place % len(chosen)], body) for place, body in enumerate(bodies())]
    for program in programs:
        assert not [key for key in KEYS.values() if key in program]
    return programs


def environment(folder: Path) -> dict[str, str]:
    names = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, **KEYS, "HOME": str(folder), "PYTHONUTF8": "1", "PYTHONPATH": ""}


def exact(value: Json) -> str:
    """A text that is the same for the same JSON only: 1 is not 1.0."""
    return json.dumps(value, sort_keys=True)


def assert_all_arrived(arrived: Sequence[Request], folder: Path) -> None:
    assert len(arrived) == NUMBER
    for place, (request, body) in enumerate(zip(arrived, bodies(), strict=True)):
        assert exact(request.json()) == exact(json.loads(dump_json(body))), place
        headers, provider = request.headers, place % 3
        assert headers["content-type"].startswith("application/json")
        if provider == 0:
            assert (request.path, headers["authorization"]) == (
                "/chat/completions",
                f"Bearer {KEYS['OPENAI_API_KEY']}",
            )
        elif provider == 1:
            assert request.path == "/v4/beta/chat/completions"
            assert (headers["x-api-key"], headers["x-selected-account-id"]) == (KEYS["SGP_API_KEY"], "account 1")
            assert "authorization" not in headers
        else:
            assert request.path == "/mine/chat/completions"
            assert (headers["x-title"], headers["x-tenant-token"]) == ('it\'s "$5" `x`', KEYS["X_TENANT_TOKEN"])
    assert not (folder / "pwned").exists()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("shell", ["sh", "bash", "dash"])
def test_curl_commands_run_by_a_shell_send_the_same_json(shell: str, server: ScriptedServer, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "all.sh"
    script.write_text("\n".join(exported(server.origin, curl)), "utf-8")
    words = [shell, str(script)]
    done = subprocess.run(words, env=environment(tmp_path), cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert_all_arrived(server.requests, tmp_path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("export", [python_httpx, python_openai], ids=["httpx", "openai"])
def test_python_programs_send_the_same_json(
    export: Callable[[Provider, JsonObject], str], server: ScriptedServer, tmp_path: Path
) -> None:
    if export is python_openai:
        pytest.importorskip("openai", reason="the openai package is not installed")
    programs = json.dumps(exported(server.origin, export))
    words = [sys.executable, "-c", RUN_ALL]
    done = subprocess.run(
        words, input=programs, env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert_all_arrived(server.requests, tmp_path)


def test_importing_an_exported_curl_command_gives_the_same_request() -> None:
    chosen = providers("https://example.com/v1")
    known = {provider.id: provider for provider in chosen}
    for place, (command, body) in enumerate(zip(exported("https://example.com/v1", curl), bodies(), strict=True)):
        imported = import_text(command, known)
        assert exact(request_body(imported.settings, imported.messages)) == exact(json.loads(dump_json(body))), place
        assert imported.settings.provider == chosen[place % len(chosen)].id
        assert not imported.settings.own
        assert not [key for key in KEYS.values() if key in repr(imported)]
