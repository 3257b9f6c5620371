"""Tests of ``chat-tui tools``: the library, a file, and a real MCP server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import command, environment, run
from tests.support.server import stream, threaded
from tests.support.tool_calls import WEATHER, call, calling, tool_file

SERVER = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("test")

@server.tool()
def get_weather(city: str) -> str:
    "Weather of a city."
    return f"sun over {city}"

server.run()
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The folder of the configuration, and so of the library, is the temporary one."""
    return environment(tmp_path, CHAT_TUI_CONFIG=str(tmp_path / "config.toml"))


def test_an_empty_library_says_where_it_is(home: dict[str, str]) -> None:
    done = run(home, "tools")
    assert (done.returncode, done.stdout) == (0, "")
    assert "tools folder next to the configuration" in done.stderr


def test_the_library_is_listed_and_broken_files_are_told(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "a.json").write_text(tool_file(WEATHER, ["cat"]))
    (tmp_path / "tools" / "b.json").write_text("{")
    done = run(home, "tools")
    assert done.returncode == 0
    assert done.stdout.split()[:2] == ["get_weather", "command"]
    assert "b.json" in done.stderr
    listed = json.loads(run(home, "tools", "list", "--json").stdout)
    assert listed == [{"tool": WEATHER, "command": ["cat"], "timeout_s": 60.0}]


def test_a_python_file_is_shown_as_definitions_that_can_be_kept(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def add(a: int, b: int): ...\n")
    shown = run(home, "tools", "show", str(tmp_path / "mine.py"))
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "mine.json").write_text(shown.stdout)
    assert run(home, "tools").stdout.startswith("add")
    assert json.loads(run(home, "tools", "show", "add").stdout) == json.loads(shown.stdout)


def test_the_tools_of_a_real_mcp_server_are_listed_and_called(home: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("mcp")
    (tmp_path / "server.py").write_text(SERVER)
    listed = run(home, "tools", "mcp", "--", sys.executable, str(tmp_path / "server.py"))
    assert listed.returncode == 0, listed.stderr
    (tmp_path / "tools.json").write_text(listed.stdout)
    with threaded(calling(call()), stream("Sunny.")) as server:
        options = ["--base-url", server.base_url, "--model", "m", "--tool", str(tmp_path / "tools.json")]
        done = run(home, "send", *options, "--approve", "get_weather", "Weather?")
        assert (done.returncode, done.stdout) == (0, "Sunny.\n")
        assert server.requests[1].json()["messages"][-1]["content"] == "sun over Paris"
        assert "The MCP server answered" in done.stderr


def test_a_server_that_does_not_answer_is_told_while_it_is_waited_for(home: dict[str, str]) -> None:
    pytest.importorskip("mcp")
    words = command("tools", "mcp", "--", sys.executable, "-c", "import time; time.sleep(600)")
    with subprocess.Popen(words, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as waiting:
        assert waiting.stderr is not None
        assert any("waiting for the server's list of tools, at most 60 s" in line for line in waiting.stderr)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(60) == 130


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show"], "FILE or NAME is required"),
        (["mcp"], "chat-tui tools mcp -- COMMAND"),
        (["show", "nowhere"], "nowhere"),
        (["mcp", "--", "no-such-program-here"], "did not list its tools"),
        (["throw"], "invalid choice"),
    ],
)
def test_wrong_usage_is_told_in_one_line(home: dict[str, str], words: list[str], told: str) -> None:
    done = run(home, "tools", *words)
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert "Traceback" not in done.stderr
