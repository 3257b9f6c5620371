"""Messages as they go out to one service: earlier thoughts only where it takes them back. Pure.

Thoughts are never rewritten: signatures cover the whole of them, and their order counts. A member of a message goes
back as it came, under the name it came by, or stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import Json, JsonObject

THOUGHTS: Final = ("reasoning", "reasoning_content", "reasoning_text", "reasoning_details")
"""The members of an assistant's message that hold what it thought."""


def outgoing(provider: Provider | None, messages: Sequence[JsonObject]) -> list[JsonObject]:
    """The messages as this service takes them; those that need no change are the same objects.

    Args:
        provider: Whom they go to; None: not known, and everything goes.
        messages: In wire shape.
    """
    return [_without(message, staying(provider, message)) for message in messages]


def staying(provider: Provider | None, message: Mapping[str, Json]) -> tuple[str, ...]:
    """The members of a message that do not go out to a service."""
    if provider is None or provider.thoughts_back is None or message.get("role") != "assistant":
        return ()
    held = [name for name in THOUGHTS if name in message]
    if not held:
        return ()
    calls = message.get("tool_calls") or message.get("function_call")
    taken = provider.thoughts_back if calls or not provider.thoughts_only_with_calls else ()
    return tuple(name for name in held if name not in taken)


def staying_places(provider: Provider | None, messages: Sequence[JsonObject], first: int = 0) -> Iterator[str]:
    """What stays behind, each as ``messages[2].reasoning_content``; ``first`` is the place of the first message."""
    for place, message in enumerate(messages, first):
        for name in staying(provider, message):
            yield f"messages[{place}].{name}"


def _without(message: JsonObject, names: tuple[str, ...]) -> JsonObject:
    return {name: value for name, value in message.items() if name not in names} if names else message
