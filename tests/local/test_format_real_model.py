"""The embedded model constrained by a schema: its replies are valid, and reported as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import environment, run

pytestmark = [pytest.mark.local]

CODE = '''
class Poem(BaseModel):
    """A poem about the weather."""
    title: str
    season: Literal["spring", "summer", "autumn", "winter"]
    lines: Annotated[list[str], Field(min_length=3, max_length=3)]
'''


@pytest.fixture
def env(model_file: Path, tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path, CHAT_TUI_GGUF=str(model_file))


@pytest.mark.parametrize("stream", [(), ("--no-stream",)], ids=["stream", "plain"])
def test_a_reply_of_the_embedded_model_fits_its_schema(
    env: dict[str, str], tmp_path: Path, stream: tuple[str, ...]
) -> None:
    models = tmp_path / "models.py"
    models.write_text(CODE, "utf-8")
    words = ["--schema", str(models), "--check-format", "--json", "--set", "seed=3", *stream, "A poem about rain."]
    done = run(env, "send", *words, timeout_s=100)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["format"] == {"valid": True, "name": "Poem", "errors": []}
    poem = json.loads(summary["completion"]["choices"][0]["message"]["content"])
    assert len(poem["lines"]) == 3
