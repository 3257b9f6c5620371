"""Runs a program in a pseudo-terminal: types, waits for text, reads its CPU time and memory."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_OVERLAP = 2048
_TICKS = os.sysconf("SC_CLK_TCK")
_ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_].*?\x1b\\|\x1b.")


class Terminal:
    """Runs one program until ``close``; all output is read whenever something is waited for."""

    def __init__(self, words: Sequence[str], *, env: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        self.started_s = time.monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(words[0], list(words), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.raw = bytearray()

    def type(self, text: str) -> None:
        """Send keys."""
        os.write(self._fd, text.encode())

    def pump(self, seconds: float) -> bool:
        """Read what comes within a time; False when nothing did."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            self.raw += os.read(self._fd, 1 << 16)
        except OSError:
            return False
        return True

    def wait_for(self, text: str, *, since: int = 0, timeout_s: float = 120.0) -> float:
        """Seconds from the start of the program until ``text`` was drawn after byte ``since`` of the output."""
        deadline, needle, seen = time.monotonic() + timeout_s, text.encode(), since
        while True:
            fresh = bytes(self.raw[max(since, seen - _OVERLAP) :])
            seen = len(self.raw)
            if needle in _ESCAPES.sub(b"", fresh):
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"{text!r} never came; the screen's last bytes: {bytes(self.raw[-400:])!r}")
            self.pump(0.02)
        return time.monotonic() - self.started_s

    def wait_quiet(self, quiet_s: float = 0.5, timeout_s: float = 60.0) -> None:
        """Until nothing was drawn for a while."""
        deadline = time.monotonic() + timeout_s
        while self.pump(quiet_s) and time.monotonic() < deadline:
            pass

    def cpu_s(self) -> float:
        """User and system seconds of the program so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self, name: str = "VmRSS") -> float:
        """Resident memory now, or its peak (``VmHWM``)."""
        found = re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found is not None
        return int(found[1]) / 1024

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
