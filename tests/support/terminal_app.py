"""Runs the app in a terminal on a scripted backend: ``python -m tests.support.terminal_app FOLDER SCRIPT``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from chat_tui.domain.events import Step
from chat_tui.engine.services import Options
from chat_tui.storage.store import FileSessionStore
from chat_tui.ui.app import ChatApp, run_app
from tests.support.engine_doubles import answered
from tests.support.fakes import THEMES, Gate, services, workbench

CANARY: Final = "sk-canary-0123456789abcdef"
HOSTILE: Final = (
    "[/INST] [@click=app.quit]x[/] \x1b]52;c;aGk=\x07 \x1b]0;title\x07 \x1b[31mred \x9b31m \x1bP+q\x1b\\ done-hostile"
)


def script(name: str) -> list[Step | Gate]:
    """The backend's scripted steps."""
    if name == "hostile":
        return [*answered(HOSTILE)]
    return [*answered("partial words", finish=None), Gate()]


class FaultyApp(ChatApp):
    """Raises an exception on F12, with a key among the local variables."""

    def key_f12(self) -> None:
        """Fail."""
        key = CANARY
        raise RuntimeError(f"cannot use {key}")


def main() -> int:
    """Run the app and return its exit code."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    given = services(script(name), options=Options(theme_dirs=(THEMES,), state_dir=folder / "state"))
    given = replace(given, store=FileSessionStore(folder / "data"))
    return run_app(FaultyApp(given, workbench(given)))


if __name__ == "__main__":
    raise SystemExit(main())
