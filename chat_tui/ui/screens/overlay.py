"""Base of windows over the chat screen, on a dimmed background."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from chat_tui.ui.screens.answering import Answer, AnsweringScreen


class Overlay(AnsweringScreen[Answer]):
    """Base of lists, questions and help; escape closes it. Its content is in a container of class ``window``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close", show=False)]
    DEFAULT_CSS = """
    Overlay { align: center middle; background: $background 60%; }
    Overlay .window {
        width: 76;
        max-width: 100%;
        height: auto;
        max-height: 90%;
        background: $surface;
        border: round $primary 60%;
        padding: 0 1;
    }
    Overlay .title { color: $accent; text-style: bold; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Overlay .quiet { color: $foreground 60%; height: auto; }
    Overlay .refused { color: $error; }
    Overlay LineInput { background: $surface; padding: 0; }
    Overlay OptionList, Overlay VerticalScroll {
        background: $surface;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        scrollbar-color: $panel;
        scrollbar-color-hover: $secondary;
        scrollbar-color-active: $primary;
    }
    Overlay OptionList {
        border: none;
        height: auto;
        padding: 0;
        &:focus { background-tint: $surface 0%; }
        & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted {
            background: $primary 20%; color: $foreground; text-style: none;
        }
    }
    Overlay.-side { align: left top; }
    Overlay.-side .window {
        width: 60;
        height: 100%;
        max-height: 100%;
        border: none;
        border-right: outer $panel;
        padding: 1 1 0 1;
    }
    """

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
