"""Bindings, footer entries and key map, built from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.binding import Binding, BindingType

from chat_tui.ui.action_table import ACTIONS, Action, Scope

BY_ID: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}

_KEY_WORDS: Final = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "pageup": "page up",
    "pagedown": "page down",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "plus": "+",
    "minus": "-",
}


def bindings(scope: Scope) -> list[BindingType]:
    """Return the bindings of one scope, for the class that declares them."""
    return [
        Binding(
            action.keys,
            action.method or f"screen.do('{action.id}')",
            action.words,
            show=False,
            priority=action.priority,
            id=action.id,
        )
        for action in ACTIONS
        if action.scope == scope and action.keys
    ]


def keymap(chosen: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Convert the user's key map to Textual's form.

    Args:
        chosen: Action id to keys, comma-separated, as in the configuration.

    Returns:
        The valid entries, and one sentence for each invalid entry.
    """
    known: dict[str, str] = {}
    faults: list[str] = []
    for action_id, keys in chosen.items():
        cleaned = ",".join(_written(key.strip()) for key in keys.split(",") if key.strip())
        action = BY_ID.get(action_id)
        if action is None:
            faults.append(f"[keys] {action_id}: no action has this id.{_similar(action_id)}")
        elif not action.keys:
            faults.append(f"[keys] {action_id}: this action has no key; run it from the palette.")
        elif not cleaned:
            faults.append(f"[keys] {action_id}: a key is missing, for example {action.keys.split(',')[0]}.")
        else:
            known[action_id] = cleaned
    return known, faults


def _similar(action_id: str) -> str:
    import difflib

    near = difflib.get_close_matches(action_id, BY_ID, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _written(key: str) -> str:
    """Return a key's name in lower case; a single letter is left as it is: ``E`` means shift+e."""
    return key if len(key) == 1 else key.lower()


def keys_of(action_id: str, chosen: Mapping[str, str]) -> str:
    """Return the keys bound to an action: the user's, else the default."""
    return chosen.get(action_id) or BY_ID[action_id].keys


def key_words(keys: str, *, short: bool = False) -> str:
    """Format keys for display: ``ctrl+j, shift+enter``; with ``short``, only the first, as ``^j``."""
    names = [key.strip() for key in keys.split(",") if key.strip()]
    if short:
        return _short(names[0]) if names else ""
    return ", ".join(_word(name) for name in names)


def first_key(action_id: str, chosen: Mapping[str, str], *, short: bool = False) -> str:
    """Format the key to mention in a sentence about an action; ``short`` as in ``key_words``."""
    return key_words(keys_of(action_id, chosen).split(",")[0], short=short)


def footer(chosen: Mapping[str, str], *scopes: Scope) -> list[tuple[str, str]]:
    """Return key and label of each action in these scopes that has a footer label, in table order."""
    return [
        (key_words(keys_of(action.id, chosen), short=True), action.short)
        for action in ACTIONS
        if action.short and action.scope in scopes
    ]


def _word(key: str) -> str:
    *modifiers, last = key.split("+")
    shown = _KEY_WORDS.get(last, last.upper() if _function_key(last) else last)
    return "+".join([*modifiers, shown])


def _short(key: str) -> str:
    word = _word(key)
    return f"^{word[5:]}" if word.startswith("ctrl+") and len(word) == 6 else word


def _function_key(key: str) -> bool:
    return key[:1] == "f" and key[1:].isdigit()
