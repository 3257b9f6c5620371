"""The fixed lines above and below the parameter list."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual.strip import Strip

from chat_tui.ui.panel.cells import Ink, LineBuilder
from chat_tui.ui.panel.footer import key_hints, remark
from chat_tui.ui.panel.legend import put_keys
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.row_painter import put_draft
from chat_tui.ui.panel.rows import Row, Rows

HEADER_LINES = 2
"""The filter line and a blank one."""
FOOTER_LINES = 4
"""A blank line, two for the remark, one for the keys."""
_ROOM_FOR_REMARK = 16
"""Below this height the footer shows only the keys."""


def footer_lines(height: int) -> int:
    """Return the height of the footer in a view of ``height`` lines."""
    return FOOTER_LINES if height >= _ROOM_FOR_REMARK else 1


def paint_header(ink: Ink, width: int, line: int, rows: Rows, *, filter_text: str, draft: LineDraft | None) -> Strip:
    """Render one line of the header: the filter on the left, the counts on the right."""
    built = LineBuilder(ink, width)
    if line:
        return built.strip()
    sums = _sums(rows, filter_text)
    total = sum(cell_len(text) for text, _ in sums)
    built.put("/ ", "accent" if draft is not None or filter_text else "faint")
    if draft is not None:
        put_draft(built, draft, room=max(4, built.room - total - 1))
    else:
        built.put(filter_text or "filter", "value" if filter_text else "faint", limit=built.room - total - 1)
    built.to(width - total - 1)
    for text, name in sums:
        built.put(text, name)
    return built.strip()


def _sums(rows: Rows, filter_text: str) -> list[tuple[str, str]]:
    if filter_text:
        return [(f"{rows.matches} of {rows.total}", "quiet")]
    sums = [(f"{rows.set_count} set", "quiet")]
    if rows.wrong_count:
        sums += [(" · ", "faint"), (f"{rows.wrong_count} wrong", "error")]
    if rows.changed_count:
        sums += [(" · ", "faint"), (f"{rows.changed_count} changed", "warn")]
    return sums


def paint_footer(
    ink: Ink,
    width: int,
    line_from_end: int,
    row: Row | None,
    draft: LineDraft | None,
    *,
    filtering: bool,
    chosen: Mapping[str, str],
) -> Strip:
    """Render one line of the footer, counted from the end: 0 the keys, 1 and 2 the remark, 3 blank."""
    built = LineBuilder(ink, width, "bar" if line_from_end == 0 else "")
    if line_from_end == 0:
        put_keys(built, key_hints(row, draft, filtering=filtering, chosen=chosen))
    elif line_from_end < FOOTER_LINES - 1:
        text, name = remark(row, draft)
        first, second = halves(text, width - 1)
        built.put(second if line_from_end == 1 else first, name, limit=width - 1)
    return built.strip()


def halves(text: str, width: int) -> tuple[str, str]:
    """Split ``text`` at a word into a first line and the rest."""
    if cell_len(text) <= width:
        return text, ""
    place = text.rfind(" ", 0, max(1, width) + 1)
    return (text[:place], text[place + 1 :]) if place > 0 else (text[:width], text[width:])
