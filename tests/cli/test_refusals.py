"""Refusals learnt in one run of the command line are known in the next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.command_line import environment, run
from tests.support.server import Answer, ScriptedServer, stream, threaded


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A configuration can be written where it is looked for."""
    return environment(tmp_path, CHAT_TUI_CONFIG=str(tmp_path / "config.toml"))


def refusal(param: str, message: str) -> Answer:
    body = {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}
    return Answer(status=400, headers={"content-type": "application/json"}, pieces=[json.dumps(body).encode()])


def configured(home: Mapping[str, str], server: ScriptedServer) -> None:
    text = f'[providers.mine]\nbase_url = "{server.base_url}"\nkey_required = false\n'
    Path(home["CHAT_TUI_CONFIG"]).write_text(text)


def test_a_refused_parameter_is_told_by_params_and_before_the_next_send_until_it_is_taken(home: dict[str, str]) -> None:
    with threaded(refusal("seed", "no seeds here"), stream("ok"), stream("ok")) as server:
        configured(home, server)
        to = ["--provider", "mine", "--model", "m"]
        assert run(home, "send", *to, "--set", "seed=1", "hi").returncode == 1
        shown = run(home, "params", "seed", *to)
        assert "Refused just now (400): no seeds here." in shown.stdout
        assert json.loads(run(home, "params", "seed", *to, "--json").stdout)["refused"].endswith("no seeds here.")
        assert "no seeds here" not in run(home, "params", "seed", "--provider", "mine", "--model", "other").stdout
        assert "no seeds here" not in run(home, "params", "stop", *to).stdout
        again = run(home, "send", *to, "--set", "seed=1", "hi")
        assert (again.returncode, again.stdout) == (0, "ok\n")
        assert "seed: was refused with status 400: no seeds here." in again.stderr
        assert "no seeds here" not in run(home, "params", "seed", *to).stdout
        assert run(home, "send", *to, "--set", "seed=1", "hi").stderr == ""


def test_a_key_in_the_services_words_is_not_kept(home: dict[str, str]) -> None:
    canary = "sk-canary-0123456789abcdef"
    with threaded(refusal("seed", f"no seed for {canary}")) as server:
        configured(home, server)
        with Path(home["CHAT_TUI_CONFIG"]).open("a") as file:
            file.write('api_key_env = "MINE"\n')
        run({**home, "MINE": canary}, "send", "--provider", "mine", "--model", "m", "--set", "seed=1", "hi")
        kept = (Path(home["CHAT_TUI_DATA_DIR"]) / "state" / "refusals.json").read_text()
        assert "no seed for" in kept
        assert canary not in kept
