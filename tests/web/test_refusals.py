"""Tests that foreign pages, foreign names and other users of this machine are refused; and the page's files."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import aiohttp
import pytest

from tests.support.command_line import command, environment
from tests.support.web_pages import Served, visiting


@pytest.fixture(scope="module")
def serving_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all that must not get in."""
    env = environment(tmp_path_factory.mktemp("served"))
    with subprocess.Popen(command("web", "--port", "0"), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as it:
        assert it.stdout is not None
        yield Served(it.pid, it.stdout.readline().decode().strip())
        it.terminate()


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
        assert "chat-tui" in await response.text() or "may not use this server" in await response.text()
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
