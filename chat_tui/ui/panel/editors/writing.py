"""The editor for values that are written: JSON, lists, maps and long texts, read again at every key."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from chat_tui.domain.json_values import Json, Unset, json_type
from chat_tui.domain.literal import visible_line
from chat_tui.ui.panel.editors.dialog import Dialog, Edited, line
from chat_tui.ui.panel.editors.forms import Fault, Form
from chat_tui.ui.panel.editors.literal_area import LiteralTextArea
from chat_tui.ui.panel.rows import ParameterRow


class WritingScreen(Dialog[Edited | None]):
    """Edits a value as text. A text that is no value cannot be saved: the place is shown and the text stays."""

    DEFAULT_CSS = """
    WritingScreen {
        & > .dialog--box { height: 90%; max-height: 30; }
        & TextArea, & TextArea:focus { height: 1fr; border: none; padding: 0 1; background: $foreground 5%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f5", "save", "Save", show=False, priority=True),
    ]

    def __init__(self, row: ParameterRow, form: Form) -> None:
        super().__init__()
        self._row = row
        self._form = form
        self._before = "" if isinstance(row.value, Unset) else form.write(row.value)
        self._warned = False

    def compose(self) -> ComposeResult:
        """Title, what the parameter is, the text, its state, the keys."""
        with Vertical(classes="dialog--box"):
            yield line(f"{self._row.spec.name}  {self._form.hint}", "title")
            yield line(self._row.spec.help, "about")
            yield LiteralTextArea(self._before, show_line_numbers=True, tab_behavior="indent", id="text")
            yield line("", "state", id="state")
            yield line("ctrl+s save · esc leave", "keys")

    def on_mount(self) -> None:
        """Start at the end of the text."""
        area = self.query_one("#text", TextArea)
        area.move_cursor(area.document.end)
        area.focus()
        self._tell()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._warned = False
        self._tell()

    def action_save(self) -> None:
        """Close with the value; stay where there is none."""
        text = self.query_one("#text", TextArea).text
        value = self._form.read(text)
        if isinstance(value, Fault):
            self._tell()
            area = self.query_one("#text", TextArea)
            area.move_cursor((value.line - 1, value.column - 1))
        elif text == self._before:
            self.dismiss(None)
        else:
            self.dismiss(Edited(value))

    def action_close(self) -> None:
        """Leave; a changed text only at the second time."""
        if self.query_one("#text", TextArea).text == self._before or self._warned:
            self.dismiss(None)
        else:
            self._warned = True
            self._say("not saved: ctrl+s saves, esc again leaves it", fault=True)

    def _tell(self) -> None:
        text = self.query_one("#text", TextArea).text
        value = self._form.read(text)
        if isinstance(value, Fault):
            self._say("" if not text.strip() else value.sentence(), fault=True)
        else:
            self._say(_measure(value), fault=False)

    def _say(self, text: str, *, fault: bool) -> None:
        state = self.query_one("#state", Static)
        state.update(Content(visible_line(text)))
        state.set_class(fault, "-fault")


def _measure(value: Json) -> str:
    """What a value is, in a few words."""
    if isinstance(value, str):
        return f"{len(value)} characters"
    if isinstance(value, list):
        return f"{len(value)} " + ("entry" if len(value) == 1 else "entries")
    if isinstance(value, dict):
        return f"{len(value)} " + ("member" if len(value) == 1 else "members")
    return json_type(value)
