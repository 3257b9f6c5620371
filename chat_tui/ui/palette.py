"""The items of the command palette, built from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat_tui.ui.action_table import ACTIONS
from chat_tui.ui.actions import key_words, keys_of
from chat_tui.ui.choices import Choice


def palette_choices(chosen_keys: Mapping[str, str], *, columns: bool) -> Sequence[Choice]:
    """Return one item per action with its keys; a message action applies to the transcript's current message.

    Args:
        chosen_keys: The user's keys by action id.
        columns: Whether messages are shown side by side; their actions are left out otherwise.
    """
    return [
        Choice(action.id, action.words, key_words(keys_of(action.id, chosen_keys)))
        for action in ACTIONS
        if action.menu and (columns or action.scope != "beside")
    ]
