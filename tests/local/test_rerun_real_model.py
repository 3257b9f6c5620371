"""A rerun on the embedded model itself: with a seed nothing changes, with another temperature something does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.local]

PROMPTS = ("What is the capital of France?", "And of Japan?", "Write a haiku about rain.", "Now one about snow.")


def run(env: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chat_tui", *words],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def trip(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a session at temperature 0 with a seed, each turn recorded by a program of its own."""
    folder = tmp_path_factory.mktemp("rerun")
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    env = {**kept, "HOME": str(folder), "CHAT_TUI_DATA_DIR": str(folder / "data"), "CHAT_TUI_GGUF": str(model_file)}
    options = ("--session", "trip", "--set", "temperature=0", "--set", "seed=7", "--set", "max_tokens=40")
    for prompt in PROMPTS:
        done = run(env, "send", *options, prompt)
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
