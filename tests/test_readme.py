"""Checks that the README's map of the code quotes the first docstring lines of packages and modules."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from chat_tui.ui.action_table import ACTIONS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return docstring.splitlines()[0] if docstring else ""


def told() -> dict[str, str]:
    """Path to words, as the map has them."""
    found = re.search(r"<!-- map -->\n```\n(.*?)\n```\n<!-- /map -->", README, re.DOTALL)
    assert found is not None
    lines = [line.split(maxsplit=1) for line in found[1].splitlines()]
    return {line[0]: line[1] for line in lines}


def test_each_line_of_the_map_is_what_the_module_says() -> None:
    for path, words in told().items():
        file = ROOT / path / "__init__.py" if path.endswith("/") else ROOT / path
        assert first_line(file) == words, path


def test_every_package_is_on_the_map() -> None:
    packages = {f"{file.parent.relative_to(ROOT)}/" for file in (ROOT / "chat_tui").rglob("__init__.py")}
    assert packages <= set(told())


def test_both_commands_are_there() -> None:
    assert "<!-- first-command -->\n```sh\n" in README
    assert "<!-- test-command -->\n```sh\n" in README


def test_the_guide_lists_every_action() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text("utf-8")
    found = re.search(r"<!-- actions -->\n(.*?)\n<!-- /actions -->", guide, re.DOTALL)
    assert found is not None
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in found[1].splitlines()[2:]]
    keys = {action.id: " ".join(f"`{key}`" for key in action.keys.split(",") if key) for action in ACTIONS}
    assert rows == [(f"`{action.id}`", keys[action.id], action.words) for action in ACTIONS]
