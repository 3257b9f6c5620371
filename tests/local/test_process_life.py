"""The real server process ends with the program, however that ends, and restarts after a crash."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from chat_tui.local.server import LocalServer
from tests.support.processes import alive
from tests.support.waiting import until

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX systems"),
]

PROGRAM = """
import asyncio, sys, urllib.request
from pathlib import Path
from chat_tui.local.server import LocalServer

async def main(folder, model, stage):
    server = LocalServer(data_dir=Path(folder), state_dir=Path(folder), gguf=model)
    starting = asyncio.ensure_future(server.start())
    while server.pid is None:
        await asyncio.sleep(0.001)
    if stage != "loading":
        url, key = await starting
    if stage == "answering":
        body = b'{"messages": [{"role": "user", "content": "Count"}], "stream": true, "ignore_eos": true}'
        headers = {"Authorization": "Bearer " + key.reveal(), "Content-Type": "application/json"}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(url + "/chat/completions", body, headers)
        reply = await asyncio.to_thread(opener.open, request)
        await asyncio.to_thread(reply.readline)
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def program(
    tmp_path: Path, model_file: Path, stage: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A program that has the server at some stage, and the server's process id."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(tmp_path), str(model_file), stage),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    server_pid = 0
    try:
        server_pid = int(await process.stdout.readline())
        yield process, server_pid
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
        if server_pid and sys.exc_info()[0] is not None and alive(server_pid):
            os.kill(server_pid, signal.SIGKILL)


@pytest.mark.parametrize("stage", ["loading", "idle", "answering"])
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
async def test_it_is_gone_when_the_program_is_killed(
    tmp_path: Path, model_file: Path, stage: str, signum: signal.Signals
) -> None:
    async with program(tmp_path, model_file, stage) as (process, pid):
        assert alive(pid)
        process.send_signal(signum)
        await process.wait()
        await until(lambda: not alive(pid), what="the end of the server process")


async def test_an_interrupt_from_the_terminal_does_not_reach_it(tmp_path: Path, model_file: Path) -> None:
    async with program(tmp_path, model_file, "idle") as (process, pid):
        assert os.getsid(pid) == pid != os.getsid(process.pid)


@pytest.fixture
def server(tmp_path: Path, model_file: Path, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never-to-be-seen")
    return LocalServer(data_dir=tmp_path, state_dir=tmp_path / "state", gguf=str(model_file))


async def healthy(base_url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(base_url.replace("/v1", "/health"))).status_code == 200


async def test_stop_ends_it_and_a_crash_is_mended_by_the_next_start(server: LocalServer) -> None:
    base_url, _ = await server.start()
    first = server.pid
    assert first is not None
    assert await healthy(base_url)
    os.kill(first, signal.SIGKILL)
    assert await server.ending(10) == -signal.SIGKILL
    base_url, _ = await server.start()
    second = server.pid
    assert second not in (None, first)
    assert await healthy(base_url)
    await server.stop()
    assert second is not None
    assert not alive(second)
    with pytest.raises(httpx.ConnectError):
        await healthy(base_url)


def files_and_environment(process: Path) -> tuple[set[str], bytes]:
    return {str(entry.readlink()) for entry in (process / "fd").iterdir()}, (process / "environ").read_bytes()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads the process's files under /proc")
async def test_it_inherits_no_file_of_the_program_and_no_key(
    server: LocalServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "session.jsonl").open("w") as session:
        os.set_inheritable(session.fileno(), True)
        await server.start()
        files, environ = files_and_environment(Path(f"/proc/{server.pid}"))
        await server.stop()
    assert not any("session.jsonl" in name or name.startswith("/dev/pts") for name in files)
    assert b"sk-never" not in environ
    assert capfd.readouterr() == ("", "")
