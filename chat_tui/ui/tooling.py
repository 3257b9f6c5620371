"""The tools of a session: switched on and off in a list, added from definition files or MCP servers."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_definitions import ToolDefinition, tool_name, tools_of, with_tools, without_tool
from chat_tui.engine.tool_servers import server_words, tools_of_server
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from textual.worker import Worker

    from chat_tui.domain.json_values import JsonObject
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.tool_list import ToolLine, Wish

_SERVER: Final = "mcp"
_MOST_NAMED: Final = 8


class Tooling:
    """Changes which tools the next request offers; no tool is run here."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._known: dict[str, ToolDefinition] = {}
        self._server = ""
        """The MCP server command typed last."""
        self.added: tuple[ToolDefinition, ...] = ()
        """Definitions from files and servers that the user named in this run of the program."""
        self._seen: dict[str, JsonObject] = {}
        self._asking: Worker[None] | None = None
        """The work that lists an MCP server's tools."""

    def stop(self) -> bool:
        """Stop listing an MCP server's tools, which ends the server; return whether one was being listed."""
        asking, self._asking = self._asking, None
        if asking is None or asking.is_finished:
            return False
        asking.cancel()
        self._screen.tell("Stopped the MCP server; its tools are not listed.")
        return True

    def command(self, argument: str) -> bool:
        """Carry out ``/tool`` (list), ``/tool FILE`` (add its tools) or ``/tool mcp COMMAND`` (list a server's).

        Returns:
            Whether it was carried out; a file is still being read.
        """
        first, _, rest = argument.partition(" ")
        if first == _SERVER:
            self.serve(rest) if rest.strip() else self._ask_for_server()
        elif argument:
            start_worker(self._screen, partial(self._add, argument, self._screen.composer.whole_text), group="tools")
            return False
        else:
            self.open()
        return True

    def open(self) -> None:
        """List the tools of the user's library and of the session."""
        start_worker(self._screen, self._open, group="tools")

    async def _open(self, at: str = "") -> None:
        from chat_tui.ui.screens.tool_list import ToolList

        library = self._screen.services.tools
        found = await asyncio.to_thread(library.definitions)
        for problem in library.problems():
            self._screen.tell_problem(problem)
        for definition in found:
            self._known.setdefault(definition.name, definition)
        self._screen.app.push_screen(ToolList(self._lines, self._turn, at=at), self._listed)

    def _listed(self, wish: Wish) -> None:
        if wish == "server":
            self._ask_for_server()

    def _ask_for_server(self) -> None:
        question = "Command of an MCP server to start, to list its tools:"
        self._screen.windows.ask(question, self._server, self.serve)

    def serve(self, line: str | None) -> None:
        """Start an MCP server with the given command line and list its tools; None means cancelled."""
        if line is None:
            return
        try:
            words = server_words(line)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return
        self._server = line
        self._screen.tell(f"Starting {words[0]} to list its tools; esc stops it …")
        self._asking = start_worker(self._screen, partial(self._serve, words), group="mcp", exclusive=True)

    async def _serve(self, words: Sequence[str]) -> None:
        screen = self._screen
        try:
            offer = await tools_of_server(screen.services.tool_runner, words)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        for sentence in offer.refused:
            screen.tell(sentence, severity="warning")
        self._know(offer.definitions)
        if offer.definitions:
            await self._open(offer.definitions[0].name)
        elif not offer.refused:
            screen.tell(f"{words[0]} offers no tools.", severity="warning")

    def _know(self, definitions: Sequence[ToolDefinition]) -> None:
        """Add definitions; they come first in the list and take precedence over the library's when a call is run."""
        self._known = {definition.name: definition for definition in definitions} | {
            name: known for name, known in self._known.items() if all(name != each.name for each in definitions)
        }
        self.added = (*self.added, *definitions)
        self._screen.calling.runs.add(definitions)

    async def _add(self, file: str, typed: str) -> None:
        """Add the tools of a file; ``typed`` is the command to be removed from the composer afterwards."""
        screen = self._screen
        try:
            found = await asyncio.to_thread(screen.services.tools.read, file)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        screen.drafting.carried_out(typed)
        self._know(found)
        screen.change(with_tools(screen.bench.settings, [definition.tool for definition in found]))
        names = ", ".join(definition.name for definition in found[:_MOST_NAMED])
        rest = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
        screen.tell(f"Will be sent with the next request: {names}{rest}.")

    def _lines(self) -> Sequence[ToolLine]:
        from chat_tui.ui.screens.tool_list import ToolLine

        on = {tool_name(tool): tool for tool in tools_of(self._screen.bench.settings)}
        self._seen.update(on)
        names = dict.fromkeys([*self._known, *self._seen])
        return [ToolLine(name, *self._words(name), name in on) for name in names if name]

    def _words(self, name: str) -> tuple[str, str]:
        """Return the tool's description, and its command and source."""
        definition = self._known.get(name) or ToolDefinition(tool=self._seen[name])
        verb = "calls" if definition.via == "mcp" else "runs"
        run = f"{verb} {shlex.join(definition.command)}" if definition.command else "no command"
        return definition.description, f"{run} · {definition.source or 'this session'}"

    def _turn(self, name: str) -> None:
        screen = self._screen
        settings = screen.bench.settings
        if any(tool_name(tool) == name for tool in tools_of(settings)):
            screen.change(without_tool(settings, name))
        else:
            tool = self._known[name].tool if name in self._known else self._seen[name]
            screen.change(with_tools(settings, [tool]))
