"""Implements ``chat-tui replay``: plays a recorded session on the screen or as plain text."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
from threading import Event
from typing import TYPE_CHECKING, Final

from chat_tui.cli import diagnostics, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.film import GAP_S, Film, film_of
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.player import SPEEDS, Player

if TYPE_CHECKING:
    from chat_tui.domain.session import Session
    from chat_tui.engine.ports import SessionStore
    from chat_tui.wiring import Setup

_SLOWEST: Final = SPEEDS[0]
_FASTEST: Final = SPEEDS[-2]


def run(command: str, argv: list[str]) -> int:
    """Play a session; sends nothing, runs no tools and writes nothing."""
    args = parse(command, argv, describe)
    if not args.plain and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ProblemError(
            Problem(kind="usage", what="The film needs a terminal", hint="Use --plain to play it as text.")
        )
    ready = start.setup(args)
    path = _path(args.name or args.session, ready.services.store)
    session = ready.services.store.load(path)
    film = film_of(session, gap_s=GAP_S if args.cap is None else min(GAP_S, args.cap), idle_s=args.cap)
    if args.plain:
        for notice in session.notices:
            diagnostics.note(notice)
        return _play(film, ready, args.speed)
    return _show(ready, path, session, speed=args.speed, cap_s=args.cap)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="SESSION", help="session title, id or file (default: the latest)")
    parser.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="X|max",
        help=f"{_SLOWEST:g} to {_FASTEST:g} times the recorded speed, or max: without waiting (default: 1)",
    )
    parser.add_argument(
        "--cap", type=_seconds, metavar="S", help="shorten pauses to at most S seconds (default: as recorded)"
    )
    parser.add_argument("--plain", action="store_true", help="play as text on stdout")


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    with contextlib.suppress(ValueError):
        if _SLOWEST <= (speed := float(text)) <= _FASTEST:
            return speed
    raise argparse.ArgumentTypeError(f"{text!r} is neither max nor a number from {_SLOWEST:g} to {_FASTEST:g}")


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (seconds := float(text)) < math.inf:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")


def _path(name: str | None, store: SessionStore) -> str:
    if name:
        return store.find(name)
    recent = store.recent(1)
    if not recent:
        raise ProblemError(Problem(kind="session", what="No session to replay", hint="Record one first."))
    return recent[0].path


def _play(film: Film, ready: Setup, speed: float) -> int:
    """Play on stdout at the recorded pace."""
    from chat_tui.cli.film_text import FilmText

    text = FilmText()
    player = Player(film, ready.services.clock, speed=speed, watch=lambda item: text.show(item, player.scene))
    player.play()
    never = Event()
    try:
        while (due_s := player.due_s()) is not None:
            if due_s > 0:
                never.wait(due_s)
            player.tick()
    finally:
        text.close()
    return diagnostics.OK


def _show(ready: Setup, path: str, session: Session, *, speed: float, cap_s: float | None) -> int:
    """Play on the screen; leaving the film continues with the session."""
    os.environ.setdefault("TEXTUAL_FPS", "120")  # read when textual is imported
    from chat_tui.engine.opening import first_settings, new_workbench
    from chat_tui.ui.app import ChatApp, run_app
    from chat_tui.ui.replaying import film_screen

    settings = session.settings
    if settings is None or settings.provider not in ready.services.providers:
        choice = ready.choose()
        settings = first_settings(ready.services, choice.provider, choice.model)
    bench = new_workbench(ready.services, settings)
    begin = film_screen(ready.services, session, path=path, speed=speed, cap_s=cap_s)
    return run_app(ChatApp(ready.services, bench, begin=begin))
