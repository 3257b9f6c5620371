"""What each action of the table does: a method of one of the screen's parts, and its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPERATIONS: Final[Mapping[str, tuple[str, *tuple[object, ...]]]] = {
    "send": ("sending.submit",),
    "newline": ("composer.insert", "\n"),
    "stop": ("stop_or_return",),
    "new": ("opening.new",),
    "sessions": ("opening.choose",),
    "again": ("sending.again",),
    "name": ("opening.ask_name",),
    "editor": ("windows.editor",),
    "find": ("windows.find",),
    "panel": ("windows.toggle_panel",),
    "panel.previous": ("windows.turn_tab", -1),
    "panel.next": ("windows.turn_tab", 1),
    "palette": ("windows.palette",),
    "help": ("windows.help",),
    "copy": ("copy_or_stop",),
    "model": ("choosing.choose_model",),
    "provider": ("choosing.choose_provider",),
    "theme": ("choosing.choose_theme",),
    "probe": ("probing.open",),
    "unset_all": ("unset_all",),
    "history.previous": ("composer.recall_previous",),
    "history.next": ("composer.recall_next",),
    "transcript.edit": ("messages.edit",),
    "transcript.again": ("messages.again",),
    "transcript.left": ("messages.turn", -1),
    "transcript.right": ("messages.turn", 1),
    "transcript.copy": ("messages.copy",),
    "transcript.markdown": ("messages.toggle_markdown",),
    "transcript.fold": ("messages.toggle_fold",),
    "transcript.inspect": ("messages.inspect",),
    "transcript.drop": ("messages.drop",),
    "transcript.leave": ("composer.focus",),
}
"""Action id to the path of the method from the screen on, and what it is called with."""
