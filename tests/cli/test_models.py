"""Tests of the models command: fetching, caching, searching, JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.command_line import run
from tests.support.server import Answer, ScriptedServer, page, plain, threaded

ENTRIES: list[dict[str, Any]] = [
    {
        "id": "a/one",
        "name": "One",
        "context_length": 128000,
        "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        "pricing": {"prompt": "0.0000025", "completion": "0.00001"},
        "supported_parameters": ["temperature", "tools"],
        "default_parameters": {"temperature": 0.3},
    },
    {"id": "b/two", "pricing": {"prompt": "0", "completion": "0"}, "supported_parameters": ["top_p"]},
    {"id": "c/\x1b[31m\nthree"},
]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with threaded(plain({"data": ENTRIES}), page(status=500)) as running:
        yield running


def models(env: dict[str, str], server: ScriptedServer, *words: str) -> subprocess.CompletedProcess[str]:
    return run(env, *words, "--base-url", server.base_url)


def test_the_table_has_context_prices_and_modalities_and_one_line_a_model(
    home: dict[str, str], server: ScriptedServer
) -> None:
    done = models(home, server, "models")
    head, one, two, three = done.stdout.splitlines()
    assert head.split() == ["model", "context", "$/M", "in", "$/M", "out", "besides", "text"]
    assert one.split() == ["a/one", "128k", "2.50", "10.00", "img"]
    assert two.split() == ["b/two", "free", "free"]
    assert three == "c/␛[31m␊three"


def test_what_was_fetched_is_kept_and_a_failure_later_leaves_it(home: dict[str, str], server: ScriptedServer) -> None:
    assert models(home, server, "models").returncode == 0
    failed = models(home, server, "models")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "500" in failed.stderr
    kept = models(home, server, "models", "--cached", "image", "tools")
    assert [line.split()[0] for line in kept.stdout.splitlines()] == ["model", "a/one"]
    assert "fetched just now" in kept.stderr
    assert len(server.requests) == 2


def test_json_has_the_cards_and_the_entries_as_they_came(home: dict[str, str], server: ScriptedServer) -> None:
    one, two, three = json.loads(models(home, server, "models", "--json", "--order", "as listed").stdout)
    assert one["entry"] == ENTRIES[0]
    assert one["prices"] == {"prompt": 0.0000025, "completion": 0.00001}
    assert one["defaults"] == {"temperature": 0.3}
    assert two["prices"] == {"prompt": 0, "completion": 0}
    assert three == {"id": ENTRIES[2]["id"], "entry": ENTRIES[2]}


def test_words_that_fit_nothing_say_so(home: dict[str, str], server: ScriptedServer) -> None:
    done = models(home, server, "models", "nothere")
    assert (done.returncode, done.stdout) == (0, "")
    assert "None of the 3 models" in done.stderr


def test_without_a_kept_list_nothing_is_asked(home: dict[str, str], server: ScriptedServer) -> None:
    done = models(home, server, "models", "--cached")
    assert done.returncode == 2
    assert "No saved model list for custom" in done.stderr
    assert not server.requests


@pytest.mark.parametrize("answer", [page(), plain({"data": []}), plain({"error": "x"}), Answer(200, {}, [b"{"])])
def test_what_is_no_list_is_one_sentence_and_exit_1(home: dict[str, str], answer: Answer) -> None:
    with threaded(answer) as broken:
        done = models(home, broken, "models")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_params_tells_what_the_kept_list_says_of_a_model(home: dict[str, str], server: ScriptedServer) -> None:
    models(home, server, "models")
    words = ("--provider", "custom", "--model", "a/one", "--json")
    temperature = json.loads(models(home, server, "params", "temperature", *words).stdout)
    assert (temperature["default"], temperature["listed"]) == (0.3, True)
    assert json.loads(models(home, server, "params", "top_p", *words).stdout)["listed"] is False
    assert "listed" not in json.loads(models(home, server, "params", "seed", *words).stdout)
    assert "(not listed for this model)" in models(home, server, "params", *words[:-1]).stdout
