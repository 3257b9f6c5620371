"""Rerunning on the embedded model: the same with a seed, different with another temperature."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import environment, run

pytestmark = [pytest.mark.local]

PROMPTS = ("What is the capital of France?", "And of Japan?", "Write a haiku about rain.", "Now one about snow.")


@pytest.fixture(scope="module")
def trip(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a session at temperature 0 with a seed, each turn recorded by a program of its own."""
    folder = tmp_path_factory.mktemp("rerun")
    env = environment(folder, CHAT_TUI_GGUF=str(model_file))
    options = ("--session", "trip", "--set", "temperature=0", "--set", "seed=7", "--set", "max_tokens=40")
    for prompt in PROMPTS:
        done = run(env, "send", *options, prompt, timeout_s=100)
        assert done.returncode == 0, done.stderr
    return env


def results(done: subprocess.CompletedProcess[str]) -> list[Any]:
    return [turn["result"] for turn in json.loads(done.stdout)["turns"]]


@pytest.mark.parametrize("history", [(), ("--follow",)])
def test_at_temperature_zero_with_a_seed_every_turn_is_the_same(trip: dict[str, str], history: tuple[str, ...]) -> None:
    done = run(trip, "rerun", "trip", "--check", "--json", "--no-save", *history)
    assert done.returncode == 0, done.stdout + done.stderr
    assert results(done) == ["same"] * len(PROMPTS)


def test_at_another_temperature_replies_differ_and_a_check_fails(trip: dict[str, str]) -> None:
    done = run(trip, "rerun", "trip", "--check", "--json", "--no-save", "--set", "temperature=1.5")
    assert done.returncode == 1
    assert "differs" in results(done)
    assert "failed" not in results(done)
