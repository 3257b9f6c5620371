"""Connects one tab's WebSocket to a workbench process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aiohttp import WSMsgType, web

from chat_tui.domain.links import refusal
from chat_tui.domain.literal import visible
from chat_tui.web import packets

LEAVING_S: Final = 4.0
"""Seconds a workbench gets to save and exit before it is killed; it needs two at most."""
_LARGEST_SIDE: Final = 1000
_WORDS_KEPT: Final = 4096
_GIVEN_BACK: Final = "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h"
"""Resets mouse and paste modes, main screen and cursor, so that the last message can be read and selected."""


class Tab:
    """Runs the workbench process of one tab. When the page disconnects, the process sees its terminal close.

    Args:
        socket: The WebSocket, already prepared.
        argv: Command line of the process, run without a shell.
        environment: Environment of the process, with the API keys.
        log: Called with each line of the process's standard error.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        argv: Sequence[str],
        environment: Mapping[str, str],
        log: Callable[[str], None],
    ) -> None:
        self._socket = socket
        self._argv = argv
        self._environment = environment
        self._log = log
        self._process: Process | None = None

    async def run(self, width: int, height: int) -> None:
        """Start the workbench, and return once it has exited. Width and height are in cells."""
        process = self._process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**self._environment, "COLUMNS": str(width), "ROWS": str(height)},
            start_new_session=True,
        )
        if process.stdout is None or process.stderr is None:
            raise BrokenPipeError
        showing = asyncio.create_task(self._show(process, process.stdout, process.stderr))
        try:
            await self._obey(process)
        finally:
            self.hang_up()
            _, late = await asyncio.wait({showing}, timeout=LEAVING_S)
            if late:
                _kill(process)
            await showing

    def hang_up(self) -> None:
        """Close the process's standard input: it saves, stops its own child processes and exits."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _obey(self, process: Process) -> None:
        """Forward the page's messages to the process until the page disconnects."""
        async for message in self._socket:
            if message.type != WSMsgType.TEXT:
                continue
            packet, answer = heard(message.data)
            with contextlib.suppress(OSError):
                if answer:
                    await self._socket.send_str(answer)
                if packet and process.stdin is not None and not process.stdin.is_closing():
                    process.stdin.write(packet)
                    await process.stdin.drain()

    async def _show(self, process: Process, painted: asyncio.StreamReader, told: asyncio.StreamReader) -> None:
        """Forward the output until the process exits, then log its standard error; after a failure, show it too."""
        saying = asyncio.create_task(_words(told))
        async for letter, payload in packets.packets(painted):
            if letter == packets.DATA:
                await self._send(payload)
            elif letter == packets.META:
                await self._open(packets.address_to_open(payload))
        code = await process.wait()
        said = visible((await saying).decode("utf-8", "replace")).rstrip()
        for line in said.splitlines():
            self._log(line.removeprefix("chat-tui: "))
        if code:
            await self._send(
                (_GIVEN_BACK + (said or f"The workbench exited with code {code}.").replace("\n", "\r\n")).encode()
            )
        await self._socket.close()

    async def _open(self, address: str | None) -> None:
        """Ask the page to open a URL, if URLs of its kind may be opened."""
        if address is not None and not refusal(address) and not self._socket.closed:
            with contextlib.suppress(OSError):
                await self._socket.send_str(json.dumps(["open_url", {"url": address, "new_tab": True}]))

    async def _send(self, piece: bytes) -> None:
        """Send output; drop it if the page is gone, for unread output would block the process's exit."""
        if not self._socket.closed:
            with contextlib.suppress(OSError):
                await self._socket.send_bytes(piece)


def heard(text: str) -> tuple[bytes, str]:
    """Translate a message of the page into a packet for the process and an answer to the page; either may be empty."""
    try:
        kind, *rest = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return b"", ""
    value = rest[0] if rest else None
    if kind == "stdin" and isinstance(value, str):
        return packets.data(value), ""
    if kind == "resize" and isinstance(value, dict):
        width, height = side(value.get("width"), 0), side(value.get("height"), 0)
        return (packets.size(width, height) if width and height else b""), ""
    if kind in ("focus", "blur"):
        return packets.meta(kind), ""
    if kind == "ping" and isinstance(value, str):
        return b"", json.dumps(["pong", value])
    return b"", ""


def side(value: object, otherwise: int) -> int:
    """Parse a width or height in cells sent by a page, clamped to 1000; ``otherwise`` if not a positive number."""
    try:
        cells = int(value) if isinstance(value, int | str) else 0
    except ValueError:
        cells = 0
    return min(cells, _LARGEST_SIDE) if cells > 0 else otherwise


async def _words(stream: asyncio.StreamReader) -> bytes:
    """Read a stream to its end, and return its last bytes."""
    kept = b""
    while piece := await stream.read(_WORDS_KEPT):
        kept = (kept + piece)[-_WORDS_KEPT:]
    return kept


def _kill(process: Process) -> None:
    """Kill the process and its process group, which it leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
