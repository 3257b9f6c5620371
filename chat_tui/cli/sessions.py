"""Implements ``chat-tui sessions``: lists, searches, shows and changes stored sessions."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse, whole_number
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.library import Found
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import SessionSummary
from chat_tui.domain.session_query import ORDERS
from chat_tui.domain.text_search import Excerpt
from chat_tui.engine.services import Services

_CHANGES: Final = ("rename", "tag", "star", "archive", "delete", "restore", "duplicate")
_ACTIONS: Final = ("list", "search", "show", "path", *_CHANGES)
_SLOW_TO_READ: Final = 200
_HELP: Final = (
    "list (default), search QUERY, show, path, rename NAME TITLE, tag NAME TAG…, star, archive, "
    "delete (to the trash), restore (from the trash), duplicate NAME [TITLE]"
)


def run(command: str, argv: list[str]) -> int:
    """List or search the stored sessions, show one, print its path, or change it."""
    args = parse(command, argv, describe)
    services = start.setup(args).services
    if args.action in ("list", "search"):
        if args.action == "search" and not args.words:
            raise ProblemError(Problem(kind="usage", what="sessions search: QUERY is required"))
        return _list(services, args)
    if not args.words:
        raise ProblemError(Problem(kind="usage", what=f"sessions {args.action}: NAME is required"))
    if args.action in _CHANGES:
        from chat_tui.cli import session_changes

        return session_changes.change(services, args)
    if len(args.words) > 1:
        raise ProblemError(
            Problem(kind="usage", what=f"sessions {args.action}: give one session; put a title with spaces in quotes")
        )
    path = services.store.find(args.words[0])
    if args.action == "path":
        output.line(path)
        return diagnostics.OK
    from chat_tui.cli.session_text import show

    return show(services, path, as_json=args.json)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("action", nargs="?", choices=_ACTIONS, default="list", metavar="ACTION", help=_HELP)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="NAME|QUERY",
        help='a session by title, id or file; or a query: words, "phrases", model:X, provider:X, tag:X, '
        "is:starred|archived|cut, before:2026-01-31, after:2026",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--sort", choices=ORDERS, default="modified", help="sort order of the list (default: modified)")
    parser.add_argument("--limit", type=whole_number(0), metavar="N", help="list at most N sessions")
    parser.add_argument("--trash", action="store_true", help="list the sessions in the trash")
    parser.add_argument("--remove", action="store_true", help="tag: remove these tags; star, archive: undo it")


def _list(services: Services, args: argparse.Namespace) -> int:
    query = " ".join(args.words)
    if args.trash:
        found = Found(sessions=services.library.trashed())
    else:
        _refresh(services)
        found = services.library.search(query, args.sort)
    sessions = found.sessions[: args.limit]
    excerpts = services.library.excerpts([each.path for each in sessions], query) if args.action == "search" else {}
    for note in found.notes:
        diagnostics.note(note)
    if args.json:
        output.json_line([_members(each, excerpts.get(each.path)) for each in sessions], indent=2)
    else:
        for each, row in zip(sessions, _rows(sessions), strict=True):
            output.line(row)
            if each.path in excerpts:
                output.line(f"    {_one_line(excerpts[each.path].text)}")
        if found.archived:
            diagnostics.note(f"{found.archived} more archived; is:archived lists them")
    services.library.close()
    return diagnostics.OK


def _refresh(services: Services) -> None:
    """Update the index, showing progress on a terminal if it takes long."""
    line = diagnostics.ProgressLine()
    for progress in services.library.refreshing():
        if progress.total > _SLOW_TO_READ:
            line.show(f"reading sessions: {progress.done:,} of {progress.total:,}")
    line.clear()


def _rows(sessions: Sequence[SessionSummary]) -> list[str]:
    cells = [tuple(map(_one_line, (each.id, f"{each.provider} {each.model}".strip(), each.title))) for each in sessions]
    stars = ["* " if each.starred else "" for each in sessions]
    ids, models = (max((len(row[column]) for row in cells), default=0) for column in (0, 1))
    tags = ["".join(f" #{_one_line(tag)}" for tag in each.tags) for each in sessions]
    return [
        f"{name:<{ids}}  {model:<{models}}  {star}{title}{tag}".rstrip()
        for (name, model, title), star, tag in zip(cells, stars, tags, strict=True)
    ]


def _members(session: SessionSummary, found: Excerpt | None) -> JsonObject:
    members: JsonObject = {
        "id": session.id,
        "title": session.title,
        "created": session.created,
        "modified_s": session.modified_s,
        "provider": session.provider,
        "model": session.model,
        "messages": session.messages,
        "tags": [*session.tags],
        "starred": session.starred,
        "archived": session.archived,
        "cut": session.cut,
        "tokens": session.tokens,
        "cost": session.cost,
        "bytes": session.size,
        "path": session.path,
    }
    if session.problem:
        members["problem"] = session.problem
    if found is not None:
        members["excerpt"] = found.text
    return members


def _one_line(text: str) -> str:
    """Make text safe to print on one line."""
    from chat_tui.domain.literal import visible_line

    return visible_line(text)
