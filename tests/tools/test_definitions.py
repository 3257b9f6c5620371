"""Tool files: valid shapes, errors in others, and that Python code is only parsed."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.tool_definitions import (
    ToolDefinition,
    tool_faults,
    tools_of,
    with_tools,
    without_tool,
)
from chat_tui.domain.tool_files import definitions_in
from chat_tui.tools.definitions import ToolFolder, read_definitions
from chat_tui.tools.python_functions import functions_in

WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
GREP: Any = {"type": "custom", "custom": {"name": "grep", "description": "Search"}}


def written(folder: Path, value: Any, name: str = "tool.json") -> str:
    file = folder / name
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(file)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (WEATHER, ["get_weather"]),
        (WEATHER["function"], ["get_weather"]),
        ([WEATHER, GREP], ["get_weather", "grep"]),
        ({"tools": [WEATHER]}, ["get_weather"]),
        ({"tool": WEATHER, "command": ["cat"]}, ["get_weather"]),
        ([{"tool": GREP, "command": ["grep", "-n"]}, WEATHER], ["grep", "get_weather"]),
    ],
)
def test_every_shape_of_a_tool_file_gives_its_tools(tmp_path: Path, value: Any, names: list[str]) -> None:
    assert [definition.name for definition in read_definitions(written(tmp_path, value))] == names


def test_a_command_comes_with_its_bounds_and_runs_where_the_file_is(tmp_path: Path) -> None:
    file = written(tmp_path, {"tool": WEATHER, "command": ["python3", "w.py"], "timeout_s": 5})
    (definition,) = read_definitions(file)
    assert definition.command == ("python3", "w.py")
    assert (definition.timeout_s, definition.folder, definition.source) == (5.0, str(tmp_path), file)
    assert definition.tool == WEATHER
    assert (definition.description, definition.schema) == ("Weather of a city", WEATHER["function"]["parameters"])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "tool.json"),
        ("[]", "no tool"),
        ("3", "a tool must be an object"),
        ({"type": "function"}, "function: must be an object"),
        ({"type": "function", "function": {"name": "no spaces"}}, "function.name"),
        ({"type": "function", "function": {"name": ""}}, "function.name"),
        ({"type": "function", "function": {"name": "x" * 65}}, "function.name"),
        ({"name": "t", "parameters": {"type": "strange"}}, "function.parameters: type"),
        ({"name": "t", "parameters": {"type": "array"}}, "function.parameters.type: must be object"),
        ({"tool": WEATHER, "command": "rm -rf /"}, "command: must be a list"),
        ({"tool": WEATHER, "command": []}, "command: must be a list"),
        ({"tool": WEATHER, "command": ["a", 1]}, "command: must be a list"),
        ({"tool": WEATHER, "command": ["a\0b"]}, "NUL"),
        ({"tool": WEATHER, "command": ["a"], "timeout_s": -1}, "timeout_s"),
        ({"tool": WEATHER, "command": ["a"], "timeout_s": 0}, "timeout_s: must be more than 0 and at most 600"),
        ({"tool": WEATHER, "command": ["a"], "timeout_s": 600.5}, "timeout_s: must be more than 0 and at most 600"),
        ({"tool": WEATHER, "command": ["a"], "timeout_s": True}, "timeout_s"),
        ({**WEATHER, "command": ["cat"]}, "command: must be beside the tool"),
        ({**WEATHER["function"], "mcp": ["server"]}, "mcp: must be beside the tool"),
        ({"tool": WEATHER, "comand": ["cat"]}, "comand: is not a member"),
        ({"tool": WEATHER, "command": ["a"], "timeout": 5}, "they are tool, command, mcp, timeout_s"),
        ({"tool": WEATHER, "command": ["a"], "mcp": ["b"]}, "must not be given together"),
        ([WEATHER, WEATHER], "defined twice"),
        ([WEATHER, {"type": "function"}], "[1] function: must be an object"),
    ],
)
def test_what_is_wrong_with_a_tool_file_is_said(tmp_path: Path, value: Any, words: str) -> None:
    with pytest.raises(ProblemError, match="tool file") as caught:
        read_definitions(written(tmp_path, value))
    assert words in caught.value.problem.sentence()


@pytest.mark.parametrize("name", ["missing.json", ".", "bytes.json"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProblemError):
        read_definitions(str(tmp_path / name))


@pytest.mark.parametrize("seconds", [0.5, 1, 600])
def test_a_command_may_take_up_to_ten_minutes(tmp_path: Path, seconds: float) -> None:
    (definition,) = read_definitions(written(tmp_path, {"tool": WEATHER, "command": ["a"], "timeout_s": seconds}))
    assert definition.timeout_s == seconds


def test_a_file_of_four_mebibytes_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "tool.json"
    text = json.dumps(WEATHER)
    file.write_text(text.ljust(4 * 1024 * 1024))
    assert [each.name for each in read_definitions(str(file))] == ["get_weather"]
    file.write_text(text.ljust(4 * 1024 * 1024 + 1))
    with pytest.raises(ProblemError, match="it is larger than 4 MiB"):
        read_definitions(str(file))


def test_a_tool_of_a_service_itself_passes() -> None:
    assert list(tool_faults({"type": "openrouter:web_search"})) == []
    assert definitions_in('{"type":"openrouter:web_search"}', "f")[0].name == ""


def test_the_folder_is_read_again_when_a_file_changes_and_faulty_files_are_told(tmp_path: Path) -> None:
    folder = ToolFolder(tmp_path / "tools")
    assert list(folder.definitions()) == []
    (tmp_path / "tools").mkdir()
    written(tmp_path / "tools", [WEATHER], "a.json")
    written(tmp_path / "tools", [GREP, WEATHER], "b.json")
    written(tmp_path / "tools", "{", "c.json")
    written(tmp_path / "tools", "import os", "d.py")
    assert [definition.name for definition in folder.definitions()] == ["get_weather", "grep"]
    assert folder.definitions()[0].source.endswith("a.json")
    assert len(folder.problems()) == 2
    (tmp_path / "tools" / "a.json").unlink()
    assert [definition.source[-6:] for definition in folder.definitions()] == ["b.json", "b.json"]


def test_python_functions_become_tools() -> None:
    source = textwrap.dedent(
        '''
        import os
        from typing import Annotated, Literal, Optional

        def get_weather(city: str, unit: Literal["c", "f"] = "c", days: int | None = None) -> str:
            """Tell the weather
            of a city.

            days: not a description, since it is outside the arguments

            Args:
                city: Its name,
                    in English.
                unit (str): Of temperature.

            Returns:
                unit: Words.
            """

        async def add(numbers: list[float], *, scale: "float" = 1.0, tags: dict[str, int] = {},
                      note: Optional[str] = None):
            """:param numbers: to add
            :param float scale: factor"""

        def anything(x, y: Annotated[bool, "whether"], z: "os.PathLike", *rest: int, **more: int): ...

        def _private(): ...

        class Other:
            def method(self): ...
        '''
    )
    weather, add, anything = functions_in(source)
    assert weather == {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Tell the weather of a city.\n\ndays: not a description, since it is outside the arguments",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "Its name, in English."},
                    "unit": {"enum": ["c", "f"], "description": "Of temperature.", "default": "c"},
                    "days": {"type": ["integer", "null"], "default": None},
                },
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
    assert add["function"]["parameters"] == {  # type: ignore[index,call-overload]
        "type": "object",
        "properties": {
            "numbers": {"type": "array", "items": {"type": "number"}, "description": "to add"},
            "scale": {"type": "number", "description": "factor", "default": 1.0},
            "tags": {"type": "object", "additionalProperties": {"type": "integer"}},
            "note": {"type": ["string", "null"], "default": None},
        },
        "required": ["numbers"],
        "additionalProperties": False,
    }
    assert anything["function"]["parameters"] == {  # type: ignore[index,call-overload]
        "type": "object",
        "properties": {"x": {}, "y": {"type": "boolean", "description": "whether"}, "z": {}},
        "required": ["x", "y", "z"],
    }
    assert [list(tool_faults(tool)) for tool in (weather, add, anything)] == [[], [], []]


def test_python_code_is_never_run(tmp_path: Path) -> None:
    told = tmp_path / "ran"
    source = f"open({str(told)!r}, 'w')\ndef f(x: open({str(told)!r}, 'w') = open({str(told)!r}, 'w')): ..."
    assert [definition.name for definition in read_definitions(written(tmp_path, source, "t.py"))] == ["f"]
    assert not told.exists()


@pytest.mark.parametrize("source", ["def (", "x = 1", "", "\0", "(" * 10_000])
def test_code_without_a_function_is_told(tmp_path: Path, source: str) -> None:
    with pytest.raises(ProblemError, match="tool file"):
        read_definitions(written(tmp_path, source, "t.py"))


def test_tools_are_put_on_and_taken_off() -> None:
    settings = SessionSettings("openai", "m")
    assert tools_of(settings) == ()
    on = with_tools(settings, [WEATHER, GREP])
    assert tools_of(on) == (WEATHER, GREP)
    other: dict[str, Any] = {"type": "function", "function": {"name": "get_weather"}}
    assert tools_of(with_tools(on, [other])) == (other, GREP)
    assert tools_of(without_tool(on, "grep")) == (WEATHER,)
    assert without_tool(without_tool(on, "grep"), "get_weather").parameters == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["tool", "tools", "type", "function", "name", "parameters", "command", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_json_a_file_holds_it_gives_tools_or_a_reason(value: Any) -> None:
    reason = ""
    found: Sequence[ToolDefinition] = ()
    try:
        found = definitions_in(json.dumps(value), "f")
    except ValueError as error:
        reason = str(error)
    assert bool(found) != bool(reason)
