"""A tool as the user defines it: what the service is told, and the command that may be run for its calls."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.tools import ToolCall, ToolResult

TIMEOUT_S: Final = 60.0
"""How long a command may take where its definition does not say; no definition may say more than ten times that."""
OUTPUT_LIMIT: Final = 256 * 1024
"""Bytes of a command's output that are read."""
ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "TMPDIR")
"""All that a command gets of the environment."""
Ended: TypeAlias = Literal["exit", "timeout", "stopped", "flood", "missing", "failed", "answer", "error"]
Via: TypeAlias = Literal["command", "mcp"]
"""How a tool is run: by a command that gets the arguments, or by one that is an MCP server and gets a call."""
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
    """One tool of the user's."""

    tool: JsonObject
    """In wire shape: ``{"type": "function", "function": {…}}``."""
    command: tuple[str, ...] = ()
    """Program and arguments; never given to a shell. Empty: it cannot be run."""
    via: Via = "command"
    folder: str = ""
    """Where the command runs; empty: in a fresh folder that is removed afterwards."""
    timeout_s: float = TIMEOUT_S
    source: str = ""
    """The file it is from."""

    @property
    def name(self) -> str:
        """By which it is called."""
        return tool_name(self.tool)

    @property
    def description(self) -> str:
        """What the model is told it does."""
        words = _inner(self.tool).get("description")
        return words if isinstance(words, str) else ""

    @property
    def schema(self) -> JsonObject | None:
        """Of its arguments."""
        schema = _inner(self.tool).get("parameters")
        return schema if isinstance(schema, dict) else None


class Approval(Struct, frozen=True, kw_only=True):
    """Exactly what would be run for a call: whoever approves agrees to this and nothing else."""

    name: str
    call: str
    """The id of the call."""
    message: str
    """The id of the message that makes it."""
    argv: tuple[str, ...]
    via: Via = "command"
    stdin: str
    """What the command gets; for an MCP server the arguments of the call."""
    folder: str
    """Empty: a fresh one."""
    timeout_s: float

    def lines(self) -> Iterator[str]:
        """All of it for a screen; every character is there, those that nobody sees or a terminal obeys as marks."""
        yield f"tool      {_revealed(self.name)}"
        for place, word in enumerate(self.argv):
            yield f"{_RUN[self.via] if place == 0 else '':<10}{_revealed(dump_json(word))}"
        yield f"in        {_revealed(self.folder) or 'a fresh folder, removed afterwards'}"
        yield f"given     {', '.join(ENVIRONMENT)}; no shell, no terminal"
        yield f"bounds    {self.timeout_s:g} s, {OUTPUT_LIMIT // 1024} KiB of output"
        yield f"{_INPUT[self.via]:<9} {len(self.stdin):,} characters:"
        yield from (_revealed(line) for line in self.stdin.split("\n"))


class ToolOutcome(Struct, frozen=True, kw_only=True):
    """What came of running a command."""

    ended: Ended
    """``exit``: by itself; ``flood``: it wrote too much and was killed; ``missing``: there is no such program.

    An MCP server gives an ``answer``, or an ``error`` instead of one.
    """
    via: Via = "command"
    exit_code: int | None = None
    """Negative: the signal that ended it."""
    stdout: str = ""
    stderr: str = ""
    why: str = ""
    """Why it could not be started, or what is wrong with an MCP server."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """It ended by itself with exit code 0, or the server answered."""
        return self.ended == "answer" or (self.ended == "exit" and self.exit_code == 0)

    def words(self) -> str:
        """How it ended, for the user and for the model."""
        who = "The command" if self.via == "command" else "The MCP server"
        if self.why:
            how: dict[Ended, str] = {"timeout": "was ended", "error": "failed"}
            return f"{who} {how.get(self.ended, 'could not be started')}: {self.why}."
        told: dict[Ended, str] = {
            "exit": f"{who} ended with exit code {self.exit_code} after {self.seconds:.1f} s.",
            "timeout": f"{who} took longer than {self.seconds:.0f} s and was killed.",
            "stopped": f"The user stopped it after {self.seconds:.1f} s.",
            "flood": f"{who} wrote more than {OUTPUT_LIMIT // 1024} KiB and was killed.",
            "answer": f"{who} answered after {self.seconds:.1f} s.",
            "error": f"{who} answered with an error.",
        }
        return told.get(self.ended, f"{who} could not be started.")

    def result(self) -> ToolResult:
        """What the model is told: the output, or that and how it failed."""
        if self.ok:
            return ToolResult(self.stdout, self.via)
        told: JsonObject = {"error": self.words()}
        if self.stdout:
            told["stdout"] = self.stdout
        if self.stderr:
            told["stderr"] = self.stderr
        return ToolResult(dump_json(told), self.via)


def approval_for(call: ToolCall, definition: ToolDefinition) -> Approval:
    """What running a call would be; whether it may be run is another question."""
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
    """The name of a tool in wire shape; empty where it has none."""
    name = _inner(tool).get("name")
    return name if isinstance(name, str) else ""


def tools_of(settings: SessionSettings) -> tuple[JsonObject, ...]:
    """The tools that go with the next request."""
    tools = settings.parameters.get(_TOOLS[0])
    return tuple(tool for tool in tools if isinstance(tool, dict)) if isinstance(tools, list) else ()


def with_tools(settings: SessionSettings, tools: Sequence[JsonObject]) -> SessionSettings:
    """Settings with more tools; one of a name that is there already is replaced."""
    added = {tool_name(tool): tool for tool in tools}
    kept = [added.pop(name) if (name := tool_name(tool)) in added else tool for tool in tools_of(settings)]
    return settings.set(_TOOLS, [*kept, *added.values()]) if kept or added else settings


def without_tool(settings: SessionSettings, name: str) -> SessionSettings:
    """Settings without the tool of a name; without any left, nothing is sent of tools at all."""
    kept: list[Json] = [tool for tool in tools_of(settings) if tool_name(tool) != name]
    return settings.set(_TOOLS, kept) if kept else settings.unset(_TOOLS)


def declared_names(settings: SessionSettings) -> frozenset[str]:
    """The names of all tools that go with the next request, retired functions among them."""
    retired = settings.parameters.get("functions")
    functions = [each.get("name") for each in retired if isinstance(each, dict)] if isinstance(retired, list) else []
    names = [tool_name(tool) for tool in tools_of(settings)]
    return frozenset(name for name in [*names, *functions] if isinstance(name, str) and name)


def without_forced_call(settings: SessionSettings) -> tuple[SessionSettings, str]:
    """Settings that leave it to the model whether it calls a tool again, and the name of what was unset for that.

    A choice that forces a call forces one after every answer, too. The name is empty where nothing is forced.
    """
    for name in ("tool_choice", "function_call"):
        choice = settings.parameters.get(name)
        allowing = isinstance(choice, dict) and choice.get("type") == "allowed_tools"
        if choice == "required" or (isinstance(choice, dict) and not allowing):
            return settings.unset((name,)), name
    return settings, ""


def tool_faults(tool: Json) -> Iterator[str]:
    """Why a tool would be refused by the services; those of their own making (other types) pass."""
    if not isinstance(tool, dict):
        yield "a tool is an object"
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
    """One line in which also what has no width of its own is a mark: soft hyphens, joiners, fillers, selectors."""
    shown = visible_line(text)
    return shown if shown.isascii() else "".join(map(_seen, shown))


def _seen(character: str) -> str:
    hidden = unicodedata.category(character) in _HIDDEN or _FILLERS.match(character)
    return f"\u27e8U+{ord(character):04X}\u27e9" if hidden else character


def _inner(tool: Mapping[str, Json]) -> Mapping[str, Json]:
    kind = tool.get("type")
    inner = tool.get(kind) if isinstance(kind, str) else None
    return inner if isinstance(inner, dict) else {}
