"""Runs the tool commands for the calls of a session: only approved ones, and each call once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chat_tui.domain.places import place_words
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import tool_record
from chat_tui.domain.tool_definitions import Approval, ToolDefinition, ToolOutcome, approval_for

if TYPE_CHECKING:
    from chat_tui.domain.tools import ToolCall
    from chat_tui.engine.workbench import Workbench


class ToolRuns:
    """What may run in a session, and what has run. Kept in memory only: after a restart, approval is asked again."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._added: dict[str, ToolDefinition] = {}
        self._always: set[tuple[str, tuple[str, ...], str]] = set()
        self._ran: set[tuple[str, str]] = set()

    def add(self, definitions: Iterable[ToolDefinition]) -> None:
        """Add definitions from a file the user named; they take precedence over the library."""
        self._added.update((definition.name, definition) for definition in definitions)

    def definition(self, name: str) -> ToolDefinition | None:
        """Return the definition of a tool by name."""
        library = self._bench.services.tools.definitions
        return self._added.get(name) or next((each for each in library() if each.name == name), None)

    def approval(self, call: ToolCall) -> Approval:
        """Return what would run for a call, to be shown for approval.

        Raises:
            ProblemError: The call must not run, or its tool has no known command.
        """
        if call.judged.fault is not None:
            raise ProblemError(Problem(kind="tool", what=call.judged.fault.sentence))
        definition = self.definition(call.name)
        if definition is None or not definition.command:
            raise ProblemError(
                Problem(
                    kind="tool",
                    what=f"The tool {call.name!r} has no command",
                    hint="A session contains no commands. Add the tool again: /tool FILE, with the file "
                    'containing {"tool": {...}, "command": ["program", "argument"]}, or /tool mcp COMMAND.',
                )
            )
        _refuse_misfit(call, definition)
        return approval_for(call, definition)

    def approved(self, approval: Approval) -> bool:
        """Whether the user chose to always run this tool's command in this session."""
        return _lasting(approval) in self._always

    def approve_always(self, approval: Approval) -> None:
        """Approve this command of this tool for the rest of the session, whatever its input."""
        self._always.add(_lasting(approval))

    def has_run(self, call: ToolCall) -> bool:
        """Whether the call has already run in this process."""
        return (call.message, call.id) in self._ran

    async def run(self, call: ToolCall, approval: Approval, *, once_more: bool = False) -> ToolOutcome:
        """Run the command of an approved call. A record of the start is on disk before the command starts.

        Args:
            call: The call.
            approval: What was shown to the user and approved.
            once_more: Run although the call has run before.

        Raises:
            ProblemError: Nothing was run: the call must not run, differs from what was approved, or has run before.
        """
        if self._bench.read_only:
            raise ProblemError(Problem(kind="session", what="This session is read-only"))
        if approval != self.approval(call):
            raise ProblemError(Problem(kind="tool", what="Not run: it differs from what was approved"))
        if self.has_run(call) and not once_more:
            raise ProblemError(Problem(kind="tool", what=f"The call of {call.name!r} has already been run"))
        self._ran.add((call.message, call.id))
        self._bench.record(tool_record(approval, "begun"))
        try:
            outcome = await self._bench.services.tool_runner.run(approval)
        except BaseException:
            self._bench.record(tool_record(approval, "stopped"))
            raise
        self._bench.record(tool_record(approval, outcome.ended, exit_code=outcome.exit_code))
        return outcome


def _refuse_misfit(call: ToolCall, definition: ToolDefinition) -> None:
    """Validate the arguments against the file's schema, which the command expects; the request's may differ."""
    if definition.schema is None or call.kind == "custom":
        return
    from chat_tui.domain.schema_errors import schema_errors

    for error in schema_errors(call.judged.value, definition.schema, 1):
        where = f"{place_words(error.place)}: " if error.place else ""
        what = f"The arguments do not match the schema of {call.name!r} in {definition.source}"
        raise ProblemError(Problem(kind="tool", what=what, why=f"{where}{error.message}"))


def _lasting(approval: Approval) -> tuple[str, tuple[str, ...], str]:
    return approval.name, approval.argv, approval.folder
