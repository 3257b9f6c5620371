"""Guard process of a tool's command: kills the command and its process group when the program is gone.

Self-contained on purpose (the standard library alone): it is run by path with ``python -I -S`` and never imported by
the program. It leads the session and process group of itself and the command, so that killing the group kills both.
It exits as the command does: with its exit code, or by its signal.

Arguments: the process id of the program; a file descriptor for the reason if the command cannot be started, or -1;
the names of the environment variables to pass on, comma-separated; the maximum number of output bytes to pass on, or
-1 if output bypasses this process; the file to run; its argv.
"""

from __future__ import annotations

import os
import select
import signal
import sys

_LOOK_S = 0.2
"""Interval, in seconds, at which the parent process is checked."""
_PIECE = 64 * 1024
_LAST_PIECES = 32
"""Number of reads after the command has ended: a pipe holds no more."""
_ERRORS_LIMIT = 64 * 1024
"""Maximum number of bytes of standard error passed on; the rest is dropped."""
_IGNORED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals meant for the command, which decides how to react."""
_RESTORED = (*_IGNORED, signal.SIGPIPE, signal.SIGXFSZ)


def main() -> None:
    """Start the command and wait until it has ended."""
    parent, report, names, limit, program, *argv = sys.argv[1:]
    environment = {name: os.environ[name] for name in names.split(",") if name in os.environ}
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(woken)
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if os.getppid() != int(parent):
        return
    relayed = {1: int(limit), 2: _ERRORS_LIMIT} if int(limit) >= 0 else {}
    pipes = {target: os.pipe() for target in relayed}
    child = os.fork()
    if child == 0:
        for target, (_, written) in pipes.items():
            os.dup2(written, target)
        _become(program, argv, environment, int(report))
    for _, written in pipes.values():
        os.close(written)
    _let_go(int(report), set(relayed))
    status = _Guarded(int(parent), child, waking, {pipes[target][0]: target for target in pipes}, relayed).ended()
    _end_as(os.waitstatus_to_exitcode(status))


class _Guarded:
    """The running command.

    Args:
        parent: Process id of the program.
        child: Process id of the command.
        waking: A descriptor that becomes readable when the command may have ended.
        sources: Descriptors its output is read from, and where each is written to.
        room: How many more bytes may be written to each.
    """

    def __init__(self, parent: int, child: int, waking: int, sources: dict[int, int], room: dict[int, int]) -> None:
        self._parent = parent
        self._child = child
        self._waking = waking
        self._sources = sources
        self._room = room

    def ended(self) -> int:
        """Wait for the command's end, passing on its output; return its wait status."""
        while True:
            ready, _, _ = select.select([self._waking, *self._sources], [], [], _LOOK_S)
            if os.getppid() != self._parent:
                _kill_all()
            for source in ready:
                if source != self._waking:
                    self._relay(source)
            pid, status = os.waitpid(self._child, os.WNOHANG)
            if pid:
                self._drain()
                return status
            if self._waking in ready:
                os.read(self._waking, _PIECE)

    def _relay(self, source: int) -> None:
        piece = os.read(source, _PIECE)
        if not piece:
            del self._sources[source]
            return
        target = self._sources[source]
        passed = piece[: self._room[target]]
        self._room[target] -= len(passed)
        try:
            while passed:
                passed = passed[os.write(target, passed) :]
        except OSError:
            _kill_all()
        if target == 1 and self._room[1] == 0:
            os.write(2, b"\nIt wrote too much output and was killed.\n")
            _kill_all()

    def _drain(self) -> None:
        """Pass on the output available now; children of the command may hold the pipes open."""
        for _ in range(_LAST_PIECES):
            for source in select.select([*self._sources], [], [], 0)[0]:
                self._relay(source)


def _become(program: str, argv: list[str], environment: dict[str, str], report: int) -> None:
    """Replace this process by the command; on failure report the reason and exit."""
    signal.set_wakeup_fd(-1)
    for number in _RESTORED:
        signal.signal(number, signal.SIG_DFL)
    if report >= 0:
        os.set_inheritable(report, False)
    try:
        os.execve(program, argv, environment)  # noqa: S606 - without a shell is the point
    except OSError as error:
        os.write(report if report >= 0 else 2, (error.strerror or str(error)).encode())
    except ValueError as error:
        os.write(report if report >= 0 else 2, str(error).encode())
    os._exit(127)


def _let_go(report: int, kept: set[int]) -> None:
    """Close the descriptors that belong to the command, so that the other ends see it close them."""
    if report >= 0:
        os.close(report)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in {0, 1, 2} - kept:
        os.dup2(nothing, number)


def _kill_all() -> None:
    """Kill the process group, including this process."""
    os.killpg(0, signal.SIGKILL)


def _end_as(code: int) -> None:
    if code < 0:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -code not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
