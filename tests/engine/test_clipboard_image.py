"""Reading the clipboard's image, with substitutes for the desktop's tools."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.clipboard_image import clipboard_image
from tests.support.media_files import png


def tool(folder: Path, name: str, program: str) -> None:
    """A command that runs some Python; ``words`` are its arguments."""
    file = folder / name
    file.write_text(f"#!{sys.executable}\nimport sys\nwords = sys.argv[1:]\n{program}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "variable", "words"),
    [
        ("xclip", "DISPLAY", ["-selection", "clipboard", "-target", "image/png", "-out"]),
        ("wl-paste", "WAYLAND_DISPLAY", ["--no-newline", "--type", "image/png"]),
    ],
)
def test_the_image_is_taken_byte_for_byte(tmp_path: Path, name: str, variable: str, words: list[str]) -> None:
    (tmp_path / "image").write_bytes(png(5, 4))
    tool(
        tmp_path,
        name,
        f"assert words == {words}\nsys.stdout.buffer.write(open({str(tmp_path / 'image')!r}, 'rb').read())",
    )
    found = clipboard_image({"PATH": str(tmp_path), variable: ":0"})
    assert (found.name, found.size) == ("clipboard.png", len(png(5, 4)))
    assert found.words().startswith("clipboard.png · png 5×4")


@pytest.mark.parametrize("program", ["sys.exit(1)", "pass", "print('Error', file=sys.stderr); sys.exit(3)"])
def test_a_clipboard_without_an_image_says_so(tmp_path: Path, program: str) -> None:
    tool(tmp_path, "xclip", program)
    with pytest.raises(ProblemError, match="no image on the clipboard"):
        clipboard_image({"PATH": str(tmp_path), "DISPLAY": ":0"})


@pytest.mark.skipif(sys.platform == "darwin", reason="there may be a tool there")
@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ":0"}])
def test_a_machine_without_a_way_says_so(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(ProblemError, match="Cannot read the clipboard"):
        clipboard_image({"PATH": str(tmp_path), **environment})


def test_the_next_tool_is_asked_where_one_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(png())
    tool(tmp_path, "wl-paste", "sys.exit(1)")
    tool(tmp_path, "xclip", f"sys.stdout.buffer.write(open({str(tmp_path / 'image')!r}, 'rb').read())")
    assert clipboard_image({"PATH": str(tmp_path), "DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}).size == len(png())
