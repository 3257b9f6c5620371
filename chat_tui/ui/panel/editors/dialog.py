"""Base of the editors: a box over the screen with a title and a line of keys."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from msgspec import Struct
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.literal import visible, visible_line
from chat_tui.ui.screens.answering import AnsweringScreen

ResultT = TypeVar("ResultT")


class Edited(Struct, frozen=True):
    """The result of an editor; one closed without saving returns None."""

    value: Json | Unset


class Converted(Edited, frozen=True):
    """The result of an editor closed to convert the parameter, with this value, to its successor."""


class Dialog(AnsweringScreen[ResultT]):
    """A box of at most 84 x 30 cells; escape closes it without a result."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 50%;
        & > .dialog--box {
            width: 90%; max-width: 84; height: auto; max-height: 90%;
            background: $surface; padding: 1 2;
        }
        & .dialog--title { height: 1; color: $accent; text-style: bold; }
        & .dialog--about { height: auto; max-height: 3; color: $foreground 60%; margin-bottom: 1; }
        & .dialog--keys { height: 1; color: $foreground 60%; margin-top: 1; }
        & .dialog--state { height: 1; color: $foreground 60%; &.-fault { color: $error; } }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False, priority=True)]

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)


def line(text: str, kind: str, *, id: str | None = None) -> Static:  # noqa: A002 - Textual's own name
    """Create a literal line of a dialog; ``kind`` is title, about, keys or state."""
    shown = visible(text) if kind == "about" else visible_line(text)
    return Static(Content(shown), classes=f"dialog--{kind}", id=id, markup=False)
