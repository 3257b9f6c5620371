"""Adapts requests to the shipped model, so that tool calls can be forced and seeds are reproducible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.local.template import TOOL_CALL_CLOSE, TOOL_CALL_OPEN

_MEMORY: Final = "cache_prompt"
"""A member of the server's own; if set, it overrides the default, which is to reuse the cached prompt."""
_PREFILL: Final[JsonObject] = {"role": "assistant", "content": TOOL_CALL_OPEN}


def adapted_body(body: JsonObject) -> tuple[JsonObject, list[str]]:
    """Return the body adapted to the shipped model, and a sentence for each change.

    Only ``tool_choice`` ``required`` and a named function are adapted: the server does not let the reply end without
    a call but allows text before it, so the reply is prefilled with the call's opening tag. ``auto`` and ``none`` are
    sent unchanged; the server refuses a prefilled reply under ``auto``. With a ``seed`` the prompt cache is disabled:
    a partly cached prompt rounds differently, which changes the text. Adapting is idempotent, and ``body`` itself is
    never modified.

    Returns:
        The body to send and the notes; an equal body and no notes if nothing had to change.
    """
    changed, notes = _with_forced_call(body)
    if changed.get("seed") is not None and _MEMORY not in changed:
        changed = {**changed, _MEMORY: False}
        notes.append(f"local: added {_MEMORY} false, so that the same seed gives the same text")
    return changed, notes


def _with_forced_call(body: JsonObject) -> tuple[JsonObject, list[str]]:
    tools, choice, messages = body.get("tools"), body.get("tool_choice"), body.get("messages")
    if not isinstance(tools, list) or not tools or not isinstance(messages, list) or _begun(messages):
        return body, []
    notes: list[str] = []
    changed = dict(body)
    name = _named_function(choice)
    if name is not None:
        chosen = [tool for tool in tools if _tool_name(tool) == name]
        if not chosen:
            return body, [f"local: no tool is named {name}; the server treats this tool_choice as auto"]
        changed["tools"], changed["tool_choice"] = list[Json](chosen[:1]), "required"
        notes.append(f'local: sent as tool_choice "required" with {name} as the only tool')
    elif choice != "required":
        return body, []
    changed["messages"] = [*messages, dict(_PREFILL)]
    notes.append(f"local: the reply is prefilled with {TOOL_CALL_OPEN}")
    if body.get("parallel_tool_calls") is not True:
        stop = _with_stop(body.get("stop"))
        if stop is not None:
            changed["stop"] = stop
            notes.append(f"local: added {TOOL_CALL_CLOSE} to stop, so that the model makes only one call")
    return changed, notes


def _begun(messages: list[Json]) -> bool:
    """Whether the conversation ends with a prefilled reply, the user's or our own."""
    last = messages[-1] if messages else None
    return isinstance(last, dict) and last.get("role") == "assistant"


def _named_function(choice: Json) -> str | None:
    if not isinstance(choice, Mapping) or choice.get("type") != "function":
        return None
    function = choice.get("function")
    name = function.get("name") if isinstance(function, Mapping) else None
    return name if isinstance(name, str) else None


def _tool_name(tool: Json) -> Json:
    function = tool.get("function") if isinstance(tool, Mapping) else None
    return function.get("name") if isinstance(function, Mapping) else None


def _with_stop(stop: Json) -> list[Json] | None:
    """Return ``stop`` with the call's closing tag; None if it is already there or ``stop`` has a wrong type."""
    if stop is None:
        return [TOOL_CALL_CLOSE]
    if isinstance(stop, str):
        return None if stop == TOOL_CALL_CLOSE else [stop, TOOL_CALL_CLOSE]
    if not isinstance(stop, list) or TOOL_CALL_CLOSE in stop:
        return None
    return [*stop, TOOL_CALL_CLOSE]
