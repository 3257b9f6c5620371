"""Searches the transcript: the displayed text of messages, across soft wraps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chat_tui.ui.transcript.message import FOLDED, MessageView


class Stretch(NamedTuple):
    """A part of a match: characters ``start`` to ``end`` of a row of the message."""

    row: int
    start: int
    end: int


Match = tuple[Stretch, ...]


def may_hold(view: MessageView, needle: str) -> bool:
    """Return whether the message's source contains ``needle`` (lower case); cheap, for messages never laid out."""
    entry = view.entry
    return any(needle in text.casefold() for text in (entry.text, entry.reasoning, entry.speaker, *entry.calls))


def matches(view: MessageView, needle: str, width: int) -> list[Match]:
    """Find where ``needle`` (lower case) is displayed in a message, in order.

    If it occurs only in the source (in markup, or folded), the result is the message's first row.
    """
    view.lay_out(width)
    texts: list[str] = []
    starts: list[int] = []
    length = 0
    for row in view.rows():
        starts.append(length)
        shown = row.text + (" " if row.end.isspace() else "")
        texts.append(shown)
        length += len(shown)
    whole = "".join(texts).lower()
    found: list[Match] = []
    at = whole.find(needle)
    while at >= 0:
        found.append(_stretches(at, at + len(needle), starts, texts))
        at = whole.find(needle, at + len(needle))
    if not found or view.fold == FOLDED:
        return found or [(Stretch(0, 0, -1),)]
    return found


def _stretches(start: int, end: int, starts: Sequence[int], texts: Sequence[str]) -> Match:
    parts = []
    for row, (begin, text) in enumerate(zip(starts, texts, strict=True)):
        left, right = max(start - begin, 0), min(end - begin, len(text))
        if left < right:
            parts.append(Stretch(row, left, right))
    return tuple(parts)
