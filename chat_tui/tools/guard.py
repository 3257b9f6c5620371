"""The process a tool's command runs under: it ends the command and all of its group when the program is gone.

Self-contained on purpose (the standard library alone): it is run by path with ``python -I -S`` and never imported by
what it guards. It leads the session and the process group that it and the command are in, so that whoever kills that
group kills both. It ends as the command does: with its exit code, or by its signal.

Arguments: the process id of the program; a descriptor for the reason why the command cannot be started, or -1; the
names of the environment variables that are passed on, with commas; the most bytes of output that are passed on, or
-1 for output that goes past this process; the file to run; its argv.
"""

from __future__ import annotations

import os
import select
import signal
import sys

_LOOK_S = 0.2
"""How soon a program that is gone is noticed."""
_PIECE = 64 * 1024
_LAST_PIECES = 32
"""Once the command has ended: more is not in a pipe."""
_ERRORS_LIMIT = 64 * 1024
"""Bytes of standard error that are passed on; more is dropped."""
_IGNORED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What is meant for the command, which decides about it."""
_RESTORED = (*_IGNORED, signal.SIGPIPE, signal.SIGXFSZ)


def main() -> None:
    """Start the command and stay until it has ended."""
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
    """The command at work.

    Args:
        parent: The program.
        child: The command.
        waking: Readable once the command may have ended.
        sources: Where its output is read, and where it goes.
        room: How many bytes may still go there.
    """

    def __init__(self, parent: int, child: int, waking: int, sources: dict[int, int], room: dict[int, int]) -> None:
        self._parent = parent
        self._child = child
        self._waking = waking
        self._sources = sources
        self._room = room

    def ended(self) -> int:
        """Wait for the command's end, passing on its output; how it ended."""
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
            os.write(2, b"\nIt wrote too much and was ended.\n")
            _kill_all()

    def _drain(self) -> None:
        """Pass on what is there; something the command started may hold the pipes open."""
        for _ in range(_LAST_PIECES):
            for source in select.select([*self._sources], [], [], 0)[0]:
                self._relay(source)


def _become(program: str, argv: list[str], environment: dict[str, str], report: int) -> None:
    """Turn into the command; where that fails, say why and end."""
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
    """Close what is the command's, so that its other ends see it close them."""
    if report >= 0:
        os.close(report)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in {0, 1, 2} - kept:
        os.dup2(nothing, number)


def _kill_all() -> None:
    """End the group, this process with it."""
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
