"""Runs ``chat-tui`` as a process in an isolated environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_NEEDED: Final = ("PATH", "LD_LIBRARY_PATH")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment without configuration, with all data under one folder; bugs show a traceback."""
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    own = {"HOME": str(folder), "CHAT_TUI_DATA_DIR": str(folder / "data"), "CHAT_TUI_TRACEBACK": "1"}
    return {**kept, "PYTHONPATH": str(_ROOT), **own, **more}


def command(*words: str) -> list[str]:
    """Return the command line of this checkout's program with arguments."""
    return [sys.executable, "-m", "chat_tui", *words]


def run(
    env: Mapping[str, str],
    *words: str,
    stdin: str | bytes | None = None,
    cwd: str | Path | None = None,
    timeout_s: float = 60.0,
) -> subprocess.CompletedProcess[str]:
    """Run to completion; standard input is the null device unless given. Output must be UTF-8."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        command(*words),
        env=dict(env),
        cwd=cwd,
        input=data,
        stdin=subprocess.DEVNULL if data is None else None,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
