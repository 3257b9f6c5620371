"""``chat-tui web`` at work, and pages that talk to it."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.support.command_line import command, environment
from tests.support.processes import alive
from tests.support.waiting import until

LIMIT_S = 60.0
_CONTROLS = re.compile(r"\x1b\[[0-9;?<>=]*[A-Za-z]")


class Served:
    """What the command serves."""

    def __init__(self, pid: int, address: str) -> None:
        self.pid = pid
        self.address = address
        self.origin = f"http://{urlsplit(address).netloc}"
        self.token = urlsplit(address).path.strip("/")

    def workbenches(self) -> list[int]:
        """The processes it started."""
        return [int(word) for word in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


class Server(Served):
    """The command at work."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        super().__init__(process.pid, address)
        self.process = process

    async def ended(self) -> tuple[int, str]:
        """Exit code and what it said."""
        _, errors = await asyncio.wait_for(self.process.communicate(), LIMIT_S)
        return self.process.returncode or 0, errors.decode()


class Page:
    """What a browser does with the socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.painted = ""
        self.told: list[object] = []

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read until that holds; the page is closed before: a failure."""

        async def read() -> None:
            while not condition():
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.painted += message.data.decode()
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self.told.append(json.loads(message.data))
                else:
                    pytest.fail(f"closed: {self.text()[-2000:]}")

        try:
            await asyncio.wait_for(read(), LIMIT_S)
        except TimeoutError:
            pytest.fail(f"waited in vain: {self.text()[-4000:]}")

    async def shows(self, text: str) -> None:
        """Read until it was painted."""
        await self.until(lambda: text in self.text())

    async def closed(self) -> None:
        """Read until the server closes it."""
        while (message := await self.socket.receive(LIMIT_S)).type is aiohttp.WSMsgType.BINARY:
            self.painted += message.data.decode()

    def text(self) -> str:
        """All that was painted, without the controls."""
        return _CONTROLS.sub("", self.painted)

    async def types(self, text: str) -> None:
        await self.socket.send_str(json.dumps(["stdin", text]))


@asynccontextmanager
async def serving(home: Path, *words: str, **more: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *command("web", "--port", "0", *words),
        env=environment(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield Server(process, (await process.stdout.readline()).decode().strip())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@asynccontextmanager
async def visiting() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as visitor:
        yield visitor


@asynccontextmanager
async def opened(server: Server, size: str = "width=100&height=30") -> AsyncIterator[Page]:
    async with (
        aiohttp.ClientSession() as visitor,
        visitor.ws_connect(f"{server.address}ws?{size}", origin=server.origin, max_msg_size=0) as socket,
    ):
        page = Page(socket)
        await page.shows("essage, or / for commands")
        yield page


async def gone(pids: list[int]) -> None:
    await until(lambda: not any(alive(pid) for pid in pids), what="their end", timeout_s=LIMIT_S)
