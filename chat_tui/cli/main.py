"""The entry point: dispatches to the command's module and turns every error into a message without a traceback."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from chat_tui import __version__
from chat_tui.cli import streams

_MODULES = {
    "": "tui",
    "send": "send",
    "sessions": "sessions",
    "export": "export",
    "import": "import_request",
    "rerun": "rerun",
    "sweep": "sweep",
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
    "web": "web",
    "config": "configuration",
    "completion": "completion",
}
_GARBAGE_THRESHOLD = 100_000
"""Garbage collection threshold during start-up, above the number of objects a start creates. Python's default of 700
would cost a tenth of the start, and later every pass over a long conversation would block the screen."""
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})
"""Errors of a system at its limits, which are no bugs."""
_LATER_THRESHOLD = 25_000
"""Threshold after start-up: low enough that a collection does not delay a key press."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: The arguments after the program's name; the process's own by default.

    Returns:
        The exit code: 0 success, 1 the service or stream failed, 2 wrong usage, 130 interrupted.
    """
    gc.set_threshold(_GARBAGE_THRESHOLD)
    if argv is None:
        gc.callbacks.append(_settle)
    streams.open_missing()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except (KeyboardInterrupt, BrokenPipeError) as stop:
        from chat_tui.cli import diagnostics

        return diagnostics.INTERRUPTED if isinstance(stop, KeyboardInterrupt) else diagnostics.FAILED


def _settle(phase: str, _: Mapping[str, int]) -> None:
    """Freeze all objects after the first collection, so that later ones skip them."""
    if phase == "stop":
        gc.callbacks.remove(_settle)
        gc.freeze()
        gc.set_threshold(_LATER_THRESHOLD)


def _run(words: list[str]) -> int:
    """Answer requests that need no command, else run the command; report any error."""
    try:
        if words in (["--version"], ["-V"]):
            return _tell_version()
        if words in (["--help"], ["-h"], ["help"]):
            return _tell_help()
        return _run_command(words)
    except SystemExit as stop:
        from chat_tui.cli import diagnostics

        return stop.code if isinstance(stop.code, int) else diagnostics.USAGE
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - last resort: any error is reported as a sentence
        return _tell_fault(error)


def _run_command(words: list[str]) -> int:
    from chat_tui.cli import arguments, diagnostics, usage

    if "_ARGCOMPLETE" in os.environ:
        from chat_tui.cli import completing

        completing.answer(_MODULES)
    command, rest = arguments.split_command([*words[1:], "--help"] if words[0:1] == ["help"] else words)
    options = set(rest[: rest.index("--")] if "--" in rest else rest)
    if options & {"--version", "-V"}:
        return _tell_version()
    if command is None and options & {"--help", "-h"}:
        return _tell_help()
    if command is not None and command not in usage.COMMANDS:
        diagnostics.note(f"unknown command {command!r}. Commands: {', '.join(usage.COMMANDS)}. See: chat-tui --help")
        return diagnostics.USAGE
    code: int = import_module(f"chat_tui.cli.{_MODULES[command or '']}").run(command or "", rest)
    return code


def _tell_version() -> int:
    from chat_tui.cli import output

    output.line(f"chat-tui {__version__}")
    return 0


def _tell_help() -> int:
    from chat_tui.cli import output, usage

    output.write(usage.overview())
    return 0


def _tell_fault(error: Exception) -> int:
    """Report a problem or a permission error; anything else is a bug of chat-tui."""
    from chat_tui.cli import diagnostics
    from chat_tui.domain.problems import ProblemError

    if isinstance(error, ProblemError):
        return diagnostics.report(error.problem)
    if os.environ.get("CHAT_TUI_TRACEBACK") == "1":
        raise error
    if isinstance(error, PermissionError) and error.filename:
        hint = "Check its permissions, or choose other paths with --data-dir and --config."
        diagnostics.note(f"Cannot use {error.filename!s}: {error.strerror}. {hint}")
        return diagnostics.USAGE
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _EXHAUSTED):
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "Out of memory"
        diagnostics.note(f"The system gives chat-tui no more resources: {why}. Close other programs, or see: ulimit -a")
        return diagnostics.FAILED
    return _own_fault(error)


def _own_fault(error: Exception) -> int:
    """Report a bug by its location, never by values. ``CHAT_TUI_TRACEBACK=1`` shows the traceback instead."""
    from chat_tui.cli import diagnostics

    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}, line {place.tb_lineno}" if place is not None else "unknown place"
    diagnostics.note(f"internal error in chat-tui: {type(error).__name__} in {where}. Please report it.")
    return diagnostics.FAILED
