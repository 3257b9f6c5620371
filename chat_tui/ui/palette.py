"""The command palette: every action by its name, made from the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat_tui.ui.action_table import ACTIONS
from chat_tui.ui.actions import key_words, keys_of
from chat_tui.ui.choices import Choice


def palette_choices(chosen_keys: Mapping[str, str]) -> Sequence[Choice]:
    """One line an action, its keys beside it; what acts on a message acts on the transcript's current one."""
    return [
        Choice(action.id, action.words, key_words(keys_of(action.id, chosen_keys))) for action in ACTIONS if action.menu
    ]
