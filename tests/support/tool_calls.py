"""Scripted replies with tool calls, complete or malformed, and a tool to declare."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from chat_tui.domain.tool_definitions import ToolDefinition
from chat_tui.engine.opening import first_settings, new_workbench
from chat_tui.engine.tool_runs import ToolRuns
from chat_tui.engine.workbench import Workbench
from chat_tui.wiring import Launch, build
from tests.support.server import Answer, ScriptedServer, chunk, events, sse

KEY = "sk-canary-0123456789abcdef"

WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


def call(
    name: str = "get_weather", arguments: Any = '{"city":"Paris"}', call_id: str | None = "call_a", index: int = 0
) -> dict[str, Any]:
    """Return a fragment that contains a complete call."""
    fragment = {"index": index, "type": "function", "function": {"name": name, "arguments": arguments}}
    return fragment if call_id is None else fragment | {"id": call_id}


def calling(*calls: Mapping[str, Any], finish: str | None = "tool_calls", done: bool = True) -> Answer:
    """Return a stream of calls, one per chunk."""
    chunks = [delta({"tool_calls": [dict(each)]}) for each in calls]
    if finish is not None:
        chunks.append(chunk(finish=finish))
    return events(*sse(*chunks, done=done))


def delta(members: Mapping[str, Any]) -> str:
    """Return a chunk whose first choice's delta has these members."""
    return chunk(choices=[{"index": 0, "delta": dict(members), "finish_reason": None}])


def logging_command(log: str, output: str = "sunny") -> list[str]:
    """Return an argv that appends its standard input to a file as a line and prints ``output``."""
    code = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n'); print(sys.argv[2], end='')"
    return [sys.executable, "-c", code, log, output]


def tool_file(tool: Any, command: list[str] | None = None) -> str:
    """Return the text of a definition file."""
    return json.dumps(tool if command is None else {"tool": tool, "command": command})


@asynccontextmanager
async def session(folder: Path, server: ScriptedServer, **members: Any) -> AsyncIterator[Workbench]:
    """Return a new session with the service, a declared tool, and further ``members`` of the body."""
    config = folder / "config.toml"
    config.write_text('validation = "off"\n[network]\nretries = 0\n')
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "CANARY_KEY": KEY}
    launch = Launch(
        environment=environment,
        config_file=str(config),
        data_dir=str(folder),
        base_url=server.base_url,
        api_key_env="CANARY_KEY",
    )
    services = build(launch).services
    settings = first_settings(services, "custom", "m-1")
    for name, value in ({"tools": [WEATHER]} | members).items():
        settings = settings.set((name,), value)
    bench = new_workbench(services, settings)
    try:
        yield bench
    finally:
        await bench.close()
        await services.backend.aclose()


async def said(bench: Workbench, text: str = "Weather?") -> None:
    """Run one complete turn."""
    await bench.send(text, lambda _exchange, _step: None).wait()


def runs_of(bench: Workbench, log: Path, tool: Any = WEATHER) -> ToolRuns:
    """Return tool runs with a command that records its input in a file."""
    runs = ToolRuns(bench)
    runs.add([ToolDefinition(tool=tool, command=tuple(logging_command(str(log))), source="test")])
    return runs
