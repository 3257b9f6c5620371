"""The image on the clipboard of this machine, by the tools that the desktop has for it; no shell."""

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
    """What ``wl-paste``, ``xclip`` or ``pngpaste`` give as a PNG image.

    Raises:
        ProblemError: There is no such tool here, or no image on the clipboard.
    """
    tools = list(_tools(environment))
    if not tools:
        raise ProblemError(
            Problem(
                kind="usage",
                what="The clipboard cannot be read here",
                why="there is no desktop, or no wl-paste, xclip or pngpaste",
                hint="Save the image, and attach the file.",
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
    """The commands that fit this desktop and are here, as lists of words."""
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
    """What a tool writes; nothing where it fails: that is how they say that there is no image."""
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
