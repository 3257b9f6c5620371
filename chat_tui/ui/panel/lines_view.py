"""A virtual view of text lines: wrapped to the width, rendered as they come into view, selectable."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar, Protocol, TypeAlias

from msgspec import Struct
from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.selection import Selection
from textual.strip import Strip

from chat_tui.domain.literal import visible_line
from chat_tui.ui.notes import copy_text
from chat_tui.ui.panel.cells import inked
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.legend import Legend, legend_rows, paint_legend

_Wrapping: TypeAlias = tuple[str, int, bool]
"""Text, indent, whether it is wrapped at words."""
_LONGEST_PROSE = 20_000
"""Code points; a longer rest of a line is wrapped at any character, which takes linear time."""


class Line(Struct, frozen=True):
    """One logical line: pieces of literal text, each with the name of its ink."""

    pieces: tuple[tuple[str, str], ...]
    indent: int = 0
    """Indent of continuation lines in cells."""
    by_words: bool = False
    """Whether it is wrapped between words instead of at any character."""

    @classmethod
    def prose(cls, *pieces: tuple[str, str], indent: int = 0) -> Line:
        """Create a line of untrusted text, made literal, that is wrapped between words."""
        return cls(tuple((visible_line(text), ink) for text, ink in pieces), indent, by_words=True)

    @classmethod
    def of(cls, *pieces: tuple[str, str], indent: int = 0) -> Line:
        """Create a line of untrusted text, made literal."""
        return cls(tuple((visible_line(text), ink) for text, ink in pieces), indent)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(text for text, _ in self.pieces)


class Drawable(Protocol):
    """What the view needs of a line; ``pieces`` is read only when the line is visible."""

    @property
    def text(self) -> str:
        """The whole text, literal."""

    @property
    def indent(self) -> int:
        """Indent of continuation lines in cells."""

    @property
    def by_words(self) -> bool:
        """Whether it is wrapped between words instead of at any character."""

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """The text in pieces of one ink each."""


class LinesView(InkedView, can_focus=True):
    """Shows lines. ASCII text is measured by arithmetic, so that bodies of megabytes are cheap."""

    ALLOW_SELECT = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "Copy", show=False)]

    def __init__(self, lines: Sequence[Drawable] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: Sequence[Drawable] = lines
        self._starts: list[int] = [0]
        """The row at which each line begins, followed by the total number of rows."""
        self._wrapped: dict[_Wrapping, list[str]] = {}
        self._wrapped_before: dict[_Wrapping, list[str]] = {}
        """The cache of the previous lines, many of which are shown again."""
        self._legend: Legend = ()
        self._legend_rows: list[Legend] = []
        self._width = 16
        """The width in cells to which lines are wrapped."""

    def set_lines(self, lines: Sequence[Drawable]) -> None:
        """Show other lines, keeping the scroll position."""
        self._lines = lines
        self._measure()

    def rows_within(self, width: int) -> int:
        """Return the number of rows of all lines in that many cells, including margins and scrollbar."""
        self._width = max(16, width - 3)
        return sum(self._height_of(index) for index in range(len(self._lines)))

    def set_legend(self, legend: Legend) -> None:
        """Set the keys shown on the last rows of the view, independent of scrolling."""
        if legend != self._legend:
            self._legend = legend
            self._measure()

    def copied_text(self) -> str:
        """Return the text that ``y`` copies."""
        return "\n".join(line.text for line in self._lines)

    def action_copy(self) -> None:
        """Copy the text to the terminal's clipboard."""
        copy_text(self, self.copied_text())

    def on_resize(self) -> None:
        """Wrap the lines again."""
        self._measure()

    def _measure(self) -> None:
        room = self._room()
        self._wrapped_before = self._wrapped if room == self._width else {}
        self._wrapped, self._width = {}, room
        self._starts = list(accumulate((self._height_of(index) for index in range(len(self._lines))), initial=0))
        self._legend_rows = legend_rows(self._legend, self.width, self.size.height)
        self.fit_rows(self._starts[-1] + len(self._legend_rows))
        self.refresh()

    def _room(self) -> int:
        """Return the number of cells for the text of a row."""
        return max(16, self.width - 2)

    def _height_of(self, index: int) -> int:
        line = self._lines[index]
        text = line.text
        length = len(text)
        if length <= self._width and text.isascii():
            return 1
        if text.isascii() and not line.by_words:
            return 1 + -(-(length - self._width) // max(4, self._width - line.indent))
        return len(self._rows_of(index))

    def _rows_of(self, index: int) -> list[str]:
        """Return the wrapped rows of a line, cached while width and line stay the same."""
        line = self._lines[index]
        key = (line.text, line.indent, line.by_words)
        rows = self._wrapped.get(key) or self._wrapped_before.get(key)
        if rows is None:
            rows = _wrapped(line.text, self._width, max(4, self._width - line.indent), by_words=line.by_words)
        self._wrapped[key] = rows
        return rows

    def render_line(self, y: int) -> Strip:
        """Render one row: its part of the line in the inks of its pieces, with the selection."""
        if self._width != self._room():
            self._measure()
        below = y - (self.size.height - len(self._legend_rows))
        if below >= 0:
            return paint_legend(self.ink, self.width, self._legend_rows[below])
        row = y + self.scroll_offset.y
        base = self.ink("text")
        if row >= self._starts[-1]:
            return Strip.blank(self.width, base)
        index = bisect_right(self._starts, row) - 1
        part = row - self._starts[index]
        line, rows = self._lines[index], self._rows_of(index)
        margin = 1 + (line.indent if part else 0)
        segments = [Segment(" " * margin, base), *self._inked(line, sum(map(len, rows[:part])), len(rows[part]))]
        strip = Strip(segments).adjust_cell_length(self.width, base)
        span = None if self.text_selection is None else self.text_selection.get_span(row)
        if span is not None:
            start, end = span
            start, end = max(margin, start), margin + len(rows[part]) if end == -1 else end
            strip = _marked(strip, start, end, self.screen.get_component_rich_style("screen--selection"))
        return strip.apply_offsets(0, row)

    def _inked(self, line: Drawable, start: int, length: int) -> list[Segment]:
        """Convert code points ``start`` to ``start + length`` of a line to segments."""
        segments: list[Segment] = []
        place = 0
        for text, ink in line.pieces:
            part = text[max(0, start - place) : max(0, start + length - place)]
            if part:
                segments += inked(part, self.ink(ink))
            place += len(text)
        return segments

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, without the line breaks of wrapping."""
        picked: list[str] = []
        for row in range(self._starts[-1]):
            span = selection.get_span(row)
            if span is None:
                continue
            index = bisect_right(self._starts, row) - 1
            part = row - self._starts[index]
            margin = 1 + (self._lines[index].indent if part else 0)
            text = " " * margin + self._rows_of(index)[part]
            cut = text[max(margin, span[0]) : None if span[1] == -1 else span[1]]
            picked += [cut] if part else ["\n", cut]
        return "".join(picked).removeprefix("\n"), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual calls it so
        """Redraw the selection."""
        self.refresh()


def _wrapped(text: str, first_width: int, width: int, *, by_words: bool) -> list[str]:
    """Wrap ``text`` to rows of at most ``width`` cells, the first of ``first_width``; no character is lost."""
    first, rest = _cut(text, first_width, by_words=by_words)
    rows = [first]
    if rest and (not by_words or len(rest) > _LONGEST_PROSE):
        return rows + chop_cells(rest, width)
    while rest:
        row, rest = _cut(rest, width, by_words=True)
        rows.append(row)
    return rows


def _cut(text: str, width: int, *, by_words: bool) -> tuple[str, str]:
    """Split off as much of ``text`` as fits, at least one character; return both parts."""
    if len(text) <= width and cell_len(text) <= width:
        return text, ""
    first = chop_cells(text[: width + 1], width)[0] or text[0]
    space = first.rfind(" ") if by_words and text[len(first) :][:1] != " " else -1
    if first[: space + 1].strip():
        first = first[: space + 1]
    return first, text[len(first) :]


def _marked(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """Apply the selection style to the code points from ``start`` to ``end``."""
    segments: list[Segment] = []
    place = 0
    for text, own, _control in strip:
        before, inside, after = text[: max(0, start - place)], text[max(0, start - place) : max(0, end - place)], ""
        after = text[len(before) + len(inside) :]
        for part, marked in ((before, False), (inside, True), (after, False)):
            if part:
                segments.append(Segment(part, (own or Style()) + style if marked else own))
        place += len(text)
    return Strip(segments)
