"""Runs the quality checks: lint, format, types, import contracts, sizes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "chat_tui").rglob("*.py"))
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "."], id="ruff check"),
        pytest.param(["ruff", "format", "--check", "."], id="ruff format"),
        pytest.param(["mypy"], id="mypy strict"),
        pytest.param(["importlinter"], id="import contracts"),
    ],
)
@pytest.mark.timeout(600)
def test_the_checker_is_content(command: list[str]) -> None:
    if command == ["importlinter"]:
        words = [str(Path(sys.executable).with_name("lint-imports"))]
    else:
        words = [sys.executable, "-m", *command]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_FILE_LINES
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says in one sentence what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno + 1 <= MAX_FUNCTION_LINES, node.name


def test_no_front_end_knows_a_parameter_by_name() -> None:
    from chat_tui.catalogue.load import load_catalogue

    common_words = {"model", "messages", "name", "user", "audio", "usage", "provider", "tools", "stop", "n", "seed"}
    common_words |= {"store", "route", "models", "plugins", "trace", "debug", "reasoning", "functions", "thinking"}
    common_words |= {"metadata", "prediction", "moderation", "grammar", "samplers", "stream", "transforms"}
    names = set(load_catalogue().parameters) - common_words
    found = []
    for path in [*(ROOT / "chat_tui" / "ui").rglob("*.py"), *(ROOT / "chat_tui" / "cli").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["send", "--help"]])
def test_a_quick_answer_loads_neither_the_screen_nor_the_network(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "chat_tui", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not {"textual", "httpx", "rich", "pygments", "markdown_it"} & loaded
