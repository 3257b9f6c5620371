"""Implements ``chat-tui import`` for conversations of other programs: stores each as a session and prints its path."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from chat_tui.cli import diagnostics, output, start
from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.import_conversations import Kept, Wish, keep_all

if TYPE_CHECKING:
    from chat_tui.domain.formats.reading.conversation import Reading
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.services import Services

_UNTITLED: Final = "(untitled)"
_MANY: Final = 20
"""From this many conversations on, progress is shown."""


def run(args: argparse.Namespace, services: Services, reading: Reading, current: SessionSettings) -> int:
    """Store the sessions, or list them in a dry run; what could not be imported is reported on stderr."""
    for note in (*reading.notes, *reading.loss_notes()):
        diagnostics.note(note)
    if args.dry_run:
        _tell_all(args, reading, [Kept("", each.title, each.messages) for each in reading.conversations])
        return diagnostics.OK
    made: list[Kept] = []
    line, whole = diagnostics.ProgressLine(), len(reading.conversations)
    try:
        for kept in keep_all(services, reading, _wish(args, services, reading, current)):
            made.append(kept)
            if whole >= _MANY and not sys.stdout.isatty():
                line.show(f"{len(made)}/{whole}")
            if not args.json:
                output.line(kept.path)
    except ProblemError as error:
        why = f"{len(made)} of {whole} conversations were imported" if whole > 1 else error.problem.why
        raise ProblemError(replace(error.problem, why=why)) from None
    finally:
        line.clear()
        if args.json and made:
            _tell_all(args, reading, made)
    return diagnostics.OK


def _wish(args: argparse.Namespace, services: Services, reading: Reading, current: SessionSettings) -> Wish:
    title, path = args.session or "", None
    origin = "standard input" if args.file == "-" else Path(args.file).name
    if title and len(reading.conversations) > 1:
        what = f"The file contains {len(reading.conversations)} conversations, but --session names one"
        raise ProblemError(Problem(kind="usage", what=what, hint="Omit it; each conversation keeps its own title."))
    if title.endswith(".jsonl"):
        title, path = "", title

    def changed(settings: SessionSettings) -> SessionSettings:
        return start.over_imported(args, settings, current, services)

    return Wish(current=current, origin=origin, change=changed, title=title, path=path)


def _tell_all(args: argparse.Namespace, reading: Reading, kept: list[Kept]) -> None:
    if not args.json:
        output.table([(f"{each.messages} messages", visible_line(each.title) or _UNTITLED) for each in kept])
        return
    sessions: list[JsonObject] = [
        {"path": each.path or None, "title": each.title, "messages": each.messages} for each in kept
    ]
    output.json_line(
        {
            "format": reading.form,
            "sessions": [*sessions],
            "not_carried": {**reading.losses},
            "notes": [*reading.notes],
        }
    )
