"""A form as a view: its lines, cursor, folding. Editing is added on top of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.places import Place
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.editors.form_painter import FormCanvas, paint_line, value_column
from chat_tui.ui.panel.editors.form_rows import FormLine, form_lines
from chat_tui.ui.panel.editors.form_words import words_of
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.line_draft import LineDraft


class FormView(InkedView):
    """Draws the lines of one value; its cost is that of the lines in view."""

    ALLOW_SELECT = False

    class Moved(Message):
        """The cursor is on another line, or a line is being typed into."""

    def __init__(self, spec: FieldSpec, value: Json | Unset, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.spec = spec
        self.value: Json | Unset = value
        """All of it, as it stands."""
        self.lines: list[FormLine] = []
        self.draft: LineDraft | None = None
        """What is being typed."""
        self.naming = False
        """It is a name: of a map's key, or of a member."""
        self.faults: Mapping[Place, str] = {}
        """What is wrong, by place."""
        self.notes: Mapping[str, str] = {}
        """What is known of a map's keys."""
        self.extra: Place | None = None
        """The record that a member is just being added to."""
        self._opened: dict[Place, bool] = {}
        self._cursor = 0
        self._column = 0
        self.rebuild()

    @property
    def current(self) -> FormLine | None:
        """The line the cursor is on."""
        return self.lines[self._cursor] if self._cursor < len(self.lines) else None

    def rebuild(self) -> None:
        """Make the lines again, with the cursor on the same one, or where it was if that is gone."""
        here = self.current
        made = form_lines(self.spec, self.value, self._opened, self.faults)
        self.lines = [replace(line, text=words_of(line)) for line in made]
        if self.extra is not None:
            self._put_extra(self.extra)
        keys = {line.key: index for index, line in enumerate(self.lines)}
        if here is not None:
            self._cursor = keys.get(here.key, keys.get(("value", here.place, "None"), self._cursor))
        self._cursor = self._nearest(self._cursor)
        self._fit()
        self.refresh()

    def _put_extra(self, place: Place) -> None:
        """A line for the new member behind the record's last one."""
        inside = [index for index, line in enumerate(self.lines) if line.place[: len(place)] == place]
        last = inside[-1] if inside else len(self.lines) - 1
        depth = next((line.depth for line in self.lines if line.place[:-1] == place and line.place), 0)
        line = FormLine(kind="add", place=place, spec=FieldSpec(control="record"), label="", depth=depth, record=place)
        self.lines.insert(last + 1, line)

    def show_faults(self, faults: Mapping[Place, str]) -> None:
        """Mark what is wrong."""
        if faults != self.faults:
            self.faults = faults
            self.rebuild()
            self.post_message(self.Moved())

    def fold(self, place: Place, *, opened: bool) -> None:
        """Open or close what is at a place."""
        self._opened[place] = opened
        self.rebuild()

    def forget_folds(self, place: Place) -> None:
        """Let everything inside a place start anew: its entries have other positions now."""
        self._opened = {each: opened for each, opened in self._opened.items() if each[: len(place)] != place}

    def move_to(self, index: int) -> None:
        """Put the cursor on a line, or the nearest that can be on one, and bring it into view."""
        self._cursor = self._nearest(index, forward=index >= self._cursor)
        top, window = self.scroll_offset.y, max(1, self.size.height)
        if self._cursor < top or self._cursor >= top + window:
            self.scroll_to(
                y=self._cursor if self._cursor < top else self._cursor - window + 1, animate=False, force=True
            )
        self.refresh()
        self.post_message(self.Moved())

    def put_cursor_on(self, place: Place, *, kind: str = "") -> bool:
        """Put the cursor on the first line of a place, of a kind where one is given; whether there is one."""
        for index, line in enumerate(self.lines):
            if line.place == place and kind in ("", line.kind):
                self.move_to(index)
                return True
        return False

    def line_at(self, y: int) -> int | None:
        """Index of the line drawn at row ``y`` of the view."""
        index = y + self.scroll_offset.y
        return index if 0 <= index < len(self.lines) else None

    def render_line(self, y: int) -> Strip:
        """One line, or emptiness below them."""
        index = self.line_at(y)
        if index is None:
            return LineBuilder(self.ink, self.width).strip()
        here = index == self._cursor
        draft = self.draft if here else None
        canvas = FormCanvas(self.ink, self.width, self._column, self.notes)
        return paint_line(self.lines[index], canvas, current=here, draft=draft, naming=self.naming)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._fit()
        self.move_to(self._cursor)

    def _fit(self) -> None:
        width = self.width if self.is_attached else 80
        self._column = value_column(self.lines, width)
        self.virtual_size = Size(width, len(self.lines))

    def _nearest(self, index: int, *, forward: bool = True) -> int:
        """The line at ``index`` or the next one that is no heading."""
        if not self.lines:
            return 0
        index = max(0, min(len(self.lines) - 1, index))
        after, before = range(index, len(self.lines)), range(index, -1, -1)
        order = (*after, *before) if forward else (*before, *after)
        return next((place for place in order if self.lines[place].kind != "heading"), index)
