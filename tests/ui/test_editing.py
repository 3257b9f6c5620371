"""Editing the prompt in the user's own editor."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.ui.editing import edit, editor_command


def script(tmp_path: Path, body: str) -> list[str]:
    """An editor made of Python; the file's path is ``path``."""
    file = tmp_path / "editor.py"
    file.write_text(f"import os, pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{body}\n", "utf-8")
    return [sys.executable, str(file)]


def test_visual_comes_before_editor_and_words_are_split() -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor_command({"EDITOR": "'/my dir/ed' -x"}) == ["/my dir/ed", "-x"]


@pytest.mark.parametrize("environment", [{}, {"EDITOR": ""}, {"EDITOR": "'"}])
def test_no_editor_says_what_to_do(environment: dict[str, str]) -> None:
    with pytest.raises(ProblemError, match=r"EDITOR"):
        editor_command(environment)


def test_the_text_goes_through_a_private_file_that_is_gone_afterwards(tmp_path: Path) -> None:
    note = tmp_path / "note"
    body = (
        f"pathlib.Path({str(note)!r}).write_text(f'{{oct(path.stat().st_mode)}} {{path}}')\n"
        "path.write_text(path.read_text().upper() + '\\n')"
    )
    assert edit("zwei Wörter\n", script(tmp_path, body)) == "ZWEI WÖRTER\n"
    mode, file = note.read_text("utf-8").split(" ", 1)
    assert stat.S_IMODE(int(mode, 8)) == 0o600
    assert not Path(file).exists()


@pytest.mark.parametrize("body", ["sys.exit(3)", "path.unlink()", "path.write_bytes(b'\\xff')"])
def test_an_editor_that_fails_leaves_the_text(tmp_path: Path, body: str) -> None:
    with pytest.raises(ProblemError):
        edit("text", script(tmp_path, body))


def test_an_editor_that_is_not_there_is_named() -> None:
    with pytest.raises(ProblemError, match="no-such-editor could not be started"):
        edit("text", ["no-such-editor"])
