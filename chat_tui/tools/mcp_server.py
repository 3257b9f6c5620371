"""Lists and calls the tools of an MCP server, which runs for one request only. Requires the extra ``mcp``."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final, TextIO, TypeVar, cast

from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_definitions import OUTPUT_LIMIT, TIMEOUT_S, Approval, Ended, ToolOutcome
from chat_tui.tools.guarding import GIVEN_UP, guarded, program_file

if TYPE_CHECKING:
    from anyio import CancelScope
    from mcp import ClientSession

MISSING: Final = 'the extra "mcp" is not installed: pip install "chat-tui[mcp]"'
_PAGES: Final = 100
_TRAFFIC_LIMIT: Final = 16 * 1024 * 1024
"""Maximum number of bytes a server may write during its lifetime."""
_WORDS_LIMIT: Final = 2000
"""Maximum length of a failing server's standard error in a message, in bytes."""
ResultT = TypeVar("ResultT")


class ServerFaultError(Exception):
    """Why a request to a server failed, as a clause; ``ended`` is the corresponding outcome of a call."""

    def __init__(self, ended: Ended, why: str) -> None:
        super().__init__(why)
        self.ended: Ended = ended


async def list_tools(argv: Sequence[str], environment: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> list[Json]:
    """Return a server's tools as definition entries, each with the server's command.

    Raises:
        ProblemError: The server did not start or did not answer, or the extra is missing.
    """

    async def ask(session: ClientSession) -> list[Json]:
        found: list[Json] = []
        cursor: str | None = None
        for _ in range(_PAGES):
            page = _plain(await session.list_tools() if cursor is None else await _next_page(session, cursor))
            tools, cursor = page.get("tools"), _text(page.get("nextCursor"))
            found += (
                [_definition(tool, argv) for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
            )
            if cursor is None:
                break
        return found

    try:
        return await _asked(argv, None, environment, timeout_s, ask)
    except ServerFaultError as error:
        what = f"The MCP server {argv[0]} did not list its tools"
        raise ProblemError(Problem(kind="tool", what=what, why=str(error))) from None


async def call_tool(approval: Approval, environment: Mapping[str, str], folder: str) -> ToolOutcome:
    """Start the approved server, call the tool once, and stop the server."""
    started_s = time.monotonic()

    async def ask(session: ClientSession) -> ToolOutcome:
        arguments = parse_json(approval.stdin)
        result = _plain(await _result_of(session, approval.name, arguments if isinstance(arguments, dict) else {}))
        text = _result_text(result)
        over = len(text.encode("utf-8", "replace")) > OUTPUT_LIMIT
        ended: Ended = "flood" if over else "error" if result.get("isError") is True else "answer"
        return ToolOutcome(ended=ended, stdout=text[: OUTPUT_LIMIT // 4] if over else text)

    try:
        outcome = await _asked(approval.argv, folder, environment, approval.timeout_s, ask)
    except ServerFaultError as error:
        outcome = ToolOutcome(ended=error.ended, why=str(error))
    from msgspec.structs import replace

    return replace(outcome, via="mcp", seconds=time.monotonic() - started_s)


async def _asked(
    argv: Sequence[str],
    folder: str | None,
    environment: Mapping[str, str],
    timeout_s: float,
    ask: Callable[[ClientSession], Awaitable[ResultT]],
) -> ResultT:
    """Start a server, return the result of ``ask``, and stop the server.

    Cancelled, it first has the guard kill the server: the library waits for the server's end, and if it is cancelled a
    second time, which happens when the program quits, it waits for as long as the server likes.
    """
    with tempfile.TemporaryFile() as told:
        asking = asyncio.ensure_future(_asked_until_end(argv, folder, environment, timeout_s, ask, told=told))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            os.fchmod(told.fileno(), GIVEN_UP)
            asking.cancel()
            while not asking.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({asking})
            if not asking.cancelled():
                asking.exception()  # nobody else asks for it
            raise


async def _asked_until_end(
    argv: Sequence[str],
    folder: str | None,
    environment: Mapping[str, str],
    timeout_s: float,
    ask: Callable[[ClientSession], Awaitable[ResultT]],
    *,
    told: IO[bytes],
) -> ResultT:
    try:
        import anyio
        from mcp import ClientSession, StdioServerParameters, stdio_client
    except ImportError:
        raise ServerFaultError("failed", MISSING) from None
    _silence()
    program = program_file(argv[0], folder or ".", environment.get("PATH"))
    if program is None:
        raise ServerFaultError("missing", f"program {argv[0]!r} not found")
    found: list[ResultT] = []
    strays = _Strays(anyio.CancelScope())
    command, *words = guarded(program, argv, limit=_TRAFFIC_LIMIT)
    server = StdioServerParameters(
        command=command, args=words, env=dict(environment), cwd=folder, encoding_error_handler="replace"
    )
    errors = cast("TextIO", told)  # only its descriptor is used
    try:
        with anyio.fail_after(timeout_s):
            async with (
                stdio_client(server, errlog=errors) as streams,
                ClientSession(*streams, message_handler=strays.take) as session,
            ):
                with strays.until_unreadable:
                    await session.initialize()
                    found.append(await ask(session))
    except TimeoutError:
        if not found:
            raise ServerFaultError("timeout", f"it took longer than {timeout_s:g} s{strays.words()}") from None
    except Exception as error:  # noqa: BLE001 - foreign library and foreign program: any exception is possible
        if not found:
            raise _fault(error, told) from None
    if not found:
        raise ServerFaultError("error", strays.unreadable)
    return found[0]


class _Strays:
    """Counts lines from a server that are not protocol messages; some servers log there, so they are tolerated.

    Args:
        until_unreadable: Cancelled by a message that cannot be parsed: it may be the response that is waited for.
    """

    def __init__(self, until_unreadable: CancelScope) -> None:
        self.until_unreadable = until_unreadable
        self.unreadable = ""
        """Why a message cannot be parsed, as a clause."""
        self._count = 0

    async def take(self, message: Any) -> None:
        """Count one line."""
        self._count += isinstance(message, Exception)
        if isinstance(message, Exception) and (fault := _unparsed_in(message)):
            self.unreadable = f"its response cannot be read: {fault}"
            self.until_unreadable.cancel()

    def words(self) -> str:
        """Return the end of a sentence about the count."""
        lines = "a line" if self._count == 1 else f"{self._count} lines"
        return f"; it wrote {lines} of non-protocol output" if self._count else ""


def _fault(error: BaseException, told: IO[bytes]) -> ServerFaultError:
    """Return the first cause in an exception group, with the end of the server's standard error."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    words = " ".join((_invalid_in(error) or f"{type(error).__name__} {error}").split())[:_WORDS_LIMIT]
    if "Connection closed" in words:
        words = "it exited or closed its output without a response"
    size = told.seek(0, os.SEEK_END)
    told.seek(max(0, size - _WORDS_LIMIT))
    said = " ".join(told.read().decode("utf-8", "replace").split())
    return ServerFaultError("error", f"{words}; the server wrote: {said}" if said else words)


def _invalid_in(error: BaseException) -> str:
    """Return what a response lacks that does not follow the protocol; empty for any other error."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return ""
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in fault["loc"])
    return f"its response does not follow the protocol: {place}: {fault['msg']}"


def _unparsed_in(error: Exception) -> str:
    """Return why a line that is meant as a protocol message is no valid JSON; empty for any other error."""
    from pydantic import ValidationError

    fault = error.errors(include_url=False)[0] if isinstance(error, ValidationError) else None
    meant = fault and fault["type"] == "json_invalid" and '"jsonrpc"' in str(fault["input"])
    return fault["msg"] if fault and meant else ""


async def _result_of(session: ClientSession, name: str, arguments: JsonObject) -> Any:
    """Call a tool. The library's own call lists the tools afterwards, and loses the result if that fails."""
    from mcp.types import CallToolRequest, CallToolRequestParams, CallToolResult

    params = CallToolRequestParams(name=name, arguments=arguments)
    return await session.send_request(CallToolRequest(params=params), CallToolResult)


async def _next_page(session: ClientSession, cursor: str) -> Any:
    from mcp.types import PaginatedRequestParams

    return await session.list_tools(params=PaginatedRequestParams(cursor=cursor))


def _plain(model: Any) -> JsonObject:
    """Convert a model of the library to JSON, with the protocol's names."""
    value = model.model_dump(by_alias=True, mode="json", exclude_none=True)
    return value if isinstance(value, dict) else {}


def _definition(tool: JsonObject, argv: Sequence[str]) -> Json:
    function: JsonObject = {"name": tool.get("name")}
    if description := _text(tool.get("description")):
        function["description"] = description
    function["parameters"] = tool.get("inputSchema") or {"type": "object"}
    return {"tool": {"type": "function", "function": function}, "mcp": [*argv]}


def _result_text(result: JsonObject) -> str:
    """Return the texts of a result; other content as JSON."""
    content = result.get("content")
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [text if (text := _text(part.get("text"))) is not None else dump_json(part) for part in parts]
    if not texts and "structuredContent" in result:
        return dump_json(result["structuredContent"])
    return "\n".join(texts)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _silence() -> None:
    """Silence the library's log, which would write to the screen; we report the errors ourselves."""
    log = logging.getLogger("mcp")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
        log.propagate = False
