"""Runs a program in a pseudo-terminal: keys in, bytes out, exit code."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]


def _take_terminal() -> None:
    """Make standard input the controlling terminal: closing it hangs up."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """Runs ``python`` with these arguments in a terminal of its own; killed at the end if it still runs."""

    def __init__(self, arguments: Sequence[str], *, size: tuple[int, int] = (100, 30)) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.settings_before = termios.tcgetattr(slave)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - one call, no Python threads in it
        )
        self._slave = slave
        self.output = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the terminal, like a closed window or a dropped connection."""
        for descriptor in (self._slave, self._master):
            if descriptor >= 0:
                os.close(descriptor)
        self._slave = self._master = -1

    def settings(self) -> list[object]:
        """The terminal's settings now."""
        return list(termios.tcgetattr(self._slave))

    def press(self, keys: str) -> None:
        """Send text as a keyboard would."""
        self.press_bytes(keys.encode())

    def press_bytes(self, data: bytes) -> None:
        """Send any bytes."""
        os.write(self._master, data)

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        self._process.send_signal(number)

    def until(self, wanted: bytes, *, timeout_s: float = 30.0) -> None:
        """Read until the output contains these bytes."""
        deadline = time.monotonic() + timeout_s
        while wanted not in self.output:
            if not self._read(deadline) and wanted not in self.output:
                raise AssertionError(f"{wanted!r} did not come; the end of the output: {self.output[-2000:]!r}")

    def gone(self, *, timeout_s: float = 30.0) -> int:
        """Wait for the process's end without a terminal; return its exit code."""
        return self._process.wait(timeout_s)

    def ended(self, *, timeout_s: float = 30.0) -> int:
        """Read until the process has ended; return its exit code."""
        deadline = time.monotonic() + timeout_s
        while self._process.poll() is None:
            if not self._read(min(deadline, time.monotonic() + 0.05)) and time.monotonic() > deadline:
                raise AssertionError(f"it still runs; the end of the output: {self.output[-2000:]!r}")
        while self._read(time.monotonic() + 0.05):
            pass
        return self._process.returncode

    def _read(self, deadline: float) -> bool:
        """Read once; return whether data arrived before the deadline."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if ready:
            self.output += os.read(self._master, 65536)
        return bool(ready)
