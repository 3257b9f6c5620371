"""Tools of MCP servers: a server of the protocol's own package is listed and called; broken ones are reported."""

from __future__ import annotations

import ast
import asyncio
import gc
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_definitions import ENVIRONMENT as ALL_THAT_IS_GIVEN
from chat_tui.domain.tool_definitions import Approval, ToolOutcome
from chat_tui.domain.tool_files import definitions_in
from chat_tui.tools.command import CommandRunner
from chat_tui.tools.mcp_server import list_tools
from tests.support.tool_calls import KEY
from tests.support.waiting import until

pytest.importorskip("mcp")

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/")}
SERVER = '''
import os, signal, subprocess
from pathlib import Path
from mcp.server.mcpserver import MCPServer

signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = MCPServer("test")

def tell(pid):
    with Path("PIDS").open("a") as file:
        file.write(f"{pid}\\n")

tell(os.getpid())

@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b

@server.tool()
def fail(words: str) -> str:
    raise ValueError(words)

@server.tool()
def hang() -> str:
    tell(subprocess.Popen(["sleep", "600"], start_new_session=True).pid)
    while True:
        pass

@server.tool()
def flood() -> str:
    return "x" * 1_000_000

@server.tool()
def die() -> str:
    os._exit(3)

@server.tool()
def environment() -> str:
    return str(dict(os.environ))

server.run()
'''


@pytest.fixture
def argv(tmp_path: Path) -> tuple[str, ...]:
    """The command of a server with some tools."""
    file = tmp_path / "server.py"
    file.write_text(SERVER.replace("PIDS", str(tmp_path / "pids")))
    return (sys.executable, str(file))


SCRIPTED = """
import json, os, sys
os.write(1, b"caf\\xe9: a line of a log\\n")
for line in sys.stdin:
    asked = json.loads(line)
    method = asked["method"]
    if method == "initialize":
        server = {"name": "s", "version": "1"}
        version = asked["params"]["protocolVersion"]
        answer = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}
    elif method == "tools/call":
        answer = {"content": [{"type": "text", "text": "good"}]}
    else:
        answer = {"tools": [{"name": "fine", "inputSchema": {"type": "object"}}, {"name": "bare"}]}
    if "id" in asked:
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answer}), flush=True)
    if method == "tools/call":
        break
"""
"""A server that writes a line that is not UTF-8, exits after a call, and lists a tool without a schema."""


async def called(argv: tuple[str, ...], name: str, arguments: str = "{}", timeout_s: float = 30.0) -> ToolOutcome:
    runner = CommandRunner({**ENVIRONMENT, "OPENAI_API_KEY": KEY})
    asked = Approval(
        name=name, call="c", message="m", argv=argv, via="mcp", stdin=arguments, folder="", timeout_s=timeout_s
    )
    return await runner.run(asked)


def running(folder: Path) -> list[int]:
    pids = [int(line) for line in (folder / "pids").read_text().split()]
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def test_the_tools_of_a_server_are_definitions_of_a_file(argv: tuple[str, ...], tmp_path: Path) -> None:
    listed = await list_tools(argv, ENVIRONMENT)
    definitions = definitions_in(json.dumps(listed), "file", str(tmp_path))
    add = next(definition for definition in definitions if definition.name == "add")
    assert (add.via, add.command, add.description) == ("mcp", argv, "Add two numbers.")
    assert add.schema is not None
    assert add.schema["required"] == ["a", "b"]
    await until(lambda: running(tmp_path) == [], what="the end of the server")


async def test_a_tool_is_called_and_the_server_is_gone_afterwards(argv: tuple[str, ...], tmp_path: Path) -> None:
    outcome = await called(argv, "add", '{"a":2,"b":40}')
    assert outcome.ok
    assert (outcome.result().content, outcome.result().origin) == ("42", "mcp")
    await until(lambda: running(tmp_path) == [], what="the end of the server")


async def test_an_error_of_a_tool_is_told(argv: tuple[str, ...]) -> None:
    outcome = await called(argv, "fail", '{"words":"bad luck"}')
    assert outcome.ended == "error"
    assert "Error executing tool fail" in outcome.result().content
    assert "error" in json.loads(outcome.result().content)


async def test_a_server_that_dies_is_told(argv: tuple[str, ...]) -> None:
    outcome = await called(argv, "die")
    assert not outcome.ok
    assert json.loads(outcome.result().content)["error"]


async def test_a_server_that_hangs_is_killed(argv: tuple[str, ...], tmp_path: Path) -> None:
    outcome = await called(argv, "hang", timeout_s=12.0)
    assert outcome.ended == "timeout"
    assert len((tmp_path / "pids").read_text().split()) == 2
    await until(lambda: running(tmp_path) == [], what="the end of the server and of what it started")


async def test_a_result_that_is_too_long_is_an_error(argv: tuple[str, ...]) -> None:
    outcome = await called(argv, "flood")
    assert outcome.ended == "flood"
    assert not outcome.ok


async def test_a_server_gets_four_variables_of_the_environment_and_no_key(argv: tuple[str, ...]) -> None:
    outcome = await called(argv, "environment")
    given = ast.literal_eval(outcome.stdout)
    assert set(given) <= {*ALL_THAT_IS_GIVEN, "LC_CTYPE"}
    assert "PATH" in given


@pytest.mark.parametrize(
    "argv", [("no-such-program-here",), ("true",), ("echo", "no JSON"), (sys.executable, "-c", "import nothing_here")]
)
async def test_what_is_no_server_is_told(argv: tuple[str, ...]) -> None:
    outcome = await called(argv, "add", timeout_s=10.0)
    assert not outcome.ok
    assert outcome.words()
    with pytest.raises(ProblemError, match="did not list its tools"):
        await list_tools(argv, ENVIRONMENT, 10.0)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
async def test_a_server_that_writes_without_end_is_bounded(stream: str) -> None:
    code = f"import sys\nwhile True: sys.{stream}.write('x' * 65536)"
    outcome = await called((sys.executable, "-c", code), "add", timeout_s=8.0 if stream == "stderr" else 60.0)
    assert not outcome.ok
    assert outcome.ended == ("timeout" if stream == "stderr" else "error")
    assert stream == "stderr" or "wrote too much" in outcome.words()


async def test_a_result_counts_although_the_server_exits_after_it_and_wrote_other_bytes_before() -> None:
    outcome = await called((sys.executable, "-c", SCRIPTED), "fine")
    assert (outcome.ended, outcome.stdout) == ("answer", "good")


async def test_a_response_against_the_protocol_is_told_by_its_place() -> None:
    with pytest.raises(ProblemError) as told:
        await list_tools((sys.executable, "-c", SCRIPTED), ENVIRONMENT, 30.0)
    assert told.value.problem.why == ("its response does not follow the protocol: tools.1.inputSchema: Field required")


async def test_a_server_that_answers_nonsense_is_told() -> None:
    code = "import sys\nfor line in sys.stdin: print('{}', '[1', 'null', sep='\\n', flush=True)"
    outcome = await called((sys.executable, "-c", code), "add", timeout_s=10.0)
    assert outcome.ended == "timeout"
    assert "it took longer than 10 s; it wrote 3 lines of non-protocol output" in outcome.words()


@pytest.mark.parametrize(
    ("response", "why"),
    [
        ('{"jsonrpc":"2.0","id":1,"result":' + '{"a":' * 2000 + "1" + "}" * 2001, "recursion limit exceeded"),
        ('{"jsonrpc":"2.0","id":1,"result":{"name":"\\ud800"}}', "unexpected end of hex escape"),
        ('{"jsonrpc":"2.0","id":1,"result":{"tools"', "EOF while parsing"),
    ],
)
async def test_a_response_that_is_no_readable_json_ends_the_call_at_once(response: str, why: str) -> None:
    code = f"import sys\nfor line in sys.stdin: print({response!r}, flush=True)"
    outcome = await called((sys.executable, "-c", code), "add", timeout_s=30.0)
    assert outcome.ended == "error"
    assert "its response cannot be read: Invalid JSON: " in outcome.words()
    assert why in outcome.words()


@pytest.mark.parametrize("before", ["", "sys.stdin.readline()\n"], ids=["at once", "when asked"])
async def test_a_server_that_closes_its_output_but_lives_on_ends_the_call_at_once(before: str) -> None:
    code = f"import os, sys, time\n{before}os.close(1)\ntime.sleep(600)"
    outcome = await called((sys.executable, "-c", code), "add", timeout_s=30.0)
    assert outcome.ended == "error"
    assert "it exited or closed its output without a response" in outcome.words()


@pytest.mark.parametrize("times", [1, 3])
async def test_stopping_a_call_ends_the_server(times: int, argv: tuple[str, ...], tmp_path: Path) -> None:
    calling = asyncio.ensure_future(called(argv, "hang"))
    await until(lambda: (tmp_path / "pids").exists() and len(running(tmp_path)) == 2, what="the server at work")
    for _ in range(times):
        calling.cancel()
        await asyncio.wait({calling}, timeout=0.05)
    await until(calling.done, what="the end of the call")
    with pytest.raises(asyncio.CancelledError):
        await calling
    await until(lambda: running(tmp_path) == [], what="the end of the server")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_quitting_while_a_call_is_stopped_does_not_wait_for_the_server(argv: tuple[str, ...], tmp_path: Path) -> None:
    async def stop_and_quit() -> None:
        calling = asyncio.ensure_future(called(argv, "hang"))
        await until(lambda: (tmp_path / "pids").exists() and len(running(tmp_path)) == 2, what="the server at work")
        calling.cancel()
        await asyncio.wait({calling}, timeout=0.05)

    program = threading.Thread(target=lambda: asyncio.run(stop_and_quit()), daemon=True)
    program.start()
    program.join(30.0)
    assert not program.is_alive()
    asyncio.run(until(lambda: running(tmp_path) == [], what="the end of the server"))
    gc.collect()  # the library, cancelled twice, leaves its pipes to the interpreter
