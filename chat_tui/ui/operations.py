"""What each action of the table does, as calls on the screen's parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


def operations(screen: ChatScreen) -> Mapping[str, Callable[[], Awaitable[None] | object]]:
    """Action id to operation; every action without a method of Textual's own has one."""
    return {
        "send": screen.sending.submit,
        "newline": partial(screen.composer.insert, "\n"),
        "stop": screen.stop_or_return,
        "new": screen.opening.new,
        "sessions": screen.opening.choose,
        "again": screen.sending.again,
        "name": screen.opening.ask_name,
        "editor": screen.windows.editor,
        "find": screen.windows.find,
        "panel": screen.windows.toggle_panel,
        "panel.previous": partial(screen.windows.turn_tab, -1),
        "panel.next": partial(screen.windows.turn_tab, 1),
        "palette": screen.windows.palette,
        "help": screen.windows.help,
        "copy": screen.copy_or_stop,
        "model": screen.choosing.choose_model,
        "provider": screen.choosing.choose_provider,
        "theme": screen.choosing.choose_theme,
        "unset_all": lambda: screen.change(screen.bench.settings.unset_all()),
        "history.previous": screen.composer.recall_previous,
        "history.next": screen.composer.recall_next,
        "transcript.edit": screen.messages.edit,
        "transcript.again": screen.messages.again,
        "transcript.left": partial(screen.messages.turn, -1),
        "transcript.right": partial(screen.messages.turn, 1),
        "transcript.copy": screen.messages.copy,
        "transcript.markdown": screen.messages.toggle_markdown,
        "transcript.fold": screen.messages.toggle_fold,
        "transcript.inspect": screen.messages.inspect,
        "transcript.drop": screen.messages.drop,
        "transcript.leave": screen.composer.focus,
    }
