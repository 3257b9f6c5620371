"""The editor for values edited as text: JSON, schemas and long texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.literal import visible_line
from chat_tui.ui.panel.editors.dialog import Dialog, Edited, line
from chat_tui.ui.panel.editors.texts import Fault, Form
from chat_tui.ui.panel.editors.written import Written


class Repair(Struct, frozen=True):
    """An automatic change of the whole value, bound to a key."""

    title: str
    """Its name in the line of keys: ``strict``."""
    make: Callable[[Json], tuple[Json, str]]
    """Returns the repaired value, and the remaining issues in words."""
    done: str
    """The message if no issue remains."""


class WritingScreen(Dialog[Edited | None]):
    """Edits a value as text. Invalid text cannot be saved: its position is shown and the text stays."""

    DEFAULT_CSS = """
    WritingScreen {
        & > .dialog--box { height: 90%; max-height: 30; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f5", "save", "Save", show=False, priority=True),
        Binding("f8", "repair", "Repair", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        about: str,
        value: Json | Unset,
        form: Form,
        *,
        check: Callable[[Json], str] | None = None,
        start: str = "",
        repair: Repair | None = None,
    ) -> None:
        """Create the editor.

        Args:
            title: The name of the value.
            about: What it does.
            value: The current value.
            form: The text format.
            check: Returns a further error of a value, in words; empty if there is none.
            start: Initial text if there is no value yet.
            repair: What F8 does.
        """
        super().__init__()
        self._repair = repair
        self._repaired: tuple[str, str] | None = None
        """The text after the repair, and the remaining issues."""
        self._title = f"{title}  {form.hint}"
        self._about = about
        self._written = Written(form, value, check=check, start=start)
        self._warned = False

    def compose(self) -> ComposeResult:
        """Compose the title, the description, the text, its state and the keys."""
        with Vertical(classes="dialog--box"):
            yield line(self._title, "title")
            yield line(self._about, "about")
            yield self._written
            yield line("", "state", id="state")
            repair = f" · F8 {self._repair.title}" if self._repair is not None else ""
            yield line(f"ctrl+s save · esc cancel{repair}", "keys")

    def on_mount(self) -> None:
        """Focus the text area."""
        self._written.area.focus()

    @on(Written.Told)
    def _told(self, event: Written.Told) -> None:
        if self._warned and not event.text:
            self._warned = False
        if self._repair is not None and self._repaired is not None and self._repaired[0] == self._written.area.text:
            left = self._repaired[1]
            self._say(left or self._repair.done, fault=bool(left))
            return
        self._say(event.text, fault=event.fault)

    def action_save(self) -> None:
        """Close with the value; stay if the text is invalid."""
        value = self._written.read()
        if isinstance(value, Fault):
            self._written.go_to(value)
        elif not self._written.changed:
            self.dismiss(None)
        else:
            self.dismiss(Edited(value))

    def action_repair(self) -> None:
        """Replace the value with the repaired one, and show the remaining issues."""
        value = self._written.read()
        if self._repair is None or isinstance(value, Unset):
            return
        if isinstance(value, Fault):
            self._written.go_to(value)
            return
        made, left = self._repair.make(value)
        if made != value:
            self._written.change(made)
        self._repaired = (self._written.area.text, left)
        self._say(left or self._repair.done, fault=bool(left))

    def action_close(self) -> None:
        """Close; changed text needs a second escape."""
        if not self._written.touched or self._warned:
            self.dismiss(None)
        else:
            self._warned = True
            self._say("not saved: ctrl+s saves, esc again discards the changes", fault=True)

    def _say(self, text: str, *, fault: bool) -> None:
        state = self.query_one("#state", Static)
        state.update(Content(visible_line(text)))
        state.set_class(fault, "-fault")
