"""The list of a parameter's values to pick from, with an input for other values where they are allowed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from chat_tui.domain.json_values import Json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.values import parse_value
from chat_tui.ui.panel.controls import choices, same
from chat_tui.ui.panel.editors.dialog import Dialog, Edited, line
from chat_tui.ui.panel.rows import ParameterRow, Shown
from chat_tui.ui.panel.value_text import typed_text
from chat_tui.ui.widgets.line_input import LineInput


class ChoosingScreen(Dialog[Edited | None]):
    """Picks one of a parameter's values."""

    DEFAULT_CSS = """
    ChoosingScreen {
        & > .dialog--box { width: 60; }
        & OptionList, & OptionList:focus {
            height: auto; max-height: 14; border: none; padding: 0; background: $surface;
        }
        & LineInput, & LineInput:focus { margin-top: 1; background: $foreground 5%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
    ]

    def __init__(self, shown: Shown, row: ParameterRow) -> None:
        super().__init__()
        self._shown = shown
        self._row = row
        self._options = choices(row.spec)

    def compose(self) -> ComposeResult:
        """Compose the title, the help, the values, an input for another value, and the keys."""
        with Vertical(classes="dialog--box"):
            yield line(self._row.spec.name, "title")
            yield line(self._row.spec.help, "about")
            yield OptionList(*map(_prompt, self._options), id="options", markup=False)
            if self._row.spec.enum_open:
                yield LineInput(placeholder="another value", id="other")
            yield line("⏎ select · esc cancel", "keys")

    def on_mount(self) -> None:
        """Highlight the current value; a value not in the list is put into the input."""
        options = self.query_one("#options", OptionList)
        here = next((i for i, option in enumerate(self._options) if same(option, self._row.value)), None)
        options.highlighted = here or 0
        options.focus()
        if here is None and self._row.is_set and self._row.spec.enum_open:
            other = self.query_one("#other", LineInput)
            other.value = visible_line(typed_text(self._row.value))
            other.focus()

    def action_save(self) -> None:
        """Close with the highlighted value."""
        index = self.query_one("#options", OptionList).highlighted
        if index is not None:
            self.dismiss(Edited(self._options[index]))

    @on(OptionList.OptionSelected)
    def _picked(self) -> None:
        self.action_save()

    @on(LineInput.Submitted)
    def _typed(self, event: LineInput.Submitted) -> None:
        if event.value:
            value, _ = parse_value(self._shown.catalogue, self._shown.provider, self._row.spec.name, event.value)
            self.dismiss(Edited(value))


def _prompt(option: Json) -> Content:
    return Content(f" {visible_line(typed_text(option))}")
