"""The key bindings shared by the parameter list and the forms, and a way to run one before the next key is read."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.binding import Binding
from textual.widget import Widget

_PAGE: Final = 10

EDITING_KEYS: Final = (
    Binding("up", "move(-1)", "Up", show=False),
    Binding("down", "move(1)", "Down", show=False),
    Binding("pageup", f"move(-{_PAGE})", "Page up", show=False),
    Binding("pagedown", f"move({_PAGE})", "Page down", show=False),
    Binding("home", "move(-100000)", "First", show=False),
    Binding("end", "move(100000)", "Last", show=False),
    Binding("left", "turn(-1)", "Less", show=False),
    Binding("right", "turn(1)", "More", show=False),
    Binding("shift+left", "turn(-10)", "Ten less", show=False),
    Binding("shift+right", "turn(10)", "Ten more", show=False),
    Binding("enter", "edit", "Edit", show=False),
    Binding("space", "press", "Toggle", show=False),
    Binding("delete,backspace", "unset", "Unset", show=False),
)
"""Bindings for a view that implements these actions."""


async def run_own_binding(widget: Widget, event: events.Key) -> None:
    """Run the binding that ``widget`` itself declares for a key, from its key handler; ignore any other key.

    Textual runs a binding only after the key has bubbled up to the app, so a character typed right after it would be
    processed first.
    """
    found = widget.screen.active_bindings.get(event.key)
    if found is not None and found.node is widget and found.enabled:
        event.stop()
        event.prevent_default()
        await widget.run_action(found.binding.action)
