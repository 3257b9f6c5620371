"""The only writer of stderr, and the exit codes."""

from __future__ import annotations

import sys
from typing import Final

from chat_tui.cli import streams
from chat_tui.domain.literal import visible
from chat_tui.domain.problems import Problem

OK: Final = 0
FAILED: Final = 1
"""The service or the stream failed."""
USAGE: Final = 2
"""Wrong usage or a blocked value: nothing was sent."""
INTERRUPTED: Final = 130

_NOTHING_SENT: Final = frozenset({"usage", "blocked", "config", "key", "session"})


def note(text: str) -> None:
    """One line on stderr; control characters made visible. Where it cannot be written, it is lost."""
    try:
        sys.stderr.write(f"chat-tui: {visible(text)}\n")
        sys.stderr.flush()
    except OSError:
        streams.abandon(sys.stderr)


def report(problem: Problem) -> int:
    """Write a problem and give its exit code: 2 when nothing was sent because of it, else 1."""
    note(problem.sentence())
    return USAGE if problem.kind in _NOTHING_SENT else FAILED
