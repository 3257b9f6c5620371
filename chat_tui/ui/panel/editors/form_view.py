"""A form without editing: its lines, cursor and folding. Subclasses add editing."""

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
    """Renders the lines of one value; only visible lines are rendered."""

    ALLOW_SELECT = False

    class Moved(Message):
        """The cursor moved, or typing started or ended."""

    def __init__(self, spec: FieldSpec, value: Json | Unset, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.spec = spec
        self.value: Json | Unset = value
        """The whole current value."""
        self.lines: list[FormLine] = []
        self.draft: LineDraft | None = None
        """The text being typed, if any."""
        self.naming = False
        """Whether the typed text is a name: of a map's key, or of a member."""
        self.faults: Mapping[Place, str] = {}
        """Errors by place."""
        self.notes: Mapping[str, str] = {}
        """Notes on a map's keys."""
        self.extra: Place | None = None
        """The place of the record to which a member is being added."""
        self._opened: dict[Place, bool] = {}
        self._cursor = 0
        self._column = 0
        self.rebuild()

    @property
    def current(self) -> FormLine | None:
        """The line under the cursor."""
        return self.lines[self._cursor] if self._cursor < len(self.lines) else None

    def rebuild(self) -> None:
        """Rebuild the lines; the cursor stays on its line, or at its position if that is gone."""
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
        """Insert a line for the new member after the record's last line."""
        inside = [index for index, line in enumerate(self.lines) if line.place[: len(place)] == place]
        last = inside[-1] if inside else len(self.lines) - 1
        depth = next((line.depth for line in self.lines if line.place[:-1] == place and line.place), 0)
        line = FormLine(kind="add", place=place, spec=FieldSpec(control="record"), label="", depth=depth, record=place)
        self.lines.insert(last + 1, line)

    def show_faults(self, faults: Mapping[Place, str]) -> None:
        """Mark the lines with errors."""
        if faults != self.faults:
            self.faults = faults
            self.rebuild()
            self.post_message(self.Moved())

    def fold(self, place: Place, *, opened: bool) -> None:
        """Unfold or fold the group at a place."""
        self._opened[place] = opened
        self.rebuild()

    def forget_folds(self, place: Place) -> None:
        """Reset the folding of everything inside a place, after its entries have moved."""
        self._opened = {each: opened for each, opened in self._opened.items() if each[: len(place)] != place}

    def move_to(self, index: int) -> None:
        """Move the cursor to a line, or the nearest selectable one, and scroll it into view."""
        self._cursor = self._nearest(index, forward=index >= self._cursor)
        top, window = self.scroll_offset.y, max(1, self.size.height)
        if self._cursor < top or self._cursor >= top + window:
            self.scroll_to(
                y=self._cursor if self._cursor < top else self._cursor - window + 1, animate=False, force=True
            )
        self.refresh()
        self.post_message(self.Moved())

    def put_cursor_on(self, place: Place, *, kind: str = "") -> bool:
        """Move the cursor to the first line of a place, optionally of a kind; return whether there is one."""
        for index, line in enumerate(self.lines):
            if line.place == place and kind in ("", line.kind):
                self.move_to(index)
                return True
        return False

    def line_at(self, y: int) -> int | None:
        """Return the index of the line at row ``y`` of the view; None below the last line."""
        index = y + self.scroll_offset.y
        return index if 0 <= index < len(self.lines) else None

    def render_line(self, y: int) -> Strip:
        """Render one line, or a blank one below the last line."""
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
        """Return the index of the nearest line that is not a heading, in the given direction first."""
        if not self.lines:
            return 0
        index = max(0, min(len(self.lines) - 1, index))
        after, before = range(index, len(self.lines)), range(index, -1, -1)
        order = (*after, *before) if forward else (*before, *after)
        return next((place for place in order if self.lines[place].kind != "heading"), index)
