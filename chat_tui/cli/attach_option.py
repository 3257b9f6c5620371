"""Implements ``send --attach`` and ``--detail``: files and image addresses sent with the prompt."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chat_tui.cli import diagnostics
from chat_tui.domain.json_values import JsonObject

if TYPE_CHECKING:
    from chat_tui.engine.workbench import Workbench


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--attach",
        metavar="FILE|URL",
        action="append",
        default=[],
        help="image, WAV, MP3, PDF or text file, or image URL, to send after the prompt (repeatable)",
    )
    parser.add_argument(
        "--by-reference",
        action="store_true",
        help="store the path and checksum of attached files in the session, not their data",
    )
    parser.add_argument("--detail", metavar="LEVEL", default="", help="image detail level: auto, low or high")


def parts_of(args: argparse.Namespace, bench: Workbench) -> tuple[JsonObject, ...]:
    """Return the content parts of the attachments; warnings about them go to stderr.

    Raises:
        ProblemError: A file cannot be attached; names it and the reason.
    """
    if not args.attach:
        return ()
    from chat_tui.domain.attachments import DETAILS
    from chat_tui.engine.attaching import attach, modality_notes

    keep = "reference" if args.by_reference else bench.services.options.attach
    found = [attach(name, keep) for name in args.attach]
    if args.detail:
        found = [each.with_detail(args.detail) if each.modality == "image" else each for each in found]
    if args.detail and args.detail not in DETAILS:
        diagnostics.note(f"{args.detail} is not a known image detail level: {', '.join(DETAILS)}.")
    for note in [note for each in found for note in each.notes] + modality_notes(bench.services, bench.settings, found):
        diagnostics.note(note)
    return tuple(each.part for each in found)
