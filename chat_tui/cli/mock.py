"""Implements ``chat-tui mock``: serves recorded sessions to a program under test."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.cli.listening import LOOPBACK, add_address, cannot_listen
from chat_tui.cli.stop_signals import StopSignals
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.mock.server import MockServer
    from chat_tui.wiring import Setup

_EXAMPLES: Final = """\
The first line on stdout is the base URL. Programs take it from the usual variable:

  OPENAI_BASE_URL=http://127.0.0.1:8111/v1 OPENAI_API_KEY=any python -m pytest

A request that was not recorded gets a 404 that names the nearest recorded one and the differences."""


def run(command: str, argv: list[str]) -> int:
    """Serve until interrupted."""
    args = parse(command, argv, describe)
    ready = start.setup(args)
    from chat_tui.wiring.backends import mock_server

    server = mock_server(
        ready.services.store,
        _paths(args.sessions or ([args.session] if args.session else []), ready),
        ignore=args.ignore,
        timed=args.timing == "recorded",
        log=diagnostics.note if args.verbose else lambda _: None,
    )
    return asyncio.run(_serve(server, args.host, args.port))


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    from chat_tui.wiring.backends import mock_rules

    parser.epilog = f"{mock_rules()}\n\n{_EXAMPLES}"
    parser.add_argument(
        "sessions", nargs="*", metavar="SESSION", help="session title, id or file (default: the latest)"
    )
    add_address(parser, 8111)
    parser.add_argument(
        "--timing",
        choices=("recorded", "none"),
        default="none",
        help="reply with the recorded timing, or without delays (default)",
    )
    parser.add_argument(
        "--ignore",
        metavar="NAME",
        action="append",
        default=[],
        help="request member to leave out of the comparison (repeatable)",
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="log each request on stderr")


def _paths(names: Sequence[str], ready: Setup) -> list[str]:
    store = ready.services.store
    if names:
        return [store.find(name) for name in names]
    recent = store.recent(1)
    if not recent:
        raise ProblemError(Problem(kind="session", what="No session to serve", hint="Record one first."))
    return [recent[0].path]


async def _serve(server: MockServer, host: str, port: int) -> int:
    try:
        address = await server.start(host, port)
    except OSError as error:
        raise cannot_listen(error, host, port) from None
    if host not in (LOOPBACK, "localhost", "::1"):
        diagnostics.note("Anyone who can reach this machine can read the recorded answers.")
    output.line(address)
    diagnostics.note("Serving recorded answers. Press ctrl+c to stop.")
    ended = asyncio.Event()
    StopSignals(ended.set)
    await ended.wait()
    await server.stop()
    return diagnostics.OK
