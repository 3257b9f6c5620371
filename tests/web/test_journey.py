"""Tests ``chat-tui web`` as a user runs it, with real servers and workbench processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from tests.support.command_line import environment, run
from tests.support.processes import alive
from tests.support.server import HOLD, Answer, ScriptedServer, chunk, events, sse, stream
from tests.support.waiting import until
from tests.support.web_pages import Page, gone, opened, serving, visiting

KEY = "sk-very-secret-0123456789"


def words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def unopened(home: Path) -> bool:
    return not (home / "opened").exists()


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


async def test_a_paste_in_the_page_is_text_whatever_is_in_it(tmp_path: Path) -> None:
    async with (
        ScriptedServer(stream("Grey threads")) as service,
        serving(tmp_path, *to(service)) as server,
        opened(server) as page,
    ):
        await page.types("\x1b[200~red \x1b[31mtext\x1b[0m\rsecond line\x1b[201~")
        await page.shows("hidden characters")
        assert kept(tmp_path) == []
        await page.types("\r")
        await page.shows("Grey threads")
        (message,) = service.requests[0].json()["messages"]
        assert message["content"] == "red \x1b[31mtext\x1b[0m\nsecond line"


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
        assert errors == "chat-tui: The workbench is at this address. Press ctrl+c to stop.\n"
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


async def test_a_link_opens_in_the_browser_that_shows_it_after_the_usual_keys(tmp_path: Path) -> None:
    said = "See [this](https://example.org/x?a=1) or [that](file:///etc/passwd)"
    async with (
        ScriptedServer(stream(said)) as service,
        serving(tmp_path, *to(service), BROWSER="false") as server,
        opened(server) as page,
    ):
        await page.types("Where?\r")
        await page.shows(" first")
        await until(lambda: '"type":"end"' in "".join(kept(tmp_path)), what="the end of the exchange")
        await page.types("\x1b[A")
        await page.shows("y copy")
        await page.types("o")
        await page.shows("Links in this message")
        await page.types("\r")
        await page.shows("Opens example.org")
        assert page.told == []
        await page.types("\r")
        await page.until(lambda: page.told != [])
        assert page.told == [["open_url", {"url": "https://example.org/x?a=1", "new_tab": True}]]


async def test_the_external_editor_is_not_opened_and_that_is_said(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, "--base-url", "http://127.0.0.1:9/v1", EDITOR=f"touch {tmp_path}/opened") as server,
        opened(server) as page,
    ):
        await page.types("A draft")
        await page.types("\x07")
        await page.shows("An editor cannot be opened in a browser")
        assert unopened(tmp_path)


async def test_what_is_copied_goes_to_the_browser(tmp_path: Path) -> None:
    async with (
        ScriptedServer(stream("Grey threads")) as service,
        serving(tmp_path, *to(service)) as server,
        opened(server) as page,
    ):
        await page.types("A haiku\r")
        await page.shows(" first")
        await until(lambda: '"type":"end"' in "".join(kept(tmp_path)), what="the end of the exchange")
        await page.types("\x1b[A")
        await page.shows("y copy")
        await page.types("y")
        await page.until(lambda: "\x1b]52;c;R3JleSB0aHJlYWRz\x07" in page.painted)


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
    assert done.stderr.startswith("chat-tui: Cannot listen on 127.0.0.1:")
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
    assert "Anyone who can reach this machine and learns the address can use your API keys" in errors


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
