"""Killing the program also kills its tools' commands and their child processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import alive
from tests.support.waiting import until

PROGRAM = """
import asyncio, os, sys
from chat_tui.domain.tool_definitions import Approval
from chat_tui.tools.command import CommandRunner
asked = Approval(name="t", call="c", message="m", argv=("sh", sys.argv[1]), via=sys.argv[2], stdin="{}", folder="",
                 timeout_s=60.0)
asyncio.run(CommandRunner({"PATH": os.environ["PATH"]}).run(asked))
"""
COMMAND = """
trap '' TERM INT HUP
sleep 600 &
setsid sh -c 'echo $$ > PIDS.far; exec sleep 600' &
while [ ! -s PIDS.far ]; do sleep 0.05; done
echo $$ $! $(cat PIDS.far) > PIDS.part
mv PIDS.part PIDS
sleep 600
sleep 600
"""


def started(script: Path, via: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(script), via], cwd=Path(__file__).parents[2])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
@pytest.mark.parametrize("via", ["command", "mcp"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_nothing_of_a_command_outlives_a_program_that_is(number: int, via: str, tmp_path: Path) -> None:
    if via == "mcp":
        pytest.importorskip("mcp")
    script, told = tmp_path / "tool.sh", tmp_path / "pids"
    script.write_text(COMMAND.replace("PIDS", str(told)))
    program = started(script, via)
    try:
        await until(told.exists, what="the command at work")
        pids = [int(word) for word in told.read_text().split()]
        assert all(alive(pid) for pid in pids)
        os.kill(program.pid, number)
        await until(lambda: not any(alive(pid) for pid in pids), what="the end of all of it")
    finally:
        program.kill()
        program.wait()
