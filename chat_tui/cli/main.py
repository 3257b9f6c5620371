"""The entry point: finds the command and runs it; no traceback ever reaches a user."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from chat_tui import __version__

_MODULES = {
    "": "tui",
    "send": "send",
    "sessions": "sessions",
    "export": "export",
    "import": "import_request",
    "rerun": "rerun",
    "replay": "replay",
    "mock": "mock",
    "params": "params",
    "presets": "presets",
    "tools": "tools",
    "providers": "services_lists",
    "models": "models",
    "probe": "probe",
    "themes": "services_lists",
    "local": "local_model",
    "config": "configuration",
}
_GARBAGE_THRESHOLD = 100_000
"""New objects before garbage is looked for: more than a start makes, which makes none. At Python's 700, looking takes
a tenth of the start, and later every pass over a long conversation holds up the screen."""
_LATER_THRESHOLD = 25_000
"""The same once the program is at work: so few are looked through while a key waits."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: The words after the program's name; the process's own by default.

    Returns:
        The exit code: 0 done, 1 the service or stream failed, 2 wrong usage, 130 interrupted.
    """
    gc.set_threshold(_GARBAGE_THRESHOLD)
    if argv is None:
        gc.callbacks.append(_settle)
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        sys.stdout.write(f"chat-tui {__version__}\n")
        return 0
    if words in (["--help"], ["-h"], ["help"]):
        from chat_tui.cli import usage

        sys.stdout.write(usage.overview())
        return 0
    try:
        return _run(words)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        from chat_tui.cli import output

        output.give_up()
        return 1


def _settle(phase: str, _: Mapping[str, int]) -> None:
    """After the first look for garbage: what is there stays, and is never looked through again."""
    if phase == "stop":
        gc.callbacks.remove(_settle)
        gc.freeze()
        gc.set_threshold(_LATER_THRESHOLD)


def _run(words: list[str]) -> int:
    from chat_tui.cli import arguments, diagnostics, usage
    from chat_tui.domain.problems import ProblemError

    command, rest = arguments.split_command(words)
    if command not in _MODULES:
        diagnostics.note(f"unknown command {command!r}. Commands: {', '.join(usage.COMMANDS)}. See: chat-tui --help")
        return diagnostics.USAGE
    try:
        code: int = import_module(f"chat_tui.cli.{_MODULES[command]}").run(command, rest)
    except ProblemError as error:
        return diagnostics.report(error.problem)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else diagnostics.USAGE
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last door: a fault of ours becomes a sentence
        return _own_fault(error)
    return code


def _own_fault(error: Exception) -> int:
    """Tell a fault of our own; the place, never the values (``CHAT_TUI_TRACEBACK=1`` shows the stack)."""
    from chat_tui.cli import diagnostics

    if os.environ.get("CHAT_TUI_TRACEBACK") == "1":
        raise error
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}, line {place.tb_lineno}" if place is not None else "unknown place"
    diagnostics.note(f"a fault of chat-tui itself: {type(error).__name__} in {where}. Please report it.")
    return diagnostics.FAILED
