"""Tests of ``--preset`` and ``chat-tui presets`` in a real process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import environment, run
from tests.support.server import stream, threaded


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Two providers configured, everything under a temporary folder."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[providers.mine]\nbase_url = "http://127.0.0.1:9/v1"\nkey_required = false\nmodel = "usual"\n'
        '[providers.other]\nbase_url = "http://127.0.0.1:9/v1"\nkey_required = false\nmodel = "else"\n'
    )
    return environment(tmp_path, CHAT_TUI_CONFIG=str(config))


def put(home: Mapping[str, str], name: str, text: str) -> Path:
    file = Path(home["HOME"]) / "presets" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def body(home: Mapping[str, str], *words: str) -> dict[str, Any]:
    done = run(home, "send", "--dry-run", "body", *words, "hi")
    assert done.returncode == 0, done.stderr
    sent: dict[str, Any] = json.loads(done.stdout)
    return sent


RAIN = 'provider = "mine"\nmodel = "big"\nsystem = "Rhyme."\n[parameters]\nseed = 7\ntemperature = 0.5\n'
HI = {"role": "user", "content": "hi"}
OWN = {"stream": True, "stream_options": {"include_usage": True}}


def test_a_preset_brings_model_system_prompt_and_parameters(home: dict[str, str]) -> None:
    put(home, "rain.toml", RAIN)
    rhyme = {"role": "system", "content": "Rhyme."}
    sent = {"model": "big", "messages": [rhyme, HI], "seed": 7, "temperature": 0.5, **OWN}
    assert body(home, "--preset", "rain") == sent


def test_options_beside_a_preset_go_before_it(home: dict[str, str]) -> None:
    put(home, "rain.toml", RAIN)
    words = ["--preset", "rain", "--model", "small", "--system", "Be dry.", "--set", "seed=8", "--unset", "temperature"]
    sent = body(home, *words)
    assert sent == {
        "model": "small",
        "messages": [{"role": "system", "content": "Be dry."}, HI],
        "seed": 8,
        **OWN,
    }


def test_the_models_of_a_preset_are_those_of_its_provider(home: dict[str, str]) -> None:
    put(home, "rain.toml", RAIN)
    put(home, "model.toml", 'model = "mine/quick"\n')
    put(home, "bare.toml", "[parameters]\nseed = 1\n")
    assert body(home, "--preset", "rain", "--provider", "other")["model"] == "else"
    assert body(home, "--preset", "rain", "--provider", "mine")["model"] == "big"
    assert body(home, "--preset", "model")["model"] == "quick"
    assert body(home, "--preset", "model", "--provider", "other")["model"] == "mine/quick"
    assert body(home, "--preset", "bare", "--provider", "mine")["model"] == "usual"


def test_null_is_sent_from_a_json_preset_given_by_path(home: dict[str, str], tmp_path: Path) -> None:
    shared = tmp_path / "shared.json"
    shared.write_text('{"provider": "mine", "parameters": {"stop": null, "wobble": 1}}')
    sent = body(home, "--preset", str(shared))
    assert (sent["stop"], sent["wobble"]) == (None, 1)


def test_an_unknown_parameter_is_warned_of_and_sent(home: dict[str, str]) -> None:
    put(home, "odd.toml", "[parameters]\nwobble = 1\n")
    with threaded(stream("ok")) as server:
        done = run(home, "send", "--base-url", server.base_url, "--model", "m", "--preset", "odd", "hi")
    assert (done.returncode, done.stdout) == (0, "ok\n")
    assert "wobble: is not a known parameter; it is sent unchanged" in done.stderr
    assert server.requests[0].json()["wobble"] == 1


def test_a_preset_changes_a_session_that_goes_on(home: dict[str, str]) -> None:
    put(home, "rain.toml", RAIN)
    with threaded(stream("ok")) as server:
        run(home, "send", "--base-url", server.base_url, "--model", "m", "--session", "s", "--set", "n=1", "one")
        to = ["--base-url", server.base_url, "--session", "s"]
        done = run(home, "send", *to, "--preset", "rain", "--set", "stop=x", "two")
    assert done.returncode == 0, done.stderr
    sent = server.requests[1].json()
    assert [message["content"] for message in sent["messages"]] == ["Rhyme.", "one", "ok", "two"]
    assert {name: sent.get(name) for name in ("seed", "stop", "n")} == {"seed": 7, "stop": "x", "n": None}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('provider = "nobody"\n', ["rain.toml", "'nobody'", "Known:"]),
        ("model = \n", ["rain.toml, line 1, column 9, is not valid TOML"]),
        ("parameters = 3\n", ["rain.toml", "parameters must be a table"]),
        ("[parameters]\ntemperature = 9\n", ["temperature = 9", "0 and 2"]),
    ],
)
def test_a_preset_that_cannot_be_used_is_named_and_nothing_is_sent(
    home: dict[str, str], text: str, words: list[str]
) -> None:
    put(home, "rain.toml", text)
    with threaded(stream("ok")) as server:
        done = run(home, "send", "--base-url", server.base_url, "--model", "m", "--preset", "rain", "hi")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(word in done.stderr for word in words), done.stderr
    assert not server.requests


def test_a_missing_preset_is_one_sentence(home: dict[str, str]) -> None:
    put(home, "rain.toml", RAIN)
    done = run(home, "send", "--preset", "snow", "hi")
    assert done.returncode == 2
    assert "There is no preset 'snow'. Presets: rain." in done.stderr


def test_presets_are_listed_shown_located_and_deleted(home: dict[str, str]) -> None:
    assert "no presets yet" in run(home, "presets").stderr
    file = put(home, "rain.toml", RAIN + 'wobble = "x"\nprovider = {sort = "price"}\n')
    put(home, "broken.toml", "x")
    listed = run(home, "presets")
    assert listed.stdout == "rain  mine  big  seed, temperature, wobble, provider\n"
    assert "broken.toml" in listed.stderr
    entries = json.loads(run(home, "presets", "list", "--json").stdout)
    assert [(entry["name"], entry["path"], entry["parameters"]["seed"]) for entry in entries] == [
        ("rain", str(file), 7)
    ]
    shown = run(home, "presets", "show", "rain")
    lines = [line.split(maxsplit=1) for line in shown.stdout.splitlines()]
    assert lines == [
        ["provider", "mine"],
        ["model", "big"],
        ["system", "Rhyme."],
        ["seed", "7"],
        ["temperature", "0.5"],
        ["wobble", "x"],
        ["provider", '{"sort":"price"}'],
    ]
    assert "wobble is not a known parameter" in shown.stderr
    assert json.loads(run(home, "presets", "show", "rain", "--json").stdout)["system"] == "Rhyme."
    assert run(home, "presets", "path").stdout == f"{file.parent}\n"
    assert run(home, "presets", "path", "rain").stdout == f"{file}\n"
    assert run(home, "presets", "delete", "rain").returncode == 0
    assert not file.exists()
    assert run(home, "presets", "delete", "rain").returncode == 2
    assert run(home, "presets", "show").returncode == 2


def test_showing_a_preset_says_why_it_could_not_be_used(home: dict[str, str]) -> None:
    put(home, "rain.toml", 'provider = "nobody"\n')
    done = run(home, "presets", "show", "rain")
    assert (done.returncode, done.stdout) == (2, "provider  nobody\n")
    assert "'nobody', which is not configured" in done.stderr


def test_unsetting_a_misspelt_name_is_reported_and_an_unset_parameter_is_not(home: dict[str, str]) -> None:
    put(home, "odd.toml", "[parameters]\nwobble = 1\n")
    words = ["send", "--dry-run", "body", "--preset", "odd", "--provider", "mine"]
    done = run(home, *words, "--unset", "temprature", "--unset", "wobble", "--unset", "top_p", "hi")
    assert done.returncode == 0
    assert "--unset temprature: it is neither set nor a known parameter. Did you mean temperature?" in done.stderr
    assert "wobble" not in done.stderr + done.stdout
    assert "top_p" not in done.stderr
