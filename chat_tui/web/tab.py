"""One tab: a WebSocket to the page, and the workbench process whose terminal the page is."""

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
"""How long a workbench may take to save and end; it does within two seconds."""
_LARGEST_SIDE: Final = 1000
_WORDS_KEPT: Final = 4096
_GIVEN_BACK: Final = "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h"
"""Mouse and paste modes off, main screen, cursor: what is said last can be read and selected."""


class Tab:
    """Lives as long as both do: when the page goes, the process is hung up on, as by a terminal that is closed.

    Args:
        socket: Prepared.
        argv: What is started, without a shell.
        environment: Of the process; the keys are in it.
        log: Gets what the process says on standard error.
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
        """Start the workbench, and stay until it is gone."""
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
        """Close the process's terminal: it saves, ends what it started, and ends."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _obey(self, process: Process) -> None:
        """Pass on what the page says, until it is gone."""
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
        """Pass on what the process paints, until it has ended; then say what it said last, and close the page's end."""
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
            await self._send((_GIVEN_BACK + (said or f"It ended with code {code}.").replace("\n", "\r\n")).encode())
        await self._socket.close()

    async def _open(self, address: str | None) -> None:
        """Let the page open an address, where such a one may be opened at all."""
        if address is not None and not refusal(address) and not self._socket.closed:
            with contextlib.suppress(OSError):
                await self._socket.send_str(json.dumps(["open_url", {"url": address, "new_tab": True}]))

    async def _send(self, piece: bytes) -> None:
        """Nothing where the page is gone: what is painted still has to be read, or the process could not end."""
        if not self._socket.closed:
            with contextlib.suppress(OSError):
                await self._socket.send_bytes(piece)


def heard(text: str) -> tuple[bytes, str]:
    """What the process, and what the page is told when the page says this; both empty where it is not understood."""
    try:
        kind, *rest = json.loads(text)
    except (ValueError, TypeError):
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
    """A width or a height in cells, as a page tells it; another one where that is none."""
    try:
        cells = int(value) if isinstance(value, int | str) else 0
    except ValueError:
        cells = 0
    return min(cells, _LARGEST_SIDE) if cells > 0 else otherwise


async def _words(stream: asyncio.StreamReader) -> bytes:
    """The last of what comes, all of which is read."""
    kept = b""
    while piece := await stream.read(_WORDS_KEPT):
        kept = (kept + piece)[-_WORDS_KEPT:]
    return kept


def _kill(process: Process) -> None:
    """It leads its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
