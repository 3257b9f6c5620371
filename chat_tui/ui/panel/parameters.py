"""The Parameters tab: every parameter of the provider on one line, edited with keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import events
from textual.binding import BindingType
from textual.message import Message

from chat_tui.domain.json_values import UNSET, Json, Unset
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.actions import bindings
from chat_tui.ui.notes import note
from chat_tui.ui.panel.controls import at_fraction, same
from chat_tui.ui.panel.editing_keys import EDITING_KEYS
from chat_tui.ui.panel.frame import HEADER_LINES
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.row_typing import RowTyping
from chat_tui.ui.panel.rows import HeadingRow, ParameterRow
from chat_tui.ui.panel.turns import draft_of, turned_value

if TYPE_CHECKING:
    from chat_tui.ui.panel.editors.tokens import TokenSource


class ParametersView(RowTyping, can_focus=True):
    """Shows and changes parameters. It owns no state but the cursor, the folding and the text being typed.

    ``Changed`` is posted only for keys and the mouse, never by ``show``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *EDITING_KEYS,
        *bindings("parameters"),
    ]

    class Changed(Message):
        """The user changed a parameter."""

        def __init__(self, view: ParametersView, settings: SessionSettings) -> None:
            super().__init__()
            self.view = view
            self.settings = settings
            """The complete settings after the change."""

        @property
        def control(self) -> ParametersView:
            """The view that posted the message."""
            return self.view

    class Swept(Message):
        """The user typed several values."""

        def __init__(self, axis: str) -> None:
            super().__init__()
            self.axis = axis
            """Name, equals sign and values, as in a sweep's definition."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.tokens: TokenSource | None = None
        """The tokenizer of the selected model, used by the editors."""

    def change(self, row: ParameterRow, value: Json | Unset) -> None:
        """Set or unset a parameter on behalf of the user; posts ``Changed`` if that makes a difference."""
        if self.shown is None or (same(row.value, value) and not row.own):
            return
        settings = self.shown.settings
        changed = settings.unset(row.spec.path) if isinstance(value, Unset) else settings.set(row.spec.path, value)
        self.shown = replace(self.shown, settings=changed)
        self.rebuild()
        self.post_message(self.Changed(self, changed))

    def sweep(self, row: ParameterRow, text: str) -> None:
        """Request a sweep over several values of a parameter; posts ``Swept``."""
        self.post_message(self.Swept(f"{row.spec.name}={text}"))

    def convert(self, row: ParameterRow, value: Json | Unset) -> None:
        """Convert a retired parameter with this value to its successor, in a single change."""
        from chat_tui.catalogue.forms import load_forms
        from chat_tui.domain.conversions import converted

        conversion = load_forms().conversion(row.spec.name)
        if self.shown is None or conversion is None:
            note(self, f"{row.spec.name} has no successor to convert to.", severity="warning")
            return
        before = self.shown.settings
        written = before.unset(row.spec.path) if isinstance(value, Unset) else before.set(row.spec.path, value)
        settings = replace(written, parameters=converted(written.parameters, conversion))
        if settings.parameters == before.parameters:
            note(self, f"{conversion.title}: there is nothing to convert.")
            return
        self.shown = replace(self.shown, settings=settings)
        self.rebuild()
        self.post_message(self.Changed(self, settings))
        self.put_cursor_on(".".join(conversion.turns[0].target))

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.move_to(self._cursor + rows)

    def action_turn(self, steps: int) -> None:
        """Step a number, cycle a switch or a choice, unfold and fold groups."""
        row = self.current
        if isinstance(row, HeadingRow):
            self._turn_heading(row, steps)
        elif isinstance(row, ParameterRow):
            value = turned_value(row, steps)
            if row.members and same(value, row.value):
                self.fold([row.key], opened=steps > 0)
            else:
                self.change(row, value)

    def _turn_heading(self, row: HeadingRow, steps: int) -> None:
        """Right unfolds a group, then the rest of it; left does the reverse; with shift for all groups at once."""
        if abs(steps) > 1:
            self.fold(self.heading_keys(), opened=steps > 0)
        elif steps > 0:
            self.fold([row.rest_key if row.open else row.key], opened=True)
        else:
            self.fold([row.rest_key if row.open and row.rest_open else row.key], opened=False)

    def action_edit(self) -> None:
        """Type the value in place, or open the editor for it."""
        row = self.current
        if isinstance(row, HeadingRow):
            self.fold([row.key], opened=not row.open)
        elif isinstance(row, ParameterRow) and self.shown is not None:
            if row.spec.control == "switch":
                self.action_turn(1)
            elif (draft := draft_of(row)) is not None:
                self.type_in(draft)
            else:
                self._open_editor(row, as_json=False)

    def action_press(self) -> None:
        """Toggle a switch, unfold and fold groups."""
        row = self.current
        if isinstance(row, HeadingRow) or (isinstance(row, ParameterRow) and row.members):
            self.fold([row.key], opened=not row.open)
        elif isinstance(row, ParameterRow) and row.spec.control == "switch":
            self.action_turn(1)

    def action_unset(self) -> None:
        """Unset the parameter."""
        if isinstance(row := self.current, ParameterRow) and row.is_set:
            self.change(row, UNSET)

    def action_null(self) -> None:
        """Set the parameter to JSON null, if it accepts that."""
        if isinstance(row := self.current, ParameterRow):
            if "null" in row.spec.types:
                self.change(row, None)
            else:
                note(self, f"{row.spec.name} does not accept null.", severity="warning")

    def action_edit_json(self) -> None:
        """Edit the value as JSON, whatever its type."""
        if isinstance(row := self.current, ParameterRow):
            self._open_editor(row, as_json=True)

    def action_explain(self) -> None:
        """Show everything known about the parameter."""
        if isinstance(row := self.current, ParameterRow) and self.shown is not None:
            from chat_tui.ui.panel.editors.explaining import ExplainingScreen

            def take(convert: bool | None) -> None:
                if convert:
                    self.convert(row, row.value)

            self.app.push_screen(ExplainingScreen(self.shown, row), take)

    def action_convert(self) -> None:
        """Convert a retired parameter to its successor, if a conversion is known."""
        if isinstance(row := self.current, ParameterRow):
            self.convert(row, row.value)

    def action_find(self) -> None:
        """Start typing in the filter line."""
        self.filtering = True
        self.type_in(LineDraft.of(self.filter))

    def on_click(self, event: events.Click) -> None:
        """Select a row, set a slider or fold a group; a click on the selected row edits it."""
        place = event.get_content_offset(self)
        if place is None:
            return
        index = self.row_at(place.y)
        if index is None:
            if place.y < HEADER_LINES:
                self.action_find()
            return
        self.leave_draft()
        again = index == self._cursor
        self.move_to(index)
        row = self.current
        slid = isinstance(row, ParameterRow) and self._slid(row, place.x)
        if isinstance(row, HeadingRow) or (again and not slid):
            self.action_edit()

    def _slid(self, row: ParameterRow, x: int) -> bool:
        """Set a slider by a click on it; return whether the click was on one."""
        canvas = self.canvas
        cell = x - canvas.value_column
        if self.shown is None or row.spec.control != "slider" or not row.is_set or not 0 <= cell < canvas.slider_width:
            return False
        self.change(row, at_fraction(row.spec, cell / (canvas.slider_width - 1)))
        return True

    def _open_editor(self, row: ParameterRow, *, as_json: bool) -> None:
        from chat_tui.ui.panel.editors.dialog import Converted, Edited
        from chat_tui.ui.panel.editors.opening import editor_for

        def take(edited: Edited | None) -> None:
            if isinstance(edited, Converted):
                self.convert(row, edited.value)
            elif edited is not None and self.put_cursor_on(row.spec.name) and isinstance(self.current, ParameterRow):
                self.change(self.current, edited.value)

        if self.shown is not None:
            self.app.push_screen(editor_for(self.shown, row, as_json=as_json, tokens=self.tokens), take)
