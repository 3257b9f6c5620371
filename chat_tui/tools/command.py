"""Runs a tool's command without a shell or keys, under a guard process, with limits on time and output."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from chat_tui.domain.json_values import Json
from chat_tui.domain.tool_definitions import ENVIRONMENT, OUTPUT_LIMIT, Approval, Ended, ToolOutcome
from chat_tui.tools.guarding import START, guarded, program_file

_PIECE: Final = 64 * 1024
_LOOK_S: Final = 0.1
_POLL_S: Final = 0.01
_GRACE_S: Final = 0.5
"""How long to wait for the end of the output after the command has exited: its children may hold the pipe open."""
_KILLING_S: Final = 1.5
"""How long the guard may take to find and kill everything."""


class CommandRunner:
    """Runs approved commands.

    Args:
        environment: The program's; commands only get ``PATH``, ``HOME``, ``LANG`` and ``TMPDIR`` of it.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {name: environment[name] for name in ENVIRONMENT if name in environment}

    async def run(self, approval: Approval) -> ToolOutcome:
        """Run the approved command once. However it ends, everything it started is killed afterwards.

        Processes that left its process group are found on Linux only.
        """
        if approval.folder:
            return await self._run_in(approval.folder, approval)
        with tempfile.TemporaryDirectory(prefix="chat-tui-tool-", ignore_cleanup_errors=True) as folder:
            return await self._run_in(folder, approval)

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        """Return the tools of an MCP server as entries of a definition file.

        Raises:
            ProblemError: The server did not start or did not answer, or the optional dependency ``mcp`` is missing.
        """
        from chat_tui.tools.mcp_server import list_tools

        return await list_tools(argv, self._environment)

    async def _run_in(self, folder: str, approval: Approval) -> ToolOutcome:
        if approval.via == "mcp":
            from chat_tui.tools.mcp_server import call_tool

            return await call_tool(approval, self._environment, folder)
        program = program_file(approval.argv[0], folder, self._environment.get("PATH"))
        if program is None:
            return ToolOutcome(ended="missing", why=f"program {approval.argv[0]!r} not found")
        ours, guards = socket.socketpair()
        with ours:
            outcome = await self._guarded(program, folder, approval, ours, guards)
            ours.setblocking(False)
            with suppress(OSError):
                if why := ours.recv(_PIECE):
                    return ToolOutcome(ended="failed", why=why.decode("utf-8", "replace"))
            return outcome

    async def _guarded(
        self, program: str, folder: str, approval: Approval, ours: socket.socket, guards: socket.socket
    ) -> ToolOutcome:
        """Run under a guard, which starts the command once it is told to, and says if it could not."""
        started_s = time.monotonic()
        try:
            process = await asyncio.create_subprocess_exec(
                *guarded(program, approval.argv, line=guards.fileno()),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=folder,
                env=self._environment,
                start_new_session=True,
                pass_fds=(guards.fileno(),),
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return ToolOutcome(ended="failed", why=why.rstrip("."))
        finally:
            guards.close()
        try:
            with suppress(OSError):
                ours.send(START)
            return await _watched(process, approval, started_s)
        finally:
            await _end(process)


class _Output:
    """The output read from a pipe, up to the limit."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.over = False

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Read to the end, or until the limit is exceeded."""
        while piece := await stream.read(_PIECE):
            room = OUTPUT_LIMIT - len(self.data)
            self.data += piece[:room]
            if len(piece) > room:
                self.over = True
                return

    def text(self) -> str:
        """Decode as UTF-8; invalid bytes become U+FFFD."""
        return self.data.decode("utf-8", "replace")


async def _watched(process: Process, approval: Approval, started_s: float) -> ToolOutcome:
    """Feed and read a process until it exits, exceeds a limit, or times out."""
    out, err = _Output(), _Output()
    feeding = asyncio.ensure_future(_feed(process, approval.stdin))
    reading = [
        asyncio.ensure_future(output.read(stream))
        for output, stream in ((out, process.stdout), (err, process.stderr))
        if stream is not None
    ]
    try:
        ended = await _ended(process, reading, (out, err), approval.timeout_s)
    finally:
        await _drop([feeding, *reading])
    return ToolOutcome(
        ended=ended,
        exit_code=process.returncode if ended == "exit" else None,
        stdout=out.text(),
        stderr=err.text(),
        seconds=time.monotonic() - started_s,
    )


async def _ended(
    process: Process, reading: Sequence[asyncio.Future[Any]], outputs: Sequence[_Output], timeout_s: float
) -> Ended:
    """Wait for the first of: exit, too much output, timeout.

    Exit is detected by the return code: waiting for the process also waits for pipes that other processes hold open.
    """
    deadline_s = time.monotonic() + timeout_s
    exiting = asyncio.ensure_future(process.wait())
    try:
        while process.returncode is None:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return "timeout"
            waited_for = {exiting, *(task for task in reading if not task.done())}
            await asyncio.wait(waited_for, timeout=min(left_s, _LOOK_S), return_when=asyncio.FIRST_COMPLETED)
            if any(output.over for output in outputs):
                return "flood"
        still_open = [task for task in reading if not task.done()]
        if still_open:
            await asyncio.wait(still_open, timeout=_GRACE_S)
        return "flood" if any(output.over for output in outputs) else "exit"
    finally:
        await _drop([exiting])


async def _feed(process: Process, text: str) -> None:
    """Write all of the input and close it; a command may exit without reading it."""
    stdin = process.stdin
    if stdin is None:
        return
    with suppress(OSError):
        stdin.write(text.encode("utf-8", "replace"))
        await stdin.drain()
    stdin.close()


async def _drop(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _exited(process: Process, at_most_s: float) -> None:
    """Wait for the return code alone: ``Process.wait`` also waits for pipes that other processes hold open.

    Being cancelled does not shorten it: a guard that is killed too early leaves processes behind.
    """
    until_s = time.monotonic() + at_most_s
    while process.returncode is None and time.monotonic() < until_s:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(_POLL_S)


async def _end(process: Process) -> None:
    """Let the guard kill everything, then kill the group in case the guard is gone, and close the pipes."""
    with suppress(ProcessLookupError, PermissionError):
        process.send_signal(signal.SIGUSR1)
        process.send_signal(signal.SIGCONT)  # the command may have stopped the guard
    await _exited(process, _KILLING_S)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await _exited(process, _GRACE_S)
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
