"""The README's map of the code says what the modules say of themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def code_map() -> str:
    """One line a module: its path and the first line of its docstring."""
    lines: list[str] = []
    for path in sorted(
        (ROOT / "chat_tui").rglob("*.py"), key=lambda each: (str(each.parent), each.name != "__init__.py", each.name)
    ):
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        first = docstring.splitlines()[0] if docstring else ""
        inside = path.relative_to(ROOT / "chat_tui")
        if path.name == "__init__.py":
            folder = "chat_tui" if inside.parent == Path() else f"chat_tui/{inside.parent}"
            lines.append(f"{folder + '/':<34}{first}")
        else:
            lines.append(f"{'  ' + path.name:<34}{first}")
    return "\n".join(lines)


def test_the_map_matches_the_modules() -> None:
    found = re.search(
        r"<!-- map -->\n```\n(.*?)\n```\n<!-- /map -->", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert found is not None
    assert found[1] == code_map()


def test_both_commands_are_there() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert "<!-- first-command -->\n```sh\n" in text
    assert "<!-- test-command -->\n```sh\n" in text
