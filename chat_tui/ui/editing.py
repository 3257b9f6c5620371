"""Editing the prompt in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.user_files import read_text


def editor_command(environment: Mapping[str, str]) -> list[str]:
    """Return the words of ``$VISUAL`` or ``$EDITOR``.

    Raises:
        ProblemError: Neither is set, or the value cannot be split into words.
    """
    line = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ProblemError(Problem(kind="usage", what="$EDITOR cannot be parsed", why=str(error))) from None
    if not words:
        raise ProblemError(
            Problem(kind="usage", what="No editor is set", hint="Set EDITOR, for example: export EDITOR=nano.")
        )
    return words


def edit(text: str, command: list[str]) -> str:
    """Open ``text`` in the user's editor, in a private file (0600) that is deleted afterwards.

    Returns:
        The edited text without one trailing newline.

    Raises:
        ProblemError: The editor could not be started or failed; the text is unchanged.
    """
    descriptor, name = tempfile.mkstemp(prefix="chat-tui-", suffix=".md")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
        try:
            code = subprocess.run([*command, name], check=False).returncode  # noqa: S603 - the user's own command
        except OSError as error:
            raise ProblemError(
                Problem(kind="usage", what=f"{command[0]} could not be started", why=error.strerror or "")
            ) from None
        if code != 0:
            raise ProblemError(
                Problem(kind="usage", what=f"{command[0]} exited with code {code}; the text is unchanged")
            )
        return read_text(name).removesuffix("\n")
    finally:
        Path(name).unlink(missing_ok=True)
