"""The user's key bindings in Textual's form; those that cannot work are left out and reported."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from textual.keys import KEY_NAME_REPLACEMENTS, REPLACED_KEYS, Keys, key_to_character

from chat_tui.ui.action_table import ACTIONS, IN_FILMS, Action, Scope

BY_ID: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}

NO_KEY: Final = "none-"
"""Begins the name of a key that no terminal sends: the key of an action that has none."""
_EVERYWHERE: Final[frozenset[Scope]] = frozenset({"screen", "app"})
_TYPED_IN: Final[frozenset[Scope]] = _EVERYWHERE | {"composer"}
"""Scopes whose keys work while a message is being typed."""
_MOVING: Final = frozenset({"up", "down", "pageup", "pagedown", "home", "end", "enter"})
_OWN: Final[Mapping[Scope, frozenset[str]]] = {
    "message": _MOVING | {"j", "k"},
    "parameters": _MOVING | {"left", "right", "shift+left", "shift+right", "space", "delete", "backspace", "escape"},
}
"""Keys with which a view moves and edits; it takes them before an action does."""
_DIGITS: Final = frozenset("0123456789-.")
"""Characters that start typing a value in the Parameters tab."""
_MODIFIERS: Final = frozenset({"ctrl", "alt", "shift", "super", "hyper", "meta"})
_NAMES: Final = frozenset(key.value for key in Keys)


def keymap(chosen: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Convert the user's key map to Textual's form.

    An entry is left out if its action or a key is unknown, if it would keep a character from being typed in the
    composer, or if another action that works in the same place has the key. But an action that works everywhere takes
    the default key of one that works in a single view, which then has ``NO_KEY``.

    Args:
        chosen: Action id to keys, comma-separated, as in the configuration.

    Returns:
        The valid entries, and one sentence for each invalid entry.
    """
    known: dict[str, str] = {}
    faults: list[str] = []
    for action_id, keys in chosen.items():
        names = [key_name(key.strip()) for key in keys.split(",") if key.strip()]
        if fault := _fault(action_id, names):
            faults.append(f"[keys] {action_id}: {fault}")
        else:
            known[action_id] = ",".join(names)
    while clash := _clash(known):
        faults.append(clash[1])
        del known[clash[0]]
    return known | _displaced(known), faults


def key_name(written: str) -> str:
    """Return Textual's name of a key: ``F9`` is ``f9``, ``?`` is ``question_mark``, and ``shift+e`` is ``E``."""
    *modifiers, last = written.split("+") if len(written) > 1 else [written]
    if [each.lower() for each in modifiers] == ["shift"] and len(last) == 1 and not last.isdigit():
        return key_name(last.upper())
    if len(last) == 1 and not last.isalnum():
        name = unicodedata.name(last, last).lower().replace("-", "_").replace(" ", "_")
        last = KEY_NAME_REPLACEMENTS.get(name, name)
    elif len(last) > 1 or modifiers:
        last = last.lower()
    return "+".join([*(modifier.lower() for modifier in modifiers), last])


def character(name: str) -> str:
    """Return the printable character that a key types: "?" for ``question_mark``, " " for ``space``; else ""."""
    typed = key_to_character(REPLACED_KEYS.get(name, name)) or ""
    return typed if typed.isprintable() else ""


def _fault(action_id: str, names: list[str]) -> str:
    """Return what is wrong with an entry by itself, or ""."""
    action = BY_ID.get(action_id)
    if action is None:
        return f"no action has this id.{_similar(action_id)}"
    if not names:
        return f"a key is missing, for example {action.keys.split(',')[0] or 'f9'}."
    return next((fault for name in names if (fault := _key_fault(action, name))), "")


def _key_fault(action: Action, name: str) -> str:
    """Return why an action cannot have a key, or ""."""
    if not _exists(name):
        return f"{name!r} is not the name of a key. Examples: f9, ctrl+b, escape, pageup."
    if action.scope in _TYPED_IN and character(name):
        return f"{name} is a character to type in a message; use a function key, or one with ctrl or alt."
    if name in _OWN.get(action.scope, frozenset()).difference(action.keys.split(",")):
        does = "moves among the messages" if action.scope == "message" else "moves among the parameters or changes one"
        return f"{name} {does}; choose another key."
    if action.scope == "parameters" and character(name) in _DIGITS:
        return f"{name} starts typing a value; choose another key."
    return ""


def _exists(name: str) -> bool:
    *modifiers, last = name.split("+")
    return _MODIFIERS.issuperset(modifiers) and (last in _NAMES or bool(character(last)))


def _clash(known: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the first entry with a key of another action, and the sentence about it; None if there is none."""
    final = {action.id: known.get(action.id) or action.keys for action in ACTIONS}
    entries = [*known]
    for place, action_id in enumerate(entries):
        for other_id, keys in final.items():
            later = other_id in entries[place + 1 :]
            if other_id == action_id or later or not _meet(BY_ID[action_id], BY_ID[other_id]):
                continue
            if other_id not in known and _goes_before(BY_ID[action_id], BY_ID[other_id]):
                continue
            if shared := {*final[action_id].split(",")} & {*keys.split(",")}:
                words = BY_ID[other_id].words
                return action_id, (
                    f"[keys] {action_id}: {min(shared)} is the key of {other_id} ({words}). "
                    f"Choose another key, or give {other_id} another one."
                )
    return None


def _displaced(known: Mapping[str, str]) -> dict[str, str]:
    """Return the keys left to the actions of a single view whose default keys now belong to others."""
    found: dict[str, str] = {}
    for other in ACTIONS:
        taken = {
            key
            for action_id, keys in known.items()
            if other.id not in known and _meet(BY_ID[action_id], other) and _goes_before(BY_ID[action_id], other)
            for key in keys.split(",")
        }
        keys = other.keys.split(",")
        if not taken.isdisjoint(keys):
            found[other.id] = ",".join(key for key in keys if key not in taken) or f"{NO_KEY}{other.id}"
    return found


def _goes_before(first: Action, second: Action) -> bool:
    return first.scope in _EVERYWHERE and second.scope not in _TYPED_IN


def _meet(first: Action, second: Action) -> bool:
    """Return whether there is a place where the keys of both actions work."""
    scopes = {first.scope, second.scope}
    if "film" in scopes:
        return scopes <= {"film", "app"} or not {first.id, second.id}.isdisjoint(IN_FILMS)
    return len(scopes) == 1 or bool(scopes & _EVERYWHERE)


def _similar(action_id: str) -> str:
    from chat_tui.domain.similar_names import similar_names

    near = similar_names(action_id, BY_ID)
    return f" Did you mean {near[0]}?" if near else ""
