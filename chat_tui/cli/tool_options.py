"""Implements ``send --tool``, ``--tool-result``, ``--approve`` and ``--rounds``: tools and how calls are answered."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chat_tui.cli.arguments import whole_number
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_bounds import ROUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chat_tui.cli.tool_rounds import ToolRounds
    from chat_tui.domain.tool_definitions import ToolDefinition
    from chat_tui.engine.services import Services
    from chat_tui.engine.workbench import Workbench


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--tool",
        metavar="FILE|NAME",
        action="append",
        default=[],
        help="declare tools from a JSON file, Python functions (.py), or your library (repeatable)",
    )
    parser.add_argument(
        "--tool-result",
        metavar="NAME=TEXT|@FILE",
        action="append",
        default=[],
        help="answer every call of the tool with this result and continue; without PROMPT: open calls (repeatable)",
    )
    parser.add_argument(
        "--approve",
        metavar="NAME",
        action="append",
        default=[],
        help="run this tool's command for its calls without asking; nothing else is ever run (repeatable)",
    )
    parser.add_argument(
        "--rounds",
        metavar="N",
        type=whole_number(1),
        default=ROUNDS,
        help=f"continue after at most N consecutive replies with tool calls (default: {ROUNDS})",
    )


def tools_of(args: argparse.Namespace, bench: Workbench) -> ToolRounds | None:
    """Declare the tools that these options name; None if none of the options is given.

    Raises:
        ProblemError: An unusable file, an unknown tool, or a tool without a command.
    """
    if not (args.tool or args.tool_result or args.approve):
        return None
    from chat_tui.cli.tool_rounds import ToolRounds
    from chat_tui.domain.tool_definitions import declared_names, with_tools
    from chat_tui.engine.tool_runs import ToolRuns

    runs = ToolRuns(bench)
    for word in args.tool:
        named = definitions(bench.services, word)
        runs.add(named)
        bench.change(with_tools(bench.settings, [definition.tool for definition in named]))
    results = dict(_result(word) for word in args.tool_result)
    declared = declared_names(bench.settings)
    for name in (*results, *args.approve):
        if name not in declared:
            raise _usage(f"There is no tool {name!r} in this request", _known(declared))
    for name in args.approve:
        definition = runs.definition(name)
        if definition is None or not definition.command:
            hint = 'Add one to its file: {"tool": {...}, "command": ["program", "argument"]}.'
            raise _usage(f"--approve {name}: this tool has no command", hint)
        if name in results:
            raise _usage(f"{name} has a result and is approved to run", "Use either --tool-result or --approve.")
    return ToolRounds(bench, runs, results, frozenset(args.approve), args.rounds)


def may_answer(args: argparse.Namespace) -> bool:
    """Whether these options may answer the open calls of an existing session, so that no prompt is needed."""
    return bool((args.tool_result or args.approve) and (args.go_on or args.session))


def refuse_nothing_open(bench: Workbench) -> None:
    """Raise unless the session ends with tool calls, or with answers to them.

    Raises:
        ProblemError: There is nothing to send.
    """
    from chat_tui.domain.tools import calling_node

    if calling_node(bench.conversation, bench.conversation.head) is None:
        raise _usage("No prompt, and no tool call of this session is open", "Give a prompt.")


def definitions(services: Services, word: str) -> Sequence[ToolDefinition]:
    """Return the library's tool of that name, else the tools in a file.

    Raises:
        ProblemError: There is no such tool, and the file is unusable.
    """
    named = [definition for definition in services.tools.definitions() if definition.name == word]
    return named or services.tools.read(word)


def _result(word: str) -> tuple[str, str]:
    name, equals, text = word.partition("=")
    if not equals or not name:
        raise _usage(f"--tool-result {word}: must have the form NAME=TEXT or NAME=@FILE")
    if not text.startswith("@"):
        return name, text
    from chat_tui.engine.user_files import read_text

    return name, read_text(text[1:])


def _known(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return f"Declared: {listed}." if listed else "Declare it with --tool FILE."


def _usage(what: str, hint: str = "") -> ProblemError:
    return ProblemError(Problem(kind="usage", what=what, hint=hint))
