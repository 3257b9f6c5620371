"""The command palette's entries, made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import SystemCommand

from chat_tui.ui.actions import ACTIONS, key_words, keys_of
from chat_tui.ui.screens.chat import ChatScreen


def palette_commands(screen: ChatScreen) -> Iterable[SystemCommand]:
    """One entry an action, its keys beside it; what acts on a message acts on the transcript's current one."""
    chosen = screen.services.options.keys
    for action in ACTIONS:
        if action.menu:
            keys = key_words(keys_of(action.id, chosen))
            call = partial(screen.app.run_action, action.method or f"do('{action.id}')", screen)
            yield SystemCommand(action.words, f"{action.id}  {keys}".strip(), call)
