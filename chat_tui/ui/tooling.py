"""The tools of a session: turned on and off from a list, added from definition files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_definitions import ToolDefinition, tool_name, tools_of, with_tools, without_tool

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.tool_list import ToolLine


class Tooling:
    """Changes what goes with the next request; nothing of a tool is run here."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._known: dict[str, ToolDefinition] = {}
        self.added: tuple[ToolDefinition, ...] = ()
        """Those of files that were named, in this run of the program."""
        self._seen: dict[str, JsonObject] = {}

    def command(self, argument: str) -> bool:
        """``/tool``: the list; ``/tool FILE``: add what a file defines."""
        if argument:
            self._screen.run_worker(self._add(argument), group="tools", description="")
        else:
            self.open()
        return True

    def open(self) -> None:
        """List the user's tools and the session's."""
        self._screen.run_worker(self._open(), group="tools", description="")

    async def _open(self) -> None:
        from chat_tui.ui.screens.tool_list import ToolList

        library = self._screen.services.tools
        found = await asyncio.to_thread(library.definitions)
        for problem in library.problems():
            self._screen.tell_problem(problem)
        for definition in found:
            self._known.setdefault(definition.name, definition)
        if not self._lines():
            self._screen.tell("No tools are defined. /tool FILE adds those of a file.", severity="warning")
            return
        self._screen.app.push_screen(ToolList(self._lines, self._turn))

    async def _add(self, file: str) -> None:
        screen = self._screen
        try:
            found = await asyncio.to_thread(screen.services.tools.read, file)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        self._known.update((definition.name, definition) for definition in found)
        self.added = (*self.added, *found)
        screen.calling.runs.add(found)
        screen.change(with_tools(screen.bench.settings, [definition.tool for definition in found]))
        names = ", ".join(definition.name for definition in found)
        screen.tell(f"Goes with the next request: {names}.")

    def _lines(self) -> Sequence[ToolLine]:
        from chat_tui.ui.screens.tool_list import ToolLine

        on = {tool_name(tool): tool for tool in tools_of(self._screen.bench.settings)}
        self._seen.update(on)
        names = dict.fromkeys([*self._known, *self._seen])
        return [ToolLine(name, self._words(name), name in on) for name in names if name]

    def _words(self, name: str) -> str:
        definition = self._known.get(name) or ToolDefinition(tool=self._seen[name])
        run = f"runs {definition.command[0]}" if definition.command else "no command"
        return " · ".join(part for part in (definition.description, run, definition.source or "this session") if part)

    def _turn(self, name: str) -> None:
        screen = self._screen
        settings = screen.bench.settings
        if any(tool_name(tool) == name for tool in tools_of(settings)):
            screen.change(without_tool(settings, name))
        else:
            tool = self._known[name].tool if name in self._known else self._seen[name]
            screen.change(with_tools(settings, [tool]))
