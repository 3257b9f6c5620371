"""Bindings, footer entries and the display of keys, built from the table of actions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from textual.binding import Binding, BindingType

from chat_tui.ui.action_table import ACTIONS, Scope
from chat_tui.ui.keymap import BY_ID, NO_KEY, character

_SCOPES_OF: Final[Mapping[str, tuple[Scope, ...]]] = {
    "composer": ("composer", "screen", "app"),
    "transcript": ("message",),
    "columns": ("beside",),
}
"""Scopes whose keys the bottom line shows, by id of the focused widget; otherwise those of screen and app."""
_KEY_WORDS: Final = {"escape": "esc", "pageup": "page up", "pagedown": "page down"}


def bindings(scope: Scope) -> list[BindingType]:
    """Return the bindings of one scope, for the class that declares them.

    An action without a key gets one that no terminal sends: the user's key map replaces keys, but adds none.
    """
    return [
        Binding(
            action.keys or f"{NO_KEY}{action.id}",
            action.method or f"screen.do('{action.id}')",
            action.words,
            show=False,
            priority=action.priority,
            id=action.id,
        )
        for action in ACTIONS
        if action.scope == scope
    ]


def keys_of(action_id: str, chosen: Mapping[str, str]) -> str:
    """Return the keys bound to an action: the user's, else the default; empty if it has none."""
    keys = chosen.get(action_id) or BY_ID[action_id].keys
    return "" if keys.startswith(NO_KEY) else keys


def key_words(keys: str, *, short: bool = False) -> str:
    """Format keys for display: ``ctrl+j, shift+enter``; with ``short``, only the first, as ``^j``."""
    names = [key.strip() for key in keys.split(",") if key.strip()]
    if short:
        return _short(names[0]) if names else ""
    return ", ".join(_word(name) for name in names)


def first_key(action_id: str, chosen: Mapping[str, str], *, short: bool = False) -> str:
    """Format the key to mention in a sentence about an action; ``short`` as in ``key_words``."""
    return key_words(keys_of(action_id, chosen).split(",")[0], short=short)


def scopes_of(widget_id: str | None) -> tuple[Scope, ...]:
    """Return the scopes whose keys the bottom line shows while the widget with this id has the focus."""
    return _SCOPES_OF.get(widget_id or "", ("screen", "app"))


def footer(chosen: Mapping[str, str], *scopes: Scope, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return key and label of each action in these scopes that has a footer label, in table order.

    Args:
        chosen: The user's keys by action id.
        scopes: The scopes.
        without: Ids of actions to leave out.
    """
    return [
        (key_words(keys_of(action.id, chosen), short=True), action.short)
        for action in ACTIONS
        if action.short and action.scope in scopes and action.id not in without and keys_of(action.id, chosen)
    ]


def hints(chosen: Mapping[str, str], *action_ids: str) -> tuple[tuple[str, str], ...]:
    """Return key and label of those of these actions that have a key."""
    return tuple((key, BY_ID[name].short) for name in action_ids if (key := first_key(name, chosen, short=True)))


def _word(key: str) -> str:
    *modifiers, last = key.split("+")
    shown = _KEY_WORDS.get(last) or character(last).strip() or (last.upper() if _function_key(last) else last)
    return "+".join([*modifiers, shown])


def _short(key: str) -> str:
    word = _word(key)
    return f"^{word[5:]}" if word.startswith("ctrl+") and len(word) == 6 else word


def _function_key(key: str) -> bool:
    return key[:1] == "f" and key[1:].isdigit()
