"""Tool definitions: the declaration sent to the service, and the command that may be run for its calls."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from signal import Signals
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.counts import counted
from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.tools import ToolCall, ToolResult

TIMEOUT_S: Final = 60.0
"""Default time limit of a command in seconds; a definition may set at most ten times that."""
OUTPUT_LIMIT: Final = 256 * 1024
"""Maximum number of bytes read from a command's output."""
ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "TMPDIR")
"""The only environment variables passed to a command."""
Ended: TypeAlias = Literal["exit", "timeout", "stopped", "flood", "missing", "failed", "answer", "error"]
Via: TypeAlias = Literal["command", "mcp"]
"""How a tool is run: by a command that receives the arguments, or by an MCP server that receives a call."""
_KINDS: Final = ("function", "custom")
_TOOLS: Final = ("tools",)
_NAME: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_NAME_LIMIT: Final = 64
_RUN: Final[Mapping[Via, str]] = {"command": "run", "mcp": "server"}
_INPUT: Final[Mapping[Via, str]] = {"command": "stdin", "mcp": "arguments"}
_HIDDEN: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_FILLERS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


class ToolDefinition(Struct, frozen=True, kw_only=True):
    """One tool defined by the user."""

    tool: JsonObject
    """In wire format: ``{"type": "function", "function": {…}}``."""
    command: tuple[str, ...] = ()
    """Program and arguments; never passed to a shell. Empty: it cannot be run."""
    via: Via = "command"
    folder: str = ""
    """Working directory of the command; empty: a temporary one that is removed afterwards."""
    timeout_s: float = TIMEOUT_S
    source: str = ""
    """The file it was read from."""

    @property
    def name(self) -> str:
        """Name of the tool."""
        return tool_name(self.tool)

    @property
    def description(self) -> str:
        """The description sent to the model."""
        words = _inner(self.tool).get("description")
        return words if isinstance(words, str) else ""

    @property
    def schema(self) -> JsonObject | None:
        """JSON Schema of the arguments."""
        schema = _inner(self.tool).get("parameters")
        return schema if isinstance(schema, dict) else None


class Approval(Struct, frozen=True, kw_only=True):
    """Exactly what would be run for a call: approving it permits this and nothing else."""

    name: str
    call: str
    """Id of the call."""
    message: str
    """Id of the message that contains the call."""
    argv: tuple[str, ...]
    via: Via = "command"
    stdin: str
    """Standard input of the command; for an MCP server, the arguments of the call."""
    folder: str
    """Working directory; empty: a temporary one."""
    timeout_s: float

    def lines(self) -> Iterator[str]:
        """Yield display lines with every detail; invisible and control characters are replaced with visible marks."""
        yield f"tool      {_revealed(self.name)}"
        for place, word in enumerate(self.argv):
            yield f"{_RUN[self.via] if place == 0 else '':<10}{_revealed(dump_json(word))}"
        yield f"in        {_revealed(self.folder) or 'a temporary folder, deleted afterwards'}"
        yield f"env       {', '.join(ENVIRONMENT)}; no shell, no terminal"
        yield f"limits    {self.timeout_s:g} s, {OUTPUT_LIMIT // 1024} KiB of output"
        yield f"{_INPUT[self.via]:<9} {counted(len(self.stdin), 'character')}:"
        yield from (_revealed(line) for line in self.stdin.split("\n"))


class ToolOutcome(Struct, frozen=True, kw_only=True):
    """The result of running a command."""

    ended: Ended
    """``exit``: it exited by itself; ``flood``: killed for too much output; ``missing``: the program does not exist.

    An MCP server returns an ``answer`` or an ``error``.
    """
    via: Via = "command"
    exit_code: int | None = None
    """Negative: the signal that killed it."""
    stdout: str = ""
    stderr: str = ""
    why: str = ""
    """Why it could not be started, or what failed in an MCP server."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it exited with code 0, or the server answered."""
        return self.ended == "answer" or (self.ended == "exit" and self.exit_code == 0)

    def words(self) -> str:
        """Describe how it ended, for the user and for the model."""
        who = "The command" if self.via == "command" else "The MCP server"
        if self.why:
            how: dict[Ended, str] = {"timeout": "was stopped", "error": "failed"}
            return f"{who} {how.get(self.ended, 'could not be started')}: {self.why}."
        told: dict[Ended, str] = {
            "exit": f"{who} {_exit_words(self.exit_code or 0)} after {self.seconds:.1f} s.",
            "timeout": f"{who} took longer than {self.seconds:.0f} s and was killed.",
            "stopped": f"The user stopped it after {self.seconds:.1f} s.",
            "flood": f"{who} wrote more than {OUTPUT_LIMIT // 1024} KiB and was killed.",
            "answer": f"{who} answered after {self.seconds:.1f} s.",
            "error": f"{who} answered with an error.",
        }
        return told.get(self.ended, f"{who} could not be started.")

    def result(self) -> ToolResult:
        """Return what is sent to the model: the output, or a description of the failure."""
        if self.ok:
            return ToolResult(self.stdout, self.via)
        told: JsonObject = {"error": self.words()}
        if self.stdout:
            told["stdout"] = self.stdout
        if self.stderr:
            told["stderr"] = self.stderr
        return ToolResult(dump_json(told), self.via)


def _exit_words(code: int) -> str:
    """Describe an exit code; a negative one is the signal that ended the process."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = f" ({Signals(-code).name})"
    except ValueError:
        name = ""
    return f"was ended by signal {-code}{name}"


def approval_for(call: ToolCall, definition: ToolDefinition) -> Approval:
    """Return what running a call would execute; whether it may be run is checked elsewhere."""
    return Approval(
        name=call.name,
        call=call.id,
        message=call.message,
        argv=definition.command,
        via=definition.via,
        stdin=call.arguments if call.kind == "custom" else dump_json(call.judged.value),
        folder=definition.folder,
        timeout_s=definition.timeout_s,
    )


def tool_name(tool: Mapping[str, Json]) -> str:
    """Return the name of a tool in wire format; empty if it has none."""
    name = _inner(tool).get("name")
    return name if isinstance(name, str) else ""


def tools_of(settings: SessionSettings) -> tuple[JsonObject, ...]:
    """Return the tools that are sent with the next request."""
    tools = settings.parameters.get(_TOOLS[0])
    return tuple(tool for tool in tools if isinstance(tool, dict)) if isinstance(tools, list) else ()


def with_tools(settings: SessionSettings, tools: Sequence[JsonObject]) -> SessionSettings:
    """Return settings with more tools; an existing tool of the same name is replaced."""
    added = {tool_name(tool): tool for tool in tools}
    kept = [added.pop(name) if (name := tool_name(tool)) in added else tool for tool in tools_of(settings)]
    return settings.set(_TOOLS, [*kept, *added.values()]) if kept or added else settings


def without_tool(settings: SessionSettings, name: str) -> SessionSettings:
    """Return settings without the named tool; if none is left, the parameter is unset."""
    kept: list[Json] = [tool for tool in tools_of(settings) if tool_name(tool) != name]
    return settings.set(_TOOLS, kept) if kept else settings.unset(_TOOLS)


def declared_names(settings: SessionSettings) -> frozenset[str]:
    """Return the names of all tools sent with the next request, including the deprecated functions."""
    retired = settings.parameters.get("functions")
    functions = [each.get("name") for each in retired if isinstance(each, dict)] if isinstance(retired, list) else []
    names = [tool_name(tool) for tool in tools_of(settings)]
    return frozenset(name for name in [*names, *functions] if isinstance(name, str) and name)


def without_forced_call(settings: SessionSettings) -> tuple[SessionSettings, str]:
    """Unset a choice that forces a tool call, so that the model may decide; also returns the name of what was unset.

    Otherwise every answer of a tool would be followed by another forced call. The name is empty if nothing is forced.
    """
    for name in ("tool_choice", "function_call"):
        if _forces(settings.parameters.get(name)):
            return settings.unset((name,)), name
    return settings, ""


def _forces(choice: Json) -> bool:
    if isinstance(choice, dict) and choice.get("type") == "allowed_tools":
        allowed = choice.get("allowed_tools")
        choice = allowed.get("mode") if isinstance(allowed, dict) else None
    return choice == "required" or isinstance(choice, dict)


def tool_faults(tool: Json) -> Iterator[str]:
    """Yield the reasons why services would reject a tool; tools of service-specific types are not checked."""
    if not isinstance(tool, dict):
        yield "a tool must be an object"
        return
    kind = tool.get("type")
    if kind not in _KINDS:
        if not isinstance(kind, str):
            yield "type: must be function or custom"
        return
    inner = tool.get(kind)
    if not isinstance(inner, dict):
        yield f"{kind}: must be an object"
        return
    name = inner.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= _NAME_LIMIT or any(each not in _NAME for each in name):
        yield f"{kind}.name: must be 1 to {_NAME_LIMIT} letters, digits, _ or -"
    if kind == "function" and "parameters" in inner:
        schema = inner["parameters"]
        yield from (f"function.parameters: {fault}" for fault in schema_faults(schema))
        if isinstance(schema, dict) and schema.get("type", "object") != "object":
            yield "function.parameters.type: must be object"


def _revealed(text: str) -> str:
    """Return one line with visible marks also for zero-width characters: soft hyphens, joiners, fillers, selectors."""
    shown = visible_line(text)
    return shown if shown.isascii() else "".join(map(_seen, shown))


def _seen(character: str) -> str:
    hidden = unicodedata.category(character) in _HIDDEN or _FILLERS.match(character)
    return f"\u27e8U+{ord(character):04X}\u27e9" if hidden else character


def _inner(tool: Mapping[str, Json]) -> Mapping[str, Json]:
    kind = tool.get("type")
    inner = tool.get(kind) if isinstance(kind, str) else None
    return inner if isinstance(inner, dict) else {}
