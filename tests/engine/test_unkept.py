"""Where nothing is kept, what would have to be kept is refused with a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chat_tui.domain.preset import Preset
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_definitions import Approval
from chat_tui.engine.unkept import NoImports, NoLibrary, NoPresets, NoToolLibrary, NoToolRunner

APPROVAL = Approval(name="rain", call="c", message="m", argv=("cat",), stdin="{}", folder="", timeout_s=1)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda: NoPresets().load("x"), id="load a preset"),
        pytest.param(lambda: NoPresets().save(Preset(name="x")), id="save a preset"),
        pytest.param(lambda: NoPresets().delete("x"), id="delete a preset"),
        pytest.param(lambda: NoLibrary().rename("x", "y"), id="rename a session"),
        pytest.param(lambda: NoLibrary().label("x"), id="label a session"),
        pytest.param(lambda: NoLibrary().delete("x"), id="delete a session"),
        pytest.param(lambda: NoLibrary().restore("x"), id="restore a session"),
        pytest.param(lambda: NoLibrary().duplicate("x"), id="duplicate a session"),
        pytest.param(lambda: NoImports().keep([]), id="import a session"),
        pytest.param(lambda: NoImports().tables("x", []), id="read a database"),
        pytest.param(lambda: NoToolLibrary().read("x"), id="read tools"),
    ],
)
def test_what_cannot_be_kept_or_read_is_a_problem(act: Callable[[], Any]) -> None:
    with pytest.raises(ProblemError):
        act()


async def test_no_command_is_run_and_no_server_started() -> None:
    with pytest.raises(ProblemError, match="rain"):
        await NoToolRunner().run(APPROVAL)
    with pytest.raises(ProblemError, match="server-a"):
        await NoToolRunner().served_by(["server-a", "--port"])
