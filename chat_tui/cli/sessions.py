"""``chat-tui sessions``: list, show, path."""

from __future__ import annotations

import argparse

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parser_for
from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.services import Services


def run(command: str, argv: list[str]) -> int:
    """List the kept sessions, show one, or say where one is."""
    args = parser_for(command, _describe).parse_args(argv)
    services = start.setup(args).services
    if args.action == "list":
        return _list(services, as_json=args.json, limit=args.limit)
    if args.name is None:
        raise ProblemError(Problem(kind="usage", what=f"sessions {args.action}: name a session"))
    path = services.store.find(args.name)
    if args.action == "path":
        output.line(path)
        return diagnostics.OK
    return _show(services, path, as_json=args.json)


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "show", "path"), default="list")
    parser.add_argument("name", nargs="?", metavar="NAME", help="title, id or file of a session")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="list at most N, newest first")


def _list(services: Services, *, as_json: bool, limit: int | None) -> int:
    found = services.store.recent(limit)
    if as_json:
        output.json_line(
            [
                {
                    "id": each.id,
                    "title": each.title,
                    "created": each.created,
                    "provider": each.provider,
                    "model": each.model,
                    "messages": each.messages,
                    "path": each.path,
                }
                for each in found
            ],
            indent=2,
        )
        return diagnostics.OK
    output.table([(each.id, f"{each.provider} {each.model}".strip(), each.title) for each in found])
    return diagnostics.OK


def _show(services: Services, path: str, *, as_json: bool) -> int:
    session = services.store.load(path)
    for notice in session.notices:
        diagnostics.note(notice)
    cut = {each.id for each in session.exchanges.values() if each.end is None}
    nodes = session.conversation.path()
    if as_json:
        messages: list[JsonObject] = [
            {**node.message, "cut": True} if node.exchange in cut else node.message for node in nodes
        ]
        output.json_line({"id": session.id, "title": session.title, "path": path, "messages": list(messages)}, indent=2)
        return diagnostics.OK
    output.line(f"# {session.title or session.id}")
    if session.settings is not None:
        output.line(
            f"{session.settings.provider} {session.settings.model} {start.compact(session.settings.parameters, 200)}"
        )
        if session.settings.system:
            output.line(f"\n[system]\n{session.settings.system}")
    for node in nodes:
        mark = " (cut off)" if node.exchange in cut else ""
        output.line(f"\n[{node.message.get('role')}]{mark}\n{text_of(node.message)}")
    return diagnostics.OK
