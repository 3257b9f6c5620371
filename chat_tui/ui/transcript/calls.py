"""A tool call as rows: its name and state, the arguments indented, and the findings."""

from __future__ import annotations

from rich.cells import cell_len

from chat_tui.domain.json_layout import indented
from chat_tui.ui.transcript.entries import Card
from chat_tui.ui.transcript.flows import code_line, text_line
from chat_tui.ui.transcript.rows import Row, clipped
from chat_tui.ui.transcript.spans import Look, Span, spans_of

_CODE = Look("code")
_ANSWERED, _WAITING = Look("code-label"), Look("call-waiting")


def call_rows(call: str, card: Card | None, width: int) -> list[Row]:
    """Return the rows of a call.

    Args:
        call: Name, a blank, and the arguments as received.
        card: State and findings; None if it is a line of another kind, shown as it is.
        width: Width of the text column in cells.
    """
    if card is None:
        name, bracket, rest = call.partition("(")
        spans = [*spans_of(name, Look("call", bold=True)), *spans_of(bracket + rest, _CODE)]
        return code_line(tuple(spans), wrap=True).rows(width)
    name, _, arguments = call.partition(" ")
    rows = [_head(name, card, width)]
    for level, line in indented(arguments):
        indent = (Span("  " * (level + 1), _CODE, ""),)
        rows += code_line(tuple(spans_of(line, _CODE)), wrap=True, first=indent, rest=indent).rows(width)
    for finding in card.findings:
        rows += text_line(f"  ✗ {finding}", Look("warning")).rows(width)
    return rows


def _head(name: str, card: Card, width: int) -> Row:
    """Return the row with name and state; of the two, a long name is cut."""
    state = [Span(f"  {card.state}", _ANSWERED if card.fits else _WAITING, "")] if card.state else []
    named = [Span(" ", _CODE, ""), *spans_of(name, Look("call", bold=True))]
    room = width - sum(cell_len(span.text) for span in state)
    return clipped((*clipped(named, room, fill="code")[0].spans, *state), width, fill="code")[0]
