"""A dialog to paste a request; text that cannot be parsed stays in it, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.panel.editors.dialog import Dialog, line
from chat_tui.ui.panel.editors.literal_area import LiteralTextArea

if TYPE_CHECKING:
    from chat_tui.engine.workbench import Workbench

Imported: TypeAlias = "tuple[Workbench, tuple[str, ...]]"


class ImportDialog(Dialog["Imported | None"]):
    """Returns the session created from the text."""

    DEFAULT_CSS = """
    ImportDialog {
        & > .dialog--box { height: 90%; max-height: 30; }
        & TextArea, & TextArea:focus { height: 1fr; border: none; padding: 0 1; background: $foreground 5%; }
        & .dialog--state { height: auto; max-height: 4; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "take", "Import", show=False, priority=True),
        Binding("f5", "take", "Import", show=False, priority=True),
    ]

    def __init__(self, text: str, read: Callable[[str], Imported]) -> None:
        """Create the dialog.

        Args:
            text: The initial text.
            read: Creates a session from a text, or raises ``ProblemError``.
        """
        super().__init__()
        self._text = text
        self._read = read

    def compose(self) -> ComposeResult:
        """Compose the title, the text area, the status line and the keys."""
        with Vertical(classes="dialog--box"):
            yield line("Import a request", "title")
            yield line(
                "Paste a curl command or a JSON body. It becomes a new session.",
                "about",
            )
            yield LiteralTextArea(self._text, show_line_numbers=True, tab_behavior="indent", id="text")
            yield line("", "state", id="state")
            yield line("ctrl+s import · esc cancel", "keys")

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        area = self.query_one("#text", TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._say("")

    def action_take(self) -> None:
        """Close with the session; if the text cannot be parsed, show why and stay."""
        try:
            imported = self._read(self.query_one("#text", TextArea).text)
        except ProblemError as error:
            self._say(error.problem.sentence())
        else:
            self.dismiss(imported)

    def _say(self, fault: str) -> None:
        state = self.query_one("#state", Static)
        state.update(Content(visible_line(fault)))
        state.set_class(bool(fault), "-fault")
