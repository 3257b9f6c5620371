"""Renders one line of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from rich.cells import cell_len
from textual.strip import Strip

from chat_tui.domain.json_values import Unset, dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.ui.panel.cells import Ink, LineBuilder
from chat_tui.ui.panel.controls import is_number
from chat_tui.ui.panel.editors.form_rows import FormLine
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.row_painter import put_draft, put_offer, put_slider

_LABEL_LEAST = 12
_SLIDER = 14


class FormCanvas(Struct, frozen=True):
    """Where and how lines are drawn."""

    ink: Ink
    width: int
    column: int
    """The column where values begin."""
    notes: Mapping[str, str] = {}
    """Notes on a map's keys, for example the text of token ids."""


def value_column(lines: Sequence[FormLine], width: int) -> int:
    """Return the column for values: after the longest label, but at most at the middle."""
    named = [line for line in lines if line.kind not in ("add", "tick", "heading")]
    longest = max((2 * line.depth + cell_len(visible_line(line.label[:width])) + 4 for line in named), default=0)
    return max(_LABEL_LEAST, min(longest, width // 2))


def paint_line(line: FormLine, canvas: FormCanvas, *, current: bool, draft: LineDraft | None, naming: bool) -> Strip:
    """Render a line as cells; ``draft`` is the text being typed into it, into its label if ``naming``."""
    ground = "current" if current else "wrong" if line.fault else ""
    built = LineBuilder(canvas.ink, canvas.width, ground).to(1 + 2 * line.depth)
    if draft is not None and (naming or line.kind == "add"):
        put_draft(built, draft, room=built.room)
        return built.strip()
    if line.kind == "add":
        return built.put(line.label, "accent" if current else "quiet").strip()
    if line.kind == "heading":
        return built.put(line.label, "faint").strip()
    if line.kind == "tick":
        return (
            built.put("● " if line.is_set else "○ ", "knob" if line.is_set else "faint")
            .put(line.label, "value" if line.is_set else "text")
            .strip()
        )
    mark = (" ▾" if line.open else " ▸") if line.folds else ""
    room = max(4, canvas.column - built.column - 1 - len(mark))
    quiet = not line.is_set and not current
    built.put(line.label or '""', "quiet" if quiet else "text", limit=room).put(mark, "quiet").to(canvas.column)
    if draft is not None:
        put_draft(built, draft, room=built.room)
    elif not line.is_set:
        _put_unset(built, line)
    else:
        _put_set(built, line, canvas, current=current)
    return built.strip()


def _put_unset(built: LineBuilder, line: FormLine) -> None:
    if line.fault:
        built.put("· ", "faint").put(line.fault, "error")
    else:
        built.put("· ", "faint").put(line.spec.default_text or "unset", "faint")


def _put_set(built: LineBuilder, line: FormLine, canvas: FormCanvas, *, current: bool) -> None:
    note = canvas.notes.get(line.label, "") if line.own_name else ""
    kept = min(cell_len(line.fault or note), built.room // 2) + 2 if line.fault or note else 0
    if line.kind == "kind":
        _put_kind(built, line, current=current, room=built.room - kept)
    elif line.kind == "group":
        built.put(line.text, "quiet", limit=built.room - kept)
    else:
        _put_value(built, line, current=current, room=built.room - kept)
    if line.fault:
        built.put("  ", "text").put(line.fault, "error")
    elif note:
        built.put("  ", "text").put(note, "literal")


def _put_value(built: LineBuilder, line: FormLine, *, current: bool, room: int) -> None:
    spec, value = line.spec, line.value
    low, high = spec.minimum, spec.maximum
    text = line.text
    if is_number(value) and low is not None and high is not None and low <= value <= high:
        put_slider(built, value, (low, high), _SLIDER)
        built.put("  ", "text").put(text, "value")
    elif current and spec.control == "select" and spec.enum:
        put_offer(built, spec.enum, None if isinstance(value, Unset) else value, text, room)
    else:
        opens = spec.control in ("textarea", "json", "schema") and current
        built.put(text, "value", limit=room - 2 * opens)
        if opens:
            built.put(" ⏎", "faint")


def _put_kind(built: LineBuilder, line: FormLine, *, current: bool, room: int) -> None:
    titles = [each.title or each.control for each in line.spec.variants]
    title = _foreign_kind(line) if line.variant is None else titles[line.variant]
    if current and line.variant is not None:
        put_offer(built, titles, title, title, room)
    else:
        built.put(title, "value", limit=room)
    if line.place and line.text and built.room > 4:
        built.put("  ", "text").put(line.text, "quiet", limit=max(0, room - len(title) - 2))


def _foreign_kind(line: FormLine) -> str:
    """Return the tag of a variant that the form does not define."""
    tag = line.value.get(line.spec.tag) if isinstance(line.value, dict) and line.spec.tag else None
    return tag if isinstance(tag, str) else "something else"


def note_of(text: str) -> str:
    """Format a token's text as a note, quoted so that its spaces are visible."""
    return visible_line(dump_json(text))
