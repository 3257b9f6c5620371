"""Parse files of tool definitions: tools, with the commands that run them."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.tool_definitions import TIMEOUT_S, ToolDefinition, Via, tool_faults

_BESIDE: Final = ("tool", "command", "mcp", "timeout_s")
"""Members of an entry that holds a tool and how it is run."""
_RUN: Final = _BESIDE[1:]


def definitions_in(text: str, source: str, folder: str = "") -> tuple[ToolDefinition, ...]:
    """Parse the definitions in a JSON file.

    Accepted are a tool, a bare function (name and parameters), ``{"tool": …, "command": […], "timeout_s": …}``, the
    same with ``"mcp"`` for the command of an MCP server, a list of these, or an object with such a list as ``tools``.

    Args:
        text: Content of the file.
        source: Name of the file.
        folder: Working directory of its commands.

    Raises:
        ValueError: The first fault, with its path.
    """
    value = parse_json(text)
    entries = value.get("tools", value) if isinstance(value, dict) else value
    listed = entries if isinstance(entries, list) else [entries]
    if not listed:
        raise ValueError("it contains no tools")
    found = []
    for place, entry in enumerate(listed):
        where = f"[{place}] " if isinstance(entries, list) else ""
        try:
            found.append(_definition(entry, source, folder))
        except ValueError as error:
            raise ValueError(f"{where}{error}") from None
    names = [definition.name for definition in found]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise ValueError(f"the tool {twice} is defined twice")
    return tuple(found)


def _definition(entry: Json, source: str, folder: str) -> ToolDefinition:
    tool = entry.get("tool", entry) if isinstance(entry, dict) else entry
    if isinstance(tool, dict) and "type" not in tool and "name" in tool:
        tool = {"type": "function", "function": tool}
    for fault in tool_faults(tool):
        raise ValueError(fault)
    beside = _beside(entry) if isinstance(entry, dict) else {}
    via: Via = "mcp" if "mcp" in beside else "command"
    command, timeout_s = beside.get(via), beside.get("timeout_s")
    return ToolDefinition(
        tool=tool if isinstance(tool, dict) else {},
        command=_command(command, via),
        via=via,
        folder=folder if command is not None else "",
        timeout_s=_timeout(timeout_s),
        source=source,
    )


def _beside(entry: JsonObject) -> JsonObject:
    """Return what stands beside a tool; a member that would be sent to the service, or ignored, is a fault."""
    if "tool" not in entry:
        known = entry.get("type") in ("function", "custom", None)
        if known and (name := next((name for name in _RUN if name in entry), "")):
            raise ValueError(f'{name}: must be beside the tool: {{"tool": {{…}}, "{name}": …}}')
        return {}
    if unknown := next((name for name in entry if name not in _BESIDE), ""):
        raise ValueError(f"{unknown[:40]}: is not a member of a tool's entry; they are {', '.join(_BESIDE)}")
    if entry.get("command") is not None and entry.get("mcp") is not None:
        raise ValueError("command: must not be given together with mcp")
    return entry


def _command(command: Json, via: Via) -> tuple[str, ...]:
    if command is None:
        return ()
    words = [word for word in command if isinstance(word, str)] if isinstance(command, list) else []
    if not words or not isinstance(command, list) or len(words) < len(command) or not words[0]:
        raise ValueError(f'{via}: must be a list of strings, the program first: ["python3", "weather.py"]')
    if any("\0" in word for word in words):
        raise ValueError(f"{via}: contains a NUL character")
    return tuple(words)


def _timeout(seconds: Json) -> float:
    if seconds is None:
        return TIMEOUT_S
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 10 * TIMEOUT_S:
        raise ValueError(f"timeout_s: must be more than 0 and at most {10 * TIMEOUT_S:g}")
    return float(seconds)
