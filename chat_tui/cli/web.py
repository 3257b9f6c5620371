"""Implements ``chat-tui web``: serves the workbench to browsers that know the URL."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.cli.listening import add_address, cannot_listen
from chat_tui.cli.stop_signals import StopSignals
from chat_tui.cli.tui import BROWSER_DRIVER
from chat_tui.cli.usage import SHARED, attribute
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.web.server import WebServer

_TERMINAL: Final = {
    "TEXTUAL_DRIVER": BROWSER_DRIVER,
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TEXTUAL_FPS": "60",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
}
"""Environment variables that describe the browser's terminal to a workbench."""
_OTHERS: Final = ("TERM_PROGRAM", "TERM_PROGRAM_VERSION", "KITTY_WINDOW_ID", "TMUX", "TMUX_PANE", "STY")
"""Environment variables that describe the server's own terminal; a workbench does not inherit them."""
_MORE: Final = """\
Each browser tab runs its own workbench with these options. Closing the tab ends it; its session is saved. The first
line on stdout is the address. It contains a token: anyone who has it can use your API keys. The server listens on this
machine only, unless --host names another of its addresses."""


def run(command: str, argv: list[str]) -> int:
    """Serve until interrupted."""
    args = parse(command, argv, describe)
    try:
        from chat_tui.web.server import WebServer, installed
    except ImportError:
        raise ProblemError(_missing()) from None
    theirs = installed()
    if theirs is None:
        raise ProblemError(_missing())
    ready = start.setup(args)
    ready.choose()
    keys = [provider.key_env for provider in ready.services.providers.values() if provider.key_env]
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    words = (sys.executable, "-P", "-m", "chat_tui", *passed_on(args))
    server = WebServer(theirs, words, {**kept, **_TERMINAL}, diagnostics.note)
    return asyncio.run(_serve(server, args.host, args.port, keys if args.open else None))


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    add_address(parser, 8112)
    parser.add_argument("--open", action="store_true", help="open the address in the browser")


def passed_on(args: argparse.Namespace) -> list[str]:
    """Return the shared options as arguments for a workbench process."""
    once = [(names, settings) for names, settings in SHARED if "dest" not in settings]
    given = [(names[0], getattr(args, attribute(names, settings))) for names, settings in once]
    changes = [(f"--{option}", text) for option, text in args.changes]
    return [f"{name}={value}" for name, value in [*given, *changes] if value is not None]


async def _serve(server: WebServer, host: str, port: int, keys: Collection[str] | None) -> int:
    """Serve until interrupted; ``keys`` names the variables a browser must not inherit, None opens no browser."""
    from chat_tui.web.admission import loopback

    ended = asyncio.Event()
    StopSignals(ended.set)
    try:
        address = await server.start(host, port)
    except OSError as error:
        raise cannot_listen(error, host, port) from None
    if not loopback(host):
        diagnostics.note(
            "Anyone who can reach this machine and learns the address can use your API keys, files and tools; "
            "the connection is not encrypted."
        )
    output.line(address)
    diagnostics.note("The workbench is at this address. Press ctrl+c to stop.")
    with _opened(address, keys) if keys is not None else contextlib.nullcontext():
        await ended.wait()
        await server.stop()
    return diagnostics.OK


@contextmanager
def _opened(address: str, keys: Collection[str]) -> Iterator[None]:
    """Open the browser with a private file that redirects to the URL: other users can read a process's arguments."""
    from chat_tui.ui.browser import start_browser

    number, name = tempfile.mkstemp(prefix="chat-tui-", suffix=".html")
    file = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as page:
            page.write(f'<!DOCTYPE html><meta http-equiv="refresh" content="0; url={escape(address)}">\n')
        environment: Mapping[str, str] = os.environ
        opening = asyncio.get_running_loop().run_in_executor(
            None, lambda: start_browser(file.as_uri(), environment, secret=keys)
        )
        opening.add_done_callback(_tell_no_browser)
        yield
    finally:
        file.unlink(missing_ok=True)


def _tell_no_browser(opening: asyncio.Future[None]) -> None:
    error = None if opening.cancelled() else opening.exception()
    if isinstance(error, ProblemError):
        diagnostics.note("Cannot start a browser; open the address yourself.")


def _missing() -> Problem:
    return Problem(
        kind="usage",
        what='The workbench in a browser needs the extra "web"',
        hint='Install it: pip install "chat-tui[web]"',
    )
