"""A session written by a newer version is shown, but nothing is sent or written, whatever is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chat_tui.domain.conversation import text_of
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.sweep_text import read_axes
from chat_tui.domain.tools import ToolResult
from chat_tui.engine.editing import leave_out, replace_message
from chat_tui.engine.opening import first_settings, open_workbench
from chat_tui.engine.rerun import Rerun
from chat_tui.engine.rerun_plan import plan_rerun
from chat_tui.engine.sweep_plan import plan_sweep
from chat_tui.engine.sweeping import Sweep
from chat_tui.engine.tool_turns import answer
from chat_tui.engine.undoing import redo, undo
from chat_tui.engine.workbench import Workbench
from chat_tui.wiring import Launch, build
from tests.support.session_files import turn, written


def ignore(*_: object) -> None:
    """A listener that does not look."""


ACTS: dict[str, Callable[[Workbench], Any]] = {
    "send": lambda bench: bench.send("more", ignore),
    "ask again": lambda bench: bench.again(ignore),
    "undo": undo,
    "redo": redo,
    "edit": lambda bench: replace_message(bench, bench.conversation.head or "", {"role": "user", "content": "x"}),
    "leave out": lambda bench: leave_out(bench, bench.conversation.head or ""),
    "answer a call": lambda bench: answer(bench, {"c": ToolResult("x")}),
    "rerun": lambda bench: Rerun(bench, plan_rerun(bench, lambda settings: settings), ignore),
    "sweep": lambda bench: Sweep(bench, plan_sweep(bench, read_axes("seed=1,2"), 1, text="x"), ignore),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_a_newer_session_is_read_only(tmp_path: Path, act: Callable[[Workbench], Any]) -> None:
    path = written(tmp_path, turn(1))
    opening, *rest = path.read_text().splitlines(keepends=True)
    path.write_text(json.dumps({**json.loads(opening), "version": 99}) + "\n" + "".join(rest))
    before = path.read_bytes()
    launch = Launch(environment={}, data_dir=str(tmp_path), base_url="http://127.0.0.1:9/v1")
    services = build(launch).services
    bench = open_workbench(services, str(path), first_settings(services, "custom", "m-1"))
    assert [text_of(node.message) for node in bench.conversation.path()] == ["question 1", "answer 1"]
    bench.select("u1")
    bench.select("x1.0")
    bench.rename("Mine")
    bench.change(bench.settings.set(("seed",), 1))
    with pytest.raises(ProblemError, match="newer version"):
        act(bench)
    await bench.close()
    await services.backend.aclose()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
