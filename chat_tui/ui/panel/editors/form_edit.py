"""Editing a form with keys: change, open, add, remove and move values."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from chat_tui.domain.form_values import begun, switched
from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.places import Place, dropped, shifted, value_in
from chat_tui.ui.panel.controls import same
from chat_tui.ui.panel.editing_keys import EDITING_KEYS
from chat_tui.ui.panel.editors.form_rows import FormLine, ticked
from chat_tui.ui.panel.editors.form_typing import turned_field
from chat_tui.ui.panel.editors.form_typing_view import FormTyping, is_scalar


class FormEdit(FormTyping, can_focus=True):
    """Edits one value as a form. Posts ``Changed`` and ``Moved`` to the screen around it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *EDITING_KEYS,
        Binding("ctrl+n,plus", "add", "Add", show=False),
        Binding("ctrl+o", "other", "Another member", show=False),
        Binding("ctrl+d", "remove", "Remove", show=False),
        Binding("ctrl+r", "rename", "Rename", show=False),
        Binding("alt+up", "shift(-1)", "Move up", show=False),
        Binding("alt+down", "shift(1)", "Move down", show=False),
        Binding("ctrl+z", "undo", "Undo", show=False),
    ]

    class Opened(Message):
        """A value is to be edited in a separate window."""

        def __init__(self, line: FormLine) -> None:
            super().__init__()
            self.line = line

    def put(self, place: Place, value: Json | Unset) -> None:
        """Set the value at a place, or remove it if unset."""
        self.apply(dropped(self.value, place) if isinstance(value, Unset) else self._put(place, value))

    def on_mount(self) -> None:
        """Start on the first line that needs input."""
        if self.spec.control == "variants" and isinstance(self.value, list | Unset) and len(self.lines) > 1:
            self._cursor = 1

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.move_to(self._cursor + lines)

    def action_turn(self, steps: int) -> None:
        """Step a number, cycle a switch, a choice or a variant; unfold and fold groups."""
        line = self.current
        if line is None:
            return
        if line.kind == "value":
            value = turned_field(line.spec, line.value, steps)
            if not same(value, line.value):
                self.put(line.place, value)
        elif line.kind == "kind":
            self._turn_kind(line, 1 if steps > 0 else -1)
        elif line.kind == "tick":
            self._tick(line)
        elif line.folds:
            self.fold(line.place, opened=steps > 0)

    def _turn_kind(self, line: FormLine, direction: int) -> None:
        count = len(line.spec.variants)
        if line.variant is None and line.is_set:
            return
        index = (line.variant or 0) + direction if line.is_set else 0 if direction > 0 else -1
        self.put(line.place, switched(line.spec, line.value, index % count))

    def action_edit(self) -> None:
        """Type the value, unfold the group or add an entry, depending on the line."""
        line = self.current
        if line is None:
            return
        if line.kind == "add":
            self.action_add()
        elif line.kind == "value":
            self._edit_value(line)
        elif line.kind == "tick":
            self._tick(line)
        elif line.kind == "kind" and (not line.is_set or not line.folds):
            self.action_turn(1)
            self._enter(line.place)
        elif line.folds:
            self.fold(line.place, opened=not line.open)
            if not line.open and not line.is_set:
                self.action_move(1)

    def _edit_value(self, line: FormLine) -> None:
        control = line.spec.control
        if control == "switch" or (control == "select" and not line.spec.enum_open):
            self.action_turn(1)
        elif control in ("text", "number", "select"):
            self.begin_value()
        elif control != "const":
            self.post_message(self.Opened(line))

    def action_press(self) -> None:
        """Toggle a switch or a tick, cycle a choice, or fold a group."""
        line = self.current
        if line is not None and line.kind == "group" and line.folds:
            self.fold(line.place, opened=not line.open)
        elif line is not None and (line.kind in ("tick", "kind") or line.spec.control in ("switch", "select")):
            self.action_turn(1)

    def action_unset(self) -> None:
        """Unset the value of the line; an entry is removed."""
        line = self.current
        if line is None or not line.is_set:
            return
        if line.kind == "tick":
            self._tick(line)
        elif line.place == line.entry:
            self.action_remove()
        elif line.kind in ("value", "group", "kind"):
            self.apply(dropped(self.value, line.place))

    def action_add(self) -> None:
        """Add an entry to the nearest list or map; if there is none, a member to the record."""
        line = self.current
        if line is None:
            return
        place, item = line.container, line.items
        if place is None or item is None:
            self.action_other()
            return
        if not self.put_cursor_on(place, kind="add"):
            self.fold(place, opened=True)
            self.put_cursor_on(place, kind="add")
        added = self.current
        if added is not None and (added.spec.control == "map" or is_scalar(item)):
            self.begin_entry()
            return
        held = value_in(self.value, place)
        entry = (*place, len(held) if isinstance(held, list) else 0)
        self._opened[entry] = True
        self._insert(place, begun(item))
        if self.put_cursor_on(entry):
            self._enter(entry)

    def action_other(self) -> None:
        """Add a member that the form does not define to the nearest record."""
        line = self.current
        if line is not None and (self.spec.control in ("record", "variants") or line.record):
            self.extra = line.record
            self.rebuild()
            if self.put_cursor_on(line.record, kind="add"):
                self.begin_name("member")

    def action_remove(self) -> None:
        """Remove the entry, pair or undefined member the line belongs to."""
        line = self.current
        if line is None or line.entry is None:
            return
        here = self._cursor
        self.forget_folds(line.entry[:-1] if isinstance(line.entry[-1], int) else line.entry)
        self.apply(dropped(self.value, line.entry))
        self.move_to(min(here, len(self.lines) - 1))

    def action_rename(self) -> None:
        """Rename a map's key or an undefined member."""
        line = self.current
        if line is not None and line.own_name and line.place:
            self.begin_name("name", str(line.place[-1]))

    def action_shift(self, by: int) -> None:
        """Move the entry up or down in its list."""
        line = self.current
        if line is None or line.entry is None:
            return
        value, place = shifted(self.value, line.entry, by)
        if place != line.entry:
            self.forget_folds(line.entry[:-1])
            self._opened[place] = line.open or line.place != line.entry
            self.apply(value)
            self.put_cursor_on((*place, *line.place[len(line.entry) :]))

    def action_undo(self) -> None:
        """Undo one change."""
        if self._undone:
            self.value = self._undone.pop()
            self.rebuild()
            self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        """Select a line; a click on the selected one edits it."""
        place = event.get_content_offset(self)
        index = None if place is None else self.line_at(place.y)
        if index is None or not self.leave_draft():
            return
        again = index == self._cursor
        self.move_to(index)
        if again or (self.current is not None and self.current.kind in ("tick", "add")):
            self.action_edit()

    def _tick(self, line: FormLine) -> None:
        held = value_in(self.value, line.place)
        values = ticked(line.spec.enum, held if isinstance(held, list) else [], line.option)
        self.apply(self._put(line.place, values) if values else dropped(self.value, line.place))

    def _enter(self, place: Place) -> None:
        """Move the cursor to the first line to fill in within a place."""
        inside = [
            line
            for line in self.lines
            if line.place[: len(place)] == place and (line.place != place or line.kind in ("value", "add"))
        ]
        blank = next((line for line in inside if line.kind == "value" and line.value == ""), None)
        first = blank or next((line for line in inside if line.kind not in ("heading", "group")), None)
        if first is not None:
            self.put_cursor_on(first.place, kind=first.kind)
