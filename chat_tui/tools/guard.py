"""Guard process of a tool's command: kills everything the command started when it or the program ends.

Self-contained on purpose (the standard library alone): it is run by path with ``python -I -S`` and never imported by
the program. It leads the session and process group of itself and the command, so that killing the group kills both.
On Linux it also adopts and kills processes that left the group. It exits as the command does: with its exit code, or by
its signal. SIGUSR1 makes it kill everything at once, SIGTERM after a grace period for the command.

Arguments: the process id of the program; the descriptor of a socket to it, or -1; the names of the environment
variables to pass on, comma-separated; the maximum number of output bytes to pass on, or -1 if output bypasses this
process; the file to run; its argv. With a socket, the command starts when a byte comes in, and never if the socket is
closed before; the reason is sent back if it cannot be started. Taking all permissions from the file that receives
standard error also makes the guard kill everything, for a program that does not know its process id.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import time

_LOOK_S = 0.1
"""Interval, in seconds, at which the parent process is checked."""
_GRACE_S = 0.4
"""How long what the command started may go on writing after it has exited."""
_TERM_S = 1.0
"""How long the command may take to react to SIGTERM."""
_SWEEP_S = 1.0
_ADOPT = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2): orphaned descendants become children of this process."""
_PIECE = 64 * 1024
_LAST_PIECES = 32
"""Number of reads after the command has ended: a pipe holds no more."""
_ERRORS_LIMIT = 64 * 1024
"""Maximum number of bytes of standard error passed on; the rest is dropped."""
_IGNORED = (signal.SIGINT, signal.SIGHUP)
"""Signals meant for the command, which decides how to react."""
_RESTORED = (*_IGNORED, signal.SIGCHLD, signal.SIGUSR1, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ)


def main() -> None:
    """Start the command and wait until it has ended."""
    parent, line, names, limit, program, *argv = sys.argv[1:]
    environment = {name: os.environ[name] for name in names.split(",") if name in os.environ}
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    for number in (signal.SIGCHLD, signal.SIGUSR1, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    signal.set_wakeup_fd(woken)
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if os.getppid() != int(parent) or not _told_to_start(int(line), waking):
        _kill_all()
    _adopt_orphans()
    relayed = {1: int(limit), 2: _ERRORS_LIMIT} if int(limit) >= 0 else {}
    pipes = {target: os.pipe() for target in relayed}
    child = os.fork()
    if child == 0:
        for target, (_, written) in pipes.items():
            os.dup2(written, target)
        _become(program, argv, environment, int(line))
    for _, written in pipes.values():
        os.close(written)
    _let_go(int(line), set(relayed))
    status = _Guarded(int(parent), child, waking, {pipes[target][0]: target for target in pipes}, relayed).ended()
    _kill_children()
    _end_as(os.waitstatus_to_exitcode(status))


def _told_to_start(line: int, waking: int) -> bool:
    """Wait for the program's word; without a line to it there is none."""
    if line < 0:
        return True
    ready, _, _ = select.select([line, waking], [], [])
    return waking not in ready and bool(os.read(line, 1))


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
        self._status = 0
        self._killing_s = self._leaving_s = float("inf")
        """When to kill everything, and when to stop waiting for what the command left behind."""

    def ended(self) -> int:
        """Wait for the end of the command and of what it started, passing on their output.

        Returns:
            The wait status of the command.
        """
        while True:
            ready, _, _ = select.select([self._waking, *self._sources], [], [], _LOOK_S)
            if self._waking in ready:
                self._signalled(os.read(self._waking, _PIECE))
            if self._given_up() or time.monotonic() > self._killing_s:
                _kill_all()
            for source in ready:
                if source != self._waking:
                    self._relay(source)
            if not self._reap() or time.monotonic() > self._leaving_s:
                self._drain()
                return self._status

    def _given_up(self) -> bool:
        return os.getppid() != self._parent or not stat.S_IMODE(os.fstat(2).st_mode)

    def _signalled(self, numbers: bytes) -> None:
        if signal.SIGUSR1 in numbers:
            _kill_all()
        if signal.SIGTERM in numbers:
            self._killing_s = min(self._killing_s, time.monotonic() + _TERM_S)

    def _reap(self) -> bool:
        """Take the wait status of every child that has ended; return whether any is left."""
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == self._child:
                    self._status = ended[1]
                    self._leaving_s = time.monotonic() + _GRACE_S
        except ChildProcessError:
            return False
        return True

    def _relay(self, source: int) -> None:
        piece = os.read(source, _PIECE)
        target = self._sources[source]
        if not piece:
            del self._sources[source]
            if target == 1:
                _let_go(-1, {0, 2})
            return
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


def _become(program: str, argv: list[str], environment: dict[str, str], line: int) -> None:
    """Replace this process by the command; on failure report the reason and exit."""
    signal.set_wakeup_fd(-1)
    for number in _RESTORED:
        signal.signal(number, signal.SIG_DFL)
    if line >= 0:
        os.set_inheritable(line, False)
    try:
        os.execve(program, argv, environment)  # noqa: S606 - without a shell is the point
    except OSError as error:
        os.write(line if line >= 0 else 2, (error.strerror or str(error)).encode())
    except ValueError as error:
        os.write(line if line >= 0 else 2, str(error).encode())
    os._exit(127)


def _let_go(line: int, kept: set[int]) -> None:
    """Close the descriptors that belong to the command, so that the other ends see it close them."""
    if line >= 0:
        os.close(line)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in {0, 1, 2} - kept:
        os.dup2(nothing, number)


def _kill_all() -> None:
    """Kill all children and the process group, including this process."""
    _kill_children()
    os.killpg(0, signal.SIGKILL)


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parent has ended, where the system can do that."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    try:
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    except (OSError, AttributeError):
        return


def _kill_children() -> None:
    """Kill all children, whose own children then become ours, until there are none."""
    until_s = time.monotonic() + _SWEEP_S
    try:
        while time.monotonic() < until_s:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            for pid in _children():
                _kill(pid)
            select.select([], [], [], _LOOK_S / 50)
    except ChildProcessError:
        return


def _kill(pid: int) -> None:
    """Kill a process, unless another user's rights forbid it."""
    try:
        os.kill(pid, signal.SIGKILL)
    except PermissionError:
        return


def _children() -> list[int]:
    """Return the ids of this process's children; none where there is no /proc."""
    found: list[int] = []
    try:
        pids = [entry.name for entry in os.scandir("/proc") if entry.name.isdigit()]
    except OSError:
        return found
    for pid in pids:
        try:
            status = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
        except OSError:
            continue
        try:
            if int(os.read(status, _PIECE).rpartition(b")")[2].split()[1]) == os.getpid():
                found.append(int(pid))
        except OSError:
            continue
        finally:
            os.close(status)
    return found


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
