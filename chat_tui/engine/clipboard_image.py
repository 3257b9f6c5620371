"""Reads an image from the system clipboard with the desktop's own tools, without a shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from chat_tui.domain.attachments import Attachment, file_attachment, size_words
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.attaching import MOST_BYTES

NAME: Final = "clipboard.png"
_WAIT_S: Final = 5.0


def clipboard_image(environment: Mapping[str, str]) -> Attachment:
    """Return the PNG image that ``wl-paste``, ``xclip`` or ``pngpaste`` outputs.

    Raises:
        ProblemError: No such tool is available, or the clipboard holds no image.
    """
    tools = list(_tools(environment))
    if not tools:
        raise ProblemError(
            Problem(
                kind="usage",
                what="Cannot read the clipboard",
                why="there is no desktop session, or wl-paste, xclip and pngpaste are missing",
                hint="Save the image and attach the file.",
            )
        )
    data = next((found for words in tools if (found := _output(words, environment))), b"")
    if not data:
        raise ProblemError(Problem(kind="usage", what="There is no image on the clipboard"))
    if len(data) > MOST_BYTES:
        raise ProblemError(
            Problem(kind="usage", what=f"The image on the clipboard is larger than {size_words(MOST_BYTES)}")
        )
    return file_attachment(NAME, data)


def _tools(environment: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the commands available on this desktop, as argument lists."""
    wanted = []
    if environment.get("WAYLAND_DISPLAY"):
        wanted.append(["wl-paste", "--no-newline", "--type", "image/png"])
    if environment.get("DISPLAY"):
        wanted.append(["xclip", "-selection", "clipboard", "-target", "image/png", "-out"])
    if sys.platform == "darwin":
        wanted.append(["pngpaste", "-"])
    for name, *words in wanted:
        program = shutil.which(name, path=environment.get("PATH"))
        if program is not None:
            yield [program, *words]


def _output(words: list[str], environment: Mapping[str, str]) -> bytes:
    """Return a tool's standard output; empty if it fails, which is how these tools report that there is no image."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            words,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WAIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
