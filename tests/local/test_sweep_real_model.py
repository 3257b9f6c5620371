"""A sweep on the embedded model itself: a seed repeats, another seed or temperature says something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import environment, run

pytestmark = [pytest.mark.local]


def test_the_same_seed_repeats_and_a_grid_differs(model_file: Path, tmp_path: Path) -> None:
    env = environment(tmp_path, CHAT_TUI_GGUF=str(model_file))
    words = ("--set", "max_tokens=24", "--axis", "temperature=0,1.5", "--axis", "seed=1,2", "--repeat", "2", "--json")
    done = run(env, "sweep", *words, "Write a haiku about rain.", timeout_s=100)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["plan"]["jobs"] == 1
    assert [cell["different"] for cell in told["cells"]] == [1, 1, 1, 1]
    texts = [cell["replies"][0]["text"] for cell in told["cells"]]
    assert texts[0] == texts[1]  # at temperature 0 a seed changes nothing
    assert len(set(texts)) == 3
    kept = run(env, "export", told["session"], "--to", "session")
    assert kept.stdout.count('"type":"request"') == 8
