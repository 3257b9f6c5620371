"""Writes all output to stderr, and defines the exit codes."""

from __future__ import annotations

import sys
from typing import Final

from chat_tui.cli import streams
from chat_tui.domain.literal import visible, visible_line
from chat_tui.domain.problems import Problem

OK: Final = 0
FAILED: Final = 1
"""The service or the stream failed."""
USAGE: Final = 2
"""Wrong usage or an invalid value: nothing was sent."""
INTERRUPTED: Final = 130

_LINE: Final = 78
"""Maximum length of the progress line, in characters."""
_NOTHING_SENT: Final = frozenset({"usage", "blocked", "config", "key", "session"})


def note(text: str) -> None:
    """Write one line to stderr with control characters made visible. Write errors are ignored."""
    _write(f"chat-tui: {visible(text)}\n")


def can_ask() -> bool:
    """Whether the user can be asked: standard input and stderr are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agreed(question: str) -> bool:
    """Ask on the terminal; anything but ``y`` or ``yes`` means no."""
    _write(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


class ProgressLine:
    """A line on stderr that is overwritten in place; writes nothing if stderr is not a terminal."""

    def __init__(self) -> None:
        self.live: Final = sys.stderr.isatty()
        self._shown = False

    def show(self, text: str) -> None:
        """Replace the line, truncated to the narrowest usual terminal."""
        if self.live:
            _write(f"\r\x1b[K{visible_line(text)[:_LINE]}")
            self._shown = True

    def clear(self) -> None:
        """Erase the line."""
        if self._shown:
            _write("\r\x1b[K")
            self._shown = False


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        streams.abandon(sys.stderr)


def report(problem: Problem) -> int:
    """Write a problem and return its exit code: 2 if nothing was sent because of it, else 1."""
    note(problem.sentence())
    return USAGE if problem.kind in _NOTHING_SENT else FAILED
