"""Renders one row of the Parameters tab."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.cells import cell_len
from textual.strip import Strip

from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.literal import visible_line
from chat_tui.ui.panel.cells import Ink, LineBuilder
from chat_tui.ui.panel.controls import choices, is_number, same, span
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.rows import BlankRow, HeadingRow, ParameterRow, Row
from chat_tui.ui.panel.value_text import placeholder_text, typed_text, value_text

_NOTE_LEAST = 6
"""A note cut shorter than this is useless; it is then shown only at the bottom of the tab."""


class Canvas(Struct, frozen=True):
    """Where and how rows are drawn."""

    ink: Ink
    width: int
    """Width of a row in cells."""

    @property
    def value_column(self) -> int:
        """The column where values begin: half of a narrow panel, only as much as names need in a wide one."""
        return max(12, min(24 + max(0, self.width - 60) // 3, self.width // 2))

    @property
    def slider_width(self) -> int:
        """Width of a slider in cells."""
        room = self.width - self.value_column
        return max(4, 14 if room >= 34 else 10 if room >= 22 else min(8, room - 8))


def paint_row(row: Row, canvas: Canvas, *, current: bool, draft: LineDraft | None = None) -> Strip:
    """Render a row as cells; ``draft`` is the text being typed into it."""
    if isinstance(row, BlankRow):
        return LineBuilder(canvas.ink, canvas.width).strip()
    if isinstance(row, HeadingRow):
        return _paint_heading(row, canvas, current=current)
    return _paint_parameter(row, canvas, current=current, draft=draft)


def _paint_heading(row: HeadingRow, canvas: Canvas, *, current: bool) -> Strip:
    """Render the title, the number of set parameters, and on the right the number of those that do not apply."""
    line = LineBuilder(canvas.ink, canvas.width, "current" if current else "")
    hollow = bool(row.rest_count) and not row.open and not row.set_count
    line.put(f"{'▾' if row.open else '▸'} {row.title}", "quiet" if hollow else "heading")
    if row.set_count:
        line.put(f"  {row.set_count} set", "quiet")
    if row.rest_count:
        more = f"{'−' if row.open and row.rest_open else '+'}{row.rest_count}"
        line.to(canvas.width - len(more) - 1).put(more, "faint")
    return line.strip()


def _paint_parameter(row: ParameterRow, canvas: Canvas, *, current: bool, draft: LineDraft | None) -> Strip:
    wrong = row.finding is not None and row.finding.level == "error"
    ground = "current" if current else "wrong" if wrong else "changed" if row.changed else ""
    line = LineBuilder(canvas.ink, canvas.width, ground)
    line.to(2 * row.depth)
    mark = (" ▾" if row.open else " ▸") if row.members else ""
    cross = " ✗" if row.refused else ""
    quiet = not row.is_set and not current
    room = canvas.value_column - line.column - 1 - len(mark) - len(cross)
    line.put(tail_of(row.label, room), "faint" if row.reason and quiet else "quiet" if quiet else "text", limit=room)
    line.put(cross, "warn").put(mark, "quiet").to(canvas.value_column)
    if draft is not None:
        put_draft(line, draft, room=line.room)
    elif row.is_set:
        _put_set(line, row, canvas, current=current)
    else:
        _put_unset(line, row)
    return line.strip()


def tail_of(name: str, room: int) -> str:
    """Cut a member's name at its start, at a dot where possible: its end tells it apart from the others."""
    if cell_len(name) <= room or "." not in name:
        return name
    tails = [name[place:] for place, char in enumerate(name) if char == "."]
    return next((f"…{tail}" for tail in tails if cell_len(tail) < room), f"…{name[len(name) - room + 1 :]}")


def _put_unset(line: LineBuilder, row: ParameterRow) -> None:
    note, ink = _note(row)
    if row.reason:
        line.put(row.reason, "quiet" if row.refused else "faint")
        return
    line.put("· ", "faint")
    placeholder = placeholder_text(row.spec)
    line.put(placeholder, "faint", limit=line.room - (len(note) + 2 if note else 0))
    _put_note(line, note, ink)


def _put_set(line: LineBuilder, row: ParameterRow, canvas: Canvas, *, current: bool) -> None:
    value = row.value
    if isinstance(value, Unset):
        return
    note, ink = _note(row)
    room = line.room - (min(cell_len(note), max(_NOTE_LEAST, line.room // 2)) + 2 if note else 0)
    text = value_text(row.spec, value)
    ends = span(row.spec) if row.spec.control == "slider" else None
    if is_number(value) and ends is not None and ink != "error" and (current or not row.reason):
        put_slider(line, value, ends, canvas.slider_width)
        line.put("  ", "text").put(text, "value")
    elif current and (offered := _offered(row)):
        put_offer(line, offered, value, text, room)
    else:
        line.put(text, "value", limit=room)
    if current and row.spec.control in ("json", "list", "map", "multiselect", "textarea"):
        line.put(" ⏎", "faint")
    _put_note(line, note, ink)


def _put_note(line: LineBuilder, note: str, ink: str) -> None:
    """Append a note if there is room, else a warning mark; the full text is shown at the bottom for the current row."""
    if note and line.room - 2 >= min(_NOTE_LEAST, cell_len(note)):
        line.put("  ", "text").put(note, ink)
    elif note and ink == "warn":
        line.put(" !", ink)


def _note(row: ParameterRow) -> tuple[str, str]:
    """Return the most important note for a value, and its ink."""
    finding = row.finding
    if finding is not None and finding.level == "error":
        return finding.text, "error"
    if row.reason:
        return row.reason, "warn"
    if row.changed:
        return f"was {row.was}", "warn"
    if finding is not None:
        return (finding.text, "warn") if finding.level == "warn" else ("?", "faint")
    return ("by chat-tui", "faint") if row.own else ("", "")


def put_slider(line: LineBuilder, value: float, ends: tuple[float, float], width: int) -> None:
    """Append a number between two ends as a knob on a track."""
    low, high = ends
    place = round((min(high, max(low, value)) - low) / (high - low) * (width - 1))
    line.put("━" * place, "accent").put("●", "knob").put("─" * (width - 1 - place), "track")


def _offered(row: ParameterRow) -> Sequence[Json]:
    return choices(row.spec) if row.spec.control == "select" else ()


def put_offer(line: LineBuilder, offered: Sequence[Json], value: Json, text: str, room: int) -> None:
    """Append the value among the other choices if they fit: ``auto ‹required› none``."""
    words = [typed_text(option) for option in offered]
    here = next((index for index, option in enumerate(offered) if same(option, value)), None)
    whole = sum(cell_len(visible_line(word)) + 1 for word in words) + 2
    if here is None or whole > room:
        line.put("‹", "accent").put(text, "value", limit=room - 2).put("›", "accent")
        return
    for index, word in enumerate(words):
        if index == here:
            line.put("‹", "accent").put(word, "value").put("›", "accent")
        else:
            line.put(word, "quiet")
        line.put(" ", "text")


def put_draft(line: LineBuilder, draft: LineDraft, *, room: int) -> None:
    """Append the text being typed within ``room`` cells, scrolled so that the cursor is visible."""
    before, after = draft.text[: draft.cursor], draft.text[draft.cursor :]
    shown = visible_line(before[-max(1, room) :])
    while cell_len(shown) > max(0, room - 2):
        shown = shown[1:]
    left = room - cell_len(shown) - 1
    line.put(shown, "value").put(after[:1] or " ", "cursor").put(after[1:], "value", limit=max(0, left))
