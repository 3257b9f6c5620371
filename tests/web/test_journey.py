"""``chat-tui web`` as a user runs it, and pages that talk to it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.support.command_line import command, environment, run
from tests.support.processes import alive
from tests.support.server import HOLD, Answer, ScriptedServer, chunk, events, sse, stream
from tests.support.waiting import until

LIMIT_S = 60.0
KEY = "sk-very-secret-0123456789"
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

        await asyncio.wait_for(read(), LIMIT_S)

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


@pytest.fixture(scope="module")
def serving_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all that must not get in."""
    env = environment(tmp_path_factory.mktemp("served"))
    with subprocess.Popen(command("web", "--port", "0"), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as it:
        assert it.stdout is not None
        yield Served(it.pid, it.stdout.readline().decode().strip())
        it.terminate()


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


def words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def to(service: ScriptedServer) -> tuple[str, ...]:
    return ("--base-url", service.base_url, "--model", "m")


def kept(home: Path) -> list[str]:
    return [file.read_text("utf-8") for file in sorted((home / "data" / "sessions").glob("*.jsonl"))]


async def test_a_message_typed_in_the_page_is_answered_there(tmp_path: Path) -> None:
    async with (
        ScriptedServer(stream("Grey threads")) as service,
        serving(tmp_path, *to(service), "--set", "seed=7") as server,
        opened(server) as page,
    ):
        await page.types("A haiku\r")
        await page.shows("Grey threads")
        assert service.requests[0].json()["messages"] == [{"role": "user", "content": "A haiku"}]
        assert service.requests[0].json()["seed"] == 7


async def test_two_tabs_are_two_sessions(tmp_path: Path) -> None:
    async with (
        ScriptedServer(stream("First reply"), stream("Second reply")) as service,
        serving(tmp_path, *to(service)) as server,
        opened(server) as one,
        opened(server) as other,
    ):
        assert len(server.workbenches()) == 2
        await one.types("One\r")
        await one.shows("First reply")
        await other.types("Two\r")
        await other.shows("Second reply")
        assert "First reply" not in other.text()
        assert len(kept(tmp_path)) == 2


async def test_the_page_is_as_wide_as_the_window(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, opened(server, "width=80&height=24") as page:
        await page.socket.send_str(json.dumps(["resize", {"width": 132, "height": 40}]))
        await page.until(lambda: "\x1b[40;" in page.painted)


@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_however_the_server_ends_the_workbenches_end_and_what_came_is_kept(
    tmp_path: Path, ends: signal.Signals
) -> None:
    held = events(*sse(chunk("Grey threads"), done=False), HOLD)
    async with (
        ScriptedServer(held) as service,
        serving(tmp_path, *to(service)) as server,
        opened(server) as page,
        opened(server),
    ):
        await page.types("A haiku\r")
        await page.shows("Grey threads")
        pids = server.workbenches()
        assert len(pids) == 2
        server.process.send_signal(ends)
        code, errors = await server.ended()
        await gone(pids)
        assert code == (-signal.SIGKILL if ends == signal.SIGKILL else 0)
        assert errors == "chat-tui: The workbench is at this address. ctrl+c ends it.\n"
        assert [text.count("Grey threads") > 0 for text in kept(tmp_path)] == [True]
        assert not [*(tmp_path / "data").rglob("crash-*")]
    assert "Grey threads" in run(environment(tmp_path), "sessions", "show", "A haiku").stdout


async def test_a_closed_tab_ends_its_workbench_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, opened(server) as page:
        (first,) = server.workbenches()
        async with opened(server):
            (second,) = [pid for pid in server.workbenches() if pid != first]
        await gone([second])
        assert alive(first)
        assert not page.socket.closed


async def test_a_workbench_that_is_left_closes_the_page(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, opened(server) as page:
        pids = server.workbenches()
        await page.types("\x11")
        await page.closed()
        await gone(pids)


async def test_what_goes_wrong_at_the_start_is_told_in_the_page_and_to_who_serves(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, "--set", "temperature=hot") as server,
        visiting() as visitor,
        visitor.ws_connect(f"{server.address}ws", origin=server.origin) as socket,
    ):
        page = Page(socket)
        await page.closed()
        assert "temperature" in page.text()
        server.process.terminate()
        _, errors = await server.ended()
        assert "chat-tui: Not sent: temperature" in errors
        assert "Traceback" not in page.text() + errors


@pytest.mark.parametrize("path", ["", "ws", "static/textual.js", "nothing", "../"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8112"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_a_foreign_page_or_name_gets_nothing(serving_one: Served, path: str, headers: dict[str, str]) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers = {"Origin": serving_one.origin, **upgrade, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers}
    async with visiting() as visitor, visitor.get(serving_one.address + path, headers=headers) as response:
        assert response.status == 403
        assert "chat-tui" in await response.text() or "may not talk" in await response.text()
    assert serving_one.workbenches() == []


@pytest.mark.parametrize(
    "path", ["/", "/ws", "/static/textual.js", "/guess/", "/guess/ws", "/download/x", "//", "/x/../"]
)
async def test_without_the_token_there_is_nothing(serving_one: Served, path: str) -> None:
    headers = {"Origin": serving_one.origin}
    async with visiting() as visitor, visitor.get(serving_one.origin + path, headers=headers) as response:
        assert response.status == 403
        assert serving_one.token not in await response.text()
    assert serving_one.workbenches() == []


async def test_a_socket_that_does_not_say_where_it_comes_from_is_refused(serving_one: Served) -> None:
    async with visiting() as visitor:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await visitor.ws_connect(f"{serving_one.address}ws")
    assert refused.value.status == 403


async def test_the_page_and_all_its_parts_come_from_here(serving_one: Served) -> None:
    async with visiting() as visitor:
        async with visitor.get(serving_one.address) as response:
            page = await response.text()
            policy = response.headers["Content-Security-Policy"]
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        parts = re.findall(r'(?:href|src)="([^"]+)"', page)
        assert "static/textual.js" in parts
        for part in parts:
            if part == "data:,":
                continue
            async with visitor.get(serving_one.address + part) as response:
                assert response.status == 200, part
                content = await response.text()
            if part.endswith("css"):
                for font in re.findall(r'url\("([^"]+)"\)', content):
                    async with visitor.get(f"{serving_one.address}static/{font}") as found:
                        assert found.status == 200, font
                assert "http" not in re.sub(r"/\*.*?\*/", "", content, flags=re.DOTALL)
    assert "<script>" not in page
    assert "http" not in page


@pytest.mark.parametrize("path", ["static/app_index.html", "static/..%2fserver.py", "static/", "static", "download/x"])
async def test_nothing_else_is_served(serving_one: Served, path: str) -> None:
    async with visiting() as visitor, visitor.get(serving_one.address + path) as response:
        assert response.status == 404
    async with visiting() as visitor, visitor.post(serving_one.address, data=b"x") as response:
        assert response.status == 403


async def test_keys_stay_in_the_environment(tmp_path: Path) -> None:
    async with (
        ScriptedServer(Answer(401, {"Content-Type": "application/json"}, [b'{"error": {"message": "no"}}'])) as service,
        serving(tmp_path, *to(service), "--api-key-env", "MY_KEY", MY_KEY=KEY) as server,
        opened(server) as page,
    ):
        await page.types("Hi\r")
        await page.shows("401")
        assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"
        for pid in (server.pid, *server.workbenches()):
            words = words_of(pid)
            assert KEY not in words
            assert server.token not in words
        server.process.terminate()
        _, errors = await server.ended()
        assert KEY not in errors + page.painted


def test_a_port_that_is_taken_is_said_with_a_way_out(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(environment(tmp_path), "web", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("chat-tui: Cannot listen at 127.0.0.1:")
    assert "--port 0" in done.stderr


def test_a_missing_extra_is_said_with_what_installs_it(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['aiohttp'] = None\n")
    env = environment(tmp_path)
    done = run({**env, "PYTHONPATH": f"{tmp_path}{os.pathsep}{env['PYTHONPATH']}"}, "web")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert 'pip install "chat-tui[web]"' in done.stderr


async def test_a_server_that_others_reach_says_what_that_means(tmp_path: Path) -> None:
    async with serving(tmp_path, "--host", "0.0.0.0") as server:
        server.process.terminate()
        _, errors = await server.ended()
    assert "Whoever can reach this machine and learns the address can use your keys" in errors


async def test_the_browser_is_opened_on_request_and_its_words_hold_no_token(tmp_path: Path) -> None:
    done = tmp_path / "done"
    os.mkfifo(done)
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\ncd {tmp_path}\necho "$1" > words\nenv > env\ncat "${{1#file://}}" > page\necho > done\n'
    )
    browser.chmod(0o700)
    async with serving(tmp_path, "--open", BROWSER=f"{browser} %s", OPENAI_API_KEY=KEY) as server:
        await asyncio.to_thread(done.read_text)
        words = (tmp_path / "words").read_text().strip()
        page = (tmp_path / "page").read_text()
        file = Path(words.removeprefix("file://"))
        assert mode_of(file) == 0o600
        assert server.token not in words
        assert f'content="0; url={server.address}"' in page
        assert KEY not in (tmp_path / "env").read_text()
        server.process.terminate()
        await server.ended()
    assert [*file.parent.glob(file.name)] == []


def test_the_workbench_itself_still_needs_a_terminal(tmp_path: Path) -> None:
    done = run(environment(tmp_path, TEXTUAL_DRIVER="textual.drivers.web_driver:WebDriver"))
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
